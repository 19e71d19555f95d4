/* SPDX-License-Identifier: MIT
 * Protects: the scale search and the statistics beside it, on a network whose right scales are known.
 *
 * Eight units without recurrence; the input drives them at 20 mV in Go and not at all in NoGo. Their rates
 * are the LIF's 99 and 24 Hz (r2s_neuron_rate_hz), the output is 0.5 rate/scale, and correct means above (Go)
 * or below (NoGo) 0.5: the right scales lie between 24 and 99. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "rate2spike/convert.h"

enum { N = 8, STEPS = 60 };

static r2s_task_pulse pulse = {.from_ms = 0, .to_ms = 300, .value = 1};
static r2s_task_target target = {.from_ms = 0, .to_ms = 300, .value = 1};
static r2s_task_rule above = {
    .statistic = R2S_STATISTIC_MEAN, .from_ms = 200, .to_ms = 300, .greater = true, .threshold = 0.5};
static r2s_task_rule below = {
    .statistic = R2S_STATISTIC_MEAN, .from_ms = 200, .to_ms = 300, .threshold = 0.5};
static r2s_task_rule strictly_above = {
    .statistic = R2S_STATISTIC_MEAN, .from_ms = 200, .to_ms = 300, .greater = true, .threshold = 0.5};
static r2s_task_condition conditions[2] = {{.name = "go",
                                            .probability = 0.5,
                                            .label = 1,
                                            .n_pulses = 1,
                                            .pulses = &pulse,
                                            .n_targets = 1,
                                            .targets = &target},
                                           {.name = "nogo", .probability = 0.5}};
static r2s_task task = {.name = "drive",
                        .n_steps = STEPS,
                        .dt_ms = 5,
                        .n_channels = 1,
                        .n_outputs = 1,
                        .n_conditions = 2,
                        .conditions = conditions};
static r2s_model model;

static int setup(void **state) {
  (void)state;
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) {
    conditions[0].rules[k] = (r2s_task_rules){1, &above};
    conditions[1].rules[k] = (r2s_task_rules){1, &below};
  }
  conditions[0].rules[R2S_CRITERION_STRICT] = (r2s_task_rules){1, &strictly_above};
  if (r2s_model_alloc(&model, N, 1, 1, NULL) != R2S_OK) return 1;
  model.dt_ms = 5;
  model.dale = true;
  model.activation = R2S_ACTIVATION_SIEGERT;
  model.kappa_hz = 40;
  model.tau_min_ms = model.tau_max_ms = 35;
  model.neuron = r2s_neuron_params_default();
  for (int i = 0; i < N; i++) {
    model.w_in[i] = 20;
    model.w_out[i] = 0.5 / N;
    model.sign[i] = i < 6 ? 1 : -1;
  }
  return 0;
}

static int teardown(void **state) {
  (void)state;
  r2s_model_free(&model);
  return 0;
}

/* predicted: NaN for none. */
static r2s_search_config search_of(const double *scales, int n, double predicted, int n_trials,
                                   int held_out) {
  return (r2s_search_config){.scales = scales,
                             .n_scales = n,
                             .predicted = predicted,
                             .n_trials = n_trials,
                             .held_out_trials = held_out,
                             .seed = 3};
}

