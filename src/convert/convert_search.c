/* SPDX-License-Identifier: MIT
 * The scale search: the same trials at each scale of a grid, then fresh ones at the chosen scale, because the
 * accuracy measured on the trials that chose it is too good. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_plural.h"
#include "base/base_progress.h"
#include "convert/convert_output.h"

void r2s_search_result_free(r2s_search_result *result) {
  if (!result) return;
  free(result->scales);
  free(result->outputs);
  *result = (r2s_search_result){0};
}

/* What a search keeps of a trial at one scale: a record is some kilobytes. */
typedef struct trial_result {
  const double *outputs; /* [n_outputs] r2s_convert_mean_output */
  uint64_t spikes;
  bool correct, strict; /* by the spiking and by the authors' criterion */
} trial_result;

typedef struct search_results {
  const r2s_task *task;
  int n_trials;
  int done;             /* trials of all scales, counted by their threads */
  trial_result *trials; /* [n_scales x n_trials] */
  double *outputs;      /* [n_scales x n_trials x n_outputs]: theirs */
} search_results;

static r2s_status keep_result(void *user, int scale, int trial, const r2s_spike_record *r, r2s_error *err) {
  search_results *results = user;
  const r2s_task *task = results->task;
  const int c = r->condition;
  const size_t at = (size_t)scale * (size_t)results->n_trials + (size_t)trial;
  double *outputs = results->outputs + at * (size_t)task->n_outputs;
  (void)err;
  for (int o = 0; o < task->n_outputs; o++) outputs[o] = r2s_convert_mean_output(task, r, o);
  results->trials[at] = (trial_result){
      .outputs = outputs,
      .spikes = r->n_spikes,
      .correct = r2s_task_correct(task, c, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms),
      .strict = r2s_task_correct(task, c, R2S_CRITERION_STRICT, r->out, r->n_samples, r->t0_ms, r->dt_ms)};
#pragma omp atomic
  results->done++;
  return R2S_OK;
}

/* The n trials at one scale, of which those of condition c count. */
static void judge_condition(const r2s_spike_trial *trials, const trial_result *results, int n, int c,
                            int n_outputs, r2s_scale_result *out) {
  int own = 0, correct = 0;
  for (int k = 0; k < n; k++) {
    if (trials[k].condition != c) continue;
    own++;
    correct += results[k].correct;
  }
  out->by_condition[c] = r2s_convert_accuracy(correct, own);
  for (int o = 0; o < n_outputs; o++) {
    const size_t at = (size_t)c * (size_t)n_outputs + (size_t)o;
    double sum = 0, squares = 0;
    for (int k = 0; k < n; k++)
      if (trials[k].condition == c) sum += results[k].outputs[o];
    const double mean = sum / own; /* NaN where the condition has no trial */
    for (int k = 0; k < n; k++)
      if (trials[k].condition == c)
        squares += (results[k].outputs[o] - mean) * (results[k].outputs[o] - mean);
    out->out_mean[at] = mean;
    out->out_sd[at] = own > 1 ? sqrt(squares / (own - 1)) : NAN;
  }
}

/* What the n trials at one scale say; of each condition the same as r2s_convert_stats. */
static void judge(const r2s_model *model, const r2s_task *task, const r2s_spike_trial *trials,
                  const trial_result *results, int n, r2s_scale_result *out) {
  int correct = 0, strict = 0;
  double spikes = 0, seconds = 0;
  *out = (r2s_scale_result){.scale = out->scale, .out_mean = out->out_mean, .out_sd = out->out_sd};
  for (int k = 0; k < n; k++) {
    correct += results[k].correct, strict += results[k].strict;
    spikes += (double)results[k].spikes, seconds += trials[k].duration_ms / 1000;
  }
  out->accuracy = r2s_convert_accuracy(correct, n);
  out->strict = r2s_convert_accuracy(strict, n);
  out->rate_hz = spikes / (seconds * model->n);
  for (int c = 0; c < task->n_conditions && c < R2S_MAX_CONDITIONS; c++)
    judge_condition(trials, results, n, c, task->n_outputs, out);
}

/* The trials at the scales of out, simulated and judged. what: they are of, for an interrupt's message. */
static r2s_status measure(const r2s_model *model, const r2s_task *task, const r2s_spike_config *config,
                          const char *what, const r2s_spike_trial *trials, int n_trials,
                          const r2s_monitor *monitor, r2s_scale_result *out, int n_scales, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_spike_config quiet = *config;
  quiet.record_spikes = quiet.record_voltage = false;
  search_results results = {.task = task, .n_trials = n_trials};
  double *scales = NULL;
  const size_t n_results = (size_t)n_scales * (size_t)n_trials;
  R2S_ALLOC(st, &results.trials, n_results, "results of the scale search", err);
  R2S_ALLOC(st, &results.outputs, n_results * (size_t)task->n_outputs, "outputs of the scale search", err);
  R2S_ALLOC(st, &scales, (size_t)n_scales, "scales", err);
  for (int k = 0; k < n_scales; k++) scales[k] = out[k].scale;
  st = r2s_spike_run_scales(model, &quiet, scales, n_scales, trials, n_trials, keep_result, &results, monitor,
                            err);
  if (st == R2S_ERR_CANCELLED)
    st = r2s_fail(err, st,
                  "interrupted in the %s of %s: %d of %zu trials were done (%d at each of %d scale%s)", what,
                  r2s_spike_model_name(config->model), results.done, n_results, n_trials, n_scales,
                  r2s_plural(n_scales));
  if (st != R2S_OK) goto done;
  for (int k = 0; k < n_scales; k++)
    judge(model, task, trials, results.trials + (size_t)k * (size_t)n_trials, n_trials, &out[k]);
done:
  free(results.trials);
  free(results.outputs);
  free(scales);
  return st;
}

