/* SPDX-License-Identifier: MIT
 * The gradient of the edges (Eq. R6), inlined into the kernels: of each edge, the sum over steps and trials
 * of what its receiver asks for times what its sender sent. */
#ifndef R2S_RATE_EDGE_GRADIENT_H
#define R2S_RATE_EDGE_GRADIENT_H

#include "rate/rate_fixed.h"
#include "rate/rate_numbers.h"

/* What a pass over the edges does: how many pairs of the block's steps there are, and whether it sets the
 * sums in place of adding to them (constants where it is inlined); and which fours, from..to-1. */
typedef struct r2s_rate_pass {
  size_t pairs;
  bool first;
  size_t from, to;
} r2s_rate_pass;

/* Pairs from..to-1 of the sums of four edges of one receiver, side by side, since each is a chain of
 * additions. e, y [4]: the numbers of the receiver and of the senders. */
R2S_INLINE void r2s_rate_sum_pairs(size_t from, size_t to, const r2s_rate_numbers *e,
                                   const uint32_t *const *y, r2s_dots dots[R2S_RATE_SLOTS_FOUR]) {
  for (size_t pair = from; pair < to; pair++)
    for (size_t p = 0; p < R2S_PARTS; p++) {
      const r2s_vi own = (r2s_vi)r2s_rate_number(e, pair, p);
      for (int k = 0; k < R2S_RATE_SLOTS_FOUR; k++)
        dots[k] = r2s_dots_add(own, (r2s_vi)r2s_vu_load(y[k] + pair * R2S_LANES + p * R2S_VW), dots[k]);
    }
}

/* The sums of a four, which wait to be added to the edges' gradients. */
typedef struct r2s_rate_four {
  r2s_vi sums[R2S_PARTS]; /* folded */
  r2s_v4 step;            /* what they are multiples of */
} r2s_rate_four;

/* g [4] += (first pass: =) the sums */
R2S_INLINE void r2s_rate_add_four(r2s_rate_pass pass, const r2s_rate_four *four, float *g) {
  r2s_vf sums[R2S_PARTS];
  for (size_t p = 0; p < R2S_PARTS; p++) sums[p] = __builtin_convertvector(four->sums[p], r2s_vf);
  r2s_v4_add(r2s_vf_sum_fours(sums) * four->step, pass.first, g);
}

/* g_edge [slots] += (first pass: =) sum over a block's steps and 16 lanes of e times sent. A four's sums
 * are added in the midst of the next four's: right behind their own they would have to be waited for. */
R2S_INLINE void r2s_rate_edge_gradient(r2s_rate_pass pass, const r2s_rate_slots *slots,
                                       const r2s_rate_fixed *sent, const r2s_rate_fixed *adjoint,
                                       float *g_edge) {
  enum { FOUR = R2S_RATE_SLOTS_FOUR, UNIT = R2S_RATE_PAIRS * R2S_LANES };
  const uint32_t *sent_pair = sent->pair, *e_pair = adjoint->pair, *pre = slots->pre + pass.from * FOUR;
  const uint32_t *post = slots->post + pass.from, *const end = slots->post + pass.to;
  const float *sent_step = sent->step, *e_step = adjoint->step;
  float none[FOUR] = {0}, *g = none; /* before the first four comes none */
  g_edge += pass.from * FOUR;
  r2s_rate_four before = {0};
  for (; post < end; post++, pre += FOUR) {
    const r2s_rate_numbers e = r2s_rate_numbers_of(e_pair + (size_t)*post * UNIT, R2S_LANES, pass.pairs);
    const r2s_v4 step = {sent_step[pre[0]], sent_step[pre[1]], sent_step[pre[2]], sent_step[pre[3]]};
    const uint32_t *y[FOUR];
    r2s_dots dots[FOUR] = {0};
    for (int k = 0; k < FOUR; k++) y[k] = sent_pair + (size_t)pre[k] * UNIT;
    r2s_rate_sum_pairs(0, pass.pairs / 2, &e, y, dots);
    r2s_rate_add_four(pass, &before, g);
    g = g_edge, g_edge += FOUR;
    before.step = step * e_step[*post];
    r2s_rate_sum_pairs(pass.pairs / 2, pass.pairs, &e, y, dots);
    r2s_dots_fold4_of_four(dots, before.sums);
  }
  r2s_rate_add_four(pass, &before, g);
}

#endif
