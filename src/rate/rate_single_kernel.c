/* SPDX-License-Identifier: MIT
 * Forward and backward pass of one trial, vectors over the units (Eq. R1, R4 to R6, R9, R10). Compiled once
 * per instruction set. */
#include "rate/rate_single.h"

#include "rate/rate_activation.h"
#include "rate/rate_single_gradient.h"
#include "rate/rate_tile_product.h"

void R2S_KERNEL(r2s_rate_single_product)(const r2s_rate_tiles *tiles, const float *y, float *out) {
  r2s_rate_tile_product(tiles, y, out, false);
}

static void draw(r2s_random *random, float *out, size_t n) {
  R2S_KERNEL(r2s_random_normal_blocks)(random->s, out, (n + 31) / 32);
}

/* sum_i a_i b_i, or that of a_i^2 b_i^2; width entries */
R2S_INLINE float dot(const float *a, const float *b, size_t width, bool squared) {
  r2s_vf sum[R2S_PARTS] = {0};
  for (size_t i = 0; i < width; i += R2S_LANES)
    for (size_t p = 0; p < R2S_PARTS; p++) {
      r2s_vf x = r2s_vf_load(a + i + p * R2S_VW), y = r2s_vf_load(b + i + p * R2S_VW);
      if (squared) x *= y, y = x;
      sum[p] = r2s_vf_fma(x, y, sum[p]);
    }
  r2s_v4 folded = r2s_vf_fold4(sum);
  return (folded[0] + folded[1]) + (folded[2] + folded[3]);
}

/* The place of step t > 0 among the KEPT steps that share a measured sd of the readout's noise. */
R2S_INLINE size_t round_of(size_t t) {
  return (t - 1) % R2S_RATE_KEPT;
}

R2S_INLINE void units(const r2s_rate_view *net, r2s_rate_single_work *work, size_t t,
                      r2s_activation activation, bool shot) {
  const r2s_rate_curve curve = r2s_rate_curve_of(net->table);
  const size_t width = work->width, n_in = (size_t)net->n_in;
  const float *u = t ? work->u + (t - 1) * n_in : NULL;
  const bool measures = round_of(t) == 0;
  for (size_t i = 0; i < width; i += R2S_VW) {
    r2s_vf x = r2s_vf_load(work->x + i), r, slope, amplitude;
    if (t) {
      r2s_vf drive = r2s_vf_load(work->input + i);
      for (size_t c = 0; c < n_in; c++)
        drive = r2s_vf_fma(r2s_vf_load(work->w_in + c * width + i), r2s_vf_set(u[c]), drive);
      drive -= x;
      if (work->drive) r2s_vf_store(work->drive + t * width + i, drive);
      x = r2s_vf_fma(r2s_vf_load(work->alpha + i), drive, x);
      if (net->state_sd > 0) x = r2s_vf_fma(r2s_vf_set(net->state_sd), r2s_vf_load(work->normal + i), x);
      r2s_vf_store(work->x + i, x);
    }
    r2s_vi place = {0};
    if (r2s_rate_uses_table(activation, shot)) {
      place = r2s_rate_place(&curve, x);
      __asm__("" : "+m"(place)); /* or gcc takes the vector apart, at several times the price of loads */
    }
    r2s_rate_activate(&curve, activation, shot, 1, &x, &place, &r, &slope, &amplitude);
    r2s_vf y = r;
    if (shot) {
      y = r2s_vf_fma(r2s_vf_set(net->shot) * amplitude, r2s_vf_load(work->shot + i), r);
      if (measures) r2s_vf_store(work->amplitude + i, amplitude * r2s_vf_load(work->readout + i));
    }
    r2s_vf_store(work->r + i, r);
    r2s_vf_store(work->y + t * work->stride + i, y);
    r2s_vf_store(work->slope + t * width + i, slope);
  }
}

/* Output k of step t, its error and its part of w_out's gradient. With shot noise xi is its noise; amplitude
 * holds the units' sd of it. */
R2S_INLINE void read_out(const r2s_rate_view *net, r2s_rate_single_work *work, size_t t, size_t k, bool shot,
                         float xi) {
  const size_t at = t * (size_t)net->n_out + k, width = work->width;
  const float *w = work->w_out + k * width, *y = work->y + t * work->stride;
  float o = dot(w, work->r, width, false) + net->b_out[k], ratio = 0;
  if (shot) {
    if (round_of(t) == 0) work->sd[k] = sqrtf(dot(w, work->amplitude, width, true));
    o = R2S_FMA(work->sd[k], xi, o);
    ratio = work->sd[k] > 0 ? xi / work->sd[k] : 0;
  }
  const float error = (o - work->target[at]) * work->mask[t];
  work->o[at] = o;
  work->error[at] = error;
  work->square = R2S_FMA(error, error, work->square);
  float *g_out = work->g_out + k * width;
  for (size_t i = 0; i < width; i += R2S_VW) {
    r2s_vf g = r2s_vf_fma(r2s_vf_set(error), r2s_vf_load(y + i), r2s_vf_load(g_out + i));
    if (shot) {
      r2s_vf sd = r2s_vf_load(work->amplitude + i);
      g = r2s_vf_fma(r2s_vf_set(error * ratio) * r2s_vf_load(w + i), sd * sd, g);
    }
    r2s_vf_store(g_out + i, g);
  }
}

