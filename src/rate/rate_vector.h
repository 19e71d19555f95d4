/* SPDX-License-Identifier: MIT
 * Vector operations of the rate kernels beyond base_vector.h: fused multiply-add, products of 16 bits,
 * table look-up, exp and log. All but the baseline x86-64 build (which has no fused multiply-add) give
 * the same bits. */
#ifndef R2S_RATE_VECTOR_H
#define R2S_RATE_VECTOR_H

#include <stdbool.h>

#include "base/base_vector.h"

typedef float r2s_v8 __attribute__((vector_size(32)));
typedef float r2s_v4 __attribute__((vector_size(16)));

/* a * b + c, rounded once where the instruction set can */
R2S_INLINE r2s_vf r2s_vf_fma(r2s_vf a, r2s_vf b, r2s_vf c) {
#if defined(__SSE2__) && !defined(__FMA__)
  return a * b + c;
#else
  return r2s_vf_fused(a, b, c);
#endif
}

/* a > b ? a : b */
R2S_INLINE r2s_vi r2s_vi_max(r2s_vi a, r2s_vi b) {
#if defined(__AVX512F__)
  return (r2s_vi)_mm512_max_epi32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (r2s_vi)_mm256_max_epi32((__m256i)a, (__m256i)b);
#elif defined(__aarch64__)
  return (r2s_vi)vmaxq_s32((int32x4_t)a, (int32x4_t)b);
#else
  r2s_vi mask = a > b;
  return (mask & a) | (~mask & b);
#endif
}

/* In each lane the last 16 bits of low, and above them those of high. */
R2S_INLINE r2s_vu r2s_vu_halves(r2s_vu low, r2s_vu high) {
#if R2S_VW == 16
  return (r2s_vu)_mm512_mask_mov_epi16((__m512i)low, 0xaaaaaaaa, (__m512i)(high << 16));
#elif R2S_VW == 8
  return (r2s_vu)_mm256_blend_epi16((__m256i)low, (__m256i)(high << 16), 0xaa);
#elif defined(__aarch64__)
  return (r2s_vu)vsliq_n_u32((uint32x4_t)low, (uint32x4_t)high, 16);
#else
  return (low & 0xffff) | (high << 16);
#endif
}

/* Sums of products of 16 bits, one a lane. NEON adds up those of the first and of the last two lanes apart,
 * lower and upper halves side by side: so a product and its addition are one instruction. */
#if defined(__aarch64__)
typedef struct r2s_dots {
  int32x4_t first, last;
} r2s_dots;
#else
typedef r2s_vi r2s_dots;
#endif

/* dots + the products of the lower and of the upper halves of each lane, as signed numbers of 16 bits. The
 * empty asm: or gcc puts off the additions, and holds more products than it has registers. */
