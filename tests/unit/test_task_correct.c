/* SPDX-License-Identifier: MIT
 * Protects: the verdict on a trial. Every statistic, which samples belong to a period, strictness at the
 * threshold, traces with NaN, and the latency of the output's rise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "rate2spike/task.h"
#include "unit/task_fixture.h"

enum { N = 199 };
static double o[2 * N]; /* rate network: sample k at (k + 1) 5 ms */

static void fill(int output, double value) {
  for (int k = 0; k < N; k++) o[2 * k + output] = value;
}

static double *at(int output, double time_ms) {
  return &o[2 * ((int)round(time_ms / 5) - 1) + output];
}

static bool correct(const task_fixture *f, int condition) {
  return r2s_task_correct(&f->task, condition, R2S_CRITERION_STRICT, o, N, 5, 5);
}

/* max o > 0.7 after the pulse; |o| < 0.3 throughout */
static void test_the_authors_criterion(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  fill(0, 0);
  fill(1, 100); /* the other output does not matter */
  assert_false(correct(&f, 0));
  assert_true(correct(&f, 1));
  *at(0, 370) = 5; /* before the period: no Go, but no NoGo either */
  assert_false(correct(&f, 0));
  assert_false(correct(&f, 1));
  *at(0, 370) = 0;
  *at(0, 375) = 0.71;
  assert_true(correct(&f, 0));
  *at(0, 375) = 0.7; /* not greater */
  assert_false(correct(&f, 0));
  *at(0, 375) = -0.3; /* not less */
  assert_false(correct(&f, 1));
  *at(0, 375) = -0.29;
  assert_true(correct(&f, 1));
}

/* Go and another condition's "falls below -0.7" both hold for an output that does both. */
static void test_right_by_the_rules_of_another_label(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  f.rules[2] =
      (r2s_task_rule){.statistic = R2S_STATISTIC_MIN, .from_ms = 375, .to_ms = 1000, .threshold = -0.7};
  f.conditions[0].label = 1;
  f.conditions[2].label = -1;
  fill(0, 0);
  *at(0, 400) = 0.8;
  assert_false(r2s_task_ambiguous(&f.task, 0, R2S_CRITERION_STRICT, o, N, 5, 5));
  *at(0, 900) = -0.8;
  assert_true(r2s_task_ambiguous(&f.task, 0, R2S_CRITERION_STRICT, o, N, 5, 5));
  assert_true(r2s_task_ambiguous(&f.task, 2, R2S_CRITERION_STRICT, o, N, 5, 5));
  assert_false(r2s_task_ambiguous(&f.task, 1, R2S_CRITERION_STRICT, o, N, 5, 5)); /* not right at all */
  assert_false(r2s_task_ambiguous(&f.task, 3, R2S_CRITERION_STRICT, o, N, 5, 5));
  f.conditions[2].label = 1; /* asks for the same answer */
  assert_false(r2s_task_ambiguous(&f.task, 0, R2S_CRITERION_STRICT, o, N, 5, 5));
}

static void test_every_statistic(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  const struct {
    r2s_statistic kind;
    double value;
  } cases[] = {{R2S_STATISTIC_MEAN, -0.5},
               {R2S_STATISTIC_MAX, 1},
               {R2S_STATISTIC_MIN, -2},
               {R2S_STATISTIC_MAX_ABS, 2},
               {R2S_STATISTIC_ABS_MEAN, 0.5}};
  fill(1, 1);
  for (double t = 200; t < 300; t += 5) *at(1, t) = -2; /* half of 200..400 */
  *at(1, 400) = 1e9;                                    /* the end does not belong to it */
  *at(1, 195) = -1e9;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    f.rules[2].statistic = cases[k].kind;
    for (int greater = 0; greater < 2; greater++)
      for (int side = -1; side <= 1; side += 2) {
        f.rules[2].greater = greater;
        f.rules[2].threshold = cases[k].value + side * 1e-9;
        assert_int_equal(correct(&f, 2), greater == (side < 0));
      }
  }
}

static void test_all_rules_must_hold(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  r2s_task_rule both[2] = {f.rules[0], f.rules[1]};
  f.conditions[0].rules[R2S_CRITERION_STRICT] = (r2s_task_rules){.count = 2, .rule = both};
  both[1].threshold = 2;
  fill(0, 1);
  assert_true(correct(&f, 0));
  both[1].threshold = 0.5;
  assert_false(correct(&f, 0));
}

