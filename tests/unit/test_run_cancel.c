/* SPDX-License-Identifier: MIT
 * Protects: work that is done. A training that is cancelled in its test trials is not lost: it goes on from
 * its checkpoint, takes no further step, and gives the same network. And what an interrupted simulation
 * leaves: settings, results and certificate of one folder that fit each other, and a report that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io_atomic.h"
#include "rate2spike/io.h"
#include "rate2spike/report.h"
#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"

enum { STEPS = 3 };
/* Cancels what comes after the last step. */
static void see_step(void *user, const char *stage, double done, double total, const char *detail) {
  (void)total, (void)detail;
  if (strcmp(stage, "train") == 0 && done >= STEPS) *(bool *)user = true;
}

static bool is_over(void *user) {
  return *(bool *)user;
}

static const char *in_dir(const char *name) {
  static char path[2][256];
  static int turn;
  turn = !turn;
  snprintf(path[turn], sizeof path[turn], "%s/%s", fixture_folder(), name);
  return path[turn];
}

static void same_weights(const char *a, const char *b) {
  r2s_model x, y;
  r2s_error err = {0};
  assert_ok(r2s_model_load(&x, a, &err), &err);
  assert_ok(r2s_model_load(&y, b, &err), &err);
  assert_int_equal(x.train_steps, STEPS);
  assert_int_equal(y.train_steps, STEPS);
  assert_memory_equal(x.w, y.w, (size_t)x.n * (size_t)x.n * sizeof *x.w);
  assert_memory_equal(x.w_out, y.w_out, (size_t)x.n * sizeof *x.w_out);
  r2s_model_free(&x);
  r2s_model_free(&y);
}

static void test_cancelled_in_the_test_trials(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5", "train.max_steps=3", "train.test_trials=2"};
  r2s_config config;
  r2s_error err = {0};
  r2s_run *run;
  assert_ok(r2s_config_load(&config, NULL, sets, 4, &err), &err);
  assert_ok(r2s_run_open(&run, in_dir("whole"), &config, &err), &err);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  r2s_run_close(run);

  bool over = false;
  const r2s_monitor monitor = {.progress = see_step, .cancelled = is_over, .user = &over};
  assert_ok(r2s_run_open(&run, in_dir("its parts"), &config, &err), &err);
  assert_int_equal(r2s_run_train(run, false, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "/checkpoint.h5"));
  assert_int_equal(access(in_dir("its parts/checkpoint.h5"), F_OK), 0);
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), R2S_ERR_IO); /* it is not tested */
  assert_non_null(strstr(err.msg, "model.h5: no such file"));
  over = true;
  assert_int_equal(r2s_run_train(run, true, &monitor, &err), R2S_ERR_CANCELLED); /* again: nothing leaks */
  assert_ok(r2s_run_train(run, true, NULL, &err), &err);
  r2s_run_close(run);
  same_weights(in_dir("whole/model.h5"), in_dir("its parts/model.h5"));
}

/* A training that is cancelled while its table of the shot noise is made (seconds, with a long refractory
 * time) has not begun, and leaves no folder's files; a resumed one keeps its checkpoint. */
static void test_cancelled_before_the_first_step(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5", "train.max_steps=3", "train.test_trials=2",
                                     "neuron.t_ref_ms=1000"};
  r2s_config config;
  r2s_error err = {0};
  r2s_run *run;
  bool over = true;
  const r2s_monitor monitor = {.cancelled = is_over, .user = &over};
  assert_ok(r2s_config_load(&config, NULL, sets, 5, &err), &err);
  assert_ok(r2s_run_open(&run, in_dir("not begun"), &config, &err), &err);
  assert_int_equal(r2s_run_train(run, false, &monitor, &err), R2S_ERR_CANCELLED);
  assert_string_equal(err.msg, "interrupted before the first step of the training");
  assert_false(r2s_run_can_resume(run));
  assert_int_not_equal(access(in_dir("not begun/checkpoint.h5"), F_OK), 0);
  assert_int_not_equal(access(in_dir("not begun/config.yaml"), F_OK), 0);
  r2s_run_close(run);

  assert_ok(r2s_config_load(&config, NULL, sets, 4, &err), &err);
  assert_ok(r2s_run_open(&run, in_dir("its parts"), &config, &err), &err);
  over = false;
  const r2s_monitor later = {.progress = see_step, .cancelled = is_over, .user = &over};
  assert_int_equal(r2s_run_train(run, false, &later, &err), R2S_ERR_CANCELLED);
  assert_true(r2s_run_can_resume(run));
  assert_int_equal(r2s_run_train(run, false, &monitor, &err), R2S_ERR_CANCELLED);
  assert_false(r2s_run_can_resume(run)); /* the checkpoint is of the training before this one */
  assert_int_equal(r2s_run_train(run, true, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "before training went on; its checkpoint is kept"));
  assert_true(r2s_run_can_resume(run));
  assert_ok(r2s_run_train(run, true, NULL, &err), &err);
  assert_true(r2s_run_can_resume(run)); /* it ran out of steps */
  r2s_run_close(run);
  same_weights(in_dir("whole/model.h5"), in_dir("its parts/model.h5"));
}

