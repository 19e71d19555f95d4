/* SPDX-License-Identifier: MIT
 * Threads that meet: the last one to come opens for all. */
#include "base/base_barrier.h"

#include <stdlib.h>

#include "base/base_memory.h"
#include "base/base_wait.h"

struct r2s_barrier {
  unsigned n;
  atomic_uint arrived, turn; /* turn: how often it opened */
  pthread_mutex_t lock;
  pthread_cond_t opened;
};

r2s_status r2s_barrier_create(r2s_barrier **out, int n, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_barrier *barrier = NULL;
  *out = NULL;
  R2S_ALLOC(st, &barrier, 1, "threads", err);
  barrier->n = (unsigned)n;
  R2S_TRY(st, r2s_wait_create(&barrier->lock, &barrier->opened, err));
  *out = barrier;
done:
  if (st != R2S_OK) free(barrier);
  return st;
}

void r2s_barrier_wait(r2s_barrier *barrier) {
  if (!barrier) return;
  const unsigned turn = atomic_load_explicit(&barrier->turn, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 < barrier->n) {
    r2s_wait_until(&barrier->turn, false, turn, &barrier->lock, &barrier->opened);
    return;
  }
  atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
  atomic_store_explicit(&barrier->turn, turn + 1, memory_order_release);
  pthread_mutex_lock(&barrier->lock);
  pthread_cond_broadcast(&barrier->opened);
  pthread_mutex_unlock(&barrier->lock);
}

void r2s_barrier_free(r2s_barrier *barrier) {
  if (!barrier) return;
  pthread_cond_destroy(&barrier->opened);
  pthread_mutex_destroy(&barrier->lock);
  free(barrier);
}
