/* SPDX-License-Identifier: MIT
 * The gradient of the edges (Eq. R6), inlined into the kernels: of each edge, the sum over steps and trials
 * of what its receiver asks for times what its sender sent. */
#ifndef R2S_RATE_EDGE_GRADIENT_H
#define R2S_RATE_EDGE_GRADIENT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

/* g_edge [edges x 4] += sum over 8 planes and 16 lanes of e [N x 8 x 16] times sent [8 x N x 16]. The
 * receiving unit's e stay in registers (AVX-512), the rates of a chunk of sending units in the L1 cache. */
static inline void r2s_rate_edge_gradient(const r2s_rate_view *net, const float *sent, const float *e_block,
                                          float *g_edge) {
  size_t n = (size_t)net->n, span = R2S_RATE_BLOCK * R2S_LANES;
  size_t n_chunks = (n + r2s_rate_chunk(n) - 1) / r2s_rate_chunk(n);
  for (size_t row = 0; row < n_chunks * n; row++) {
    uint32_t first = net->edge_start[row], last = net->edge_start[row + 1];
    if (first == last) continue;
    const float *from = e_block + row % n * span;
    r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS];
    for (int k = 0; k < R2S_RATE_BLOCK * R2S_PARTS; k++) e[k] = r2s_vf_load(from + k * R2S_VW);
    for (uint32_t edge = first; edge < last; edge++) {
      const float *y = sent + net->edge_pre[edge] * R2S_LANES;
      r2s_vf sum[R2S_PARTS] = {0};
      for (size_t t = 0; t < R2S_RATE_BLOCK; t++)
        for (size_t p = 0; p < R2S_PARTS; p++)
          sum[p] = r2s_vf_fma(e[t * R2S_PARTS + p], r2s_vf_load(y + t * n * R2S_LANES + p * R2S_VW), sum[p]);
      r2s_v4 folded = r2s_vf_fold4(sum), old;
      memcpy(&old, g_edge + 4 * (size_t)edge, sizeof old);
      old += folded;
      memcpy(g_edge + 4 * (size_t)edge, &old, sizeof old);
    }
  }
}

#endif
