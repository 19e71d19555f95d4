/* SPDX-License-Identifier: MIT
 * Output traces of a figure: mean, standard deviation and single trials of each condition. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "report/report_figure.h"

/* Outputs of trials, wherever they come from. */
typedef struct traces {
  int n_trials, n_samples, stride;
  double t0_ms, dt_ms;
  int *conditions; /* [n_trials] */
  const double *
      *out; /* [n_trials] first sample of output 0; the next one is `stride` further, output 1 beside it */
} traces;

/* A panel is some 550 dots wide: more samples than this are not to be seen, and time to draw. */
enum { MOST_ROWS = 500 };

static r2s_status traces_alloc(traces *t, int n_trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  t->n_trials = n_trials;
  R2S_ALLOC(st, &t->conditions, (size_t)n_trials, "conditions", err);
  R2S_ALLOC(st, &t->out, (size_t)n_trials, "traces", err);
done:
  return st;
}

static void traces_free(traces *t) {
  free(t->conditions);
  free(t->out);
}

/* One row: statistics of an output in all trials of the condition at sample s, then single trials. */
static void put_row(r2s_text *data, const traces *t, int output, int condition, int s) {
  const size_t at = (size_t)s * (size_t)t->stride + (size_t)output;
  double sum = 0, square = 0;
  int n = 0;
  for (int k = 0; k < t->n_trials; k++)
    if (t->conditions[k] == condition) sum += t->out[k][at], n++;
  const double mean = n ? sum / n : NAN;
  for (int k = 0; k < t->n_trials; k++)
    if (t->conditions[k] == condition) square += (t->out[k][at] - mean) * (t->out[k][at] - mean);
  const double sd = n > 1 ? sqrt(square / (n - 1)) : 0;
  r2s_text_add(data, "%.6g %.5g %.5g %.5g", t->t0_ms + s * t->dt_ms, mean, mean - sd, mean + sd);
  int shown = 0;
  for (int k = 0; k < t->n_trials && shown < R2S_FIGURE_TRIALS; k++)
    if (t->conditions[k] == condition) r2s_text_add(data, " %.5g", t->out[k][at]), shown++;
  for (; shown < R2S_FIGURE_TRIALS; shown++) r2s_text_put(data, " nan");
  r2s_text_put(data, "\n");
}

int r2s_figure_single_trials(const r2s_task *task) {
  enum { MOST_TRACES = 10 }; /* in a panel */
  const int of_each = MOST_TRACES / r2s_figure_conditions(task);
  return of_each > R2S_FIGURE_TRIALS ? R2S_FIGURE_TRIALS : of_each;
}

/* How many single trials are shown of each condition: no more than every one has. */
static int single_trials(const traces *t, const r2s_figure *figure) {
  int shown = r2s_figure_single_trials(&figure->folder->task);
  for (int c = 0; c < figure->n_conditions; c++) {
    int n = 0;
    for (int k = 0; k < t->n_trials; k++) n += t->conditions[k] == c;
    if (n > 0 && n < shown) shown = n;
  }
  return shown;
}

static void put_block_head(const r2s_figure *figure, r2s_text *data, int output, int condition) {
  r2s_text_add(data, "%s# output %d, %s\n", output || condition ? "\n\n" : "", output,
               r2s_folder_condition(figure->folder, condition));
}

static r2s_status write_traces(r2s_figure *figure, const char *part, const traces *t, r2s_error *err) {
  r2s_text data = {0};
  char variable[64];
  snprintf(variable, sizeof variable, "has_%s", part);
  r2s_figure_number(figure, variable, t->n_trials > 0, NULL);
  if (t->n_trials == 0) return R2S_OK;
  snprintf(variable, sizeof variable, "trials_%s", part);
  r2s_figure_number(figure, variable, single_trials(t, figure), "single trials shown of each condition");
  const int every = (t->n_samples + MOST_ROWS - 1) / MOST_ROWS;
  r2s_text_add(&data,
               "# every %g ms; for each output one block a condition\n"
               "# t_ms mean mean-sd mean+sd, then single trials\n",
               every * t->dt_ms);
  for (int o = 0; o < figure->n_outputs; o++)
    for (int c = 0; c < figure->n_conditions; c++) {
      put_block_head(figure, &data, o, c);
      for (int s = 0; s < t->n_samples; s += every) put_row(&data, t, o, c, s);
    }
  r2s_status st = r2s_figure_data(figure, part, &data, err);
  r2s_text_free(&data);
  return st;
}

