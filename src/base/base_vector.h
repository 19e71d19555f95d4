/* SPDX-License-Identifier: MIT
 * Vectors of the instruction set's own width in GCC's vector extension: one source for SSE2, AVX2, AVX-512
 * and NEON. (gcc 12 lowers vectors wider than the instruction set through memory.) Only kernel files include
 * this. Without contraction (cmake/flags.cmake) every operation rounds alike on every instruction set. */
#ifndef R2S_BASE_VECTOR_H
#define R2S_BASE_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

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

/* a > b ? a : b, so that a NaN in a gives b */
R2S_INLINE r2s_vf r2s_vf_max(r2s_vf a, r2s_vf b) {
#if defined(__AVX512F__)
  return (r2s_vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (r2s_vf)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (r2s_vf)_mm_max_ps((__m128)a, (__m128)b);
#else
  return r2s_vf_select(a > b, a, b);
#endif
}

/* a < b ? a : b */
R2S_INLINE r2s_vf r2s_vf_min(r2s_vf a, r2s_vf b) {
#if defined(__AVX512F__)
  return (r2s_vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (r2s_vf)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (r2s_vf)_mm_min_ps((__m128)a, (__m128)b);
#else
  return r2s_vf_select(a < b, a, b);
#endif
}

#if defined(__SSE2__) && !defined(__FMA__)
/* a * b + c of two lanes, rounded once to odd: so the rounding to float that follows is that of a fused
 * multiply-add (Boldo, Melquiond 2008). The product of two floats is exact in double. */
R2S_INLINE __m128d r2s_fma_odd(__m128d a, __m128d b, __m128d c) {
  __m128d p = _mm_mul_pd(a, b), s = _mm_add_pd(p, c), back = _mm_sub_pd(s, p);
  __m128d lost = _mm_add_pd(_mm_sub_pd(p, _mm_sub_pd(s, back)), _mm_sub_pd(c, back));
  /* s is even and not exact: its odd neighbour on the side of what was lost (NaN where s is infinite) */
  __m128i even = _mm_sub_epi64(_mm_and_si128(_mm_castpd_si128(s), _mm_set1_epi64x(1)), _mm_set1_epi64x(1));
  __m128d some = _mm_and_pd(_mm_cmpneq_pd(lost, _mm_setzero_pd()), _mm_cmpord_pd(lost, lost));
  __m128i inexact = _mm_and_si128(_mm_castpd_si128(some), even);
  __m128i apart = _mm_castpd_si128(_mm_cmplt_pd(_mm_mul_pd(lost, s), _mm_setzero_pd()));
  __m128i step = _mm_or_si128(apart, _mm_set1_epi64x(1)); /* toward 0 where the signs differ */
  return _mm_castsi128_pd(_mm_add_epi64(_mm_castpd_si128(s), _mm_and_si128(step, inexact)));
}
#endif

/* a * b + c, rounded once on every instruction set: slow where it has no fused multiply-add. */
R2S_INLINE r2s_vf r2s_vf_fused(r2s_vf a, r2s_vf b, r2s_vf c) {
#if defined(__AVX512F__)
  return (r2s_vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
  return (r2s_vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (r2s_vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#elif defined(__SSE2__)
  __m128 x = (__m128)a, y = (__m128)b, z = (__m128)c;
  __m128d low = r2s_fma_odd(_mm_cvtps_pd(x), _mm_cvtps_pd(y), _mm_cvtps_pd(z));
  __m128d high = r2s_fma_odd(_mm_cvtps_pd(_mm_movehl_ps(x, x)), _mm_cvtps_pd(_mm_movehl_ps(y, y)),
                             _mm_cvtps_pd(_mm_movehl_ps(z, z)));
  return (r2s_vf)_mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
#else
  for (int k = 0; k < R2S_VW; k++) c[k] = fmaf(a[k], b[k], c[k]);
  return c;
#endif
}

/* The compiler turns the loop into the vector instruction. */
R2S_INLINE r2s_vf r2s_vf_sqrt(r2s_vf v) {
  for (int k = 0; k < R2S_VW; k++) v[k] = sqrtf(v[k]);
  return v;
}

#endif
