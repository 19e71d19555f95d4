/* SPDX-License-Identifier: MIT
 * Backward pass of 16 trials (Eq. R6). Compiled once per instruction set.
 *
 * e_t = alpha dL/dx_t = alpha r'(x_t) (sum_k w_out_k dL/do_k + W^T e_(t+1)) + (1 - alpha) e_(t+1)
 * dL/dW_ij = sum_t e_t,i y_(t-1),j ;  dL/dw_out_kj = sum_t dL/do_t,k y_t,j
 * alpha_i dL/dalpha_i = sum_t e_t,i (input - x_(t-1))_i */
#include "rate/rate_edge_gradient.h"
#include "rate/rate_product.h"

/* dL/do of a step [n_out x 16], and b_out's gradient. */
static void output_error(const r2s_rate_view *net, r2s_rate_work *work, int t) {
  size_t width = (size_t)net->n_out * R2S_LANES;
  float *error = work->error + (size_t)t * width;
  for (size_t at = 0; at < width; at += R2S_VW) {
    r2s_vf scaled = r2s_vf_load(error + at) * r2s_vf_load(work->lane_scale + at % R2S_LANES);
    r2s_vf_store(error + at, scaled);
    r2s_vf_store(work->g_b + at, r2s_vf_load(work->g_b + at) + scaled);
  }
}

/* e of step t: the planes of a block are those of steps t, t + 1, ... with (t - 1) % BLOCK = 0. */
static float *e_of(const r2s_rate_work *work, size_t plane, int t) {
  return work->e + (size_t)((t - 1) % R2S_RATE_BLOCK) * plane;
}

/* The planes of the steps behind the last one: 0. */
static void clear_planes(r2s_rate_work *work, size_t plane) {
  const size_t from = (size_t)(work->n_steps - 1) % R2S_RATE_BLOCK;
  memset(work->e + from * plane, 0, (R2S_RATE_BLOCK - from) * plane * sizeof(float));
}

/* The units of a tile in step t; what the next step reads is on its way to the L2 cache meanwhile. from_sent,
 * n_out, same_alpha: the network's, as constants where that saves operations. */
R2S_INLINE void units(const r2s_rate_view *net, r2s_rate_work *work, const r2s_rate_tile *tile, int t,
                      bool from_sent, size_t n_out, bool same_alpha) {
  const size_t n = (size_t)net->n, plane = r2s_rate_plane(n), step = (size_t)t * plane;
  const float *slope = from_sent ? work->sent + step : work->slope + step, *sent = work->sent + step;
  const float *drive = !same_alpha && work->drive ? work->drive + step : NULL, *w_out = net->w_out;
  const float *error = work->error + (size_t)t * n_out * R2S_LANES, *own_alpha = net->alpha;
  const float *later = e_of(work, plane, t + 1), *tile_back = work->back;
  float *now = e_of(work, plane, t), *g_alpha = work->g_alpha;
  const size_t from = (size_t)tile->from, to = (size_t)tile->to;
  r2s_vf only[R2S_PARTS]; /* the one output's, which no store can change */
  for (size_t p = 0; p < R2S_PARTS; p++) only[p] = r2s_vf_load(error + p * R2S_VW);
  for (size_t i = from; i < to; i++) {
    __builtin_prefetch(sent + i * R2S_LANES - plane, 0, 2);
    if (!from_sent) __builtin_prefetch(slope + i * R2S_LANES - plane, 0, 2);
    const r2s_vf alpha = r2s_vf_set(own_alpha[same_alpha ? 0 : i]), keep = 1.0f - alpha;
    r2s_vf back[R2S_PARTS];
    for (size_t p = 0; p < R2S_PARTS; p++)
      back[p] = r2s_vf_load(tile_back + (i - from) * R2S_LANES + p * R2S_VW);
    for (size_t k = 0; k < n_out; k++)
      for (size_t p = 0; p < R2S_PARTS; p++)
        back[p] = r2s_vf_fma(r2s_vf_set(w_out[k * n + i]),
                             n_out == 1 ? only[p] : r2s_vf_load(error + k * R2S_LANES + p * R2S_VW), back[p]);
    for (size_t p = 0; p < R2S_PARTS; p++) {
      const size_t at = i * R2S_LANES + p * R2S_VW;
      const r2s_vf r = r2s_vf_load(slope + at), through = alpha * (from_sent ? r * (1.0f - r) : r);
      const r2s_vf e = r2s_vf_fma(through, back[p], keep * r2s_vf_load(later + at));
      r2s_vf_store(now + at, e);
      if (drive)
        r2s_vf_store(g_alpha + at, r2s_vf_fma(e, r2s_vf_load(drive + at), r2s_vf_load(g_alpha + at)));
    }
  }
}

