/* SPDX-License-Identifier: MIT
 * What the machine can do at most, in cycles: the bounds (bench_bounds.h) follow from it. x86-64 only. Least
 * wall times of short series: CPU time lacks what a virtual machine's host took from others of its moments,
 * and may be 0. */
#ifndef R2S_BENCH_PEAK_H
#define R2S_BENCH_PEAK_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench_code.h"
#include "bench_gradient.h"
#include "bench_list.h"
#include "bench_unit.h"

enum { PEAK_IN_L1 = 16 << 10, PEAK_IN_L2 = 384 << 10, PEAK_IN_L3 = 6 << 20 /* bytes of buffers */ };

typedef struct bench_peak {
  bool wide;               /* AVX-512; else AVX2 */
  double ghz;              /* by a chain of dependent additions, a cycle each */
  double fma;              /* fused multiply-adds of 16 floats a cycle, on registers */
  double fma_load;         /* the same with an operand from L1 */
  double alu;              /* other operations on 16 floats (here additions of integers) a cycle */
  double look_up;          /* look-ups among 8 floats (AVX2) or 32 (AVX-512), a vector of them, each with a
                              multiply-add of a vector, a cycle */
  double division;         /* cycles of a division of 16 floats by 16 */
  double product;          /* cycles of an edge of a product, by code or lists; 0: not known */
  double gradient;         /* cycles of an edge's gradient over a block of steps (bench_gradient.h) */
  double sigmoid, matched; /* cycles of a unit's forward step of 16 trials (bench_unit.h) */
  double load_l1, load_l2, load_l3; /* bytes a cycle, read */
  double store_l1, store_l3;        /* and written */
} bench_peak;

/* A network's product, as one of the two can measure it. With AVX-512 lists are for large networks, and there
 * is no loop for them. */
typedef struct bench_product {
  bench_code code;
  bench_list list;
} bench_product;

static inline bench_product bench_product_make(bool wide, bool by_code, int n, double edges) {
  bench_product product = {0};
  if (by_code)
    product.code = bench_code_make(n, edges);
  else if (!wide)
    product.list = bench_list_make(n, edges);
  return product;
}

/* Seconds of an edge; 0: not known. */
static inline double bench_product_seconds(const bench_product *product, int repeats) {
  return product->code.n_tiles ? bench_code_seconds(&product->code, repeats)
         : product->list.links ? bench_list_seconds(&product->list, repeats)
                               : 0;
}

static inline double peak_chain(void) {
  uint64_t x = 1;
  double from = r2s_clock();
  for (int k = 0; k < 1000; k++) __asm__ volatile(".rept 100\n add %0, %0\n .endr" : "+r"(x));
  return r2s_clock() - from;
}

/* Ten independent sums, 100 x 1000 operations on 64 bytes. */
#define PEAK_TEN(op, r)                                                                                      \
  op " %%" r "10, %%" r "10, %%" r "0\n" op " %%" r "10, %%" r "10, %%" r "1\n" op " %%" r "10, %%" r        \
     "10, %%" r "2\n" op " %%" r "10, %%" r "10, %%" r "3\n" op " %%" r "10, %%" r "10, %%" r "4\n" op       \
     " %%" r "10, %%" r "10, %%" r "5\n" op " %%" r "10, %%" r "10, %%" r "6\n" op " %%" r "10, %%" r        \
     "10, %%" r "7\n" op " %%" r "10, %%" r "10, %%" r "8\n" op " %%" r "10, %%" r "10, %%" r "9\n"
#define PEAK_CLOBBER "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10"
#define PEAK_LOOP(name, op, r, attributes)                                                                   \
  static inline __attribute__((target(attributes))) double name(void) {                                      \
    double from = r2s_clock();                                                                               \
    for (int k = 0; k < 1000; k++)                                                                           \
      __asm__ volatile(".rept 10\n" PEAK_TEN(op, r) ".endr\n" ::: PEAK_CLOBBER);                             \
    return r2s_clock() - from;                                                                               \
  }
PEAK_LOOP(peak_fma_512, "vfmadd231ps", "zmm", "avx512f")
PEAK_LOOP(peak_fma_256, "vfmadd231ps", "ymm", "avx2,fma")

