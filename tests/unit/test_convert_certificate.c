/* SPDX-License-Identifier: MIT
 * Protects: the certificate's numbers, on records small enough to work out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "rate2spike/convert.h"
#include "rate2spike/io.h"

static void test_comparison_finds_the_first_difference(void **state) {
  (void)state;
  r2s_spike_event a[] = {{3, 1}, {5, 1}, {0, 2}, {1, 7}};
  r2s_spike_event b[] = {{3, 1}, {5, 1}, {0, 3}, {1, 7}};
  r2s_spike_record x = {.n_spikes = 4, .spikes = a}, y = {.n_spikes = 4, .spikes = b};
  r2s_spike_comparison same = r2s_convert_compare(&x, &x);
  assert_true(same.identical);
  assert_int_equal(same.spikes_equal, 4);

  r2s_spike_comparison c = r2s_convert_compare(&x, &y);
  assert_false(c.identical);
  assert_int_equal(c.spikes_equal, 2);
  assert_int_equal(c.a.step, 2);
  assert_int_equal(c.b.step, 3);
}

static void test_comparison_of_unequal_lengths(void **state) {
  (void)state;
  r2s_spike_event a[] = {{3, 1}, {5, 1}};
  r2s_spike_record x = {.n_spikes = 2, .spikes = a}, y = {.n_spikes = 1, .spikes = a}, none = {.n_spikes = 0};
  r2s_spike_comparison c = r2s_convert_compare(&x, &y);
  assert_false(c.identical);
  assert_int_equal(c.spikes_equal, 1);
  assert_int_equal(c.a.unit, 5);
  assert_int_equal(c.b.unit, -1);
  assert_true(r2s_convert_compare(&none, &none).identical);
  assert_false(r2s_convert_compare(&none, &y).identical);
}

/* one condition, correct when the mean of output 0 over 0..20 ms is above 0.5 */
static r2s_task_rule rule = {.statistic = R2S_STATISTIC_MEAN, .to_ms = 20, .greater = true, .threshold = 0.5};

/* A spiking network's output may end before the rate network's: its last sample goes on. */
static void test_output_behind_the_last_sample(void **state) {
  (void)state;
  r2s_task_condition condition = {.name = "go", .probability = 1};
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) condition.rules[k] = (r2s_task_rules){1, &rule};
  r2s_task task = {
      .n_steps = 4, .dt_ms = 5, .n_channels = 1, .n_outputs = 1, .n_conditions = 1, .conditions = &condition};
  uint32_t counts[2] = {1, 2};
  double out[4] = {0, 1, 2, NAN}, mean[2] = {1, 2}; /* NaN: of nobody */
  double rate_out[4] = {0.5, 1.5, 2.5, 2.5};        /* at 5, 10, 15, 20 ms */
  r2s_spike_record record = {.n = 2,
                             .n_out = 1,
                             .n_samples = 3,
                             .t0_ms = 5,
                             .dt_ms = 5,
                             .out = out,
                             .counts = counts,
                             .duration_ms = 20};
  r2s_certificate_rate rate = {
      .t0_ms = 5, .dt_ms = 5, .n_samples = 4, .n_out = 1, .mean = mean, .out = rate_out};
  r2s_certificate_trial trial;
  r2s_convert_certificate(&task, &rate, &record, 1, &trial);
  assert_true(fabs(trial.output_rmse - 0.5) < 1e-12);
}

static void test_rmse_of_each_output(void **state) {
  (void)state;
  double out[3][2] = {{0, 1}, {0, 2}, {0, 3}}, rate_out[2][2][2] = {{{9, 9}, {9, 9}}, {{0, 1}, {3, 2.5}}};
  r2s_spike_record record = {.n_out = 2, .n_samples = 3, .t0_ms = 5, .dt_ms = 2.5, .out = out[0]};
  r2s_certificate_rate rate = {.t0_ms = 5, .dt_ms = 5, .n_samples = 2, .n_out = 2, .out = rate_out[0][0]};
  assert_true(fabs(r2s_convert_output_rmse(&rate, 1, &record, 0) - sqrt(4.5)) < 1e-12);
  assert_true(fabs(r2s_convert_output_rmse(&rate, 1, &record, 1) - sqrt(0.125)) < 1e-12);
}

