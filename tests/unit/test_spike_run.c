/* SPDX-License-Identifier: MIT
 * Protects: the native engine around the models. Settings, trials and networks that make no sense are refused
 * by name; cancelling leaves nothing behind; trials of a task are balanced and the same however they are cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "psc_network.h"
#include "spike/spike_model.h"

static const r2s_spike_model MODELS[] = {R2S_SPIKE_LIF, R2S_SPIKE_LIF_UNIT, R2S_SPIKE_PSC_DEXP,
                                         R2S_SPIKE_PSC_ALPHA};

static void make_network_of(r2s_model *model, double tau_min_ms, double tau_max_ms) {
  r2s_error err = {0};
  psc_recipe recipe = {20, 1, 1.5, 0.3, true, tau_min_ms, tau_max_ms, 5};
  assert_int_equal(psc_network(model, &recipe, &err), R2S_OK);
}

static void make_network(r2s_model *model) {
  make_network_of(model, 35, 35);
}

static void test_defaults_pass_the_check(void **state) {
  (void)state;
  for (size_t k = 0; k < 4; k++) {
    r2s_error err = {0};
    r2s_spike_config config = r2s_spike_config_default(MODELS[k]);
    assert_true(config.model == MODELS[k]);
    assert_true(isnan(config.scale));
    assert_int_equal(r2s_spike_config_check(&config, &err), R2S_OK);
  }
  assert_string_equal(r2s_spike_model_name(R2S_SPIKE_LIF), "lif");
  assert_string_equal(r2s_spike_model_name(R2S_SPIKE_LIF_UNIT), "lif-unit");
  assert_string_equal(r2s_spike_model_name(R2S_SPIKE_PSC_DEXP), "psc-dexp");
  assert_string_equal(r2s_spike_model_name(R2S_SPIKE_PSC_ALPHA), "psc-alpha");
}

static void expect_refused(const r2s_spike_config *config, const char *word) {
  r2s_error err = {0};
  assert_int_equal(r2s_spike_config_check(config, &err), R2S_ERR_CONFIG);
  if (!strstr(err.msg, word)) fail_msg("\"%s\" doesn't name %s", err.msg, word);
}

static void test_check_refuses(void **state) {
  (void)state;
  r2s_spike_config config;
#define REFUSE(kind, change, word)                                                                           \
  do {                                                                                                       \
    config = r2s_spike_config_default(kind);                                                                 \
    change;                                                                                                  \
    expect_refused(&config, word);                                                                           \
  } while (0)
  REFUSE(R2S_SPIKE_LIF, config.model = (r2s_spike_model)4, "spiking model 4; expected 0 to 3");
  REFUSE(R2S_SPIKE_LIF, config.scale = 0, "scale");
  REFUSE(R2S_SPIKE_LIF, config.scale = INFINITY, "scale");
  REFUSE(R2S_SPIKE_LIF, config.tau_r_ms = -1, "tau_r");
  REFUSE(R2S_SPIKE_LIF, config.tau_r_ms = NAN, "tau_r");
  REFUSE(R2S_SPIKE_LIF_UNIT, config.tau_r_ms = 0, "tau_r");
  REFUSE(R2S_SPIKE_LIF_UNIT, config.neuron.noise_mv = 0.1, "noise");
  REFUSE(R2S_SPIKE_LIF_UNIT, config.tau_r_ms = 0.05, "dt = 0.1 ms with tau_r = 0.05 ms");
  REFUSE(R2S_SPIKE_LIF, config.record_ms = 0, "record");
  REFUSE(R2S_SPIKE_PSC_DEXP, config.c_m_pf = 0, "C_m");
  REFUSE(R2S_SPIKE_PSC_DEXP, config.c_m_pf = 1e-310, "C_m = 1e-310 pF; expected 1e-6 to 1e12");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.c_m_pf = 1e13, "C_m");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.c_m_pf = NAN, "C_m");
  REFUSE(R2S_SPIKE_PSC_DEXP, config.i_e_pa = NAN, "I_e");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.i_e_pa = -1e300, "I_e = -1e+300 pA");
  REFUSE(R2S_SPIKE_PSC_DEXP, config.input_pa = 1e300, "input = 1e+300 pA");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.weight_pa = 1e300, "weight = 1e+300 pA; expected > 0 and up to 1e15");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.weight_pa = 0, "weight");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.tau_syn_ms = -35, "tau_syn");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.tau_syn_ms = 1e308, "tau_syn"); /* its weights were no numbers */
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.delay_ms = 0, "delay");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.readout_ms = 0, "readout");
  REFUSE(R2S_SPIKE_LIF, config.neuron.tau_m_ms = 0, "lif");
  /* the fast engine, where they are one number, had each unit spike at each step */
  REFUSE(R2S_SPIKE_LIF, config.neuron.v_reset_mv = -40.000001, "v_reset = -40.000001 mV with v_th = -40 mV");
  config.reference = true;
  assert_int_equal(r2s_spike_config_check(&config, NULL), R2S_OK);
  /* what no int holds in steps */
  REFUSE(R2S_SPIKE_LIF, config.neuron.t_ref_ms = 2e8, "t_ref = 2e+08; expected 0 to 1000");
  REFUSE(R2S_SPIKE_LIF, config.neuron.dt_ms = 1e-9, "dt");
  REFUSE(R2S_SPIKE_LIF, config.record_ms = 1e9, "record = 1e+09 ms; expected > 0 and up to 1000");
  REFUSE(R2S_SPIKE_PSC_DEXP, config.delay_ms = 1e9, "delay = 1e+09 ms; expected > 0 and up to 1000");
  REFUSE(R2S_SPIKE_PSC_ALPHA, config.readout_ms = 1e9, "readout bin = 1e+09 ms; expected > 0 and up to 1000");
