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
  r2s_rate_choice choice = {{0}, 0};
  assert_int_equal(use(&choice, 4, 2, 1), 2);
  assert_int_equal(use(&choice, 252, 2, 1), 252);
  choice = (r2s_rate_choice){{0}, 0};
  use(&choice, 4, 1, 2);
  assert_int_equal(use(&choice, 252, 1, 2), 0);
}

/* The first use of each does not count. */
static void test_warming_up_does_not_count(void **state) {
  (void)state;
  r2s_rate_choice choice = {{0}, 0};
  assert_int_equal(use(&choice, 2, 1, 100), 1);
  use(&choice, 2, 2, 1);
  assert_int_equal(use(&choice, 100, 2, 1), 100);
}

/* Another program takes a core: within two steps. It ends: with the next trial. */
static void test_it_follows_the_machine(void **state) {
  (void)state;
  r2s_rate_choice choice = {{0}, 0};
  use(&choice, 100, 2, 1);
  assert_in_range(use(&choice, 150, 2, 40), 1, 2);
  assert_in_range(use(&choice, 1600, 2, 1), 500, 1599);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_faster_way_is_taken),
      cmocka_unit_test(test_warming_up_does_not_count),
      cmocka_unit_test(test_it_follows_the_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
