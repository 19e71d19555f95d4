/* SPDX-License-Identifier: MIT
 * Protects: the native psc engines give NEST's spikes, every one, over whole Go and NoGo trials; voltages
 * follow NEST's; the synapses that NEST has are those sent. NEST is the judge and runs live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "nest/nest_python.h"
#include "rate2spike/io.h"
#include "rate2spike/nest.h"
#include "sanitized.h"
#include "spike/spike_psc.h"
#include "unit/psc_network.h"

static const char *python;

/* Trials of a network: Go and NoGo of 1 s, twice each with their own initial voltages. */
enum { TRIALS = 4 };

static void make_trials(const r2s_model *model, r2s_spike_trial *trials, float **u) {
  for (int k = 0; k < TRIALS; k++) trials[k] = psc_trial(model->n_in, 201, k % 2 == 0, (uint64_t)k, &u[k]);
}

static void compare_records(const r2s_spike_record *native, const r2s_spike_record *nest, const char *what) {
  for (uint64_t k = 0; k < native->n_spikes || k < nest->n_spikes; k++) {
    r2s_spike_event none = {-1, -1};
    r2s_spike_event a = k < native->n_spikes ? native->spikes[k] : none,
                    b = k < nest->n_spikes ? nest->spikes[k] : none;
    if (a.unit != b.unit || a.step != b.step)
      fail_msg("%s: spike %llu of %llu: native unit %d step %d, NEST unit %d step %d", what,
               (unsigned long long)k, (unsigned long long)nest->n_spikes, a.unit, a.step, b.unit, b.step);
  }
  assert_memory_equal(native->counts, nest->counts, (size_t)native->n * sizeof *native->counts);
  assert_int_equal(native->n_samples, nest->n_samples);
  assert_memory_equal(native->out, nest->out,
                      (size_t)native->n_samples * (size_t)native->n_out * sizeof *native->out);
  if (!native->voltage) return;
  for (int k = 0; k < 8 * native->n_samples; k++)
    if (native->voltage[k] != nest->voltage[k])
      fail_msg("%s: unit %d, sample %d: native %.17g mV, NEST %.17g mV", what, k % 8, k / 8,
               native->voltage[k], nest->voltage[k]);
}

/* Runs both engines without noise and compares all trials; returns the number of spikes. */
static uint64_t compare_engines(const r2s_model *model, r2s_spike_config config,
                                const r2s_spike_trial *trials, int n, const char *what) {
  r2s_error err = {0};
  r2s_spike_record native[TRIALS], nest[TRIALS];
  r2s_spike_info info;
  uint64_t spikes = 0;
  config.record_spikes = true;
  config.neuron.noise_mv = 0;
  config.nest_python = python;
  if (r2s_spike_run(r2s_spike_native(), model, &config, trials, n, native, NULL, NULL, &err) != R2S_OK)
    fail_msg("%s: %s", what, err.msg);
  if (r2s_spike_run(r2s_nest_engine(), model, &config, trials, n, nest, &info, NULL, &err) != R2S_OK)
    fail_msg("%s: %s", what, err.msg);
  for (int k = 0; k < n; k++) {
    compare_records(&native[k], &nest[k], what);
    spikes += native[k].n_spikes;
    r2s_spike_record_free(&native[k]);
    r2s_spike_record_free(&nest[k]);
  }
  assert_true(info.weights_checked > 0);
  assert_true(info.weights_max_difference == 0);
  print_message("%s: %llu spikes, the same; %lld weights read back; NEST %.2f + %.2f s\n", what,
                (unsigned long long)spikes, (long long)info.weights_checked, info.build_seconds,
                info.simulate_seconds);
  return spikes;
}

static uint64_t compare_network(const r2s_model *model, const r2s_spike_config *config, const char *what) {
  r2s_spike_trial trials[TRIALS];
  float *u[TRIALS];
  make_trials(model, trials, u);
  uint64_t spikes = compare_engines(model, *config, trials, TRIALS, what);
  for (int k = 0; k < TRIALS; k++) free(u[k]);
  return spikes;
}