#undef REFUSE
}

/* prepare (and one trial) must fail with this status and a message that holds the word. */
static void expect_failure(const r2s_model *model, const r2s_spike_config *config,
                           const r2s_spike_trial *trial, r2s_status expected, const char *word) {
  r2s_error err = {0};
  r2s_spike_record record;
  r2s_status st = r2s_spike_run(r2s_spike_native(), model, config, trial, 1, &record, NULL, NULL, &err);
  assert_int_equal(st, expected);
  assert_int_equal(err.code, expected);
  if (!strstr(err.msg, word)) fail_msg("\"%s\" doesn't name %s", err.msg, word);
}

static void expect_success(const r2s_model *model, const r2s_spike_config *config,
                           const r2s_spike_trial *trial) {
  r2s_error err = {0};
  r2s_spike_record record;
  if (r2s_spike_run(r2s_spike_native(), model, config, trial, 1, &record, NULL, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  r2s_spike_record_free(&record);
}

/* A unit that is no number would be silent. */
static void test_voltages_that_are_no_numbers_are_refused(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  const r2s_spike_trial trial = psc_trial(1, 21, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  model.w_in[4] = 1e42;
  expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC, "the voltage of unit 5 (from 1) is ");
  model.w_in[4] = -1e307;
  for (int k = 4; k < 9; k++) u[k] = 1000;
  for (size_t k = 0; k < 5; k++) {
    config = r2s_spike_config_default(MODELS[k % 4]);
    config.scale = 25;
    config.reference = k == 4; /* of lif */
    expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC, "the voltage of unit 5 (from 1) is ");
  }
  free(u);
  r2s_model_free(&model);
}

/* NEST's models, in which delay, refractory time and the readout's bin are whole numbers of steps. */
static void test_networks_that_nest_has_not_are_refused(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  const r2s_spike_trial trial = psc_trial(1, 21, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  config.readout_ms = 5.05;
  expect_failure(&model, &config, &trial, R2S_ERR_CONFIG, "readout = 5.05 ms; expected a multiple");
  config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.delay_ms = 0.15;
  expect_failure(&model, &config, &trial, R2S_ERR_CONFIG, "delay = 0.15 ms; expected a multiple");
  config.delay_ms = NAN;
  config.tau_r_ms = 35;
  expect_failure(&model, &config, &trial, R2S_ERR_CONFIG, "unit 1 (from 1) has tau_d = tau_r = 35 ms");
  free(u);
  r2s_model_free(&model);
}

/* The one of W, scale and tau_d that is to blame is named. */
static void test_what_is_beyond_single_precision_is_named(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  const r2s_spike_trial trial = psc_trial(1, 21, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  const double w = model.w[20 + 2];
  model.w[20 + 2] = 25e43;
  expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC, "network: w[1][2] / scale = 1e+43");
  model.w[20 + 2] = w;
  model.tau_min_ms = model.tau_max_ms = 1e-300;
  expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC,
                 "network: unit 1 (from 1) has tau_d = 1e-300 ms: ");
  free(u);
  r2s_model_free(&model);
}

/* Equal and different tau_d: lif-unit divides by the scale in other places. */
static void test_weights_beyond_a_double_are_refused(void **state) {
  (void)state;
  for (double tau_max_ms = 35; tau_max_ms < 80; tau_max_ms += 40) {
    r2s_model model;
    make_network_of(&model, 35, tau_max_ms);
    float *u;
    const r2s_spike_trial trial = psc_trial(1, 21, true, 0, &u);
    r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF_UNIT);
    config.scale = 1e-6;
    model.w[20 + 2] = 1e303;
    const char *message = "w[1][2] / scale = inf; expected a finite number";
    expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC, message);
    config = r2s_spike_config_default(R2S_SPIKE_LIF);
    config.scale = 1e-6;
    config.reference = true;
    expect_failure(&model, &config, &trial, R2S_ERR_NUMERIC, message);
    free(u);
    r2s_model_free(&model);
  }
}