/* The outputs' errors of the block that begins with t, those of steps t - 1 on, as the last receivers. */
static void fix_errors(const r2s_rate_view *net, r2s_rate_work *work, int t, size_t pairs) {
  const size_t n = (size_t)net->n, n_out = (size_t)net->n_out, width = n_out * R2S_LANES;
  r2s_rate_fixed last = {work->fixed_e.pair + n * R2S_RATE_PAIRS * R2S_LANES, work->fixed_e.step + n};
  r2s_rate_fix(work->error + (size_t)(t - 1) * width, width, 0, n_out, pairs, R2S_RATE_E_MOST, &last);
}

/* The gradient of the edges, and of the output weights, of the block of steps that begins with t: this
 * thread's units are brought to 16 bits, and when all are, its fours are summed. */
R2S_INLINE void pass_over_edges(const r2s_rate_view *net, r2s_rate_work *work, int t, r2s_rate_pass pass) {
  const size_t n = (size_t)net->n, plane = r2s_rate_plane(n);
  const size_t from = r2s_rate_part(work, n, work->rank), to = r2s_rate_part(work, n, work->rank + 1);
  const float *sent = work->sent + (size_t)(t - 1) * plane;
  r2s_rate_fix(sent, plane, from, to, pass.pairs, R2S_RATE_SENT_MOST, &work->fixed_sent);
  r2s_rate_fix(work->e, plane, from, to, pass.pairs, R2S_RATE_E_MOST, &work->fixed_e);
  if (work->rank == 0) fix_errors(net, work, t, pass.pairs);
  r2s_barrier_wait(work->barrier);
  pass.from = r2s_rate_part(work, net->slots->fours, work->rank);
  pass.to = r2s_rate_part(work, net->slots->fours, work->rank + 1);
  r2s_rate_edge_gradient(pass, net->slots, &work->fixed_sent, &work->fixed_e, work->g_edge);
}

/* The first block, at the trial's end, may be less than half full; and what the last step sent is read out
 * alone, to no unit. */
static void block_gradient(const r2s_rate_view *net, r2s_rate_work *work, int t) {
  const int steps = work->n_steps - t + 1;
  if (steps > R2S_RATE_BLOCK)
    pass_over_edges(net, work, t, (r2s_rate_pass){.pairs = R2S_RATE_PAIRS});
  else if (steps > R2S_RATE_BLOCK / 2)
    pass_over_edges(net, work, t, (r2s_rate_pass){.pairs = R2S_RATE_PAIRS, .first = true});
  else
    pass_over_edges(net, work, t, (r2s_rate_pass){.pairs = R2S_RATE_PAIRS / 2, .first = true});
}

/* A team meets behind each step, since the next one needs all of its e, and within a block's gradient. */
void R2S_KERNEL(r2s_rate_backward)(const r2s_rate_view *net, r2s_rate_work *work) {
  const size_t n = (size_t)net->n, plane = r2s_rate_plane(n), n_out = (size_t)net->n_out;
  const bool from_sent = r2s_rate_slope_from_sent(net);
  const r2s_rate_rows *rows = net->by_pre;
  const size_t n_tiles = (size_t)rows->n_tiles, first = r2s_rate_part(work, n_tiles, work->rank),
               end = r2s_rate_part(work, n_tiles, work->rank + 1);
  memset(work->back, 0, n * R2S_LANES * sizeof(float));
  if (work->rank == 0) {
    clear_planes(work, plane);
    for (int t = work->n_steps - 1; t > 0; t--) output_error(net, work, t);
  }
  r2s_barrier_wait(work->barrier);
  if ((work->n_steps - 1) % R2S_RATE_BLOCK == 0) block_gradient(net, work, work->n_steps);
  for (int t = work->n_steps - 1; t > 0; t--) {
    for (size_t k = first; k < end; k++) {
      const r2s_rate_tile *tile = &rows->tile[k];
      if (t < work->n_steps - 1) r2s_rate_product_tile(rows, tile, e_of(work, plane, t + 1), work->back);
      if (from_sent && n_out == 1 && net->same_alpha)
        units(net, work, tile, t, true, 1, true);
      else if (n_out == 1 && net->same_alpha)
        units(net, work, tile, t, false, 1, true);
      else if (from_sent)
        units(net, work, tile, t, true, n_out, false);
      else
        units(net, work, tile, t, false, n_out, false);
    }
    r2s_barrier_wait(work->barrier);
    if ((t - 1) % R2S_RATE_BLOCK == 0) block_gradient(net, work, t);
  }
}
