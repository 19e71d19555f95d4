/* SPDX-License-Identifier: MIT
 * Protects: the numbers that the report computes itself. Levels of filtered spike trains, eigenvalues and the
 * bulk's radius, ends of axes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/base_random.h"
#include "report/report_figure.h"
#include "report/report_sections.h"
#include "report/report_spectrum.h"

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
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void test_eigenvalues(void **state) {
  (void)state;
  /* block of a rotation by 90 degrees times 2 (+-2i), and a triangular block (3, 5) */
  const double W[] = {0, -2, 0, 0, 2, 0, 0, 0, 0, 0, 3, 7, 0, 0, 0, 5};
  double re[4], im[4];
  assert_int_equal(r2s_spectrum(W, 4, re, im, NULL), R2S_OK);
  qsort(re, 4, sizeof *re, compare);
  qsort(im, 4, sizeof *im, compare);
  const double expected_re[] = {0, 0, 3, 5}, expected_im[] = {-2, 0, 0, 2};
  for (int k = 0; k < 4; k++) {
    assert_true(fabs(re[k] - expected_re[k]) < 1e-12);
    assert_true(fabs(im[k] - expected_im[k]) < 1e-12);
  }
}

/* Girko's circular law: of a matrix of independent entries, about all eigenvalues lie within the radius. */
static void test_bulk_radius(void **state) {
  (void)state;
  enum { N = 200 };
  static float x[N * N];
  static double W[N * N], re[N], im[N];
  r2s_random random;
  r2s_random_seed(&random, 3, R2S_STREAM_NEURON, 0, 0, 0);
  r2s_random_fill_normal(&random, x, N * N, r2s_isa_current());
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) W[i * N + j] = 0.1 * (j < N / 2 ? 1 : 3) * x[i * N + j];
  const double radius = r2s_spectrum_bulk_radius(W, N), theory = sqrt(N * (0.5 * 0.01 + 0.5 * 0.09));
  assert_true(fabs(radius / theory - 1) < 0.03);
  assert_int_equal(r2s_spectrum(W, N, re, im, NULL), R2S_OK);
  int outside = 0, outer = 0;
  for (int k = 0; k < N; k++) {
    outside += hypot(re[k], im[k]) > 1.1 * radius;
    outer += hypot(re[k], im[k]) > 0.8 * radius;
  }
  assert_true(outside <= 4);
  assert_true(outer > 10);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_filtered_trains),
      cmocka_unit_test(test_eigenvalues),
      cmocka_unit_test(test_bulk_radius),
      cmocka_unit_test(test_axes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
