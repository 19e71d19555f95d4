/* SPDX-License-Identifier: MIT
 * Forward pass of 16 trials (Eq. R1, R4, R5, R9, R10). Compiled once per instruction set. */
#include "rate/rate_activation.h"
#include "rate/rate_product.h"

void R2S_KERNEL(r2s_rate_product)(const r2s_rate_rows *rows, const float *y, float *out) {
  for (int k = 0; k < rows->n_tiles; k++)
    r2s_rate_product_tile(rows, &rows->tile[k], y, out + (size_t)rows->tile[k].from * R2S_LANES);
}

/* What the loop over the units needs, in one place that no store can change: the compiler keeps it in
 * registers. */
typedef struct unit_constants {
  size_t n_in;
  r2s_rate_curve curve;
  float state_sd, shot_sd;
  const float *alpha, *w_in, *u;
  const float *input, *normal, *shot; /* of the tile; normal: NULL without state noise */
  float *x, *r, *amplitude;
  float *y;             /* of this step */
  float *drive, *slope; /* of this step; NULL where not wanted */
} unit_constants;

/* Where what is sent in step t is kept: in the history, or in turns in two places. */
R2S_INLINE float *sent_of(const r2s_rate_work *work, size_t area, int t) {
  return work->gradient ? work->sent + (size_t)t * area : work->y + (size_t)(t % 2) * area;
}

/* r and the amplitude of its noise in step t: kept for KEPT steps. */
R2S_INLINE float *rates_of(const r2s_rate_work *work, size_t n, int t, bool shot) {
  return shot ? work->r + (size_t)(t % R2S_RATE_KEPT) * n * R2S_LANES : sent_of(work, n * R2S_LANES, t);
}

R2S_INLINE float *amplitude_of(const r2s_rate_work *work, size_t n, int t) {
  return work->amplitude + (size_t)(t % R2S_RATE_KEPT) * n * R2S_LANES;
}

R2S_INLINE unit_constants make_constants(const r2s_rate_view *net, const r2s_rate_work *work, int t) {
  size_t n_in = (size_t)net->n_in, area = (size_t)net->n * R2S_LANES, step = (size_t)t;
  bool slopes = work->gradient && !r2s_rate_slope_from_sent(net);
  return (unit_constants){.n_in = n_in,
                          .curve = r2s_rate_curve_of(net->table),
                          .state_sd = net->state_sd,
                          .shot_sd = net->shot,
                          .alpha = net->alpha,
                          .w_in = net->w_in,
                          .u = t ? work->u + (step - 1) * n_in * R2S_LANES : NULL,
                          .input = work->input,
                          .normal = net->state_sd > 0 ? work->normal : NULL,
                          .shot = work->shot,
                          .x = work->x,
                          .r = rates_of(work, (size_t)net->n, t, true),
                          .amplitude = amplitude_of(work, (size_t)net->n, t),
                          .y = sent_of(work, area, t),
                          .drive = work->drive && work->gradient ? work->drive + step * area : NULL,
                          .slope = slopes ? work->slope + step * area : NULL};
}

/* A vector's place: of the network, of its tile, and its first lane. */
typedef struct vector_place {
  size_t unit, at, local, lane;
} vector_place;

R2S_INLINE vector_place place_of(size_t from, size_t local) {
  size_t at = from * R2S_LANES + local;
  return (vector_place){at / R2S_LANES, at, local, at % R2S_LANES};
}

/* Eq. R1: x_t from x_(t-1), W y and the input; count vectors from `local` on. What is tested is tested once
 * for all of them. */