static const psc_recipe recipes[] = {
    {250, 1, 2.0, 0.2, true, 35, 35, 1},   /* one tau_d */
    {250, 2, 2.5, 0.06, true, 20, 100, 2}, /* each unit its own, two channels */
    {100, 1, 1.5, 0.2, false, 20, 100, 3}  /* weights of both signs from one unit */
};

/* Every network at 0.1 and 0.05 ms (with sanitizers, at one of them), with delays of one and several steps
 * and initial voltages up to +30 mV. */
static void compare_model(r2s_spike_model kind) {
  for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
    r2s_model model;
    r2s_error err = {0};
    assert_int_equal(psc_network(&model, &recipes[k], &err), R2S_OK);
    const int first = SANITIZED && k > 0, last = !SANITIZED || k > 0;
    for (int fine = first; fine <= last; fine++) {
      r2s_spike_config config = r2s_spike_config_default(kind);
      char what[96];
      config.scale = 25;
      config.neuron.dt_ms = fine ? 0.05 : 0.1;
      config.delay_ms = (k + (size_t)fine) % 2 ? 0.3 : NAN;
      config.neuron.v0_high_mv = 30;
      config.record_voltage = true;
      if (k == 2 && fine) config.tau_r_ms = 0;                            /* single exponential */
      if (kind == R2S_SPIKE_PSC_ALPHA && k == 1) config.tau_syn_ms = NAN; /* each unit's tau_d */
      if (kind == R2S_SPIKE_PSC_ALPHA && k == 2) config.weight_pa = NAN;  /* from the scale */
      snprintf(what, sizeof what, "%s, network %zu, %g ms", r2s_spike_model_name(kind), k,
               config.neuron.dt_ms);
      assert_true(compare_network(&model, &config, what) > 1000);
    }
    r2s_model_free(&model);
  }
}

static void test_psc_dexp(void **state) {
  (void)state;
  compare_model(R2S_SPIKE_PSC_DEXP);
}

static void test_psc_alpha(void **state) {
  (void)state;
  compare_model(R2S_SPIKE_PSC_ALPHA);
}

/* The write-up's table as it is: all units from rest, tau_syn 35 ms, deterministic. */
static void test_table_of_the_write_up(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipes[0], &err), R2S_OK);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  r2s_spike_trial trials[TRIALS];
  float *u[TRIALS];
  make_trials(&model, trials, u);
  assert_true(compare_engines(&model, config, trials, 1, "write-up's table, Go") > 1000);
  /* V_eq = V_th stalls under the threshold: silence rests on rounding, and both engines round alike */
  assert_int_equal(compare_engines(&model, config, trials + 1, 1, "write-up's table, NoGo"), 0);
  config.i_e_pa = 250.001;
  assert_true(compare_engines(&model, config, trials + 1, 1, "write-up's table, NoGo, 250.001 pA") > 0);
  for (int k = 0; k < TRIALS; k++) free(u[k]);
  r2s_model_free(&model);
}

/* The same recorded noise injected into both, and an input that is on from the first column. */
static void test_injected_noise(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipes[1], &err), R2S_OK);
  const int steps = 5000;
  const size_t count = (size_t)steps * (size_t)model.n;
  r2s_random random;
  r2s_random_seed(&random, 3, R2S_STREAM_NEURON, 0, 0, 0);
  float *normal = malloc(count * sizeof *normal), *u;
  double *injected = malloc(count * sizeof *injected);
  r2s_random_fill_normal(&random, normal, count, R2S_ISA_BASELINE);
  for (size_t k = 0; k < count; k++) injected[k] = 14.2 * normal[k];
  r2s_spike_trial trial = psc_trial(model.n_in, 101, true, 9, &u);
  trial.injected_pa = injected;
  for (int t = 0; t < 100; t++) u[model.n_in * t] += 0.5f;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  assert_true(compare_engines(&model, config, &trial, 1, "psc-dexp, injected noise") > 1000);
  free(normal);
  free(injected);
  free(u);
  r2s_model_free(&model);
}

