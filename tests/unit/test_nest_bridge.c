/* SPDX-License-Identifier: MIT
 * Protects: the bridge to NEST when things go wrong (no Python, no NEST, a killed or failing child, damaged
 * results, Ctrl-C): a message that says what and what to do, no record left behind, the temporary folder
 * gone. Stand-ins for Python are shell scripts; the real NEST is tested in tests/nest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nest/nest_bridge.h"
#include "unit/psc_network.h"

static char home[64]; /* TMPDIR of these tests */
static char script[96];

static int set_up(void **state) {
  (void)state;
  snprintf(home, sizeof home, "/tmp/r2s-test-nest-XXXXXX");
  if (!mkdtemp(home)) return 1;
  snprintf(script, sizeof script, "%s/python", home);
  return setenv("TMPDIR", home, 1);
}

static int tear_down(void **state) {
  (void)state;
  unlink(script);
  return rmdir(home);
}

/* A program that ./runner.py and its task are given to. */
static const char *stand_in(const char *commands) {
  FILE *file = fopen(script, "w");
  fprintf(file, "#!/bin/sh\n%s\n", commands);
  fclose(file);
  chmod(script, 0700);
  return script;
}

static void assert_no_folder_left(void) {
  DIR *dir = opendir(home);
  for (struct dirent *entry; (entry = readdir(dir));)
    if (strncmp(entry->d_name, "rate2spike-nest", 15) == 0) fail_msg("left behind: %s", entry->d_name);
  closedir(dir);
}

/* Runs one trial with a stand-in; expects failure with this code and text. */
static void expect_failure(const char *python, const r2s_monitor *monitor, r2s_status code,
                           const char *text) {
  const psc_recipe recipe = {10, 1, 1, 0.5, true, 35, 35, 1};
  r2s_model model;
  r2s_error err = {0};
  r2s_spike_record record;
  float *u;
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  r2s_spike_trial trial = psc_trial(1, 41, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.nest_python = python;
  r2s_status st = r2s_spike_run(r2s_nest_engine(), &model, &config, &trial, 1, &record, NULL, monitor, &err);
  if (st != code || !strstr(err.msg, text)) fail_msg("status %d: %s; expected \"%s\"", st, err.msg, text);
  assert_no_folder_left();
  free(u);
  r2s_model_free(&model);
}

static void test_python_missing(void **state) {
  (void)state;
  expect_failure("/no/such/python", NULL, R2S_ERR_EXTERNAL, "/no/such/python");
  expect_failure("/no/such/python", NULL, R2S_ERR_EXTERNAL, "pip install nest-simulator");
  char version[32];
  r2s_error err = {0};
  assert_int_equal(r2s_nest_probe("/no/such/python", version, NULL, &err), R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "pip install nest-simulator"));
  assert_no_folder_left();
}

static void test_nest_missing(void **state) {
  (void)state;
  const char *python = stand_in("echo \"missing module: nest (No module named 'nest')\"; exit 3");
  expect_failure(python, NULL, R2S_ERR_EXTERNAL, "can't import nest (No module named 'nest')");
  expect_failure(python, NULL, R2S_ERR_EXTERNAL, "pip install nest-simulator");
}

static void test_probe(void **state) {
  (void)state;
  char version[32] = "";
  r2s_error err = {0};
  assert_int_equal(
      r2s_nest_probe(stand_in("test \"$2\" = probe && echo version 3.10.0"), version, NULL, &err), R2S_OK);
  assert_string_equal(version, "3.10.0");
  assert_int_equal(r2s_nest_probe(stand_in("true"), version, NULL, &err), R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "did not say NEST's version"));
  assert_no_folder_left();
}

