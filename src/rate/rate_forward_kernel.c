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
  size_t n, n_out;
  size_t n_in; /* 0 in a step without input */
  r2s_rate_curve curve;
  float state_sd, shot_sd;
  float one_alpha; /* of all units; 0: they differ */
  const float *alpha, *w_in, *u;
  const float *input, *normal, *shot; /* of the tile; normal: NULL without state noise */
  float *x;
  float *y;                       /* of this step */
  float *drive, *slope, *r_trace; /* of this step; NULL where not wanted */
  float *amplitude;               /* NULL but in steps in which the readout's noise is measured */
  const float *w_out, *pool;
  float *share_out, *share_variance; /* of this step */
} unit_constants;

/* What the compiler makes code of its own for. */
typedef struct unit_kind {
  r2s_activation activation;
  bool shot;
  bool measures; /* the noise of the only output, in a step with amplitudes */
  bool keeps;    /* rates, and amplitudes if the step has them, are read again: by more outputs, or for the
                    traces */
} unit_kind;

/* What units add to output 0, and to the variance of its noise. */
typedef struct unit_sums {
  r2s_vf out[R2S_PARTS], variance[R2S_PARTS];
} unit_sums;

/* Where what is sent in step t is kept: in the history, or in turns in two places. */
R2S_INLINE float *sent_of(const r2s_rate_work *work, size_t n, int t) {
  const size_t plane = r2s_rate_plane(n);
  return work->gradient ? work->sent + (size_t)t * plane : work->y + (size_t)(t % 2) * plane;
}

/* The sd of the readout's noise is that of the first step of KEPT, as the first output is that of step 1. */
R2S_INLINE bool measures_noise(int t) {
  return t > 0 && (t - 1) % R2S_RATE_KEPT == 0;
}

/* The amplitudes of these steps, in turns in two places: a team's last output of KEPT steps is taken while
 * the next ones' amplitudes are found. */
R2S_INLINE float *amplitude_of(const r2s_rate_work *work, size_t n, int t) {
  return work->amplitude + (size_t)((t - 1) / R2S_RATE_KEPT % 2) * n * R2S_LANES;
}

/* Where the shares of each AHEAD units in the outputs go, or in the variances of their noise: in turns in two
 * places, as a team's outputs wait for the next step. */
R2S_INLINE float *shares_of(float *shares, const r2s_rate_view *net, int t) {
  return shares + (size_t)(t % 2) * r2s_rate_shares((size_t)net->n) * (size_t)net->n_out * R2S_LANES;
}

/* Whether a step's inputs u [n_in x 16] are all 0, as most tasks' are most of the time. */
R2S_INLINE bool is_silent(const float *u, size_t n_in) {
  bool silent = true;
  for (size_t k = 0; k < n_in * R2S_LANES; k++) silent &= u[k] == 0;
  return silent;
}

R2S_INLINE unit_constants make_constants(const r2s_rate_view *net, const r2s_rate_work *work, int t) {
  size_t n_in = (size_t)net->n_in, n = (size_t)net->n, step = (size_t)t, plane = r2s_rate_plane(n);
  const float *u = t ? work->u + (step - 1) * n_in * R2S_LANES : NULL;
  bool slopes = work->gradient && !r2s_rate_slope_from_sent(net);
  return (unit_constants){.n = n,
                          .n_in = u && !is_silent(u, n_in) ? n_in : 0,
                          .n_out = (size_t)net->n_out,
                          .curve = r2s_rate_curve_of(net->table),
                          .state_sd = net->state_sd,
                          .shot_sd = net->shot,
                          .one_alpha = net->same_alpha ? net->alpha[0] : 0,
                          .alpha = net->alpha,
                          .w_in = net->w_in,
                          .u = u,
                          .input = work->input,
                          .normal = net->state_sd > 0 ? work->normal : NULL,
                          .shot = work->shot,
                          .x = work->x,
                          .y = sent_of(work, n, t),
                          .drive = work->drive && work->gradient ? work->drive + step * plane : NULL,
                          .slope = slopes ? work->slope + step * plane : NULL,
                          .r_trace = work->r_trace ? work->r_trace + step * n * R2S_LANES : NULL,
                          .amplitude = net->shot > 0 && measures_noise(t) ? amplitude_of(work, n, t) : NULL,
                          .w_out = net->w_out,
                          .pool = net->pool,
                          .share_out = shares_of(work->share_out, net, t),
                          .share_variance = shares_of(work->share_variance, net, t)};
}