/* The network trained by the authors' own program. */
static void test_authors_network(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  if (r2s_model_load(&model, R2S_TEST_DATA "/authors_gonogo.mat", &err) != R2S_OK) fail_msg("%s", err.msg);
  for (int kind = R2S_SPIKE_PSC_DEXP; kind <= R2S_SPIKE_PSC_ALPHA; kind++) {
    r2s_spike_config config = r2s_spike_config_default((r2s_spike_model)kind);
    char what[64];
    config.scale = 25;
    if (kind == R2S_SPIKE_PSC_ALPHA) config.tau_syn_ms = config.weight_pa = NAN;
    snprintf(what, sizeof what, "%s, the authors' network", r2s_spike_model_name(config.model));
    assert_true(compare_network(&model, &config, what) > 500);
  }
  r2s_model_free(&model);
}

/* Four channels with noise of their own in every column, as in the context task: a generator for each channel
 * and trial. */
static void test_noisy_inputs(void **state) {
  (void)state;
  const psc_recipe recipe = {60, 4, 1.5, 0.2, true, 20, 100, 6};
  r2s_model model;
  r2s_error err = {0};
  r2s_random random;
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  r2s_spike_trial trials[TRIALS];
  float *u[TRIALS];
  make_trials(&model, trials, u);
  for (int k = 0; k < TRIALS; k++) {
    r2s_random_seed(&random, 11, R2S_STREAM_NEURON, 0, (uint64_t)k, 0);
    r2s_random_fill_normal(&random, u[k], 4 * 201, R2S_ISA_BASELINE);
  }
  config.scale = 25;
  config.record_voltage = true;
  assert_true(compare_engines(&model, config, trials, TRIALS, "psc-dexp, noisy inputs") > 500);
  for (int k = 0; k < TRIALS; k++) free(u[k]);
  r2s_model_free(&model);
}

/* Twenty trials that can't differ are simulated once, and each gets its record. */
static void test_equal_trials_are_one_replica(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipes[2], &err), R2S_OK);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  r2s_spike_trial trials[TRIALS];
  r2s_spike_record records[TRIALS];
  r2s_spike_info info;
  float *u[TRIALS];
  make_trials(&model, trials, u);
  config.nest_python = python;
  config.record_spikes = true;
  if (r2s_spike_run(r2s_nest_engine(), &model, &config, trials, TRIALS, records, &info, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  r2s_spike_psc_net net;
  r2s_spike_layout layout;
  assert_int_equal(r2s_spike_layout_make(&layout, &model, &config, &err), R2S_OK);
  assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err), R2S_OK);
  assert_int_equal(info.weights_checked, 2 * net.n_synapses); /* one replica of Go, one of NoGo */
  r2s_spike_psc_net_free(&net);
  assert_true(records[0].n_spikes > 0 && records[0].n_spikes != records[1].n_spikes);
  for (int k = 0; k < 2; k++) {
    assert_int_equal(records[k].condition, records[k + 2].condition);
    compare_records(&records[k], &records[k + 2], "equal trials");
  }
  for (int k = 0; k < TRIALS; k++) {
    r2s_spike_record_free(&records[k]);
    free(u[k]);
  }
  r2s_model_free(&model);
}

/* Trials of different length and input in one kernel are what they are alone. */
static void test_replicas_do_not_meet(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(psc_network(&model, &recipes[1], &err), R2S_OK);
  r2s_spike_trial trials[TRIALS];
  float *u[TRIALS];
  make_trials(&model, trials, u);
  trials[2].duration_ms = 300;
  trials[3] = trials[2];
  u[2][80] = -2; /* noisy input of its own */
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  compare_engines(&model, config, trials, TRIALS, "psc-dexp, trials of different length");
  for (int k = 0; k < TRIALS; k++) free(u[k]);
  r2s_model_free(&model);
}

int main(void) {
  python = nest_python();
  if (!python) return 77;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_psc_dexp),
      cmocka_unit_test(test_psc_alpha),
      cmocka_unit_test(test_table_of_the_write_up),
      cmocka_unit_test(test_authors_network),
      cmocka_unit_test(test_noisy_inputs),
      cmocka_unit_test(test_injected_noise),
      cmocka_unit_test(test_replicas_do_not_meet),
      cmocka_unit_test(test_equal_trials_are_one_replica),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
