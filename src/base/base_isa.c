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

/* What R2S_ISA says; an empty one is none. */
static const char *wished_name(void) {
  const char *name = getenv("R2S_ISA");
  return name && *name ? name : NULL;
}

/* The set that R2S_ISA asks for; false where it asks for none that there is. */
static bool find_wish(r2s_isa best, r2s_isa *wish) {
  const char *name = wished_name();
  for (int isa = R2S_ISA_BASELINE; name && isa <= (int)best; isa++) {
    if (strcmp(name, r2s_isa_name((r2s_isa)isa)) != 0) continue;
    *wish = (r2s_isa)isa;
    return true;
  }
  return false;
}

r2s_isa r2s_isa_current(void) {
  const r2s_isa best = best_isa();
  r2s_isa wish;
  return find_wish(best, &wish) ? wish : best;
}

r2s_status r2s_environment_check(r2s_error *err) {
  static const char *const known[] = {"baseline", "baseline or avx2", "baseline, avx2 or avx512"};
  const r2s_isa best = best_isa();
  const char *name = wished_name(), *code = getenv("R2S_CODE"); /* rate_code.h */
  r2s_isa wish;
  if (code && *code && strcmp(code, "off") != 0)
    return r2s_fail(err, R2S_ERR_CONFIG, "environment variable R2S_CODE: found '%.80s'; expected off", code);
  if (!name || find_wish(best, &wish)) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "environment variable R2S_ISA: found '%.80s'; expected %s on this machine", name,
                  known[best]);
}
