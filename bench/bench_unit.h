/* SPDX-License-Identifier: MIT
 * The least time of a unit's forward step, measured: the instructions that the kernel needs for 16 trials
 * (rate_forward_kernel.c; a step without input, one alpha for all units, one output), of which none has to
 * wait for another's result. Its loads, stores, multiply-adds, shuffles and division share ports. x86-64
 * only. */
#ifndef R2S_BENCH_UNIT_H
#define R2S_BENCH_UNIT_H

#include <stdbool.h>

#include "bench_worker.h"

/* All numbers are in L1, where each thread has what it writes to itself, and mean nothing. Registers: 0 to 7
 * what multiply-adds add to, 9 and 10 what all read, 11 to 15 what the rest writes. Of the amplitudes that
 * every fourth step stores for the readout's noise, nothing is counted. */
enum { UNIT_TURNS = 20, UNIT_REPEATS = 20 /* as code */, UNIT_LINES = 12 /* of 64 bytes, read or written */ };

#define UNIT_OP(r, op, to) op " %%" r "10, %%" r "10, %%" r #to "\n"
/* op with a number, $(4): in what .rept repeats, $4 is an argument to the assembler of macOS. */
#define UNIT_SHIFT(r, op, to) op ", %%" r "10, %%" r #to "\n"
#define UNIT_FMA(r, sum) UNIT_OP(r, "vfmadd231ps", sum)
#define UNIT_FMA_LINE(r, line, sum) "vfmadd231ps 64*" #line "+\\at(%[lines]), %%" r "10, %%" r #sum "\n"
#define UNIT_LOAD(r, line, to) "vmovups 64*" #line "+\\at(%[lines]), %%" r #to "\n"
#define UNIT_STORE(r, line) "vmovups %%" r "10, 64*" #line "+\\at(%[out])\n"
#define UNIT_WEIGHT(r, to) "vbroadcastss (%[lines]), %%" r #to "\n"

/* The state: the product's sum, less the state, times dt/tau. */
#define UNIT_STATE(r)                                                                                        \
  UNIT_LOAD(r, 0, 11) UNIT_LOAD(r, 2, 12) UNIT_OP(r, "vsubps", 13) UNIT_FMA(r, 1) UNIT_STORE(r, 0)

/* Noise, exponential, division, what is sent; the output. */
#define UNIT_SIGMOID(r)                                                                                      \
  UNIT_STATE(r)                                                                                              \
  UNIT_FMA_LINE(r, 3, 2)                                                                                     \
  UNIT_OP(r, "vmaxps", 14)                                                                                   \
  UNIT_OP(r, "vminps", 15)                                                                                   \
  UNIT_FMA(r, 3)                                                                                             \
  UNIT_OP(r, "vsubps", 11)                                                                                   \
  UNIT_FMA(r, 4)                                                                                             \
  "vdivps %%" r "10, %%" r "9, %%" r "12\n" UNIT_FMA(r, 5) UNIT_FMA(r, 6) UNIT_FMA(r, 7) UNIT_FMA(r, 0)      \
      UNIT_FMA(r, 1) UNIT_SHIFT(r, "vpslld $(23)", 13) UNIT_OP(r, "vpaddd", 14) UNIT_OP(r, "vaddps", 15)     \
          UNIT_STORE(r, 1) UNIT_FMA(r, 2)

/* Four words of four lanes, or of eight: each lane's place, and a line's quarter from there. */
#define UNIT_WORDS_256                                                                                       \
  ".rept 4\n movl (%[lines]), %%eax\n vmovups 512(%[lines]), %%xmm11\n movl 4(%[lines]), %%ecx\n"            \
  "vinsertf128 $(1), 576(%[lines]), %%ymm10, %%ymm12\n .endr\n"
#define UNIT_WORDS_512                                                                                       \
  ".rept 4\n movl (%[lines]), %%eax\n vmovups 512(%[lines]), %%xmm11\n movl 4(%[lines]), %%ecx\n"            \
  "vinsertf128 $(1), 576(%[lines]), %%ymm10, %%ymm12\n movl 8(%[lines]), %%eax\n"                            \
  "vinsertf32x4 $(2), 640(%[lines]), %%zmm10, %%zmm13\n movl 12(%[lines]), %%ecx\n"                          \
  "vinsertf32x4 $(3), 704(%[lines]), %%zmm10, %%zmm14\n .endr\n"

