/* SPDX-License-Identifier: MIT
 * Protects: a trial's run follows from its id, wherever the run is cut and however many threads there are;
 * the start-up kick is the equation's; a run is what the training's evaluation sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "rate2spike/spike.h"
#include "unit/rate_cases.h"

enum { N = 40 };

static const r2s_rate_run_config noisy = {.state_noise = 0.1,
                                          .shot_noise = 1,
                                          .x0_sd = 0.01,
                                          .start_kick = true,
                                          .fano_window_ms = 50,
                                          .threads = 1};

/* Outputs [n x T-1] of trials first.. */
static double *run(const rate_case *c, uint64_t first, int n, int threads, float *x) {
  int *conditions = malloc((size_t)n * sizeof *conditions);
  double *o = malloc((size_t)n * (size_t)(c->task.n_steps - 1) * sizeof *o);
  r2s_rate_run_config config = noisy;
  r2s_error err = {0};
  config.threads = threads;
  for (int k = 0; k < n; k++) conditions[k] = (int)((first + (uint64_t)k) % 2);
  assert_int_equal(
      r2s_rate_run(&c->model, &c->task, &config, 9, R2S_SET_TEST, first, n, conditions, o, NULL, x, &err),
      R2S_OK);
  free(conditions);
  return o;
}

static void test_a_trial_follows_from_its_id(void **state) {
  (void)state;
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", N);
  size_t samples = (size_t)c.task.n_steps - 1;
  double *all = run(&c, 3, 60, 1, NULL), *threads = run(&c, 3, 60, 3, NULL), *part = run(&c, 21, 7, 2, NULL);
  assert_memory_equal(all, threads, 60 * samples * sizeof *all);
  assert_memory_equal(all + 18 * samples, part, 7 * samples * sizeof *all);
  assert_memory_not_equal(all, all + 2 * samples, samples * sizeof *all);
  free(all);
  free(threads);
  free(part);
  free_rate_case(&c);
}

/* Without conditions they are those of the spiking trials with these numbers. */
static void test_conditions_that_are_not_given_are_balanced(void **state) {
  (void)state;
  enum { TRIALS = 20, FIRST = 3 };
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", N);
  r2s_error err = {0};
  const size_t samples = (size_t)c.task.n_steps - 1;
  int conditions[TRIALS];
  double *given = malloc(TRIALS * samples * sizeof *given), *none = malloc(TRIALS * samples * sizeof *none);
  r2s_spike_trial *trials;
  assert_int_equal(r2s_spike_trials_make(&trials, &c.task, 9, R2S_SET_TEST, FIRST, TRIALS, NULL, &err),
                   R2S_OK);
  for (int k = 0; k < TRIALS; k++) conditions[k] = trials[k].condition;
  r2s_spike_trials_free(trials, TRIALS);
  assert_int_equal(r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, FIRST, TRIALS, conditions, given,
                                NULL, NULL, &err),
                   R2S_OK);
  assert_int_equal(
      r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, FIRST, TRIALS, NULL, none, NULL, NULL, &err),
      R2S_OK);
  assert_memory_equal(given, none, TRIALS * samples * sizeof *none);
  assert_int_equal(
      r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, INT32_MAX, 1, NULL, none, NULL, NULL, &err),
      R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "trials 2147483647 to 2147483647 + 1 without conditions"));
  conditions[1] = 2;
  assert_int_equal(r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, FIRST, TRIALS, conditions, none,
                                NULL, NULL, &err),
                   R2S_ERR_ARG);
  assert_string_equal(err.msg, "trial 1: condition 2; expected 0 to 1 of task go-nogo-short");
  free(given);
  free(none);
  free_rate_case(&c);
}

/* Mean and variance of x_0 over trials: with K_ij = W_ij/(kappa tau_i), p sum_j K_ij and p (1 - p) sum_j
 * K_ij^2. */