/* Cancels as soon as `model` is simulated. */
typedef struct stop_at {
  const char *model;
  bool over;
} stop_at;

static void see_model(void *user, const char *stage, double done, double total, const char *detail) {
  stop_at *stop = user;
  (void)done, (void)total;
  if (strcmp(stage, "sim-native") == 0 && strcmp(detail, stop->model) == 0) stop->over = true;
}

static bool is_stopped(void *user) {
  return ((stop_at *)user)->over;
}

static const char *const settings[] = {"net.n=20",
                                       "net.n_inh=5",
                                       "train.max_steps=3",
                                       "train.test_trials=2",
                                       "simulate.trials=20",
                                       "threads=1",
                                       "convert.scales=44",
                                       "convert.trials=2",
                                       "convert.held_out_trials=1",
                                       "convert.unit_scales=1"};
enum { SETTINGS = sizeof settings / sizeof *settings };

/* A run in folder "certified" with the settings, and other ones where `other` is not NULL. */
static r2s_run *open_certified(const char *other) {
  const char *sets[SETTINGS + 1];
  static r2s_config config; /* large */
  r2s_error err = {0};
  r2s_run *run;
  memcpy(sets, settings, sizeof settings);
  sets[SETTINGS] = other;
  assert_ok(r2s_config_load(&config, NULL, sets, SETTINGS + (other ? 1 : 0), &err), &err);
  assert_ok(r2s_run_open(&run, in_dir("certified"), &config, &err), &err);
  return run;
}

static json_t *json_of(const r2s_run *run) {
  char *text;
  r2s_error err = {0};
  assert_ok(r2s_run_json(run, &text, &err), &err);
  json_t *json = json_loads(text, 0, NULL);
  free(text);
  return json;
}

static const char *settings_of(const json_t *json, const char *model) {
  const json_t *stage = json_object_get(json_object_get(json, "stages"), "sim-native");
  return json_string_value(
      json_object_get(json_object_get(json_object_get(stage, "models"), model), "settings"));
}

static bool kept_noise(const char *value) {
  char *text;
  size_t size;
  r2s_error err = {0};
  assert_ok(r2s_io_read_all(in_dir("certified/config.yaml"), &text, &size, &err), &err);
  bool found = strstr(text, value) != NULL;
  free(text);
  return found;
}

static void test_cancelled_in_a_simulation(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run = open_certified(NULL);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  assert_ok(r2s_run_convert(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);

  /* in the first model, and refused: nothing has changed */
  stop_at stop = {.model = "lif"};
  r2s_monitor monitor = {.progress = see_model, .cancelled = is_stopped, .user = &stop};
  run = open_certified("neuron.noise_mv=0.3");
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "lif, engine native"));
  r2s_run_close(run);
  run = open_certified("psc_dexp.delay_ms=0.05");
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_ALL, NULL, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_run_train(run, false, NULL, &err), R2S_ERR_CONFIG);
  r2s_run_close(run);
  run = open_certified(NULL);
  json_t *json = json_of(run);
  r2s_run_close(run);
  assert_true(json_is_object(json_object_get(json, "certificate")));
  assert_int_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);
  assert_int_equal(access(in_dir("certified/model.h5"), F_OK), 0);
  assert_true(kept_noise("noise_mv: 0.1 "));
  json_decref(json);

  /* in the second: the first one's results stand in run.json, and the certificate told of other settings */
  stop = (stop_at){.model = "psc-dexp"};
  run = open_certified("neuron.noise_mv=0.3");
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  json = json_of(run);
  r2s_run_close(run);
  assert_non_null(strstr(settings_of(json, "lif"), "noise_mv=0.3"));
  assert_non_null(strstr(settings_of(json, "psc-dexp"), "noise_mv=0.1"));
  assert_true(json_is_null(json_object_get(json, "certificate")));
  assert_int_not_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);
  assert_true(kept_noise("noise_mv: 0.3 "));
  json_decref(json);
}

static void report_says(const char *words) {
  char *text;
  size_t size;
  r2s_error err = {0};
  assert_ok(r2s_report_write(in_dir("certified"), NULL, &err), &err);
  assert_ok(r2s_io_read_all(in_dir("certified/REPORT.md"), &text, &size, &err), &err);
  if (!strstr(text, words)) fail_msg("REPORT.md has no \"%s\"", words);
  free(text);
}

/* All simulations with the same settings, cancelled in psc-alpha. */
static void cancel_in_the_last_model(void) {
  stop_at stop = {.model = "psc-alpha"};
  const r2s_monitor monitor = {.progress = see_model, .cancelled = is_stopped, .user = &stop};
  r2s_error err = {0};
  r2s_run *run = open_certified(NULL);
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  r2s_run_close(run);
}

/* A certificate stood that lacked what an interrupted simulation had brought with the same settings, and of
 * NEST's the report told that it had others. What repeats a simulation leaves it. */
