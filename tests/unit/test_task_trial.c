/* SPDX-License-Identifier: MIT
 * Protects: what a trial is. Steps of a period (authors: stim_on .. stim_on + stim_dur - 1), targets, mask,
 * noise that follows from the trial's id alone, and the two ways to choose conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/task.h"
#include "unit/task_fixture.h"

static const r2s_trial_id id = {.seed = 3, .set = R2S_SET_TRAIN, .index = 9};

/* model.py: u[stim_on:stim_on+stim_dur] = 1, z[stim_on+stim_dur:] = 1 with stim_on 50, stim_dur 25 */
static void test_go_trial_is_the_authors(void **state) {
  (void)state;
  task_fixture f;
  static float u[400], z[400], mask[200];
  task_fixture_make(&f);
  memset(u, 99, sizeof u);
  memset(z, 99, sizeof z);
  r2s_task_make_trial(&f.task, 0, id, u, z, mask);
  for (int t = 0; t < 200; t++) {
    assert_true(u[2 * t] == (t >= 50 && t < 75));
    assert_true(u[2 * t + 1] == 0);
    assert_true(z[2 * t] == (t >= 75));
    assert_true(z[2 * t + 1] == 0);
    assert_true(mask[t] == 1);
  }
  r2s_task_make_trial(&f.task, 1, id, u, z, NULL);
  for (int k = 0; k < 400; k++) assert_true(u[k] == 0 && z[k] == 0);
  r2s_task_make_trial(&f.task, 0, id, NULL, NULL, NULL);
}

/* Of the second output, whose second target begins where the first one ends. */
static void test_targets_of_two_outputs(void **state) {
  (void)state;
  task_fixture f;
  static float z[400];
  task_fixture_make(&f);
  memset(z, 99, sizeof z);
  r2s_task_make_trial(&f.task, 2, id, NULL, z, NULL);
  for (int t = 0; t < 200; t++) {
    assert_true(z[2 * t] == 0);
    assert_true(z[2 * t + 1] == (t < 20 || t >= 80 ? 0 : t < 40 ? 3 : -1));
  }
}

/* k x 0.1 is not exact in binary: no period may lose or win a step */
static void test_period_edges_in_floating_ms(void **state) {
  (void)state;
  task_fixture f;
  static float u[2 * 5000];
  task_fixture_make(&f);
  f.task.n_steps = 5000;
  const double steps[] = {0.1, 0.3, 0.7, 1.0 / 3, 0.05, 1.1};
  for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
    for (int from = 0; from < 4000; from += 37) {
      int to = from + 1 + from % 11;
      f.task.dt_ms = steps[s];
      f.pulses[0].from_ms = from * steps[s];
      f.pulses[0].to_ms = to * steps[s];
      r2s_task_make_trial(&f.task, 0, id, u, NULL, NULL);
      int first = -1, count = 0;
      for (int t = 0; t < 5000; t++)
        if (u[2 * t] != 0) {
          if (first < 0) first = t;
          count++;
        }
      assert_int_equal(first, from);
      assert_int_equal(count, to - from);
    }
}

static void test_mask(void **state) {
  (void)state;
  task_fixture f;
  float mask[200];
  r2s_task_period periods[2] = {{.from_ms = 0, .to_ms = 12.5}, {.from_ms = 900, .to_ms = 1000}};
  task_fixture_make(&f);
  f.task.n_mask = 2;
  f.task.mask = periods;
  r2s_task_make_trial(&f.task, 0, id, NULL, NULL, mask);
  for (int t = 0; t < 200; t++) assert_true(mask[t] == (t < 3 || t >= 180)); /* 10 ms < 12.5: step 2 counts */
}

