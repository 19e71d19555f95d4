/* SPDX-License-Identifier: MIT
 * Eq. R1 to R6, R9 and R10 as they are written, without any care for speed. */
#include "rate/rate_reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "rate/rate_kernel.h"

/* Effective weights [N x N] and tau_d [N] in s. */
static r2s_status make_constants(const r2s_model *model, double **W, double **tau_s, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n = (size_t)model->n;
  R2S_ALLOC(st, W, n * n, "weights", err);
  R2S_ALLOC(st, tau_s, n, "time constants", err);
  r2s_model_effective_w(model, false, *W);
  r2s_model_tau_d_ms(model, *tau_s);
  for (size_t i = 0; i < n; i++) (*tau_s)[i] /= 1000;
done:
  return st;
}

/* r, slope and, unless they are held, the noise of step t. */
static void activate(const r2s_rate_reference *trial, const double *tau_s, size_t t) {
  const r2s_model *model = trial->model;
  size_t n = (size_t)model->n;
  double m = trial->shot_noise, kappa = trial->kappa_hz, dt_s = model->dt_ms / 1000;
  for (size_t i = 0, at = t * n; i < n; i++, at++) {
    r2s_rate_value value = r2s_rate_table_value(trial->table, model->activation, trial->x[at]);
    trial->r[at] = value.r;
    trial->slope[at] = value.slope;
    if (trial->hold) continue;
    trial->sent_noise[at] = m > 0 ? sqrt(m / (kappa * dt_s)) * value.amplitude * trial->shot[at] : 0;
    trial->readout_sd[at] = m > 0 ? sqrt(m / (2 * kappa * tau_s[i])) * value.amplitude : 0;
  }
}

/* Eq. R1 */
static void advance(const r2s_rate_reference *trial, const double *W, const double *tau_s, size_t t) {
  const r2s_model *model = trial->model;
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in;
  for (size_t i = 0; i < n; i++) {
    double alpha = model->dt_ms / 1000 / tau_s[i], input = 0, before = trial->x[(t - 1) * n + i];
    for (size_t j = 0; j < n; j++)
      input += W[i * n + j] * (trial->r[(t - 1) * n + j] + trial->sent_noise[(t - 1) * n + j]);
    for (size_t c = 0; c < n_in; c++) input += model->w_in[i * n_in + c] * trial->u[(t - 1) * n_in + c];
    trial->x[t * n + i] = (1 - alpha) * before + alpha * input + trial->state_noise * trial->state[t * n + i];
  }
}

/* The step whose amplitudes the readout's noise of step t has: the first of each KEPT. */
static size_t measured(size_t t) {
  return t - (t - 1) % R2S_RATE_KEPT;
}

/* sd of output k's noise at step t */
static double output_sd(const r2s_rate_reference *trial, size_t t, size_t k) {
  size_t n = (size_t)trial->model->n;
  double variance = 0;
  for (size_t j = 0; j < n; j++) {
    double part = trial->model->w_out[k * n + j] * trial->readout_sd[measured(t) * n + j];
    variance += part * part;
  }
  return sqrt(variance);
}

static void read_out(const r2s_rate_reference *trial, size_t t) {
  const r2s_model *model = trial->model;
  size_t n = (size_t)model->n, n_out = (size_t)model->n_out;
  bool shot = trial->shot_noise > 0;
  for (size_t k = 0; k < n_out; k++) {
    double o = model->b_out[k];
    for (size_t j = 0; j < n; j++) o += model->w_out[k * n + j] * trial->r[t * n + j];
    if (shot) o += output_sd(trial, t, k) * trial->readout[t * n_out + k];
    trial->o[t * n_out + k] = o;
  }
}

r2s_status r2s_rate_reference_loss(const r2s_rate_reference *trial, double *loss, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *W = NULL, *tau_s = NULL, sum = 0;
  size_t n = (size_t)trial->model->n, n_out = (size_t)trial->model->n_out;
  R2S_TRY(st, make_constants(trial->model, &W, &tau_s, err));
  for (size_t i = 0; i < n; i++) trial->x[i] = trial->x0[i];
  activate(trial, tau_s, 0);
  for (size_t t = 1; t < (size_t)trial->n_steps; t++) {
    advance(trial, W, tau_s, t);
    activate(trial, tau_s, t);
    read_out(trial, t);
    for (size_t k = 0; k < n_out; k++) {
      double error = trial->mask[t] * (trial->o[t * n_out + k] - trial->target[t * n_out + k]);
      sum += error * error;
    }
  }
  *loss = sqrt(sum);
done:
  free(W);
  free(tau_s);
  return st;
}

