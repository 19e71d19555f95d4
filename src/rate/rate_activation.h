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
  float scale, shift;
} r2s_rate_curve;

R2S_INLINE r2s_rate_curve r2s_rate_curve_of(const r2s_rate_table *table) {
  return (r2s_rate_curve){table->coef, (float)table->scale, (float)table->shift};
}

/* Vectors that are taken side by side: each is a long chain of operations, and they share what they load. As
 * many as the registers hold. */
#if defined(__AVX512F__) || defined(__aarch64__)
enum { R2S_RATE_TOGETHER = 4 };
#else
enum { R2S_RATE_TOGETHER = 2 };
#endif

/* Where x lies in the table (rate_table.h). */
typedef struct r2s_rate_place {
  r2s_vi piece;
  r2s_vf f;       /* [0, 1) in the piece */
  r2s_vf inverse; /* 1/width of the piece, in z */
  r2s_vf beyond;  /* how far z lies outside the table */
} r2s_rate_place;

R2S_INLINE r2s_rate_place r2s_rate_find_place(const r2s_rate_curve *c, r2s_vf x) {
  r2s_rate_place at;
  r2s_vf z = r2s_vf_fma(x, r2s_vf_set(c->scale), r2s_vf_set(c->shift));
  r2s_vf held = r2s_vf_min(r2s_vf_max(z, r2s_vf_set(4.0f)), r2s_vf_set(0x1.fffffep9f));
  r2s_vi bits = (r2s_vi)held;
  at.piece = (bits >> 21) - (0x40800000 >> 21);
  at.f = __builtin_convertvector(bits & 0x1fffff, r2s_vf) * 0x1p-21f;
  /* z = 2^e m lies in a piece of width 2^(e-2) */
  at.inverse = (r2s_vf)(0x80000000u - ((r2s_vu)held & 0x7f800000u));
  at.beyond = z - held;
  return at;
}

/* value f + row's coefficient */
R2S_INLINE r2s_vf r2s_rate_horner(const r2s_rate_curve *c, int row, const r2s_rate_place *at, r2s_vf value) {
  return r2s_vf_fma(value, at->f, r2s_vf_lookup32(c->coef[row], at->piece));
}

/* Horner's rule for the value and, beside it, the derivative; count vectors. */
R2S_INLINE void r2s_rate_siegert(const r2s_rate_curve *c, int count, const r2s_rate_place *at, r2s_vf *r,
                                 r2s_vf *slope) {
  for (int v = 0; v < count; v++) slope[v] = r2s_vf_lookup32(c->coef[R2S_RATE_DEGREE], at[v].piece);
  for (int v = 0; v < count; v++) r[v] = r2s_rate_horner(c, R2S_RATE_DEGREE - 1, &at[v], slope[v]);
  for (int k = R2S_RATE_DEGREE - 2; k >= 0; k--)
    for (int v = 0; v < count; v++) {
      slope[v] = r2s_vf_fma(slope[v], at[v].f, r[v]);
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
  for (int v = 0; v < count; v++) amplitude[v] = r2s_vf_lookup32(c->coef[R2S_RATE_COEFS - 1], at[v].piece);
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