/* lif-unit's Euler filters decay up to twice their time constants. */
static void test_filters_that_grow_are_refused(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  const r2s_spike_trial trial = psc_trial(1, 21, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF_UNIT);
  config.scale = 25;
  config.tau_r_ms = 0.051;
  expect_success(&model, &config, &trial);
  model.tau_min_ms = model.tau_max_ms = 0.051;
  expect_success(&model, &config, &trial);
  model.tau_min_ms = model.tau_max_ms = 0.05;
  expect_failure(&model, &config, &trial, R2S_ERR_CONFIG,
                 "dt = 0.1 ms, and unit 1 (from 1) has tau_d = 0.05 ms; expected a step below twice tau_d");
  free(u);
  r2s_model_free(&model);
}

static void test_run_refuses(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  const r2s_spike_trial good = psc_trial(1, 21, true, 0, &u);
  r2s_spike_trial trial = good;
  for (size_t k = 0; k < 4; k++) {
    r2s_spike_config config = r2s_spike_config_default(MODELS[k]);
    if (MODELS[k] != R2S_SPIKE_PSC_ALPHA) expect_failure(&model, &config, &good, R2S_ERR_CONFIG, "scale");
    config.scale = 25;
    trial.n_columns = 10;
    expect_failure(&model, &config, &trial, R2S_ERR_ARG, "columns");
    trial = good;
    trial.u = NULL;
    expect_failure(&model, &config, &trial, R2S_ERR_ARG, "columns");
    trial = good;
    config.input_on_step = true; /* lif's: the others have no column for a trial's very end */
    trial.n_columns = 20;
    expect_success(&model, &config, &trial);
    config.input_on_step = false;
    if (MODELS[k] == R2S_SPIKE_LIF)
      expect_failure(&model, &config, &trial, R2S_ERR_ARG, "20 columns of input; expected at least 21");
    else
      expect_success(&model, &config, &trial);
    trial = good;
    trial.duration_ms = 0;
    expect_failure(&model, &config, &trial, R2S_ERR_ARG, "duration");
    trial = good;
    trial.noise_scale = -1;
    expect_failure(&model, &config, &trial, R2S_ERR_ARG, "noise_scale");
    trial = good;
    trial.n_in = 2;
    expect_failure(&model, &config, &trial, R2S_ERR_ARG, "2 channels of input; expected the network's 1");
    trial = good;
    config.record_ms = 0.13;
    expect_failure(&model, &config, &good, R2S_ERR_CONFIG, "record");
    config.record_ms = 1;
    config.neuron.dt_ms = 0.3;
    expect_failure(&model, &config, &good, R2S_ERR_CONFIG, "rate step");
    config.neuron.dt_ms = 0.0502; /* 99.6 steps of 5 ms */
    expect_failure(&model, &config, &good, R2S_ERR_CONFIG, "rate step");
    config.neuron.dt_ms = 0.1;
    model.w[7] = NAN;
    expect_failure(&model, &config, &good, R2S_ERR_NUMERIC, "network: w: 1 of ");
    model.w[7] = 0;
  }
  free(u);
  r2s_model_free(&model);
}

