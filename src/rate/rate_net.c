/* SPDX-License-Identifier: MIT
 * Edge lists of the network in training, and the sparse rows made from them. */
#include "rate/rate_net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

static bool alive(const r2s_model *model, size_t at) {
  return model->som_mask[at] != 0 && (!model->dale || (float)model->w[at] > 0);
}

/* Edges in the order of post, pre. */
static void list_edges(r2s_rate_net *net, const r2s_model *model) {
  size_t n = (size_t)net->n, edge = 0;
  for (size_t at = 0; at < n * n; at++) {
    if (!alive(model, at)) continue;
    net->post[edge] = (uint32_t)(at / n);
    net->pre[edge] = (uint32_t)(at % n);
    net->value[R2S_RATE_W][edge++] = (float)(model->w[at] * model->som_mask[at]);
  }
}

static void copy_parameters(r2s_rate_net *net, const r2s_model *model) {
  list_edges(net, model);
  for (size_t k = 0; k < net->count[R2S_RATE_W_OUT]; k++)
    net->value[R2S_RATE_W_OUT][k] = (float)model->w_out[k];
  for (size_t k = 0; k < net->count[R2S_RATE_B_OUT]; k++)
    net->value[R2S_RATE_B_OUT][k] = (float)model->b_out[k];
  for (size_t k = 0; k < net->count[R2S_RATE_TAU]; k++)
    net->value[R2S_RATE_TAU][k] = (float)model->taus_gaus[k];
  for (int i = 0; i < net->n; i++) net->sign[i] = model->dale ? (float)model->sign[i] : 1.0f;
  for (size_t k = 0; k < (size_t)net->n * (size_t)net->n_in; k++) net->w_in[k] = (float)model->w_in[k];
}

static r2s_status allocate(r2s_rate_net *net, int parts, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n = (size_t)net->n, edges = net->count[R2S_RATE_W];
  for (int k = 0; k < R2S_RATE_TENSORS; k++) {
    R2S_ALLOC(st, &net->value[k], net->count[k], "parameters", err);
    R2S_ALLOC(st, &net->first[k], net->count[k], "first moments", err);
    R2S_ALLOC(st, &net->second[k], net->count[k], "second moments", err);
    R2S_ALLOC(st, &net->mean[k], net->count[k], "mean parameters", err);
  }
  R2S_ALLOC(st, &net->post, edges, "edges", err);
  R2S_ALLOC(st, &net->pre, edges, "edges", err);
  R2S_ALLOC(st, &net->at_post, edges, "edges", err);
  R2S_ALLOC(st, &net->at_pre, edges, "edges", err);
  R2S_ALLOC(st, &net->sign, n, "signs", err);
  R2S_ALLOC(st, &net->w_in, n * (size_t)net->n_in, "input weights", err);
  R2S_ALLOC(st, &net->tau_s, n, "time constants", err);
  R2S_ALLOC(st, &net->alpha, n, "time constants", err);
  R2S_ALLOC(st, &net->readout, n, "readout noise", err);
  R2S_ALLOC(st, &net->pool, net->count[R2S_RATE_W_OUT], "readout noise", err);
  R2S_TRY(st, r2s_rate_slots_create(&net->slots, net->n, net->n_out, edges,
                                    R2S_RATE_PAIRS * R2S_LANES * sizeof(uint32_t), err));
  R2S_TRY(st, r2s_rate_rows_create(&net->by_post, net->n, edges, parts, r2s_isa_current(), err));
  R2S_TRY(st, r2s_rate_rows_create(&net->by_pre, net->n, edges, parts, r2s_isa_current(), err));
done:
  return st;
}

static bool any_dead(const r2s_rate_net *net) {
  int dead = 0; /* no early end: so the compiler makes vectors of it */
  const float *w = net->value[R2S_RATE_W];
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++) dead |= w[e] <= 0;
  return net->dale && dead;
}

/* Moves what the net has of edges from..end-1 to those from `to` on. */
static void move_edges(r2s_rate_net *net, size_t to, size_t from, size_t end) {
  float *const floats[] = {net->value[R2S_RATE_W], net->mean[R2S_RATE_W], net->first[R2S_RATE_W],
                           net->second[R2S_RATE_W]};
  uint32_t *const words[] = {net->post, net->pre, net->at_post, net->at_pre, net->slots.slot};
  if (to == from) return;
  for (size_t k = 0; k < sizeof floats / sizeof *floats; k++)
    memmove(floats[k] + to, floats[k] + from, (end - from) * sizeof(float));
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    memmove(words[k] + to, words[k] + from, (end - from) * sizeof(uint32_t));
}

/* Removes dead edges, in order. Their links stay, with weights of 0, and their slots, until these are built
 * anew: a link of weight 0 changes no bit of a sum. */
static void drop_dead(r2s_rate_net *net) {
  const float *w = net->value[R2S_RATE_W];
  size_t kept = 0, from = 0; /* edges kept so far; the first one behind the last dead one */
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++) {
    if (w[e] <= 0) {
      net->by_post.w[net->at_post[e]] = net->by_pre.w[net->at_pre[e]] = 0;
      move_edges(net, kept, from, e);
      kept += e - from;
      from = e + 1;
    }
  }
  move_edges(net, kept, from, net->count[R2S_RATE_W]);
  net->count[R2S_RATE_W] = kept + net->count[R2S_RATE_W] - from;
}