/* Place in the table, its words, which are turned; rate, slope, amplitude, what is sent with its noise; the
 * output. */
#define UNIT_MATCHED(r, words)                                                                               \
  UNIT_STATE(r)                                                                                              \
  UNIT_FMA(r, 2)                                                                                             \
  UNIT_OP(r, "vmaxps", 14)                                                                                   \
  UNIT_OP(r, "vminps", 15)                                                                                   \
  UNIT_SHIFT(r, "vpsrad $(17)", 11)                                                                          \
  UNIT_SHIFT(r, "vpslld $(4)", 12)                                                                           \
  UNIT_STORE(r, 1)                                                                                           \
  words UNIT_OP(r, "vunpcklps", 11) UNIT_OP(r, "vunpckhps", 12) UNIT_OP(r, "vunpcklps", 13)                  \
      UNIT_OP(r, "vunpckhps", 14) UNIT_OP(r, "vshufps $(0x44),", 15) UNIT_OP(r, "vshufps $(0xee),", 11)      \
          UNIT_OP(r, "vshufps $(0x44),", 12) UNIT_OP(r, "vshufps $(0xee),", 13) UNIT_FMA(r, 3)               \
              UNIT_FMA(r, 4) UNIT_OP(r, "vaddps", 14) UNIT_FMA(r, 5) UNIT_SHIFT(r, "vpslld $(16)", 15)       \
                  UNIT_FMA(r, 6) UNIT_OP(r, "vmulps", 11) UNIT_FMA_LINE(r, 3, 7) UNIT_STORE(r, 2)            \
                      UNIT_STORE(r, 3) UNIT_FMA(r, 0)

/* The vectors of 16 trials, which share the output weight. */
#define UNIT_LOOP(name, attributes, r, parts, vector)                                                        \
  static inline __attribute__((target(attributes))) double name(void) {                                      \
    static const float lines[16 * UNIT_LINES] __attribute__((aligned(64))) = {1};                            \
    static _Thread_local float out[16 * UNIT_LINES] __attribute__((aligned(64)));                            \
    const double from = r2s_clock();                                                                         \
    for (int k = 0; k < UNIT_TURNS; k++)                                                                     \
      __asm__ volatile("vzeroall\n" UNIT_WEIGHT(r, 9) UNIT_WEIGHT(r, 10) ".rept %c[repeats]\n" UNIT_WEIGHT(  \
                           r, 13) ".irp at," parts "\n" vector ".endr\n .endr\n" ::[lines] "r"(lines),       \
                       [out] "r"(out), [repeats] "i"(UNIT_REPEATS)                                           \
                       : "rax", "rcx", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",       \
                         "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory");    \
    return r2s_clock() - from;                                                                               \
  }
#define UNIT_TARGET_512 "avx512f"
#define UNIT_TARGET_256 "avx2,fma"
UNIT_LOOP(unit_sigmoid_512, UNIT_TARGET_512, "zmm", "0", UNIT_SIGMOID("zmm"))
UNIT_LOOP(unit_sigmoid_256, UNIT_TARGET_256, "ymm", "0,32", UNIT_SIGMOID("ymm"))
UNIT_LOOP(unit_matched_512, UNIT_TARGET_512, "zmm", "0", UNIT_MATCHED("zmm", UNIT_WORDS_512))
UNIT_LOOP(unit_matched_256, UNIT_TARGET_256, "ymm", "0,32", UNIT_MATCHED("ymm", UNIT_WORDS_256))

/* Seconds of a unit and step of 16 trials, shortest of `repeats` series. */
static inline double bench_unit_seconds(bool wide, bool matched, int repeats) {
  double (*const sigmoid_loop)(void) = wide ? unit_sigmoid_512 : unit_sigmoid_256;
  double (*const matched_loop)(void) = wide ? unit_matched_512 : unit_matched_256;
  return bench_least(matched ? matched_loop : sigmoid_loop, 10 * repeats) / (UNIT_TURNS * UNIT_REPEATS);
}

#endif