typedef struct watch {
  int calls, stop_after;
  double done, total;
} watch;

static void on_progress(void *user, const char *stage, double done, double total, const char *detail) {
  watch *w = user;
  assert_non_null(stage);
  assert_non_null(detail);
  w->calls++;
  w->done = done;
  w->total = total;
}

static bool on_cancelled(void *user) {
  const watch *w = user;
  return w->stop_after > 0 && w->calls >= w->stop_after;
}

static void test_monitor(void **state) {
  (void)state;
  enum { TRIALS = 12 };
  r2s_model model;
  make_network(&model);
  float *u;
  r2s_spike_trial trials[TRIALS];
  r2s_spike_record records[TRIALS];
  trials[0] = psc_trial(1, 21, true, 0, &u);
  for (int k = 1; k < TRIALS; k++) trials[k] = trials[0];
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  config.threads = 2;
  watch w = {0};
  r2s_monitor monitor = {.progress = on_progress, .cancelled = on_cancelled, .user = &w};
  r2s_spike_info info;
  r2s_error err = {0};
  assert_int_equal(
      r2s_spike_run(r2s_spike_native(), &model, &config, trials, TRIALS, records, &info, &monitor, &err),
      R2S_OK);
  assert_true(w.calls >= 1 && w.done == TRIALS && w.total == TRIALS);
  assert_true(strncmp(info.engine, "native ", 7) == 0);
  assert_true(info.scale == 25 && info.simulate_seconds > 0 && info.build_seconds > 0 &&
              info.weights_checked == 0);
  for (int k = 0; k < TRIALS; k++) r2s_spike_record_free(&records[k]);
  w = (watch){.stop_after = 1};
  config.threads = 1;
  assert_int_equal(
      r2s_spike_run(r2s_spike_native(), &model, &config, trials, TRIALS, records, &info, &monitor, &err),
      R2S_ERR_CANCELLED);
  assert_int_equal(w.calls, 1);
  assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, 0, records, &info, NULL, &err),
                   R2S_OK);
  free(u);
  r2s_model_free(&model);
}

/* What is trained and predicted for is the unit that is simulated. */
static void test_the_curves_neuron(void **state) {
  (void)state;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.neuron.dt_ms = 0.1;
  assert_true(r2s_spike_curve_neuron(&config).noise_mv == config.neuron.noise_mv);
  config.noise_per_root_dt = true;
  assert_true(fabs(r2s_spike_curve_neuron(&config).noise_mv - 0.1 * sqrt(2)) < 1e-15);
  assert_true(r2s_spike_curve_neuron(&config).dt_ms == 0.1);
}

static bool on_fifth(void *user) {
  return ++*(int *)user >= 5;
}

