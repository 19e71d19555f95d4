/* SPDX-License-Identifier: MIT
 * Protects: the numbers that the report computes itself. Levels of filtered spike trains, ends of axes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* Exact for the linear recursions: the mean of r is the train's rate times the sum of one spike's response.
 */
static void test_filtered_trains(void **state) {
  (void)state;
  const double tau_d = 35, dt = 0.1;
  for (int period = 50; period <= 400; period *= 2) {
    const double rate = 1 / (period * dt);
    assert_true(fabs(r2s_filter_mean(R2S_FILTER_UNIT_INVERSE_RISE, dt, 2, tau_d, period) / (rate * tau_d) -
                     1) < 1e-6);
    assert_true(fabs(r2s_filter_mean(R2S_FILTER_UNIT_AREA, dt, 2, tau_d, period) / (rate * dt) - 1) < 1e-6);
    const double h = 0.05, step = h * h / (2 * tau_d) / ((1 - exp(-h / 2)) * (1 - exp(-h / tau_d)));
    assert_true(fabs(r2s_filter_mean(R2S_FILTER_LIF, h, 2, tau_d, 2 * period) / (rate * step) - 1) < 1e-6);
    assert_true(fabs(step - 1) < 0.015);
  }
  /* a rise that a train of minutes would not settle */
  const double rise = 1e5, h = 0.001, rate = 1 / (20000 * h);
  const double level = h * h / (rise * tau_d) / (expm1(-h / rise) * expm1(-h / tau_d));
  assert_true(fabs(r2s_filter_mean(R2S_FILTER_LIF, h, rise, tau_d, 20000) / (rate * level) - 1) < 1e-6);
  assert_true(
      fabs(r2s_filter_mean(R2S_FILTER_UNIT_INVERSE_RISE, h, rise, tau_d, 20000) / (rate * tau_d) - 1) < 1e-6);
}

static void test_axes(void **state) {
  (void)state;
  assert_true(r2s_figure_axis(0.9) == 1);
  assert_true(r2s_figure_axis(17) == 20);
  assert_true(r2s_figure_axis(31) == 40 && r2s_figure_axis(21) == 30);
  assert_true(fabs(r2s_figure_axis(0.041) - 0.05) < 1e-15);
  assert_true(fabs(r2s_figure_axis(900) - 1000) < 1e-9);
  assert_true(r2s_figure_axis(0) == 1);
  assert_true(r2s_figure_axis(NAN) == 1);
}

static void test_spread(void **state) {
  (void)state;
  assert_string_equal(r2s_fmt_spread(1.04, 0.031, 2).text, "1.04 ± 0.03");
  assert_string_equal(r2s_fmt_spread(1.04, 0.001, 2).text, "1.04 ± 0.00");
  assert_string_equal(r2s_fmt_spread(12.3, 5e-15, 2).text, "12.30"); /* rounding of equal trials */
  assert_string_equal(r2s_fmt_spread(-3e5, 1e-8, 0).text, "−300000");
  assert_string_equal(r2s_fmt_spread(0, 0, 2).text, "0.00");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_filtered_trains),
      cmocka_unit_test(test_axes),
      cmocka_unit_test(test_spread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