static void test_noise(void **state) {
  (void)state;
  task_fixture f;
  static float u[400], again[400], other[400];
  double sum = 0, squares = 0;
  int n = 0;
  task_fixture_make(&f);
  r2s_task_make_trial(&f.task, 2, id, u, NULL, NULL);
  r2s_task_make_trial(&f.task, 2, id, again, NULL, NULL);
  assert_memory_equal(u, again, sizeof u);
  for (int trial = 0; trial < 100; trial++) {
    r2s_trial_id next = id;
    next.index += (uint64_t)trial + 1;
    r2s_task_make_trial(&f.task, 2, next, other, NULL, NULL);
    assert_memory_not_equal(u, other, sizeof u);
    for (int t = 0; t < 200; t++) {
      assert_true(other[2 * t] == 0);
      if (t == 100) continue; /* the -10 pulse */
      double x = other[2 * t + 1] - 0.5;
      sum += x, squares += x * x, n++;
    }
    assert_true(other[2 * 100 + 1] < 0); /* -9.5 +- 2 */
  }
  double mean = sum / n, sd = sqrt(squares / n - mean * mean);
  assert_true(fabs(mean) < 5 * 2 / sqrt(n));
  assert_true(fabs(sd - 2) < 5 * 2 / sqrt(2.0 * n));
}

/* Nor does it repeat within a trial, however long that is. */
static void test_long_noise_does_not_repeat(void **state) {
  (void)state;
  task_fixture f;
  enum { N = 1000 };
  static float u[2 * N];
  task_fixture_make(&f);
  f.task.n_steps = N;
  f.pulses[1].to_ms = N * f.task.dt_ms;
  f.conditions[2].n_pulses = 1;
  r2s_task_make_trial(&f.task, 2, id, u, NULL, NULL);
  for (int lag = 1; lag < N; lag++) {
    int same = 0;
    for (int t = 0; t + lag < N; t++) same += u[2 * t + 1] == u[2 * (t + lag) + 1];
    assert_true(same < 3); /* by chance */
  }
}

static void test_drawn_conditions(void **state) {
  (void)state;
  task_fixture f;
  enum { N = 20000 };
  int count[3] = {0};
  task_fixture_make(&f);
  f.conditions[0].probability = 0.7;
  f.conditions[1].probability = 0;
  f.conditions[2].probability = 0.3;
  for (uint64_t k = 0; k < N; k++) {
    r2s_trial_id trial = {.seed = 1, .set = R2S_SET_TEST, .index = k};
    int c = r2s_task_draw_condition(&f.task, trial);
    assert_int_equal(c, r2s_task_draw_condition(&f.task, trial));
    count[c]++;
  }
  assert_int_equal(count[1], 0);
  assert_true(abs(count[0] - 7 * N / 10) < 5 * sqrt(N * 0.7 * 0.3));
}

/* A batch: n p of each condition, rounded down or up; over many batches, probabilities p in every place. */
static void test_balanced_batches(void **state) {
  (void)state;
  enum { BATCHES = 4000, N = 33 };
  task_fixture f;
  int first[3] = {0}, total[3] = {0}, conditions[N], again[N];
  const double p[3] = {0.55, 0, 0.45};
  task_fixture_make(&f);
  for (int c = 0; c < 3; c++) f.conditions[c].probability = p[c];
  for (uint64_t batch = 0; batch < BATCHES; batch++) {
    int count[3] = {0};
    const r2s_trial_id trials = {.seed = 1, .set = R2S_SET_TRAIN, .index = batch};
    r2s_task_draw_balanced(&f.task, trials, N, conditions);
    r2s_task_draw_balanced(&f.task, trials, N, again);
    assert_memory_equal(conditions, again, sizeof conditions);
    for (int k = 0; k < N; k++) count[conditions[k]]++;
    for (int c = 0; c < 3; c++) assert_true(fabs(count[c] - N * p[c]) < 1);
    for (int c = 0; c < 3; c++) total[c] += count[c];
    first[conditions[0]]++;
  }
  assert_int_equal(total[1], 0);
  assert_true(fabs(total[0] - BATCHES * N * p[0]) < 5 * sqrt(BATCHES * 0.25));
  assert_true(fabs(first[0] - BATCHES * p[0]) < 5 * sqrt(BATCHES * p[0] * p[2]));
  r2s_task_draw_balanced(&f.task, (r2s_trial_id){.seed = 1}, 1, conditions);
  assert_true(conditions[0] == 0 || conditions[0] == 2);
}

