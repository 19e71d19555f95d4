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
R2S_INLINE float *sent_of(const r2s_rate_work *work, size_t n, int t) {
  const size_t plane = r2s_rate_plane(n);
  return work->gradient ? work->sent + (size_t)t * plane : work->y + (size_t)(t % 2) * plane;
}

/* r and the amplitude of its noise in step t: kept for some steps. */
R2S_INLINE float *rates_of(const r2s_rate_work *work, size_t n, int t, bool shot) {
  return shot ? work->r + (size_t)(t % r2s_rate_kept(work)) * r2s_rate_plane(n) : sent_of(work, n, t);
}

R2S_INLINE float *amplitude_of(const r2s_rate_work *work, size_t n, int t) {
  return work->amplitude + (size_t)(t % r2s_rate_kept(work)) * r2s_rate_plane(n);
}

R2S_INLINE unit_constants make_constants(const r2s_rate_view *net, const r2s_rate_work *work, int t) {
  size_t n_in = (size_t)net->n_in, n = (size_t)net->n, step = (size_t)t, plane = r2s_rate_plane(n);
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
                          .r = rates_of(work, n, t, true),
                          .amplitude = amplitude_of(work, n, t),
                          .y = sent_of(work, n, t),
                          .drive = work->drive && work->gradient ? work->drive + step * plane : NULL,
                          .slope = slopes ? work->slope + step * plane : NULL};
}

/* Units that are taken side by side; and those that all get their states before the first gets its rate, so
 * that no core waits for the places in the table that it just wrote. */
enum { SIDE_BY_SIDE = R2S_RATE_TOGETHER / R2S_PARTS, AHEAD = R2S_RATE_TILE_ROWS };

/* Eq. R1: x_t from x_(t-1), W y and the input, of count vectors: the first ones of unit `unit`, whose row in
 * the tile is `row`. What is tested is tested once for all of them. */
R2S_INLINE void update(const unit_constants *c, size_t unit, size_t row, int count, r2s_vf *x) {
  const size_t at = unit * R2S_LANES, local = row * R2S_LANES;
  const float *w_in = c->w_in + unit * c->n_in, *u = c->u;
  r2s_vf drive[R2S_RATE_TOGETHER];
  for (int v = 0; v < count; v++) drive[v] = r2s_vf_load(c->input + local + v * R2S_VW);
  for (size_t k = 0; k < c->n_in; k++, w_in++, u += R2S_LANES)
    for (int v = 0; v < count; v++)
      drive[v] = r2s_vf_fma(r2s_vf_set(w_in[v / R2S_PARTS * c->n_in]),
                            r2s_vf_load(u + v % R2S_PARTS * R2S_VW), drive[v]);
  for (int v = 0; v < count; v++) {
    x[v] = r2s_vf_load(c->x + at + v * R2S_VW);
    drive[v] -= x[v];
  }
  if (c->drive)
    for (int v = 0; v < count; v++) r2s_vf_store(c->drive + at + v * R2S_VW, drive[v]);
  for (int v = 0; v < count; v++)
    x[v] = r2s_vf_fma(r2s_vf_set(c->alpha[unit + v / R2S_PARTS]), drive[v], x[v]);
  if (c->normal)
    for (int v = 0; v < count; v++)
      x[v] = r2s_vf_fma(r2s_vf_set(c->state_sd), r2s_vf_load(c->normal + local + v * R2S_VW), x[v]);
  for (int v = 0; v < count; v++) r2s_vf_store(c->x + at + v * R2S_VW, x[v]);
}

/* The states in step t of `count` units of a tile, from `unit` on, whose row in the tile is `row`. */
R2S_INLINE void find_states(const unit_constants *c, size_t unit, size_t row, int count, int t, bool table,
                            r2s_vi *place) {
  const int vectors = count * R2S_PARTS;
  r2s_vf x[R2S_RATE_TOGETHER];
  if (t)
    update(c, unit, row, vectors, x);
  else
    for (int v = 0; v < vectors; v++) x[v] = r2s_vf_load(c->x + unit * R2S_LANES + v * R2S_VW);
  for (int v = 0; table && v < vectors; v++) place[v] = r2s_rate_place(&c->curve, x[v]);
}