static void test_child_fails(void **state) {
  (void)state;
  expect_failure(stand_in("echo NESTErrors.BadProperty: tau_syn >&2; exit 1"), NULL, R2S_ERR_EXTERNAL,
                 "NESTErrors.BadProperty: tau_syn");
  expect_failure(stand_in("kill -9 $$"), NULL, R2S_ERR_EXTERNAL, "signal 9 (as when memory runs out)");
  expect_failure(stand_in("kill -15 $$"), NULL, R2S_ERR_EXTERNAL, "signal 15; ");
}

static void test_no_temporary_folder(void **state) {
  (void)state;
  char version[32];
  r2s_error err = {0};
  setenv("TMPDIR", "/no/such/folder", 1);
  r2s_status st = r2s_nest_probe(stand_in("echo version 3"), version, NULL, &err);
  setenv("TMPDIR", home, 1);
  assert_int_equal(st, R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "/no/such/folder"));
  char path[R2S_NEST_PATH + 1];
  memset(path, 'x', R2S_NEST_PATH);
  path[R2S_NEST_PATH] = 0;
  setenv("TMPDIR", path, 1);
  st = r2s_nest_probe(stand_in("echo version 3"), version, NULL, &err);
  setenv("TMPDIR", home, 1);
  assert_int_equal(st, R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "TMPDIR: a path of 1024 characters"));
}

/* Result files that a shell can write: header, then 12 bytes a row. */
#define INFO                                                                                                 \
  "echo '{\"version\": \"3\", \"build_seconds\": 0.5, \"simulate_seconds\": 1.5, \"weights_checked\": 1, "   \
  "\"weights_max_difference\": 0.0}' > result.json;"
#define HEADER(shape)                                                                                        \
  "printf '\\223NUMPY\\001\\000\\166\\000%-117s\\n' \"{'descr': '<i4', 'fortran_order': False, 'shape': "    \
  "(" shape "), }\" > result_spikes.npy;"
#define ROW(trial, unit, step)                                                                               \
  "printf '\\0" trial "\\0\\0\\0\\0" unit "\\0\\0\\0\\0" step "\\0\\0\\0' >> result_spikes.npy;"

