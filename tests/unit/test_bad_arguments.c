/* SPDX-License-Identifier: MIT
 * Protects: callers who build structs by hand. What no network, task or configuration can be is refused by
 * every function that takes it, by an error that names it; nothing is read or written out of bounds (with the
 * sanitizers). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rate2spike/rate2spike.h"

enum { N = 20 };
static r2s_config config;
static r2s_task task;
static r2s_model model; /* a good one, which each case damages and mends */
/* good arguments beside a bad one */
static double out[1000];
static const int conditions[1] = {0};
static const double scale = 20;
static const r2s_rate_run_config rate = {.fano_window_ms = 50, .threads = 1};

static int setup(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5"};
  if (r2s_config_load(&config, NULL, sets, 2, NULL) != R2S_OK) return 1;
  if (r2s_task_load(&task, config.task, NULL) != R2S_OK) return 1;
  return r2s_rate_init(&model, &config.net, &config.lif.neuron, &task, 1, NULL) != R2S_OK;
}

static int teardown(void **state) {
  (void)state;
  r2s_model_free(&model);
  r2s_task_free(&task);
  return 0;
}

/* That each function that takes a network refuses this one, by a message with the word. */
static void refuse_model(const r2s_model *m, const char *word) {
  r2s_error err[5] = {{0}};
  r2s_trainer *trainer = NULL;
  r2s_search_result search;
  void *engine = NULL;
  config.lif.scale = 20;
  assert_int_not_equal(r2s_model_check(m, &err[0]), R2S_OK);
  assert_int_not_equal(r2s_spike_native()->prepare(&engine, m, &config.lif, &err[1]), R2S_OK);
  assert_int_not_equal(r2s_trainer_create(&trainer, m, &task, &config.train, 1, 1, NULL, &err[2]), R2S_OK);
  assert_int_not_equal(
      r2s_rate_run(m, &task, &rate, 1, R2S_SET_TEST, 0, 1, conditions, out, NULL, NULL, &err[3]), R2S_OK);
  r2s_search_config grid = r2s_search_config_default();
  grid.scales = &scale, grid.n_scales = 1, grid.n_trials = 2;
  assert_int_not_equal(r2s_convert_search(m, &task, &config.lif, &grid, NULL, &search, &err[4]), R2S_OK);
  assert_true(!engine && !trainer);
  for (int k = 0; k < 5; k++)
    if (!strstr(err[k].msg, word)) fail_msg("%d: \"%s\" does not name %s", k, err[k].msg, word);
}

static void test_networks(void **state) {
  (void)state;
  r2s_model m = model;
  m.n = -3, refuse_model(&m, "-3 units");
  m.n = 0, refuse_model(&m, "0 units");
  m = model, m.n_in = -1, refuse_model(&m, "-1 inputs");
  m = model, m.dt_ms = 0, refuse_model(&m, "dt_ms: found 0");
  m = model, m.tau_min_ms = 0, refuse_model(&m, "taus: found 0");
  m = model, m.activation = (r2s_activation)9, refuse_model(&m, "activation 9");
  m = model, m.kappa_hz = INFINITY, refuse_model(&m, "kappa_hz: found inf");
  m = model, m.w = NULL, refuse_model(&m, "w: found no array");
  m = model, m.neuron.v_th_mv = 1e17, refuse_model(&m, "v_th = 1e+17");
  m = model;
  m.sign[2] = 0.5, refuse_model(&m, "sign: found 0.5 for unit 3");
  m.sign[2] = 1, m.taus_gaus[0] = NAN, refuse_model(&m, "taus_gaus: 1 of 20 values are not finite");
  m.taus_gaus[0] = 0;
  r2s_error err = {0};
  r2s_trainer *trainer;
  assert_int_equal(r2s_model_check(&m, &err), R2S_OK);
  m.som_mask[N + 1] = 0.5;
  assert_int_equal(r2s_trainer_create(&trainer, &m, &task, &config.train, 1, 1, NULL, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "som_mask: found 0.5 in row 2, column 2"));
  m.som_mask[N + 1] = 1;
}

