/* SPDX-License-Identifier: MIT
 * What stage train tells of a network: how well it does the task, and its structure. */
#include <math.h>
#include <stdlib.h>

#include "base/base_json.h"
#include "base/base_memory.h"
#include "io/io_network.h"
#include "model/model_spectrum.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_tally.h"

enum { MANY_UNITS = 2000 /* whose eigenvalues take seconds */ };

/* Edges alive, their share of N^2, spectral radii (before training: NaN where unknown). */
typedef struct structure {
  int edges;
  double density, radius_before, radius_after;
} structure;

/* Largest |eigenvalue| of W [n x n], which is overwritten. Where none stands out, all are needed. */
static r2s_status radius_of(double *W, int n, const r2s_monitor *monitor, double *radius, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *values = NULL, re, im;
  R2S_TRY(st, r2s_model_outlier(W, n, &re, &im, err));
  *radius = hypot(re, im);
  if (isfinite(*radius)) return R2S_OK;
  if (n >= MANY_UNITS)
    r2s_monitor_note(monitor, R2S_NOTE_INFO,
                     "no eigenvalue of the %d units' weights was found to stand out: their spectral radius "
                     "takes a while (as N^3), in "
                     "which nothing can be stopped",
                     n);
  R2S_ALLOC(st, &values, 2 * (size_t)n, "eigenvalues", err);
  R2S_TRY(st, r2s_model_eigenvalues(W, n, values, values + n, err));
  *radius = r2s_model_largest_of(values, values + n, n).radius;
done:
  free(values);
  return st;
}

static r2s_status structure_of(const r2s_model *model, structure *out, const r2s_monitor *monitor,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  double *W = NULL;
  size_t size = (size_t)model->n * (size_t)model->n;
  *out = (structure){.radius_before = NAN};
  R2S_ALLOC(st, &W, size, "W", err);
  r2s_model_effective_w(model, false, W);
  for (size_t k = 0; k < size; k++) out->edges += W[k] != 0;
  out->density = (double)out->edges / (double)size;
  R2S_TRY(st, radius_of(W, model->n, monitor, &out->radius_after, err));
  if (r2s_monitor_cancelled(monitor))
    R2S_TRY(st, r2s_fail(err, R2S_ERR_CANCELLED, "interrupted behind the spectral radius"));
  if (model->w0) {
    r2s_model_effective_w(model, true, W);
    R2S_TRY(st, radius_of(W, model->n, monitor, &out->radius_before, err));
  }
done:
  free(W);
  return st;
}

/* The accuracies by the task's criterion (all, and by condition) and by the authors'. */
static void judge(const r2s_task *task, const r2s_rate_traces *traces, r2s_accuracy *accuracy,
                  r2s_accuracy *strict, r2s_accuracy by_condition[R2S_MAX_CONDITIONS]) {
  r2s_run_tally right = {0};
  int n_strict = 0;
  for (int k = 0; k < traces->n_trials; k++) {
    const int c = traces->conditions[k];
    const double *o = traces->out + (size_t)k * (size_t)traces->n_samples * (size_t)traces->n_out;
    r2s_run_tally_count(
        &right, c,
        r2s_task_correct(task, c, R2S_CRITERION_RATE, o, traces->n_samples, traces->t0_ms, traces->dt_ms));
    n_strict +=
        r2s_task_correct(task, c, R2S_CRITERION_STRICT, o, traces->n_samples, traces->t0_ms, traces->dt_ms);
  }
  *accuracy = r2s_run_tally_judge(&right, task, by_condition);
  *strict = r2s_convert_accuracy(n_strict, traces->n_trials);
}

r2s_status r2s_run_model_measure(const r2s_run *run, double start, const r2s_monitor *monitor,
                                 r2s_rate_traces *tests, json_t **stage, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_accuracy accuracy, strict, by_condition[R2S_MAX_CONDITIONS];
  structure s;
  char hash[65];
  *stage = NULL;
  R2S_TRY(st, r2s_run_model_test(run, tests, monitor, err));
  R2S_TRY(st, structure_of(&run->model, &s, monitor, err));
  R2S_TRY(st, r2s_network_hash(&run->model, hash, err));
  judge(&run->task, tests, &accuracy, &strict, by_condition);
  json_t *object = r2s_run_json_stage(accuracy, r2s_clock() - start), *conditions = json_object();
  for (int c = 0; c < run->task.n_conditions; c++)
    r2s_json_add(&conditions, run->task.conditions[c].name, r2s_run_json_accuracy(by_condition[c]));
  r2s_json_add(&object, "network_hash", json_string(hash));
  r2s_json_add(&object, "trials_of", json_string(run->trials));
  r2s_json_add(&object, "strict", r2s_run_json_accuracy(strict));
  r2s_json_add(&object, "conditions", conditions);
  r2s_json_add(&object, "steps", json_integer(run->model.train_steps));
  r2s_json_add(&object, "edges", json_integer(s.edges));
  r2s_json_add(&object, "density", r2s_run_json_number(s.density));
  r2s_json_add(&object, "spectral_radius_before", r2s_run_json_number(s.radius_before));
  r2s_json_add(&object, "spectral_radius_after", r2s_run_json_number(s.radius_after));
  if (!r2s_run_model_is_random(run)) r2s_run_json_drop_repeats(object, &run->task);
  *stage = object;
done:
  return st;
}