/* A trial may be long: it ends within, in each thread. */
static void test_cancelled_within_a_trial(void **state) {
  (void)state;
  enum { N_MODELS = sizeof MODELS / sizeof *MODELS, TRIALS = 1000 /* so that no thread is too late */ };
  r2s_model model;
  make_network(&model);
  float *u;
  r2s_spike_trial *trials = malloc(TRIALS * sizeof *trials);
  r2s_spike_record *records = malloc(TRIALS * sizeof *records);
  assert_true(trials && records);
  trials[0] = psc_trial(1, 21, true, 0, &u);
  for (int k = 1; k < TRIALS; k++) trials[k] = trials[0];
  for (int k = 0; k <= N_MODELS; k++) {
    r2s_spike_config config = r2s_spike_config_default(MODELS[k % N_MODELS]);
    config.reference = k == N_MODELS; /* of lif, which is the first */
    config.scale = 25;
    for (config.threads = 1; config.threads <= 2; config.threads++) {
      int asked = 0;
      const r2s_monitor monitor = {.cancelled = on_fifth, .user = &asked};
      r2s_error err = {0};
      assert_int_equal(
          r2s_spike_run(r2s_spike_native(), &model, &config, trials, TRIALS, records, NULL, &monitor, &err),
          R2S_ERR_CANCELLED);
      assert_int_equal(asked, 5);
      assert_non_null(strstr(err.msg, "interrupted "));
    }
  }
  free(trials);
  free(records);
  free(u);
  r2s_model_free(&model);
}

static void make_task(r2s_task *task, r2s_task_condition conditions[2], r2s_task_pulse *pulse) {
  *pulse = (r2s_task_pulse){.channel = 0, .from_ms = 100, .to_ms = 150, .value = 1, .noise_sd = 0.1};
  memset(conditions, 0, 2 * sizeof *conditions);
  conditions[0].probability = conditions[1].probability = 0.5;
  static r2s_task_rule rule = {.from_ms = 100, .to_ms = 200, .threshold = 1};
  strcpy(conditions[0].name, "a");
  strcpy(conditions[1].name, "b");
  for (int c = 0; c < 2; c++)
    for (int k = 0; k < R2S_CRITERION_COUNT; k++)
      conditions[c].rules[k].rule = &rule, conditions[c].rules[k].count = 1;
  conditions[0].n_pulses = 1;
  conditions[0].pulses = pulse;
  *task = (r2s_task){.name = "t", .n_steps = 40, .dt_ms = 5, .n_channels = 1, .n_outputs = 1};
  task->n_conditions = 2;
  task->conditions = conditions;
}