static r2s_search_result search(const double *scales, int n, double predicted, int held_out) {
  r2s_search_result result;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = 1;
  const r2s_search_config grid = search_of(scales, n, predicted, 10, held_out);
  if (r2s_convert_search(&model, &task, &config, &grid, NULL, &result, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  return result;
}

static void test_chooses_the_middle_of_the_right_scales(void **state) {
  (void)state;
  static const double scales[] = {10, 30, 50, 70, 150};
  r2s_search_result r = search(scales, 5, NAN, 4);
  assert_int_equal(r.n_scales, 5);
  static const int correct[] = {5, 10, 10, 10, 5};
  for (int k = 0; k < 5; k++) {
    assert_true(r.scales[k].scale == scales[k]);
    assert_int_equal(r.scales[k].accuracy.correct, correct[k]);
    assert_int_equal(r.scales[k].accuracy.n, 10);
  }
  assert_int_equal(r.scales[0].by_condition[0].correct, 5); /* Go is right, NoGo too high */
  assert_int_equal(r.scales[0].by_condition[1].correct, 0);
  assert_true(r.chosen == 50);
  assert_int_equal(r.held_out.accuracy.n, 4);
  assert_int_equal(r.held_out.accuracy.correct, 4);
  assert_int_equal(r.held_out_predicted.accuracy.n, 0);
  r2s_search_result_free(&r);

  r = search((const double[]){30, 40, 50, 70}, 4, NAN, 0);
  for (int k = 0; k < 4; k++) assert_int_equal(r.scales[k].accuracy.correct, 10);
  assert_true(r.chosen == 40); /* of two in the middle the lower one */
  r2s_search_result_free(&r);
}

/* Of runs as long as each other the lower one: here what is between is wrong. */
static void test_of_equal_runs_the_first_is_chosen(void **state) {
  (void)state;
  const r2s_task_rules kept[2] = {conditions[0].rules[R2S_CRITERION_SPIKING],
                                  conditions[1].rules[R2S_CRITERION_SPIKING]};
  conditions[0].rules[R2S_CRITERION_SPIKING] = kept[1];
  conditions[1].rules[R2S_CRITERION_SPIKING] = kept[0];
  r2s_search_result r = search((const double[]){10, 50, 150}, 3, NAN, 0);
  conditions[0].rules[R2S_CRITERION_SPIKING] = kept[0];
  conditions[1].rules[R2S_CRITERION_SPIKING] = kept[1];
  static const int correct[] = {5, 0, 5};
  for (int k = 0; k < 3; k++) assert_int_equal(r.scales[k].accuracy.correct, correct[k]);
  assert_true(r.chosen == 10);
  r2s_search_result_free(&r);
}

static void test_predicted_scale_joins_the_grid_in_order(void **state) {
  (void)state;
  static const double scales[] = {30, 50, 150};
  double predicted = r2s_convert_predicted_scale(&model, &model.neuron);
  assert_true(predicted == 40);
  r2s_search_result r = search(scales, 3, predicted, 2);
  assert_int_equal(r.n_scales, 4);
  assert_true(r.scales[1].scale == 40);
  assert_true(r.chosen == 40); /* of 30, 40, 50 */
  assert_int_equal(r.held_out_predicted.accuracy.n, 2);
  r2s_search_result_free(&r);

  r = search((const double[]){30, 40}, 2, predicted, 2);
  assert_int_equal(r.n_scales, 2); /* it is there already */
  r2s_search_result_free(&r);
}

/* Neighbours are neighbours in scale, in whatever order they are asked for. */
static void test_the_order_of_scales_changes_nothing(void **state) {
  (void)state;
  r2s_search_result r = search((const double[]){150, 50, 30, 50}, 4, 40, 2);
  assert_int_equal(r.n_scales, 4);
  for (int k = 1; k < 4; k++) assert_true(r.scales[k].scale > r.scales[k - 1].scale);
  assert_true(r.chosen == 40); /* of 30, 40, 50 */
  r2s_search_result_free(&r);
}

static void test_output_and_rate_are_those_of_the_curve(void **state) {
  (void)state;
  double go_hz = r2s_neuron_rate_hz(&model.neuron, 20), nogo_hz = r2s_neuron_rate_hz(&model.neuron, 0);
  r2s_search_result r = search((const double[]){50}, 1, NAN, 0);
  assert_true(fabs(r.scales[0].out_mean[0] - 0.5 * go_hz / 50) < 0.03);
  assert_true(fabs(r.scales[0].out_mean[1] - 0.5 * nogo_hz / 50) < 0.03);
  assert_true(fabs(r.scales[0].rate_hz - (go_hz + nogo_hz) / 2) < 4); /* the start-up adds a little */
  assert_int_equal(r.held_out.accuracy.n, 0);
  r2s_search_result_free(&r);
}

/* The same double, or both none. */
static bool same(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

/* n trials of a set at one scale, by hand. */
static r2s_stage_stats stats_of(r2s_trial_set set, double scale, int n) {
  enum { MOST = 40 };
  r2s_error err = {0};
  r2s_spike_trial *trials;
  r2s_spike_record records[MOST];
  r2s_stage_stats stats;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = 2;
  config.scale = scale;
  assert_true(n <= MOST);
  assert_int_equal(r2s_spike_trials_make(&trials, &task, 3, set, 0, n, NULL, &err), R2S_OK);
  assert_int_equal(r2s_spike_run(r2s_spike_native(), &model, &config, trials, n, records, NULL, NULL, &err),
                   R2S_OK);
  r2s_convert_stats(&model, &task, records, n, &stats);
  for (int t = 0; t < n; t++) r2s_spike_record_free(&records[t]);
  r2s_spike_trials_free(trials, n);
  return stats;
}

static void assert_of(const r2s_scale_result *found, const r2s_stage_stats *stats) {
  assert_memory_equal(&found->accuracy, &stats->accuracy, sizeof stats->accuracy);
  assert_memory_equal(&found->strict, &stats->strict, sizeof stats->strict);
  for (int c = 0; c < 2; c++) {
    assert_memory_equal(&found->by_condition[c], &stats->by_condition[c], sizeof stats->strict);
    assert_true(same(found->out_mean[c], stats->out_mean[c]) && same(found->out_sd[c], stats->out_sd[c]));
  }
}

/* A search says of each scale what r2s_convert_stats says of the same trials, whatever thread ran them. */
static void test_the_statistics_are_those_of_the_trials(void **state) {
  (void)state;
  enum { TRIALS = 40 };
  static const double scales[] = {30, 50, 98};
  r2s_search_result r = search(scales + 1, 1, NAN, 0);
  strictly_above.threshold = r.scales[0].out_mean[0]; /* so that some trials are above it, others below */
  r2s_search_result_free(&r);
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  bool some_strict = false;
  config.threads = 2;
  const r2s_search_config grid = search_of(scales, 3, NAN, TRIALS, 0);
  assert_int_equal(r2s_convert_search(&model, &task, &config, &grid, NULL, &r, &err), R2S_OK);
  for (int k = 0; k < 3; k++) {
    const r2s_stage_stats stats = stats_of(R2S_SET_SEARCH, scales[k], TRIALS);
    assert_of(&r.scales[k], &stats);
    some_strict |= stats.strict.correct > TRIALS / 2 && stats.strict.correct < stats.accuracy.correct;
  }
  assert_true(some_strict);
  r2s_search_result_free(&r);
}

/* The claim that conversion rests on: what is said of the chosen scale, and of the predicted one, was
 * measured on trials that had no part in the choice. */
static void test_held_out_trials_are_fresh(void **state) {
  (void)state;
  r2s_search_result r = search((const double[]){50, 60, 70}, 3, 30, 10); /* chosen and predicted differ */
  const r2s_stage_stats chosen = stats_of(R2S_SET_HELD_OUT, 50, 10);
  const r2s_stage_stats predicted = stats_of(R2S_SET_HELD_OUT, 30, 10);
  const r2s_stage_stats searched = stats_of(R2S_SET_SEARCH, 50, 10);
  assert_true(r.chosen == 50);
  assert_of(&r.held_out, &chosen);
  assert_of(&r.held_out_predicted, &predicted);
  assert_of(&r.scales[1], &searched);
  for (int c = 0; c < 2; c++) assert_false(same(r.held_out.out_mean[c], searched.out_mean[c]));
  r2s_search_result_free(&r);
}

/* Three outputs that differ in size and in the window of their targets; output 1 has no target, so that it is
 * told up to the trial's end. */
enum { OUTPUTS = 3 };
static const double size[OUTPUTS] = {0.5, 0.2, -2}, end_ms[OUTPUTS] = {300, 300, 200};

static void make_three_outputs(r2s_model *out) {
  assert_int_equal(r2s_model_alloc(out, N, 1, OUTPUTS, NULL), R2S_OK);
  out->dt_ms = model.dt_ms, out->dale = model.dale;
  out->activation = model.activation, out->kappa_hz = model.kappa_hz;
  out->tau_min_ms = model.tau_min_ms, out->tau_max_ms = model.tau_max_ms, out->neuron = model.neuron;
  for (int i = 0; i < N; i++) {
    out->w_in[i] = model.w_in[i], out->sign[i] = model.sign[i];
    for (int o = 0; o < OUTPUTS; o++) out->w_out[o * N + i] = size[o] / N;
  }
}

/* The mean of an output in its window. */
static double mean_by_hand(const r2s_spike_record *r, int o) {
  double sum = 0;
  int samples = 0;
  for (int s = 0; s < r->n_samples; s++) {
    const double t_ms = r->t0_ms + s * r->dt_ms;
    if (t_ms < end_ms[o] - 100 - 1e-6 || t_ms >= end_ms[o] - 1e-6) continue;
    sum += r->out[s * r->n_out + o];
    samples++;
  }
  return sum / samples;
}

/* Beside n trials of a set, simulated here. */
static void assert_outputs(const r2s_model *network, const r2s_task *of, const r2s_scale_result *found,
                           r2s_trial_set set, int n) {
  enum { MOST = 12 };
  r2s_error err = {0};
  r2s_spike_trial *trials;
  r2s_spike_record records[MOST];
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = found->scale;
  assert_int_equal(r2s_spike_trials_make(&trials, of, 3, set, 0, n, NULL, &err), R2S_OK);
  assert_int_equal(r2s_spike_run(r2s_spike_native(), network, &config, trials, n, records, NULL, NULL, &err),
                   R2S_OK);
  for (int at = 0; at < 2 * OUTPUTS; at++) {
    double sum = 0, squares = 0;
    int own = 0;
    for (int k = 0; k < n; k++) {
      if (records[k].condition != at / OUTPUTS) continue;
      const double mean = mean_by_hand(&records[k], at % OUTPUTS);
      sum += mean, squares += mean * mean;
      own++;
    }
    assert_true(own > 1 && fabs(found->out_mean[at] - sum / own) < 1e-9);
    assert_true(fabs(found->out_sd[at] - sqrt((squares - sum * sum / own) / (own - 1))) < 1e-6);
  }
  for (int t = 0; t < n; t++) r2s_spike_record_free(&records[t]);
  r2s_spike_trials_free(trials, n);
}

/* Of these the last one alone is judged: it is wrong at 150, where it is too small. */
static void test_every_output_is_told_at_each_scale(void **state) {
  (void)state;
  r2s_task_target targets[2] = {{.from_ms = 0, .to_ms = 300, .value = 1},
                                {.output = 2, .from_ms = 0, .to_ms = 200, .value = -1}};
  r2s_task_rule low = {
      .output = 2, .statistic = R2S_STATISTIC_MEAN, .from_ms = 100, .to_ms = 200, .threshold = -2};
  r2s_task_rule high = low;
  r2s_task_condition both[2] = {conditions[0], conditions[1]};
  r2s_task wide = task;
  r2s_model three;
  r2s_search_result r;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  const double scales[] = {150, 40};
  high.greater = true;
  wide.n_outputs = OUTPUTS, wide.conditions = both;
  both[0].n_targets = 2, both[0].targets = targets;
  for (int k = 0; k < R2S_CRITERION_COUNT; k++)
    both[0].rules[k] = (r2s_task_rules){1, &low}, both[1].rules[k] = (r2s_task_rules){1, &high};
  make_three_outputs(&three);
  config.threads = 2;
  const r2s_search_config grid = search_of(scales, 2, 50, 12, 8);
  assert_int_equal(r2s_convert_search(&three, &wide, &config, &grid, NULL, &r, &err), R2S_OK);
  assert_true(r.n_scales == 3 && r.scales[2].by_condition[0].correct == 0);
  for (int k = 0; k < 3; k++) assert_outputs(&three, &wide, &r.scales[k], R2S_SET_SEARCH, 12);
  assert_true(r.chosen == 40 && r.held_out.scale == 40 && r.held_out_predicted.scale == 50);
  assert_outputs(&three, &wide, &r.held_out, R2S_SET_HELD_OUT, 8);
  assert_outputs(&three, &wide, &r.held_out_predicted, R2S_SET_HELD_OUT, 8);
  r2s_search_result_free(&r);
  r2s_model_free(&three);
}

/* What was not measured is no number. */
static void test_outputs_that_nothing_tells_are_none(void **state) {
  (void)state;
  r2s_search_result r = search((const double[]){50}, 1, NAN, 0);
  for (int c = 0; c < 2; c++) {
    assert_true(isfinite(r.scales[0].out_mean[c]) && isfinite(r.scales[0].out_sd[c]));
    assert_true(isnan(r.held_out.out_mean[c]) && isnan(r.held_out.out_sd[c]));
    assert_true(isnan(r.held_out_predicted.out_mean[c]) && isnan(r.held_out_predicted.out_sd[c]));
  }
  r2s_search_result_free(&r);
  assert_null(r.held_out.out_mean);
}

typedef struct progress {
  double done, total;
} progress;

static void follow(void *user, const char *stage, double done, double total, const char *detail) {
  progress *p = user;
  (void)detail;
  assert_string_equal(stage, "convert");
  assert_true(done >= p->done && done <= total && (p->total == 0 || total == p->total));
  *p = (progress){done, total};
}

static void test_progress_goes_on_to_its_end(void **state) {
  (void)state;
  double scales[20]; /* more than are simulated at a time */
  progress p = {0};
  const r2s_monitor monitor = {.progress = follow, .user = &p};
  r2s_search_result r;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = 2;
  for (int k = 0; k < 20; k++) scales[k] = 20 + k;
  const r2s_search_config grid = search_of(scales, 20, 40, 4, 4);
  assert_int_equal(r2s_convert_search(&model, &task, &config, &grid, &monitor, &r, &err), R2S_OK);
  assert_true(p.total > 0 && p.done == p.total);
  r2s_search_result_free(&r);
}

/* Stops after so many calls of progress (of a thread: of trials); stage 0 is the grid, 1 the held-out trials.
 */
typedef struct stopper {
  double from;
  bool stop;
} stopper;

static void watch(void *user, const char *stage, double done, double total, const char *detail) {
  stopper *s = user;
  (void)stage, (void)total, (void)detail;
  s->stop = done >= s->from;
}

static bool is_stopped(void *user) {
  return ((const stopper *)user)->stop;
}

/* An interrupt's message says where in the search it came, and how far that was. */
static void test_an_interrupt_tells_how_far_it_came(void **state) {
  (void)state;
  static const double scales[] = {20, 30, 40};
  static const struct {
    double from;
    const char *expected;
  } cases[] = {
      {0, "interrupted in the scale search of lif: 4 of 20 trials were done (5 at each of 4 scales)"},
      {20.1, "interrupted in the held-out trials of lif: 2 of 8 trials were done (4 at each of 2 scales)"}};
  for (int k = 0; k < 2; k++) {
    stopper stop = {cases[k].from, false};
    const r2s_monitor monitor = {.progress = watch, .cancelled = is_stopped, .user = &stop};
    r2s_search_result r;
    r2s_error err = {0};
    r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
    config.threads = 1;
    const r2s_search_config grid = search_of(scales, 3, 50, 5, 4);
    assert_int_equal(r2s_convert_search(&model, &task, &config, &grid, &monitor, &r, &err),
                     R2S_ERR_CANCELLED);
    assert_string_equal(err.msg, cases[k].expected);
    assert_null(r.scales);
  }
}

static void test_wrong_scales_are_refused(void **state) {
  (void)state;
  r2s_search_result r;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  const double scales[] = {20, -1};
  const r2s_search_config grid = search_of(scales, 2, NAN, 10, 0), defaults = r2s_search_config_default();
  assert_int_equal(r2s_convert_search(&model, &task, &config, &defaults, NULL, &r, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "no scales to search"));
  assert_int_equal(r2s_convert_search(&model, &task, &config, &grid, NULL, &r, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "-1"));
  assert_null(r.scales);
}

/* They would be searched without a word, and every trial be wrong or every scale the same. */
static void test_what_no_search_can_tell_is_refused(void **state) {
  (void)state;
  const double scales[] = {20, 40};
  r2s_search_result result;
  r2s_search_config grid;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  r2s_spike_config alpha = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA); /* weight_pa = 50 */
#define SEARCH(config, predicted)                                                                            \
  (grid = search_of(scales, 2, predicted, 4, 0),                                                             \
   r2s_convert_search(&model, &task, config, &grid, NULL, &result, &err))
  assert_int_equal(SEARCH(&config, INFINITY), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "predicted scale inf; expected a number > 0, or NaN"));
  assert_int_equal(SEARCH(&alpha, NAN), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "weight_pa = 50 at any scale"));
  alpha.weight_pa = NAN; /* its weights are those of the scale */
  assert_int_equal(SEARCH(&alpha, NAN), R2S_OK);
  r2s_search_result_free(&result);
  config.record_ms = 190; /* its only sample lies before the criteria's period */
  assert_int_not_equal(SEARCH(&config, NAN), R2S_OK);
  assert_non_null(strstr(err.msg, "record_ms is 190: task drive, condition go"));
  config.record_ms = 301;
  assert_int_equal(SEARCH(&config, NAN), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "record_ms is 301; expected at most the 300 ms of task \"drive\""));
}