static int by_scale(const void *a, const void *b) {
  const double x = ((const r2s_scale_result *)a)->scale, y = ((const r2s_scale_result *)b)->scale;
  return (x > y) - (x < y);
}

/* The grid and the predicted scale, ascending, each once: neighbours are then neighbours in scale. */
static int grid_with_prediction(const r2s_search_config *search, r2s_scale_result *out) {
  int given = 0, count = 0;
  for (int k = 0; k < search->n_scales; k++) out[given++].scale = search->scales[k];
  if (isfinite(search->predicted)) out[given++].scale = search->predicted;
  qsort(out, (size_t)given, sizeof *out, by_scale);
  for (int k = 0; k < given; k++)
    if (k == 0 || out[k].scale != out[count - 1].scale) out[count++].scale = out[k].scale;
  return count;
}

/* Room for the outputs of each scale and of those held out: NaN until they are measured. */
static r2s_status make_outputs(r2s_search_result *out, const r2s_task *task, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t row = (size_t)task->n_conditions * (size_t)task->n_outputs, n = (size_t)out->n_scales;
  R2S_ALLOC(st, &out->outputs, (n + 2) * 2 * row, "outputs by scale", err);
  for (size_t k = 0; k < (n + 2) * 2 * row; k++) out->outputs[k] = NAN;
  for (size_t k = 0; k < n + 2; k++) {
    r2s_scale_result *one = k < n ? &out->scales[k] : k == n ? &out->held_out : &out->held_out_predicted;
    one->out_mean = out->outputs + 2 * k * row;
    one->out_sd = one->out_mean + row;
  }
done:
  return st;
}

/* The most accurate scale; of several, the middle of the longest run of neighbours. */
static double choose(const r2s_scale_result *scales, int n) {
  int best = -1;
  for (int k = 0; k < n; k++) {
    if (scales[k].accuracy.correct > best) best = scales[k].accuracy.correct;
  }
  int from = 0, length = 0;
  for (int k = 0; k < n;) {
    int end = k;
    while (end < n && scales[end].accuracy.correct == best) end++;
    if (end - k > length) {
      from = k;
      length = end - k;
    }
    k = end + 1;
  }
  return scales[from + (length - 1) / 2].scale;
}

static const double shortest_step_ms = 1e-3; /* r2s_neuron_params_check */

r2s_status r2s_convert_check_record(const r2s_task *task, double record_ms, r2s_error *err) {
  const double duration_ms = task->n_steps * task->dt_ms;
  if (!(record_ms >= shortest_step_ms)) /* without this: no sample in a criterion's period */
    return r2s_fail(err, R2S_ERR_ARG,
                    "record_ms is %g; expected a multiple of the step, which is %g ms or more", record_ms,
                    shortest_step_ms);
  if (record_ms > duration_ms)
    return r2s_fail(err, R2S_ERR_ARG, "record_ms is %g; expected at most the %g ms of task \"%s\"", record_ms,
                    duration_ms, task->name);
  const int n = (int)fmin(INT_MAX, duration_ms / record_ms * (1 + 1e-6));
  r2s_status st = r2s_task_check_samples(task, R2S_CRITERION_SPIKING, n, record_ms, record_ms, err);
  if (st == R2S_OK) st = r2s_task_check_samples(task, R2S_CRITERION_STRICT, n, record_ms, record_ms, err);
  return st == R2S_OK ? st : r2s_fail_context(err, st, "record_ms is %g", record_ms);
}

static r2s_status check_models(const r2s_model *model, const r2s_task *task, const r2s_spike_config *config,
                               r2s_error *err) {
  r2s_status st = r2s_model_check(model, err);
  if (st == R2S_OK) st = r2s_task_check(task, err);
  if (st == R2S_OK) st = r2s_model_fits(model, task, err);
  if (st == R2S_OK) st = r2s_spike_config_check(config, err);
  if (st == R2S_OK) st = r2s_convert_check_record(task, config->record_ms, err);
  if (st == R2S_OK && config->model == R2S_SPIKE_PSC_ALPHA && isfinite(config->weight_pa))
    st = r2s_fail(err, R2S_ERR_ARG,
                  "model psc-alpha has weight_pa = %g at any scale; expected NaN, so that the scale gives it",
                  config->weight_pa);
  return st;
}