static void test_trials_of_a_task(void **state) {
  (void)state;
  r2s_task task;
  r2s_task_condition conditions[2];
  r2s_task_pulse pulse;
  make_task(&task, conditions, &pulse);
  r2s_error err = {0};
  r2s_spike_trial *all, *tail;
  if (r2s_spike_trials_make(&all, &task, 9, R2S_SET_SEARCH, 0, 10, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  assert_int_equal(r2s_spike_trials_make(&tail, &task, 9, R2S_SET_SEARCH, 7, 3, NULL, &err), R2S_OK);
  for (int k = 0; k < 10; k++) {
    assert_int_equal(all[k].condition, k % 2);
    assert_int_equal(all[k].n_columns, 41);
    assert_true(all[k].duration_ms == 200 && all[k].noise_scale == 1 && !all[k].v0 && !all[k].injected_pa);
    assert_int_equal(all[k].id.index, k);
    assert_true(all[k].u[40] == 0);
    assert_true(fabsf(all[k].u[20] - (k % 2 ? 0 : 1)) < 0.7f);
    assert_true((all[k].u[20] == 0) == (k % 2 == 1));
  }
  for (int k = 0; k < 3; k++) {
    assert_int_equal(tail[k].condition, all[7 + k].condition);
    assert_memory_equal(tail[k].u, all[7 + k].u, 41 * sizeof(float));
  }
  r2s_spike_trials_free(tail, 3);
  const int wanted[2] = {1, 1}, wrong[2] = {0, 2};
  assert_int_equal(r2s_spike_trials_make(&tail, &task, 9, R2S_SET_SEARCH, 0, 2, wanted, &err), R2S_OK);
  assert_int_equal(tail[0].condition, 1);
  r2s_spike_trials_free(tail, 2);
  assert_int_equal(r2s_spike_trials_make(&tail, &task, 9, R2S_SET_SEARCH, 0, 2, wrong, &err), R2S_ERR_ARG);
  assert_null(tail);
  assert_non_null(strstr(err.msg, "condition 2"));
  r2s_spike_trials_free(all, 10);
  r2s_spike_trials_free(NULL, 0);
  r2s_spike_record_free(NULL);
}

/* Trials of one id share initial voltages and noise whatever the scale; other ids don't. */
static void test_randomness_follows_from_the_id(void **state) {
  (void)state;
  r2s_model model;
  make_network(&model);
  float *u;
  r2s_spike_trial trials[2];
  trials[0] = trials[1] = psc_trial(1, 21, false, 0, &u);
  trials[1].id.index = 1;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.record_voltage = true;
  config.record_ms = 0.05;
  r2s_spike_record a[2], b[2];
  r2s_error err = {0};
  config.scale = 25;
  assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, 2, a, NULL, NULL, &err),
                   R2S_OK);
  config.scale = 50;
  assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, 2, b, NULL, NULL, &err),
                   R2S_OK);
  assert_memory_equal(a[0].voltage, b[0].voltage,
                      30 * 8 * sizeof(double)); /* refractory: only noise so far */
  assert_memory_not_equal(a[0].voltage, a[1].voltage, 8 * sizeof(double));
  for (int k = 0; k < 2; k++) r2s_spike_record_free(&a[k]), r2s_spike_record_free(&b[k]);
  free(u);
  r2s_model_free(&model);
}

/* One more than go together. */
enum { SCALES = R2S_SPIKE_MOST_TOGETHER + 1, TOGETHER_TRIALS = 3, CHANNELS = 5 };
static const double many_scales[SCALES] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* Trials at each scale alone, and those that came out the same together with others. */
typedef struct scales_case {
  r2s_spike_record alone[SCALES][TOGETHER_TRIALS];
  int taken[SCALES][TOGETHER_TRIALS], same[SCALES][TOGETHER_TRIALS];
  int refused; /* trial; -1: none */
} scales_case;

static r2s_status compare_with_alone(void *user, int scale, int trial, const r2s_spike_record *b,
                                     r2s_error *err) {
  scales_case *c = user;
  const r2s_spike_record *a = &c->alone[scale][trial];
  c->taken[scale][trial]++;
  if (trial == c->refused) return r2s_fail(err, R2S_ERR_IO, "trial %d is not wanted", trial);
  c->same[scale][trial] += a->n_spikes > 0 && a->n_spikes == b->n_spikes &&
                           memcmp(a->spikes, b->spikes, a->n_spikes * sizeof *a->spikes) == 0 &&
                           memcmp(a->out, b->out, (size_t)(a->n_samples * a->n_out) * sizeof *a->out) == 0;
  return R2S_OK;
}

/* Trials of 100 ms with an input of `CHANNELS` channels. */
static void make_trials_together(r2s_spike_trial trials[TOGETHER_TRIALS]) {
  static float u[21 * CHANNELS];
  for (int k = 0; k < 21 * CHANNELS; k++) u[k] = (float)(k % 7) / 3;
  for (uint64_t k = 0; k < TOGETHER_TRIALS; k++)
    trials[k] = (r2s_spike_trial){
        .id = {1, R2S_SET_SIMULATE, k}, .u = u, .n_columns = 21, .duration_ms = 100, .noise_scale = 1};
}