R2S_INLINE void update(const unit_constants *c, size_t from, size_t local, int count, r2s_vf *x) {
  r2s_vf drive[R2S_RATE_TOGETHER];
  vector_place p[R2S_RATE_TOGETHER];
  for (int v = 0; v < count; v++) p[v] = place_of(from, local + (size_t)v * R2S_VW);
  for (int v = 0; v < count; v++) drive[v] = r2s_vf_load(c->input + p[v].local);
  for (size_t k = 0; k < c->n_in; k++)
    for (int v = 0; v < count; v++)
      drive[v] = r2s_vf_fma(r2s_vf_set(c->w_in[p[v].unit * c->n_in + k]),
                            r2s_vf_load(c->u + k * R2S_LANES + p[v].lane), drive[v]);
  for (int v = 0; v < count; v++) {
    x[v] = r2s_vf_load(c->x + p[v].at);
    drive[v] -= x[v];
  }
  if (c->drive)
    for (int v = 0; v < count; v++) r2s_vf_store(c->drive + p[v].at, drive[v]);
  for (int v = 0; v < count; v++) x[v] = r2s_vf_fma(r2s_vf_set(c->alpha[p[v].unit]), drive[v], x[v]);
  if (c->normal)
    for (int v = 0; v < count; v++)
      x[v] = r2s_vf_fma(r2s_vf_set(c->state_sd), r2s_vf_load(c->normal + p[v].local), x[v]);
  for (int v = 0; v < count; v++) r2s_vf_store(c->x + p[v].at, x[v]);
}

/* count vectors of a tile in step t, the first one's place `local` within the tile, which starts at unit
 * from. */
R2S_INLINE void some_units(const unit_constants *c, size_t from, size_t local, int count, int t,
                           r2s_activation activation, bool shot) {
  r2s_vf x[R2S_RATE_TOGETHER], r[R2S_RATE_TOGETHER], slope[R2S_RATE_TOGETHER], amplitude[R2S_RATE_TOGETHER];
  const size_t at = from * R2S_LANES + local;
  if (t)
    update(c, from, local, count, x);
  else
    for (int v = 0; v < count; v++) x[v] = r2s_vf_load(c->x + at + (size_t)v * R2S_VW);
  r2s_rate_activate(&c->curve, activation, shot, count, x, r, slope, amplitude);
  for (int v = 0; v < count; v++) {
    size_t offset = (size_t)v * R2S_VW, place = at + offset;
    r2s_vf y = r[v];
    if (shot) {
      y = r2s_vf_fma(r2s_vf_set(c->shot_sd) * amplitude[v], r2s_vf_load(c->shot + local + offset), r[v]);
      r2s_vf_store(c->amplitude + place, amplitude[v]);
      r2s_vf_store(c->r + place, r[v]);
    }
    r2s_vf_store(c->y + place, y);
  }
  if (c->slope)
    for (int v = 0; v < count; v++) r2s_vf_store(c->slope + at + (size_t)v * R2S_VW, slope[v]);
}

/* The units of a tile in one step. */
R2S_INLINE void units(const unit_constants *constants, const r2s_rate_tile *tile, int t,
                      r2s_activation activation, bool shot) {
  const unit_constants c = *constants;
  const size_t from = (size_t)tile->from, size = (size_t)(tile->to - tile->from) * R2S_LANES;
  size_t local = 0;
  for (; local + R2S_RATE_TOGETHER * R2S_VW <= size; local += R2S_RATE_TOGETHER * R2S_VW)
    some_units(&c, from, local, R2S_RATE_TOGETHER, t, activation, shot);
  for (; local < size; local += R2S_VW) some_units(&c, from, local, 1, t, activation, shot);
}

