/* SPDX-License-Identifier: MIT
 * Numbers of 16 bits for the gradient of the edges, inlined into the kernels: their products and the sums of
 * these are exact, and one instruction does two of them a lane (docs/decisions/007-fixed-point-gradient.md).
 */
#ifndef R2S_RATE_FIXED_H
#define R2S_RATE_FIXED_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

/* The largest of a unit's numbers in a block: so that a sum over the block's steps and four trials stays
 * within 32 bits. */
enum { R2S_RATE_SENT_MOST = 4095, R2S_RATE_E_MOST = 8191 };
_Static_assert((int64_t)R2S_RATE_BLOCK *(R2S_LANES / 4) * R2S_RATE_SENT_MOST * R2S_RATE_E_MOST <= INT32_MAX,
               "a sum over a block and a quarter of the lanes fits 32 bits");

/* A unit's numbers of some steps, on the way through them: `first` points to the next step's. */
typedef struct r2s_rate_column {
  const float *first;
  size_t plane; /* floats from one step's to the next's */
} r2s_rate_column;

/* Part p of a step's numbers; the last part goes on to the next step. They are read from memory each time:
 * two units' would not fit the registers, and a stored one costs more than a read one. */
R2S_INLINE r2s_vf r2s_rate_take_number(r2s_rate_column *column, size_t p) {
  const r2s_vf v = r2s_vf_load(column->first + p * R2S_VW);
  if (p == R2S_PARTS - 1) column->first += column->plane;
  __asm__("" : "+r"(column->first)); /* or gcc keeps an address for each step, more than it has registers */
  return v;
}

/* The largest magnitude; not a number if one of them is none: the bits of floats without their sign are in
 * the order of the floats, and what is no number comes last. */
R2S_INLINE float r2s_rate_largest(r2s_rate_column numbers, size_t steps) {
  r2s_vi most[R2S_PARTS] = {0};
  int32_t bits;
  float largest;
  for (size_t t = 0; t < steps; t++)
    for (size_t p = 0; p < R2S_PARTS; p++)
      most[p] = r2s_vi_max(most[p], (r2s_vi)r2s_rate_take_number(&numbers, p) & INT32_MAX);
  for (size_t p = 1; p < R2S_PARTS; p++) most[0] = r2s_vi_max(most[0], most[p]);
  bits = r2s_vi_largest(most[0]);
  memcpy(&largest, &bits, sizeof largest);
  return largest;
}

/* What a unit's numbers are multiplied by so that the largest is `most`; *step: what one stands for. */
R2S_INLINE float r2s_rate_scale_of(r2s_rate_column numbers, size_t steps, float most, float *step) {
  const float largest = r2s_rate_largest(numbers, steps);
  *step = largest / most;
  /* what is next to nothing would have an inverse without bounds */
  return largest > 1e-30f ? most / largest : 0.0f;
}

/* The numbers times `scale`, in 16 bits. */
R2S_INLINE void r2s_rate_fix_unit(r2s_rate_column numbers, size_t pairs, float scale, uint32_t *out) {
  const r2s_vf shift = r2s_vf_set(12582912.0f); /* adding 1.5 2^23 rounds to the nearest integer */
  const r2s_vf by = r2s_vf_set(scale);
  for (size_t k = 0; k < pairs; k++) {
    r2s_vf low[R2S_PARTS], high[R2S_PARTS];
    for (size_t p = 0; p < R2S_PARTS; p++) low[p] = r2s_vf_fma(r2s_rate_take_number(&numbers, p), by, shift);
    for (size_t p = 0; p < R2S_PARTS; p++) high[p] = r2s_vf_fma(r2s_rate_take_number(&numbers, p), by, shift);
    for (size_t p = 0; p < R2S_PARTS; p++)
      r2s_vu_store(out + k * R2S_LANES + p * R2S_VW, r2s_vu_halves((r2s_vu)low[p], (r2s_vu)high[p]));
  }
}

/* Units from..to-1 of the planes [2 pairs x N x 16], `plane` floats from one to the next, in 16 bits. A
 * unit's scale is found while the one before is multiplied: its own numbers would have to wait for it. */
R2S_INLINE void r2s_rate_fix(const float *planes, size_t plane, size_t from, size_t to, size_t pairs,
                             float most, r2s_rate_fixed *out) {
  uint32_t *pair = out->pair;
  float *step = out->step;
  if (from == to) return;
  planes += from * R2S_LANES;
  float scale = r2s_rate_scale_of((r2s_rate_column){planes, plane}, 2 * pairs, most, step + from);
  for (size_t i = from; i < to; i++, planes += R2S_LANES) {
    float next = 0;
    if (i + 1 < to)
      next = r2s_rate_scale_of((r2s_rate_column){planes + R2S_LANES, plane}, 2 * pairs, most, step + i + 1);
    r2s_rate_fix_unit((r2s_rate_column){planes, plane}, pairs, scale, pair + i * R2S_RATE_PAIRS * R2S_LANES);
    scale = next;
  }
}

#endif