static void test_the_kick_has_its_mean_and_variance(void **state) {
  (void)state;
  enum { TRIALS = 480 };
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", N);
  size_t states = (size_t)c.task.n_steps * N;
  float *x = malloc(TRIALS * states * sizeof *x);
  double W[N * N], tau_ms[N], p = r2s_neuron_start_probability(&c.model.neuron), chi2 = 0;
  double *o = run(&c, 0, TRIALS, 2, x);
  r2s_model_effective_w(&c.model, false, W);
  r2s_model_tau_d_ms(&c.model, tau_ms);
  for (int i = 0; i < N; i++) {
    double expected = 0, variance = 1e-4, mean = 0, square = 0;
    for (int j = 0; j < N; j++) {
      double kick = W[i * N + j] * 1000 / (c.model.kappa_hz * tau_ms[i]);
      expected += p * kick;
      variance += p * (1 - p) * kick * kick;
    }
    for (size_t k = 0; k < TRIALS; k++) mean += (double)x[k * states + (size_t)i] / TRIALS;
    for (size_t k = 0; k < TRIALS; k++)
      square += pow((double)x[k * states + (size_t)i] - mean, 2) / (TRIALS - 1);
    assert_true(fabs(mean - expected) < 4.5 * sqrt(variance / TRIALS));
    assert_true(fabs(square / variance - 1) < 0.4);
    chi2 += pow(mean - expected, 2) / (variance / TRIALS);
  }
  assert_true(chi2 > 15 && chi2 < 80); /* 40 degrees of freedom */
  free(x);
  free(o);
  free_rate_case(&c);
}

static void test_a_misfit_is_refused(void **state) {
  (void)state;
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", N),
            xor = make_rate_case(R2S_RECIPE_MATCHED, "xor", N);
  double *o = malloc(1000 * sizeof *o);
  int conditions[1] = {7};
  r2s_error err = {0};
  assert_int_equal(
      r2s_rate_run(&c.model, &xor.task, &noisy, 9, R2S_SET_TEST, 0, 1, conditions, o, NULL, NULL, &err),
      R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "w_in has 1 input channels; task \"xor\" expects 2"));
  c.model.dt_ms = 2.5;
  assert_int_equal(
      r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, 0, 1, conditions, o, NULL, NULL, &err),
      R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "rate step is 2.5 ms; task \"go-nogo-short\" expects 5 ms"));
  c.model.dt_ms = 5;
  assert_int_equal(
      r2s_rate_run(&c.model, &c.task, &noisy, 9, R2S_SET_TEST, 0, 1, conditions, o, NULL, NULL, &err),
      R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "condition 7"));
  free(o);
  free_rate_case(&c);
  free_rate_case(&xor);
}

/* A sigmoid's kick and shot noise are those of its LIF; a mask's factor would be applied twice. */
static void test_what_a_run_reads_is_checked(void **state) {
  (void)state;
  rate_case c = make_rate_case(R2S_RECIPE_WRITEUP, "go-nogo-short", N);
  r2s_rate_run_config plain = noisy;
  plain.shot_noise = 0;
  plain.start_kick = false;
  double *o = malloc((size_t)c.task.n_steps * sizeof *o);
  int conditions[1] = {0};
  r2s_error err = {0};
#define RUN(config)                                                                                          \
  r2s_rate_run(&c.model, &c.task, &(config), 9, R2S_SET_TEST, 0, 1, conditions, o, NULL, NULL, &err)
  c.model.neuron = (r2s_neuron_params){0};
  assert_int_equal(RUN(plain), R2S_OK);
  assert_int_equal(RUN(noisy), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "neuron: tau_m = 0; expected more than 0 ms"));
  c.model.som_mask[3] = -1;
  assert_int_equal(RUN(plain), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "som_mask: found -1 in row 1, column 4 (from 1); expected 0 or 1"));
#undef RUN
  free(o);
  free_rate_case(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_conditions_that_are_not_given_are_balanced),
                                     cmocka_unit_test(test_a_trial_follows_from_its_id),
                                     cmocka_unit_test(test_the_kick_has_its_mean_and_variance),
                                     cmocka_unit_test(test_a_misfit_is_refused),
                                     cmocka_unit_test(test_what_a_run_reads_is_checked)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
