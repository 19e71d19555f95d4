/* SPDX-License-Identifier: MIT
 * Protects: `rate2spike run` from end to end on a small network: every file, the JSON that others read, and
 * the same bits for one and two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "cli_program.h"
#include "sanitized.h"

#if defined(__APPLE__)
#include <util.h> /* forkpty */
#else
#include <pty.h>
#endif

/* {accuracy, n, ci95} that agree with each other */
static void check_accuracy(const json_t *object, int n) {
  double accuracy = json_number_value(json_object_get(object, "accuracy"));
  const json_t *ci = json_object_get(object, "ci95");
  assert_true(json_is_number(json_object_get(object, "accuracy")));
  assert_int_equal(json_integer_value(json_object_get(object, "n")), n);
  assert_int_equal(json_array_size(ci), 2);
  assert_true(json_number_value(json_array_get(ci, 0)) <= accuracy);
  assert_true(json_number_value(json_array_get(ci, 1)) >= accuracy);
  assert_true(fabs(accuracy * n - round(accuracy * n)) < 1e-9);
}

/* Trials that nothing random tells apart have no interval. */
static void check_repeated(const json_t *object, int n) {
  const json_t *ci = json_object_get(object, "ci95");
  assert_true(json_is_number(json_object_get(object, "accuracy")));
  assert_int_equal(json_integer_value(json_object_get(object, "n")), n);
  assert_int_equal(json_array_size(ci), 2);
  for (size_t k = 0; k < 2; k++) assert_true(json_is_null(json_array_get(ci, k)));
}

static json_t *stage(const json_t *json, const char *name) {
  json_t *found = json_object_get(json_object_get(json, "stages"), name);
  if (!json_is_object(found)) fail_msg("no stage %s", name);
  assert_true(json_number_value(json_object_get(found, "seconds")) > 0);
  return found;
}

static void check_convert(const json_t *json) {
  const json_t *convert = stage(json, "convert"), *scales = json_object_get(convert, "scales"), *scale;
  static const double expected[] = {30, 44, 60};
  size_t k;
  check_accuracy(convert, 4);
  assert_int_equal(json_array_size(scales), 3);
  json_array_foreach(scales, k, scale) {
    check_accuracy(scale, 4);
    assert_true(json_number_value(json_object_get(scale, "scale")) == expected[k]);
  }
  assert_true(json_number_value(json_object_get(convert, "predicted")) == 44);
  assert_true(json_is_number(json_object_get(convert, "chosen")));
  check_accuracy(json_object_get(convert, "held_out"), 4);
  check_accuracy(json_object_get(convert, "held_out_predicted"), 4);
  const json_t *unit = stage(json, "lif-unit");
  check_repeated(unit, 2);
  check_repeated(json_array_get(json_object_get(unit, "scales"), 0), 2);
  assert_int_equal(json_array_size(json_object_get(unit, "scales")), 3);
  assert_true(json_is_number(json_object_get(json_object_get(unit, "lambda1"), "go")));
}

static void check_simulation(const json_t *json) {
  const json_t *native = stage(json, "sim-native"), *models = json_object_get(native, "models");
  check_accuracy(native, 6);
  check_accuracy(json_object_get(models, "lif"), 6);
  check_accuracy(json_object_get(models, "psc-dexp"), 6);
  const json_t *alpha = json_object_get(models, "psc-alpha");
  check_repeated(alpha, 2);
  check_repeated(json_object_get(json_object_get(alpha, "conditions"), "go"), 1);
  const json_t *go = json_object_get(json_object_get(json_object_get(models, "lif"), "conditions"), "go");
  check_accuracy(go, 3);
  double rate = json_number_value(json_object_get(go, "rate_mean_hz"));
  assert_true(rate > 0);
  /* 60 units for 1 s */
  assert_true(fabs(json_number_value(json_object_get(go, "spikes")) - 60 * rate) < 1e-6 * 60 * rate);
  const json_t *certificate = json_object_get(json, "certificate");
  assert_true(json_is_string(json_object_get(certificate, "verdict")));
  assert_int_equal(json_array_size(json_object_get(certificate, "engines")), 2);
}

