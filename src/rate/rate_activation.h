/* SPDX-License-Identifier: MIT
 * The activations and the amplitude of the shot noise (Eq. R4, R9), inlined into the kernels. Without
 * branches: NaN stays NaN. */
#ifndef R2S_RATE_ACTIVATION_H
#define R2S_RATE_ACTIVATION_H

#include "rate/rate_table.h"
#include "rate/rate_vector.h"

/* The table as the loops hold it. */
typedef struct r2s_rate_curve {
  const float (*coef)[R2S_RATE_PIECES];
  const float *row;
  float scale, shift;
} r2s_rate_curve;

R2S_INLINE r2s_rate_curve r2s_rate_curve_of(const r2s_rate_table *table) {
  return (r2s_rate_curve){table->coef, table->row[0], (float)table->scale, (float)table->shift};
}

/* Vectors that are taken side by side, since each is a long chain of operations: in all that comes before and
 * behind the table, and in what the table says of them (with AVX-512 they share the loads of coefficients,
 * else each has coefficients of its own, as many as there are registers). */
enum { R2S_RATE_TOGETHER = 4, R2S_RATE_LOOKED_UP = R2S_VW == 16 ? 4 : 1 };

/* z of x, held to the table. */
R2S_INLINE r2s_vf r2s_rate_held(const r2s_rate_curve *c, r2s_vf x) {
  r2s_vf z = r2s_vf_fma(x, r2s_vf_set(c->scale), r2s_vf_set(c->shift));
  return r2s_vf_min(r2s_vf_max(z, r2s_vf_set(4.0f)), r2s_vf_set(0x1.fffffep9f));
}

/* The piece that x lies in (rate_table.h). AVX-512: the last five bits say which, all that a permute sees;
 * else the place of its coefficients, in bytes. */
R2S_INLINE r2s_vi r2s_rate_piece(const r2s_rate_curve *c, r2s_vf x) {
  r2s_vi piece = (r2s_vi)r2s_rate_held(c, x) >> 21;
#if R2S_VW < 16
  piece = (piece - R2S_RATE_FIRST) * (int32_t)(R2S_RATE_ROW * sizeof(float));
#endif
  return piece;
}

/* Where x lies in its piece. */
typedef struct r2s_rate_place {
  r2s_vf quarter; /* f/4, f in [0, 1) in the piece */
  r2s_vf inverse; /* 1/(4 width of the piece), in z */
  r2s_vf beyond;  /* how far z lies outside the table */
} r2s_rate_place;

R2S_INLINE r2s_rate_place r2s_rate_find_place(const r2s_rate_curve *c, r2s_vf x) {
  r2s_rate_place at;
  r2s_vf z = r2s_vf_fma(x, r2s_vf_set(c->scale), r2s_vf_set(c->shift)), held = r2s_rate_held(c, x);
  r2s_vi bits = (r2s_vi)held;
  at.quarter = (r2s_vf)((bits & 0x1fffff) | 0x3f800000) - 1.0f;
  /* z = 2^e m lies in a piece of width 2^(e-2) */
  at.inverse = (r2s_vf)(0x7f000000u - ((r2s_vu)held & 0x7f800000u));
  at.beyond = z - held;
  return at;
}

/* The coefficients of the lanes' pieces: AVX-512 looks one up when it is needed. */
typedef struct r2s_rate_coefs {
#if R2S_VW == 16
  r2s_vi piece;
#else
  r2s_vf of[R2S_RATE_ROW];
#endif
} r2s_rate_coefs;

#if R2S_VW < 16
/* Coefficients first .. first + 3 of each lane's piece: four neighbours are one load, and are turned 4 x 4.
 * (A look-up among 32 is seven operations with AVX2, and gathers are slow on many machines.) */
