/* SPDX-License-Identifier: MIT
 * The least time of the edges' gradient, measured: the instructions of the kernel's loop
 * (rate_edge_gradient.h), of which none has to wait for another's result. Its loads, products and additions
 * share ports. x86-64 only. */
#ifndef R2S_BENCH_GRADIENT_H
#define R2S_BENCH_GRADIENT_H

#include <stdbool.h>

#include "bench_worker.h"
#include "rate/rate_kernel.h"

/* The gradient of edges over a block of steps: fours of them, all of whose numbers are in L1. Two fours at a
 * time, each with sums of its own, which are never folded, scaled and added: numbers of no meaning are,
 * beside them. Registers: 0 to 7 sums, 8 the receiver's numbers, 10 what the rest reads, 11 to 15 what it
 * writes. */
enum { GRADIENT_TURNS = 100, GRADIENT_UNIT = R2S_RATE_PAIRS * R2S_LANES /* words */ };

#define GRADIENT_TARGET_512 "avx512f,avx512vnni"
#define GRADIENT_TARGET_256 "avx2,fma"
/* A vector of products for each of the four; with AVX2 the addition is another instruction. */
#define GRADIENT_DOT_512(place, sum) "vpdpwssd " #place "+\\at(%[y]), %%zmm8, %%zmm" #sum "\n"
#define GRADIENT_DOT_256(place, sum)                                                                         \
  "vpmaddwd " #place "+\\at(%[y]), %%ymm8, %%ymm9\n vpaddd %%ymm9, %%ymm" #sum ", %%ymm" #sum "\n"
#define GRADIENT_DOTS(dot, r, places, a, b, c, d)                                                            \
  ".irp at," places "\n vmovups \\at(%[e]), %%" r "8\n" dot(0, a) dot(512, b) dot(1024, c)                   \
      dot(1536, d) ".endr\n"
#define GRADIENT_PLACES_512 "0,64,128,192,256,320,384,448"
#define GRADIENT_PLACES_256 GRADIENT_PLACES_512 ",32,96,160,224,288,352,416,480"
/* What four edges' sums are multiples of, and their sums so far: 16 bytes. */
#define GRADIENT_REST_128                                                                                    \
  ".rept 2\n vmovss (%[e]), %%xmm11\n vinsertps $(0x10), (%[e]), %%xmm10, %%xmm12\n .endr\n"                 \
  "vmovlhps %%xmm10, %%xmm10, %%xmm13\n vbroadcastss (%[e]), %%xmm14\n"                                      \
  "vmulps %%xmm10, %%xmm10, %%xmm15\n vmulps %%xmm10, %%xmm10, %%xmm11\n"                                    \
  "vaddps (%[g]), %%xmm10, %%xmm12\n vmovups %%xmm10, (%[g])\n"
/* To four sums each, which are integers; to floats, to one sum each. ($(...): bench_unit.h) */
#define GRADIENT_REST_512                                                                                    \
  ".rept 3\n vshuff32x4 $(0xee), %%zmm10, %%zmm10, %%zmm11\n"                                                \
  "vshuff32x4 $(0x44), %%zmm10, %%zmm10, %%zmm12\n vpaddd %%zmm10, %%zmm10, %%zmm13\n .endr\n"               \
  "vcvtdq2ps %%zmm10, %%zmm14\n"                                                                             \
  ".rept 2\n vpermilps $(0xb1), %%zmm10, %%zmm15\n vaddps %%zmm10, %%zmm10, %%zmm11\n .endr\n"               \
  "vpermps %%zmm10, %%zmm10, %%zmm12\n" GRADIENT_REST_128
#define GRADIENT_REST_256                                                                                    \
  ".rept 2\n vblendps $(0xf0), %%ymm10, %%ymm10, %%ymm11\n"                                                  \
  "vperm2i128 $(0x21), %%ymm10, %%ymm10, %%ymm12\n vpaddd %%ymm10, %%ymm10, %%ymm13\n"                       \
  "vcvtdq2ps %%ymm10, %%ymm14\n vshufps $(0x88), %%ymm10, %%ymm10, %%ymm15\n"                                \
  "vshufps $(0x88), %%xmm10, %%xmm10, %%xmm11\n .endr\n"                                                     \
  "vaddps %%ymm10, %%ymm10, %%ymm12\n vextractf128 $1, %%ymm10, %%xmm13\n"                                   \
  "vaddps %%xmm10, %%xmm10, %%xmm14\n" GRADIENT_REST_128
#define GRADIENT_FOUR(width, r, a, b, c, d)                                                                  \
  GRADIENT_DOTS(GRADIENT_DOT_##width, r, GRADIENT_PLACES_##width, a, b, c, d) GRADIENT_REST_##width
#define GRADIENT_LOOP(width, r)                                                                              \
  static inline __attribute__((target(GRADIENT_TARGET_##width))) double gradient_##width(void) {             \
    static const uint32_t numbers[6 * GRADIENT_UNIT] __attribute__((aligned(64)));                           \
    static _Thread_local float g[4] __attribute__((aligned(64)));                                            \
    const double from = r2s_clock();                                                                         \
    for (int k = 0; k < GRADIENT_TURNS; k++)                                                                 \
      __asm__ volatile(GRADIENT_FOUR(width, r, 0, 1, 2, 3)                                                   \
                           GRADIENT_FOUR(width, r, 4, 5, 6, 7)::[e] "r"(numbers),                            \
                       [y] "r"(numbers + (1 + k % 2) * GRADIENT_UNIT), [g] "r"(g)                            \
                       : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",     \
                         "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory");                    \
    return r2s_clock() - from;                                                                               \
  }
GRADIENT_LOOP(512, "zmm")
GRADIENT_LOOP(256, "ymm")

/* Seconds of an edge and block of R2S_RATE_BLOCK steps, shortest of `repeats` series. */
static inline double bench_gradient_seconds(bool wide, int repeats) {
  return bench_least(wide ? gradient_512 : gradient_256, 10 * repeats) / (8 * GRADIENT_TURNS);
}

#endif