r2s_status r2s_figure_rate_traces(r2s_figure *figure, const char *part, r2s_error *err) {
  const r2s_rate_traces *rate = &figure->folder->rate;
  r2s_status st = R2S_OK;
  traces t = {
      .n_samples = rate->n_samples, .stride = rate->n_out, .t0_ms = rate->t0_ms, .dt_ms = rate->dt_ms};
  R2S_TRY(st, traces_alloc(&t, rate->n_trials, err));
  for (int k = 0; k < rate->n_trials; k++) {
    t.conditions[k] = rate->conditions[k];
    t.out[k] = rate->out + (size_t)k * (size_t)rate->n_samples * (size_t)rate->n_out;
  }
  st = write_traces(figure, part, &t, err);
done:
  traces_free(&t);
  return st;
}

const char *r2s_figure_no_trials(bool of_others) {
  return of_others ? "no trials of this task" : "not run";
}

r2s_status r2s_figure_sim_traces(r2s_figure *figure, const char *part, r2s_sim_kind kind, r2s_error *err) {
  const r2s_sim *sim = &figure->folder->sims[kind];
  r2s_status st = R2S_OK;
  traces t = {0};
  R2S_TRY(st, traces_alloc(&t, sim->n_records, err));
  for (int k = 0; k < sim->n_records; k++) {
    const r2s_spike_record *r = &sim->records[k];
    if (k == 0 || r->n_samples < t.n_samples) t.n_samples = r->n_samples;
    t.stride = r->n_out;
    t.t0_ms = r->t0_ms;
    t.dt_ms = r->dt_ms;
    t.conditions[k] = r->condition;
    t.out[k] = r->out;
  }
  if (sim->n_records == 0) {
    char variable[64];
    snprintf(variable, sizeof variable, "no_%s", part);
    r2s_figure_string(figure, variable, r2s_figure_no_trials(sim->of_others), NULL);
  }
  st = write_traces(figure, part, &t, err);
done:
  traces_free(&t);
  return st;
}

/* z: target of an output at step 0; the next step is n_outputs further. */
static void put_target(r2s_text *data, const r2s_task *task, const float *z) {
  double last = 0;
  for (int t = 0; t < task->n_steps; t++) {
    const double value = (double)z[(size_t)t * (size_t)task->n_outputs];
    if (t == 0 || value != last) r2s_text_add(data, "%.6g %.4g\n", t * task->dt_ms, value);
    last = value;
  }
  r2s_text_add(data, "%.6g %.4g\n", task->n_steps * task->dt_ms, last);
}

r2s_status r2s_figure_targets(r2s_figure *figure, r2s_error *err) {
  const r2s_task *task = &figure->folder->task;
  r2s_status st = R2S_OK;
  r2s_text data = {0};
  float *z = NULL;
  R2S_ALLOC(st, &z, (size_t)task->n_steps * (size_t)task->n_outputs, "targets", err);
  r2s_text_put(&data,
               "# for each output one block a condition\n# t_ms target from then on, to the next row\n");
  for (int o = 0; o < figure->n_outputs; o++)
    for (int c = 0; c < figure->n_conditions; c++) {
      r2s_task_make_trial(task, c, (r2s_trial_id){0}, NULL, z, NULL);
      put_block_head(figure, &data, o, c);
      put_target(&data, task, z + o);
    }
  st = r2s_figure_data(figure, "target", &data, err);
done:
  free(z);
  r2s_text_free(&data);
  return st;
}