R2S_INLINE void r2s_rate_four_coefs(const float *row, const r2s_vi *piece, int first, r2s_vf out[4]) {
  r2s_vf lane[4], low[2], high[2];
  for (int k = 0; k < 4; k++) {
    const char *from[R2S_VW / 4];
    for (int p = 0; p < R2S_VW / 4; p++) {
      uint32_t at;
      memcpy(&at, (const char *)piece + sizeof at * (size_t)(k + 4 * p), sizeof at);
      from[p] = (const char *)(row + first) + at;
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
#endif

R2S_INLINE r2s_rate_coefs r2s_rate_coefs_of(const r2s_rate_curve *c, const r2s_vi *piece) {
  r2s_rate_coefs coefs;
#if R2S_VW == 16
  (void)c;
  coefs.piece = *piece;
#else
  for (int first = 0; first < R2S_RATE_COEFS; first += 4)
    r2s_rate_four_coefs(c->row, piece, first, coefs.of + first);
#endif
  return coefs;
}

/* Coefficient k. */
R2S_INLINE r2s_vf r2s_rate_coef(const r2s_rate_curve *c, const r2s_rate_coefs *coefs, int k) {
#if R2S_VW == 16
  return r2s_vf_lookup_by((r2s_vf)coefs->piece, c->coef[k], c->coef[k] + 16);
#else
  (void)c;
  return coefs->of[k];
#endif
}

/* Horner's rule for the value and, beside it, the derivative; count vectors. */
R2S_INLINE void r2s_rate_siegert(const r2s_rate_curve *c, int count, const r2s_rate_place *at,
                                 const r2s_rate_coefs *coefs, r2s_vf *r, r2s_vf *slope) {
  for (int v = 0; v < count; v++) slope[v] = r2s_rate_coef(c, &coefs[v], R2S_RATE_DEGREE);
  for (int v = 0; v < count; v++)
    r[v] = r2s_vf_fma(slope[v], at[v].quarter, r2s_rate_coef(c, &coefs[v], R2S_RATE_DEGREE - 1));
  for (int k = R2S_RATE_DEGREE - 2; k >= 0; k--)
    for (int v = 0; v < count; v++) {
      slope[v] = r2s_vf_fma(slope[v], at[v].quarter, r[v]);
      r[v] = r2s_vf_fma(r[v], at[v].quarter, r2s_rate_coef(c, &coefs[v], k));
    }
  for (int v = 0; v < count; v++) {
    r2s_vf derivative = slope[v] * at[v].inverse;
    r[v] = r2s_vf_fma(derivative, at[v].beyond, r[v]);
    slope[v] = derivative * c->scale;
  }
}

R2S_INLINE void r2s_rate_noise_amplitude(const r2s_rate_curve *c, int count, const r2s_rate_place *at,
                                         const r2s_rate_coefs *coefs, r2s_vf *amplitude) {
  for (int v = 0; v < count; v++) amplitude[v] = r2s_rate_coef(c, &coefs[v], R2S_RATE_COEFS - 1);
  for (int k = R2S_RATE_COEFS - 2; k >= R2S_RATE_AMPLITUDE; k--)
    for (int v = 0; v < count; v++)
      amplitude[v] = r2s_vf_fma(amplitude[v], at[v].quarter, r2s_rate_coef(c, &coefs[v], k));
}

/* What the table says of count vectors: rate and slope, amplitude, or both. */
R2S_INLINE void r2s_rate_look_up(const r2s_rate_curve *c, bool siegert, bool shot, int count, const r2s_vf *x,
                                 const r2s_vi *piece, r2s_vf *r, r2s_vf *slope, r2s_vf *amplitude) {
  const int each = count < R2S_RATE_LOOKED_UP ? count : R2S_RATE_LOOKED_UP;
#pragma GCC unroll 4
  for (int v = 0; v < count; v += each) {
    r2s_rate_place at[R2S_RATE_LOOKED_UP];
    r2s_rate_coefs coefs[R2S_RATE_LOOKED_UP];
    for (int k = 0; k < each; k++) {
      at[k] = r2s_rate_find_place(c, x[v + k]);
      coefs[k] = r2s_rate_coefs_of(c, piece + v + k);
    }
    if (siegert) r2s_rate_siegert(c, each, at, coefs, r + v, slope + v);
    if (shot) r2s_rate_noise_amplitude(c, each, at, coefs, amplitude + v);
  }
}

R2S_INLINE void r2s_rate_sigmoid(int count, const r2s_vf *x, r2s_vf *r, r2s_vf *slope) {
  r2s_vf_exp_some(count, true, x, r);
  for (int v = 0; v < count; v++) {
    r[v] = 1.0f / (1.0f + r[v]);
    slope[v] = r[v] * (1.0f - r[v]);
  }
}

R2S_INLINE void r2s_rate_relu(r2s_vf x, r2s_vf *r, r2s_vf *slope) {
  *r = r2s_vf_min(r2s_vf_max(x, r2s_vf_set(0.0f)), r2s_vf_set(20.0f)) + (x - x);
  *slope = r2s_vf_select((x > 0.0f) & (x < 20.0f), r2s_vf_set(1.0f), r2s_vf_set(0.0f));
}

R2S_INLINE void r2s_rate_softplus(r2s_vf x, r2s_vf *r, r2s_vf *slope) {
  r2s_vf small = r2s_vf_exp(r2s_vf_min(x, -x)), top = r2s_vf_set(20.0f);
  r2s_vf value = r2s_vf_max(x, r2s_vf_set(0.0f)) + r2s_vf_log(1.0f + small);
  *slope = r2s_vf_select(value < top, 1.0f / (1.0f + r2s_vf_exp(-x)), r2s_vf_set(0.0f));
  *r = r2s_vf_min(value, top) + (x - x);
}

/* Whether the table is asked. */
R2S_INLINE bool r2s_rate_uses_table(r2s_activation activation, bool shot) {
  return shot || activation == R2S_ACTIVATION_SIEGERT;
}

/* count vectors, at most R2S_RATE_TOGETHER. piece: where the table is asked, their pieces; but for AVX-512
 * best found long before, since the lanes' coefficients are loaded one by one, from places that are read from
 * memory. amplitude: with shot noise only. */
R2S_INLINE void r2s_rate_activate(const r2s_rate_curve *c, r2s_activation activation, bool shot, int count,
                                  const r2s_vf *x, const r2s_vi *piece, r2s_vf *r, r2s_vf *slope,
                                  r2s_vf *amplitude) {
  const bool siegert = activation == R2S_ACTIVATION_SIEGERT;
  if (r2s_rate_uses_table(activation, shot))
    r2s_rate_look_up(c, siegert, shot, count, x, piece, r, slope, amplitude);
  if (activation == R2S_ACTIVATION_SIGMOID) r2s_rate_sigmoid(count, x, r, slope);
  for (int v = 0; v < count; v++) {
    if (activation == R2S_ACTIVATION_RELU) r2s_rate_relu(x[v], &r[v], &slope[v]);
    if (activation == R2S_ACTIVATION_SOFTPLUS) r2s_rate_softplus(x[v], &r[v], &slope[v]);
  }
}

#endif
