/* SPDX-License-Identifier: MIT
 * Writes a model as the authors' .mat (docs/formats.md), for their MATLAB code and for whoever reads theirs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "io/io_model.h"
#include "io/io_model_mat.h"

void r2s_mat_pack_neuron(const r2s_neuron_params *n, double *p) {
  p[0] = n->tau_m_ms, p[1] = n->t_ref_ms, p[2] = n->v_th_mv, p[3] = n->v_reset_mv, p[4] = n->v_bias_mv;
  p[5] = n->noise_mv, p[6] = n->dt_ms, p[7] = n->v0_low_mv, p[8] = n->v0_high_mv;
}

void r2s_mat_unpack_neuron(const double *p, r2s_neuron_params *n) {
  *n = (r2s_neuron_params){.tau_m_ms = p[0],
                           .t_ref_ms = p[1],
                           .v_th_mv = p[2],
                           .v_reset_mv = p[3],
                           .v_bias_mv = p[4],
                           .noise_mv = p[5],
                           .dt_ms = p[6],
                           .v0_low_mv = p[7],
                           .v0_high_mv = p[8]};
}

/* NULL is written as an empty array. */
static void put_or_empty(r2s_mat_writer *mat, const char *name, size_t rows, size_t columns,
                         const double *values) {
  if (values)
    r2s_mat_put_matrix(mat, name, rows, columns, values);
  else
    r2s_mat_put_matrix(mat, name, 0, 0, NULL);
}

/* values [steps x width] as steps x width x 1, the shape of their stacked column vectors. */
static void put_steps(r2s_mat_writer *mat, const char *name, size_t steps, size_t width, const double *values,
                      double *scratch) {
  if (!values) {
    put_or_empty(mat, name, 0, 0, NULL);
    return;
  }
  for (size_t t = 0; t < steps; t++)
    for (size_t k = 0; k < width; k++) scratch[k * steps + t] = values[t * width + k];
  r2s_mat_put(mat, name, R2S_MAT_DOUBLE, 3, (const size_t[]){steps, width, 1}, scratch);
}

/* values [steps x width] as width x steps. */
static void put_turned(r2s_mat_writer *mat, const char *name, size_t steps, size_t width,
                       const double *values) {
  if (!values)
    put_or_empty(mat, name, 0, 0, NULL);
  else /* row-major steps x width is column-major width x steps */
    r2s_mat_put(mat, name, R2S_MAT_DOUBLE, 2, (const size_t[]){width, steps}, values);
}

/* Their w has passed relu: w*m.*som_m must be the effective matrix. */
static void put_recurrent(r2s_mat_writer *mat, const char *name, const r2s_model *model, const double *w,
                          double *scratch) {
  size_t n = (size_t)model->n;
  for (size_t k = 0; k < n * n; k++) scratch[k] = !w || (model->dale && w[k] < 0) ? 0 : w[k];
  r2s_mat_put_matrix(mat, name, n, n, scratch);
}

static void put_cells(r2s_mat_writer *mat, const r2s_model *model, double *scratch) {
  size_t n = (size_t)model->n;
  for (size_t k = 0; k < n * n; k++) scratch[k] = 0;
  for (size_t i = 0; i < n; i++) scratch[i * n + i] = model->sign[i];
  r2s_mat_put_matrix(mat, "m", n, n, scratch);
  for (size_t i = 0; i < n; i++) scratch[i] = model->sign[i] > 0;
  r2s_mat_put(mat, "exc", R2S_MAT_LOGICAL, 2, (const size_t[]){n, 1}, scratch);
  for (size_t i = 0; i < n; i++) scratch[i] = model->sign[i] < 0;
  r2s_mat_put(mat, "inh", R2S_MAT_LOGICAL, 2, (const size_t[]){n, 1}, scratch);
  double som = 0;
  for (size_t i = 0; i < n; i++) {
    bool masked = false;
    for (size_t j = 0; j < n; j++) masked = masked || model->som_mask[i * n + j] == 0;
    som += masked;
  }
  r2s_mat_put_matrix(mat, "som_m", n, n, model->som_mask);
  r2s_mat_put_number(mat, "som_N", R2S_MAT_INT64, som);
}

/* Everything that their MATLAB code loads to simulate. */
static void put_network(r2s_mat_writer *mat, const r2s_model *model, double *scratch) {
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  bool fixed = model->tau_min_ms == model->tau_max_ms;
  const double taus[2] = {model->tau_min_ms / R2S_AUTHORS_DT_MS, model->tau_max_ms / R2S_AUTHORS_DT_MS};
  r2s_mat_put_number(mat, "N", R2S_MAT_INT64, model->n);
  put_recurrent(mat, "w", model, model->w, scratch);
  /* unknown w0 is left empty: zeros would be taken for a network */
  if (model->w0)
    put_recurrent(mat, "w0", model, model->w0, scratch);
  else
    put_or_empty(mat, "w0", 0, 0, NULL);
  put_cells(mat, model, scratch);
  r2s_mat_put_matrix(mat, "w_in", n, n_in, model->w_in);
  r2s_mat_put_matrix(mat, "w_in0", n, n_in, model->w_in);
  r2s_mat_put_matrix(mat, "w_out", n_out, n, model->w_out);
  r2s_mat_put_matrix(mat, "b_out", n_out, 1, model->b_out);
  r2s_mat_put_matrix(mat, "taus", 1, fixed ? 1 : 2, taus);
  r2s_mat_put_matrix(mat, "taus_gaus", n, 1, model->taus_gaus);
  put_or_empty(mat, "taus_gaus0", n, 1, model->taus_gaus0);
  r2s_mat_put_text(mat, "activation", r2s_activation_name(model->activation));
  r2s_mat_put_number(mat, "tr", R2S_MAT_INT64, (double)model->train_steps);
}