/* Units that are taken side by side; and those that all get their states before the first gets its rate, so
 * that no core waits for the places in the table that it just wrote. */
enum { SIDE_BY_SIDE = R2S_RATE_TOGETHER / R2S_PARTS, AHEAD = R2S_RATE_AHEAD };

/* Eq. R1: x_t from x_(t-1), W y and the input, of `count` units: the first one is unit `unit`, whose row in
 * the tile is `row`. What is tested is tested once for all of them. n_in, one_alpha: as in c, as constants
 * where that saves operations. table: finds their places, too. */
R2S_INLINE void update(const unit_constants *c, size_t unit, size_t row, int count, size_t n_in,
                       bool one_alpha, bool table, r2s_vi *place) {
  const int vectors = count * R2S_PARTS;
  const size_t at = unit * R2S_LANES, local = row * R2S_LANES;
  const float *w_in = c->w_in + unit * n_in, *u = c->u;
  r2s_vf drive[R2S_RATE_TOGETHER], x[R2S_RATE_TOGETHER];
  for (int v = 0; v < vectors; v++) drive[v] = r2s_vf_load(c->input + local + v * R2S_VW);
  for (size_t k = 0; k < n_in; k++, w_in++, u += R2S_LANES)
    for (int v = 0; v < vectors; v++)
      drive[v] = r2s_vf_fma(r2s_vf_set(w_in[v / R2S_PARTS * n_in]), r2s_vf_load(u + v % R2S_PARTS * R2S_VW),
                            drive[v]);
  for (int v = 0; v < vectors; v++) {
    x[v] = r2s_vf_load(c->x + at + v * R2S_VW);
    drive[v] -= x[v];
  }
  if (c->drive)
    for (int v = 0; v < vectors; v++) r2s_vf_store(c->drive + at + v * R2S_VW, drive[v]);
  for (int v = 0; v < vectors; v++) {
    const float alpha = one_alpha ? c->one_alpha : c->alpha[unit + v / R2S_PARTS];
    r2s_vf now = r2s_vf_fma(r2s_vf_set(alpha), drive[v], x[v]);
    if (c->normal)
      now = r2s_vf_fma(r2s_vf_set(c->state_sd), r2s_vf_load(c->normal + local + v * R2S_VW), now);
    r2s_vf_store(c->x + at + v * R2S_VW, now);
    if (table) place[v] = r2s_rate_place(&c->curve, now);
  }
}

/* The states in step t of `count` units of a tile, from `unit` on, whose row in the tile is `row`: those of
 * step 0 are there. */
R2S_INLINE void find_states(const unit_constants *c, size_t unit, size_t row, size_t count, int t, bool table,
                            r2s_vi *place) {
  size_t k = 0;
  if (!t) {
    for (size_t v = 0; table && v < count * R2S_PARTS; v++)
      place[v] = r2s_rate_place(&c->curve, r2s_vf_load(c->x + unit * R2S_LANES + v * R2S_VW));
    return;
  }
  if (c->n_in == 0 && c->one_alpha > 0)
    for (; k + SIDE_BY_SIDE <= count; k += SIDE_BY_SIDE)
      update(c, unit + k, row + k, SIDE_BY_SIDE, 0, true, table, place + k * R2S_PARTS);
  if (c->n_in == 0)
    for (; k + SIDE_BY_SIDE <= count; k += SIDE_BY_SIDE)
      update(c, unit + k, row + k, SIDE_BY_SIDE, 0, false, table, place + k * R2S_PARTS);
  for (; k + SIDE_BY_SIDE <= count; k += SIDE_BY_SIDE)
    update(c, unit + k, row + k, SIDE_BY_SIDE, c->n_in, false, table, place + k * R2S_PARTS);
  for (; k < count; k++) update(c, unit + k, row + k, 1, c->n_in, false, table, place + k * R2S_PARTS);
}

