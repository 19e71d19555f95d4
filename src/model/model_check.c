/* SPDX-License-Identifier: MIT
 * Whether a model's fields make a network. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base_finite.h"
#include "rate2spike/model.h"

enum { MOST = 1000000 }; /* of units, inputs, outputs */
_Static_assert(SIZE_MAX / sizeof(double) / MOST >= MOST, "a matrix of them has its bytes in a size_t");
static const int64_t most_steps =
    1000000000000000; /* a .mat has them as a double, which holds these exactly */

static r2s_status check_sizes(const r2s_model *model, r2s_error *err) {
  if (model->n < 1 || model->n_in < 1 || model->n_out < 1 || model->n > MOST || model->n_in > MOST ||
      model->n_out > MOST)
    return r2s_fail(err, R2S_ERR_ARG,
                    "a network of %d units, %d inputs, %d outputs; expected 1 to %d of each", model->n,
                    model->n_in, model->n_out, MOST);
  return R2S_OK;
}

/* kappa and the LIF unit where the activation does not need them: files hold finite numbers only. */
static r2s_status check_unused(const r2s_model *model, r2s_error *err) {
  const r2s_neuron_params *p = &model->neuron;
  const double values[] = {p->tau_m_ms, p->t_ref_ms, p->v_th_mv,   p->v_reset_mv, p->v_bias_mv,
                           p->noise_mv, p->dt_ms,    p->v0_low_mv, p->v0_high_mv};
  r2s_status st = r2s_finite_check("kappa_hz", &model->kappa_hz, 1, 1, err);
  return st == R2S_OK ? r2s_finite_check("neuron", values, 1, sizeof values / sizeof *values, err) : st;
}

/* Their 0 lies within their arrays. */
static r2s_status check_texts(const r2s_model *model, r2s_error *err) {
  const struct {
    const char *name, *text;
    size_t size;
  } texts[] = {{"recipe", model->recipe, sizeof model->recipe},
               {"task", model->task, sizeof model->task},
               {"version", model->version, sizeof model->version},
               {"config_hash", model->config_hash, sizeof model->config_hash}};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
    if (!memchr(texts[k].text, 0, texts[k].size))
      return r2s_fail(err, R2S_ERR_ARG, "%s: found no end of this text; expected at most %zu characters",
                      texts[k].name, texts[k].size - 1);
  return R2S_OK;
}

static r2s_status check_scalars(const r2s_model *model, r2s_error *err) {
  if (!(model->dt_ms > 0 && isfinite(model->dt_ms)))
    return r2s_fail(err, R2S_ERR_ARG, "dt_ms: found %g; expected a rate step above 0", model->dt_ms);
  if (!(model->tau_min_ms > 0 && model->tau_max_ms >= model->tau_min_ms && isfinite(model->tau_max_ms)))
    return r2s_fail(err, R2S_ERR_ARG, "taus: found %g to %g ms; expected 0 < least <= greatest",
                    model->tau_min_ms, model->tau_max_ms);
  if ((int)model->activation < 0 || model->activation > R2S_ACTIVATION_SOFTPLUS)
    return r2s_fail(err, R2S_ERR_ARG, "activation %d; expected 0 to %d", (int)model->activation,
                    R2S_ACTIVATION_SOFTPLUS);
  if (model->train_steps < 0 || model->train_steps > most_steps)
    return r2s_fail(err, R2S_ERR_ARG, "train_steps: found %lld; expected 0 to %lld",
                    (long long)model->train_steps, (long long)most_steps);
  if (model->activation != R2S_ACTIVATION_SIEGERT) return check_unused(model, err);
  if (!(model->kappa_hz > 0 && isfinite(model->kappa_hz)))
    return r2s_fail(err, R2S_ERR_ARG, "kappa_hz: found %g; expected a rate above 0 for activation siegert",
                    model->kappa_hz);
  return r2s_neuron_params_check(&model->neuron, err);
}

/* An array of rows x columns; NULL is allowed where it is optional. */
static r2s_status check_array(const char *name, const double *values, size_t rows, size_t columns,
                              bool optional, r2s_error *err) {
  if (values) return r2s_finite_check(name, values, rows, columns, err);
  return optional ? R2S_OK
                  : r2s_fail(err, R2S_ERR_ARG, "%s: found no array; expected %zu x %zu numbers", name, rows,
                             columns);
}

static r2s_status check_arrays(const r2s_model *model, r2s_error *err) {
  const size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  const struct {
    const char *name;
    const double *values;
    size_t rows, columns;
    bool optional;
  } arrays[] = {{"w", model->w, n, n, false},
                {"sign", model->sign, n, 1, false},
                {"som_mask", model->som_mask, n, n, false},
                {"w_in", model->w_in, n, n_in, false},
                {"w_out", model->w_out, n_out, n, false},
                {"b_out", model->b_out, n_out, 1, false},
                {"taus_gaus", model->taus_gaus, n, 1, false},
                {"w0", model->w0, n, n, true},
                {"w_out0", model->w_out0, n_out, n, true},
                {"taus_gaus0", model->taus_gaus0, n, 1, true}};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
    r2s_status st = check_array(arrays[k].name, arrays[k].values, arrays[k].rows, arrays[k].columns,
                                arrays[k].optional, err);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}

r2s_status r2s_model_check(const r2s_model *model, r2s_error *err) {
  r2s_status st = check_sizes(model, err);
  if (st == R2S_OK) st = check_scalars(model, err);
  if (st == R2S_OK) st = check_texts(model, err);
  if (st == R2S_OK) st = check_arrays(model, err);
  if (st != R2S_OK) return st;
  const size_t n = (size_t)model->n;
  for (size_t i = 0; i < n; i++)
    if (fabs(model->sign[i]) != 1)
      return r2s_fail(err, R2S_ERR_ARG, "sign: found %g for unit %zu (from 1); expected +1 or -1",
                      model->sign[i], i + 1);
  return R2S_OK;
}