/* The rates of `count` vectors, and what they send: from state `at` on, place `local` in the tile. */
R2S_INLINE void find_rates(const unit_constants *c, size_t at, size_t local, int count,
                           r2s_activation activation, bool shot, const r2s_vi *place) {
  r2s_vf x[R2S_RATE_TOGETHER], r[R2S_RATE_TOGETHER], slope[R2S_RATE_TOGETHER], amplitude[R2S_RATE_TOGETHER];
  for (int v = 0; v < count; v++) x[v] = r2s_vf_load(c->x + at + v * R2S_VW);
  r2s_rate_activate(&c->curve, activation, shot, count, x, place, r, slope, amplitude);
  for (int v = 0; v < count; v++) {
    const size_t offset = (size_t)v * R2S_VW;
    r2s_vf y = r[v];
    if (shot) {
      y = r2s_vf_fma(r2s_vf_set(c->shot_sd) * amplitude[v], r2s_vf_load(c->shot + local + offset), r[v]);
      r2s_vf_store(c->amplitude + at + offset, amplitude[v]);
      r2s_vf_store(c->r + at + offset, r[v]);
    }
    r2s_vf_store(c->y + at + offset, y);
  }
  if (c->slope)
    for (int v = 0; v < count; v++) r2s_vf_store(c->slope + at + v * R2S_VW, slope[v]);
}

/* `count` units of a tile, at most AHEAD, from `unit` on, whose row in the tile is `row`. */
R2S_INLINE void some_units(const unit_constants *c, size_t unit, size_t row, size_t count, int t,
                           r2s_activation activation, bool shot) {
  const bool table = r2s_rate_uses_table(activation, shot);
  const size_t together = count / SIDE_BY_SIDE * SIDE_BY_SIDE, vectors = count * R2S_PARTS;
  /* what the table says is a short chain: a vector's goes to memory before the next one's is asked for */
  const size_t each = activation == R2S_ACTIVATION_SIEGERT ? 1 : R2S_RATE_TOGETHER;
  r2s_vi place[AHEAD * R2S_PARTS]; /* where the table is asked */
  size_t k = 0;
  for (; k < together; k += SIDE_BY_SIDE)
    find_states(c, unit + k, row + k, SIDE_BY_SIDE, t, table, place + k * R2S_PARTS);
  for (; k < count; k++) find_states(c, unit + k, row + k, 1, t, table, place + k * R2S_PARTS);
  const size_t at = unit * R2S_LANES, local = row * R2S_LANES;
  for (k = 0; k < vectors / each * each; k += each)
    find_rates(c, at + k * R2S_VW, local + k * R2S_VW, (int)each, activation, shot, place + k);
  for (; k < vectors; k++) find_rates(c, at + k * R2S_VW, local + k * R2S_VW, 1, activation, shot, place + k);
}

/* The units of a tile in one step. */
R2S_INLINE void units(const unit_constants *constants, const r2s_rate_tile *tile, int t,
                      r2s_activation activation, bool shot) {
  const unit_constants c = *constants;
  const size_t from = (size_t)tile->from, rows = (size_t)(tile->to - tile->from);
  size_t row = 0;
  for (; row + AHEAD <= rows; row += AHEAD) some_units(&c, from + row, row, AHEAD, t, activation, shot);
  if (row < rows) some_units(&c, from + row, row, rows - row, t, activation, shot);
}

/* sum_i w_i v_i, or that of w_i v_i^2, v [n x 16], in four chains */
R2S_INLINE void weighted_sum(int n, const float *w, const float *v, bool squared, r2s_vf out[R2S_PARTS]) {
  r2s_vf sum[R2S_RATE_CHAINS][R2S_PARTS] = {0};
  int i = 0;
  for (; i + R2S_RATE_CHAINS <= n; i += R2S_RATE_CHAINS)
    for (int c = 0; c < R2S_RATE_CHAINS; c++)
      for (int p = 0; p < R2S_PARTS; p++) {
        r2s_vf value = r2s_vf_load(v + (i + c) * R2S_LANES + p * R2S_VW);
        sum[c][p] = r2s_vf_fma(r2s_vf_set(w[i + c]), squared ? value * value : value, sum[c][p]);
      }
  for (; i < n; i++)
    for (int p = 0; p < R2S_PARTS; p++) {
      r2s_vf value = r2s_vf_load(v + i * R2S_LANES + p * R2S_VW);
      sum[0][p] = r2s_vf_fma(r2s_vf_set(w[i]), squared ? value * value : value, sum[0][p]);
    }
  for (int p = 0; p < R2S_PARTS; p++) out[p] = (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]);
}