/* Some units of a tile, at most AHEAD, while they are advanced. */
typedef struct unit_group {
  size_t unit, row; /* the first one, its row in the tile */
  size_t count;
  r2s_vi place[AHEAD * R2S_PARTS];                         /* where the table is asked */
  float r[AHEAD * R2S_LANES] __attribute__((aligned(64))); /* where it is wanted and is not what is sent */
} unit_group;

/* The rates of `count` vectors from vector `first` on, what they send, and what they add to the sums: a
 * vector, or whole units. */
R2S_INLINE void find_rates(const unit_constants *c, unit_group *g, size_t first, int count, unit_kind kind,
                           unit_sums *sums) {
  const size_t at = g->unit * R2S_LANES + first * R2S_VW, local = g->row * R2S_LANES + first * R2S_VW;
  r2s_vf x[R2S_RATE_TOGETHER], r[R2S_RATE_TOGETHER], slope[R2S_RATE_TOGETHER], amplitude[R2S_RATE_TOGETHER];
  for (int v = 0; v < count; v++) x[v] = r2s_vf_load(c->x + at + v * R2S_VW);
  r2s_rate_activate(&c->curve, kind.activation, kind.shot, count, x, g->place + first, r, slope, amplitude);
  for (int v = 0; v < count; v++) {
    const size_t offset = (size_t)v * R2S_VW, part = (first + (size_t)v) % R2S_PARTS,
                 unit = (at + offset) / R2S_LANES;
    r2s_vf y = r[v];
    if (kind.shot) {
      y = r2s_vf_fma(r2s_vf_set(c->shot_sd) * amplitude[v], r2s_vf_load(c->shot + local + offset), r[v]);
      if (kind.measures) {
        r2s_vf *variance = &sums->variance[part];
        *variance = r2s_vf_fma(r2s_vf_set(c->pool[unit]), amplitude[v] * amplitude[v], *variance);
      }
      if (kind.measures || (kind.keeps && c->amplitude))
        r2s_vf_store(c->amplitude + at + offset, amplitude[v]);
      if (kind.keeps) r2s_vf_store(g->r + first * R2S_VW + offset, r[v]);
    }
    r2s_vf_store(c->y + at + offset, y);
    sums->out[part] = r2s_vf_fma(r2s_vf_set(c->w_out[unit]), r[v], sums->out[part]);
  }
  if (c->slope)
    for (int v = 0; v < count; v++) r2s_vf_store(c->slope + at + v * R2S_VW, slope[v]);
}

/* out [16] = sum_i w_i v_i, or that of w_i v_i^2, v [n x 16] */
R2S_INLINE void weighted_sum(size_t n, const float *w, const float *v, bool squared, float *out) {
  r2s_vf sum[R2S_PARTS] = {0};
  for (size_t i = 0; i < n; i++)
    for (size_t p = 0; p < R2S_PARTS; p++) {
      const r2s_vf value = r2s_vf_load(v + i * R2S_LANES + p * R2S_VW);
      sum[p] = r2s_vf_fma(r2s_vf_set(w[i]), squared ? value * value : value, sum[p]);
    }
  for (size_t p = 0; p < R2S_PARTS; p++) r2s_vf_store(out + p * R2S_VW, sum[p]);
}

/* What the units, of rates r, add to outputs 1, 2, ..., and to the variance of the noise of all. */
R2S_INLINE void read_units(const unit_constants *c, const unit_group *g, const float *r) {
  const size_t share = g->unit / AHEAD * c->n_out, at = g->unit * R2S_LANES;
  for (size_t k = 1; k < c->n_out; k++)
    weighted_sum(g->count, c->w_out + k * c->n + g->unit, r, false, c->share_out + (share + k) * R2S_LANES);
  for (size_t k = 0; c->amplitude && k < c->n_out; k++)
    weighted_sum(g->count, c->pool + k * c->n + g->unit, c->amplitude + at, true,
                 c->share_variance + (share + k) * R2S_LANES);
  if (c->r_trace) memcpy(c->r_trace + at, r, g->count * R2S_LANES * sizeof(float));
}