/* Its output would be judged where there is none. */
static void test_another_tasks_network_is_refused(void **state) {
  (void)state;
  r2s_search_result r;
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  r2s_task other = task;
  const double scale = 20;
  other.n_outputs = 2;
  const r2s_search_config grid = search_of(&scale, 1, NAN, 10, 0);
  assert_int_equal(r2s_convert_search(&model, &other, &config, &grid, NULL, &r, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "w_out has 1 outputs; task \"drive\" expects 2"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chooses_the_middle_of_the_right_scales),
      cmocka_unit_test(test_an_interrupt_tells_how_far_it_came),
      cmocka_unit_test(test_of_equal_runs_the_first_is_chosen),
      cmocka_unit_test(test_predicted_scale_joins_the_grid_in_order),
      cmocka_unit_test(test_the_order_of_scales_changes_nothing),
      cmocka_unit_test(test_output_and_rate_are_those_of_the_curve),
      cmocka_unit_test(test_the_statistics_are_those_of_the_trials),
      cmocka_unit_test(test_held_out_trials_are_fresh),
      cmocka_unit_test(test_every_output_is_told_at_each_scale),
      cmocka_unit_test(test_outputs_that_nothing_tells_are_none),
      cmocka_unit_test(test_progress_goes_on_to_its_end),
      cmocka_unit_test(test_wrong_scales_are_refused),
      cmocka_unit_test(test_what_no_search_can_tell_is_refused),
      cmocka_unit_test(test_another_tasks_network_is_refused),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
