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

/* Whatever the slower way takes, it comes after so many steps that it adds 1.6 % at most, or 6 % at first. */
static void test_trials_cost_little(void **state) {
  (void)state;
  const double slower[] = {1.5, 10, 300};
  for (int k = 0; k < 3; k++) {
    r2s_rate_choice choice = {0};
    use(&choice, 4, 1, slower[k]);
    assert_true(use(&choice, 1000, 1, slower[k]) <= 4 + 1000 / (64 * slower[k]));
    const double steps = 100000, tried = use(&choice, (int)steps, 1, slower[k]);
    assert_true(fabs(64 * slower[k] * tried / steps - 1) < 0.25);
  }
}

/* Another program takes a core: the other way is taken at the next step but one. It ends: with the next
 * trial. */
static void test_it_follows_the_machine(void **state) {
  (void)state;
  r2s_rate_choice choice = {0};
  use(&choice, 100, 2, 1);
  assert_in_range(use(&choice, 100, 2, 40), 1, 3);
  assert_in_range(use(&choice, 4000, 2, 1), 2000, 3999);
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
