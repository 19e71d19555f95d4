/* SPDX-License-Identifier: MIT
 * Backward pass of 16 trials (Eq. R6). Compiled once per instruction set.
 *
 * delta_t = dL/dx_t = r'(x_t) (sum_k w_out_k dL/do_k + W^T e_(t+1)) + (1 - alpha) delta_(t+1),  e = alpha
 * delta dL/dW_ij = sum_t e_t,i y_(t-1),j ;  dL/dalpha_i = sum_t delta_t,i (input - x_(t-1))_i */
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
    if ((t - 1) % R2S_RATE_BLOCK == 0)
      r2s_rate_edge_gradient(net, work->sent + (size_t)(t - 1) * (size_t)net->n * R2S_LANES, work->e_block,
                             work->g_edge);
  }
}