static void test_tasks(void **state) {
  (void)state;
  r2s_search_result search;
  r2s_model made;
  r2s_spike_trial *trials;
  for (int k = 0; k < 4; k++) {
    r2s_error err[4] = {{0}};
    r2s_task_condition condition[2] = {task.conditions[0], task.conditions[1]};
    r2s_task t = task;
    if (k == 3) condition[1].n_targets = -1, t.conditions = condition;
    if (k == 0) t.n_steps = 0;
    if (k == 1) t.n_conditions = R2S_MAX_CONDITIONS + 1;
    if (k == 2) t.n_channels = -1;
    assert_int_not_equal(
        r2s_rate_run(&model, &t, &rate, 1, R2S_SET_TEST, 0, 1, conditions, out, NULL, NULL, &err[0]), R2S_OK);
    r2s_search_config grid = r2s_search_config_default();
    grid.scales = &scale, grid.n_scales = 1, grid.n_trials = 2;
    assert_int_not_equal(r2s_convert_search(&model, &t, &config.lif, &grid, NULL, &search, &err[1]), R2S_OK);
    assert_int_not_equal(r2s_spike_trials_make(&trials, &t, 1, R2S_SET_TEST, 0, 2, NULL, &err[2]), R2S_OK);
    assert_int_not_equal(r2s_rate_init(&made, &config.net, &config.lif.neuron, &t, 1, &err[3]), R2S_OK);
    assert_null(trials);
    for (int e = 0; e < 4; e++) assert_true(err[e].msg[0]);
  }
}

static void test_counts(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_spike_trial *trials;
  r2s_spike_record record;
  r2s_rate_run_config noise = rate;
  noise.shot_noise = NAN;
  assert_int_equal(
      r2s_rate_run(&model, &task, &noise, 1, R2S_SET_TEST, 0, 1, conditions, out, NULL, NULL, &err),
      R2S_ERR_ARG);
  const r2s_model_extras extras = {.n_losses = -1, .losses = out},
                         of_scales = {.n_scales = -1, .scaling_factors = out, .all_perfs = out};
  assert_int_equal(r2s_spike_trials_make(&trials, &task, 1, R2S_SET_TEST, 0, -1, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_spike_trials_make(&trials, &task, 1, R2S_SET_TEST, INT32_MAX, 1, NULL, &err),
                   R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "2147483647"));
  assert_int_equal(
      r2s_rate_run(&model, &task, &rate, 1, R2S_SET_TEST, UINT64_MAX, 1, conditions, out, NULL, NULL, &err),
      R2S_ERR_ARG);
  config.lif.scale = 20;
  assert_int_equal(r2s_spike_trials_make(&trials, &task, 1, R2S_SET_TEST, 0, 1, NULL, &err), R2S_OK);
  assert_int_equal(
      r2s_spike_run(r2s_spike_native(), &model, &config.lif, trials, -1, &record, NULL, NULL, &err),
      R2S_ERR_ARG);
  assert_int_equal(r2s_spike_run_scales(&model, &config.lif, &scale, -1, trials, 1, NULL, NULL, NULL, &err),
                   R2S_ERR_ARG);
  assert_int_equal(r2s_spike_run_scales(&model, &config.lif, &scale, 1, trials, 1, NULL, NULL, NULL, &err),
                   R2S_ERR_ARG);
  assert_int_equal(r2s_model_save_mat(&model, &extras, "/nowhere/model.mat", &err), R2S_ERR_ARG);
  assert_int_equal(r2s_model_save_mat(&model, &of_scales, "/nowhere/model.mat", &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "-1 scales"));
  r2s_spike_trials_free(trials, 1);
  static const struct {
    int trials, held_out;
    const int *conditions;
    const char *word;
  } searches[] = {{0, 1, NULL, "0 trials at each scale"},
                  {1, -1, NULL, "-1 held-out trials"},
                  {1, 2, conditions, "2 held-out trials, and conditions of 1"}};
  for (size_t k = 0; k < sizeof searches / sizeof *searches; k++) {
    r2s_search_result found;
    const r2s_search_config grid = {.scales = &scale,
                                    .n_scales = 1,
                                    .predicted = NAN,
                                    .n_trials = searches[k].trials,
                                    .held_out_trials = searches[k].held_out,
                                    .conditions = searches[k].conditions,
                                    .seed = 1};
    assert_int_equal(r2s_convert_search(&model, &task, &config.lif, &grid, NULL, &found, &err), R2S_ERR_ARG);
    assert_non_null(strstr(err.msg, searches[k].word));
  }
}