static void test_whole_run(void **state) {
  (void)state;
  CLI_RUN("run", "-o", "one", "--json", "--threads", "1", "--set", "train.max_steps=40", CLI_TINY);
  json_t *json = cli_json();
  assert_string_equal(json_string_value(json_object_get(json, "task")), "go-nogo-short");
  const json_t *train = stage(json, "train");
  check_accuracy(train, 6);
  assert_int_equal(json_integer_value(json_object_get(train, "steps")), 40);
  assert_string_equal(json_string_value(json_object_get(train, "stop")), "exhausted");
  assert_true(json_number_value(json_object_get(train, "shot_noise")) < 1);
  check_convert(json);
  check_simulation(json);
  json_decref(json);

  static const char *const files[] = {"config.yaml",
                                      "model.h5",
                                      "model.mat",
                                      "training.csv",
                                      "rate.h5",
                                      "conversion.csv",
                                      "curve.csv",
                                      "certificate.csv",
                                      "spikes_lif_native.h5",
                                      "spikes_lif-unit_native.h5",
                                      "spikes_psc-dexp_native.h5",
                                      "spikes_psc-alpha_native.h5",
                                      "run.json",
                                      "REPORT.md",
                                      "report.html",
                                      "figures/fig1.png",
                                      "figures/fig2.svg",
                                      "figures/fig3.pdf"};
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    char path[96];
    struct stat info;
    snprintf(path, sizeof path, "one/%s", files[k]);
    if (stat(path, &info) != 0 || info.st_size == 0) fail_msg("%s is not there, or empty", path);
  }
}

/* Earlier versions kept no scale of held-out trials: an empty cell, which report takes. */
static void test_conversion_of_an_earlier_version(void **state) {
  (void)state;
  assert_int_equal(
      system("cp -r one early && sed -i '/\"held_out\"/,/accuracy/{/\"scale\"/d}' early/run.json"), 0);
  CLI_RUN("convert", "early", "--model", "lif-unit", "--quiet");
  assert_int_equal(system("grep -q '^lif,held_out,,' early/conversion.csv"), 0);
  CLI_RUN("report", "early", "--quiet");
}

/* Each LIF model is converted again alone: conversion.csv keeps the rows of the other. */
static void test_convert_keeps_the_other_model(void **state) {
  (void)state;
  char *before = cli_read("one/conversion.csv");
  static const char *const models[] = {"lif-unit", "lif"};
  for (int k = 0; k < 2; k++) {
    CLI_RUN("convert", "one", "-q", "--model", models[k]);
    char *after = cli_read("one/conversion.csv");
    assert_string_equal(after, before);
    free(after);
  }
  free(before);
}

static void same_spikes(const char *name) {
  char path[2][96];
  r2s_spike_record *records[2];
  int n[2];
  r2s_error err = {0};
  for (int k = 0; k < 2; k++) {
    snprintf(path[k], sizeof path[k], "%s/%s", k ? "two" : "one", name);
    r2s_spike_info info;
    if (r2s_records_load(&records[k], &n[k], &info, path[k], &err) != R2S_OK) fail_msg("%s", err.msg);
  }
  assert_int_equal(n[0], n[1]);
  for (int k = 0; k < n[0]; k++) {
    const r2s_spike_record *a = &records[0][k], *b = &records[1][k];
    assert_int_equal(a->n_spikes, b->n_spikes);
    assert_non_null(a->spikes);
    assert_memory_equal(a->spikes, b->spikes, a->n_spikes * sizeof *a->spikes);
    assert_memory_equal(a->out, b->out, (size_t)a->n_samples * (size_t)a->n_out * sizeof *a->out);
  }
  r2s_records_free(records[0], n[0]);
  r2s_records_free(records[1], n[1]);
}

static void test_two_threads_give_the_same_bits(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "two", "--quiet", "--threads", "2", "--set", "train.max_steps=40", CLI_TINY);
  CLI_RUN("convert", "two", "--quiet");
  CLI_RUN("simulate", "two", "--quiet");
  cli_same_file("one/training.csv", "two/training.csv");
  cli_same_file("one/conversion.csv", "two/conversion.csv");
  cli_same_file("one/certificate.csv", "two/certificate.csv");
  cli_same_model("one/model.h5", "two/model.h5");
  same_spikes("spikes_lif_native.h5");
  same_spikes("spikes_psc-dexp_native.h5");
  same_spikes("spikes_psc-alpha_native.h5");
}

