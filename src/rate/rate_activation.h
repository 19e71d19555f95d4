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

/* Vectors that are taken side by side: each is a long chain of operations, and they share what they load. As
 * many as the registers hold: without AVX-512 a vector holds the coefficients of its own pieces. */
#if defined(__AVX512F__)
enum { R2S_RATE_TOGETHER = 4 };
#elif defined(__aarch64__)
enum { R2S_RATE_TOGETHER = 2 };
#else
enum { R2S_RATE_TOGETHER = 1 };
#endif

/* Where x lies in the table (rate_table.h). */
typedef struct r2s_rate_place {
#if R2S_VW == 16
  r2s_vi piece;
#else
  r2s_vf coef[R2S_RATE_ROW]; /* COEFS of the lanes' pieces */
#endif
  r2s_vf quarter; /* f/4, f in [0, 1) in the piece */
  r2s_vf inverse; /* 1/(4 width of the piece), in z */
  r2s_vf beyond;  /* how far z lies outside the table */
} r2s_rate_place;

#if R2S_VW < 16
/* Coefficients first .. first + 3 of each lane's piece: four neighbours are one load, and are turned 4 x 4.
 * (A look-up among 32 is seven operations with AVX2, and gathers are slow on many machines.) */
R2S_INLINE void r2s_rate_four_coefs(const float *row, const r2s_vi *start, int first, r2s_vf out[4]) {
  r2s_vf lane[4], low[2], high[2];
  for (int k = 0; k < 4; k++) {
    r2s_v4 part[R2S_VW / 4];
    for (int p = 0; p < R2S_VW / 4; p++) {
      uint32_t at;
      memcpy(&at, (const char *)start + sizeof at * (size_t)(k + 4 * p), sizeof at);
      memcpy(&part[p], row + (at - R2S_RATE_FIRST * R2S_RATE_ROW) + first, sizeof part[p]);
    }
    memcpy(&lane[k], part, sizeof lane[k]);
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

R2S_INLINE r2s_rate_place r2s_rate_find_place(const r2s_rate_curve *c, r2s_vf x) {
  r2s_rate_place at;
  r2s_vf z = r2s_vf_fma(x, r2s_vf_set(c->scale), r2s_vf_set(c->shift));
  r2s_vf held = r2s_vf_min(r2s_vf_max(z, r2s_vf_set(4.0f)), r2s_vf_set(0x1.fffffep9f));
  r2s_vi bits = (r2s_vi)held;
#if R2S_VW == 16
  at.piece = bits >> 21; /* the permute sees its lowest five bits */
#else
  r2s_vi start = (bits >> 21) * R2S_RATE_ROW;
  __asm__("" : "+m"(start)); /* or gcc takes the vector apart, at several times the price of loads */
  for (int first = 0; first < R2S_RATE_COEFS; first += 4)
    r2s_rate_four_coefs(c->row, &start, first, at.coef + first);
#endif
  at.quarter = (r2s_vf)((bits & 0x1fffff) | 0x3f800000) - 1.0f;
  /* z = 2^e m lies in a piece of width 2^(e-2) */
  at.inverse = (r2s_vf)(0x7f000000u - ((r2s_vu)held & 0x7f800000u));
  at.beyond = z - held;
  return at;
}

/* Coefficient k of the lanes' pieces. */
R2S_INLINE r2s_vf r2s_rate_coef(const r2s_rate_curve *c, const r2s_rate_place *at, int k) {
#if R2S_VW == 16
  return r2s_vf_lookup_by((r2s_vf)at->piece, c->coef[k], c->coef[k] + 16);
#else
  (void)c;
  return at->coef[k];
#endif
}

/* value f/4 + coefficient k */
R2S_INLINE r2s_vf r2s_rate_horner(const r2s_rate_curve *c, int k, const r2s_rate_place *at, r2s_vf value) {
  return r2s_vf_fma(value, at->quarter, r2s_rate_coef(c, at, k));
}

/* Horner's rule for the value and, beside it, the derivative; count vectors. */
R2S_INLINE void r2s_rate_siegert(const r2s_rate_curve *c, int count, const r2s_rate_place *at, r2s_vf *r,
                                 r2s_vf *slope) {
  for (int v = 0; v < count; v++) slope[v] = r2s_rate_coef(c, &at[v], R2S_RATE_DEGREE);
  for (int v = 0; v < count; v++) r[v] = r2s_rate_horner(c, R2S_RATE_DEGREE - 1, &at[v], slope[v]);
  for (int k = R2S_RATE_DEGREE - 2; k >= 0; k--)
    for (int v = 0; v < count; v++) {
      slope[v] = r2s_vf_fma(slope[v], at[v].quarter, r[v]);
      r[v] = r2s_rate_horner(c, k, &at[v], r[v]);
    }
  for (int v = 0; v < count; v++) {
    r2s_vf derivative = slope[v] * at[v].inverse;
    r[v] = r2s_vf_fma(derivative, at[v].beyond, r[v]);
    slope[v] = derivative * c->scale;
  }
}

R2S_INLINE void r2s_rate_noise_amplitude(const r2s_rate_curve *c, int count, const r2s_rate_place *at,
                                         r2s_vf *amplitude) {
  for (int v = 0; v < count; v++) amplitude[v] = r2s_rate_coef(c, &at[v], R2S_RATE_COEFS - 1);
  for (int k = R2S_RATE_COEFS - 2; k >= R2S_RATE_AMPLITUDE; k--)
    for (int v = 0; v < count; v++) amplitude[v] = r2s_rate_horner(c, k, &at[v], amplitude[v]);
}

R2S_INLINE void r2s_rate_sigmoid(int count, const r2s_vf *x, r2s_vf *r, r2s_vf *slope) {
  r2s_vf minus[R2S_RATE_TOGETHER];
  for (int v = 0; v < count; v++) minus[v] = -x[v];
  r2s_vf_exp_some(count, minus, r);
  for (int v = 0; v < count; v++) {
    r[v] = 1.0f / (1.0f + r[v]) + (x[v] - x[v]); /* x - x keeps a NaN */
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

/* count vectors, at most R2S_RATE_TOGETHER; amplitude: with shot noise only */
R2S_INLINE void r2s_rate_activate(const r2s_rate_curve *c, r2s_activation activation, bool shot, int count,
                                  const r2s_vf *x, r2s_vf *r, r2s_vf *slope, r2s_vf *amplitude) {
  r2s_rate_place at[R2S_RATE_TOGETHER];
  if (shot || activation == R2S_ACTIVATION_SIEGERT)
    for (int v = 0; v < count; v++) at[v] = r2s_rate_find_place(c, x[v]);
  if (activation == R2S_ACTIVATION_SIEGERT) r2s_rate_siegert(c, count, at, r, slope);
  if (activation == R2S_ACTIVATION_SIGMOID) r2s_rate_sigmoid(count, x, r, slope);
  for (int v = 0; v < count; v++) {
    if (activation == R2S_ACTIVATION_RELU) r2s_rate_relu(x[v], &r[v], &slope[v]);
    if (activation == R2S_ACTIVATION_SOFTPLUS) r2s_rate_softplus(x[v], &r[v], &slope[v]);
  }
  if (shot) r2s_rate_noise_amplitude(c, count, at, amplitude);
}

#endif
