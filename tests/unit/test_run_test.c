/* SPDX-License-Identifier: MIT
 * Protects: the test trials of the rate network where they are too many to be run at once. Each has its own
 * condition, noise and output, on both sides of the border between two rounds. */
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rounds_of_trials_join)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