static void test_quiet_says_nothing(void **state) {
  (void)state;
  CLI_RUN("convert", "two", "--quiet");
  static const char *const streams[] = {"stdout", "stderr"};
  for (int k = 0; k < 2; k++) {
    char *said = cli_read(streams[k]);
    assert_string_equal(said, "");
    free(said);
  }
}

/* A network that the authors' .mat format carried gives the same search as our own file. */
static void test_model_files_need_no_folder(void **state) {
  (void)state;
  CLI_RUN("export", "one/model.h5", "--mat", "copy.mat");
  CLI_RUN("export", "copy.mat", "--h5", "copy.h5");
  CLI_RUN("convert", "one/model.h5", "--scales", "30:15:60", "--trials", "2", "--model", "lif", "--json");
  json_t *ours = cli_json();
  assert_int_equal(json_array_size(json_object_get(stage(ours, "convert"), "scales")), 4);
  CLI_RUN("convert", "copy.mat", "--task", "go-nogo-short", "--scales", "30:15:60", "--trials", "2",
          "--model", "lif", "--json");
  json_t *theirs = cli_json();
  const json_t *a = json_array_get(json_object_get(stage(ours, "convert"), "scales"), 0);
  const json_t *b = json_array_get(json_object_get(stage(theirs, "convert"), "scales"), 0);
  assert_true(json_equal(a, b));
  json_decref(ours);
  json_decref(theirs);
  CLI_RUN("simulate", "copy.h5", "--task", "go-nogo-short", "--model", "lif", "--scale", "30", "--trials",
          "2", "--json");
  json_t *simulated = cli_json();
  check_accuracy(stage(simulated, "sim-native"), 4);
  json_decref(simulated);
}

/* What it says on a terminal of 80 columns; the caller's (free). */
static char *on_terminal(const char *const *argv) {
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  char *said = calloc(1, 1 << 16);
  size_t used = 0;
  int terminal;
  assert_non_null(said);
  const pid_t pid = forkpty(&terminal, NULL, NULL, &size);
  assert_true(pid >= 0);
  if (pid == 0) {
    unsetenv("NO_COLOR");
    execv(R2S_PROGRAM, (char *const *)(void *)argv);
    _exit(127);
  }
  for (ssize_t n; used < (1 << 16) - 1; used += (size_t)n) /* it fails where the other end is closed */
    if ((n = read(terminal, said + used, (1 << 16) - 1 - used)) <= 0) break;
  close(terminal);
  assert_int_equal(cli_wait(pid), 0);
  return said;
}

/* Time for lines of progress. */
#if SANITIZED
#define STEPS_THAT_TAKE_A_WHILE "train.max_steps=40"
#else
#define STEPS_THAT_TAKE_A_WHILE "train.max_steps=300"
#endif

/* A bar that is drawn over itself and ends its line, cut to the window; warnings in colour. */
static void test_progress_on_a_terminal(void **state) {
  (void)state;
  const char *const search[] = {R2S_PROGRAM, "convert", "one", "--trials", "1", NULL};
  char *said = on_terminal(search);
  assert_non_null(strstr(said, "\r\033[K"
                               "convert     [########################] 100 %"));
  assert_non_null(strstr(said, "\033[1;33mwarning:\033[0m the search has no trial of condition"));
  char *end = strstr(said, "correct   95 % interval"); /* the table's head, on a line of its own */
  assert_non_null(end);
  while (*--end != '\n') assert_int_equal(*end, ' ');
  free(said);
  const char *const train[] = {R2S_PROGRAM, "train",
                               "-o",        "seen",
                               "--set",     STEPS_THAT_TAKE_A_WHILE,
                               "--set",     "net.n=250",
                               "--set",     "train.test_trials=1",
                               NULL};
  said = on_terminal(train);
  const char *line = strstr(said, "\r\033[K"
                                  "train       step ");
  assert_non_null(line);
  assert_true(strcspn(line + 4, "\r\n") < 80);
  free(said);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_run),
      cmocka_unit_test(test_conversion_of_an_earlier_version),
      cmocka_unit_test(test_convert_keeps_the_other_model),
      cmocka_unit_test(test_two_threads_give_the_same_bits),
      cmocka_unit_test(test_quiet_says_nothing),
      cmocka_unit_test(test_model_files_need_no_folder),
      cmocka_unit_test(test_progress_on_a_terminal),
  };
  return cmocka_run_group_tests(tests, cli_setup, cli_teardown);
}
