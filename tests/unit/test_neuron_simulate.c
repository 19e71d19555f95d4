/* SPDX-License-Identifier: MIT
 * Protects: the simulation of single units that judges the curves, and the curves by it: Siegert's rate, the
 * chain's rate and Fano factor (Eq. S7 to S9), for the default neuron and for far other ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "neuron/neuron_chain.h"
#include "rate2spike/neuron.h"

/* Without noise the loop can be followed by hand: after a spike 40 steps rest, then v decays towards the
 * target. */
static void test_noiseless_interval(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  r2s_error err;
  double rate, fano, v = -65;
  int steps = 40;
  p.noise_mv = 0;
  for (; v < -40; steps++) v += 0.005 * (-40 + 10 - v);
  double interval = steps * 0.05;
  assert_int_equal(r2s_neuron_simulate(&p, 10, 64, 200, 40 * interval, 10 * interval, 1, &rate, &fano, &err),
                   R2S_OK);
  assert_true(fabs(rate - 1000 / interval) < 1e-9);
  assert_true(fano < 1e-12);
  assert_int_equal(r2s_neuron_simulate(&p, -1, 8, 0, 100, 50, 1, &rate, &fano, &err), R2S_OK);
  assert_true(rate == 0 && isnan(fano));
}

/* The project's claim: within 0.3 Hz rms and 0.6 Hz at worst over -8 .. 60 mV. */
static void test_siegert_for_the_default_neuron(void **state) {
  (void)state;
  const double inputs[] = {-8, -3, -2, -1, 0, 1, 2, 4, 8, 15, 30, 60};
  r2s_neuron_params p = r2s_neuron_params_default();
  double squares = 0, worst = 0;
  int n = sizeof inputs / sizeof *inputs;
  for (int k = 0; k < n; k++) {
    double rate, fano;
    assert_int_equal(r2s_neuron_simulate(&p, inputs[k], 512, 200, 2000, 50, 7, &rate, &fano, NULL), R2S_OK);
    double error = fabs(r2s_neuron_rate_hz(&p, inputs[k]) - rate);
    squares += error * error;
    worst = fmax(worst, error);
  }
  assert_true(sqrt(squares / n) < 0.3);
  assert_true(worst < 0.6);
}

/* The limits of S7 that docs/equations.md tells. */
static void test_where_siegert_fails(void **state) {
  (void)state;
  r2s_neuron_params coarse = r2s_neuron_params_default(), noisy = coarse;
  double rate, fano;
  coarse.dt_ms = 0.5;
  coarse.v_reset_mv = -45;
  assert_int_equal(r2s_neuron_simulate(&coarse, 25, 64, 200, 2000, 50, 3, &rate, &fano, NULL), R2S_OK);
  assert_true(fabs(rate - 250) < 1 && fabs(r2s_neuron_rate_hz(&coarse, 25) - 260) < 0.5);
  noisy.noise_mv = 1;
  noisy.t_ref_ms = 20;
  assert_int_equal(r2s_neuron_simulate(&noisy, 5, 256, 200, 2000, 50, 3, &rate, &fano, NULL), R2S_OK);
  assert_true(fabs(rate - r2s_neuron_rate_hz(&noisy, 5) - 3.5) < 0.3);
}

static double chain_rate_hz(const r2s_neuron_params *p, double input, double resolution) {
  r2s_neuron_isi isi;
  assert_int_equal(r2s_neuron_isi_make(&isi, p, input, 50, resolution, NULL), R2S_OK);
  double rate = 1000 / (isi.mean * isi.step_ms);
  r2s_neuron_isi_free(&isi);
  return rate;
}

/* One chain, no formula: it must hold where Siegert's does not (coarse steps, noise gathered while
 * refractory). The sampling error of the mean count over n windows is sqrt(F mean/n) or less; that of F about
 * F sqrt(2/n). */
