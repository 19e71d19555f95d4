/* SPDX-License-Identifier: MIT
 * Protects: model "lif" against the authors' own code and network (tests/data/README.md). The reference
 * engine gives every spike of the recorded runs; the fast engine has the network's known accuracy at each
 * scale, and agrees with the reference engine on other noise within sampling error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/io.h"
#include "rate2spike/spike.h"
#include "sanitized.h"

#define DATA(name) R2S_TEST_DATA "/" name

enum { GO, PER_CONDITION = 100, N_TRIALS = 2 * PER_CONDITION };

typedef struct fixture {
  r2s_model model;
  r2s_task task;
} fixture;

static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  r2s_error err = {0};
  if (r2s_model_load(&f->model, DATA("authors_gonogo.mat"), &err) != R2S_OK) fail_msg("%s", err.msg);
  if (r2s_task_load(&f->task, "go-nogo", &err) != R2S_OK) fail_msg("%s", err.msg);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  r2s_model_free(&f->model);
  r2s_task_free(&f->task);
  free(f);
  return 0;
}

static void check_recorded_run(const r2s_model *model, const char *path) {
  r2s_case c;
  r2s_error err = {0};
  if (r2s_case_load(&c, path, &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.reference = config.record_spikes = true;
  config.scale = c.scale;
  config.tau_r_ms = c.tau_r_ms;
  config.neuron.t_ref_ms = c.t_ref_ms;
  r2s_spike_trial trial = {
      .u_double = c.u, .n_columns = c.n_columns, .duration_ms = (c.n_columns - 1) * model->dt_ms, .v0 = c.v0};
  r2s_spike_record record;
  if (r2s_spike_run(r2s_spike_native(), model, &config, &trial, 1, &record, NULL, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  assert_true(c.n_spikes > 200);
  assert_int_equal(record.n_spikes, c.n_spikes);
  assert_memory_equal(record.spikes, c.spikes, (size_t)c.n_spikes * sizeof *c.spikes);
  assert_true(c.out_rows == 1 && c.out_columns == record.n_samples);
  for (int k = 0; k < record.n_samples; k++) assert_true(fabs(record.out[k] - c.out1[k]) < 1e-12);
  r2s_spike_record_free(&record);
  r2s_case_free(&c);
}

static void test_every_spike_of_the_recorded_runs(void **state) {
  const fixture *f = *state;
  check_recorded_run(&f->model, DATA("lif64_go_25_double.mat"));
  check_recorded_run(&f->model, DATA("lif64_go_25_single.mat"));
  check_recorded_run(&f->model, DATA("lif64_nogo_25_double.mat"));
}

/* Four channels, two of them noisy: the same network with the w_in of tests/data/README.md */
static void test_every_spike_with_several_channels(void **state) {
  const fixture *f = *state;
  double w_in[200 * 4];
  for (int i = 0; i < 200; i++)
    for (int c = 0; c < 4; c++) w_in[4 * i + c] = ((37 * i + 101 * c) % 199 - 99) / 64.0;
  r2s_model model = f->model;
  assert_int_equal(model.n, 200);
  model.n_in = 4;
  model.w_in = w_in;
  check_recorded_run(&model, DATA("lif64_channels_30_double.mat"));
}

/* Spikes are on a grid of steps and can hide a rounded input for long. */
static void test_recorded_inputs_are_not_rounded(void **state) {
  (void)state;
  r2s_case c;
  r2s_error err = {0};
  int fractions = 0;
  if (r2s_case_load(&c, DATA("lif64_channels_30_double.mat"), &err) != R2S_OK) fail_msg("%s", err.msg);
  for (int k = 0; k < c.n_columns * c.n_in; k++) fractions += c.u[k] != (double)(float)c.u[k];
  assert_true(fractions > 100);
  r2s_case_free(&c);
}

/* N_TRIALS trials of go-nogo, even ones Go */
static void simulate(const fixture *f, double scale, bool reference, uint64_t seed,
                     r2s_spike_record *records) {
  r2s_error err = {0};
  r2s_spike_trial *trials;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = scale;
  config.reference = reference;
  r2s_status st = r2s_spike_trials_make(&trials, &f->task, seed, R2S_SET_BENCH, 0, N_TRIALS, NULL, &err);
  if (st == R2S_OK)
    st = r2s_spike_run(r2s_spike_native(), &f->model, &config, trials, N_TRIALS, records, NULL, NULL, &err);
  if (st != R2S_OK) fail_msg("%s", err.msg);
  r2s_spike_trials_free(trials, N_TRIALS);
}

static double accuracy_of(const fixture *f, const r2s_spike_record *records) {
  int correct = 0;
  for (int k = 0; k < N_TRIALS; k++)
    correct += r2s_task_correct(&f->task, records[k].condition, R2S_CRITERION_SPIKING, records[k].out,
                                records[k].n_samples, records[k].t0_ms, records[k].dt_ms);
  return (double)correct / N_TRIALS;
}

static void free_all(r2s_spike_record *records) {
  for (int k = 0; k < N_TRIALS; k++) r2s_spike_record_free(&records[k]);
}

static double last_100_ms(const r2s_spike_record *record) {
  double sum = 0;
  for (int k = record->n_samples - 100; k < record->n_samples; k++) sum += record->out[k];
  return sum / 100;
}

