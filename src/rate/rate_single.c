/* SPDX-License-Identifier: MIT
 * Draws one trial, calls its kernels, and puts its gradient together. */
#include "rate/rate_single.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

r2s_status r2s_rate_single_create(r2s_rate_single *out, const r2s_rate_net *net, int n_steps,
                                  r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_single single = {.isa = r2s_isa_current()};
  r2s_rate_single_work *work = &single.work;
  size_t T = (size_t)n_steps, n = (size_t)net->n, n_in = (size_t)net->n_in, n_out = (size_t)net->n_out;
  size_t width = (n + R2S_LANES - 1) / R2S_LANES * R2S_LANES, stride = width + 2 * R2S_LANES;
  size_t drawn = (n + 31) / 32 * 32, pass = R2S_RATE_PLANES * R2S_LANES;
  size_t rounds = (R2S_RATE_KEPT * n_out + 31) / 32 * 32;
  size_t rows = (T + pass - 2) / pass * pass;
  rows = rows > T ? rows : T;
  work->n_steps = n_steps;
  work->width = width;
  work->stride = stride;
  R2S_ALLOC(st, &single.o, T * n_out, "a trial's output", err);
  R2S_TRY(st, r2s_rate_tiles_create(&work->by_post, net, single.isa, err));
  R2S_TRY(st, r2s_rate_tiles_create(&work->by_pre, net, single.isa, err));
  R2S_ALLOC(st, &work->alpha, width, "time constants", err);
  R2S_ALLOC(st, &work->readout, width, "readout noise", err);
  R2S_ALLOC(st, &work->sign, width, "signs", err);
  R2S_ALLOC(st, &work->w_in, n_in * width, "input weights", err);
  R2S_ALLOC(st, &work->w_out, n_out * width, "output weights", err);
  R2S_ALLOC(st, &work->u, T * n_in, "a trial's input", err);
  R2S_ALLOC(st, &work->target, T * n_out, "a trial's target", err);
  R2S_ALLOC(st, &work->mask, T, "a trial's mask", err);
  R2S_ALLOC(st, &work->input, width, "recurrent input", err);
  R2S_ALLOC(st, &work->x, drawn, "states", err);
  R2S_ALLOC(st, &work->r, width, "rates", err);
  R2S_ALLOC(st, &work->amplitude, width, "noise amplitudes", err);
  R2S_ALLOC(st, &work->xi, rounds, "normal numbers", err);
  R2S_ALLOC(st, &work->sd, n_out, "outputs", err);
  R2S_ALLOC(st, &work->normal, drawn, "normal numbers", err);
  R2S_ALLOC(st, &work->shot, drawn, "normal numbers", err);
  R2S_ALLOC(st, &work->o, T * n_out, "outputs", err);
  R2S_ALLOC(st, &work->error, T * n_out, "errors", err);
  R2S_ALLOC(st, &work->slope, T * width, "slopes", err);
  if (net->tau_max_ms > net->tau_min_ms) R2S_ALLOC(st, &work->drive, T * width, "drives", err);
  R2S_ALLOC(st, &work->y, rows * stride, "sent rates", err);
  R2S_ALLOC(st, &work->e, rows * stride, "backward states", err);
  R2S_ALLOC(st, &work->y_lanes, width * pass, "sent rates", err);
  R2S_ALLOC(st, &work->e_lanes, width * pass, "backward states", err);
  R2S_ALLOC(st, &work->delta, width, "backward state", err);
  R2S_ALLOC(st, &work->g_edge, net->slots.most * R2S_RATE_SLOTS_FOUR, "edge gradients", err);
  R2S_ALLOC(st, &work->g_out, n_out * width, "readout gradients", err);
  R2S_ALLOC(st, &work->g_b, n_out, "bias gradients", err);
  R2S_ALLOC(st, &work->g_alpha, width, "time constants' gradients", err);
done:
  *out = single;
  if (st != R2S_OK) r2s_rate_single_free(out);
  return st;
}

void r2s_rate_single_free(r2s_rate_single *single) {
  r2s_rate_single_work *w = &single->work;
  void *const arrays[] = {single->o,    w->alpha,  w->readout, w->sign,   w->w_in, w->w_out,
                          w->u,         w->target, w->mask,    w->input,  w->x,    w->r,
                          w->amplitude, w->xi,     w->sd,      w->normal, w->shot, w->o,
                          w->error,     w->slope,  w->drive,   w->y,      w->e,    w->y_lanes,
                          w->e_lanes,   w->delta,  w->g_edge,  w->g_out,  w->g_b,  w->g_alpha};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free(arrays[k]);
  r2s_rate_tiles_free(&w->by_post);
  r2s_rate_tiles_free(&w->by_pre);
  *single = (r2s_rate_single){0};
}

