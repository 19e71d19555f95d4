/* SPDX-License-Identifier: MIT
 * Draws the trials of a lane group, calls the kernels, folds the lanes. */
#include "rate/rate_group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

r2s_status r2s_rate_group_create(r2s_rate_group *out, const r2s_rate_net *net, int n_steps, bool gradient,
                                 bool trace, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_group group = {.isa = r2s_isa_current()};
  r2s_rate_work *work = &group.work;
  size_t T = (size_t)n_steps, n = (size_t)net->n, area = n * R2S_LANES, plane = r2s_rate_plane(n),
         width = (size_t)net->n_out * R2S_LANES;
  size_t blocks = (T + R2S_RATE_BLOCK - 1) / R2S_RATE_BLOCK;
  work->team = 1;
  work->n_steps = n_steps;
  work->gradient = gradient;
  R2S_ALLOC(st, &group.u, T * (size_t)net->n_in, "a trial's input", err);
  R2S_ALLOC(st, &group.z, T * (size_t)net->n_out, "a trial's target", err);
  R2S_ALLOC(st, &group.mask, T, "a trial's mask", err);
  R2S_ALLOC(st, &group.o, T * (size_t)net->n_out, "a trial's output", err);
  R2S_ALLOC(st, &work->u, T * (size_t)net->n_in * R2S_LANES, "inputs", err);
  R2S_ALLOC(st, &work->target, T * width, "targets", err);
  R2S_ALLOC(st, &work->mask, T, "mask", err);
  R2S_ALLOC(st, &work->input, r2s_rate_rows_area(net->n), "recurrent input", err);
  R2S_ALLOC(st, &work->x, area, "states", err);
  R2S_ALLOC(st, &work->y, 2 * plane, "sent rates", err);
  R2S_ALLOC(st, &work->amplitude, 2 * area, "noise amplitudes", err);
  R2S_ALLOC(st, &work->normal, 2 * r2s_rate_normals(n), "normal numbers", err);
  R2S_ALLOC(st, &work->shot, 2 * r2s_rate_normals(n), "normal numbers", err);
  R2S_ALLOC(st, &work->share_out, 2 * r2s_rate_shares(n) * width, "outputs", err);
  R2S_ALLOC(st, &work->share_variance, 2 * r2s_rate_shares(n) * width, "outputs", err);
  R2S_ALLOC(st, &work->xi, R2S_RATE_KEPT * width, "normal numbers", err);
  R2S_ALLOC(st, &work->sd, width, "outputs", err);
  R2S_ALLOC(st, &work->o, T * width, "outputs", err);
  R2S_ALLOC(st, &work->error, blocks * R2S_RATE_BLOCK * width, "errors", err);
  R2S_ALLOC(st, &work->through, width, "errors", err);
  R2S_ALLOC(st, &work->square, R2S_LANES, "losses", err);
  R2S_ALLOC(st, &work->lane_scale, R2S_LANES, "losses", err);
  if (gradient) {
    R2S_ALLOC(st, &work->slope, T * plane, "slopes", err);
    if (net->tau_max_ms > net->tau_min_ms) R2S_ALLOC(st, &work->drive, T * plane, "drives", err);
    R2S_ALLOC(st, &work->sent, blocks * R2S_RATE_BLOCK * plane, "sent rates", err);
    R2S_ALLOC(st, &work->back, r2s_rate_rows_area(net->n), "backward input", err);
    R2S_ALLOC(st, &work->e, R2S_RATE_BLOCK * plane, "backward state", err);
    R2S_ALLOC(st, &work->fixed_sent.pair, area * R2S_RATE_PAIRS, "sent rates", err);
    R2S_ALLOC(st, &work->fixed_sent.step, n, "sent rates", err);
    R2S_ALLOC(st, &work->fixed_e.pair, (area + width) * R2S_RATE_PAIRS, "backward state", err);
    R2S_ALLOC(st, &work->fixed_e.step, n + (size_t)net->n_out, "backward state", err);
    R2S_ALLOC(st, &work->g_edge, net->slots.most * R2S_RATE_SLOTS_FOUR, "edge gradients", err);
    R2S_ALLOC(st, &work->g_pool, n * width, "readout gradients", err);
    R2S_ALLOC(st, &work->g_b, width, "bias gradients", err);
    R2S_ALLOC(st, &work->g_alpha, area, "time constants' gradients", err);
  }
  if (trace) {
    R2S_ALLOC(st, &work->x_trace, T * area, "state traces", err);
    R2S_ALLOC(st, &work->r_trace, T * area, "rate traces", err);
  }
done:
  *out = group;
  if (st != R2S_OK) r2s_rate_group_free(out);
  return st;
}

