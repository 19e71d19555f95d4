/* SPDX-License-Identifier: MIT
 * Some planes' 16 numbers of one unit, which a kernel reads again and again: where there are registers enough
 * (AVX-512), they are held; else they are read from where they are. Floats, or words of 32 bits, whose
 * vectors the caller casts. Inlined into the kernels. */
#ifndef R2S_RATE_NUMBERS_H
#define R2S_RATE_NUMBERS_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

typedef struct r2s_rate_numbers {
#if R2S_PARTS == 1
  r2s_vf v[R2S_RATE_BLOCK]; /* at most */
#else
  const float *first;
  size_t plane;
#endif
} r2s_rate_numbers;

/* Those of `steps` planes, which are `plane` numbers apart. */
R2S_INLINE r2s_rate_numbers r2s_rate_numbers_of(const void *first, size_t plane, size_t steps) {
  r2s_rate_numbers numbers;
#if R2S_PARTS == 1
  for (size_t t = 0; t < steps; t++) numbers.v[t] = r2s_vf_load((const float *)first + t * plane);
#else
  (void)steps;
  numbers.first = first;
  numbers.plane = plane;
#endif
  return numbers;
}

/* Part p of step t, in a register. */
R2S_INLINE r2s_vf r2s_rate_number(const r2s_rate_numbers *numbers, size_t t, size_t p) {
#if R2S_PARTS == 1
  (void)p;
  return numbers->v[t];
#else
  r2s_vf v = r2s_vf_load(numbers->first + t * numbers->plane + p * R2S_VW);
#if defined(__SSE2__)
  __asm__("" : "+x"(v)); /* or gcc loads it again for each edge */
#endif
  return v;
#endif
}

#endif