static void test_chain_for_any_neuron(void **state) {
  (void)state;
  const struct {
    double tau_m, t_ref, noise, dt;
  } cases[] = {{10, 2, 0.1, 0.05}, {10, 2, 0.02, 0.05}, {10, 2, 1, 0.05},
               {10, 0, 0.1, 0.05}, {10, 20, 1, 0.05},   {10, 2, 0.1, 0.01},
               {10, 2, 1, 5},      {10, 10, 0.2, 1},    {20, 0.5, 0.3, 0.2}};
  const double inputs[] = {-6, -2, 0, 1, 4, 12, 40};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
      r2s_neuron_params p = r2s_neuron_params_default();
      double rate, simulated, fano, input = inputs[k];
      p.tau_m_ms = cases[c].tau_m, p.t_ref_ms = cases[c].t_ref, p.noise_mv = cases[c].noise,
      p.dt_ms = cases[c].dt;
      int units = 200, windows = p.dt_ms < 0.05 ? 10 : 40;
      assert_int_equal(
          r2s_neuron_simulate(&p, input, units, 300, windows * 50, 50, 11, &rate, &simulated, NULL), R2S_OK);
      assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &fano, NULL, NULL), R2S_OK);
      double chain = chain_rate_hz(&p, input, 4), n = windows * units, mean = chain * 0.05;
      double sampling = sqrt(fmax(fano, 0.01) * mean / n) / 0.05;
      if (!(fabs(chain - rate) < 5 * sampling + 0.003 * chain + 1e-3))
        fail_msg("case %zu, %g mV: chain %g Hz, simulated %g", c, input, chain, rate);
      if (mean * n < 20) continue; /* too few spikes for a Fano factor */
      /* a count that is nearly 0 or 1: the variance of the sample variance is larger, mean/n x 1 */
      double error = 5 * (fano * sqrt(2 / n) + sqrt(fmin(1 / mean, 4) / n) * fano) + 0.006;
      if (!(fabs(fano - simulated) < error))
        fail_msg("case %zu, %g mV: Fano factor %g, simulated %g, more than %g apart", c, input, fano,
                 simulated, error);
    }
}

static void test_same_seed_same_numbers(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  double rate[3], fano[3];
  for (int k = 0; k < 3; k++)
    assert_int_equal(r2s_neuron_simulate(&p, 1, 33, 50, 500, 50, k < 2 ? 4 : 5, &rate[k], &fano[k], NULL),
                     R2S_OK);
  assert_true(rate[0] == rate[1] && fano[0] == fano[1]);
  assert_true(fano[0] != fano[2]);
}

/* Longer simulations of one unit begin as the shorter ones, so that each window's count is the difference of
 * two sums; of the counts, variance and mean by their definitions. */
static void test_fano_factor_of_a_few_counts(void **state) {
  (void)state;
  enum { WINDOWS = 5 };
  r2s_neuron_params p = r2s_neuron_params_default();
  double counts[WINDOWS], before = 0, rate, fano;
  for (int n = 1; n <= WINDOWS; n++) {
    assert_int_equal(r2s_neuron_simulate(&p, -1, 1, 100, 100.0 * n, 100, 9, &rate, &fano, NULL), R2S_OK);
    const double sum = rate * 0.1 * n;
    counts[n - 1] = sum - before;
    before = sum;
    assert_true(fabs(sum - round(sum)) < 1e-9 && counts[n - 1] > -1e-9);
    double squares = 0;
    for (int k = 0; k < n; k++) squares += (counts[k] - sum / n) * (counts[k] - sum / n);
    if (n == 1)
      assert_true(isnan(fano)); /* one count has no variance */
    else
      assert_true(fabs(fano - squares / (n - 1) / (sum / n)) < 1e-9);
  }
  assert_true(before > 0 && fano > 0);
}

static void test_bad_arguments(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  double rate, fano;
  assert_int_equal(r2s_neuron_simulate(&p, 1, 0, 50, 500, 50, 1, &rate, &fano, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_simulate(&p, 1, 5, 50, 40, 50, 1, &rate, &fano, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_simulate(&p, 1, 5, 50, 500, 0, 1, &rate, &fano, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_simulate(&p, 1, 5, -1, 500, 50, 1, &rate, &fano, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_simulate(&p, 1, 5, NAN, 500, 50, 1, &rate, &fano, NULL), R2S_ERR_ARG);
  p.tau_m_ms = 0;
  assert_int_equal(r2s_neuron_simulate(&p, 1, 5, 50, 500, 50, 1, &rate, &fano, NULL), R2S_ERR_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_noiseless_interval),     cmocka_unit_test(test_siegert_for_the_default_neuron),
      cmocka_unit_test(test_where_siegert_fails),    cmocka_unit_test(test_chain_for_any_neuron),
      cmocka_unit_test(test_same_seed_same_numbers), cmocka_unit_test(test_fano_factor_of_a_few_counts),
      cmocka_unit_test(test_bad_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
