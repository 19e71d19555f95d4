/* SPDX-License-Identifier: MIT
 * A run's network: model.h5 and model.mat. */
#include "run/run_model.h"

#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "io/io_network.h"
#include "run/run_json.h"
#include "run/run_rows.h"

r2s_status r2s_run_need_model(r2s_run *run, r2s_error *err) {
  r2s_status st = r2s_run_refuse_view(run, err);
  if (st != R2S_OK || run->model.n > 0) return st;
  if (!run->dir)
    return r2s_fail(err, R2S_ERR_ARG, "this run has no network and no folder to find one in; import one");
  if (!r2s_run_has_file(run, "model.h5"))
    return r2s_fail(err, R2S_ERR_IO, "%s/model.h5: no such file; expected a trained network: %s", run->dir,
                    r2s_run_has_file(run, "checkpoint.h5")
                        ? "its training goes on with train --resume -o DIR"
                        : "train one, or take a model file's (convert MODEL -o DIR)");
  char path[R2S_PATH_SIZE];
  R2S_TRY(st, r2s_run_path(run, "model.h5", path, err));
  R2S_TRY(st, r2s_model_load_for(&run->model, path, &run->task, err));
  st = r2s_network_check(run->json, &run->model, path, err);
done:
  if (st != R2S_OK) r2s_model_free(&run->model);
  return st;
}

r2s_status r2s_run_model_save_tests(r2s_run *run, const r2s_rate_traces *tests, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  char path[R2S_PATH_SIZE];
  run->mat_is_old = true;
  const r2s_status st = r2s_run_path(run, "rate.h5", path, err);
  return st == R2S_OK ? r2s_rate_traces_save(tests, path, err) : st;
}

r2s_status r2s_run_model_save(r2s_run *run, const r2s_rate_traces *tests, json_t *stage, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (run->dir) {
    char path[R2S_PATH_SIZE];
    R2S_TRY(st, r2s_run_path(run, "model.h5", path, err));
    R2S_TRY(st, r2s_model_save_h5(&run->model, path, err));
    R2S_TRY(st, r2s_run_model_save_tests(run, tests, err));
    R2S_TRY(st, r2s_run_model_save_mat(run, NULL, err));
  }
  st = r2s_run_json_set_stage(run, "train", json_incref(stage), err);
done:
  return st;
}

/* The arrays that extras points to. */
typedef struct mat_parts {
  r2s_run_rows rows;
  r2s_rate_traces traces;
  double *u, *x, *r, *o, *target, *losses, *eval_os, *eval_labels, *scales, *accuracies;
  float *u_float, *z_float, *rates, *states;
} mat_parts;

static void mat_parts_free(mat_parts *p) {
  r2s_run_rows_free(&p->rows);
  r2s_rate_traces_free(&p->traces);
  void *all[] = {p->u,           p->x,      p->r,          p->o,       p->target,  p->losses, p->eval_os,
                 p->eval_labels, p->scales, p->accuracies, p->u_float, p->z_float, p->rates,  p->states};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

/* One trial of the training set: u, x, r, o, target. */
static r2s_status example_trial(const r2s_run *run, mat_parts *p, r2s_model_extras *extras, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_task *task = &run->task;
  const r2s_model *model = &run->model;
  size_t T = (size_t)task->n_steps, n = (size_t)model->n, n_in = (size_t)task->n_channels,
         n_out = (size_t)task->n_outputs;
  R2S_ALLOC(st, &p->u_float, T * n_in, "u", err);
  R2S_ALLOC(st, &p->z_float, T * n_out, "target", err);
  R2S_ALLOC(st, &p->rates, T * n, "r", err);
  R2S_ALLOC(st, &p->states, T * n, "x", err);
  R2S_ALLOC(st, &p->u, T * n_in, "u", err);
  R2S_ALLOC(st, &p->target, T * n_out, "target", err);
  R2S_ALLOC(st, &p->r, T * n, "r", err);
  R2S_ALLOC(st, &p->x, T * n, "x", err);
  R2S_ALLOC(st, &p->o, T * n_out, "o", err);
  r2s_trial_id id = {run->config.seed, R2S_SET_TRAIN, 0};
  int condition = 0;
  r2s_task_make_trial(task, condition, id, p->u_float, p->z_float, NULL);
  r2s_rate_run_config config = r2s_run_model_rate_config(run);
  R2S_TRY(st, r2s_rate_run(model, task, &config, id.seed, id.set, id.index, 1, &condition, p->o, p->rates,
                           p->states, err));
  for (size_t c = 0; c < n_in; c++) {
    for (size_t t = 0; t < T; t++) p->u[c * T + t] = (double)p->u_float[t * n_in + c];
  }
  for (size_t k = 0; k < T * n_out; k++) p->target[k] = (double)p->z_float[k];
  for (size_t k = 0; k < T * n; k++) {
    p->r[k] = (double)p->rates[k];
    p->x[k] = (double)p->states[k];
  }
  extras->n_steps = task->n_steps;
  extras->u = p->u, extras->x = p->x, extras->r = p->r, extras->o = p->o, extras->target = p->target;
done:
  return st;
}

/* losses and eval_*_mean from training.csv, which may be of a training that went on since. */
static r2s_status training_history(const r2s_run *run, mat_parts *p, r2s_model_extras *extras,
                                   r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_run_rows_read(&p->rows, run, run->model.train_steps, err));
  R2S_ALLOC(st, &p->losses, (size_t)p->rows.n, "losses", err);
  extras->eval_perf_mean = extras->eval_loss_mean = NAN;
  for (int k = 0; k < p->rows.n; k++) {
    p->losses[k] = p->rows.row[k].loss;
    if (!isfinite(p->rows.row[k].eval_accuracy)) continue;
    extras->eval_perf_mean = p->rows.row[k].eval_accuracy;
    extras->eval_loss_mean = p->rows.row[k].eval_loss;
  }
  extras->n_losses = p->rows.n;
  extras->losses = p->losses;
done:
  return st;
}