/* The same with a line of a small buffer as an operand. */
#define PEAK_ONE_LOAD(op, r, bytes, k) op " " #k "*" bytes "(%0), %%" r "10, %%" r #k "\n"
#define PEAK_TEN_LOADS(op, r, bytes)                                                                         \
  PEAK_ONE_LOAD(op, r, bytes, 0)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 1)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 2)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 3)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 4)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 5)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 6)                                                                             \
  PEAK_ONE_LOAD(op, r, bytes, 7) PEAK_ONE_LOAD(op, r, bytes, 8) PEAK_ONE_LOAD(op, r, bytes, 9)
#define PEAK_LOAD_LOOP(name, op, r, bytes, attributes)                                                       \
  static inline __attribute__((target(attributes))) double name(void) {                                      \
    static const float buffer[8 * 160] __attribute__((aligned(64)));                                         \
    double from = r2s_clock();                                                                               \
    for (int k = 0; k < 1000; k++)                                                                           \
      __asm__ volatile(".rept 10\n" PEAK_TEN_LOADS(op, r, bytes) ".endr\n" ::"r"(buffer + k % 8 * 160)       \
                       : PEAK_CLOBBER);                                                                      \
    return r2s_clock() - from;                                                                               \
  }
PEAK_LOAD_LOOP(peak_fma_load_512, "vfmadd231ps", "zmm", "64", "avx512f")
PEAK_LOAD_LOOP(peak_fma_load_256, "vfmadd231ps", "ymm", "32", "avx2,fma")
PEAK_LOOP(peak_division_512, "vdivps", "zmm", "avx512f")
PEAK_LOOP(peak_division_256, "vdivps", "ymm", "avx2,fma")
PEAK_LOOP(peak_alu_512, "vpaddd", "zmm", "avx512f")
PEAK_LOOP(peak_alu_256, "vpaddd", "ymm", "avx2,fma")

/* Look-ups beside as many multiply-adds, 10 x 1000 of five each; nothing waits for anything. */
#define PEAK_LOOK_UP(op, r, k, to)                                                                           \
  op " %%" r "10, %%" r "10, %%" r #to "\nvfmadd231ps %%" r "10, %%" r "10, %%" r #k "\n"
#define PEAK_LOOK_UP_LOOP(name, op, r, attributes)                                                           \
  static inline __attribute__((target(attributes))) double name(void) {                                      \
    double from = r2s_clock();                                                                               \
    for (int k = 0; k < 1000; k++)                                                                           \
      __asm__ volatile(".rept 10\n" PEAK_LOOK_UP(op, r, 0, 5) PEAK_LOOK_UP(op, r, 1, 6)                      \
                           PEAK_LOOK_UP(op, r, 2, 7) PEAK_LOOK_UP(op, r, 3, 8)                               \
                               PEAK_LOOK_UP(op, r, 4, 9) ".endr\n" ::                                        \
                                   : PEAK_CLOBBER);                                                          \
    return r2s_clock() - from;                                                                               \
  }
PEAK_LOOK_UP_LOOP(peak_look_up_512, "vpermt2ps", "zmm", "avx512f")
PEAK_LOOK_UP_LOOP(peak_look_up_256, "vpermps", "ymm", "avx2,fma")

static inline __attribute__((target("avx512f"))) void peak_load_512(const char *from, size_t bytes) {
  for (size_t k = 0; k < bytes; k += 256)
    __asm__ volatile("vmovups (%0), %%zmm0\n vmovups 64(%0), %%zmm1\n vmovups 128(%0), %%zmm2\n"
                     "vmovups 192(%0), %%zmm3" ::"r"(from + k)
                     : "xmm0", "xmm1", "xmm2", "xmm3");
}

static inline __attribute__((target("avx2"))) void peak_load_256(const char *from, size_t bytes) {
  for (size_t k = 0; k < bytes; k += 128)
    __asm__ volatile("vmovups (%0), %%ymm0\n vmovups 32(%0), %%ymm1\n vmovups 64(%0), %%ymm2\n"
                     "vmovups 96(%0), %%ymm3" ::"r"(from + k)
                     : "xmm0", "xmm1", "xmm2", "xmm3");
}

static inline __attribute__((target("avx512f"))) void peak_store_512(char *to, size_t bytes) {
  for (size_t k = 0; k < bytes; k += 128)
    __asm__ volatile("vmovups %%zmm0, (%0)\n vmovups %%zmm1, 64(%0)" ::"r"(to + k) : "memory");
}

