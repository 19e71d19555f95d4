/* SPDX-License-Identifier: MIT
 * Waiting for another thread. */
#include "base/base_wait.h"

#include <string.h>

#include "base/base_clock.h"

r2s_status r2s_wait_create_condition(pthread_cond_t *changed, r2s_error *err) {
  const int failure = pthread_cond_init(changed, NULL);
  if (!failure) return R2S_OK;
  return r2s_fail(err, R2S_ERR_MEMORY, "can't make a condition for threads: %s", strerror(failure));
}

r2s_status r2s_wait_create(pthread_mutex_t *lock, pthread_cond_t *changed, r2s_error *err) {
  const int failure = pthread_mutex_init(lock, NULL);
  if (failure) return r2s_fail(err, R2S_ERR_MEMORY, "can't make a lock for threads: %s", strerror(failure));
  const r2s_status st = r2s_wait_create_condition(changed, err);
  if (st != R2S_OK) pthread_mutex_destroy(lock);
  return st;
}

/* Longer than what a training does on one thread between two batches. */
static const double SPIN_SECONDS = 100e-6;

static void pause_core(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

void r2s_wait_until(const atomic_uint *number, bool equal, unsigned value, pthread_mutex_t *lock,
                    pthread_cond_t *changed) {
#define HOLDS() ((atomic_load_explicit(number, memory_order_acquire) == value) == equal)
  const double end = r2s_clock() + SPIN_SECONDS;
  do {
    for (int k = 0; k < 32; k++) {
      if (HOLDS()) return;
      pause_core();
    }
  } while (r2s_clock() < end);
  pthread_mutex_lock(lock);
  while (!HOLDS()) pthread_cond_wait(changed, lock);
  pthread_mutex_unlock(lock);
#undef HOLDS
}