R2S_INLINE void output(const r2s_rate_view *net, r2s_rate_single_work *work, size_t t, bool shot) {
  const size_t n_out = (size_t)net->n_out;
  if (shot && round_of(t) == 0) draw(&work->readout_noise, work->xi, R2S_RATE_KEPT * n_out);
  for (size_t k = 0; k < n_out; k++) read_out(net, work, t, k, shot, work->xi[round_of(t) * n_out + k]);
}

R2S_INLINE void forward(const r2s_rate_view *net, r2s_rate_single_work *work, r2s_activation activation,
                        bool shot) {
  size_t n = (size_t)net->n;
  for (size_t t = 0; t < (size_t)work->n_steps; t++) {
    if (t) {
      r2s_rate_tile_product(&work->by_post, work->y + (t - 1) * work->stride, work->input, t % 2);
      if (net->state_sd > 0) draw(&work->state_noise, work->normal, n);
    }
    if (shot) draw(&work->shot_noise, work->shot, n);
    units(net, work, t, activation, shot);
    if (t) output(net, work, t, shot);
  }
}

void R2S_KERNEL(r2s_rate_single_forward)(const r2s_rate_view *net, r2s_rate_single_work *work) {
  bool shot = net->shot > 0;
  if (net->activation == R2S_ACTIVATION_SIEGERT && shot)
    forward(net, work, R2S_ACTIVATION_SIEGERT, true);
  else if (net->activation == R2S_ACTIVATION_SIEGERT)
    forward(net, work, R2S_ACTIVATION_SIEGERT, false);
  else if (net->activation == R2S_ACTIVATION_SIGMOID && shot)
    forward(net, work, R2S_ACTIVATION_SIGMOID, true);
  else if (net->activation == R2S_ACTIVATION_SIGMOID)
    forward(net, work, R2S_ACTIVATION_SIGMOID, false);
  else if (net->activation == R2S_ACTIVATION_RELU)
    forward(net, work, R2S_ACTIVATION_RELU, false);
  else
    forward(net, work, R2S_ACTIVATION_SOFTPLUS, false);
}

/* delta and e of step t from back = W^T e_(t+1) (rate_backward_kernel.c). */
R2S_INLINE void back_units(const r2s_rate_view *net, r2s_rate_single_work *work, size_t t) {
  const size_t width = work->width, n_out = (size_t)net->n_out;
  const float *error = work->error + t * n_out;
  for (size_t i = 0; i < width; i += R2S_VW) {
    r2s_vf back = r2s_vf_load(work->input + i), alpha = r2s_vf_load(work->alpha + i);
    for (size_t k = 0; k < n_out; k++)
      back = r2s_vf_fma(r2s_vf_load(work->w_out + k * width + i), r2s_vf_set(error[k] * work->scale), back);
    r2s_vf delta = r2s_vf_fma(r2s_vf_load(work->slope + t * width + i), back,
                              (1.0f - alpha) * r2s_vf_load(work->delta + i));
    r2s_vf_store(work->delta + i, delta);
    r2s_vf_store(work->e + (t - 1) * work->stride + i, alpha * delta);
    if (work->drive)
      r2s_vf_store(work->g_alpha + i, r2s_vf_fma(delta, r2s_vf_load(work->drive + t * width + i),
                                                 r2s_vf_load(work->g_alpha + i)));
  }
  for (size_t k = 0; k < n_out; k++) work->g_b[k] += error[k] * work->scale;
}

void R2S_KERNEL(r2s_rate_single_backward)(const r2s_rate_view *net, r2s_rate_single_work *work,
                                          float *gradient) {
  const size_t last = (size_t)work->n_steps - 1;
  memset(work->delta, 0, work->width * sizeof(float));
  memset(work->input, 0, work->width * sizeof(float));
  for (size_t t = last; t > 0; t--) {
    if (t < last) r2s_rate_tile_product(&work->by_pre, work->e + t * work->stride, work->input, t % 2);
    back_units(net, work, t);
  }
  for (size_t from = 0; from < last; from += R2S_RATE_PLANES * R2S_LANES)
    r2s_rate_single_gradient(net->slots, work, from);
  for (size_t edge = 0; edge < work->edges; edge++) gradient[edge] = work->g_edge[net->slots->slot[edge]];
}