/* Scales that share their noise, or their product, give, bit by bit, what each gives alone. n_scales: more
 * than go together, or fewer; tau_max_ms: other than 35, and the units' tau_d differ. */
static void compare_scales(int n_scales, double tau_max_ms) {
  const r2s_spike_model kinds[] = {R2S_SPIKE_LIF, R2S_SPIKE_PSC_DEXP, R2S_SPIKE_LIF_UNIT};
  r2s_spike_trial trials[TOGETHER_TRIALS];
  r2s_model model;
  r2s_error err = {0};
  make_network_of(&model, 35, tau_max_ms);
  assert_true(model.n_in <= CHANNELS);
  make_trials_together(trials);
  for (int m = 0; m < 3; m++) {
    r2s_spike_config config = r2s_spike_config_default(kinds[m]);
    scales_case found = {.refused = -1};
    config.record_spikes = true;
    config.threads = 2;
    for (int c = 0; c < n_scales; c++) {
      config.scale = many_scales[c];
      assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, TOGETHER_TRIALS,
                                     found.alone[c], NULL, NULL, &err),
                       R2S_OK);
    }
    assert_int_equal(r2s_spike_run_scales(&model, &config, many_scales, n_scales, trials, TOGETHER_TRIALS,
                                          compare_with_alone, &found, NULL, &err),
                     R2S_OK);
    for (int c = 0; c < n_scales; c++)
      for (int k = 0; k < TOGETHER_TRIALS; k++) {
        assert_int_equal(found.taken[c][k], 1);
        assert_int_equal(found.same[c][k], 1);
        r2s_spike_record_free(&found.alone[c][k]);
      }
  }
  r2s_model_free(&model);
}

/* The same trial twice, of which the second keeps no spikes: they are counted all the same. */
static void test_dropped_spikes(void **state) {
  (void)state;
  const r2s_spike_model kinds[] = {R2S_SPIKE_LIF, R2S_SPIKE_PSC_DEXP, R2S_SPIKE_LIF_UNIT};
  r2s_spike_trial trials[TOGETHER_TRIALS];
  r2s_spike_record records[2];
  r2s_model model;
  r2s_error err = {0};
  make_network_of(&model, 35, 35);
  make_trials_together(trials);
  trials[1] = trials[0];
  trials[1].drop_spikes = true;
  for (int m = 0; m < 3; m++) {
    r2s_spike_config config = r2s_spike_config_default(kinds[m]);
    config.record_spikes = true;
    config.scale = many_scales[0];
    assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, 2, records, NULL, NULL, &err),
                     R2S_OK);
    assert_non_null(records[0].spikes);
    assert_null(records[1].spikes);
    assert_true(records[0].n_spikes > 0 && records[1].n_spikes == records[0].n_spikes);
    assert_memory_equal(records[1].counts, records[0].counts, (size_t)model.n * sizeof *records[0].counts);
    for (int k = 0; k < 2; k++) r2s_spike_record_free(&records[k]);
  }
  r2s_model_free(&model);
}

