/* SPDX-License-Identifier: MIT
 * Protects: rates, spikes, latency and output of a set of trials, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <sys/resource.h>

#include "rate2spike/convert.h"
#include "sanitized.h"

enum { SAMPLES = 200 };

static r2s_task_target target = {.from_ms = 50, .to_ms = 200, .value = 1};
static r2s_task_rule above = {
    .statistic = R2S_STATISTIC_MEAN, .from_ms = 100, .to_ms = 200, .greater = true, .threshold = 0.5};
static r2s_task_rule strict = {
    .statistic = R2S_STATISTIC_MAX, .from_ms = 100, .to_ms = 200, .greater = true, .threshold = 1.5};

static void close_to(double found, double expected) {
  assert_true(fabs(found - expected) < 1e-9);
}

static void test_three_trials_by_hand(void **state) {
  (void)state;
  r2s_task_condition conditions[2] = {{.name = "go", .probability = 0.5, .n_targets = 1, .targets = &target},
                                      {.name = "other", .probability = 0.5}};
  for (int c = 0; c < 2; c++) {
    for (int k = 0; k < R2S_CRITERION_COUNT; k++) conditions[c].rules[k] = (r2s_task_rules){1, &above};
    conditions[c].rules[R2S_CRITERION_STRICT] = (r2s_task_rules){1, &strict};
  }
  r2s_task task = {.n_steps = 40,
                   .dt_ms = 5,
                   .n_channels = 1,
                   .n_outputs = 1,
                   .n_conditions = 2,
                   .conditions = conditions};
  double sign[3] = {1, 1, -1};
  r2s_model model = {.n = 3, .dale = true, .sign = sign};

  /* outputs are 0, then a level: go rises at 60 and 100 ms, the third trial never does */
  static double out[3][SAMPLES];
  static const double level[3] = {1, 2, 0.25}, from[3] = {60, 100, 0};
  for (int k = 0; k < 3; k++) {
    for (int s = 0; s < SAMPLES; s++) out[k][s] = s + 1 >= from[k] ? level[k] : 0;
  }
  uint32_t counts[3][3] = {{2, 4, 6}, {4, 8, 0}, {0, 0, 2}};
  r2s_spike_record records[3];
  for (int k = 0; k < 3; k++)
    records[k] = (r2s_spike_record){.condition = k / 2,
                                    .n = 3,
                                    .n_out = 1,
                                    .n_samples = SAMPLES,
                                    .t0_ms = 1,
                                    .dt_ms = 1,
                                    .out = out[k],
                                    .counts = counts[k],
                                    .n_spikes = counts[k][0] + counts[k][1] + counts[k][2],
                                    .duration_ms = 200};
  r2s_stage_stats s;
  r2s_convert_stats(&model, &task, records, 3, &s);
  assert_int_equal(s.accuracy.n, 3);
  assert_int_equal(s.accuracy.correct, 2);
  assert_int_equal(s.strict.correct, 1);
  assert_int_equal(s.by_condition[0].correct, 2);
  assert_int_equal(s.by_condition[1].n, 1);
  /* 0.2 s a trial: 12 spikes of 3 units are 20 Hz */
  close_to(s.rate_mean_hz[0], 20);
  close_to(s.rate_max_hz[0], (30 + 40) / 2.0);
  close_to(s.rate_e_hz[0], (15 + 30) / 2.0);
  close_to(s.rate_i_hz[0], (30 + 0) / 2.0);
  close_to(s.spikes[0], 12);
  close_to(s.spikes[1], 2);
  close_to(s.rise_ms[0], 80); /* the median of 60 and 100 */
  assert_true(isnan(s.rise_ms[1]));
  close_to(s.out_mean[0], 1.5);
  close_to(s.out_sd[0], sqrt(0.5));
  assert_true(isnan(s.out_sd[1]));

  model.dale = false; /* units that are neither E nor I */
  r2s_convert_stats(&model, &task, records, 3, &s);
  assert_true(isnan(s.rate_e_hz[0]) && isnan(s.rate_i_hz[0]));
  close_to(s.rate_mean_hz[0], 20);
}

/* 200 ms of one condition. */
static r2s_task task_of(r2s_task_condition *condition) {
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) condition->rules[k] = (r2s_task_rules){1, &above};
  return (r2s_task){
      .n_steps = 40, .dt_ms = 5, .n_channels = 1, .n_outputs = 1, .n_conditions = 1, .conditions = condition};
}

/* After the target nothing is asked of the output: it is averaged over the target's last 100 ms, of which the
 * first sample counts and that at the end does not. */