static r2s_status check_search(const r2s_search_config *search, r2s_error *err) {
  const double predicted = search->predicted;
  if (search->n_scales < 1) return r2s_fail(err, R2S_ERR_ARG, "no scales to search; expected one or more");
  if (!isnan(predicted) && !(predicted > 0 && isfinite(predicted)))
    return r2s_fail(err, R2S_ERR_ARG, "predicted scale %g; expected a number > 0, or NaN", predicted);
  for (int k = 0; k < search->n_scales; k++) {
    if (!(search->scales[k] > 0) || !isfinite(search->scales[k]))
      return r2s_fail(err, R2S_ERR_ARG, "scale %d is %g; expected a number > 0", k + 1, search->scales[k]);
  }
  if (search->n_trials < 1)
    return r2s_fail(err, R2S_ERR_ARG, "%d trials at each scale; expected 1 or more", search->n_trials);
  if (search->held_out_trials < 0)
    return r2s_fail(err, R2S_ERR_ARG, "%d held-out trials; expected 0 or more", search->held_out_trials);
  if (search->conditions && search->held_out_trials > search->n_trials)
    return r2s_fail(err, R2S_ERR_ARG, "%d held-out trials, and conditions of %d; expected as many at most",
                    search->held_out_trials, search->n_trials);
  return R2S_OK;
}

/* The trials of the grid, at each of its scales. */
static r2s_status search_grid(const r2s_model *model, const r2s_task *task, const r2s_spike_config *config,
                              const r2s_search_config *search, const r2s_monitor *monitor,
                              r2s_search_result *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_spike_trial *trials = NULL;
  const int n = search->n_trials;
  R2S_TRY(st,
          r2s_spike_trials_make(&trials, task, search->seed, R2S_SET_SEARCH, 0, n, search->conditions, err));
  R2S_TRY(st,
          measure(model, task, config, "scale search", trials, n, monitor, out->scales, out->n_scales, err));
  out->chosen = choose(out->scales, out->n_scales);
done:
  r2s_spike_trials_free(trials, n);
  return st;
}

/* The chosen and the predicted scale on fresh trials. */
static r2s_status hold_out(const r2s_model *model, const r2s_task *task, const r2s_spike_config *config,
                           const r2s_search_config *search, const r2s_monitor *monitor,
                           r2s_search_result *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_spike_trial *trials = NULL;
  const int n = search->held_out_trials;
  R2S_TRY(st, r2s_spike_trials_make(&trials, task, search->seed, R2S_SET_HELD_OUT, 0, n, search->conditions,
                                    err));
  r2s_scale_result at[2] = {out->held_out, out->held_out_predicted};
  at[0].scale = out->chosen, at[1].scale = out->predicted;
  bool both = isfinite(out->predicted) && out->chosen != out->predicted;
  R2S_TRY(st, measure(model, task, config, "held-out trials", trials, n, monitor, at, both ? 2 : 1, err));
  out->held_out = at[0];
  if (isfinite(out->predicted)) out->held_out_predicted = at[both];
done:
  r2s_spike_trials_free(trials, n);
  return st;
}

r2s_search_config r2s_search_config_default(void) {
  return (r2s_search_config){.predicted = NAN, .n_trials = 100, .held_out_trials = 100, .seed = 1};
}

r2s_status r2s_convert_search(const r2s_model *model, const r2s_task *task, const r2s_spike_config *config,
                              const r2s_search_config *search, const r2s_monitor *monitor,
                              r2s_search_result *out, r2s_error *err) {
  *out = (r2s_search_result){.predicted = search->predicted, .chosen = NAN};
  out->held_out.accuracy = out->held_out.strict = r2s_convert_accuracy(0, 0);
  out->held_out_predicted = out->held_out;
  r2s_status st = check_models(model, task, config, err);
  if (st == R2S_OK) st = check_search(search, err);
  if (st != R2S_OK) return st;

  R2S_ALLOC(st, &out->scales, (size_t)search->n_scales + 1, "scales", err);
  out->n_scales = grid_with_prediction(search, out->scales);
  R2S_TRY(st, make_outputs(out, task, err));

  /* lengths: trials times scales */
  const double grid = (double)out->n_scales * search->n_trials, held_out = 2.0 * search->held_out_trials;
  r2s_progress_part part;
  char detail[64];
  r2s_progress_part_init(&part, monitor, "convert", grid + held_out);
  part.detail = detail;
  snprintf(detail, sizeof detail, "%s, %d scale%s", r2s_spike_model_name(config->model), out->n_scales,
           r2s_plural(out->n_scales));
  r2s_progress_part_next(&part, grid);
  R2S_TRY(st, search_grid(model, task, config, search, &part.monitor, out, err));
  if (search->held_out_trials > 0) {
    snprintf(detail, sizeof detail, "%s, held-out trials", r2s_spike_model_name(config->model));
    r2s_progress_part_next(&part, held_out);
    R2S_TRY(st, hold_out(model, task, config, search, &part.monitor, out, err));
  }

done:
  if (st != R2S_OK) r2s_search_result_free(out);
  return st;
}
