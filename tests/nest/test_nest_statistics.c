/* SPDX-License-Identifier: MIT
 * Protects: NEST's noise_generator and the native engine's noise are the same process: sd of a step,
 * independence of units and of replicas, and the firing rates of a network under it. Live against NEST. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "nest/nest_python.h"
#include "rate2spike/nest.h"
#include "unit/psc_network.h"

static const char *python;

static void run(const r2s_spike_engine *engine, const r2s_model *model, r2s_spike_config config,
                const r2s_spike_trial *trials, int n, r2s_spike_record *records) {
  r2s_error err = {0};
  config.nest_python = python;
  if (r2s_spike_run(engine, model, &config, trials, n, records, NULL, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
}

/* What noise adds in step k. */
static double kick(const double *voltage, int k, double decay) {
  return (voltage[k + 8] + 80) - decay * (voltage[k] + 80);
}

/* Unconnected units far below threshold. */
static void test_noise_of_a_step(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(&model, 8, 1, 1, &err), R2S_OK);
  model.dt_ms = 5;
  model.tau_min_ms = model.tau_max_ms = 35;
  const r2s_spike_engine *engines[] = {r2s_spike_native(), r2s_nest_engine()};
  for (int fine = 0; fine < 2; fine++)
    for (int e = 0; e < 2; e++) {
      r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
      r2s_spike_trial trials[2];
      r2s_spike_record records[2];
      float *u[2];
      config.scale = 1;
      config.e_l_mv = config.neuron.v0_low_mv = config.neuron.v0_high_mv = -80;
      config.neuron.dt_ms = config.record_ms = fine ? 0.05 : 0.1;
      config.record_voltage = true;
      for (int k = 0; k < 2; k++) trials[k] = psc_trial(1, 201, false, (uint64_t)k, &u[k]);
      run(engines[e], &model, config, trials, 2, records);
      const int first = 8 * 4,
                last = 8 * (records[0].n_samples - 1); /* NEST's noise starts in the third step */
      const double decay = exp(-config.neuron.dt_ms / 10), expected = fine ? 0.1 : 0.1 * sqrt(2);
      double square = 0, units = 0, replicas = 0, lag = 0;
      for (int k = first; k < last; k++) {
        double a = kick(records[0].voltage, k, decay);
        square += a * a;
        replicas += a * kick(records[1].voltage, k, decay);
        if (k % 8) units += a * kick(records[0].voltage, k - 1, decay);
        if (k >= first + 8) lag += a * kick(records[0].voltage, k - 8, decay);
      }
      double n = last - first, tolerance = 5 / sqrt(n);
      print_message("%s, %g ms: sd of a step %.5f mV; expected %.5f\n", engines[e]->name, config.neuron.dt_ms,
                    sqrt(square / n), expected);
      assert_true(fabs(sqrt(square / n) / expected - 1) < tolerance);
      assert_true(fabs(units / square) < tolerance);
      assert_true(fabs(replicas / square) < tolerance);
      assert_true(fabs(lag / square) < tolerance);
      for (int k = 0; k < 2; k++) {
        free(u[k]);
        r2s_spike_record_free(&records[k]);
      }
    }
  r2s_model_free(&model);
}

/* Spike counts of 20 trials of a network under noise, random initial voltages: means within 4.5 standard
 * errors. */
static void test_rates_of_a_network(void **state) {
  (void)state;
  enum { N = 20 };
  const psc_recipe recipe = {100, 1, 1.5, 0.2, true, 20, 100, 5};
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 40;
  r2s_spike_trial trials[N];
  float *u[N];
  double mean[2] = {0}, variance[2] = {0};
  for (int k = 0; k < N; k++) trials[k] = psc_trial(1, 101, true, (uint64_t)k, &u[k]);
  for (int e = 0; e < 2; e++) {
    r2s_spike_record records[N];
    run(e ? r2s_nest_engine() : r2s_spike_native(), &model, config, trials, N, records);
    for (int k = 0; k < N; k++) mean[e] += (double)records[k].n_spikes / N;
    for (int k = 0; k < N; k++) variance[e] += pow((double)records[k].n_spikes - mean[e], 2) / (N - 1);
    for (int k = 0; k < N; k++) r2s_spike_record_free(&records[k]);
  }
  print_message("spikes a trial: native %.1f +- %.1f, NEST %.1f +- %.1f\n", mean[0], sqrt(variance[0]),
                mean[1], sqrt(variance[1]));
  assert_true(mean[0] > 100);
  assert_true(fabs(mean[0] - mean[1]) < 4.5 * sqrt((variance[0] + variance[1]) / N));
  for (int k = 0; k < N; k++) free(u[k]);
  r2s_model_free(&model);
}

/* The same seed gives the same noise again, whatever `threads` is; another trial gets other noise. */
static void test_noise_follows_from_the_seed(void **state) {
  (void)state;
  const psc_recipe recipe = {50, 1, 1.5, 0.2, true, 20, 100, 5};
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 40;
  config.record_spikes = true;
  r2s_spike_record records[3][3];
  r2s_spike_trial trials[3];
  float *u[3];
  for (int k = 0; k < 3; k++) trials[k] = psc_trial(1, 41, true, (uint64_t)k, &u[k]);
  for (int threads = 1; threads <= 3; threads++) {
    if (threads == 3) trials[0].id.index = 77; /* names NEST's seed */
    config.threads = threads;
    config.nest_python = python;
    if (r2s_spike_run(r2s_nest_engine(), &model, &config, trials, 3, records[threads - 1], NULL, NULL,
                      &err) != R2S_OK)
      fail_msg("%s", err.msg);
  }
  for (int k = 0; k < 3; k++) {
    const r2s_spike_record *a = &records[0][k], *b = &records[1][k], *c = &records[2][k];
    assert_int_equal(a->n_spikes, b->n_spikes);
    assert_memory_equal(a->spikes, b->spikes, a->n_spikes * sizeof *a->spikes);
    assert_true(a->n_spikes != c->n_spikes ||
                memcmp(a->spikes, c->spikes, a->n_spikes * sizeof *a->spikes) != 0);
  }
  for (int k = 0; k < 9; k++) r2s_spike_record_free(&records[k / 3][k % 3]);
  for (int k = 0; k < 3; k++) free(u[k]);
  r2s_model_free(&model);
}

int main(void) {
  python = nest_python();
  if (!python) return 77;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_noise_of_a_step),
      cmocka_unit_test(test_rates_of_a_network),
      cmocka_unit_test(test_noise_follows_from_the_seed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
