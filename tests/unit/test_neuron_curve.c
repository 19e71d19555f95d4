/* SPDX-License-Identifier: MIT
 * Protects: the curves that training interpolates: the grid, rate and slope at its entries, and a Fano factor
 * between its computed nodes that is what a direct computation gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "neuron/neuron_chain.h"
#include "rate2spike/neuron.h"

static void test_grid_and_rate(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  r2s_neuron_curve curve;
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, -10, 120, 0.1, 50, NULL, NULL), R2S_OK);
  assert_int_equal(curve.n, 1301); /* 120 is an entry, whatever rounding says */
  assert_true(curve.low_mv == -10 && curve.step_mv == 0.1);
  for (int k = 0; k < curve.n; k++) {
    double input = -10 + 0.1 * k;
    assert_true(curve.rate_hz[k] == r2s_neuron_rate_hz(&p, input));
    assert_true(curve.slope[k] == r2s_neuron_rate_slope(&p, input, curve.rate_hz[k]));
    assert_true(curve.fano[k] >= 0 && curve.fano[k] <= 1 + 1e-9);
  }
  /* straight lines between entries are good for training */
  for (int k = 0; k + 1 < curve.n; k++) {
    double middle = r2s_neuron_rate_hz(&p, -10 + 0.1 * (k + 0.5));
    assert_true(fabs((curve.rate_hz[k] + curve.rate_hz[k + 1]) / 2 - middle) < 0.01);
  }
  r2s_neuron_curve_free(&curve);
  assert_null(curve.rate_hz);
  r2s_neuron_curve_free(&curve);
  r2s_neuron_curve_free(NULL);
}

static void test_fano_between_nodes(void **state) {
  (void)state;
  const struct {
    double t_ref, noise, dt, rms; /* rms: what wider nodes would exceed */
  } cases[] = {{2, 0.1, 0.05, 3e-4}, {2, 0.02, 0.05, 1e-3}, {2, 1, 0.05, 1e-4},
               {0, 0.1, 0.05, 2e-4}, {20, 0.2, 0.05, 1e-4}, {2, 0.1, 0.5, 1.5e-3}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    r2s_neuron_curve curve;
    p.t_ref_ms = cases[c].t_ref, p.noise_mv = cases[c].noise, p.dt_ms = cases[c].dt;
    assert_int_equal(r2s_neuron_curve_make(&curve, &p, -10, 120, 0.05, 50, NULL, NULL), R2S_OK);
    double squares = 0, worst = 0;
    int n = 0;
    for (int k = 0; k < curve.n; k += 13) {
      double input = curve.low_mv + k * curve.step_mv, direct;
      assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &direct, NULL, NULL), R2S_OK);
      double error = fabs(direct - curve.fano[k]);
      worst = fmax(worst, error);
      squares += error * error, n++;
    }
    if (!(sqrt(squares / n) < cases[c].rms && worst < 0.01))
      fail_msg("case %zu: off by %g rms, %g at worst", c, sqrt(squares / n), worst);
    r2s_neuron_curve_free(&curve);
  }
}

/* What docs/formats.md says of curve.csv, on its grid. */
static void test_fano_of_curve_csv(void **state) {
  (void)state;
  for (int quiet = 0; quiet < 2; quiet++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    r2s_neuron_curve curve;
    if (quiet) p.noise_mv = 0.02;
    assert_int_equal(r2s_neuron_curve_make(&curve, &p, -8, 60, 0.5, 50, NULL, NULL), R2S_OK);
    for (int k = 0; k < curve.n; k++) {
      double input = curve.low_mv + k * curve.step_mv, direct;
      assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &direct, NULL, NULL), R2S_OK);
      double error = fabs(direct - curve.fano[k]);
      double limit = quiet ? 0.013 : fmin(0.003, (direct > 0.02 ? 0.04 : 0.2) * direct);
      if (error > limit)
        fail_msg("noise %g, %g mV: F = %g, direct %g", p.noise_mv, input, curve.fano[k], direct);
    }
    r2s_neuron_curve_free(&curve);
  }
}

static void test_without_noise(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  r2s_neuron_curve curve;
  p.noise_mv = 0;
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, -2, 10, 0.5, 50, NULL, NULL), R2S_OK);
  for (int k = 0; k < curve.n; k++) {
    double input = -2 + 0.5 * k, fano;
    assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &fano, NULL, NULL), R2S_OK);
    assert_true(curve.fano[k] == fano);
    assert_true(isfinite(curve.slope[k]));
  }
  r2s_neuron_curve_free(&curve);
}

static void test_bad_grids(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  r2s_neuron_curve curve;
  r2s_error err;
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 1, 0, 0.1, 50, NULL, &err), R2S_ERR_ARG);
  assert_null(curve.fano);
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 0, 1, 0, 50, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 0, 1, -0.1, 50, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 0, NAN, 0.1, 50, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 0, 1, 0.1, -50, NULL, &err), R2S_ERR_ARG);
  p.v_reset_mv = 0;
  assert_int_equal(r2s_neuron_curve_make(&curve, &p, 0, 1, 0.1, 50, NULL, &err), R2S_ERR_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_grid_and_rate),     cmocka_unit_test(test_fano_between_nodes),
      cmocka_unit_test(test_fano_of_curve_csv), cmocka_unit_test(test_without_noise),
      cmocka_unit_test(test_bad_grids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