void r2s_rate_group_free(r2s_rate_group *group) {
  r2s_rate_work *w = &group->work;
  void *const arrays[] = {group->u,
                          group->z,
                          group->mask,
                          group->o,
                          w->u,
                          w->target,
                          w->mask,
                          w->input,
                          w->x,
                          w->y,
                          w->normal,
                          w->shot,
                          w->share_out,
                          w->share_variance,
                          w->xi,
                          w->sd,
                          w->o,
                          w->error,
                          w->slope,
                          w->drive,
                          w->sent,
                          w->x_trace,
                          w->r_trace,
                          w->back,
                          w->e,
                          w->g_edge,
                          w->g_pool,
                          w->g_b,
                          w->g_alpha,
                          w->square,
                          w->amplitude,
                          w->lane_scale,
                          w->through,
                          w->fixed_sent.pair,
                          w->fixed_sent.step,
                          w->fixed_e.pair,
                          w->fixed_e.step};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free(arrays[k]);
  *group = (r2s_rate_group){0};
}

void r2s_rate_group_draw(r2s_rate_trials *trials, const r2s_task *task) {
  for (int lane = 0; lane < trials->active; lane++) {
    r2s_trial_id id = {trials->seed, trials->set, trials->index * R2S_LANES + (uint64_t)lane};
    trials->conditions[lane] = r2s_task_draw_condition(task, id);
  }
}

/* u [T x n_in x 16], target and mask of o_t, which is paired with z_(t - shift). The mask is that of all
 * trials. */
static void draw_inputs(r2s_rate_group *group, const r2s_task *task, const r2s_rate_trials *trials) {
  r2s_rate_work *work = &group->work;
  const size_t T = (size_t)task->n_steps, n_in = (size_t)task->n_channels, n_out = (size_t)task->n_outputs;
  const size_t first = 1 - (size_t)trials->target_shift; /* sample of z that o_1 is paired with */
  memset(work->u, 0, T * n_in * R2S_LANES * sizeof(float));
  memset(work->target, 0, T * n_out * R2S_LANES * sizeof(float));
  for (size_t lane = 0; lane < (size_t)trials->active; lane++) {
    const r2s_trial_id id = {trials->seed, trials->set, trials->index * R2S_LANES + lane};
    const float *u = group->u, *z = group->z + first * n_out;
    float *lane_u = work->u + lane, *lane_target = work->target + n_out * R2S_LANES + lane;
    r2s_task_make_trial(task, trials->conditions[lane], id, group->u, group->z, lane ? NULL : group->mask);
    for (size_t k = 0; k < T * n_in; k++) lane_u[k * R2S_LANES] = u[k];
    for (size_t k = 0; k < (T - 1) * n_out; k++) lane_target[k * R2S_LANES] = z[k];
  }
  memcpy(work->mask + 1, group->mask + first, (T - 1) * sizeof(float));
}

/* out [area]: 1 where a word is below the given one, else 0; area is a multiple of 16. */
static void draw_spikes(r2s_random *random, uint32_t below, size_t area, float *out) {
  for (size_t at = 0; at < area; at += R2S_LANES) {
    uint32_t word[R2S_LANES];
    r2s_random_u32_lanes(random, word);
#pragma GCC unroll 1 /* or gcc makes no vectors of it */
    for (size_t lane = 0; lane < R2S_LANES; lane++) out[at + lane] = word[lane] < below;
  }
}

/* Eq. R8: x_0 = x0_sd N(0,1), and the kick of the spikes of a trial's first step:
 * sum_j W_ij k_j/(kappa tau_i), k_j = 1 with the probability that v_0 lies above threshold. */
static void draw_start(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_levels *levels,
                       const r2s_rate_trials *trials) {
  r2s_rate_work *work = &group->work;
  size_t area = (size_t)net->n * R2S_LANES;
  r2s_random random;
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_X0, (uint32_t)trials->set, trials->index, 0);
  r2s_random_fill_normal(&random, work->x, area, group->isa);
  for (size_t k = 0; k < area; k++) work->x[k] *= (float)levels->x0_sd;
  if (!levels->start_kick) return;
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_KICK, (uint32_t)trials->set, trials->index, 0);
  draw_spikes(&random, r2s_rate_net_kick_below(net), area, work->y);
  R2S_KERNEL_PICK(group->isa, r2s_rate_product)(&net->by_post, work->y, work->input);
  for (size_t i = 0; i < (size_t)net->n; i++) {
    const double unit = net->kappa_hz * net->tau_s[i];
    float *x = work->x + i * R2S_LANES;
    const float *input = work->input + i * R2S_LANES;
#pragma GCC unroll 1
    for (size_t lane = 0; lane < R2S_LANES; lane++) x[lane] += (float)((double)input[lane] / unit);
  }
}

static void clear_gradients(r2s_rate_work *work, const r2s_rate_net *net) {
  size_t area = (size_t)net->n * R2S_LANES, n_out = (size_t)net->n_out;
  memset(work->g_pool, 0, n_out * area * sizeof(float));
  memset(work->g_b, 0, n_out * R2S_LANES * sizeof(float));
  memset(work->g_alpha, 0, area * sizeof(float));
}

