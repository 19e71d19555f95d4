/* SPDX-License-Identifier: MIT
 * Protects: Siegert's rate (Eq. S7), its slope, the noiseless rate, the sigmoid's kappa and the start-up
 * kick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_random.h"
#include "neuron/neuron_chain.h"
#include "rate2spike/neuron.h"

static r2s_neuron_params neuron(double tau_m, double t_ref, double th, double reset, double bias,
                                double noise, double dt) {
  r2s_neuron_params p = r2s_neuron_params_default();
  p.tau_m_ms = tau_m, p.t_ref_ms = t_ref, p.v_th_mv = th, p.v_reset_mv = reset, p.v_bias_mv = bias;
  p.noise_mv = noise, p.dt_ms = dt;
  return p;
}

/* Expected: the same integral by scipy.integrate.quad (SciPy 1.17) over 40 equal parts, each to a relative
 * 1e-13, of exp(-h^2) scipy.special.erfcx(-u), h the upper limit or 0, times exp(h^2). */
static void test_against_quadrature(void **state) {
  (void)state;
  const double default_noise[] = {3.4391110883191e-85, 2.509621427464e-12, 0.039796503159506,
                                  15.827923248081,     24.21534738642,     27.752590900123,
                                  41.604903260884,     98.732124232954,    256.59668881365};
  const double no_refractory[] = {4.2711872266139e-20, 0.039813913198164, 6.877452716542,
                                  24.841170147011,     30.875279358551,   33.77848270195,
                                  47.284161889751,     123.03550563853,   525.84678013218};
  const double slow[] = {0,
                         1.7195555441599e-85,
                         6.376207460021e-30,
                         1.2577740557238e-06,
                         0.01989802290183,
                         0.47502747435836,
                         17.687416313394,
                         53.009613081564,
                         85.971042281821};
  const double noisy[] = {8.14821580637,   31.915929254582, 42.186103017357, 50.151243288883, 52.826767998552,
                          54.165881913622, 60.85689777149,  103.95243544439, 254.45287393859};
  const double quiet[] = {0,
                          8.4260469005068e-137,
                          1.1382904497022e-32,
                          1.2971638157048,
                          36.681769455833,
                          47.502965806992,
                          75.98670761416,
                          165.09651981301,
                          339.36382331348};
  const double inputs[] = {-20, -8, -4, -1, 0, 0.5, 3, 20, 120};
  const struct {
    r2s_neuron_params params;
    const double *rate;
  } cases[] = {{neuron(10, 2, -40, -65, -40, 0.1, 0.05), default_noise},
               {neuron(10, 0, -40, -65, -40, 0.2, 0.05), no_refractory},
               {neuron(20, 10, -50, -60, -52, 0.05, 0.1), slow},
               {neuron(10, 2, -40, -65, -40, 1, 0.05), noisy},
               {neuron(5, 2, -40, -65, -40, 0.02, 0.01), quiet}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
      double rate = r2s_neuron_rate_hz(&cases[c].params, inputs[k]), expected = cases[c].rate[k];
      if (!(fabs(rate - expected) <= 1e-11 * expected))
        fail_msg("case %zu, %g mV: %.14g Hz, expected %.14g", c, inputs[k], rate, expected);
    }
}

static void test_default_values(void **state) {
  (void)state;
  const struct {
    double t_ref, noise, rate;
  } zero[] = {{2, 0.1, 24.2}, {0, 0.1, 25.4}, {10, 0.1, 20.3}, {2, 0.05, 20.7}, {2, 0.2, 29.1}};
  for (size_t k = 0; k < sizeof zero / sizeof *zero; k++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    p.t_ref_ms = zero[k].t_ref, p.noise_mv = zero[k].noise;
    assert_true(fabs(r2s_neuron_rate_hz(&p, 0) - zero[k].rate) < 0.06);
  }
}

static void test_far_inputs(void **state) {
  (void)state;
  const double noises[] = {0, 1e-6, 0.02, 0.1, 1, 50};
  for (size_t n = 0; n < sizeof noises / sizeof *noises; n++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    p.noise_mv = noises[n];
    double last = 0;
    for (double input = -1e6; input <= 1e6; input = input < -1  ? input / 1.3
                                                    : input < 1 ? input + 0.01
                                                                : input * 1.3) {
      double rate = r2s_neuron_rate_hz(&p, input), slope = r2s_neuron_rate_slope(&p, input, rate);
      assert_true(isfinite(rate) && rate >= last * (1 - 1e-12) && rate <= 500);
      assert_true(isfinite(slope) && slope >= 0);
      last = rate;
    }
    assert_true(r2s_neuron_rate_hz(&p, 1e9) > 499.9); /* 1/t_ref */
    if (noises[n] < 50) assert_true(r2s_neuron_rate_hz(&p, -1e6) == 0);
    assert_true(r2s_neuron_rate_hz(&p, -1e300) == 0 && r2s_neuron_rate_hz(&p, -INFINITY) == 0);
  }
}