/* Dead links and slots are work for nothing, building them is work too: so once a part in 32 of those that
 * they were built for is dead. */
static bool worth_building(const r2s_rate_net *net, size_t edges) {
  return (edges - net->count[R2S_RATE_W]) * 32 > edges;
}

static void build_rows(r2s_rate_net *net) {
  size_t edges = net->count[R2S_RATE_W];
  r2s_rate_rows_build(&net->by_post, edges, net->post, net->pre, net->at_post);
  r2s_rate_rows_build(&net->by_pre, edges, net->pre, net->post, net->at_pre);
}

static void set_time_constants(r2s_rate_net *net) {
  double range = net->tau_max_ms - net->tau_min_ms;
  for (int i = 0; i < net->n; i++) {
    double tau_ms = net->tau_min_ms;
    if (range > 0) tau_ms += range / (1 + exp(-(double)net->value[R2S_RATE_TAU][i]));
    net->tau_s[i] = tau_ms / 1000;
    net->alpha[i] = (float)(net->dt_ms / tau_ms);
  }
}

static void build_slots(r2s_rate_net *net) {
  r2s_rate_slots_build(&net->slots, net->count[R2S_RATE_W], net->post, net->pre);
}

void r2s_rate_net_renew_slots(r2s_rate_net *net) {
  if (worth_building(net, net->slots.edges)) build_slots(net);
}

void r2s_rate_net_fill_rows(r2s_rate_net *net) {
  if (worth_building(net, net->by_post.links)) build_rows(net);
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++) {
    float w = net->value[R2S_RATE_W][e] * net->sign[net->pre[e]];
    net->by_post.w[net->at_post[e]] = w;
    net->by_pre.w[net->at_pre[e]] = w;
  }
}

void r2s_rate_net_refresh(r2s_rate_net *net) {
  if (any_dead(net)) {
    drop_dead(net);
    net->edges_version++;
  }
  set_time_constants(net);
}

void r2s_rate_net_rebuild(r2s_rate_net *net) {
  net->edges_version++;
  build_rows(net);
  build_slots(net);
  r2s_rate_net_refresh(net);
}

r2s_rate_view r2s_rate_net_view(r2s_rate_net *net, const r2s_rate_levels *levels) {
  double m = levels->shot_noise;
  r2s_rate_view view = {.n = net->n,
                        .n_in = net->n_in,
                        .n_out = net->n_out,
                        .activation = net->activation,
                        .table = &net->table,
                        .by_post = &net->by_post,
                        .by_pre = &net->by_pre,
                        .slots = &net->slots,
                        .alpha = net->alpha,
                        .same_alpha = !(net->tau_max_ms > net->tau_min_ms),
                        .w_in = net->w_in,
                        .w_out = net->value[R2S_RATE_W_OUT],
                        .b_out = net->value[R2S_RATE_B_OUT],
                        .state_sd = (float)levels->state_noise,
                        .readout = net->readout,
                        .pool = net->pool};
  if (m > 0) {
    view.shot = (float)sqrt(m / (net->kappa_hz * net->dt_ms / 1000));
    for (int i = 0; i < net->n; i++) net->readout[i] = (float)sqrt(m / (2 * net->kappa_hz * net->tau_s[i]));
    for (size_t at = 0; at < net->count[R2S_RATE_W_OUT]; at++) {
      const float sd = net->value[R2S_RATE_W_OUT][at] * net->readout[at % (size_t)net->n];
      net->pool[at] = sd * sd;
    }
  }
  return view;
}

size_t r2s_rate_net_gradient_size(const r2s_rate_net *net) {
  size_t size = 0;
  for (int k = 0; k < R2S_RATE_TENSORS; k++) size += net->count[k];
  return size;
}

double r2s_rate_net_dalpha(const r2s_rate_net *net, size_t i) {
  double range_s = (net->tau_max_ms - net->tau_min_ms) / 1000, tau = net->tau_s[i];
  double part = range_s > 0 ? (tau - net->tau_min_ms / 1000) / range_s : 0; /* sigmoid(taus_gaus) */
  return -(net->dt_ms / 1000) / (tau * tau) * part * (1 - part) * range_s;
}

/* The unit of r for shot noise and kick. */
static double unit_of_rates(const r2s_model *model) {
  if (model->activation == R2S_ACTIVATION_SIEGERT) return model->kappa_hz;
  if (model->activation == R2S_ACTIVATION_SIGMOID) return r2s_neuron_sigmoid_unit_hz(&model->neuron);
  return NAN;
}

