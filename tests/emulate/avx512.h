/* SPDX-License-Identifier: MIT
 * The AVX-512 instructions that kernels use, lane by lane in plain C. Included before all else where kernel
 * files are compiled for AVX-512 with R2S_EMULATE_AVX512 (cmake/isa.cmake): a machine that has AVX2 alone
 * then tests what others run. Not covered: machine code made for a network (rate_code.c). */
#ifndef R2S_EMULATE_AVX512_H
#define R2S_EMULATE_AVX512_H

#include <immintrin.h>
#include <string.h>

#define __AVX512F__ 1
#define __AVX512VNNI__ 1

typedef float emulated_f __attribute__((vector_size(64)));
typedef double emulated_d __attribute__((vector_size(64)));
typedef int emulated_i __attribute__((vector_size(64)));
typedef long long emulated_l __attribute__((vector_size(64)));
typedef short emulated_w __attribute__((vector_size(64)));

/* An instruction that gives vector r of `lanes` lanes, each by the expression. */
#define EMULATE(type, result, name, lanes, each, ...)                                                        \
  static inline __attribute__((always_inline)) result name(__VA_ARGS__) {                                    \
    type r = {0};                                                                                            \
    for (int k = 0; k < lanes; k++) r[k] = each;                                                             \
    return (result)r;                                                                                        \
  }
#define EMULATE_FLOATS(name, each, ...) EMULATE(emulated_f, __m512, name, 16, each, __VA_ARGS__)
#define EMULATE_INTEGERS(name, each, ...) EMULATE(emulated_i, __m512i, name, 16, each, __VA_ARGS__)

EMULATE_FLOATS(emulated_add, a[k] + b[k], __m512 a, __m512 b)
EMULATE_FLOATS(emulated_min, a[k] < b[k] ? a[k] : b[k], __m512 a, __m512 b)
EMULATE_FLOATS(emulated_max, a[k] > b[k] ? a[k] : b[k], __m512 a, __m512 b)
EMULATE_FLOATS(emulated_fmadd, __builtin_fmaf(a[k], b[k], c[k]), __m512 a, __m512 b, __m512 c)
EMULATE_FLOATS(emulated_mask_fmadd, m >> k & 1 ? __builtin_fmaf(a[k], b[k], c[k]) : a[k], __m512 a,
               unsigned m, __m512 b, __m512 c)
EMULATE_FLOATS(emulated_mask_mov_ps, m >> k & 1 ? b[k] : a[k], __m512 a, unsigned m, __m512 b)
EMULATE(emulated_d, __m512d, emulated_mask_mov_pd, 8, m >> k & 1 ? b[k] : a[k], __m512d a, unsigned m,
        __m512d b)
EMULATE(emulated_w, __m512i, emulated_mask_mov_epi16, 32, m >> k & 1 ? b[k] : a[k], emulated_w a, unsigned m,
        emulated_w b)
EMULATE_FLOATS(emulated_broadcast_f32x4, a[k % 4], __m128 a)
EMULATE_FLOATS(emulated_castps256, k < 8 ? a[k % 8] : 0, __m256 a)
EMULATE_FLOATS(emulated_insertf32x4, k / 4 == place ? b[k % 4] : a[k], __m512 a, __m128 b, int place)
EMULATE_FLOATS(emulated_shuffle_f32x4,
               k < 8 ? a[4 * (places >> 2 * (k / 4) & 3) + k % 4]
                     : b[4 * (places >> 2 * (k / 4) & 3) + k % 4],
               __m512 a, __m512 b, int places)
EMULATE_FLOATS(emulated_permutevar, a[k / 4 * 4 + (place[k] & 3)], __m512 a, emulated_i place)
EMULATE_FLOATS(emulated_permutex2var, place[k] & 16 ? b[place[k] & 15] : a[place[k] & 15], __m512 a,
               emulated_i place, __m512 b)
