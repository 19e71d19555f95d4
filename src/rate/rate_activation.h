/* SPDX-License-Identifier: MIT
 * The activations and the amplitude of the shot noise (Eq. R4, R9), inlined into the kernels. Without
 * branches: NaN stays NaN. */
#ifndef R2S_RATE_ACTIVATION_H
#define R2S_RATE_ACTIVATION_H

#include "rate/rate_table.h"
#include "rate/rate_vector.h"

/* The table as the loops hold it. */
typedef struct r2s_rate_curve {
  const float *part;
  float scale, shift;
} r2s_rate_curve;

R2S_INLINE r2s_rate_curve r2s_rate_curve_of(const r2s_rate_table *table) {
  return (r2s_rate_curve){table->part[0], (float)table->scale, (float)table->shift};
}

/* Vectors that are taken side by side, since each is a long chain of operations. */
enum { R2S_RATE_TOGETHER = 4 };

/* The byte offset of the words of x's part (rate_table.h), counted from FIRST parts before the table. */
R2S_INLINE r2s_vi r2s_rate_place(const r2s_rate_curve *c, r2s_vf x) {
  r2s_vf z = r2s_vf_fma(x, r2s_vf_set(c->scale), r2s_vf_set(c->shift));
  z = r2s_vf_min(r2s_vf_max(z, r2s_vf_set(4.0f)), r2s_vf_set(1024.0f));
  return ((r2s_vi)z >> R2S_RATE_SHIFT) * (int32_t)(R2S_RATE_WORDS * sizeof(float));
}

/* The words of each lane's part: a load a lane, turned 4 x 4. (Gathers are slow on many machines.) */
R2S_INLINE void r2s_rate_words(const r2s_rate_curve *c, const r2s_vi *place, r2s_vf out[R2S_RATE_WORDS]) {
  r2s_vf lane[4], low[2], high[2];
  for (int k = 0; k < 4; k++) {
    const char *from[R2S_VW / 4];
    for (int p = 0; p < R2S_VW / 4; p++) {
      uint32_t at;
      memcpy(&at, (const char *)place + sizeof at * (size_t)(k + 4 * p), sizeof at);
      size_t offset = at;
      __asm__("" : "+r"(offset)); /* or clang adds to all at once, and takes them apart again */
      from[p] = (const char *)c->part + (offset - R2S_RATE_FIRST * R2S_RATE_WORDS * sizeof(float));
    }
    lane[k] = r2s_vf_load_apart(from);
  }
  for (int k = 0; k < 2; k++) {
    low[k] = R2S_IN_FOURS(lane[2 * k], lane[2 * k + 1], 0, 4, 1, 5);
    high[k] = R2S_IN_FOURS(lane[2 * k], lane[2 * k + 1], 2, 6, 3, 7);
  }
  out[0] = R2S_IN_FOURS(low[0], low[1], 0, 1, 4, 5);
  out[1] = R2S_IN_FOURS(low[0], low[1], 2, 3, 6, 7);
  out[2] = R2S_IN_FOURS(high[0], high[1], 0, 1, 4, 5);
  out[3] = R2S_IN_FOURS(high[0], high[1], 2, 3, 6, 7);
}

/* What the table says of a vector: rate and slope, amplitude, or both. */
R2S_INLINE void r2s_rate_look_up(const r2s_rate_curve *c, bool siegert, bool shot, r2s_vf x,
                                 const r2s_vi *place, r2s_vf *r, r2s_vf *slope, r2s_vf *amplitude) {
  r2s_vf word[R2S_RATE_WORDS];
  r2s_rate_words(c, place, word);
  if (siegert) {
    *r = r2s_vf_fma(r2s_vf_fma(word[3], x, word[1]), x, word[0]);
    *slope = r2s_vf_fma(word[3] + word[3], x, word[1]);
  }
  if (shot) *amplitude = r2s_vf_fma((r2s_vf)((r2s_vu)word[3] << 16), x, word[2]);
}

R2S_INLINE void r2s_rate_sigmoid(int count, const r2s_vf *x, r2s_vf *r, r2s_vf *slope) {
  r2s_vf_exp_some(count, true, x, r);
  for (int v = 0; v < count; v++) {
    r[v] = 1.0f / (1.0f + r[v]);
    slope[v] = r[v] * (1.0f - r[v]);
  }
}

R2S_INLINE void r2s_rate_relu(r2s_vf x, r2s_vf *r, r2s_vf *slope) {
  *r = r2s_vf_min(r2s_vf_max(x, r2s_vf_set(0.0f)), r2s_vf_set(R2S_RATE_CLIP)) + (x - x);
  *slope = r2s_vf_select((x > 0.0f) & (x < R2S_RATE_CLIP), r2s_vf_set(1.0f), r2s_vf_set(0.0f));
}

R2S_INLINE void r2s_rate_softplus(r2s_vf x, r2s_vf *r, r2s_vf *slope) {
  r2s_vf small = r2s_vf_exp(r2s_vf_min(x, -x)), top = r2s_vf_set(R2S_RATE_CLIP);
  r2s_vf value = r2s_vf_max(x, r2s_vf_set(0.0f)) + r2s_vf_log(1.0f + small);
  *slope = r2s_vf_select(value < top, 1.0f / (1.0f + r2s_vf_exp(-x)), r2s_vf_set(0.0f));
  *r = r2s_vf_min(value, top) + (x - x);
}

/* Whether the table is asked. */
R2S_INLINE bool r2s_rate_uses_table(r2s_activation activation, bool shot) {
  return shot || activation == R2S_ACTIVATION_SIEGERT;
}

/* count vectors, at most R2S_RATE_TOGETHER. place: where the table is asked, that of their words; best found
 * long before, since it is read from memory, a lane after the other. amplitude: with shot noise only. */
R2S_INLINE void r2s_rate_activate(const r2s_rate_curve *c, r2s_activation activation, bool shot, int count,
                                  const r2s_vf *x, const r2s_vi *place, r2s_vf *r, r2s_vf *slope,
                                  r2s_vf *amplitude) {
  const bool siegert = activation == R2S_ACTIVATION_SIEGERT;
  if (r2s_rate_uses_table(activation, shot))
    for (int v = 0; v < count; v++)
      r2s_rate_look_up(c, siegert, shot, x[v], place + v, r + v, slope + v, amplitude + v);
  if (activation == R2S_ACTIVATION_SIGMOID) r2s_rate_sigmoid(count, x, r, slope);
  for (int v = 0; v < count; v++) {
    if (activation == R2S_ACTIVATION_RELU) r2s_rate_relu(x[v], &r[v], &slope[v]);
    if (activation == R2S_ACTIVATION_SOFTPLUS) r2s_rate_softplus(x[v], &r[v], &slope[v]);
  }
}

#endif
