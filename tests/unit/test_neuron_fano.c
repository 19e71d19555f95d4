/* SPDX-License-Identifier: MIT
 * Protects: the density of interspike intervals and the Fano factor made from it (Eq. S8, S9). Judged by
 * simulation in test_neuron_simulate.c; here: probabilities that sum to 1, a plain twin of the chain on a
 * fine grid, the resolution, limits, and the values the project started from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "neuron/neuron_chain.h"
#include "rate2spike/neuron.h"

/* from a simulation of the authors' loop, 50 ms windows */
static void test_reference_values(void **state) {
  (void)state;
  const double input[] = {-3, -2, -1, 0, 1, 2, 4, 8}, expected[] = {.96, .71, .36, .22, .17, .10, .09, .05};
  const double long_expected[] = {.92, .58, .23, .09, .05, .03, .02, .01}; /* 500 ms windows */
  r2s_neuron_params p = r2s_neuron_params_default();
  double fano[8];
  assert_int_equal(r2s_neuron_fano(&p, 50, input, 8, fano, NULL, NULL), R2S_OK);
  for (int k = 0; k < 8; k++) assert_true(fabs(fano[k] - expected[k]) < 0.012);
  assert_int_equal(r2s_neuron_fano(&p, 500, input, 8, fano, NULL, NULL), R2S_OK);
  for (int k = 0; k < 8; k++) assert_true(fabs(fano[k] - long_expected[k]) < 0.025); /* fewer windows */
}

/* The chain with nothing clever about it: every cell of a fixed grid, every step of dt, kernels by exp, mass
 * above threshold by erfc. density [n]. */
static void plain_density(const r2s_neuron_params *p, double input, int n, double *density) {
  double cell = p->noise_mv / 6, leak = p->dt_ms / p->tau_m_ms, mu = p->v_bias_mv + input;
  int refractory = r2s_neuron_refractory_steps(p), cells = (int)((p->v_th_mv - p->v_reset_mv + 6) / cell);
  double *mass = calloc((size_t)cells, sizeof *mass), *next = calloc((size_t)cells, sizeof *next);
  for (int t = 1; t <= n; t++) {
    double a = t <= refractory ? 0 : leak;
    density[t - 1] = 0;
    for (int i = 0; i < cells; i++) next[i] = 0;
    for (int j = 0; j < (t == 1 ? 1 : cells); j++) {
      double m = t == 1 ? 1 : mass[j], v = t == 1 ? p->v_reset_mv : p->v_th_mv - (j + 0.5) * cell;
      if (m < 1e-17) continue;
      double centre = v + a * (mu - v), y = (p->v_th_mv - centre) / cell;
      density[t - 1] += m * 0.5 * erfc(y * cell / p->noise_mv / sqrt(2));
      for (int i = (int)fmax(0, y - 42); i < cells && i < y + 42; i++) {
        double z = (i + 0.5 - y) / 6;
        next[i] += m * exp(-0.5 * z * z) / (6 * 2.5066282746310002);
      }
    }
    double *swap = mass;
    mass = next, next = swap;
  }
  free(mass);
  free(next);
}

static void test_against_the_plain_chain(void **state) {
  (void)state;
  enum { N = 80 };
  const struct { double t_ref, input; } cases[] = {{2, 3}, {0, -1}, {1.5, 12}};
  for (int c = 0; c < 3; c++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    r2s_neuron_isi isi;
    double plain[N], sum = 0;
    p.noise_mv = 0.5, p.dt_ms = 0.5, p.t_ref_ms = cases[c].t_ref;
    assert_int_equal(r2s_neuron_isi_make(&isi, &p, cases[c].input, N * p.dt_ms, 1, NULL), R2S_OK);
    assert_true(isi.step_ms == p.dt_ms); /* no steps merged: dt is coarse */
    assert_int_equal(isi.n, N);
    plain_density(&p, cases[c].input, N, plain);
    double largest = 0, worst = 0, distance = 0;
    for (int k = 0; k < N; k++) {
      largest = fmax(largest, plain[k]);
      worst = fmax(worst, fabs(isi.density[k] - plain[k]));
      distance += isi.density[k] - plain[k];
      sum += plain[k];
    }
    assert_true(sum > 0.3);
    assert_true(worst < 0.01 * largest);
    assert_true(fabs(distance) < 0.005); /* in all, the chain is up to 0.5 % late */
    r2s_neuron_isi_free(&isi);
  }
}

