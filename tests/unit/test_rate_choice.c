/* SPDX-License-Identifier: MIT
 * Protects: a training's threads share a lane group where that is faster, stop it where it no longer is, and
 * try again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "rate/rate_choice.h"

/* `uses` uses where way k takes seconds[k]; how many of them were of way 1. */
static int use(r2s_rate_choice *choice, int uses, double first, double second) {
  int of_second = 0;
  for (int k = 0; k < uses; k++) {
    const int way = r2s_rate_choice_next(choice);
    r2s_rate_choice_add(choice, way, way ? second : first);
    of_second += way;
  }
  return of_second;
}

static void test_the_faster_way_is_taken(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  assert_int_equal(use(&choice, 4, 2, 1), 2);
  assert_int_equal(use(&choice, 32, 2, 1), 32);
  choice = (r2s_rate_choice){0};
  use(&choice, 4, 1, 2);
  assert_int_equal(use(&choice, 32, 1, 2), 0);
}

/* The first use of each way warms up; but one that is hopeless is not looked at twice. */
static void test_the_first_uses_do_not_count(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  use(&choice, 1, 100, 0);
  use(&choice, 1, 0, 300);
  use(&choice, 2, 2, 1);
  assert_int_equal(use(&choice, 30, 2, 1), 30);
  choice = (r2s_rate_choice){0};
  use(&choice, 2, 100, 500);
  assert_int_equal(use(&choice, 50, 100, 500), 0);
}

/* Whatever the slower way takes, two uses of it come after so many that they add 3 %, or 12 % at first. */
static void test_trials_cost_little(void **state) {
  (void)state;
  const double slower[] = {1.5, 10, 100};
  for (int k = 0; k < 3; k++) {
    r2s_rate_choice choice = {0};
    use(&choice, 4, 1, slower[k]);
    assert_true(use(&choice, 64, 1, slower[k]) <= 2 * (1 + 64 / (16 * slower[k])));
    const double steps = 100000, tried = use(&choice, (int)steps, 1, slower[k]);
    assert_true(fabs(32 * slower[k] * tried / steps - 1) < 0.25);
  }
}

/* A moment's work of others changes nothing. A program that keeps a core does, within some steps; when it
 * ends, the next trial tells. */
static void test_it_follows_the_machine(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  use(&choice, 20, 2, 1);
  assert_int_equal(use(&choice, 2, 2, 3), 2);
  assert_int_equal(use(&choice, 10, 2, 1), 10);
  use(&choice, 40, 2, 1);
  const int busy = use(&choice, 100, 2, 40), again = use(&choice, 4000, 2, 1);
  assert_true(busy >= 1 && busy <= 5);
  assert_true(again >= 2000 && again < 4000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_faster_way_is_taken),
      cmocka_unit_test(test_the_first_uses_do_not_count),
      cmocka_unit_test(test_trials_cost_little),
      cmocka_unit_test(test_it_follows_the_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