static void test_accuracy_at_each_scale(void **state) {
  const fixture *f = *state;
  /* the known accuracies, of 20 trials each: 3 standard errors of the difference, and no less than 0.1 */
  static const struct {
    double scale, accuracy, go_out;
  } known[] = {{20, 1.0, 4.9}, {25, 1.0, 3.3}, {30, 1.0, 2.3},
               {40, .85, NAN}, {50, .60, NAN}, {65, .10, NAN}};
  r2s_spike_record records[N_TRIALS];
  /* the bits are the same in every build: where it is slow, a scale that does the task and one that does not
   */
  const size_t n_known = sizeof known / sizeof *known;
  const bool few = SANITIZED || EMULATED;
  for (size_t q = few ? 1 : 0; q < n_known; q += few ? 3 : 1) {
    simulate(f, known[q].scale, false, 21, records);
    double accuracy = accuracy_of(f, records), p = known[q].accuracy, go_out = 0;
    if (!(fabs(accuracy - p) <= fmax(0.1, 3 * sqrt(p * (1 - p) * (1.0 / 20 + 1.0 / N_TRIALS)))))
      fail_msg("scale %g: accuracy %g, known %g", known[q].scale, accuracy, p);
    if (known[q].scale <= 30) assert_true(accuracy >= 0.93);
    if (known[q].scale >= 50) assert_true(accuracy < 0.75);
    for (int k = 0; k < N_TRIALS; k += 2) go_out += last_100_ms(&records[k]) / PER_CONDITION;
    if (known[q].scale <= 30 && !(fabs(go_out - known[q].go_out) < 0.1 * known[q].go_out))
      fail_msg("scale %g: Go output %g, known %g", known[q].scale, go_out, known[q].go_out);
    free_all(records);
  }
}

/* (mean a - mean b) in standard errors; 0 where neither varies nor differs */
static double z_score(const double *a, int n_a, const double *b, int n_b) {
  double mean[2] = {0}, square[2] = {0};
  for (int k = 0; k < n_a; k++) mean[0] += a[k] / n_a;
  for (int k = 0; k < n_b; k++) mean[1] += b[k] / n_b;
  for (int k = 0; k < n_a; k++) square[0] += (a[k] - mean[0]) * (a[k] - mean[0]);
  for (int k = 0; k < n_b; k++) square[1] += (b[k] - mean[1]) * (b[k] - mean[1]);
  double error = sqrt(square[0] / ((double)n_a * (n_a - 1)) + square[1] / ((double)n_b * (n_b - 1)));
  return error > 0 ? (mean[0] - mean[1]) / error : mean[0] == mean[1] ? 0 : INFINITY;
}

/* The trials of a condition whose output never left its state: all of Go, and of NoGo those that stayed below
 * 0.5. (Where a trial tips over, all units do together, and the mean of their z^2 is that of one number.) */
static int stayed(r2s_spike_record *records, int condition, const r2s_spike_record **out) {
  int n = 0;
  for (int k = condition; k < N_TRIALS; k += 2) {
    double largest = 0;
    for (int q = 0; q < records[k].n_samples; q++) largest = fmax(largest, fabs(records[k].out[q]));
    if (condition == GO || largest < 0.5) out[n++] = &records[k];
  }
  return n;
}

/* Mean z^2 of the units' rates */
static double compare_rates(const r2s_spike_record **a, int n_a, const r2s_spike_record **b, int n_b,
                            int condition) {
  double x[PER_CONDITION], y[PER_CONDITION], sum = 0;
  for (int i = 0; i < a[0]->n; i++) {
    for (int k = 0; k < n_a; k++) x[k] = a[k]->counts[i];
    for (int k = 0; k < n_b; k++) y[k] = b[k]->counts[i];
    double z = z_score(x, n_a, y, n_b);
    if (!(fabs(z) < 5))
      fail_msg("condition %d, unit %d: rates differ by %g standard errors", condition, i, z);
    sum += z * z / a[0]->n;
  }
  return sum;
}

/* Scale 40, where the accuracy is neither 0 nor 1 */
static void test_engines_agree_on_other_noise(void **state) {
  const fixture *f = *state;
  static r2s_spike_record fast[N_TRIALS], reference[N_TRIALS];
  simulate(f, 40, false, 31, fast);
  simulate(f, 40, true, 32, reference);
  double a = accuracy_of(f, fast), b = accuracy_of(f, reference), p = (a + b) / 2;
  assert_true(fabs(a - b) <= 4 * sqrt(2 * p * (1 - p) / N_TRIALS));
  for (int condition = 0; condition < 2; condition++) {
    double x[PER_CONDITION], y[PER_CONDITION];
    const r2s_spike_record *all[2][PER_CONDITION], *still[2][PER_CONDITION];
    for (int k = 0; k < PER_CONDITION; k++) {
      all[0][k] = &fast[2 * k + condition];
      all[1][k] = &reference[2 * k + condition];
      x[k] = last_100_ms(all[0][k]);
      y[k] = last_100_ms(all[1][k]);
    }
    assert_true(fabs(z_score(x, PER_CONDITION, y, PER_CONDITION)) < 4);
    compare_rates(all[0], PER_CONDITION, all[1], PER_CONDITION, condition);
    int n_fast = stayed(fast, condition, still[0]), n_reference = stayed(reference, condition, still[1]);
    assert_true(n_fast > 40 && n_reference > 40);
    double sum = compare_rates(still[0], n_fast, still[1], n_reference, condition);
    if (!(sum > 0.5 && sum < 1.6)) fail_msg("condition %d: mean z^2 of the units' rates %g", condition, sum);
  }
  free_all(fast);
  free_all(reference);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_spike_of_the_recorded_runs),
      cmocka_unit_test(test_every_spike_with_several_channels),
      cmocka_unit_test(test_recorded_inputs_are_not_rounded),
      cmocka_unit_test(test_accuracy_at_each_scale),
      cmocka_unit_test(test_engines_agree_on_other_noise),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