/* The padded and tiled copies of the parameters. */
static void copy_parameters(r2s_rate_single *single, const r2s_rate_net *net, const r2s_rate_view *view) {
  r2s_rate_single_work *work = &single->work;
  size_t n = (size_t)net->n, width = work->width, n_in = (size_t)net->n_in, edges = net->count[R2S_RATE_W];
  if (work->edges_version != net->edges_version) {
    r2s_rate_tiles_build(&work->by_post, edges, net->post, net->pre);
    r2s_rate_tiles_build(&work->by_pre, edges, net->pre, net->post);
    work->edges = edges;
    work->edges_version = net->edges_version;
  }
  for (size_t e = 0; e < edges; e++) {
    float w = net->value[R2S_RATE_W][e] * net->sign[net->pre[e]];
    work->by_post.w[work->by_post.at[e]] = r2s_rate_tile_weight(w, net->pre[e]);
    work->by_pre.w[work->by_pre.at[e]] = r2s_rate_tile_weight(w, net->post[e]);
  }
  memcpy(work->alpha, view->alpha, n * sizeof(float));
  memcpy(work->readout, view->readout, n * sizeof(float));
  memcpy(work->sign, net->sign, n * sizeof(float));
  for (size_t i = 0; i < n; i++)
    for (size_t c = 0; c < n_in; c++) work->w_in[c * width + i] = view->w_in[i * n_in + c];
  for (size_t k = 0; k < (size_t)net->n_out; k++)
    memcpy(work->w_out + k * width, view->w_out + k * n, n * sizeof(float));
}

/* u, and target and mask of o_t, which is paired with z_(t - shift). */
static void draw_inputs(r2s_rate_single_work *work, const r2s_task *task, const r2s_rate_trials *trials) {
  size_t T = (size_t)task->n_steps, n_out = (size_t)task->n_outputs;
  r2s_trial_id id = {trials->seed, trials->set, trials->index * R2S_LANES};
  r2s_task_make_trial(task, trials->conditions[0], id, work->u, work->target, work->mask);
  if (trials->target_shift) {
    memmove(work->target + n_out, work->target, (T - 1) * n_out * sizeof(float));
    memmove(work->mask + 1, work->mask, (T - 1) * sizeof(float));
  }
}

/* Eq. R8, as in rate_group.c. */
static void draw_start(r2s_rate_single *single, const r2s_rate_net *net, const r2s_rate_levels *levels,
                       const r2s_rate_trials *trials) {
  r2s_rate_single_work *work = &single->work;
  size_t n = (size_t)net->n;
  r2s_random random;
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_X0, (uint32_t)trials->set, trials->index, 0);
  r2s_random_fill_normal(&random, work->x, n, single->isa);
  for (size_t i = 0; i < work->width; i++) work->x[i] *= i < n ? (float)levels->x0_sd : 0;
  if (!levels->start_kick) return;
  const uint32_t below = r2s_rate_net_kick_below(net);
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_KICK, (uint32_t)trials->set, trials->index, 0);
  for (size_t i = 0; i < n; i++) work->y[i] = r2s_random_u32(&random) < below;
  R2S_KERNEL_PICK(single->isa, r2s_rate_single_product)(&work->by_post, work->y, work->input);
  for (size_t i = 0; i < n; i++)
    work->x[i] += (float)((double)work->input[i] / (net->kappa_hz * net->tau_s[i]));
}

static void clear(r2s_rate_single *single, const r2s_rate_net *net) {
  r2s_rate_single_work *work = &single->work;
  size_t n_out = (size_t)net->n_out;
  memset(work->g_out, 0, n_out * work->width * sizeof(float));
  memset(work->g_b, 0, n_out * sizeof(float));
  memset(work->g_alpha, 0, work->width * sizeof(float));
  work->square = 0;
}

/* The other tensors' gradients, behind the edges'. */
static void copy_gradient(const r2s_rate_single_work *work, const r2s_rate_net *net, float *gradient) {
  size_t n = (size_t)net->n;
  for (size_t k = 0; k < (size_t)net->n_out; k++)
    for (size_t i = 0; i < n; i++) *gradient++ = work->scale * work->g_out[k * work->width + i];
  for (int k = 0; k < net->n_out; k++) *gradient++ = work->g_b[k];
  for (size_t i = 0; i < n; i++)
    *gradient++ = (float)((double)work->g_alpha[i] * r2s_rate_net_dalpha(net, i));
}

void r2s_rate_single_step(r2s_rate_single *single, const r2s_rate_net *net, const r2s_rate_view *view,
                          const r2s_rate_levels *levels, const r2s_task *task, const r2s_rate_trials *trials,
                          r2s_criterion criterion, r2s_rate_outcome *out, float *gradient) {
  r2s_rate_single_work *work = &single->work;
  const uint64_t seed = trials->seed;
  const uint32_t set = (uint32_t)trials->set;
  size_t n_out = (size_t)net->n_out, samples = (size_t)(work->n_steps - 1) * n_out;
  copy_parameters(single, net, view);
  draw_inputs(work, task, trials);
  draw_start(single, net, levels, trials);
  clear(single, net);
  r2s_random_seed(&work->state_noise, seed, R2S_STREAM_RATE_STATE, set, trials->index, 0);
  r2s_random_seed(&work->shot_noise, seed, R2S_STREAM_RATE_SHOT, set, trials->index, 0);
  r2s_random_seed(&work->readout_noise, seed, R2S_STREAM_RATE_READOUT, set, trials->index, 0);
  R2S_KERNEL_PICK(single->isa, r2s_rate_single_forward)(view, work);
  *out = (r2s_rate_outcome){0};
  for (size_t k = 0; k < samples; k++) single->o[k] = (double)work->o[k + n_out];
  out->loss[0] = sqrt((double)work->square);
  out->correct[0] = r2s_task_correct(task, trials->conditions[0], criterion, single->o, task->n_steps - 1,
                                     task->dt_ms, task->dt_ms);
  work->scale = out->loss[0] > 0 ? (float)(1 / out->loss[0]) : 0;
  R2S_KERNEL_PICK(single->isa, r2s_rate_single_backward)(view, work, gradient);
  copy_gradient(work, net, gradient + work->edges);
}
