/* SPDX-License-Identifier: MIT
 * The gradient of the edges of one trial (Eq. R6), inlined into the kernels: of each edge, the sum over steps
 * of what its receiver asks for times what its sender sent. Its lanes are steps. */
#ifndef R2S_RATE_SINGLE_GRADIENT_H
#define R2S_RATE_SINGLE_GRADIENT_H

#include "rate/rate_numbers.h"
#include "rate/rate_single.h"

#if R2S_VW == 16
#define R2S_INTERLEAVE(a, b, k)                                                                              \
  __builtin_shufflevector(a, b, k, 16 + k, 1 + k, 17 + k, 2 + k, 18 + k, 3 + k, 19 + k, 4 + k, 20 + k,       \
                          5 + k, 21 + k, 6 + k, 22 + k, 7 + k, 23 + k)
#elif R2S_VW == 8
#define R2S_INTERLEAVE(a, b, k)                                                                              \
  __builtin_shufflevector(a, b, k, 8 + k, 1 + k, 9 + k, 2 + k, 10 + k, 3 + k, 11 + k)
#else
#define R2S_INTERLEAVE(a, b, k) __builtin_shufflevector(a, b, k, 4 + k, 1 + k, 5 + k)
#endif

/* Rows to columns: interleaving the first half with the second, log2 times. */
R2S_INLINE void r2s_vf_transpose(r2s_vf v[R2S_VW]) {
  for (int half = R2S_VW / 2; half > 0; half /= 2) {
    r2s_vf to[R2S_VW];
    for (int k = 0; k < R2S_VW / 2; k++) {
      to[2 * k] = R2S_INTERLEAVE(v[k], v[k + R2S_VW / 2], 0);
      to[2 * k + 1] = R2S_INTERLEAVE(v[k], v[k + R2S_VW / 2], R2S_VW / 2);
    }
    for (int k = 0; k < R2S_VW; k++) v[k] = to[k];
  }
}

/* to [width x PLANES x 16] from PLANES x 16 rows of units, each times its sign */
R2S_INLINE void r2s_rate_single_turn(const r2s_rate_single_work *work, const float *rows, const float *sign,
                                     float *to) {
  for (size_t step = 0; step < R2S_RATE_PLANES * R2S_LANES; step += R2S_VW)
    for (size_t i = 0; i < work->width; i += R2S_VW) {
      r2s_vf v[R2S_VW];
      for (size_t k = 0; k < R2S_VW; k++) {
        v[k] = r2s_vf_load(rows + (step + k) * work->stride + i);
        if (sign) v[k] *= r2s_vf_load(sign + i);
      }
      r2s_vf_transpose(v);
      for (size_t k = 0; k < R2S_VW; k++)
        r2s_vf_store(to + (i + k) * R2S_RATE_PLANES * R2S_LANES + step, v[k]);
    }
}

/* g [4] += (first: =) the parts of four edges of a receiver: sums over the pass of what it asked for
 * times what the senders pre [4] sent, planes in turns in CHAINS sums. */
R2S_INLINE void r2s_rate_single_four_edges(const r2s_rate_numbers *e, const float *y, const uint32_t *pre,
                                           bool first, float *g) {
  enum { SPAN = R2S_RATE_PLANES * R2S_LANES, CHAINS = 3 };
  r2s_vf part[R2S_RATE_SLOTS_FOUR][R2S_PARTS];
#pragma GCC unroll 4
  for (size_t p = 0; p < R2S_PARTS; p++) {
    r2s_vf sum[R2S_RATE_SLOTS_FOUR][CHAINS] = {0};
#pragma GCC unroll 16
    for (size_t plane = 0; plane < R2S_RATE_PLANES; plane++) {
      const r2s_vf asked = r2s_rate_number(e, plane, p);
      for (int k = 0; k < R2S_RATE_SLOTS_FOUR; k++) {
        const float *sent = y + pre[k] * SPAN + plane * R2S_LANES + p * R2S_VW;
        sum[k][plane % CHAINS] = r2s_vf_fma(asked, r2s_vf_load(sent), sum[k][plane % CHAINS]);
      }
    }
    for (int k = 0; k < R2S_RATE_SLOTS_FOUR; k++) part[k][p] = (sum[k][0] + sum[k][1]) + sum[k][2];
  }
  r2s_vf folded[R2S_PARTS];
  r2s_vf_fold4_of_four(part, folded);
  r2s_v4_add(r2s_vf_sum_fours(folded), first, g);
}

/* g_edge += (the first pass: =) the part of the PLANES x 16 steps from `from` on, of edges between units. */
static inline void r2s_rate_single_gradient(const r2s_rate_slots *slots, r2s_rate_single_work *work,
                                            size_t from) {
  enum { SPAN = R2S_RATE_PLANES * R2S_LANES };
  _Static_assert((int)R2S_RATE_PLANES <= (int)R2S_RATE_BLOCK, "the registers hold a pass");
  r2s_rate_single_turn(work, work->y + from * work->stride, work->sign, work->y_lanes);
  r2s_rate_single_turn(work, work->e + from * work->stride, NULL, work->e_lanes);
  for (size_t four = 0; four < slots->fours; four++) {
    const size_t slot = four * R2S_RATE_SLOTS_FOUR;
    if (slots->post[four] >= slots->n) continue;
    const r2s_rate_numbers e =
        r2s_rate_numbers_of(work->e_lanes + slots->post[four] * SPAN, R2S_LANES, R2S_RATE_PLANES);
    r2s_rate_single_four_edges(&e, work->y_lanes, slots->pre + slot, from == 0, work->g_edge + slot);
  }
}

#endif