/* Nothing of a trial that fails is taken, nor anything twice; and nothing is left behind. */
static void test_scales_that_fail(void **state) {
  (void)state;
  r2s_spike_trial trials[TOGETHER_TRIALS];
  r2s_model model;
  r2s_error err = {0};
  make_network_of(&model, 35, 35);
  make_trials_together(trials);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = 1;
  scales_case found = {.refused = -1};
  double scales[SCALES]; /* the last cannot be: the others are done before it is looked at */
  memcpy(scales, many_scales, sizeof scales);
  scales[SCALES - 1] = -1;
  assert_int_equal(r2s_spike_run_scales(&model, &config, scales, SCALES, trials, TOGETHER_TRIALS,
                                        compare_with_alone, &found, NULL, &err),
                   R2S_ERR_CONFIG);
  assert_int_equal(found.taken[0][TOGETHER_TRIALS - 1], 1);
  assert_int_equal(found.taken[SCALES - 1][0], 0);
  /* one that its taker refuses */
  found = (scales_case){.refused = 1};
  assert_int_equal(r2s_spike_run_scales(&model, &config, scales, 2, trials, TOGETHER_TRIALS,
                                        compare_with_alone, &found, NULL, &err),
                   R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "trial 1 is not wanted"));
  assert_true(found.taken[1][0] == 1 && found.taken[0][1] == 1 && found.taken[1][1] == 0);
  /* one that fails within */
  found = (scales_case){.refused = -1};
  for (int i = 0; i < model.n; i++) model.w_out[i] = 1e308;
  assert_int_equal(r2s_spike_run_scales(&model, &config, scales, 2, trials, TOGETHER_TRIALS,
                                        compare_with_alone, &found, NULL, &err),
                   R2S_ERR_NUMERIC);
  assert_true(found.taken[0][0] == 0 && found.taken[1][0] == 0);
  r2s_model_free(&model);
}

/* Two trials in two threads, of which `first` fails before the other. */
typedef struct two_failures {
  int first, arrived, failing;
} two_failures;

/* Up to two seconds: where there is one thread, nobody comes. */
static void wait_for(const int *count, int wanted) {
  const struct timespec pause = {.tv_nsec = 20000000};
  for (int k = 0, now = 0; now < wanted && k < 100; k++) {
#pragma omp atomic read
    now = *count;
    nanosleep(&pause, NULL); /* once more when it is there: a failure is kept right after */
  }
}

static r2s_status fail_in_turn(void *user, int scale, int trial, const r2s_spike_record *record,
                               r2s_error *err) {
  two_failures *two = user;
  (void)scale, (void)record;
#pragma omp atomic
  two->arrived++;
  wait_for(&two->arrived, 2);
  if (trial != two->first) wait_for(&two->failing, 1);
#pragma omp atomic
  two->failing++;
  return r2s_fail(err, R2S_ERR_IO, "trial %d is not wanted", trial);
}

static void test_the_first_failing_trial_is_told(void **state) {
  (void)state;
  r2s_spike_trial trials[TOGETHER_TRIALS];
  r2s_model model;
  r2s_error err = {0};
  make_network_of(&model, 35, 35);
  make_trials_together(trials);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = 2;
  for (int first = 0; first < 2; first++) {
    two_failures two = {.first = first};
    assert_int_equal(
        r2s_spike_run_scales(&model, &config, many_scales, 1, trials, 2, fail_in_turn, &two, NULL, &err),
        R2S_ERR_IO);
    assert_non_null(strstr(err.msg, "trial 0 is not wanted"));
  }
  r2s_model_free(&model);
}

static void test_scales_together(void **state) {
  (void)state;
  compare_scales(SCALES, 35);
  compare_scales(SCALES, 80);
  compare_scales(3, 80);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults_pass_the_check),
      cmocka_unit_test(test_check_refuses),
      cmocka_unit_test(test_run_refuses),
      cmocka_unit_test(test_filters_that_grow_are_refused),
      cmocka_unit_test(test_voltages_that_are_no_numbers_are_refused),
      cmocka_unit_test(test_weights_beyond_a_double_are_refused),
      cmocka_unit_test(test_networks_that_nest_has_not_are_refused),
      cmocka_unit_test(test_what_is_beyond_single_precision_is_named),
      cmocka_unit_test(test_monitor),
      cmocka_unit_test(test_the_curves_neuron),
      cmocka_unit_test(test_cancelled_within_a_trial),
      cmocka_unit_test(test_trials_of_a_task),
      cmocka_unit_test(test_randomness_follows_from_the_id),
      cmocka_unit_test(test_scales_together),
      cmocka_unit_test(test_dropped_spikes),
      cmocka_unit_test(test_scales_that_fail),
      cmocka_unit_test(test_the_first_failing_trial_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