/* Adds dL/dw_out and dL/db_out of output k at step t; d = dL/do. What was sent takes the place of r: its
 * noise has no part in o_t, and adds nothing to the mean of the squared loss' gradient. */
static void readout_gradient(const r2s_rate_reference *trial, size_t t, size_t k, double d,
                             r2s_rate_reference_gradient *gradient) {
  size_t n = (size_t)trial->model->n, n_out = (size_t)trial->model->n_out;
  double sd = trial->shot_noise > 0 ? output_sd(trial, t, k) : 0;
  gradient->b_out[k] += d;
  for (size_t j = 0; j < n; j++) {
    double s = trial->readout_sd[measured(t) * n + j], y = trial->r[t * n + j] + trial->sent_noise[t * n + j];
    if (sd > 0) y += trial->model->w_out[k * n + j] * s * s / sd * trial->readout[t * n_out + k];
    gradient->w_out[k * n + j] += d * y;
  }
}

/* Adds dL/dw and dL/dtaus_gaus of step t; delta [N] = dL/dx_t. */
static void input_gradient(const r2s_rate_reference *trial, const double *W, const double *tau_s, size_t t,
                           const double *delta, r2s_rate_reference_gradient *gradient) {
  const r2s_model *model = trial->model;
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in, before = (t - 1) * n;
  double dt_s = model->dt_ms / 1000, range_s = (model->tau_max_ms - model->tau_min_ms) / 1000;
  for (size_t i = 0; i < n; i++) {
    double alpha = dt_s / tau_s[i], input = 0;
    for (size_t j = 0; j < n; j++) {
      double y = trial->r[before + j] + trial->sent_noise[before + j];
      input += W[i * n + j] * y;
      if (model->dale && model->w[i * n + j] <= 0) continue;
      gradient->w[i * n + j] += alpha * delta[i] * y * model->sign[j] * model->som_mask[i * n + j];
    }
    for (size_t c = 0; c < n_in; c++) input += model->w_in[i * n_in + c] * trial->u[(t - 1) * n_in + c];
    if (range_s <= 0) continue;
    double part = 1 / (1 + exp(-model->taus_gaus[i]));
    double dalpha = -dt_s / (tau_s[i] * tau_s[i]) * part * (1 - part) * range_s;
    gradient->taus_gaus[i] += delta[i] * (input - trial->x[before + i]) * dalpha;
  }
}

r2s_status r2s_rate_reference_backward(const r2s_rate_reference *trial, double loss, double factor,
                                       r2s_rate_reference_gradient *gradient, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_model *model = trial->model;
  double *W = NULL, *tau_s = NULL, *delta = NULL, *back = NULL;
  size_t n = (size_t)model->n, n_out = (size_t)model->n_out;
  R2S_TRY(st, make_constants(model, &W, &tau_s, err));
  R2S_ALLOC(st, &delta, n, "backward state", err);
  R2S_ALLOC(st, &back, n, "backward input", err);
  if (loss <= 0) goto done;
  for (size_t t = (size_t)trial->n_steps - 1; t > 0; t--) {
    for (size_t j = 0; j < n; j++) {
      back[j] = 0;
      for (size_t i = 0; i < n; i++) back[j] += W[i * n + j] * (model->dt_ms / 1000 / tau_s[i]) * delta[i];
    }
    for (size_t k = 0; k < n_out; k++) {
      double mask = trial->mask[t], error = trial->o[t * n_out + k] - trial->target[t * n_out + k];
      double d = factor * mask * mask * error / loss;
      readout_gradient(trial, t, k, d, gradient);
      for (size_t j = 0; j < n; j++) back[j] += model->w_out[k * n + j] * d;
    }
    for (size_t i = 0; i < n; i++)
      delta[i] = trial->slope[t * n + i] * back[i] + (1 - model->dt_ms / 1000 / tau_s[i]) * delta[i];
    input_gradient(trial, W, tau_s, t, delta, gradient);
  }
done:
  free(W);
  free(tau_s);
  free(delta);
  free(back);
  return st;
}