EMULATE_INTEGERS(emulated_set1, x, int x)
EMULATE_INTEGERS(emulated_max_epi32, a[k] > b[k] ? a[k] : b[k], emulated_i a, emulated_i b)
EMULATE_INTEGERS(emulated_dpwssd, sum[k] + (short)a[k] * (short)b[k] + (a[k] >> 16) * (b[k] >> 16),
                 emulated_i sum, emulated_i a, emulated_i b)

static inline __m512 emulated_loadu(const void *from) {
  __m512 v;
  memcpy(&v, from, sizeof v);
  return v;
}

static inline int emulated_reduce_max(emulated_i a) {
  int most = a[0];
  for (int k = 1; k < 16; k++) most = a[k] > most ? a[k] : most;
  return most;
}

/* The lanes for which the expression is true, a bit each. */
#define EMULATE_MASK(name, lanes, each, ...)                                                                 \
  static inline __attribute__((always_inline)) unsigned name(__VA_ARGS__) {                                  \
    unsigned mask = 0;                                                                                       \
    for (int k = 0; k < lanes; k++) mask |= (unsigned)(each) << k;                                           \
    return mask;                                                                                             \
  }
EMULATE_MASK(emulated_ge_ps, 16, a[k] >= b[k], __m512 a, __m512 b)
EMULATE_MASK(emulated_ge_pd, 8, a[k] >= b[k], __m512d a, __m512d b)
EMULATE_MASK(emulated_lt_epi32, 16, a[k] < b[k], emulated_i a, emulated_i b)
EMULATE_MASK(emulated_lt_epi64, 8, a[k] < b[k], emulated_l a, emulated_l b)

/* What is emulated of an instruction is all that may be asked of it. */
#define EMULATED_ONLY(condition) ((void)sizeof(char[(condition) ? 1 : -1]))

#undef _mm512_broadcast_f32x4
#undef _mm512_cmp_pd_mask
#undef _mm512_cmp_ps_mask
#undef _mm512_insertf32x4
#undef _mm512_shuffle_f32x4
#define _mm512_add_ps emulated_add
#define _mm512_broadcast_f32x4 emulated_broadcast_f32x4
#define _mm512_castps256_ps512 emulated_castps256
#define _mm512_cmp_pd_mask(a, b, op) (EMULATED_ONLY((op) == _CMP_GE_OQ), emulated_ge_pd(a, b))
#define _mm512_cmp_ps_mask(a, b, op) (EMULATED_ONLY((op) == _CMP_GE_OQ), emulated_ge_ps(a, b))
#define _mm512_cmplt_epi32_mask(a, b) emulated_lt_epi32((emulated_i)(a), (emulated_i)(b))
#define _mm512_cmplt_epi64_mask(a, b) emulated_lt_epi64((emulated_l)(a), (emulated_l)(b))
#define _mm512_dpwssd_epi32(sum, a, b) emulated_dpwssd((emulated_i)(sum), (emulated_i)(a), (emulated_i)(b))
#define _mm512_fmadd_ps emulated_fmadd
#define _mm512_insertf32x4 emulated_insertf32x4
#define _mm512_loadu_ps emulated_loadu
#define _mm512_mask_fmadd_ps emulated_mask_fmadd
#define _mm512_mask_mov_epi16(a, m, b) emulated_mask_mov_epi16((emulated_w)(a), m, (emulated_w)(b))
#define _mm512_mask_mov_pd emulated_mask_mov_pd
#define _mm512_mask_mov_ps emulated_mask_mov_ps
#define _mm512_max_epi32(a, b) emulated_max_epi32((emulated_i)(a), (emulated_i)(b))
#define _mm512_max_ps emulated_max
#define _mm512_min_ps emulated_min
#define _mm512_permutevar_ps(a, place) emulated_permutevar(a, (emulated_i)(place))
#define _mm512_permutex2var_ps(a, place, b) emulated_permutex2var(a, (emulated_i)(place), b)
#define _mm512_reduce_max_epi32(a) emulated_reduce_max((emulated_i)(a))
#define _mm512_set1_epi32 emulated_set1
#define _mm512_shuffle_f32x4 emulated_shuffle_f32x4

#endif