/* Inputs and voltages that are no numbers: the units would fall silent. */
static void test_trials(void **state) {
  (void)state;
  static double v0[N], injected[10000 * N];
  r2s_error err = {0};
  r2s_spike_trial *trials;
  r2s_spike_record record;
  r2s_spike_config psc = config.psc_dexp;
  config.lif.scale = psc.scale = 20;
  assert_int_equal(r2s_spike_trials_make(&trials, &task, 1, R2S_SET_TEST, 0, 1, NULL, &err), R2S_OK);
  float *u = (float *)trials[0].u;
#define REFUSED(config, word)                                                                                \
  assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, config, trials, 1, &record, NULL, NULL, &err),  \
                   R2S_ERR_NUMERIC);                                                                         \
  assert_non_null(strstr(err.msg, word))
  u[3] = NAN;
  REFUSED(&config.lif, "trial 0: u[3] is nan");
  u[3] = 0;
  v0[2] = INFINITY;
  trials[0].v0 = v0;
  REFUSED(&config.lif, "trial 0: v0[2] is inf");
  trials[0].v0 = NULL;
  injected[7] = NAN;
  trials[0].injected_pa = injected;
  REFUSED(&psc, "trial 0: injected_pa[7] is nan");
  trials[0].injected_pa = NULL;
  trials[0].noise_scale = 1e300;
  assert_int_equal(
      r2s_spike_run(r2s_spike_native(), &model, &config.lif, trials, 1, &record, NULL, NULL, &err),
      R2S_ERR_ARG);
  r2s_spike_trials_free(trials, 1);
}

/* Ranges so wide that a voltage that no unit has would reach the threshold. */
static void test_voltages(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_spike_config lif = config.lif, psc = config.psc_dexp;
  lif.neuron.noise_mv = 1e30;
  assert_int_equal(r2s_spike_config_check(&lif, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "noise = 1e+30; expected 0 to 1e6"));
  psc.e_l_mv = 1e17;
  assert_int_equal(r2s_spike_config_check(&psc, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "E_L = 1e+17"));
}

static void test_configurations(void **state) {
  (void)state;
  static r2s_config c; /* large */
  r2s_error err = {0};
  r2s_run *run;
#define BAD(change, word)                                                                                    \
  c = config;                                                                                                \
  change;                                                                                                    \
  assert_int_equal(r2s_run_open(&run, NULL, &c, &err), R2S_ERR_CONFIG);                                      \
  if (!strstr(err.msg, word)) fail_msg("\"%s\" does not name %s", err.msg, word)
  config.lif.scale = NAN;
  BAD(c.n_scales = 100000, "convert.scales is out of range");
  BAD(c.n_scales = -5, "convert.scales");
  BAD(c.scales[1] = -1, "convert.scales");
  BAD(c.recipe = (r2s_recipe)99, "recipe");
  BAD(c.simulate_trials = INT32_MAX,
      "simulate.trials is out of range; expected an integer from 1 to 1000000");
  BAD(c.test_trials = -1, "train.test_trials");
  BAD(c.lif.neuron.noise_mv = NAN, "neuron.noise_mv");
  BAD(memset(c.task, 'x', sizeof c.task), "task");
  BAD(c.net.n_inh = 30, "net.n_inh is 30; expected -1 to 20");
  BAD((c.net.dale = false, c.net.som_n = 2), "net.som_n is 2; expected 0 with net.dale = false");
  BAD((strcpy(c.task, R2S_TEST_DATA "/task_two_outputs.yaml"), c.lif.record_ms = 400),
      "simulate.record_ms is 400; expected at most the 300 ms of task");
  BAD(c.lif.record_ms = 1e-30,
      "simulate.record_ms is 1e-30; expected a multiple of the step, which is 0.001 ms or more");
  BAD((strcpy(c.task, "go-nogo-short"), c.lif.record_ms = 200),
      "simulate.record_ms is 200: task go-nogo-short, condition go, criterion spiking, rule 1: no sample of "
      "the "
      "output in its period");
  c = config;
  assert_int_equal(r2s_config_check(&c, &err), R2S_OK);
}