static void put_extras(r2s_mat_writer *mat, const r2s_model *model, const r2s_model_extras *extras,
                       double *scratch) {
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  size_t steps = (size_t)extras->n_steps, before_last = steps > 0 ? steps - 1 : 0;
  put_or_empty(mat, "x0", 0, 0, NULL); /* the untrained network's last trial: not kept */
  put_or_empty(mat, "r0", 0, 0, NULL);
  put_or_empty(mat, "u", n_in, steps, extras->u);
  put_steps(mat, "x", steps, n, extras->x, scratch);
  put_steps(mat, "r", steps, n, extras->r, scratch);
  put_steps(mat, "o", before_last, n_out, extras->o, scratch);
  put_turned(mat, "target", steps, n_out, extras->target);
  put_or_empty(mat, "losses", 1, (size_t)extras->n_losses, extras->losses);
  r2s_mat_put_number(mat, "eval_perf_mean", R2S_MAT_DOUBLE, extras->eval_perf_mean);
  r2s_mat_put_number(mat, "eval_loss_mean", R2S_MAT_DOUBLE, extras->eval_loss_mean);
  put_or_empty(mat, "eval_os", (size_t)extras->n_eval, before_last, extras->eval_os);
  put_or_empty(mat, "eval_labels", 1, (size_t)extras->n_eval, extras->eval_labels);
  if (extras->n_scales == 0) return; /* their search skips a file that has these */
  r2s_mat_put_number(mat, "opt_scaling_factor", R2S_MAT_DOUBLE, extras->opt_scaling_factor);
  put_or_empty(mat, "all_perfs", (size_t)extras->n_scales, 1, extras->all_perfs);
  put_or_empty(mat, "scaling_factors", 1, (size_t)extras->n_scales, extras->scaling_factors);
}

/* What their format has no place for (r2s_version is written first); the prefix keeps a MATLAB workspace
 * clean. */
static void put_ours(r2s_mat_writer *mat, const r2s_model *model) {
  char seed[24];
  double neuron[R2S_MAT_NEURON];
  const double tau_ms[2] = {model->tau_min_ms, model->tau_max_ms};
  snprintf(seed, sizeof seed, "%" PRIu64, model->seed); /* exact as text only */
  r2s_mat_pack_neuron(&model->neuron, neuron);
  r2s_mat_put_text(mat, "r2s_config_hash", model->config_hash);
  r2s_mat_put_text(mat, "r2s_recipe", model->recipe);
  r2s_mat_put_text(mat, "r2s_task", model->task);
  r2s_mat_put_text(mat, "r2s_seed", seed);
  r2s_mat_put_number(mat, "r2s_dale", R2S_MAT_LOGICAL, model->dale);
  r2s_mat_put_number(mat, "r2s_dt_ms", R2S_MAT_DOUBLE, model->dt_ms);
  r2s_mat_put_matrix(mat, "r2s_tau_ms", 1, 2, tau_ms);
  r2s_mat_put_number(mat, "r2s_kappa_hz", R2S_MAT_DOUBLE, model->kappa_hz);
  r2s_mat_put_matrix(mat, "r2s_neuron", 1, R2S_MAT_NEURON, neuron);
  put_or_empty(mat, "r2s_w_out0", (size_t)model->n_out, (size_t)model->n, model->w_out0);
}

r2s_status r2s_model_save_mat(const r2s_model *model, const r2s_model_extras *extras, const char *path,
                              r2s_error *err) {
  const r2s_model_extras none = {.eval_perf_mean = NAN, .eval_loss_mean = NAN};
  if (!extras) extras = &none;
  r2s_status st = r2s_model_check_file(model, R2S_ERR_ARG, path, err);
  if (st != R2S_OK) return st;
  if (extras->n_steps < 0 || extras->n_losses < 0 || extras->n_eval < 0 || extras->n_scales < 0)
    return r2s_fail(err, R2S_ERR_ARG,
                    "%s: %d steps, %d losses, %d evaluated trials, %d scales; expected 0 or more of each",
                    path, extras->n_steps, extras->n_losses, extras->n_eval, extras->n_scales);
  size_t n = (size_t)model->n, width = n > (size_t)model->n_out ? n : (size_t)model->n_out;
  size_t rows = n > (size_t)extras->n_steps ? n : (size_t)extras->n_steps;
  double *scratch;
  st = r2s_alloc(&scratch, rows * width, sizeof *scratch, "transposed weights", err);
  if (st != R2S_OK) return st;
  r2s_mat_writer mat;
  r2s_mat_begin(&mat);
  r2s_mat_put_text(&mat, "r2s_version", model->version); /* first; r2s_w_out0 last: see require_ours */
  put_network(&mat, model, scratch);
  put_extras(&mat, model, extras, scratch);
  put_ours(&mat, model);
  free(scratch);
  return r2s_mat_save(&mat, path, err);
}
