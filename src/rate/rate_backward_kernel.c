/* SPDX-License-Identifier: MIT
 * Backward pass of 16 trials (Eq. R6). Compiled once per instruction set.
 *
 * delta_t = dL/dx_t = r'(x_t) (sum_k w_out_k dL/do_k + W^T e_(t+1)) + (1 - alpha) delta_(t+1),  e = alpha
 * delta dL/dW_ij = sum_t e_t,i y_(t-1),j ;  dL/dalpha_i = sum_t delta_t,i (input - x_(t-1))_i */
#include "rate/rate_product.h"

/* Adds the steps of one block to the edges' gradient. The receiving unit's e stay in registers (AVX-512), the
 * rates of a chunk of sending units in the L1 cache. */
static void edge_gradient(const r2s_rate_view *net, r2s_rate_work *work, int block) {
  size_t n = (size_t)net->n, span = R2S_RATE_BLOCK * R2S_LANES;
  size_t n_chunks = (n + R2S_RATE_CHUNK - 1) / R2S_RATE_CHUNK;
  const float *sent = work->sent + (size_t)block * R2S_RATE_BLOCK * n * R2S_LANES;
  for (size_t row = 0; row < n_chunks * n; row++) {
    uint32_t first = net->edge_start[row], last = net->edge_start[row + 1];
    if (first == last) continue;
    const float *from = work->e_block + row % n * span;
    r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS];
    for (int k = 0; k < R2S_RATE_BLOCK * R2S_PARTS; k++) e[k] = r2s_vf_load(from + k * R2S_VW);
    for (uint32_t edge = first; edge < last; edge++) {
      const float *y = sent + net->edge_pre[edge] * R2S_LANES;
      r2s_vf sum[R2S_PARTS] = {0};
      for (size_t t = 0; t < R2S_RATE_BLOCK; t++)
        for (size_t p = 0; p < R2S_PARTS; p++)
          sum[p] = r2s_vf_fma(e[t * R2S_PARTS + p], r2s_vf_load(y + t * n * R2S_LANES + p * R2S_VW), sum[p]);
      r2s_v4 folded = r2s_vf_fold4(sum), old;
      memcpy(&old, work->g_edge + 4 * (size_t)edge, sizeof old);
      old += folded;
      memcpy(work->g_edge + 4 * (size_t)edge, &old, sizeof old);
    }
  }
}

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

static void units(const r2s_rate_view *net, r2s_rate_work *work, int t) {
  size_t n = (size_t)net->n;
  const float *slope = work->slope + (size_t)t * n * R2S_LANES;
  const float *drive = work->drive ? work->drive + (size_t)t * n * R2S_LANES : NULL;
  const float *error = work->error + (size_t)t * (size_t)net->n_out * R2S_LANES;
  float *e_slot = work->e_block + (t - 1) % R2S_RATE_BLOCK * R2S_LANES;
  for (size_t i = 0; i < n; i++) {
    __builtin_prefetch(slope + i * R2S_LANES - n * R2S_LANES);
    r2s_vf alpha = r2s_vf_set(net->alpha[i]), keep = r2s_vf_set(1.0f - net->alpha[i]);
    for (size_t lane = 0; lane < R2S_LANES; lane += R2S_VW) {
      size_t at = i * R2S_LANES + lane;
      r2s_vf back = r2s_vf_load(work->back + at);
      for (int k = 0; k < net->n_out; k++)
        back = r2s_vf_fma(r2s_vf_set(net->w_out[(size_t)k * n + i]),
                          r2s_vf_load(error + k * R2S_LANES + lane), back);
      r2s_vf delta = r2s_vf_fma(r2s_vf_load(slope + at), back, keep * r2s_vf_load(work->delta + at));
      r2s_vf e = alpha * delta;
      r2s_vf_store(work->delta + at, delta);
      r2s_vf_store(work->e + at, e);
      r2s_vf_store(e_slot + i * R2S_RATE_BLOCK * R2S_LANES + lane, e);
      if (drive)
        r2s_vf_store(work->g_alpha + at,
                     r2s_vf_fma(delta, r2s_vf_load(drive + at), r2s_vf_load(work->g_alpha + at)));
    }
  }
}

void R2S_KERNEL(r2s_rate_backward)(const r2s_rate_view *net, r2s_rate_work *work) {
  size_t area = (size_t)net->n * R2S_LANES * sizeof(float);
  memset(work->delta, 0, area);
  memset(work->back, 0, area);
  memset(work->e_block, 0, area * R2S_RATE_BLOCK);
  for (int t = work->n_steps - 1; t > 0; t--) {
    if (t < work->n_steps - 1) r2s_rate_product_rows(net->by_pre, net->n, work->e, work->back);
    output_error(net, work, t);
    units(net, work, t);
    if ((t - 1) % R2S_RATE_BLOCK == 0) edge_gradient(net, work, (t - 1) / R2S_RATE_BLOCK);
  }
}
