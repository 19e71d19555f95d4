/* SPDX-License-Identifier: MIT
 * Protects: the test trials of the rate network where they are too many to be run at once. Each has its own
 * condition, noise and output, on both sides of the border between two rounds. No more than a file may hold
 * are taken; and whether trials can differ at all is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "run/run_model.h"
#include "unit/io_model_fixture.h"

/* 64 MiB hold the rates of so many: 20 units, 200 steps, single precision. */
enum { UNITS = 20, STEPS = 200, BORDER = 4192, BEHIND = 8 };

static double mean_of(const float *rates, int unit) {
  double mean = 0;
  for (int t = 0; t < STEPS; t++) mean += (double)rates[t * UNITS + unit] / STEPS;
  return mean;
}

static void test_rounds_of_trials_join(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5", "train.max_steps=1", "train.test_trials=2100",
                                     "threads=1"};
  static r2s_config config; /* large */
  r2s_error err = {0};
  r2s_run *run;
  r2s_rate_traces traces;
  char path[128];
  snprintf(path, sizeof path, "%s/run", fixture_folder());
  assert_ok(r2s_config_load(&config, NULL, sets, 5, &err), &err);
  assert_ok(r2s_run_open(&run, path, &config, &err), &err);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  snprintf(path, sizeof path, "%s/run/rate.h5", fixture_folder());
  assert_ok(r2s_rate_traces_load(&traces, path, &err), &err);
  assert_int_equal(traces.n_trials, BORDER + BEHIND);

  const r2s_rate_run_config forward = r2s_run_model_rate_config(run);
  const int from = BORDER - 40, count = 40 + BEHIND;
  const size_t samples = (size_t)traces.n_samples;
  double *out = calloc((size_t)count * samples, sizeof *out);
  float *rates = calloc((size_t)count * STEPS * UNITS, sizeof *rates);
  assert_true(out && rates && traces.n == UNITS && samples == STEPS - 1);
  assert_ok(r2s_rate_run(&run->model, &run->task, &forward, config.seed, R2S_SET_SIMULATE, (uint64_t)from,
                         count, traces.conditions + from, out, rates, NULL, &err),
            &err);
  assert_memory_equal(out, traces.out + (size_t)from * samples, (size_t)count * samples * sizeof *out);
  for (int k = 0; k < count; k++)
    for (int i = 0; i < UNITS; i++)
      assert_true(mean_of(rates + k * STEPS * UNITS, i) == traces.mean_rate[(from + k) * UNITS + i]);
  free(out);
  free(rates);
  r2s_rate_traces_free(&traces);
  r2s_run_close(run);
}

/* Noise, or starts that differ: each alone tells two trials of the same input apart. */
static void test_what_makes_trials_differ(void **state) {
  (void)state;
  static const struct {
    const char *sets[4];
    bool random;
  } cases[] = {
      {{"recipe=writeup", "train.state_noise=0", "train.x0_sd=0", "train.start_kick=false"}, false},
      {{"recipe=writeup", "train.state_noise=0.1", "train.x0_sd=0", "train.start_kick=false"}, true},
      {{"recipe=writeup", "train.state_noise=0", "train.x0_sd=0.01", "train.start_kick=false"}, true}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    static r2s_config config;
    r2s_error err = {0};
    r2s_run *run;
    assert_ok(r2s_config_load(&config, NULL, cases[k].sets, 4, &err), &err);
    assert_ok(r2s_run_open(&run, NULL, &config, &err), &err);
    if (r2s_run_model_is_random(run) != cases[k].random) fail_msg("case %zu", k);
    r2s_run_close(run);
  }
}

/* The outputs alone of the trials that are taken fill no more than half of the largest file (2^31 bytes), and
 * nearly that; one trial more of each condition is refused. */
static void test_trials_that_a_file_can_hold(void **state) {
  (void)state;
  static const char *const sets[] = {"task=go-nogo"};
  static r2s_config config;
  r2s_error err = {0};
  r2s_run *run;
  assert_ok(r2s_config_load(&config, NULL, sets, 1, &err), &err);
  assert_ok(r2s_run_open(&run, NULL, &config, &err), &err);
  const struct {
    const char *key;
    int *trials;
    double samples;
  } cases[] = {{"train.test_trials", &run->config.test_trials, 200},
               {"simulate.trials", &run->config.simulate_trials, 1000},
               {"simulate.nest_trials", &run->config.nest_trials, 1000}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const int kept = *cases[k].trials;
    *cases[k].trials = 1000000000;
    assert_int_equal(r2s_run_check_trials(run, 2, &err), R2S_ERR_CONFIG);
    assert_int_equal(strncmp(err.msg, cases[k].key, strlen(cases[k].key)), 0);
    const int most = atoi(strstr(err.msg, "expected at most ") + strlen("expected at most "));
    const double bytes = 2.0 * most * cases[k].samples * sizeof(double);
    if (!(bytes > 0.95 * 0x1p31 && bytes <= 0x1p31)) fail_msg("%s: %g bytes", err.msg, bytes);
    *cases[k].trials = most;
    assert_ok(r2s_run_check_trials(run, 2, &err), &err);
    *cases[k].trials = most + 1;
    assert_int_equal(r2s_run_check_trials(run, 2, &err), R2S_ERR_CONFIG);
    *cases[k].trials = kept;
  }
  r2s_run_close(run);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rounds_of_trials_join),
                                     cmocka_unit_test(test_what_makes_trials_differ),
                                     cmocka_unit_test(test_trials_that_a_file_can_hold)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