static void test_results_that_no_certificate_has(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run = open_certified(NULL);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  report_says("Verdict of the conversion certificate");
  cancel_in_the_last_model();
  report_says("No conversion certificate of these results: `rate2spike simulate DIR` makes one at its end.");
  report_says("Missing: `rate2spike simulate DIR` makes it at its end");
  assert_int_not_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);

  run = open_certified(NULL); /* as advised */
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  cancel_in_the_last_model();
  report_says("Verdict of the conversion certificate");
  report_says("| `psc-dexp`, native | 44");
  assert_int_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);
}

static bool is_over_soon(void *user) {
  return ++*(int *)user > 10;
}

/* In the rate curve, which comes first: the folder is as it was. */
static void test_cancelled_in_the_curve(void **state) {
  (void)state;
  r2s_error err = {0};
  int asked = 0;
  const r2s_monitor monitor = {.cancelled = is_over_soon, .user = &asked};
  r2s_run *run = open_certified("neuron.t_ref_ms=3");
  assert_int_equal(r2s_run_convert(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "Fano factors"));
  r2s_run_close(run);
  run = open_certified(NULL);
  json_t *json = json_of(run);
  r2s_run_close(run);
  assert_true(json_is_object(json_object_get(json, "certificate")));
  json_decref(json);
}

/* Cancels in the second of two models of a search. */
static void see_second_half(void *user, const char *stage, double done, double total, const char *detail) {
  (void)detail;
  if (strcmp(stage, "convert") == 0 && done > total / 2) *(bool *)user = true;
}

/* Takes model.mat away when the certificate is there: it has the search's scales, and its trials. */
static void see_certificate(void *user, const char *stage, double done, double total, const char *detail) {
  (void)user, (void)detail;
  if (strcmp(stage, "certificate") == 0 && done == total) unlink(in_dir("certified/model.mat"));
}

/* The search drops a certificate of other settings; whoever repeats it gets one again. What it found of the
 * first model is in its files, as in run.json: no earlier search's. */
static void test_cancelled_in_a_search(void **state) {
  (void)state;
  r2s_error err = {0};
  bool over = false;
  static const char *const files[] = {"certified/conversion.csv", "certified/curve.csv",
                                      "certified/model.mat"};
  const r2s_monitor monitor = {.progress = see_second_half, .cancelled = is_over, .user = &over};
  r2s_run *run = open_certified(NULL);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  for (int k = 0; k < 3; k++) assert_int_equal(unlink(in_dir(files[k])), 0);
  run = open_certified("neuron.noise_mv=0.2");
  assert_int_equal(r2s_run_convert(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  for (int k = 0; k < 3; k++) assert_int_equal(access(in_dir(files[k]), F_OK), 0);
  json_t *json = json_of(run);
  r2s_run_close(run);
  assert_true(json_is_null(json_object_get(json, "certificate")));
  json_decref(json);

  run = open_certified("neuron.noise_mv=0.2");
  const r2s_monitor last = {.progress = see_certificate};
  assert_ok(r2s_run_convert(run, R2S_RUN_ALL, &last, &err), &err);
  assert_int_not_equal(access(in_dir("certified/model.mat"), F_OK), 0); /* written once */
  json = json_of(run);
  r2s_run_close(run);
  assert_true(json_is_object(json_object_get(json, "certificate")));
  assert_int_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);
  json_decref(json);
}

static void write_task(const char *path, double target) {
  r2s_error err = {0};
  r2s_task task;
  char *yaml;
  assert_ok(r2s_task_load(&task, "go-nogo-short", &err), &err);
  task.conditions[0].targets[0].value = target;
  assert_ok(r2s_task_yaml(&task, &yaml, &err), &err);
  assert_ok(r2s_io_write_atomic(path, yaml, strlen(yaml), &err), &err);
  free(yaml);
  r2s_task_free(&task);
}

/* Likewise of another task, though its file's name is the same. */
static void test_a_certificate_of_another_task_is_dropped(void **state) {
  (void)state;
  r2s_error err = {0};
  bool over = false;
  char path[256], set[300];
  const r2s_monitor monitor = {.progress = see_second_half, .cancelled = is_over, .user = &over};
  snprintf(path, sizeof path, "%s", in_dir("mine.yaml"));
  snprintf(set, sizeof set, "task=%s", path);
  write_task(path, 1);
  r2s_run *run = open_certified(set);
  assert_ok(r2s_run_convert(run, R2S_RUN_LIF, NULL, &err), &err);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  write_task(path, 0.9);
  run = open_certified(set);
  assert_int_equal(r2s_run_convert(run, R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  json_t *json = json_of(run);
  r2s_run_close(run);
  assert_true(json_is_null(json_object_get(json, "certificate")));
  assert_int_not_equal(access(in_dir("certified/certificate.csv"), F_OK), 0);
  json_decref(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cancelled_in_the_test_trials),
                                     cmocka_unit_test(test_cancelled_before_the_first_step),
                                     cmocka_unit_test(test_cancelled_in_a_simulation),
                                     cmocka_unit_test(test_cancelled_in_a_search),
                                     cmocka_unit_test(test_cancelled_in_the_curve),
                                     cmocka_unit_test(test_a_certificate_of_another_task_is_dropped),
                                     cmocka_unit_test(test_results_that_no_certificate_has)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