static void test_nan_and_empty_are_wrong(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  fill(0, 1);
  *at(0, 500) = NAN;
  assert_false(correct(&f, 0));
  fill(0, 0);
  *at(0, 500) = NAN;
  assert_false(correct(&f, 1));
  fill(0, 1);
  assert_false(r2s_task_correct(&f.task, 0, R2S_CRITERION_STRICT, o, 10, 5, 5)); /* ends before the period */
  assert_false(r2s_task_correct(&f.task, 0, R2S_CRITERION_STRICT, o, 0, 5, 5));
}

/* samples every 0.1 ms from 0.1: the one at 375 ms is number 3749, whatever rounding makes of 0.1 + 3749 x
 * 0.1 */
static void test_sample_times(void **state) {
  (void)state;
  task_fixture f;
  static double fine[2 * 10000];
  task_fixture_make(&f);
  memset(fine, 0, sizeof fine);
  fine[2 * 3748] = 1;
  assert_false(r2s_task_correct(&f.task, 0, R2S_CRITERION_RATE, fine, 10000, 0.1, 0.1));
  fine[2 * 3749] = 1;
  assert_true(r2s_task_correct(&f.task, 0, R2S_CRITERION_RATE, fine, 10000, 0.1, 0.1));
}

static void test_rise(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  fill(0, 0);
  fill(1, 0);
  assert_true(isnan(r2s_task_rise_ms(&f.task, 0, 0, 0.5, o, N, 5, 5)));
  *at(0, 300) = 1; /* before the target */
  *at(0, 420) = 0.49;
  *at(0, 425) = 0.5;
  assert_true(r2s_task_rise_ms(&f.task, 0, 0, 0.5, o, N, 5, 5) == 425);
  assert_true(r2s_task_target_end_ms(&f.task, -1, 0) == 1000 &&
              r2s_task_target_end_ms(&f.task, -1, 1) == 400);
  assert_true(isnan(r2s_task_rise_ms(&f.task, 0, 1, 0.5, o, N, 5, 5))); /* no target */
  assert_true(isnan(r2s_task_rise_ms(&f.task, 1, 0, 0.5, o, N, 5, 5)));
  /* the last target is -1, from 100 ms on some target is there */
  *at(1, 150) = 3;
  *at(1, 250) = -0.4;
  *at(1, 350) = -0.6;
  assert_true(r2s_task_rise_ms(&f.task, 2, 1, 0.5, o, N, 5, 5) == 350);
}

/* An output's targets end where the last of them does: of a condition that has one, else of any. */
static void test_the_end_of_targets_in_any_order(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  r2s_task_target early = {.output = 0, .from_ms = 300, .to_ms = 600, .value = 1};
  f.conditions[1].n_targets = 1;
  f.conditions[1].targets = &early; /* behind that of condition 0 */
  assert_true(r2s_task_target_end_ms(&f.task, -1, 0) == 1000);
  assert_true(r2s_task_target_start_ms(&f.task, -1, 0) == 375);
  assert_true(r2s_task_target_end_ms(&f.task, 0, 0) == 1000 &&
              r2s_task_target_start_ms(&f.task, 0, 0) == 375);
  assert_true(r2s_task_target_end_ms(&f.task, 1, 0) == 600 && r2s_task_target_start_ms(&f.task, 1, 0) == 300);
  f.conditions[1].n_targets = 0;
  assert_true(r2s_task_target_end_ms(&f.task, 1, 0) == 1000 &&
              r2s_task_target_start_ms(&f.task, 1, 0) == 375);
}

/* Targets may be listed in any order: the first rise counts. */
static void test_the_first_rise_of_several_targets(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  r2s_task_target swapped[2] = {f.targets[2], f.targets[1]};
  f.conditions[2].targets = swapped;
  fill(0, 0);
  fill(1, 0);
  *at(1, 150) = -0.6;
  *at(1, 350) = -0.6;
  assert_true(r2s_task_rise_ms(&f.task, 2, 1, 0.5, o, N, 5, 5) == 150);
  f.conditions[2].targets = &f.targets[1];
  assert_true(r2s_task_rise_ms(&f.task, 2, 1, 0.5, o, N, 5, 5) == 150);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_authors_criterion),
      cmocka_unit_test(test_right_by_the_rules_of_another_label),
      cmocka_unit_test(test_every_statistic),
      cmocka_unit_test(test_all_rules_must_hold),
      cmocka_unit_test(test_nan_and_empty_are_wrong),
      cmocka_unit_test(test_sample_times),
      cmocka_unit_test(test_rise),
      cmocka_unit_test(test_the_end_of_targets_in_any_order),
      cmocka_unit_test(test_the_first_rise_of_several_targets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
