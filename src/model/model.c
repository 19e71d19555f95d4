/* SPDX-License-Identifier: MIT
 * The rate network as an object: its memory, the weights and time constants that the dynamics see, and
 * whether it can do a task. */
#include "rate2spike/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

static size_t area(int rows, int columns) {
  return (size_t)rows * (size_t)columns;
}

r2s_status r2s_model_alloc(r2s_model *out, int n, int n_in, int n_out, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_model model = {.n = n, .n_in = n_in, .n_out = n_out};
  *out = (r2s_model){0};
  if (n < 1 || n_in < 1 || n_out < 1)
    return r2s_fail(err, R2S_ERR_ARG,
                    "a network of %d units, %d inputs, %d outputs; expected at least 1 of each", n, n_in,
                    n_out);
  R2S_ALLOC(st, &model.w, area(n, n), "weights w", err);
  R2S_ALLOC(st, &model.sign, (size_t)n, "signs", err);
  R2S_ALLOC(st, &model.som_mask, area(n, n), "SOM mask", err);
  R2S_ALLOC(st, &model.w_in, area(n, n_in), "input weights", err);
  R2S_ALLOC(st, &model.w_out, area(n_out, n), "output weights", err);
  R2S_ALLOC(st, &model.b_out, (size_t)n_out, "output biases", err);
  R2S_ALLOC(st, &model.taus_gaus, (size_t)n, "time constants", err);
  for (int i = 0; i < n; i++) model.sign[i] = 1;
  for (size_t k = 0; k < area(n, n); k++) model.som_mask[k] = 1;
done:
  if (st != R2S_OK)
    r2s_model_free(&model);
  else
    *out = model;
  return st;
}

void r2s_model_free(r2s_model *model) {
  if (!model) return;
  free(model->w);
  free(model->sign);
  free(model->som_mask);
  free(model->w_in);
  free(model->w_out);
  free(model->b_out);
  free(model->taus_gaus);
  free(model->w0);
  free(model->w_out0);
  free(model->taus_gaus0);
  *model = (r2s_model){0};
}

/* *out = a new copy of from [count]; NULL stays NULL. */
static r2s_status duplicate(double **out, const double *from, size_t count, const char *what,
                            r2s_error *err) {
  *out = NULL;
  if (!from) return R2S_OK;
  r2s_status st = r2s_alloc(out, count, sizeof **out, what, err);
  if (st == R2S_OK) memcpy(*out, from, count * sizeof *from);
  return st;
}

r2s_status r2s_model_copy(r2s_model *out, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_model from = *model; /* out may be model's own struct */
  r2s_model copy = from;
  copy.w = copy.sign = copy.som_mask = copy.w_in = copy.w_out = copy.b_out = copy.taus_gaus = NULL;
  copy.w0 = copy.w_out0 = copy.taus_gaus0 = NULL;
  size_t n = (size_t)from.n, nn = area(from.n, from.n), n_read = area(from.n_out, from.n);
  R2S_TRY(st, duplicate(&copy.w, from.w, nn, "weights w", err));
  R2S_TRY(st, duplicate(&copy.sign, from.sign, n, "signs", err));
  R2S_TRY(st, duplicate(&copy.som_mask, from.som_mask, nn, "SOM mask", err));
  R2S_TRY(st, duplicate(&copy.w_in, from.w_in, area(from.n, from.n_in), "input weights", err));
  R2S_TRY(st, duplicate(&copy.w_out, from.w_out, n_read, "output weights", err));
  R2S_TRY(st, duplicate(&copy.b_out, from.b_out, (size_t)from.n_out, "output biases", err));
  R2S_TRY(st, duplicate(&copy.taus_gaus, from.taus_gaus, n, "time constants", err));
  R2S_TRY(st, duplicate(&copy.w0, from.w0, nn, "initial weights", err));
  R2S_TRY(st, duplicate(&copy.w_out0, from.w_out0, n_read, "initial output weights", err));
  R2S_TRY(st, duplicate(&copy.taus_gaus0, from.taus_gaus0, n, "initial time constants", err));
done:
  if (st != R2S_OK) r2s_model_free(&copy);
  *out = copy;
  return st;
}

r2s_status r2s_model_fits(const r2s_model *model, const r2s_task *task, r2s_error *err) {
  if (model->n_in != task->n_channels)
    return r2s_fail(err, R2S_ERR_CONFIG, "w_in has %d input channels; task \"%s\" expects %d", model->n_in,
                    task->name, task->n_channels);
  if (model->n_out != task->n_outputs)
    return r2s_fail(err, R2S_ERR_CONFIG, "w_out has %d outputs; task \"%s\" expects %d", model->n_out,
                    task->name, task->n_outputs);
  if (!(fabs(model->dt_ms - task->dt_ms) <= 1e-9 * task->dt_ms))
    return r2s_fail(err, R2S_ERR_CONFIG, "the network's rate step is %g ms; task \"%s\" expects %g ms",
                    model->dt_ms, task->name, task->dt_ms);
  return R2S_OK;
}

/* Eq. R2: W_ij = relu(w_ij) sign_j som_ij (Dale), or w_ij som_ij. */
void r2s_model_effective_w(const r2s_model *model, bool initial, double *W) {
  const double *w = initial ? model->w0 : model->w;
  size_t n = (size_t)model->n;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double value = w[i * n + j];
      if (model->dale) value = value > 0 || isnan(value) ? value * model->sign[j] : 0;
      W[i * n + j] = value * model->som_mask[i * n + j];
    }
}

/* Eq. R3: tau_d_i = sigmoid(taus_gaus_i) (tau_max - tau_min) + tau_min. */
void r2s_model_tau_d_ms(const r2s_model *model, double *tau_d_ms) {
  double range = model->tau_max_ms - model->tau_min_ms;
  for (int i = 0; i < model->n; i++)
    tau_d_ms[i] =
        range == 0 ? model->tau_min_ms : 1 / (1 + exp(-model->taus_gaus[i])) * range + model->tau_min_ms;
}

const char *r2s_activation_name(r2s_activation activation) {
  switch (activation) {
  case R2S_ACTIVATION_SIGMOID:
    return "sigmoid";
  case R2S_ACTIVATION_SIEGERT:
    return "siegert";
  case R2S_ACTIVATION_RELU:
    return "clipped_relu";
  case R2S_ACTIVATION_SOFTPLUS:
    return "softplus";
  }
  return "unknown";
}