/* sum_i w_i v_i, or that of w_i v_i^2, in four chains */
R2S_INLINE r2s_vf weighted_sum(int n, const float *w, const float *v, bool squared) {
  r2s_vf sum[R2S_RATE_CHAINS] = {0};
  int i = 0;
  for (; i + R2S_RATE_CHAINS <= n; i += R2S_RATE_CHAINS)
    for (int c = 0; c < R2S_RATE_CHAINS; c++) {
      r2s_vf value = r2s_vf_load(v + (i + c) * R2S_LANES);
      sum[c] = r2s_vf_fma(r2s_vf_set(w[i + c]), squared ? value * value : value, sum[c]);
    }
  for (; i < n; i++) {
    r2s_vf value = r2s_vf_load(v + i * R2S_LANES);
    sum[0] = r2s_vf_fma(r2s_vf_set(w[i]), squared ? value * value : value, sum[0]);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Eq. R5, R10: output k of a step, with the readout's shot noise. One output: the noises of all units are
 * pooled into one normal xi of sd S = sqrt(sum_j w_j^2 s_j^2), s_j = readout_j amplitude_j, which has the
 * same distribution; then do/dw_j = r_j + (xi/S) w_j s_j^2, the mean of the separate noises' derivative given
 * their sum. */
R2S_INLINE void read_out(const r2s_rate_view *net, r2s_rate_work *work, int t, int k, size_t lane, bool shot,
                         bool pooled, const float *xi) {
  size_t n = (size_t)net->n, row = ((size_t)t * (size_t)net->n_out + (size_t)k) * R2S_LANES + lane;
  r2s_vf ratio = r2s_vf_set(0.0f);
  r2s_vf o = weighted_sum(net->n, net->w_out + (size_t)k * n, rates_of(work, n, t, shot) + lane, false) +
             net->b_out[k];
  if (pooled) {
    r2s_vf normal = r2s_vf_load(xi + lane);
    r2s_vf variance = weighted_sum(net->n, net->pool, amplitude_of(work, n, t) + lane, true);
    r2s_vf sd = r2s_vf_sqrt(variance);
    o = r2s_vf_fma(sd, normal, o);
    ratio = r2s_vf_select(variance > 0.0f, normal / sd, ratio);
  }
  r2s_vf_store(work->o + row, o);
  r2s_vf error = (o - r2s_vf_load(work->target + row)) * work->mask[t];
  r2s_vf_store(work->error + row, error);
  r2s_vf_store(work->through + (size_t)(t % R2S_RATE_KEPT) * R2S_LANES + lane, error * ratio);
  r2s_vf_store(work->square + lane, r2s_vf_fma(error, error, r2s_vf_load(work->square + lane)));
}

/* The readout's gradient of `count` steps up to t, for output k: so its sums are loaded and stored once for
 * all of them. */
R2S_INLINE void readout_gradient(const r2s_rate_view *net, r2s_rate_work *work, int t, int count, int k,
                                 size_t lane, bool shot, bool pooled) {
  const size_t n = (size_t)net->n;
  const float *r[R2S_RATE_KEPT], *amplitude[R2S_RATE_KEPT];
  r2s_vf error[R2S_RATE_KEPT], through[R2S_RATE_KEPT];
  for (int s = 0; s < count; s++) {
    const int step = t - count + 1 + s;
    r[s] = rates_of(work, n, step, shot) + lane;
    amplitude[s] = amplitude_of(work, n, step) + lane;
    error[s] = r2s_vf_load(work->error + ((size_t)step * (size_t)net->n_out + (size_t)k) * R2S_LANES + lane);
    through[s] = r2s_vf_load(work->through + (size_t)(step % R2S_RATE_KEPT) * R2S_LANES + lane);
  }
  float *g_out = work->g_out + (size_t)k * n * R2S_LANES + lane, *g_pool = work->g_pool + lane;
  for (size_t at = 0; at < n * R2S_LANES; at += R2S_LANES) {
    r2s_vf g = r2s_vf_load(g_out + at);
    for (int s = 0; s < count; s++) g = r2s_vf_fma(error[s], r2s_vf_load(r[s] + at), g);
    r2s_vf_store(g_out + at, g);
    if (!pooled) continue;
    g = r2s_vf_load(g_pool + at);
    for (int s = 0; s < count; s++) {
      r2s_vf a = r2s_vf_load(amplitude[s] + at);
      g = r2s_vf_fma(through[s], a * a, g);
    }
    r2s_vf_store(g_pool + at, g);
  }
}

/* Normals for n units in one step. A tile takes whole blocks, so that it does not matter how a step's units
 * are cut into tiles. */
static void draw(r2s_random *random, float *out, size_t n) {
  _Static_assert(R2S_RATE_TILE_ROWS % R2S_SHARED_ROWS == 0, "a tile's normals are whole blocks");
  R2S_KERNEL(r2s_random_shared_blocks)(random->s, out, (n + R2S_SHARED_ROWS - 1) / R2S_SHARED_ROWS);
}

/* Several outputs share the units' noise: r_j + s_j xi_j, a normal for each unit. */
R2S_INLINE void add_readout_noise(const r2s_rate_view *net, r2s_rate_work *work, int t) {
  size_t n = (size_t)net->n;
  float *r = rates_of(work, n, t, true);
  const float *amplitude = amplitude_of(work, n, t);
  draw(&work->readout_noise, work->normal, n);
  for (size_t i = 0; i < n; i++)
    for (size_t at = i * R2S_LANES; at < (i + 1) * R2S_LANES; at += R2S_VW) {
      r2s_vf sd = r2s_vf_load(amplitude + at) * net->readout[i];
      r2s_vf_store(r + at, r2s_vf_fma(sd, r2s_vf_load(work->normal + at), r2s_vf_load(r + at)));
    }
}

R2S_INLINE void output(const r2s_rate_view *net, r2s_rate_work *work, int t, bool shot) {
  float xi[2 * R2S_LANES];
  const bool pooled = shot && net->n_out == 1, last = t == work->n_steps - 1;
  if (pooled) R2S_KERNEL(r2s_random_normal_blocks)(work->readout_noise.s, xi, 1);
  if (shot && !pooled) add_readout_noise(net, work, t);
  const int count = t % R2S_RATE_KEPT ? t % R2S_RATE_KEPT : R2S_RATE_KEPT; /* steps since the last gradient */
  for (int k = 0; k < net->n_out; k++)
    for (size_t lane = 0; lane < R2S_LANES; lane += R2S_VW) {
      read_out(net, work, t, k, lane, shot, pooled, xi);
      if (!work->gradient) continue;
      if (count == R2S_RATE_KEPT)
        readout_gradient(net, work, t, R2S_RATE_KEPT, k, lane, shot, pooled);
      else if (last)
        for (int back = count - 1; back >= 0; back--)
          readout_gradient(net, work, t - back, 1, k, lane, shot, pooled);
    }
}

/* A step of a tile: its product, then its units, whose results go to memory while the next tile computes. */
R2S_INLINE void advance(const r2s_rate_view *net, r2s_rate_work *work, const unit_constants *c,
                        const r2s_rate_tile *tile, int t, r2s_activation activation, bool shot) {
  size_t size = (size_t)(tile->to - tile->from);
  if (t) {
    r2s_rate_product_tile(net->by_post, tile, sent_of(work, (size_t)net->n * R2S_LANES, t - 1), work->input);
    if (c->normal) draw(&work->state_noise, work->normal, size);
  }
  if (shot) draw(&work->shot_noise, work->shot, size);
  units(c, tile, t, activation, shot);
}

R2S_INLINE void forward(const r2s_rate_view *net, r2s_rate_work *work, r2s_activation activation, bool shot) {
  size_t area = (size_t)net->n * R2S_LANES;
  for (int t = 0; t < work->n_steps; t++) {
    const unit_constants c = make_constants(net, work, t);
    for (int k = 0; k < net->by_post->n_tiles; k++)
      advance(net, work, &c, &net->by_post->tile[k], t, activation, shot);
    const float *r = rates_of(work, (size_t)net->n, t, shot);
    if (work->x_trace) memcpy(work->x_trace + (size_t)t * area, work->x, area * sizeof(float));
    if (work->r_trace) memcpy(work->r_trace + (size_t)t * area, r, area * sizeof(float));
    if (t) output(net, work, t, shot);
  }
}

void R2S_KERNEL(r2s_rate_forward)(const r2s_rate_view *net, r2s_rate_work *work) {
  bool shot = net->shot > 0;
  switch (net->activation) {
  case R2S_ACTIVATION_SIEGERT:
    if (shot)
      forward(net, work, R2S_ACTIVATION_SIEGERT, true);
    else
      forward(net, work, R2S_ACTIVATION_SIEGERT, false);
    break;
  case R2S_ACTIVATION_SIGMOID:
    if (shot)
      forward(net, work, R2S_ACTIVATION_SIGMOID, true);
    else
      forward(net, work, R2S_ACTIVATION_SIGMOID, false);
    break;
  case R2S_ACTIVATION_RELU:
    forward(net, work, R2S_ACTIVATION_RELU, false);
    break;
  case R2S_ACTIVATION_SOFTPLUS:
    forward(net, work, R2S_ACTIVATION_SOFTPLUS, false);
    break;
  }
}