/* Eq. R5, R10: output k of a step, with the readout's shot noise. One output: the noises of all units are
 * pooled into one normal xi of sd S = sqrt(sum_j w_j^2 s_j^2), s_j = readout_j amplitude_j, which has the
 * same distribution; then do/dw_j = r_j + (xi/S) w_j s_j^2, the mean of the separate noises' derivative given
 * their sum. */
R2S_INLINE void read_out(const r2s_rate_view *net, r2s_rate_work *work, int t, int k, bool shot, bool pooled,
                         const float *xi) {
  const size_t n = (size_t)net->n, row = ((size_t)t * (size_t)net->n_out + (size_t)k) * R2S_LANES;
  r2s_vf sum[R2S_PARTS], variance[R2S_PARTS] = {0};
  weighted_sum(net->n, net->w_out + (size_t)k * n, rates_of(work, n, t, shot), false, sum);
  if (pooled) weighted_sum(net->n, net->pool, amplitude_of(work, n, t), true, variance);
  for (int p = 0; p < R2S_PARTS; p++) {
    const size_t lane = (size_t)p * R2S_VW;
    r2s_vf o = sum[p] + net->b_out[k], ratio = r2s_vf_set(0.0f);
    if (pooled) {
      r2s_vf normal = r2s_vf_load(xi + lane), sd = r2s_vf_sqrt(variance[p]);
      o = r2s_vf_fma(sd, normal, o);
      ratio = r2s_vf_select(variance[p] > 0.0f, normal / sd, ratio);
    }
    r2s_vf_store(work->o + row + lane, o);
    r2s_vf error = (o - r2s_vf_load(work->target + row + lane)) * work->mask[t];
    r2s_vf_store(work->error + row + lane, error);
    r2s_vf_store(work->through + (size_t)(t % R2S_RATE_KEPT) * R2S_LANES + lane, error * ratio);
    r2s_vf_store(work->square + lane, r2s_vf_fma(error, error, r2s_vf_load(work->square + lane)));
  }
}

/* g [N x 16] += the sum over `count` steps of factor [16 a step] times v [N x 16 a step], or its square. */
R2S_INLINE void add_products(size_t n, int count, const float *const factor[R2S_RATE_KEPT],
                             const float *const v[R2S_RATE_KEPT], bool squared, float *g) {
  r2s_vf by[R2S_RATE_KEPT][R2S_PARTS];
  for (int s = 0; s < count; s++)
    for (int p = 0; p < R2S_PARTS; p++) by[s][p] = r2s_vf_load(factor[s] + p * R2S_VW);
  for (size_t at = 0; at < n * R2S_LANES; at += R2S_LANES)
    for (int p = 0; p < R2S_PARTS; p++) {
      const size_t place = at + (size_t)p * R2S_VW;
      r2s_vf sum = r2s_vf_load(g + place);
      for (int s = 0; s < count; s++) {
        r2s_vf value = r2s_vf_load(v[s] + place);
        sum = r2s_vf_fma(by[s][p], squared ? value * value : value, sum);
      }
      r2s_vf_store(g + place, sum);
    }
}

/* The readout's gradient of `count` steps up to t, for output k: so its sums are loaded and stored once for
 * all of them. */
R2S_INLINE void readout_gradient(const r2s_rate_view *net, r2s_rate_work *work, int t, int count, int k,
                                 bool shot, bool pooled) {
  const size_t n = (size_t)net->n;
  const float *r[R2S_RATE_KEPT], *amplitude[R2S_RATE_KEPT], *error[R2S_RATE_KEPT], *through[R2S_RATE_KEPT];
  for (int s = 0; s < count; s++) {
    const int step = t - count + 1 + s;
    r[s] = rates_of(work, n, step, shot);
    amplitude[s] = amplitude_of(work, n, step);
    error[s] = work->error + ((size_t)step * (size_t)net->n_out + (size_t)k) * R2S_LANES;
    through[s] = work->through + (size_t)(step % R2S_RATE_KEPT) * R2S_LANES;
  }
  add_products(n, count, error, r, false, work->g_out + (size_t)k * n * R2S_LANES);
  if (pooled) add_products(n, count, through, amplitude, true, work->g_pool);
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
  draw(&work->readout_noise, work->read_normal, n);
  for (size_t i = 0; i < n; i++)
    for (size_t at = i * R2S_LANES; at < (i + 1) * R2S_LANES; at += R2S_VW) {
      r2s_vf sd = r2s_vf_load(amplitude + at) * net->readout[i];
      r2s_vf_store(r + at, r2s_vf_fma(sd, r2s_vf_load(work->read_normal + at), r2s_vf_load(r + at)));
    }
}