/* `count` units of a tile, at most AHEAD, from `unit` on, whose row in the tile is `row`. */
R2S_INLINE void some_units(const unit_constants *c, size_t unit, size_t row, size_t count, int t,
                           unit_kind kind) {
  const bool table = r2s_rate_uses_table(kind.activation, kind.shot);
  const size_t together = count / SIDE_BY_SIDE * SIDE_BY_SIDE;
  unit_group g;
  g.unit = unit, g.row = row, g.count = count;
  size_t k = 0;
  find_states(c, unit, row, count, t, table, g.place);
  unit_sums sums = {0};
  /* what the table says is a short chain: a vector's goes to memory before the next one's is asked for */
  const bool one_by_one = kind.activation == R2S_ACTIVATION_SIEGERT;
  for (; k < together && !one_by_one; k += SIDE_BY_SIDE)
    find_rates(c, &g, k * R2S_PARTS, R2S_RATE_TOGETHER, kind, &sums);
  for (; k < count; k++)
    for (size_t p = 0; p < R2S_PARTS; p++) find_rates(c, &g, k * R2S_PARTS + p, 1, kind, &sums);
  const size_t share = unit / AHEAD * c->n_out * R2S_LANES;
  for (size_t p = 0; p < R2S_PARTS; p++) {
    r2s_vf_store(c->share_out + share + p * R2S_VW, sums.out[p]);
    if (kind.measures) r2s_vf_store(c->share_variance + share + p * R2S_VW, sums.variance[p]);
  }
  if (kind.keeps || !kind.shot) read_units(c, &g, kind.shot ? g.r : c->y + unit * R2S_LANES);
}

/* The units of a tile in one step. */
R2S_INLINE void units(const unit_constants *constants, const r2s_rate_tile *tile, int t, unit_kind kind) {
  const unit_constants c = *constants;
  const size_t from = (size_t)tile->from, rows = (size_t)(tile->to - tile->from);
  size_t row = 0;
  for (; row + AHEAD <= rows; row += AHEAD) some_units(&c, from + row, row, AHEAD, t, kind);
  if (row < rows) some_units(&c, from + row, row, rows - row, t, kind);
}

/* A function for each kind: with all in one, gcc finds worse registers, and takes much longer for it. */
typedef void units_function(const unit_constants *constants, const r2s_rate_tile *tile, int t);
#define UNITS(name, ...)                                                                                     \
  static __attribute__((noinline)) void name(const unit_constants *c, const r2s_rate_tile *tile, int t) {    \
    units(c, tile, t, (unit_kind){__VA_ARGS__});                                                             \
  }
UNITS(siegert, R2S_ACTIVATION_SIEGERT, .shot = false)
UNITS(siegert_shot, R2S_ACTIVATION_SIEGERT, .shot = true)
UNITS(siegert_measured, R2S_ACTIVATION_SIEGERT, .shot = true, .measures = true)
UNITS(siegert_kept, R2S_ACTIVATION_SIEGERT, .shot = true, .keeps = true)
UNITS(sigmoid, R2S_ACTIVATION_SIGMOID, .shot = false)
UNITS(sigmoid_shot, R2S_ACTIVATION_SIGMOID, .shot = true)
UNITS(sigmoid_measured, R2S_ACTIVATION_SIGMOID, .shot = true, .measures = true)
UNITS(sigmoid_kept, R2S_ACTIVATION_SIGMOID, .shot = true, .keeps = true)
UNITS(relu, R2S_ACTIVATION_RELU, .shot = false)
UNITS(softplus, R2S_ACTIVATION_SOFTPLUS, .shot = false)

/* measures: of a step with amplitudes; keeps: see unit_kind */
static units_function *units_of(const r2s_rate_view *net, bool measures, bool keeps) {
  const bool shot = net->shot > 0;
  switch (net->activation) {
  case R2S_ACTIVATION_SIEGERT:
    return !shot ? siegert : keeps ? siegert_kept : measures ? siegert_measured : siegert_shot;
  case R2S_ACTIVATION_SIGMOID:
    return !shot ? sigmoid : keeps ? sigmoid_kept : measures ? sigmoid_measured : sigmoid_shot;
  case R2S_ACTIVATION_RELU:
    return relu;
  case R2S_ACTIVATION_SOFTPLUS:
    break;
  }
  return softplus;
}

/* Normals for n units in one step. A tile takes whole blocks, so that it does not matter how a step's units
 * are cut into tiles. */