static void test_numbers_of_names(void **state) {
  (void)state;
  assert_string_equal(r2s_verdict_name((r2s_verdict)17), "unknown");
  assert_string_equal(r2s_activation_name((r2s_activation)17), "unknown");
  assert_string_equal(r2s_spike_model_name((r2s_spike_model)17), "?");
  assert_string_equal(r2s_status_text((r2s_status)170), "unknown status");
  assert_string_equal(r2s_status_text(R2S_ERR_MEMORY), "out of memory");
  assert_null(r2s_task_preset_name(r2s_task_preset_count()));
  assert_null(r2s_task_preset_yaml(-1));
  assert_string_equal(r2s_config_option(-1).key, "");
  assert_int_equal(r2s_config_option_origin(&config, 100000), R2S_ORIGIN_DEFAULT);
  r2s_task parsed;
  r2s_error err = {0};
  assert_int_not_equal(r2s_task_parse(&parsed, "x", NULL, 0, &err), R2S_OK);
  assert_true(isnan(r2s_convert_accuracy(5, 3).accuracy) && isnan(r2s_convert_accuracy(0, -1).low));
  double fano, input = 0, hz;
  assert_true(r2s_neuron_rate_hz(&config.lif.neuron, -INFINITY) == 0);
  assert_true(r2s_neuron_rate_hz(&config.lif.neuron, -1e300) == 0);
  assert_int_equal(r2s_neuron_simulate(&config.lif.neuron, NAN, 1, 10, 100, 50, 1, &hz, &fano, &err),
                   R2S_ERR_ARG);
  assert_int_equal(r2s_neuron_fano(&config.lif.neuron, 1e5, &input, 1, &fano, NULL, &err), R2S_ERR_ARG);
}

/* Enums and counts beyond their ranges: arrays were read out of bounds. */
static void test_out_of_range(void **state) {
  (void)state;
  static r2s_config c; /* large */
  r2s_error err = {0};
  char *yaml, text[64], settings[R2S_SETTINGS_SIZE], name[R2S_TRIALS_NAME];
  int k = 0;
  while (strcmp(r2s_config_option(k).key, "convert.scales") != 0) k++;
  c = config, c.n_scales = 1000;
  assert_int_equal(r2s_config_value(&c, k, text, sizeof text, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_config_yaml(&c, &yaml, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "convert.scales"));
  for (k = 0; strcmp(r2s_config_option(k).key, "task") != 0;) k++;
  c = config, memset(c.task, 'x', sizeof c.task);
  assert_int_equal(r2s_config_value(&c, k, text, sizeof text, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "task: found no end"));
  assert_false(r2s_task_correct(&task, 99, R2S_CRITERION_RATE, out, 100, 5, 5));
  assert_false(r2s_task_correct(&task, -1, R2S_CRITERION_RATE, out, 100, 5, 5));
  assert_false(r2s_task_correct(&task, 0, (r2s_criterion)77, out, 100, 5, 5));
  assert_true(isnan(r2s_task_rise_ms(&task, 99, 0, 0.5, out, 100, 5, 5)));
  assert_int_equal(r2s_task_check_samples(&task, (r2s_criterion)9, 100, 5, 5, &err), R2S_ERR_ARG);
  for (k = 0; k < 4; k++) { /* no sample has a time */
    const double t0 = k == 2 ? NAN : k == 3 ? 950 : 5, dt = k == 1 ? -5 : k == 2 ? 5 : 0;
    assert_int_equal(r2s_task_check_samples(&task, R2S_CRITERION_RATE, 100, t0, dt, &err), R2S_ERR_CONFIG);
    assert_false(r2s_task_correct(&task, 0, R2S_CRITERION_RATE, out, 100, t0, dt));
    assert_true(isnan(r2s_task_rise_ms(&task, 0, 0, -1, out, 100, t0, dt)));
  }
  r2s_records_free(NULL, 3);
  r2s_spike_trials_free(NULL, 3);
  r2s_spike_config lif = config.lif;
  lif.model = (r2s_spike_model)77;
  r2s_spike_settings(&lif, settings);
  assert_string_equal(settings, "");
  r2s_task bad = task, copy;
  bad.n_steps = -1;
  assert_int_equal(r2s_task_check_samples(&bad, R2S_CRITERION_RATE, 100, 5, 5, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_task_yaml(&bad, &yaml, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_task_trials_name(&bad, 1, name, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_task_copy(&copy, &bad, &err), R2S_ERR_CONFIG);
  assert_null(copy.conditions);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_networks),         cmocka_unit_test(test_tasks),
      cmocka_unit_test(test_counts),           cmocka_unit_test(test_trials),
      cmocka_unit_test(test_voltages),         cmocka_unit_test(test_configurations),
      cmocka_unit_test(test_numbers_of_names), cmocka_unit_test(test_out_of_range)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
