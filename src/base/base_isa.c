/* SPDX-License-Identifier: MIT
 * Which instruction set the kernels use. */
#include "base/base_isa.h"

#include <stdlib.h>
#include <string.h>

const char *r2s_isa_name(r2s_isa isa) {
  return isa == R2S_ISA_AVX512 ? "avx512" : isa == R2S_ISA_AVX2 ? "avx2" : "baseline";
}

#if defined(__x86_64__)
static bool has_avx512(void) {
#if defined(R2S_EMULATE_AVX512)
  return true;
#else
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
#endif
}
#endif

static r2s_isa best_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return has_avx512() ? R2S_ISA_AVX512 : R2S_ISA_AVX2;
#endif
  return R2S_ISA_BASELINE;
}

r2s_isa r2s_isa_current(void) {
  r2s_isa best = best_isa();
  const char *wish = getenv("R2S_ISA");
  if (!wish) return best;
  for (int isa = R2S_ISA_BASELINE; isa <= (int)best; isa++)
    if (strcmp(wish, r2s_isa_name((r2s_isa)isa)) == 0) return (r2s_isa)isa;
  return best;
}