/* The most noise that is allowed still lifts a unit from there: no cut in the curve. */
static void test_far_inputs_with_much_noise(void **state) {
  (void)state;
  r2s_neuron_params p = neuron(1000, 2, -40, -65, -40, 1e6, 1e-3);
  assert_int_equal(r2s_neuron_params_check(&p, NULL), R2S_OK);
  double last = r2s_neuron_rate_hz(&p, -0.99e9);
  assert_true(last > 0);
  for (double input = -1e9; input > -2e9; input -= 1e7) {
    double rate = r2s_neuron_rate_hz(&p, input);
    assert_true(rate < last && rate > 0.9 * last);
    last = rate;
  }
}

static void test_slope(void **state) {
  (void)state;
  const double noises[] = {0, 0.02, 0.1, 1};
  for (size_t n = 0; n < sizeof noises / sizeof *noises; n++) {
    r2s_neuron_params p = r2s_neuron_params_default();
    p.noise_mv = noises[n];
    for (double input = -5.03; input < 130; input += 0.7) {
      double h = 1e-5, rate = r2s_neuron_rate_hz(&p, input);
      double difference = (r2s_neuron_rate_hz(&p, input + h) - r2s_neuron_rate_hz(&p, input - h)) / (2 * h);
      assert_true(fabs(r2s_neuron_rate_slope(&p, input, rate) - difference) < 1e-6 * (1 + difference));
    }
  }
}

/* noise 0: T = t_ref + tau_m ln((mu - v_reset)/(mu - v_th)), by hand for mu = -40 + 25: ln 2 */
static void test_without_noise(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  p.noise_mv = 0;
  assert_true(r2s_neuron_rate_hz(&p, 0) == 0);
  assert_true(r2s_neuron_rate_hz(&p, -3) == 0);
  assert_true(fabs(r2s_neuron_rate_hz(&p, 25) - 1000 / (2 + 10 * log(2))) < 1e-10);
  r2s_neuron_params small = p;
  small.noise_mv = 1e-5; /* Siegert's limit */
  assert_true(fabs(r2s_neuron_rate_hz(&small, 25) - r2s_neuron_rate_hz(&p, 25)) < 1e-4);
  for (double noise = 1e-90; noise > 0; noise *= 1e-30) { /* what is left of it in a double */
    small.noise_mv = noise;
    assert_true(fabs(r2s_neuron_rate_hz(&small, 25) - r2s_neuron_rate_hz(&p, 25)) < 1e-9);
    assert_true(r2s_neuron_rate_hz(&small, -25) == 0);
  }
}

/* the least-squares fit, with a thousand times the nodes; the reference says 44 Hz */
static void test_kappa(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  double product = 0, square = 0;
  for (int k = 0; k < 8000; k++) {
    double input = -4 + (k + 0.5) * 0.001, s = 1 / (1 + exp(-input));
    product += s * r2s_neuron_rate_hz(&p, input);
    square += s * s;
  }
  double kappa = r2s_neuron_sigmoid_kappa_hz(&p, 4);
  assert_true(fabs(kappa - product / square) < 1e-3);
  assert_true(fabs(kappa - 44) < 0.5);
}

/* A threshold far above the bias leaves no sigmoid: kappa is 1e-10 there. Slow units and those that spike all
 * the time have one. */
static void test_no_unit_without_a_sigmoid(void **state) {
  (void)state;
  r2s_neuron_params p = r2s_neuron_params_default();
  assert_true(r2s_neuron_sigmoid_unit_hz(&p) == r2s_neuron_sigmoid_kappa_hz(&p, R2S_SIGMOID_LIMIT_MV));
  const struct {
    double v_th_mv, noise_mv, t_ref_ms;
    bool has;
  } cases[] = {{-60, 0.1, 2, true},  {-40, 0, 2, true},    {-40, 0.1, 500, true}, {-36, 0.1, 2, true},
               {-35, 0.1, 2, false}, {-29, 0.1, 2, false}, {-36, 0, 2, false},    {-30, 0, 2, false}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    p.v_th_mv = cases[k].v_th_mv, p.noise_mv = cases[k].noise_mv, p.t_ref_ms = cases[k].t_ref_ms;
    assert_int_equal(isfinite(r2s_neuron_sigmoid_unit_hz(&p)) != 0, cases[k].has);
  }
}