static void test_correlation_and_rmse_by_hand(void **state) {
  (void)state;
  r2s_task_condition condition = {.name = "go", .probability = 1};
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) condition.rules[k] = (r2s_task_rules){1, &rule};
  r2s_task task = {
      .n_steps = 4, .dt_ms = 5, .n_channels = 1, .n_outputs = 1, .n_conditions = 1, .conditions = &condition};

  /* the rate network's output is the spiking one's, read between its samples, minus 0.25 */
  uint32_t counts[3] = {1, 3, 8};
  double out[11], rate_out[3], mean[3] = {0.1, 0.3, 0.8}, opposite[3] = {0.8, 0.6, 0.1};
  for (int k = 0; k < 11; k++) out[k] = 0.1 * k;
  for (int k = 0; k < 3; k++) rate_out[k] = 0.1 * (5 * (k + 1)) / 2 - 0.25;
  r2s_spike_record record = {.n = 3,
                             .n_out = 1,
                             .n_samples = 11,
                             .dt_ms = 2,
                             .out = out,
                             .counts = counts,
                             .n_spikes = 12,
                             .duration_ms = 20};
  r2s_certificate_rate rate = {
      .t0_ms = 5, .dt_ms = 5, .n_samples = 3, .n_out = 1, .mean = mean, .out = rate_out};
  r2s_certificate_trial trial;
  r2s_convert_certificate(&task, &rate, &record, 1, &trial);
  assert_true(fabs(trial.output_rmse - 0.25) < 1e-12);
  assert_true(fabs(trial.rate_correlation - 1) < 1e-12);
  assert_int_equal(trial.spikes, 12);

  record.n = 2; /* any two points lie on a line */
  r2s_convert_certificate(&task, &rate, &record, 1, &trial);
  assert_true(isnan(trial.rate_correlation));
  record.n = 3;

  rate.mean = opposite;
  r2s_convert_certificate(&task, &rate, &record, 1, &trial);
  assert_true(fabs(trial.rate_correlation + 1) < 1e-2);
  uint32_t silent[3] = {0};
  record.counts = silent;
  r2s_convert_certificate(&task, &rate, &record, 1, &trial);
  assert_true(isnan(trial.rate_correlation));
}

/* The mean of equal values is not always that value: of the rate network's, of the counts, and of both. */
static void test_constants_have_no_correlation(void **state) {
  (void)state;
  enum { N = 250 };
  r2s_task task;
  double mean[N], out = 0;
  uint32_t counts[N];
  assert_int_equal(r2s_task_load(&task, "go-nogo", NULL), R2S_OK);
  r2s_spike_record record = {
      .n = N, .n_out = 1, .n_samples = 1, .t0_ms = 5, .dt_ms = 5, .out = &out, .counts = counts};
  const r2s_certificate_rate rate = {
      .t0_ms = 5, .dt_ms = 5, .n_samples = 1, .n_out = 1, .mean = mean, .out = &out};
  for (int k = 1; k < 200; k++) {
    const bool both = k % 3 == 0, rates = both || k % 3 == 1, spikes = both || k % 3 == 2;
    r2s_certificate_trial trial;
    for (int i = 0; i < N; i++) {
      mean[i] = 0.1 * (rates ? k : i);
      counts[i] = (uint32_t)(spikes ? k : i);
    }
    r2s_convert_certificate(&task, &rate, &record, 1, &trial);
    assert_true(isnan(trial.rate_correlation));
  }
  r2s_task_free(&task);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_comparison_finds_the_first_difference),
      cmocka_unit_test(test_comparison_of_unequal_lengths),
      cmocka_unit_test(test_rmse_of_each_output),
      cmocka_unit_test(test_correlation_and_rmse_by_hand),
      cmocka_unit_test(test_constants_have_no_correlation),
      cmocka_unit_test(test_output_behind_the_last_sample),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