static r2s_status fail_without_unit(const r2s_model *model, r2s_error *err) {
  static const char what[] =
      "unit of rates (kappa), which shot noise (train.noise_end) and start-up kick (train.start_kick) need";
  if (model->activation != R2S_ACTIVATION_SIGMOID)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "activation %s has no %s: expected activation siegert or sigmoid, or neither of these",
                    r2s_activation_name(model->activation), what);
  return r2s_fail(
      err, R2S_ERR_CONFIG,
      "activation sigmoid with a LIF unit whose rate curve is no sigmoid (neuron.v_th_mv %g, "
      "neuron.v_bias_mv %g) has no %s: expected a bias nearer to the threshold, or neither of these",
      model->neuron.v_th_mv, model->neuron.v_bias_mv, what);
}

/* Trained weights come back as they are, under the same mask: another factor would be applied twice. */
static r2s_status check_mask(const r2s_model *model, r2s_error *err) {
  const size_t n = (size_t)model->n;
  for (size_t k = 0; k < n * n; k++)
    if (model->som_mask[k] != 0 && model->som_mask[k] != 1)
      return r2s_fail(err, R2S_ERR_ARG, "som_mask: found %g in row %zu, column %zu (from 1); expected 0 or 1",
                      model->som_mask[k], k / n + 1, k % n + 1);
  return R2S_OK;
}

/* The network is in single precision: what that can't hold would be infinite. */
static r2s_status check_single(const char *name, const double *values, size_t rows, size_t columns,
                               r2s_error *err) {
  for (size_t k = 0; k < rows * columns; k++)
    if (!isfinite((float)values[k]))
      return r2s_fail(
          err, R2S_ERR_NUMERIC,
          "%s: found %g in row %zu, column %zu (from 1); expected a number of single precision, up to "
          "3.4e38",
          name, values[k], k / columns + 1, k % columns + 1);
  return R2S_OK;
}

static r2s_status check_parameters(const r2s_model *model, r2s_error *err) {
  const size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  r2s_status st = check_single("w", model->w, n, n, err);
  if (st == R2S_OK) st = check_single("w_in", model->w_in, n, n_in, err);
  if (st == R2S_OK) st = check_single("w_out", model->w_out, n_out, n, err);
  if (st == R2S_OK) st = check_single("b_out", model->b_out, n_out, 1, err);
  return st == R2S_OK ? check_single("taus_gaus", model->taus_gaus, n, 1, err) : st;
}

r2s_status r2s_rate_net_create(r2s_rate_net *out, const r2s_model *model, int parts,
                               const r2s_rate_noise *noise, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_net net = {.n = model->n,
                      .n_in = model->n_in,
                      .n_out = model->n_out,
                      .dale = model->dale,
                      .activation = model->activation,
                      .dt_ms = model->dt_ms,
                      .tau_min_ms = model->tau_min_ms,
                      .tau_max_ms = model->tau_max_ms,
                      .kappa_hz = NAN,
                      .start_probability = r2s_neuron_start_probability(&model->neuron)};
  size_t n = (size_t)net.n, edges = 0;
  *out = (r2s_rate_net){0};
  if (net.n > R2S_RATE_MAX_UNITS)
    return r2s_fail(err, R2S_ERR_ARG, "%d units; expected at most %d", net.n, R2S_RATE_MAX_UNITS);
  R2S_TRY(st, check_mask(model, err));
  R2S_TRY(st, check_parameters(model, err));
  if (noise->shot || noise->start_kick || net.activation == R2S_ACTIVATION_SIEGERT) {
    if (net.activation == R2S_ACTIVATION_SIGMOID) R2S_TRY(st, r2s_neuron_params_check(&model->neuron, err));
    net.kappa_hz = unit_of_rates(model);
    if (!(net.kappa_hz > 0 && isfinite(net.kappa_hz))) return fail_without_unit(model, err);
  }
  for (size_t at = 0; at < n * n; at++) edges += alive(model, at);
  net.count[R2S_RATE_W] = edges;
  net.count[R2S_RATE_W_OUT] = (size_t)net.n_out * n;
  net.count[R2S_RATE_B_OUT] = (size_t)net.n_out;
  net.count[R2S_RATE_TAU] = n;
  R2S_TRY(st, allocate(&net, parts, err));
  copy_parameters(&net, model);
  r2s_rate_net_rebuild(&net);
  r2s_rate_net_fill_rows(&net);
  if (noise->shot || net.activation == R2S_ACTIVATION_SIEGERT)
    R2S_TRY(st, r2s_rate_table_make(&net.table, &model->neuron, net.activation, net.kappa_hz,
                                    noise->shot ? &noise->fano : NULL, monitor, err));
done:
  *out = net;
  if (st != R2S_OK) r2s_rate_net_free(out);
  return st;
}

void r2s_rate_net_free(r2s_rate_net *net) {
  for (int k = 0; k < R2S_RATE_TENSORS; k++) {
    free(net->value[k]);
    free(net->first[k]);
    free(net->second[k]);
    free(net->mean[k]);
  }
  free(net->post);
  free(net->pre);
  free(net->at_post);
  free(net->at_pre);
  r2s_rate_slots_free(&net->slots);
  free(net->sign);
  free(net->w_in);
  free(net->tau_s);
  free(net->alpha);
  free(net->readout);
  free(net->pool);
  r2s_rate_rows_free(&net->by_post);
  r2s_rate_rows_free(&net->by_pre);
  *net = (r2s_rate_net){0};
}
