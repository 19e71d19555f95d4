/* SPDX-License-Identifier: MIT
 * Protects: a crew does every piece of every work once, and nobody waits for ever, awake or asleep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <time.h>

#include "base/base_crew.h"

enum { PIECES = 50, THREADS = 4 };

typedef struct sums {
  int count[PIECES];
  int by[PIECES];
} sums;

static void count(void *user, int piece, int thread) {
  sums *s = user;
  s->count[piece]++;
  s->by[piece] = thread;
}

static r2s_crew *make(int n) {
  r2s_crew *crew;
  r2s_error err = {0};
  if (r2s_crew_create(&crew, n, &err) != R2S_OK) fail_msg("%s", err.msg);
  return crew;
}

static void check(r2s_crew *crew, int threads, int pieces) {
  sums s = {{0}, {0}};
  r2s_crew_run(crew, pieces, count, &s);
  for (int k = 0; k < PIECES; k++) {
    assert_int_equal(s.count[k], k < pieces);
    assert_true(s.by[k] >= 0 && s.by[k] < threads);
  }
}

static void test_every_piece_once(void **state) {
  (void)state;
  for (int threads = 1; threads <= THREADS; threads++) {
    r2s_crew *crew = make(threads);
    for (int turn = 0; turn < 2000; turn++) check(crew, threads, turn % (PIECES + 1));
    r2s_crew_free(crew);
  }
}

/* Longer than a member spins: it is asleep, and so is the caller where a piece takes long. */
static void test_sleepers_are_woken(void **state) {
  (void)state;
  const struct timespec rest = {0, 2000000};
  r2s_crew *crew = make(THREADS);
  for (int turn = 0; turn < 20; turn++) {
    nanosleep(&rest, NULL);
    check(crew, THREADS, 1 + turn % 8);
  }
  nanosleep(&rest, NULL);
  r2s_crew_free(crew);
}

static void rest_in(void *user, int piece, int thread) {
  const struct timespec rest = {0, 2000000};
  if (piece > 0) nanosleep(&rest, NULL);
  count(user, piece, thread);
}

static void test_the_caller_waits_for_the_last(void **state) {
  (void)state;
  r2s_crew *crew = make(THREADS);
  for (int turn = 0; turn < 20; turn++) {
    sums s = {{0}, {0}};
    r2s_crew_run(crew, THREADS, rest_in, &s);
    for (int k = 0; k < THREADS; k++) assert_int_equal(s.count[k], 1);
  }
  r2s_crew_free(crew);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_piece_once),
      cmocka_unit_test(test_sleepers_are_woken),
      cmocka_unit_test(test_the_caller_waits_for_the_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
