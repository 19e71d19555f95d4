/* SPDX-License-Identifier: MIT
 * Protects: a training's threads share a lane group where that is faster, stop it where it no longer is, and
 * try again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

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
  assert_int_equal(use(&choice, 3, 2, 1), 1);
  assert_int_equal(use(&choice, 100, 2, 1), 100);
  choice = (r2s_rate_choice){0};
  use(&choice, 3, 1, 2);
  assert_int_equal(use(&choice, 100, 1, 2), 0);
}

/* The first use warms up. */
static void test_the_first_use_does_not_count(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  assert_int_equal(use(&choice, 1, 100, 0), 0);
  assert_int_equal(use(&choice, 2, 1, 2), 1);
  assert_int_equal(use(&choice, 100, 1, 2), 0);
}

/* Whatever the slower way takes, a step of it comes after so many that it adds 1.6 % at most. */
static void test_trials_cost_little(void **state) {
  (void)state;
  const double slower[] = {1.5, 10, 300};
  for (int k = 0; k < 3; k++) {
    r2s_rate_choice choice = {0};
    use(&choice, 3, 1, slower[k]);
    const int tried = use(&choice, 100000, 1, slower[k]);
    assert_in_range(tried, (int)(1300 / slower[k]), (int)(1600 / slower[k]));
  }
}

/* Another program takes a core: the other way is taken at the next step but one. It ends: with the next
 * trial. */
static void test_it_follows_the_machine(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  use(&choice, 100, 2, 1);
  assert_in_range(use(&choice, 100, 2, 40), 1, 2);
  assert_in_range(use(&choice, 4000, 2, 1), 2000, 3999);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_faster_way_is_taken),
      cmocka_unit_test(test_the_first_use_does_not_count),
      cmocka_unit_test(test_trials_cost_little),
      cmocka_unit_test(test_it_follows_the_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
