/* SPDX-License-Identifier: MIT
 * Protects: where the system has no further lock, condition or thread, that is an error of its own, and what
 * was made before it goes. (Linked with --wrap.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/base_barrier.h"
#include "base/base_crew.h"

static int calls_left = INT_MAX;

int __real_pthread_mutex_init(pthread_mutex_t *lock, const pthread_mutexattr_t *attributes);
int __real_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                          void *user);
int __wrap_pthread_mutex_init(pthread_mutex_t *lock, const pthread_mutexattr_t *attributes);
int __wrap_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                          void *user);

int __wrap_pthread_mutex_init(pthread_mutex_t *lock, const pthread_mutexattr_t *attributes) {
  return calls_left-- > 0 ? __real_pthread_mutex_init(lock, attributes) : EAGAIN;
}

int __wrap_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
  return calls_left-- > 0 ? __real_pthread_cond_init(condition, attributes) : EAGAIN;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                          void *user) {
  return calls_left-- > 0 ? __real_pthread_create(thread, attributes, work, user) : EAGAIN;
}

/* Three threads: lock, condition, and for each of the two others a condition and the thread. */
static void test_a_crew(void **state) {
  (void)state;
  static const char *const expected[] = {
      "can't make a lock for threads: ",      "can't make a condition for threads: ",
      "can't make a condition for threads: ", "can't start thread 2 of 3: ",
      "can't make a condition for threads: ", "can't start thread 3 of 3: "};
  for (int k = 0; k < 6; k++) {
    r2s_crew *crew;
    r2s_error err = {0};
    calls_left = k;
    assert_int_equal(r2s_crew_create(&crew, 3, &err), R2S_ERR_MEMORY);
    assert_null(crew);
    assert_memory_equal(err.msg, expected[k], strlen(expected[k]));
  }
  r2s_crew *crew;
  calls_left = 6;
  assert_int_equal(r2s_crew_create(&crew, 3, NULL), R2S_OK);
  r2s_crew_free(crew);
}

static void test_a_barrier(void **state) {
  (void)state;
  r2s_barrier *barrier;
  for (int k = 0; k < 2; k++) {
    r2s_error err = {0};
    calls_left = k;
    assert_int_equal(r2s_barrier_create(&barrier, 2, &err), R2S_ERR_MEMORY);
    assert_null(barrier);
    assert_non_null(strstr(err.msg, k ? "condition" : "lock"));
  }
  calls_left = 2;
  assert_int_equal(r2s_barrier_create(&barrier, 2, NULL), R2S_OK);
  r2s_barrier_free(barrier);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_crew), cmocka_unit_test(test_a_barrier)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
