/* SPDX-License-Identifier: MIT
 * The gradient of the edges (Eq. R6), inlined into the kernels: of each edge, the sum over steps and trials
 * of what its receiver asks for times what its sender sent. */
#ifndef R2S_RATE_EDGE_GRADIENT_H
#define R2S_RATE_EDGE_GRADIENT_H

#include "rate/rate_fixed.h"

enum { R2S_RATE_EDGES = 4 /* edges of a receiver that are taken side by side */ };

/* What a pass over the edges does: how many pairs of the block's steps there are, and whether it sets the
 * sums in place of adding to them. Constants where it is inlined. */
typedef struct r2s_rate_pass {
  size_t pairs;
  bool first;
} r2s_rate_pass;

/* What a receiver's steps of a block asked for. */
typedef struct r2s_rate_asked {
  r2s_rate_numbers pair; /* words */
  float step;
} r2s_rate_asked;

/* `edges` edges of one receiver: side by side, since each is a chain of additions. */
R2S_INLINE void r2s_rate_some_edges(r2s_rate_pass pass, const r2s_rate_asked *e, const r2s_rate_fixed *sent,
                                    const uint32_t *pre, int edges, float *g_edge) {
  const uint32_t *y[R2S_RATE_EDGES];
  r2s_vf part[R2S_RATE_EDGES][R2S_PARTS];
  for (int k = 0; k < edges; k++) y[k] = sent->pair + (size_t)pre[k] * R2S_RATE_PAIRS * R2S_LANES;
#pragma GCC unroll 4
  for (size_t p = 0; p < R2S_PARTS; p++) {
    r2s_vi sum[R2S_RATE_EDGES] = {0};
    for (size_t pair = 0; pair < pass.pairs; pair++) {
      const r2s_vi own = (r2s_vi)r2s_rate_number(&e->pair, pair, p);
      for (int k = 0; k < edges; k++)
        sum[k] = r2s_vi_dot(own, (r2s_vi)r2s_vu_load(y[k] + pair * R2S_LANES + p * R2S_VW), sum[k]);
    }
    for (int k = 0; k < edges; k++)
      part[k][p] = __builtin_convertvector(sum[k], r2s_vf) * r2s_vf_set(sent->step[pre[k]]);
  }
  r2s_vf_add_folded(part, edges, e->step, pass.first, g_edge);
}

/* The edges pre[0..count-1] of one receiver. */
R2S_INLINE void r2s_rate_row_gradient(r2s_rate_pass pass, const r2s_rate_asked *e, const r2s_rate_fixed *sent,
                                      const uint32_t *pre, size_t count, float *g_edge) {
  size_t k = 0;
  for (; k + R2S_RATE_EDGES <= count; k += R2S_RATE_EDGES)
    r2s_rate_some_edges(pass, e, sent, pre + k, R2S_RATE_EDGES, g_edge + 4 * k);
  for (; k < count; k++) r2s_rate_some_edges(pass, e, sent, pre + k, 1, g_edge + 4 * k);
}

/* g_edge [slots x 4] += (first pass: =) sum over a block's steps and 16 lanes of e times sent. The rates of a
 * chunk of sending units stay in the L1 cache. */
R2S_INLINE void r2s_rate_edge_gradient(r2s_rate_pass pass, const r2s_rate_slots *slots,
                                       const r2s_rate_fixed *sent, const r2s_rate_fixed *adjoint,
                                       float *g_edge) {
  const size_t n = slots->n;
  const uint32_t *start = slots->start;
  for (size_t chunk = 0; chunk < slots->chunks; chunk++, start += n)
    for (size_t i = 0; i < n; i++) {
      if (start[i] == start[i + 1]) continue;
      const uint32_t *from = adjoint->pair + i * R2S_RATE_PAIRS * R2S_LANES;
      const r2s_rate_asked e = {r2s_rate_numbers_of(from, R2S_LANES, pass.pairs), adjoint->step[i]};
      r2s_rate_row_gradient(pass, &e, sent, slots->pre + start[i], start[i + 1] - start[i],
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
