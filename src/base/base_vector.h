/* SPDX-License-Identifier: MIT
 * 16-lane vectors in GCC's vector extension: one source for SSE2, AVX2, AVX-512 and NEON. Only kernel files
 * include this. Without contraction (cmake/flags.cmake) every operation rounds alike on every instruction set. */
#ifndef R2S_BASE_VECTOR_H
#define R2S_BASE_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float r2s_v16f __attribute__((vector_size(64)));
typedef int32_t r2s_v16i __attribute__((vector_size(64)));
typedef uint32_t r2s_v16u __attribute__((vector_size(64)));

#define R2S_INLINE static inline __attribute__((always_inline))

R2S_INLINE r2s_v16f r2s_v16f_set(float x) {
  return (r2s_v16f){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

R2S_INLINE r2s_v16f r2s_v16f_load(const float *p) {
  r2s_v16f v;
  memcpy(&v, p, sizeof v);
  return v;
}

R2S_INLINE void r2s_v16f_store(float *p, r2s_v16f v) {
  memcpy(p, &v, sizeof v);
}

R2S_INLINE r2s_v16u r2s_v16u_load(const uint32_t *p) {
  r2s_v16u v;
  memcpy(&v, p, sizeof v);
  return v;
}

R2S_INLINE void r2s_v16u_store(uint32_t *p, r2s_v16u v) {
  memcpy(p, &v, sizeof v);
}

/* mask lanes are 0 or -1: a where the mask is set, else b */
R2S_INLINE r2s_v16f r2s_v16f_select(r2s_v16i mask, r2s_v16f a, r2s_v16f b) {
  return (r2s_v16f)((mask & (r2s_v16i)a) | (~mask & (r2s_v16i)b));
}

/* The compiler turns the loop into the vector instruction. */
R2S_INLINE r2s_v16f r2s_v16f_sqrt(r2s_v16f v) {
  for (int k = 0; k < 16; k++) v[k] = sqrtf(v[k]);
  return v;
}

#endif
