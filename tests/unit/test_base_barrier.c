/* SPDX-License-Identifier: MIT
 * Protects: nobody passes a barrier before all have come, awake or asleep, and nobody waits there for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "base/base_barrier.h"
#include "base/base_crew.h"

enum { THREADS = 4 };

typedef struct meeting {
  r2s_barrier *barrier;
  int turns;
  bool sleepy;
  int count[THREADS]; /* turns that each has begun; written by its thread alone */
  int early;          /* how often one was found behind the others, by thread 0 */
} meeting;

static void meet(void *user, int piece, int thread) {
  meeting *m = user;
  (void)thread;
  for (int turn = 1; turn <= m->turns; turn++) {
    /* longer than the others are awake */
    if (m->sleepy && turn % THREADS == piece) nanosleep(&(struct timespec){0, 1000000}, NULL);
    m->count[piece] = turn;
    r2s_barrier_wait(m->barrier);
    for (int k = 0; k < THREADS && piece == 0; k++) m->early += m->count[k] != turn;
    r2s_barrier_wait(m->barrier); /* or another might begin the next turn */
  }
}

static void check(int turns, bool sleepy) {
  meeting m = {.turns = turns, .sleepy = sleepy};
  r2s_crew *crew;
  assert_int_equal(r2s_crew_create(&crew, THREADS, NULL), R2S_OK);
  assert_int_equal(r2s_barrier_create(&m.barrier, THREADS, NULL), R2S_OK);
  r2s_crew_run(crew, THREADS, meet, &m);
  assert_int_equal(m.early, 0);
  for (int k = 0; k < THREADS; k++) assert_int_equal(m.count[k], turns);
  r2s_barrier_free(m.barrier);
  r2s_crew_free(crew);
}

static void test_nobody_passes_early(void **state) {
  (void)state;
  check(500, false);
}

static void test_sleepers_are_woken(void **state) {
  (void)state;
  check(20, true);
}

/* Not even by a second call. */
static void test_one_thread_does_not_wait(void **state) {
  (void)state;
  r2s_barrier *one;
  assert_int_equal(r2s_barrier_create(&one, 1, NULL), R2S_OK);
  r2s_barrier_wait(one);
  r2s_barrier_wait(one);
  r2s_barrier_wait(NULL);
  r2s_barrier_free(one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nobody_passes_early),
      cmocka_unit_test(test_sleepers_are_woken),
      cmocka_unit_test(test_one_thread_does_not_wait),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
