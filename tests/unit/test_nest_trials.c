/* SPDX-License-Identifier: MIT
 * Protects: which trials NEST simulates, one for all that can't differ, and the generators of their inputs:
 * one for each course of a channel that is not silent, shared by the trials that have it, with its changes
 * alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "nest/nest_bridge.h"

enum { COLUMNS = 4, CHANNELS = 2, TRIALS = 4 };

/* Channel 0 has the same course in trials 0 and 2, and none in 1; trial 3 is one column shorter. */
static const float inputs[TRIALS][COLUMNS][CHANNELS] = {
    {{1, 0}, {1, 5}, {0, 5}, {0, 0}},
    {{0, 0}, {0, 5}, {0, 5}, {0, 0}},
    {{1, 7}, {1, 7}, {0, 7}, {0, 7}},
    {{1, 0}, {1, 5}, {0, 5}},
};

static void make(r2s_nest_inputs *out, int steps_per_column) {
  const r2s_spike_layout layout = {.n_in = CHANNELS, .steps_per_column = steps_per_column};
  r2s_spike_trial trials[TRIALS] = {{0}};
  r2s_error err = {0};
  for (int k = 0; k < TRIALS; k++) trials[k].u = inputs[k][0], trials[k].n_columns = COLUMNS - (k == 3);
  if (r2s_nest_inputs_make(out, &layout, trials, TRIALS, &err) != R2S_OK) fail_msg("%s", err.msg);
}

static void assert_source(const r2s_nest_inputs *in, int source, int channel, int n, const int32_t *steps,
                          const double *values) {
  const int first = in->offset[source];
  assert_int_equal(in->channel[source], channel);
  assert_int_equal(in->offset[source + 1] - first, n);
  for (int k = 0; k < n; k++) {
    assert_int_equal(in->step[first + k], steps[k]);
    assert_true(in->value[first + k] == values[k]);
  }
}

static void test_trials_share_courses(void **state) {
  (void)state;
  static const int32_t links[][2] = {{0, 0}, {0, 2}, {1, 3}, {2, 0}, {2, 1}, {3, 2}, {4, 3}};
  r2s_nest_inputs in;
  make(&in, 10);
  assert_int_equal(in.n_sources, 5);
  assert_source(&in, 0, 0, 2, (const int32_t[]){1, 20}, (const double[]){1, 0});
  assert_source(&in, 1, 0, 2, (const int32_t[]){1, 20}, (const double[]){1, 0});
  assert_source(&in, 2, 1, 2, (const int32_t[]){10, 30}, (const double[]){5, 0});
  assert_source(&in, 3, 1, 1, (const int32_t[]){1}, (const double[]){7});
  assert_source(&in, 4, 1, 1, (const int32_t[]){10}, (const double[]){5});
  assert_int_equal(in.n_changes, 8);
  assert_int_equal(in.n_links, 7);
  assert_memory_equal(in.link, links, sizeof links);
  r2s_nest_inputs_free(&in);
}

/* A column of one step: column 0 would be over before step 1, where a generator can change first. */
static void test_columns_of_one_step(void **state) {
  (void)state;
  r2s_nest_inputs in;
  make(&in, 1);
  assert_source(&in, 0, 0, 2, (const int32_t[]){1, 2}, (const double[]){1, 0});
  assert_source(&in, 3, 1, 1, (const int32_t[]){1}, (const double[]){7});
  r2s_nest_inputs_free(&in);
}

/* Without noise a trial follows from its input and initial voltages; with noise each is its own. */
static void test_trials_that_can_not_differ_are_one(void **state) {
  (void)state;
  static const double v[2][2] = {{-60, -50}, {-60, -45}};
  static const int input[] = {0, 1, 0, 0, 1, 2}, voltage[] = {0, 0, 0, 1, 0, 1}, alike[] = {0, 1, 0, 2, 1, 3};
  enum { N = sizeof input / sizeof *input };
  r2s_spike_psc_net net = {.layout = {.n = 2, .n_in = CHANNELS, .dt_ms = 0.1}};
  r2s_spike_trial trials[N] = {{0}};
  r2s_error err = {0};
  for (int k = 0; k < N; k++)
    trials[k] = (r2s_spike_trial){.id = {.index = (uint64_t)k},
                                  .u = inputs[input[k]][0],
                                  .v0 = v[voltage[k]],
                                  .n_columns = COLUMNS,
                                  .duration_ms = 15,
                                  .noise_scale = 1};
  for (int noise = 0; noise < 2; noise++) {
    r2s_nest_replicas replicas;
    net.noise_sd_pa = noise;
    if (r2s_nest_replicas_make(&replicas, &net, trials, N, &err) != R2S_OK) fail_msg("%s", err.msg);
    assert_int_equal(replicas.count, noise ? N : 4);
    for (int k = 0; k < N; k++) {
      assert_int_equal(replicas.of[k], noise ? k : alike[k]);
      assert_ptr_equal(replicas.trials[replicas.of[k]].u, trials[k].u);
    }
    r2s_nest_replicas_free(&replicas);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_trials_that_can_not_differ_are_one),
      cmocka_unit_test(test_trials_share_courses),
      cmocka_unit_test(test_columns_of_one_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