static void test_damaged_results(void **state) {
  (void)state;
  const struct {
    const char *commands;
    r2s_status code;
    const char *text;
  } cases[] = {
      {"true", R2S_ERR_EXTERNAL, "left no result"},
      {"echo '{\"version\": 3' > result.json", R2S_ERR_FORMAT, "result.json: line 2"},
      {"echo '{\"version\": \"3\"}' > result.json", R2S_ERR_FORMAT, "build_seconds"},
      {"echo '{\"version\": \"3\", \"build_seconds\": -0.5, \"simulate_seconds\": 1.5, "
       "\"weights_checked\": 1, \"weights_max_difference\": 0.0}' > result.json",
       R2S_ERR_FORMAT, "result.json: attribute build_seconds: found -0.5; expected 0 or more"},
      {"echo '{\"version\": \"3\", \"build_seconds\": 0.5, \"simulate_seconds\": 1.5, "
       "\"weights_checked\": -1, \"weights_max_difference\": 0.0}' > result.json",
       R2S_ERR_FORMAT, "result.json: attribute weights_checked: found -1; expected 0 or more"},
      {INFO, R2S_ERR_IO, "result_spikes.npy"},
      {INFO "echo rubbish > result_spikes.npy", R2S_ERR_FORMAT, "no NumPy array"},
      {INFO HEADER("2, 4"), R2S_ERR_FORMAT, "expected 2 dimensions"},
      {INFO HEADER("2, 3") ROW("00", "01", "05"), R2S_ERR_FORMAT,
       "too little data: found 12 bytes after the header; expected 24"},
      {INFO HEADER("999999999999, 3") ROW("00", "01", "05"), R2S_ERR_FORMAT, "too little data"},
      {INFO HEADER("1, 3") ROW("00", "01", "05") ROW("00", "02", "05"), R2S_ERR_FORMAT, "too much data"},
      {INFO "printf '\\223NUMPY\\001\\000\\166\\000{' > result_spikes.npy", R2S_ERR_FORMAT,
       "its header of 118 bytes"},
      {INFO HEADER("99999999999999999999, 3"), R2S_ERR_FORMAT, "expected 2 dimensions"},
      {INFO HEADER("1, 3") ROW("00", "12", "05"), R2S_ERR_FORMAT, "row 0: trial 0, unit 10, step 5"},
      {INFO HEADER("1, 3") ROW("01", "01", "05"), R2S_ERR_FORMAT, "row 0: trial 1"},
      {INFO HEADER("1, 3") ROW("00", "01", "00"), R2S_ERR_FORMAT, "row 0: trial 0, unit 1, step 0"},
      {INFO HEADER("2, 3") ROW("00", "01", "05") ROW("00", "01", "05"), R2S_ERR_FORMAT, "row 1"},
      {INFO HEADER("2, 3") ROW("00", "03", "05") ROW("00", "01", "05"), R2S_ERR_FORMAT, "row 1"},
      {INFO HEADER("2, 3") ROW("00", "01", "05") ROW("00", "03", "04"), R2S_ERR_FORMAT, "row 1"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    expect_failure(stand_in(cases[k].commands), NULL, cases[k].code, cases[k].text);
}

static void test_good_result_is_read(void **state) {
  (void)state;
  const psc_recipe recipe = {10, 1, 1, 0.5, true, 35, 35, 1};
  r2s_model model;
  r2s_error err = {0};
  r2s_spike_record record;
  r2s_spike_info info;
  float *u;
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  r2s_spike_trial trial = psc_trial(1, 41, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.record_spikes = true;
  config.nest_python = stand_in(INFO HEADER("2, 3") ROW("00", "01", "05") ROW("00", "03", "05"));
  if (r2s_spike_run(r2s_nest_engine(), &model, &config, &trial, 1, &record, &info, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  assert_int_equal(record.n_spikes, 2);
  assert_true(record.spikes[1].unit == 3 && record.spikes[1].step == 5 && record.counts[3] == 1);
  assert_string_equal(info.engine, "nest 3");
  assert_true(info.simulate_seconds == 1.5 && info.weights_checked == 1);
  assert_no_folder_left();
  r2s_spike_record_free(&record);
  free(u);
  r2s_model_free(&model);
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void test_cancelled(void **state) {
  (void)state;
  r2s_monitor monitor = {.cancelled = always};
  expect_failure(stand_in("exec sleep 60"), &monitor, R2S_ERR_CANCELLED, "interrupted");
  char version[32];
  r2s_error err = {0};
  assert_int_equal(r2s_nest_probe(stand_in("exec sleep 60"), version, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "interrupted"));
  assert_no_folder_left();
}

static void keep_first_progress(void *user, const char *stage, double done, double total,
                                const char *detail) {
  double *first = user;
  (void)stage, (void)total, (void)detail;
  if (isnan(*first)) *first = done;
}

/* A network of 2000 units takes half a minute before NEST's own first word: the time counts from the start.
 */
static void test_progress_begins_before_nest(void **state) {
  (void)state;
  double first = NAN;
  r2s_monitor monitor = {.progress = keep_first_progress, .user = &first};
  expect_failure(stand_in("echo progress 1 10"), &monitor, R2S_ERR_EXTERNAL, "left no result");
  assert_true(first == 0);
}

static void test_other_models_are_refused(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  void *engine = NULL;
  assert_int_equal(r2s_model_alloc(&model, 2, 1, 1, &err), R2S_OK);
  model.dt_ms = 5;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  assert_int_equal(r2s_nest_engine()->prepare(&engine, &model, &config, &err), R2S_ERR_CONFIG);
  assert_null(engine);
  assert_non_null(strstr(err.msg, "expected psc-dexp or psc-alpha"));
  model.dt_ms = 5.0001; /* no multiple of NEST's tic */
  model.tau_min_ms = model.tau_max_ms = 35;
  config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.neuron.dt_ms = config.record_ms = 5.0001;
  config.neuron.t_ref_ms = 0;
  assert_int_equal(r2s_nest_engine()->prepare(&engine, &model, &config, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "step of 5.0001 ms; expected a multiple of NEST's tic"));
  r2s_model_free(&model);
}

/* NEST would take them, and give other results. */
static void test_impossible_trials_are_refused(void **state) {
  (void)state;
  r2s_model model;
  const psc_recipe recipe = {10, 1, 1, 0.5, true, 35, 35, 1};
  r2s_error err = {0};
  float *u;
  void *engine;
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  const r2s_spike_trial good = psc_trial(1, 41, true, 0, &u);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.nest_python = "/no/such/python";
  assert_int_equal(r2s_nest_engine()->prepare(&engine, &model, &config, &err), R2S_OK);
  r2s_spike_record record;
  r2s_spike_trial bad[4] = {good, good, good, good};
  bad[0].n_columns = 5;
  bad[1].noise_scale = NAN;
  bad[2].duration_ms = 0.3; /* less than a sample */
  bad[3].duration_ms = 1e300;
  for (int k = 0; k < 4; k++)
    assert_int_equal(r2s_nest_engine()->run(engine, &bad[k], 1, &record, NULL, NULL, &err), R2S_ERR_ARG);
  u[3] = NAN;
  assert_int_equal(r2s_nest_engine()->run(engine, &good, 1, &record, NULL, NULL, &err), R2S_ERR_NUMERIC);
  assert_int_equal(r2s_nest_engine()->run(engine, &good, 0, &record, NULL, NULL, &err), R2S_OK);
  r2s_nest_engine()->free(engine);
  free(u);
  r2s_model_free(&model);
}

/* Trials with the same course of a channel share its generator; a silent channel needs none. */
static void test_inputs_are_shared(void **state) {
  (void)state;
  r2s_spike_layout layout = {.n = 1, .n_in = 2, .steps_per_column = 50};
  r2s_spike_trial trials[4];
  float *u[4];
  r2s_nest_inputs inputs;
  r2s_error err = {0};
  for (int k = 0; k < 4; k++) trials[k] = psc_trial(2, 41, k % 2 == 0, 0, &u[k]);
  u[3][0] = 0.5f; /* on from the first column */
  assert_int_equal(r2s_nest_inputs_make(&inputs, &layout, trials, 4, &err), R2S_OK);
  assert_int_equal(inputs.n_sources, 3); /* channel 0: trials 0 and 2, trial 3; channel 1: trials 0 and 2 */
  assert_int_equal(inputs.n_links, 5);
  const int32_t links[] = {0, 0, 0, 2, 1, 3, 2, 0, 2, 2}, steps[] = {1000, 1500, 1, 50, 1600};
  const double values[] = {1, 0, 0.5, 0, -1};
  assert_memory_equal(inputs.link, links, sizeof links);
  assert_int_equal(inputs.n_changes, 5);
  for (int k = 0; k < 5; k++) assert_int_equal(inputs.step[k], steps[k]);
  for (int k = 0; k < 5; k++) assert_true(inputs.value[k] == values[k]);
  r2s_nest_inputs_free(&inputs);
  for (int k = 0; k < 4; k++) free(u[k]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_python_missing),
      cmocka_unit_test(test_nest_missing),
      cmocka_unit_test(test_probe),
      cmocka_unit_test(test_child_fails),
      cmocka_unit_test(test_damaged_results),
      cmocka_unit_test(test_no_temporary_folder),
      cmocka_unit_test(test_good_result_is_read),
      cmocka_unit_test(test_cancelled),
      cmocka_unit_test(test_progress_begins_before_nest),
      cmocka_unit_test(test_other_models_are_refused),
      cmocka_unit_test(test_inputs_are_shared),
      cmocka_unit_test(test_impossible_trials_are_refused),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
