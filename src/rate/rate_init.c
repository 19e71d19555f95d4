/* SPDX-License-Identifier: MIT
 * The untrained network (Eq. R7): signs, edges, weights and time constants drawn from their named streams. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"
#include "rate2spike/rate.h"

/* out [count] = sd N(0, 1), rounded to float as training will hold it. */
static r2s_status draw_normals(uint64_t seed, r2s_stream stream, uint32_t block, double sd, double *out,
                               size_t count, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_random random;
  float *normal = NULL;
  R2S_ALLOC(st, &normal, count, "normal numbers", err);
  r2s_random_seed(&random, seed, stream, 0, 0, block);
  r2s_random_fill_normal(&random, normal, count, r2s_isa_current());
  for (size_t k = 0; k < count; k++) out[k] = (double)(float)(sd * (double)normal[k]);
done:
  free(normal);
  return st;
}

static void draw_signs(r2s_model *model, const r2s_net_config *net, uint64_t seed) {
  r2s_random random;
  r2s_random_seed(&random, seed, R2S_STREAM_INIT_SIGN, 0, 0, 0);
  for (int i = 0; i < net->n; i++) {
    bool inhibitory = net->n_inh >= 0 ? i >= net->n - net->n_inh : r2s_random_uniform(&random) < net->p_inh;
    model->sign[i] = net->dale && inhibitory ? -1 : 1;
  }
}

/* The first som_n inhibitory units get no inhibition. */
static void mask_som(r2s_model *model, int som_n) {
  size_t n = (size_t)model->n;
  for (size_t i = 0; i < n && som_n > 0; i++) {
    if (model->sign[i] > 0) continue;
    for (size_t j = 0; j < n; j++)
      if (model->sign[j] < 0) model->som_mask[i * n + j] = 0;
    som_n--;
  }
}

/* w = |N(0, g/sqrt(N p))| (Dale) or N(0, g/sqrt(N p)) on a fraction p of the edges. */
static r2s_status draw_edges(r2s_model *model, const r2s_net_config *net, uint64_t seed, r2s_error *err) {
  r2s_random random;
  size_t count = (size_t)net->n * (size_t)net->n;
  double sd = net->gain / sqrt(net->n * net->p_rec);
  r2s_status st = draw_normals(seed, R2S_STREAM_INIT_EDGES, 1, sd, model->w, count, err);
  r2s_random_seed(&random, seed, R2S_STREAM_INIT_EDGES, 0, 0, 0);
  for (size_t k = 0; st == R2S_OK && k < count; k++) {
    bool exists = r2s_random_uniform(&random) < net->p_rec;
    model->w[k] = !exists ? 0 : net->dale ? fabs(model->w[k]) : model->w[k];
  }
  return st;
}

static r2s_status duplicate(double **out, const double *from, size_t count, r2s_error *err) {
  r2s_status st = r2s_alloc(out, count, sizeof **out, "initial weights", err);
  if (st == R2S_OK) memcpy(*out, from, count * sizeof *from);
  return st;
}

double r2s_rate_kappa_hz(const r2s_neuron_params *neuron) {
  return fmax(round(r2s_neuron_sigmoid_kappa_hz(neuron, R2S_SIGMOID_LIMIT_MV)), 5);
}

static double kappa_of(const r2s_net_config *net, const r2s_neuron_params *neuron) {
  if (net->activation != R2S_ACTIVATION_SIEGERT) return 0;
  return isnan(net->kappa_hz) ? r2s_rate_kappa_hz(neuron) : net->kappa_hz;
}

r2s_status r2s_rate_init(r2s_model *out, const r2s_net_config *net, const r2s_neuron_params *neuron,
                         const r2s_task *task, uint64_t seed, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_model model = {0};
  size_t n = (size_t)net->n;
  *out = model;
  R2S_TRY(st, r2s_net_config_check(net, err));
  R2S_TRY(st, r2s_neuron_params_check(neuron, err));
  R2S_TRY(st, r2s_task_check(task, err));
  R2S_TRY(st, r2s_model_alloc(&model, net->n, task->n_channels, task->n_outputs, err));
  size_t n_readout = (size_t)model.n_out * n;
  model.dt_ms = task->dt_ms;
  model.dale = net->dale;
  model.activation = net->activation;
  model.tau_min_ms = net->tau_min_ms;
  model.tau_max_ms = net->tau_max_ms;
  model.kappa_hz = kappa_of(net, neuron);
  model.neuron = *neuron;
  model.seed = seed;
  snprintf(model.task, sizeof model.task, "%s", task->name);
  snprintf(model.version, sizeof model.version, "%s", r2s_version());
  draw_signs(&model, net, seed);
  mask_som(&model, net->som_n);
  R2S_TRY(st, draw_edges(&model, net, seed, err));
  R2S_TRY(st, draw_normals(seed, R2S_STREAM_INIT_INPUT, 0, 1, model.w_in, n * (size_t)model.n_in, err));
  R2S_TRY(st, draw_normals(seed, R2S_STREAM_INIT_OUTPUT, 0, net->w_out_sd, model.w_out, n_readout, err));
  R2S_TRY(st, draw_normals(seed, R2S_STREAM_INIT_TAU, 0, 1, model.taus_gaus, n, err));
  R2S_TRY(st, duplicate(&model.w0, model.w, n * n, err));
  R2S_TRY(st, duplicate(&model.w_out0, model.w_out, n_readout, err));
  R2S_TRY(st, duplicate(&model.taus_gaus0, model.taus_gaus, n, err));
done:
  if (st != R2S_OK)
    r2s_model_free(&model);
  else
    *out = model;
  return st;
}
