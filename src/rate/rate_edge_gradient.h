/* SPDX-License-Identifier: MIT
 * The gradient of the edges (Eq. R6), inlined into the kernels: of each edge, the sum over steps and trials
 * of what its receiver asks for times what its sender sent. */
#ifndef R2S_RATE_EDGE_GRADIENT_H
#define R2S_RATE_EDGE_GRADIENT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

enum { R2S_RATE_EDGES = 4 /* edges of a receiver that are taken side by side */ };

/* `edges` edges of one receiver, whose adjoints of 8 planes are e: side by side, since each is a chain of
 * multiply-adds. */
R2S_INLINE void r2s_rate_some_edges(const r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS], const float *sent, size_t n,
                                    const uint32_t *pre, int edges, float *g_edge) {
  const float *y[R2S_RATE_EDGES];
  r2s_vf sum[R2S_RATE_EDGES][R2S_PARTS];
  for (int k = 0; k < edges; k++) {
    y[k] = sent + pre[k] * R2S_LANES;
    for (int p = 0; p < R2S_PARTS; p++) sum[k][p] = r2s_vf_set(0.0f);
  }
  for (size_t t = 0; t < R2S_RATE_BLOCK; t++)
    for (int k = 0; k < edges; k++)
      for (size_t p = 0; p < R2S_PARTS; p++)
        sum[k][p] =
            r2s_vf_fma(e[t * R2S_PARTS + p], r2s_vf_load(y[k] + t * n * R2S_LANES + p * R2S_VW), sum[k][p]);
  r2s_vf_add_folded(sum, edges, false, g_edge);
}

/* The edges pre[0..count-1] of one receiver. */
R2S_INLINE void r2s_rate_row_gradient(const r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS], const float *sent, size_t n,
                                      const uint32_t *pre, size_t count, float *g_edge) {
  size_t k = 0;
  for (; k + R2S_RATE_EDGES <= count; k += R2S_RATE_EDGES)
    r2s_rate_some_edges(e, sent, n, pre + k, R2S_RATE_EDGES, g_edge + 4 * k);
  for (; k < count; k++) r2s_rate_some_edges(e, sent, n, pre + k, 1, g_edge + 4 * k);
}

/* g_edge [slots x 4] += sum over 8 planes and 16 lanes of e [8 x N x 16] times sent [8 x N x 16]. The
 * receiving unit's e stay in registers (AVX-512), the rates of a chunk of sending units in the L1 cache. */
static inline void r2s_rate_edge_gradient(const r2s_rate_view *net, const float *sent, const float *adjoint,
                                          float *g_edge) {
  const r2s_rate_slots *slots = net->slots;
  const size_t n = slots->n;
  const uint32_t *start = slots->start;
  for (size_t chunk = 0; chunk < slots->chunks; chunk++, start += n)
    for (size_t i = 0; i < n; i++) {
      if (start[i] == start[i + 1]) continue;
      r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS];
      for (size_t t = 0; t < R2S_RATE_BLOCK; t++)
        for (size_t p = 0; p < R2S_PARTS; p++)
          e[t * R2S_PARTS + p] = r2s_vf_load(adjoint + (t * n + i) * R2S_LANES + p * R2S_VW);
      r2s_rate_row_gradient(e, sent, n, slots->pre + start[i], start[i + 1] - start[i],
                            g_edge + 4 * (size_t)start[i]);
    }
}

#endif
