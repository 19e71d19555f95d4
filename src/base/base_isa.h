/* SPDX-License-Identifier: MIT
 * Run-time choice of instruction set.
 *
 * A kernel file is compiled once per instruction set (cmake/isa.cmake) and names its functions
 * R2S_KERNEL(name). Its header declares them with R2S_KERNEL_DECLARE(return type, name, (parameters)), and
 * the caller picks with R2S_KERNEL_PICK(isa, name) once, when it prepares. */
#ifndef R2S_BASE_ISA_H
#define R2S_BASE_ISA_H

#include "base/base_error.h"

typedef enum r2s_isa { R2S_ISA_BASELINE, R2S_ISA_AVX2, R2S_ISA_AVX512 } r2s_isa;

/* The best set of this machine, or what the environment variable R2S_ISA asks for (baseline, avx2, avx512)
 * where the machine has it. AVX-512 is used with VNNI only. */
r2s_isa r2s_isa_current(void);
const char *r2s_isa_name(r2s_isa isa);

#define R2S_ISA_PASTE2(a, b) a##_##b
#define R2S_ISA_PASTE(a, b) R2S_ISA_PASTE2(a, b)
#ifdef R2S_ISA
#define R2S_KERNEL(name) R2S_ISA_PASTE(name, R2S_ISA)
#endif

#if defined(__x86_64__)
#define R2S_KERNEL_DECLARE(type, name, args)                                                                 \
  type name##_baseline args;                                                                                 \
  type name##_avx2 args;                                                                                     \
  type name##_avx512 args
#define R2S_KERNEL_PICK(isa, name)                                                                           \
  ((isa) == R2S_ISA_AVX512 ? name##_avx512 : (isa) == R2S_ISA_AVX2 ? name##_avx2 : name##_baseline)
#else
#define R2S_KERNEL_DECLARE(type, name, args) type name##_baseline args
#define R2S_KERNEL_PICK(isa, name) ((void)(isa), name##_baseline)
#endif

/* a * b + c in the rate path: fused where the instruction set has it (AVX2, AVX-512, ARM: the same bits),
 * apart on baseline x86-64. The spike path never uses it. */
#if defined(__FMA__) || defined(__aarch64__)
#define R2S_FMA(a, b, c) __builtin_fmaf((a), (b), (c))
#else
#define R2S_FMA(a, b, c) ((a) * (b) + (c))
#endif

#endif
