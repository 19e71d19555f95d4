/* SPDX-License-Identifier: MIT
 * The least time of the edges' gradient, measured: the instructions of the kernel's loop
 * (rate_edge_gradient.h), of which none has to wait for another's result, over the fours of a network. Loads,
 * products and additions share ports, and receivers' numbers come from L2. x86-64 only. */
#ifndef R2S_BENCH_GRADIENT_H
#define R2S_BENCH_GRADIENT_H

#include <stdbool.h>

#include "bench_worker.h"
#include "rate/rate_kernel.h"

enum { GRADIENT_UNIT = R2S_RATE_PAIRS * R2S_LANES /* words of a unit's numbers of a block of steps */ };

/* What a pass over a network's fours reads and writes. */
typedef struct bench_gradient {
  const r2s_rate_slots *slots;
  uint32_t *e, *y; /* [(N + n_out) x UNIT], [N x UNIT] numbers of receivers and senders: 0 */
  float *g;        /* [fours x 4] */
} bench_gradient;

static inline bench_gradient bench_gradient_make(const r2s_rate_slots *slots) {
  const size_t unit = GRADIENT_UNIT * sizeof(uint32_t), receivers = slots->n + slots->n_out;
  bench_gradient gradient = {.slots = slots,
                             .e = aligned_alloc(64, receivers * unit),
                             .y = aligned_alloc(64, slots->n * unit),
                             .g = calloc(slots->most * R2S_RATE_SLOTS_FOUR, sizeof(float))};
  if (!gradient.e || !gradient.y || !gradient.g) exit(1);
  memset(gradient.e, 0, receivers * unit);
  memset(gradient.y, 0, slots->n * unit);
  return gradient;
}

static inline void bench_gradient_free(bench_gradient *gradient) {
  free(gradient->e), free(gradient->y), free(gradient->g);
  *gradient = (bench_gradient){0};
}

/* Two fours at a time, each with sums of its own, which are never folded, scaled and added: numbers of no
 * meaning are, beside them. Registers: 0 to 7 sums, 8 the receiver's numbers, 10 what the rest reads, 11 to
 * 15 what it writes. */
#define GRADIENT_TARGET_512 "avx512f,avx512vnni"
#define GRADIENT_TARGET_256 "avx2,fma"
/* A vector of products for each of the four; with AVX2 the addition is another instruction. */
#define GRADIENT_DOT_512(y, sum) "vpdpwssd \\at(%[" #y "]), %%zmm8, %%zmm" #sum "\n"
#define GRADIENT_DOT_256(y, sum)                                                                             \
  "vpmaddwd \\at(%[" #y "]), %%ymm8, %%ymm9\n vpaddd %%ymm9, %%ymm" #sum ", %%ymm" #sum "\n"
#define GRADIENT_DOTS(dot, r, places, a, b, c, d)                                                            \
  ".irp at," places "\n vmovups \\at(%[e]), %%" r "8\n" dot(y0, a) dot(y1, b) dot(y2, c) dot(y3, d) ".endr"  \
                                                                                                    "\n"
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
  __asm__ volatile(                                                                                          \
      GRADIENT_DOTS(GRADIENT_DOT_##width, r, GRADIENT_PLACES_##width, a, b, c, d)                            \
          GRADIENT_REST_##width ::[e] "r"(e + (size_t)*post * GRADIENT_UNIT),                                \
      [y0] "r"(y + (size_t)pre[0] * GRADIENT_UNIT), [y1] "r"(y + (size_t)pre[1] * GRADIENT_UNIT),            \
      [y2] "r"(y + (size_t)pre[2] * GRADIENT_UNIT), [y3] "r"(y + (size_t)pre[3] * GRADIENT_UNIT), [g] "r"(g) \
      : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",    \
        "xmm12", "xmm13", "xmm14", "xmm15", "memory");                                                       \
  post++, pre += R2S_RATE_SLOTS_FOUR, g += R2S_RATE_SLOTS_FOUR
#define GRADIENT_WALK(width, r)                                                                              \
  static inline __attribute__((target(GRADIENT_TARGET_##width))) void gradient_walk_##width(                 \
      const bench_gradient *of) {                                                                            \
    const uint32_t *e = of->e, *y = of->y, *post = of->slots->post, *pre = of->slots->pre;                   \
    const uint32_t *end = post + of->slots->fours / 2 * 2;                                                   \
    float *g = of->g;                                                                                        \
    __asm__ volatile("vpxor %%xmm10, %%xmm10, %%xmm10" ::: "xmm10"); /* no denormals */                      \
    while (post < end) {                                                                                     \
      GRADIENT_FOUR(width, r, 0, 1, 2, 3);                                                                   \
      GRADIENT_FOUR(width, r, 4, 5, 6, 7);                                                                   \
    }                                                                                                        \
  }
GRADIENT_WALK(512, "zmm")
GRADIENT_WALK(256, "ymm")

/* Seconds of an edge and block of R2S_RATE_BLOCK steps, by the shortest of `repeats` walks: a four's places
 * count as edges, those left over by a receiver's last one, too. */
static inline double bench_gradient_seconds(const bench_gradient *gradient, bool wide, int repeats) {
  const size_t fours = gradient->slots->fours / 2 * 2;
  double best = 1e9;
  for (int k = 0; k < repeats; k++) {
    const double from = r2s_clock();
    (wide ? gradient_walk_512 : gradient_walk_256)(gradient);
    const double seconds = r2s_clock() - from;
    if (seconds < best) best = seconds;
  }
  return best / (double)(fours * R2S_RATE_SLOTS_FOUR);
}

#endif
