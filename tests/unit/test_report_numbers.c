/* SPDX-License-Identifier: MIT
 * Protects: the numbers that the report computes itself. Levels of filtered spike trains, ends of axes;
 * intervals, there and in the program's summary, are rounded outwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli_found.h"
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

/* Of many conditions few single trials are drawn of each, but one at least. */
static void test_single_trials(void **state) {
  (void)state;
  static const int shown[][2] = {{1, R2S_FIGURE_TRIALS}, {2, 5}, {4, 2}, {R2S_FIGURE_CONDITIONS, 1}, {16, 1}};
  for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
    assert_int_equal(r2s_figure_single_trials(&(r2s_task){.n_conditions = shown[k][0]}), shown[k][1]);
}

static void test_spread(void **state) {
  (void)state;
  assert_string_equal(r2s_fmt_spread(1.04, 0.031, 2).text, "1.04 ± 0.03");
  assert_string_equal(r2s_fmt_spread(1.04, 0.001, 2).text, "1.04 ± 0.00");
  assert_string_equal(r2s_fmt_spread(12.3, 5e-15, 2).text, "12.30"); /* rounding of equal trials */
  assert_string_equal(r2s_fmt_spread(-3e5, 1e-8, 0).text, "−300000");
  assert_string_equal(r2s_fmt_spread(0, 0, 2).text, "0.00");
}

static void check_interval(double low, double high, const char *shown) {
  char found[64], expected[64];
  snprintf(expected, sizeof expected, "90.0 %% [%s], n = 20", shown);
  assert_string_equal(r2s_fmt_accuracy((r2s_json_accuracy){.9, low, high, 20}).text, expected);
  json_t *accuracy = json_pack("{s:[f,f]}", "ci95", low, high);
  snprintf(found, sizeof found, "%.1f, %.1f", cli_found_low(accuracy), cli_found_high(accuracy));
  assert_string_equal(found, shown);
  json_decref(accuracy);
}

/* A bound that misses a limit of the verdict must not be shown as the limit. */
static void test_intervals_are_rounded_outwards(void **state) {
  (void)state;
  check_interval(0.94973, 0.98123, "94.9, 98.2");
  check_interval(0.9499999, 0.9810001, "94.9, 98.2");
  check_interval(0.74951, 0.98199, "74.9, 98.2");
  check_interval(0, 0.00001, "0.0, 0.1");
  check_interval(0.99999, 1, "99.9, 100.0");
}

/* run.json has 12 digits: what the last one of them is off makes no bound a tenth of a percent wider. */
static void test_rounded_bounds_stay(void **state) {
  (void)state;
  char text[16], shown[32];
  for (int k = 1; k <= 1000; k++) {
    snprintf(text, sizeof text, "%d.%03d", k / 1000, k % 1000);
    snprintf(shown, sizeof shown, "%d.%d, %d.%d", k / 10, k % 10, k / 10, k % 10);
    const double bound = strtod(text, NULL);
    check_interval(bound, bound, shown);
    check_interval(bound - 1e-12, bound + 1e-12, shown);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_filtered_trains),
      cmocka_unit_test(test_axes),
      cmocka_unit_test(test_single_trials),
      cmocka_unit_test(test_spread),
      cmocka_unit_test(test_intervals_are_rounded_outwards),
      cmocka_unit_test(test_rounded_bounds_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
