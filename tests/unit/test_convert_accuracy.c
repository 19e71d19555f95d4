/* SPDX-License-Identifier: MIT
 * Protects: the intervals beside every accuracy (values of scipy 1.17.1,
 * scipy.stats.binomtest(k, n).proportion_ci(method="wilson")), and the digits of a scale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "rate2spike/convert.h"

static void test_wilson_equals_scipy(void **state) {
  (void)state;
  static const struct {
    int k, n;
    double low, high;
  } known[] = {
      {0, 10, 0, 0.277532799862889},
      {10, 10, 0.722467200137111, 1},
      {1, 10, 0.0178762130950729, 0.404150026795238},
      {50, 100, 0.403831530365996, 0.596168469634004},
      {95, 100, 0.888249530768081, 0.978456320845632},
      {100, 100, 0.963006501793014, 1},
      {98, 100, 0.929988209271456, 0.994498032449838},
      {197, 200, 0.95683427120731, 0.994885762206742},
      {1, 1, 0.206549314377237, 1},
  };
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    r2s_accuracy a = r2s_convert_accuracy(known[k].k, known[k].n);
    assert_float_equal(a.accuracy, (double)known[k].k / known[k].n, 1e-15);
    assert_true(fabs(a.low - known[k].low) < 1e-13);
    assert_true(fabs(a.high - known[k].high) < 1e-13);
    assert_int_equal(a.correct, known[k].k);
    assert_int_equal(a.n, known[k].n);
  }
}

static void test_no_trials_is_not_a_number(void **state) {
  (void)state;
  r2s_accuracy a = r2s_convert_accuracy(0, 0);
  assert_true(isnan(a.accuracy) && isnan(a.low) && isnan(a.high));
}

/* 44.000001 beside a certificate at 44 must not be told as 44. */
static void test_a_scale_is_told_from_the_certificate_s(void **state) {
  (void)state;
  assert_int_equal(r2s_convert_scale_digits(44, 44), 4);
  assert_int_equal(r2s_convert_scale_digits(44.1, 44), 4);
  assert_int_equal(r2s_convert_scale_digits(44.000001, 44), 12);
  assert_int_equal(r2s_convert_scale_digits(NAN, 44), 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_wilson_equals_scipy),
      cmocka_unit_test(test_no_trials_is_not_a_number),
      cmocka_unit_test(test_a_scale_is_told_from_the_certificate_s),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