/* The first step of the authors' loop, drawn: v_0 + 0.1 N(0,1) >= v_th, the leak held back by t_last = 0 (and
 * not held back where t_ref = 0). */
static void test_start_probability(void **state) {
  (void)state;
  enum { N = 1 << 20 };
  static float normal[N];
  const struct {
    double low, high, noise, t_ref, dt;
  } cases[] = {{-65, 30, 0.1, 2, 0.05}, {-41, -39.5, 0.5, 2, 0.05}, {-40.2, -40.2, 0.3, 2, 0.05},
               {-50, -38, 2, 0, 5},     {-65, -45, 0.1, 2, 0.05},   {-30, 10, 0.1, 2, 0.05}};
  r2s_neuron_params p = r2s_neuron_params_default();
  assert_true(fabs(r2s_neuron_start_probability(&p) - 70.0 / 95) < 1e-9);
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_random random;
    int spikes = 0;
    p.v0_low_mv = cases[c].low, p.v0_high_mv = cases[c].high;
    p.noise_mv = cases[c].noise, p.t_ref_ms = cases[c].t_ref, p.dt_ms = cases[c].dt;
    r2s_random_seed(&random, 5, R2S_STREAM_NEURON, 0, c, 0);
    r2s_random_fill_normal(&random, normal, N, r2s_isa_current());
    for (int k = 0; k < N; k++) {
      double v = p.v0_low_mv + (p.v0_high_mv - p.v0_low_mv) * r2s_random_uniform(&random);
      double dv = p.dt_ms > p.t_ref_ms ? (p.v_bias_mv - v) / p.tau_m_ms : 0;
      spikes += v + p.dt_ms * dv + p.noise_mv * normal[k] >= p.v_th_mv;
    }
    double drawn = (double)spikes / N, sd = sqrt(fmax(drawn * (1 - drawn), 1.0 / N) / N);
    if (!(fabs(r2s_neuron_start_probability(&p) - drawn) < 5 * sd))
      fail_msg("case %zu: %g, drawn %g", c, r2s_neuron_start_probability(&p), drawn);
  }
  p.noise_mv = 0;
  p.v0_low_mv = p.v0_high_mv = -40;
  assert_true(r2s_neuron_start_probability(&p) == 1);
}

static void test_params_check(void **state) {
  (void)state;
  r2s_error err;
  r2s_neuron_params good = r2s_neuron_params_default(), p;
  assert_int_equal(r2s_neuron_params_check(&good, NULL), R2S_OK);
  const struct {
    size_t field;
    double value;
    const char *name;
  } bad[] = {{offsetof(r2s_neuron_params, tau_m_ms), 0, "tau_m"},
             {offsetof(r2s_neuron_params, tau_m_ms), INFINITY, "tau_m"},
             {offsetof(r2s_neuron_params, t_ref_ms), -1, "t_ref"},
             {offsetof(r2s_neuron_params, v_th_mv), NAN, "v_th"},
             {offsetof(r2s_neuron_params, v_reset_mv), -40, "v_reset"},
             {offsetof(r2s_neuron_params, v_bias_mv), INFINITY, "v_bias"},
             {offsetof(r2s_neuron_params, noise_mv), -0.1, "noise"},
             {offsetof(r2s_neuron_params, dt_ms), 0, "dt"},
             {offsetof(r2s_neuron_params, dt_ms), 11, "dt"},
             {offsetof(r2s_neuron_params, v0_low_mv), NAN, "v0_low"},
             {offsetof(r2s_neuron_params, v0_high_mv), -70, "v0_high"}};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    p = good;
    memcpy((char *)&p + bad[k].field, &bad[k].value, sizeof(double));
    assert_int_equal(r2s_neuron_params_check(&p, &err), R2S_ERR_CONFIG);
    assert_non_null(strstr(err.msg, bad[k].name));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_quadrature),
      cmocka_unit_test(test_default_values),
      cmocka_unit_test(test_far_inputs),
      cmocka_unit_test(test_far_inputs_with_much_noise),
      cmocka_unit_test(test_slope),
      cmocka_unit_test(test_without_noise),
      cmocka_unit_test(test_kappa),
      cmocka_unit_test(test_no_unit_without_a_sigmoid),
      cmocka_unit_test(test_start_probability),
      cmocka_unit_test(test_params_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