/* eval_os and eval_labels: the test trials of rate.h5. */
static r2s_status test_trials(const r2s_run *run, mat_parts *p, r2s_model_extras *extras, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[R2S_PATH_SIZE];
  if (!r2s_run_has_file(run, "rate.h5")) return R2S_OK;
  R2S_TRY(st, r2s_run_path(run, "rate.h5", path, err));
  R2S_TRY(st, r2s_rate_traces_load(&p->traces, path, err));
  const r2s_rate_traces *t = &p->traces;
  if (t->n_samples != run->task.n_steps - 1 || t->n_out != run->task.n_outputs)
    return R2S_OK; /* another task's */
  size_t n = (size_t)t->n_trials, samples = (size_t)t->n_samples;
  R2S_ALLOC(st, &p->eval_os, n * samples, "eval_os", err);
  R2S_ALLOC(st, &p->eval_labels, n, "eval_labels", err);
  for (size_t k = 0; k < n; k++) {
    for (size_t s = 0; s < samples; s++)
      p->eval_os[k * samples + s] = t->out[(k * samples + s) * (size_t)t->n_out];
    int c = t->conditions[k];
    p->eval_labels[k] = c >= 0 && c < run->task.n_conditions ? run->task.conditions[c].label : 0;
  }
  extras->n_eval = t->n_trials;
  extras->eval_os = p->eval_os, extras->eval_labels = p->eval_labels;
done:
  return st;
}

static r2s_status scale_search(const r2s_search_result *search, mat_parts *p, r2s_model_extras *extras,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  if (!search) return st;
  R2S_ALLOC(st, &p->scales, (size_t)search->n_scales, "scaling_factors", err);
  R2S_ALLOC(st, &p->accuracies, (size_t)search->n_scales, "all_perfs", err);
  for (int k = 0; k < search->n_scales; k++) {
    p->scales[k] = search->scales[k].scale;
    p->accuracies[k] = search->scales[k].accuracy.accuracy;
  }
  extras->n_scales = search->n_scales;
  extras->scaling_factors = p->scales, extras->all_perfs = p->accuracies;
  extras->opt_scaling_factor = search->chosen;
done:
  return st;
}

r2s_status r2s_run_model_save_mat(r2s_run *run, const r2s_search_result *search, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_status st = R2S_OK;
  char path[R2S_PATH_SIZE];
  mat_parts parts = {0};
  r2s_model_extras extras = {0};
  R2S_TRY(st, r2s_run_path(run, "model.mat", path, err));
  R2S_TRY(st, example_trial(run, &parts, &extras, err));
  R2S_TRY(st, training_history(run, &parts, &extras, err));
  R2S_TRY(st, test_trials(run, &parts, &extras, err));
  R2S_TRY(st, scale_search(search, &parts, &extras, err));
  R2S_TRY(st, r2s_model_save_mat(&run->model, &extras, path, err));
  run->mat_is_old = false;
done:
  mat_parts_free(&parts);
  return st;
}
