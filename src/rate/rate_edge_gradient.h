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
                                    const uint32_t *pre, int edges, bool first, float *g_edge) {
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
  r2s_vf_add_folded(sum, edges, first, g_edge);
}

/* The edges pre[0..count-1] of one receiver. */
R2S_INLINE void r2s_rate_row_gradient(const r2s_vf e[R2S_RATE_BLOCK * R2S_PARTS], const float *sent, size_t n,
                                      const uint32_t *pre, size_t count, bool first, float *g_edge) {
  size_t k = 0;
  for (; k + R2S_RATE_EDGES <= count; k += R2S_RATE_EDGES)
    r2s_rate_some_edges(e, sent, n, pre + k, R2S_RATE_EDGES, first, g_edge + 4 * k);
  for (; k < count; k++) r2s_rate_some_edges(e, sent, n, pre + k, 1, first, g_edge + 4 * k);
}

/* g_edge [slots x 4] += (first: =) sum over 8 planes and 16 lanes of e [8 x N x 16] times sent [8 x N x 16].
 * The receiving unit's e stay in registers (AVX-512), the rates of a chunk of sending units in the L1 cache.
 */
R2S_INLINE void r2s_rate_edge_gradient(const r2s_rate_view *net, const float *sent, const float *adjoint,
                                       bool first, float *g_edge) {
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
      r2s_rate_row_gradient(e, sent, n, slots->pre + start[i], start[i + 1] - start[i], first,
                            g_edge + 4 * (size_t)start[i]);
    }
}

/* gradient [edges] of the edges in their own order: the sums of g_edge's four parts, times the sender's sign
 * [N] (NULL: times 1). */
R2S_INLINE void r2s_rate_fold_edges(const r2s_rate_slots *slots, size_t edges, const float *g_edge,
                                    const float *sign, float *gradient) {
  const uint32_t *edge = slots->edge, *pre = slots->pre;
  size_t slot = 0;
  for (; slot + 4 <= edges; slot += 4) {
    r2s_v4 g[4], ab, cd;
    memcpy(g, g_edge + 4 * slot, sizeof g);
    ab = __builtin_shufflevector(g[0], g[1], 0, 2, 4, 6) + __builtin_shufflevector(g[0], g[1], 1, 3, 5, 7);
    cd = __builtin_shufflevector(g[2], g[3], 0, 2, 4, 6) + __builtin_shufflevector(g[2], g[3], 1, 3, 5, 7);
    ab = __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
    for (size_t k = 0; k < 4; k++) gradient[edge[slot + k]] = sign ? ab[k] * sign[pre[slot + k]] : ab[k];
  }
  for (; slot < edges; slot++) {
    const float *g = g_edge + 4 * slot;
    float sum = (g[0] + g[1]) + (g[2] + g[3]);
    gradient[edge[slot]] = sign ? sum * sign[pre[slot]] : sum;
  }
}

#endif