R2S_INLINE void output(const r2s_rate_view *net, r2s_rate_work *work, int t, bool shot) {
  float xi[2 * R2S_LANES];
  const bool pooled = shot && net->n_out == 1, last = t == work->n_steps - 1;
  if (pooled) R2S_KERNEL(r2s_random_normal_blocks)(work->readout_noise.s, xi, 1);
  if (shot && !pooled) add_readout_noise(net, work, t);
  const int count = t % R2S_RATE_KEPT ? t % R2S_RATE_KEPT : R2S_RATE_KEPT; /* steps since the last gradient */
  for (int k = 0; k < net->n_out; k++) {
    read_out(net, work, t, k, shot, pooled, xi);
    if (!work->gradient) continue;
    if (count == R2S_RATE_KEPT)
      readout_gradient(net, work, t, R2S_RATE_KEPT, k, shot, pooled);
    else if (last)
      for (int back = count - 1; back >= 0; back--) readout_gradient(net, work, t - back, 1, k, shot, pooled);
  }
}

/* Where a team's normals of step t begin: the next step's are drawn meanwhile. */
R2S_INLINE size_t normals_of(size_t n, int t) {
  return (size_t)(t % 2) * r2s_rate_normals(n);
}

/* A step of a tile: its product, then its units, whose results go to memory while the next tile computes. A
 * thread alone draws the tile's normals; a team has those of all units already. */
R2S_INLINE void advance(const r2s_rate_view *net, r2s_rate_work *work, const unit_constants *c,
                        const r2s_rate_tile *tile, int t, r2s_activation activation, bool shot) {
  const size_t n = (size_t)net->n, size = (size_t)(tile->to - tile->from);
  if (t) r2s_rate_product_tile(net->by_post, tile, sent_of(work, n, t - 1), work->input);
  if (work->team > 1) {
    const size_t at = normals_of(n, t) + (size_t)tile->from * R2S_LANES;
    unit_constants own = *c;
    if (own.normal) own.normal += at;
    own.shot += at;
    units(&own, tile, t, activation, shot);
    return;
  }
  if (t && c->normal) draw(&work->state_noise, work->normal, size);
  if (shot) draw(&work->shot_noise, work->shot, size);
  units(c, tile, t, activation, shot);
}

/* A team's normals of step t: streams go on from tile to tile, so that one thread draws them all. */
R2S_INLINE void draw_step(const r2s_rate_view *net, r2s_rate_work *work, int t, bool shot) {
  const size_t n = (size_t)net->n, at = normals_of(n, t);
  if (t && net->state_sd > 0) draw(&work->state_noise, work->normal + at, n);
  if (shot) draw(&work->shot_noise, work->shot + at, n);
}

R2S_INLINE void keep_traces(r2s_rate_work *work, size_t n, int t, bool shot) {
  const size_t area = n * R2S_LANES, at = (size_t)t * area;
  if (work->x_trace) memcpy(work->x_trace + at, work->x, area * sizeof(float));
  if (work->r_trace) memcpy(work->r_trace + at, rates_of(work, n, t, shot), area * sizeof(float));
}

/* A team meets once a step. Beside its tiles of step t the first thread takes the output of t - 1, the last
 * one draws the normals of t + 1. (Traces are for threads alone.) */
R2S_INLINE void forward(const r2s_rate_view *net, r2s_rate_work *work, r2s_activation activation, bool shot) {
  const r2s_rate_rows *rows = net->by_post;
  const size_t n_tiles = (size_t)rows->n_tiles, first = r2s_rate_part(work, n_tiles, work->rank),
               end = r2s_rate_part(work, n_tiles, work->rank + 1);
  const int T = work->n_steps;
  const bool team = work->team > 1, outputs = team && work->rank == 0,
             draws = team && work->rank == work->team - 1;
  if (draws) draw_step(net, work, 0, shot);
  r2s_barrier_wait(work->barrier);
  for (int t = 0; t < T; t++) {
    const unit_constants c = make_constants(net, work, t);
    if (draws && t + 1 < T) draw_step(net, work, t + 1, shot);
    if (outputs && t > 1) output(net, work, t - 1, shot);
    for (size_t k = first; k < end; k++) advance(net, work, &c, &rows->tile[k], t, activation, shot);
    r2s_barrier_wait(work->barrier);
    if (team) continue;
    keep_traces(work, (size_t)net->n, t, shot);
    if (t) output(net, work, t, shot);
  }
  if (outputs && T > 1) output(net, work, T - 1, shot);
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