static inline __attribute__((target("avx2"))) void peak_store_256(char *to, size_t bytes) {
  for (size_t k = 0; k < bytes; k += 64)
    __asm__ volatile("vmovups %%ymm0, (%0)\n vmovups %%ymm1, 32(%0)" ::"r"(to + k) : "memory");
}

/* Bytes a second of reading or writing a buffer of that size, at best. */
static inline double peak_bytes(char *buffer, size_t bytes, bool wide, bool store, int repeats) {
  double best = 1e9;
  int passes = (int)((8000000 + bytes - 1) / bytes);
  for (int k = 0; k < repeats; k++) {
    double from = r2s_clock();
    for (int pass = 0; pass < passes; pass++) {
      if (store)
        wide ? peak_store_512(buffer, bytes) : peak_store_256(buffer, bytes);
      else
        wide ? peak_load_512(buffer, bytes) : peak_load_256(buffer, bytes);
    }
    double seconds = (r2s_clock() - from) / passes;
    if (seconds < best) best = seconds;
  }
  return (double)bytes / best;
}

/* The best of `repeats` short series of each. buffer: PEAK_IN_L3 bytes that were written to. */
static inline bench_peak bench_peak_measure(bool wide, const bench_product *product,
                                            const bench_gradient *gradient, int repeats, char *buffer) {
  bench_peak peak = {.wide = wide};
  double cycle = bench_least(peak_chain, repeats) / 1e5, sum = (wide ? 1 : 0.5) * 1e5 * cycle;
  peak.ghz = 1e-9 / cycle;
  peak.fma = sum / bench_least(wide ? peak_fma_512 : peak_fma_256, repeats);
  peak.fma_load = sum / bench_least(wide ? peak_fma_load_512 : peak_fma_load_256, repeats);
  peak.division = bench_least(wide ? peak_division_512 : peak_division_256, repeats) / sum;
  peak.look_up = 5e4 * cycle / bench_least(wide ? peak_look_up_512 : peak_look_up_256, repeats);
  peak.alu = sum / bench_least(wide ? peak_alu_512 : peak_alu_256, repeats);
  peak.sigmoid = bench_unit_seconds(wide, false, repeats) / cycle;
  peak.matched = bench_unit_seconds(wide, true, repeats) / cycle;
  peak.product = bench_product_seconds(product, repeats) / cycle;
  peak.gradient = bench_gradient_seconds(gradient, wide, 2 * repeats) / cycle;
  peak.load_l1 = cycle * peak_bytes(buffer, PEAK_IN_L1, wide, false, repeats);
  peak.load_l2 = cycle * peak_bytes(buffer, PEAK_IN_L2, wide, false, repeats);
  peak.load_l3 = cycle * peak_bytes(buffer, PEAK_IN_L3, wide, false, repeats);
  peak.store_l1 = cycle * peak_bytes(buffer, PEAK_IN_L1, wide, true, repeats);
  peak.store_l3 = cycle * peak_bytes(buffer, PEAK_IN_L3, wide, true, repeats);
  return peak;
}

/* The best of two measurements, each rate by itself. */
static inline bench_peak bench_peak_best(const bench_peak *a, const bench_peak *b) {
#define PEAK_MORE(rate) .rate = a->rate > b->rate ? a->rate : b->rate
#define PEAK_LESS(cycles) .cycles = a->cycles < b->cycles ? a->cycles : b->cycles
  return (bench_peak){.wide = a->wide,
                      PEAK_LESS(division),
                      PEAK_LESS(sigmoid),
                      PEAK_LESS(matched),
                      PEAK_LESS(product),
                      PEAK_LESS(gradient),
                      PEAK_MORE(ghz),
                      PEAK_MORE(fma),
                      PEAK_MORE(fma_load),
                      PEAK_MORE(look_up),
                      PEAK_MORE(alu),
                      PEAK_MORE(load_l1),
                      PEAK_MORE(load_l2),
                      PEAK_MORE(load_l3),
                      PEAK_MORE(store_l1),
                      PEAK_MORE(store_l3)};
#undef PEAK_MORE
#undef PEAK_LESS
}

static inline char *bench_peak_buffer(void) {
  char *buffer = aligned_alloc(64, PEAK_IN_L3);
  if (!buffer) exit(1);
  return memset(buffer, 1, PEAK_IN_L3);
}

#endif