void r2s_rate_group_begin(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_levels *levels,
                          const r2s_task *task, const r2s_rate_trials *trials) {
  r2s_rate_work *work = &group->work;
  const uint64_t seed = trials->seed;
  const uint32_t set = (uint32_t)trials->set;
  draw_inputs(group, task, trials);
  draw_start(group, net, levels, trials);
  r2s_random_seed(&work->state_noise, seed, R2S_STREAM_RATE_STATE, set, trials->index, 0);
  r2s_random_seed(&work->shot_noise, seed, R2S_STREAM_RATE_SHOT, set, trials->index, 0);
  r2s_random_seed(&work->readout_noise, seed, R2S_STREAM_RATE_READOUT, set, trials->index, 0);
  memset(work->square, 0, R2S_LANES * sizeof(float));
  memset(work->through, 0, (size_t)net->n_out * R2S_LANES * sizeof(float));
  if (work->gradient) clear_gradients(work, net);
}

void r2s_rate_group_judge(r2s_rate_group *group, const r2s_rate_net *net, const r2s_task *task,
                          const r2s_rate_trials *trials, r2s_criterion criterion, r2s_rate_outcome *out) {
  *out = (r2s_rate_outcome){0};
  for (int lane = 0; lane < trials->active; lane++) {
    const double *o = r2s_rate_group_output(group, net, lane);
    out->loss[lane] = sqrt((double)group->work.square[lane]);
    out->correct[lane] = r2s_task_correct(task, trials->conditions[lane], criterion, o, task->n_steps - 1,
                                          task->dt_ms, task->dt_ms);
  }
}

void r2s_rate_group_forward(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_view *view,
                            const r2s_rate_levels *levels, const r2s_task *task,
                            const r2s_rate_trials *trials, r2s_criterion criterion, r2s_rate_outcome *out) {
  r2s_rate_group_begin(group, net, levels, task, trials);
  R2S_KERNEL_PICK(group->isa, r2s_rate_forward)(view, &group->work);
  r2s_rate_group_judge(group, net, task, trials, criterion, out);
}

const double *r2s_rate_group_output(r2s_rate_group *group, const r2s_rate_net *net, int lane) {
  size_t n_out = (size_t)net->n_out, samples = (size_t)(group->work.n_steps - 1) * n_out;
  for (size_t k = 0; k < samples; k++)
    group->o[k] = (double)group->work.o[(k + n_out) * R2S_LANES + (size_t)lane];
  return group->o;
}

static float sum_lanes(const float *lanes) {
  float sum = 0;
  for (int k = 0; k < R2S_LANES; k++) sum += lanes[k];
  return sum;
}

void r2s_rate_group_weigh(r2s_rate_group *group, const r2s_rate_trials *trials,
                          const r2s_rate_outcome *outcome, int batch) {
  for (int lane = 0; lane < R2S_LANES; lane++) {
    double loss = outcome->loss[lane];
    group->work.lane_scale[lane] = lane < trials->active && loss > 0 ? (float)(1 / (batch * loss)) : 0;
  }
}

void r2s_rate_group_fold_edges(const r2s_rate_work *work, const r2s_rate_net *net, const r2s_rate_view *view,
                               float *gradient) {
  const size_t edges = net->count[R2S_RATE_W], to = r2s_rate_part(work, edges, work->rank + 1);
  const uint32_t *slot = view->slots->slot, *pre = net->pre;
  const float *g_edge = work->g_edge, *sign = net->sign;
  for (size_t e = r2s_rate_part(work, edges, work->rank); e < to; e++)
    gradient[e] = g_edge[slot[e]] * sign[pre[e]];
}

/* The chain rule of alpha = dt/tau(taus_gaus). */
void r2s_rate_group_fold(const r2s_rate_work *work, const r2s_rate_net *net, const r2s_rate_view *view,
                         float *gradient) {
  size_t n = (size_t)net->n, edges = net->count[R2S_RATE_W];
  float *g_out = gradient + edges, *g_b = g_out + net->count[R2S_RATE_W_OUT],
        *g_tau = g_b + net->count[R2S_RATE_B_OUT];
  const float *scale = work->lane_scale;
  for (size_t at = 0; at < net->count[R2S_RATE_W_OUT]; at++) g_out[at] = work->g_edge[view->slots->w_out[at]];
  for (size_t at = 0; view->shot > 0 && at < net->count[R2S_RATE_W_OUT]; at++) {
    float pooled = 0, s = view->readout[at % n];
    for (size_t k = 0; k < R2S_LANES; k++) pooled += scale[k] * work->g_pool[at * R2S_LANES + k];
    g_out[at] += view->w_out[at] * (s * s) * pooled;
  }
  for (int k = 0; k < net->n_out; k++) g_b[k] = sum_lanes(work->g_b + k * R2S_LANES);
  for (size_t i = 0; i < n; i++)
    g_tau[i] = work->drive ? (float)((double)sum_lanes(work->g_alpha + i * R2S_LANES) /
                                     (double)view->alpha[i] * r2s_rate_net_dalpha(net, i))
                           : 0;
}

void r2s_rate_group_backward(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_view *view,
                             const r2s_rate_trials *trials, const r2s_rate_outcome *outcome, int batch,
                             float *gradient) {
  r2s_rate_group_weigh(group, trials, outcome, batch);
  R2S_KERNEL_PICK(group->isa, r2s_rate_backward)(view, &group->work);
  r2s_rate_group_fold_edges(&group->work, net, view, gradient);
  r2s_rate_group_fold(&group->work, net, view, gradient);
}
