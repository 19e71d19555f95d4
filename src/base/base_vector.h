/* SPDX-License-Identifier: MIT
 * Vectors of the instruction set's own width in GCC's vector extension: one source for SSE2, AVX2, AVX-512
 * and NEON. (gcc 12 lowers vectors wider than the instruction set through memory.) Only kernel files include
 * this. Without contraction (cmake/flags.cmake) every operation rounds alike on every instruction set. */
#ifndef R2S_BASE_VECTOR_H
#define R2S_BASE_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define R2S_VW 16
#elif defined(__AVX2__)
#define R2S_VW 8
#else
#define R2S_VW 4
#endif
/* R2S_VW: floats in a vector; R2S_PARTS vectors make 16 lanes */
#define R2S_PARTS (16 / R2S_VW)

typedef float r2s_vf __attribute__((vector_size(4 * R2S_VW)));
typedef int32_t r2s_vi __attribute__((vector_size(4 * R2S_VW)));
typedef uint32_t r2s_vu __attribute__((vector_size(4 * R2S_VW)));

#define R2S_INLINE static inline __attribute__((always_inline))

R2S_INLINE r2s_vf r2s_vf_set(float x) {
  return x - (r2s_vf){0};
}

R2S_INLINE r2s_vf r2s_vf_load(const float *p) {
  r2s_vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

R2S_INLINE void r2s_vf_store(float *p, r2s_vf v) {
  memcpy(p, &v, sizeof v);
}

R2S_INLINE r2s_vu r2s_vu_load(const uint32_t *p) {
  r2s_vu v;
  memcpy(&v, p, sizeof v);
  return v;
}

R2S_INLINE void r2s_vu_store(uint32_t *p, r2s_vu v) {
  memcpy(p, &v, sizeof v);
}

/* mask lanes are 0 or -1: a where the mask is set, else b */
R2S_INLINE r2s_vf r2s_vf_select(r2s_vi mask, r2s_vf a, r2s_vf b) {
  return (r2s_vf)((mask & (r2s_vi)a) | (~mask & (r2s_vi)b));
}

/* The compiler turns the loop into the vector instruction. */
R2S_INLINE r2s_vf r2s_vf_sqrt(r2s_vf v) {
  for (int k = 0; k < R2S_VW; k++) v[k] = sqrtf(v[k]);
  return v;
}

#endif