static void draw(r2s_random *random, float *out, size_t n) {
  _Static_assert(R2S_RATE_TILE_ROWS % R2S_SHARED_ROWS == 0, "a tile's normals are whole blocks");
  R2S_KERNEL(r2s_random_shared_blocks)(random->s, out, (n + R2S_SHARED_ROWS - 1) / R2S_SHARED_ROWS);
}

/* out [16] = the sum of all shares in output k */
R2S_INLINE void add_shares(const r2s_rate_view *net, const float *shares, size_t k, r2s_vf out[R2S_PARTS]) {
  const size_t count = r2s_rate_shares((size_t)net->n), n_out = (size_t)net->n_out;
  for (size_t p = 0; p < R2S_PARTS; p++) {
    out[p] = r2s_vf_set(0.0f);
    for (size_t share = 0; share < count; share++)
      out[p] += r2s_vf_load(shares + (share * n_out + k) * R2S_LANES + p * R2S_VW);
  }
}

/* The sd of output k's noise for KEPT steps from t on. */
R2S_INLINE void measure_noise(const r2s_rate_view *net, r2s_rate_work *work, int t, size_t k) {
  r2s_vf variance[R2S_PARTS];
  add_shares(net, shares_of(work->share_variance, net, t), k, variance);
  for (size_t p = 0; p < R2S_PARTS; p++)
    r2s_vf_store(work->sd + k * R2S_LANES + p * R2S_VW, r2s_vf_sqrt(variance[p]));
}

/* Eq. R5, R10: output k of a step, and its error. With shot noise xi [16] is its noise, of all units in one
 * normal of sd S = sqrt(sum_j w_j^2 s_j^2), s_j = readout_j amplitude_j, which has the distribution of the
 * sum of theirs; then do/dw_j = r_j + (xi/S) w_j s_j^2, the mean of the separate noises' derivative given
 * their sum. */
R2S_INLINE void read_out(const r2s_rate_view *net, r2s_rate_work *work, int t, size_t k, const float *xi) {
  const size_t row = ((size_t)t * (size_t)net->n_out + k) * R2S_LANES;
  r2s_vf sum[R2S_PARTS];
  add_shares(net, shares_of(work->share_out, net, t), k, sum);
  for (size_t p = 0; p < R2S_PARTS; p++) {
    const size_t lane = p * R2S_VW;
    r2s_vf o = sum[p] + net->b_out[k], ratio = r2s_vf_set(0.0f);
    if (xi) {
      const r2s_vf normal = r2s_vf_load(xi + lane), sd = r2s_vf_load(work->sd + k * R2S_LANES + lane);
      o = r2s_vf_fma(sd, normal, o);
      ratio = r2s_vf_select(sd > 0.0f, normal / sd, ratio);
    }
    r2s_vf_store(work->o + row + lane, o);
    const r2s_vf error = (o - r2s_vf_load(work->target + row + lane)) * work->mask[t];
    r2s_vf_store(work->error + row + lane, error);
    r2s_vf_store(work->square + lane, r2s_vf_fma(error, error, r2s_vf_load(work->square + lane)));
    float *through = work->through + k * R2S_LANES + lane;
    if (xi) r2s_vf_store(through, r2s_vf_fma(error, ratio, r2s_vf_load(through)));
  }
}

/* g_pool [N x 16] of output k += what goes through the sd of its noise in the KEPT steps up to t, times the
 * amplitudes' squares. */
R2S_INLINE void pool_gradient(const r2s_rate_view *net, r2s_rate_work *work, int t, size_t k) {
  const size_t area = (size_t)net->n * R2S_LANES;
  const float *amplitude = amplitude_of(work, (size_t)net->n, t);
  float *through = work->through + k * R2S_LANES, *g = work->g_pool + k * area;
  r2s_vf by[R2S_PARTS];
  for (size_t p = 0; p < R2S_PARTS; p++) by[p] = r2s_vf_load(through + p * R2S_VW);
  for (size_t at = 0; at < area; at += R2S_LANES)
    for (size_t p = 0; p < R2S_PARTS; p++) {
      const size_t place = at + p * R2S_VW;
      const r2s_vf value = r2s_vf_load(amplitude + place);
      r2s_vf_store(g + place, r2s_vf_fma(by[p], value * value, r2s_vf_load(g + place)));
    }
  memset(through, 0, R2S_LANES * sizeof *through);
}

