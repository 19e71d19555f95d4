/* SPDX-License-Identifier: MIT
 * Vectors of the instruction set's own width for the spiking kernels, of REAL (float or double) with the
 * integer REAL_BITS of its size; define both, then include it once. Every operation rounds alike on every
 * set. */
#ifndef R2S_SPIKE_VECTOR_H
#define R2S_SPIKE_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
enum { WIDTH = 64 / sizeof(REAL) };
#elif defined(__AVX2__)
enum { WIDTH = 32 / sizeof(REAL) };
#else
enum { WIDTH = 16 / sizeof(REAL) };
#endif

#define INLINE static inline __attribute__((always_inline))

typedef REAL vector __attribute__((vector_size(sizeof(REAL) * WIDTH)));
typedef REAL_BITS mask __attribute__((vector_size(sizeof(REAL) * WIDTH)));

INLINE vector load(const REAL *p) {
  vector v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(REAL *p, vector v) {
  memcpy(p, &v, sizeof v);
}

INLINE vector all(REAL x) {
  return x - (vector){0};
}

/* Which lanes: a mask register on AVX-512. */
#if defined(__AVX512F__)
typedef uint16_t lanes;
#else
typedef mask lanes;
#endif

/* a >= b of reals; not where one is no number */
INLINE lanes at_least(vector a, vector b) {
#if defined(__AVX512F__)
  return sizeof(REAL) == sizeof(float) ? _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ)
                                       : _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_GE_OQ);
#else
  return a >= b;
#endif
}

/* a < b of integers */
INLINE lanes before(mask a, mask b) {
#if defined(__AVX512F__)
  return sizeof(REAL) == sizeof(float) ? _mm512_cmplt_epi32_mask((__m512i)a, (__m512i)b)
                                       : _mm512_cmplt_epi64_mask((__m512i)a, (__m512i)b);
#else
  return a < b;
#endif
}

/* a in these lanes, b in the others */
INLINE vector choose(lanes m, vector a, vector b) {
#if defined(__AVX512F__)
  return sizeof(REAL) == sizeof(float) ? (vector)_mm512_mask_mov_ps((__m512)b, m, (__m512)a)
                                       : (vector)_mm512_mask_mov_pd((__m512d)b, (__mmask8)m, (__m512d)a);
#else
  return (vector)((m & (mask)a) | (~m & (mask)b));
#endif
}

/* Bit k: lane k. */
INLINE uint64_t bits_of(lanes m) {
#if defined(__AVX512F__)
  return m;
#elif defined(__AVX2__)
  return (uint64_t)(sizeof(REAL) == sizeof(float) ? _mm256_movemask_ps((__m256)m)
                                                  : _mm256_movemask_pd((__m256d)m));
#elif defined(__x86_64__)
  return (uint64_t)(sizeof(REAL) == sizeof(float) ? _mm_movemask_ps((__m128)m) : _mm_movemask_pd((__m128d)m));
#elif defined(__aarch64__)
  return sizeof(REAL) == sizeof(float) ? vaddvq_u32(vandq_u32((uint32x4_t)m, (uint32x4_t){1, 2, 4, 8}))
                                       : vaddvq_u64(vandq_u64((uint64x2_t)m, (uint64x2_t){1, 2}));
#else
  uint64_t bits = 0;
  for (int k = 0; k < WIDTH; k++) bits |= (uint64_t)(m[k] & 1) << k;
  return bits;
#endif
}

#endif