R2S_INLINE r2s_dots r2s_dots_add(r2s_vi a, r2s_vi b, r2s_dots dots) {
#if defined(__AVX512VNNI__)
  return (r2s_vi)_mm512_dpwssd_epi32((__m512i)dots, (__m512i)a, (__m512i)b);
#elif defined(__SSE2__)
#if defined(__AVX2__)
  dots += (r2s_vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#else
  dots += (r2s_vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#endif
  __asm__("" : "+x"(dots));
  return dots;
#elif defined(__aarch64__)
  dots.first = vmlal_s16(dots.first, vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
  dots.last = vmlal_high_s16(dots.last, (int16x8_t)a, (int16x8_t)b);
  __asm__ volatile("" : "+w"(dots.first), "+w"(dots.last));
  return dots;
#else
  return dots + ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}

R2S_INLINE r2s_vi r2s_dots_sum(r2s_dots dots) {
#if defined(__aarch64__)
  return (r2s_vi)vpaddq_s32(dots.first, dots.last);
#else
  return dots;
#endif
}

/* The largest lane */
R2S_INLINE int32_t r2s_vi_largest(r2s_vi v) {
#if R2S_VW == 16
  return _mm512_reduce_max_epi32((__m512i)v);
#else
#if R2S_VW == 8
  v = r2s_vi_max(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  v = r2s_vi_max(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
  v = r2s_vi_max(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
#else
  v = r2s_vi_max(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
  v = r2s_vi_max(v, __builtin_shufflevector(v, v, 1, 0, 3, 2));
#endif
  return v[0];
#endif
}

/* Entry (last five bits of the lane) of 32, of which low are the first 16 and high, right before or behind
 * them, the others. One operation with AVX-512, a load a lane elsewhere; AVX2 looks nothing up like that. */
R2S_INLINE r2s_vf r2s_vf_lookup_by(r2s_vf bits, const float *low, const float *high) {
#if defined(__AVX512F__)
  return (r2s_vf)_mm512_permutex2var_ps(_mm512_loadu_ps(low), (__m512i)bits, _mm512_loadu_ps(high));
#else
  const float *from = low < high ? low : high;
  r2s_vi place = ((r2s_vi)bits & 31) ^ (low < high ? 0 : 16);
  r2s_vf v;
  for (int k = 0; k < R2S_VW; k++) v[k] = from[place[k]];
  return v;
#endif
}

/* A shuffle of a and b within each four lanes: places 0 to 3 are a's, 4 to 7 b's. */
#define R2S_OF_ALL(k) ((k) < 4 ? (k) : (k)-4 + R2S_VW)
#define R2S_IN_FOUR(f, i, j, k, l)                                                                           \
  R2S_OF_ALL(i) + 4 * (f), R2S_OF_ALL(j) + 4 * (f), R2S_OF_ALL(k) + 4 * (f), R2S_OF_ALL(l) + 4 * (f)
#if R2S_VW == 16
#define R2S_IN_FOURS(a, b, i, j, k, l)                                                                       \
  __builtin_shufflevector(a, b, R2S_IN_FOUR(0, i, j, k, l), R2S_IN_FOUR(1, i, j, k, l),                      \
                          R2S_IN_FOUR(2, i, j, k, l), R2S_IN_FOUR(3, i, j, k, l))
#elif R2S_VW == 8
#define R2S_IN_FOURS(a, b, i, j, k, l)                                                                       \
  __builtin_shufflevector(a, b, R2S_IN_FOUR(0, i, j, k, l), R2S_IN_FOUR(1, i, j, k, l))
#else
#define R2S_IN_FOURS(a, b, i, j, k, l) __builtin_shufflevector(a, b, R2S_IN_FOUR(0, i, j, k, l))
#endif

/* Four neighbours w, again and again. */
R2S_INLINE r2s_vf r2s_vf_load_fours(const float *w) {
#if defined(__AVX512F__)
  return (r2s_vf)_mm512_broadcast_f32x4(_mm_loadu_ps(w));
#elif defined(__AVX2__)
  r2s_vf v = (r2s_vf)_mm256_broadcast_ps((const __m128 *)w);
  __asm__("" : "+x"(v)); /* or clang loads each of them by itself, and loads are what a product waits for */
  return v;
#else
  return r2s_vf_load(w);
#endif
}

/* w[k] of each four lanes, k a constant: shuffles within fours are the cheapest on every processor, with a
 * constant order (one from a register would share the ports of multiply-adds on AMD's). */
R2S_INLINE r2s_vf r2s_vf_spread(r2s_vf fours, int k) {
  switch (k) {
  case 0:
    return R2S_IN_FOURS(fours, fours, 0, 0, 0, 0);
  case 1:
    return R2S_IN_FOURS(fours, fours, 1, 1, 1, 1);
  case 2:
    return R2S_IN_FOURS(fours, fours, 2, 2, 2, 2);
  default:
    return R2S_IN_FOURS(fours, fours, 3, 3, 3, 3);
  }
}

#if R2S_VW == 8
/* The first half of a, the second of b. (The compiler would take a permute, at three times the price.) */
R2S_INLINE r2s_vf r2s_vf_halves(r2s_vf a, r2s_vf b) {
  return (r2s_vf)_mm256_blend_ps((__m256)a, (__m256)b, 0xf0);
}
#endif

/* Four floats from each place. */
R2S_INLINE r2s_vf r2s_vf_load_apart(const char *const from[R2S_VW / 4]) {
#if R2S_VW == 4
  r2s_vf v;
  memcpy(&v, from[0], sizeof v);
  return v;
#else
  __m256 low = _mm256_castps128_ps256(_mm_loadu_ps((const float *)from[0]));
  low = _mm256_insertf128_ps(low, _mm_loadu_ps((const float *)from[1]), 1);
#if R2S_VW == 8
  return (r2s_vf)low;
#else
  __m512 v = _mm512_insertf32x4(_mm512_castps256_ps512(low), _mm_loadu_ps((const float *)from[2]), 2);
  return (r2s_vf)_mm512_insertf32x4(v, _mm_loadu_ps((const float *)from[3]), 3);
#endif
#endif
}

/* The 16 lanes of a group folded to 4, in the same order on every instruction set: l, l + 8, then l + 4. */
R2S_INLINE r2s_v4 r2s_vf_fold4(const r2s_vf part[R2S_PARTS]) {
#if R2S_PARTS == 1
  r2s_v8 half = __builtin_shufflevector(part[0], part[0], 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(part[0], part[0], 8, 9, 10, 11, 12, 13, 14, 15);
#elif R2S_PARTS == 2
  r2s_v8 half = part[0] + part[1];
#endif
#if R2S_PARTS == 4
  return (part[0] + part[2]) + (part[1] + part[3]);
#else
  return __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#endif
}

/* The same of four groups, one behind the other; in two vectors: groups 0 and 2, 1 and 3. */
R2S_INLINE void r2s_vf_fold4_of_four(r2s_vf part[4][R2S_PARTS], r2s_vf folded[R2S_PARTS]) {
#if R2S_PARTS == 1
  __m512 a = (__m512)part[0][0], b = (__m512)part[1][0], c = (__m512)part[2][0], d = (__m512)part[3][0];
  __m512 ab = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  __m512 cd = _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xee));
  folded[0] = (r2s_vf)_mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd));
#elif R2S_PARTS == 2
  for (int k = 0; k < 2; k++) {
    r2s_vf a = part[k][0] + part[k][1], b = part[k + 2][0] + part[k + 2][1];
    folded[k] = r2s_vf_halves(a, b) + __builtin_shufflevector(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
  }
#else
  for (int k = 0; k < 4; k++) folded[k] = r2s_vf_fold4(part[k]);
#endif
}

/* The same of sums of products, lanes l, l + 4, l + 8 and l + 12, of which a vector each has been added up.
 */
R2S_INLINE void r2s_dots_fold4_of_four(const r2s_dots dots[4], r2s_vi folded[R2S_PARTS]) {
#if R2S_PARTS == 1
  const __m512 a = (__m512)dots[0], b = (__m512)dots[1], c = (__m512)dots[2], d = (__m512)dots[3];
  const r2s_vi ab = (r2s_vi)_mm512_shuffle_f32x4(a, b, 0x44) + (r2s_vi)_mm512_shuffle_f32x4(a, b, 0xee);
  const r2s_vi cd = (r2s_vi)_mm512_shuffle_f32x4(c, d, 0x44) + (r2s_vi)_mm512_shuffle_f32x4(c, d, 0xee);
  folded[0] = (r2s_vi)_mm512_shuffle_f32x4((__m512)ab, (__m512)cd, 0x88) +
              (r2s_vi)_mm512_shuffle_f32x4((__m512)ab, (__m512)cd, 0xdd);
#elif R2S_PARTS == 2
  for (int k = 0; k < 2; k++) {
    const r2s_vi a = dots[k], b = dots[k + 2];
    folded[k] =
        (r2s_vi)r2s_vf_halves((r2s_vf)a, (r2s_vf)b) + __builtin_shufflevector(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
  }
#else
  for (int k = 0; k < 4; k++) folded[k] = r2s_dots_sum(dots[k]);
#endif
}

/* Each group's four, as they were folded, added up: (0 + 1) + (2 + 3). */
R2S_INLINE r2s_v4 r2s_vf_sum_fours(const r2s_vf folded[R2S_PARTS]) {
#if R2S_PARTS == 1
  const r2s_vf pairs = folded[0] + R2S_IN_FOURS(folded[0], folded[0], 1, 0, 3, 2);
  const r2s_vf sums = pairs + R2S_IN_FOURS(pairs, pairs, 2, 3, 0, 1);
  return __builtin_shufflevector(sums, sums, 0, 4, 8, 12);
#elif R2S_PARTS == 2
  const r2s_vf pairs =
      R2S_IN_FOURS(folded[0], folded[1], 0, 2, 4, 6) + R2S_IN_FOURS(folded[0], folded[1], 1, 3, 5, 7);
  const r2s_v4 low = __builtin_shufflevector(pairs, pairs, 0, 1, 2, 3),
               high = __builtin_shufflevector(pairs, pairs, 4, 5, 6, 7);
  return __builtin_shufflevector(low, high, 0, 2, 4, 6) + __builtin_shufflevector(low, high, 1, 3, 5, 7);
#else
  const r2s_vf *f = folded;
  const r2s_v4 ab =
      __builtin_shufflevector(f[0], f[1], 0, 2, 4, 6) + __builtin_shufflevector(f[0], f[1], 1, 3, 5, 7);
  const r2s_v4 cd =
      __builtin_shufflevector(f[2], f[3], 0, 2, 4, 6) + __builtin_shufflevector(f[2], f[3], 1, 3, 5, 7);
  return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
#endif
}

/* g [4] += (first: =) sum */
R2S_INLINE void r2s_v4_add(r2s_v4 sum, bool first, float *g) {
  r2s_v4 before;
  memcpy(&before, g, sizeof before);
  if (!first) sum += before;
  memcpy(g, &sum, sizeof sum);
}

/* exp(x), or exp(-x); the exponent is held to [-87, 88]. Relative error below 2e-7 up to |x| = 10, 4e-7 at
 * the ends. NaN stays NaN: those of arithmetic have no bits that would be shifted into the exponent. Of count
 * vectors, at most 4, side by side. */
R2S_INLINE void r2s_vf_exp_some(int count, bool minus, const r2s_vf *x, r2s_vf *out) {
  /* of f^5 to 1: the polynomial with the least relative error, 9.2e-8, on |f| <= ln(2)/2 */
  static const float c[] = {8.290306e-3f, 4.1897975e-2f, 1.6667637e-1f, 4.999915e-1f, 9.999997e-1f, 1.0f};
  const r2s_vf low = r2s_vf_set(minus ? -88.0f : -87.0f), high = r2s_vf_set(minus ? 87.0f : 88.0f);
  r2s_vf shifted[4], f[4], p[4];
  for (int v = 0; v < count; v++) {
    r2s_vf held = minus ? r2s_vf_max(low, r2s_vf_min(high, x[v])) : r2s_vf_min(high, r2s_vf_max(low, x[v]));
    /* adding 1.5 2^23 rounds to the nearest integer */
    shifted[v] = r2s_vf_fma(held, r2s_vf_set(minus ? -1.44269504f : 1.44269504f), r2s_vf_set(12582912.0f));
    /* 0.69314718f is ln(2) to 2e-9 */
    f[v] = r2s_vf_fma(shifted[v] - 12582912.0f, r2s_vf_set(-0.69314718f), minus ? -held : held);
    p[v] = r2s_vf_set(c[0]);
  }
  for (size_t k = 1; k < sizeof c / sizeof *c; k++)
    for (int v = 0; v < count; v++) p[v] = r2s_vf_fma(p[v], f[v], r2s_vf_set(c[k]));
  for (int v = 0; v < count; v++) out[v] = (r2s_vf)((r2s_vi)p[v] + ((r2s_vi)shifted[v] << 23));
}

R2S_INLINE r2s_vf r2s_vf_exp(r2s_vf x) {
  r2s_vf_exp_some(1, false, &x, &x);
  return x;
}

/* ln(u) for normal u > 0, absolute error below 1e-7 near 1 */
R2S_INLINE r2s_vf r2s_vf_log(r2s_vf u) {
  r2s_vi bits = (r2s_vi)u;
  r2s_vi e = (bits - 0x3f3504f3) >> 23;
  r2s_vf x = (r2s_vf)(bits - (e << 23)) - 1.0f, x2 = x * x;
  r2s_vf p = r2s_vf_fma(x, r2s_vf_set(7.0376836292e-2f), r2s_vf_set(-1.1514610310e-1f)); /* Cephes' logf */
  p = r2s_vf_fma(p, x, r2s_vf_set(1.1676998740e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(-1.2420140846e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(1.4249322787e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(-1.6668057665e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(2.0000714765e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(-2.4999993993e-1f));
  p = r2s_vf_fma(p, x, r2s_vf_set(3.3333331174e-1f));
  r2s_vf series = r2s_vf_fma(x2 * x, p, -0.5f * x2) + x;
  return r2s_vf_fma(__builtin_convertvector(e, r2s_vf), r2s_vf_set(0.693147180559945f), series);
}

#endif