/* The outputs of step t. */
R2S_INLINE void output(const r2s_rate_view *net, r2s_rate_work *work, int t, bool shot) {
  const size_t n_out = (size_t)net->n_out, round = (size_t)(t - 1) % R2S_RATE_KEPT;
  const bool last = round == R2S_RATE_KEPT - 1 || t == work->n_steps - 1;
  if (shot && round == 0)
    R2S_KERNEL(r2s_random_normal_blocks)(work->readout_noise.s, work->xi, n_out * R2S_RATE_KEPT / 2);
  for (size_t k = 0; k < n_out; k++) {
    if (shot && round == 0) measure_noise(net, work, t, k);
    read_out(net, work, t, k, shot ? work->xi + (round * n_out + k) * R2S_LANES : NULL);
    if (shot && work->gradient && last) pool_gradient(net, work, t, k);
  }
}

/* Where a team's normals of step t begin: the next step's are drawn meanwhile. */
R2S_INLINE size_t normals_of(size_t n, int t) {
  return (size_t)(t % 2) * r2s_rate_normals(n);
}

/* A step of a tile: its product, then its units, whose results go to memory while the next tile computes. A
 * thread alone draws the tile's normals; a team has those of all units already. */
static void advance(const r2s_rate_view *net, r2s_rate_work *work, units_function *advance_units,
                    const unit_constants *c, const r2s_rate_tile *tile, int t) {
  const size_t n = (size_t)net->n, size = (size_t)(tile->to - tile->from);
  if (t) r2s_rate_product_tile(net->by_post, tile, sent_of(work, n, t - 1), work->input);
  if (work->team > 1) {
    const size_t at = normals_of(n, t) + (size_t)tile->from * R2S_LANES;
    unit_constants own = *c;
    if (own.normal) own.normal += at;
    own.shot += at;
    advance_units(&own, tile, t);
    return;
  }
  if (t && c->normal) draw(&work->state_noise, work->normal, size);
  if (net->shot > 0) draw(&work->shot_noise, work->shot, size);
  advance_units(c, tile, t);
}

/* A team's normals of step t: streams go on from tile to tile, so that one thread draws them all. */
R2S_INLINE void draw_step(const r2s_rate_view *net, r2s_rate_work *work, int t, bool shot) {
  const size_t n = (size_t)net->n, at = normals_of(n, t);
  if (t && net->state_sd > 0) draw(&work->state_noise, work->normal + at, n);
  if (shot) draw(&work->shot_noise, work->shot + at, n);
}

/* A team meets once a step. Beside its tiles of step t the first thread takes the output of t - 1, the last
 * one draws the normals of t + 1. (Traces are for threads alone.) */
void R2S_KERNEL(r2s_rate_forward)(const r2s_rate_view *net, r2s_rate_work *work) {
  const r2s_rate_rows *rows = net->by_post;
  const size_t n_tiles = (size_t)rows->n_tiles, first = r2s_rate_part(work, n_tiles, work->rank),
               end = r2s_rate_part(work, n_tiles, work->rank + 1);
  const size_t area = (size_t)net->n * R2S_LANES;
  const int T = work->n_steps;
  const bool shot = net->shot > 0, team = work->team > 1, outputs = team && work->rank == 0,
             draws = team && work->rank == work->team - 1;
  const bool keeps = net->n_out > 1 || work->r_trace;
  units_function *usual = units_of(net, false, keeps), *measuring = units_of(net, true, keeps);
  if (draws) draw_step(net, work, 0, shot);
  r2s_barrier_wait(work->barrier);
  for (int t = 0; t < T; t++) {
    const unit_constants c = make_constants(net, work, t);
    if (draws && t + 1 < T) draw_step(net, work, t + 1, shot);
    if (outputs && t > 1) output(net, work, t - 1, shot);
    for (size_t k = first; k < end; k++)
      advance(net, work, c.amplitude ? measuring : usual, &c, &rows->tile[k], t);
    r2s_barrier_wait(work->barrier);
    if (team) continue;
    if (work->x_trace) memcpy(work->x_trace + (size_t)t * area, work->x, area * sizeof(float));
    if (t) output(net, work, t, shot);
  }
  if (outputs && T > 1) output(net, work, T - 1, shot);
}