static void test_balanced_in_turn(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  f.task.n_conditions = 2;
  f.conditions[0].probability = f.conditions[1].probability = 0.5;
  int conditions[50];
  r2s_task_balance_conditions(&f.task, 0, 50, conditions);
  for (int k = 0; k < 50; k++) assert_int_equal(conditions[k], k % 2);
  f.task.n_conditions = 3;
  for (int c = 0; c < 3; c++) f.conditions[c].probability = 1.0 / 3;
  r2s_task_balance_conditions(&f.task, 0, 50, conditions);
  for (int k = 0; k < 50; k++) assert_int_equal(conditions[k], k % 3);
  r2s_task_balance_conditions(&f.task, 17, 30, conditions); /* a later part of the same */
  for (int k = 0; k < 30; k++) assert_int_equal(conditions[k], (k + 17) % 3);
  f.task.n_conditions = 1;
  r2s_task_balance_conditions(&f.task, 17, 2, conditions);
  assert_true(conditions[0] == 0 && conditions[1] == 0);
}

/* Tijdeman: at any time each count is within 1 - 1/(2n - 2) of its expectation */
static void test_balanced_by_probability(void **state) {
  (void)state;
  static const double cases[][16] = {{0.5, 0.25, 0.25},
                                     {0.9, 0.1},
                                     {0.6, 0, 0.4},
                                     {0.07, 0.13, 0.2, 0.6},
                                     {0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.01}};
  const int sizes[] = {3, 2, 3, 4, 11};
  static r2s_task_condition conditions[16];
  r2s_task task = {.conditions = conditions};
  for (int s = 0; s < 5; s++) {
    int count[16] = {0};
    task.n_conditions = sizes[s];
    for (int c = 0; c < sizes[s]; c++) conditions[c].probability = cases[s][c];
    int drawn[300];
    r2s_task_balance_conditions(&task, 0, 300, drawn);
    for (int k = 0; k < 300; k++) {
      count[drawn[k]]++;
      for (int c = 0; c < sizes[s]; c++)
        assert_true(fabs(count[c] - (k + 1) * cases[s][c]) < 1 - 1.0 / (2 * sizes[s] - 2) + 1e-6);
    }
    for (int c = 0; c < sizes[s]; c++)
      if (cases[s][c] == 0) assert_int_equal(count[c], 0);
  }
}

/* A sum a little below 1 is allowed: after half a million trials no condition may lag any more. */
static void test_balanced_by_a_sum_below_one(void **state) {
  (void)state;
  enum { TRIALS = 2000000 };
  static r2s_task_condition conditions[3] = {
      {.probability = 0}, {.probability = 0.4999996}, {.probability = 0.4999996}};
  const r2s_task task = {.conditions = conditions, .n_conditions = 3};
  int *drawn = malloc(TRIALS * sizeof *drawn), count[3] = {0};
  r2s_task_balance_conditions(&task, 0, TRIALS, drawn);
  for (int k = 0; k < TRIALS; k++) count[drawn[k]]++;
  free(drawn);
  assert_int_equal(count[0], 0);
  assert_true(abs(count[1] - count[2]) <= 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_go_trial_is_the_authors),
      cmocka_unit_test(test_targets_of_two_outputs),
      cmocka_unit_test(test_period_edges_in_floating_ms),
      cmocka_unit_test(test_mask),
      cmocka_unit_test(test_noise),
      cmocka_unit_test(test_long_noise_does_not_repeat),
      cmocka_unit_test(test_drawn_conditions),
      cmocka_unit_test(test_balanced_batches),
      cmocka_unit_test(test_balanced_in_turn),
      cmocka_unit_test(test_balanced_by_probability),
      cmocka_unit_test(test_balanced_by_a_sum_below_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
