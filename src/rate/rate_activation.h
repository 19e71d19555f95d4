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

/* Horner's rule for the value and, beside it, the derivative. */
R2S_INLINE void r2s_rate_siegert(const r2s_rate_curve *c, const r2s_rate_place *at, r2s_vf *r,
                                 r2s_vf *slope) {
  r2s_vf value = r2s_vf_lookup32(c->coef[R2S_RATE_DEGREE], at->piece), derivative = value;
  value = r2s_vf_fma(value, at->f, r2s_vf_lookup32(c->coef[R2S_RATE_DEGREE - 1], at->piece));
  for (int k = R2S_RATE_DEGREE - 2; k >= 0; k--) {
    derivative = r2s_vf_fma(derivative, at->f, value);
    value = r2s_vf_fma(value, at->f, r2s_vf_lookup32(c->coef[k], at->piece));
  }
  derivative *= at->inverse;
  *r = r2s_vf_fma(derivative, at->beyond, value);
  *slope = derivative * c->scale;
}

R2S_INLINE r2s_vf r2s_rate_noise_amplitude(const r2s_rate_curve *c, const r2s_rate_place *at) {
  r2s_vf value = r2s_vf_lookup32(c->coef[R2S_RATE_COEFS - 1], at->piece);
  for (int k = R2S_RATE_COEFS - 2; k >= R2S_RATE_AMPLITUDE; k--)
    value = r2s_vf_fma(value, at->f, r2s_vf_lookup32(c->coef[k], at->piece));
  return value;
}

R2S_INLINE void r2s_rate_sigmoid(r2s_vf x, r2s_vf *r, r2s_vf *slope) {
  *r = 1.0f / (1.0f + r2s_vf_exp(-x)) + (x - x); /* x - x keeps a NaN */
  *slope = *r * (1.0f - *r);
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

R2S_INLINE void r2s_rate_activate(const r2s_rate_curve *c, r2s_activation activation, bool shot, r2s_vf x,
                                  r2s_vf *r, r2s_vf *slope, r2s_vf *amplitude) {
  r2s_rate_place at;
  if (shot || activation == R2S_ACTIVATION_SIEGERT) at = r2s_rate_find_place(c, x);
  if (activation == R2S_ACTIVATION_SIEGERT) r2s_rate_siegert(c, &at, r, slope);
  if (activation == R2S_ACTIVATION_SIGMOID) r2s_rate_sigmoid(x, r, slope);
  if (activation == R2S_ACTIVATION_RELU) r2s_rate_relu(x, r, slope);
  if (activation == R2S_ACTIVATION_SOFTPLUS) r2s_rate_softplus(x, r, slope);
  if (shot) *amplitude = r2s_rate_noise_amplitude(c, &at);
}

#endif