/* merged steps against steps of dt: rates to 1 % where spikes are rare, 0.3 % elsewhere */
static void test_resolution(void **state) {
  (void)state;
  for (double input = -3; input < 25; input += 1.7) {
    r2s_neuron_params p = r2s_neuron_params_default();
    r2s_neuron_isi coarse, fine;
    assert_int_equal(r2s_neuron_isi_make(&coarse, &p, input, 3000, 1, NULL), R2S_OK);
    assert_int_equal(r2s_neuron_isi_make(&fine, &p, input, 3000, 1000, NULL), R2S_OK);
    assert_true(fabs(fine.step_ms - p.dt_ms) < 1e-12);
    double mean = coarse.mean * coarse.step_ms, sum = 0, first = 0;
    assert_true(fabs(mean / (fine.mean * fine.step_ms) - 1) < (input < -2 ? 0.01 : 0.003));
    for (int k = 0; k < fine.n; k++) {
      sum += fine.density[k];
      first += (k + 1) * fine.density[k];
    }
    if (input > -1) { /* all intervals are shorter than 3 s */
      assert_true(fabs(sum - 1) < 1e-8);
      assert_true(fabs(first / fine.mean - 1) < 1e-6);
    }
    r2s_neuron_isi_free(&coarse);
    r2s_neuron_isi_free(&fine);
  }
}

static void test_limits(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  const double input[] = {-1000, -30, -5, 1e4};
  double fano[4], tiny = 0;
  assert_int_equal(r2s_neuron_fano(&p, 50, input, 4, fano, NULL, NULL), R2S_OK);
  assert_true(fabs(fano[0] - 1) < 1e-9 && fabs(fano[1] - 1) < 1e-9); /* rare spikes: Poisson */
  assert_true(fabs(fano[2] - 1) < 0.01);
  assert_true(fano[3] >= 0 && fano[3] < 0.02); /* a clock */
  /* a window of one step holds 0 or 1 spikes: F = 1 - p */
  assert_int_equal(r2s_neuron_fano(&p, 0.05, &tiny, 1, fano, NULL, NULL), R2S_OK);
  assert_true(fabs(fano[0] - (1 - r2s_neuron_rate_hz(&p, 0) * 5e-5)) < 1e-5);
  /* without noise: counts of a clock of interval T in a window of 2.5 T are 2 or 3: F = 0.25/2.5 */
  p.noise_mv = 0;
  double drive = 7, interval = 1000 / r2s_neuron_rate_hz(&p, drive), silent = -1;
  assert_int_equal(r2s_neuron_fano(&p, 2.5 * interval, &drive, 1, fano, NULL, NULL), R2S_OK);
  assert_true(fabs(fano[0] - 0.1) < 1e-9);
  assert_int_equal(r2s_neuron_fano(&p, 50, &silent, 1, fano, NULL, NULL), R2S_OK);
  assert_true(fano[0] == 1);
}

static void test_bad_arguments(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  double input = 0, fano;
  assert_int_equal(r2s_neuron_fano(&p, 0, &input, 1, &fano, NULL, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_fano(&p, INFINITY, &input, 1, &fano, NULL, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_fano(&p, 1e9, &input, 1, &fano, NULL, NULL), R2S_ERR_ARG);
  r2s_error err = {0};
  input = -1e9;
  assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &fano, NULL, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "input -1e+09 mV is too far from threshold"));
  input = NAN;
  assert_int_not_equal(r2s_neuron_fano(&p, 50, &input, 1, &fano, NULL, NULL), R2S_OK);
  p.noise_mv = -1;
  assert_int_equal(r2s_neuron_fano(&p, 50, &input, 1, &fano, NULL, NULL), R2S_ERR_CONFIG);
  r2s_neuron_isi_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_values), cmocka_unit_test(test_against_the_plain_chain),
      cmocka_unit_test(test_resolution),       cmocka_unit_test(test_limits),
      cmocka_unit_test(test_bad_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