static void test_output_of_an_earlier_target(void **state) {
  (void)state;
  r2s_task_target early = {.from_ms = 20, .to_ms = 150, .value = 1};
  r2s_task_condition condition = {.name = "go", .probability = 1, .n_targets = 1, .targets = &early};
  r2s_task task = task_of(&condition);
  double sign[1] = {1};
  r2s_model model = {.n = 1, .dale = true, .sign = sign};
  static double out[SAMPLES];
  uint32_t counts[1] = {0};
  for (int s = 0; s < SAMPLES; s++) out[s] = s + 1 < 50 ? -7 : s + 1 < 150 ? 2 : 30;
  r2s_spike_record record = {.n = 1,
                             .n_out = 1,
                             .n_samples = SAMPLES,
                             .t0_ms = 1,
                             .dt_ms = 1,
                             .out = out,
                             .counts = counts,
                             .duration_ms = 200};
  r2s_stage_stats s;
  r2s_convert_stats(&model, &task, &record, 1, &s);
  close_to(s.out_mean[0], 2);
  early.from_ms = 120; /* shorter than 100 ms */
  for (int t = 0; t < SAMPLES; t++) out[t] = t + 1 < 120 ? -7 : t + 1 < 150 ? 3 : 30;
  r2s_convert_stats(&model, &task, &record, 1, &s);
  close_to(s.out_mean[0], 3);
  /* another condition's target ends later, at 200 ms; one without a target is averaged there, too */
  r2s_task_target late = {.from_ms = 190, .to_ms = 200, .value = 1};
  r2s_task_condition three[] = {condition,
                                {.name = "late", .probability = 1, .n_targets = 1, .targets = &late},
                                {.name = "none", .probability = 1}};
  r2s_spike_record records[] = {record, record, record};
  records[1].condition = 1, records[2].condition = 2;
  for (int c = 1; c < 3; c++)
    for (int k = 0; k < R2S_CRITERION_COUNT; k++) three[c].rules[k] = (r2s_task_rules){1, &above};
  task.conditions = three, task.n_conditions = 3;
  r2s_convert_stats(&model, &task, records, 3, &s);
  close_to(s.out_mean[0], 3);
  close_to(s.out_mean[1], 30);
  close_to(s.out_mean[2], 30);
}

/* Of two outputs each is told by its own target: the second one rises to -2 from 100 ms on. */
static void test_each_output_by_hand(void **state) {
  (void)state;
  r2s_task_target targets[2] = {target, {.output = 1, .from_ms = 100, .to_ms = 160, .value = -2}};
  r2s_task_condition condition = {.name = "go", .probability = 1, .n_targets = 2, .targets = targets};
  r2s_task task = {.n_steps = 40, .dt_ms = 5, .n_outputs = 2, .n_conditions = 1, .conditions = &condition};
  static double out[2][SAMPLES][2];
  r2s_spike_record records[2];
  for (int k = 0; k < 2; k++) {
    for (int s = 0; s < SAMPLES; s++) {
      out[k][s][0] = s + 1 >= 60 ? 1 : 0;
      out[k][s][1] = s + 1 < 120 ? 0 : s + 1 < 160 ? -2 - k : 7; /* 7: behind its target */
    }
    records[k] = (r2s_spike_record){
        .n_out = 2, .n_samples = SAMPLES, .t0_ms = 1, .dt_ms = 1, .out = out[k][0], .duration_ms = 200};
  }
  const r2s_output_stats first = r2s_convert_output_stats(&task, records, 2, 0, 0),
                         second = r2s_convert_output_stats(&task, records, 2, 0, 1);
  close_to(first.rise_ms, 60);
  close_to(first.mean, 1);
  close_to(first.sd, 0);
  close_to(second.rise_ms, 120);
  /* the target's 60 ms have 60 samples, of which 40 are -2, or -3 */
  close_to(second.mean, -2.5 * 40 / 60);
  close_to(second.sd, sqrt(0.5) * 40 / 60);
}

/* The address sanitizer asks for memory of its own now and then. */
enum { MAY_LIMIT_MEMORY = !SANITIZED };

/* Any number of trials, with equal rises among them, and no memory for them: a failure could not be told. */
static void test_median_of_many_rises(void **state) {
  (void)state;
  enum { MANY = 40001 };
  static r2s_spike_record records[MANY];
  static double out[SAMPLES - 50][SAMPLES];
  r2s_task_condition condition = {.name = "go", .probability = 1, .n_targets = 1, .targets = &target};
  r2s_task task = task_of(&condition);
  double sign[1] = {1};
  r2s_model model = {.n = 1, .dale = true, .sign = sign};
  uint32_t counts[1] = {0};
  for (int k = 0; k < SAMPLES - 50; k++)
    for (int s = 0; s < SAMPLES; s++) out[k][s] = s >= 50 + k;
  /* rises at 51 ms and k^2/100 later, k = 0 .. 99 in turns, the last record first */
  for (int k = 0; k < MANY; k++)
    records[k] = (r2s_spike_record){.n = 1,
                                    .n_out = 1,
                                    .n_samples = SAMPLES,
                                    .t0_ms = 1,
                                    .dt_ms = 1,
                                    .out = out[(MANY - 1 - k) % 100 * ((MANY - 1 - k) % 100) / 100],
                                    .counts = counts,
                                    .duration_ms = 200};
  r2s_stage_stats s;
  struct rlimit old, none;
  assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
  none = old;
  if (MAY_LIMIT_MEMORY) none.rlim_cur = 1;
  for (int n = MANY - 1; n <= MANY; n++) {
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    r2s_convert_stats(&model, &task, records + MANY - n, n, &s);
    assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
    close_to(s.rise_ms[0], n % 2 ? 51 + 24 : 51 + (24 + 25) / 2.0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_three_trials_by_hand), cmocka_unit_test(test_output_of_an_earlier_target),
      cmocka_unit_test(test_each_output_by_hand), cmocka_unit_test(test_median_of_many_rises)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
