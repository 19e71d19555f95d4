/* SPDX-License-Identifier: MIT
 * Normals, 32 at a time: xoshiro128++ in 16 lanes and Box-Muller. Compiled once per instruction set. */
#include "base/base_random.h"
#include "base/base_vector.h"

R2S_INLINE r2s_vu rotate(r2s_vu x, int k) {
  return (x << k) | (x >> (32 - k));
}

/* xoshiro128++ 1.0, all lanes one step */
R2S_INLINE r2s_vu next(r2s_vu s[4]) {
  r2s_vu result = rotate(s[0] + s[3], 7) + s[0];
  r2s_vu t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 11);
  return result;
}

/* -2 ln u for u in (0, 1], relative error below 2e-7: u = 2^e m with m in [sqrt(1/2), sqrt(2)), and the
 * polynomial of Cephes' logf. */
R2S_INLINE r2s_vf minus_two_log(r2s_vf u) {
  r2s_vi bits = (r2s_vi)u;
  r2s_vi e = ((bits - 0x3f3504f3) >> 23);
  r2s_vf m = (r2s_vf)(bits - (e << 23));
  r2s_vf x = m - 1.0f, x2 = x * x;
  r2s_vf p = x * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * x + 1.1676998740e-1f;
  p = p * x - 1.2420140846e-1f;
  p = p * x + 1.4249322787e-1f;
  p = p * x - 1.6668057665e-1f;
  p = p * x + 2.0000714765e-1f;
  p = p * x - 2.4999993993e-1f;
  p = p * x + 3.3333331174e-1f;
  r2s_vf ef = __builtin_convertvector(e, r2s_vf);
  r2s_vf log_u = (x2 * x * p - 0.5f * x2) + x + ef * 0.693147180559945f;
  return -2.0f * log_u;
}

/* Blocks of one part (R2S_VW lanes). */
R2S_INLINE void normal_part(uint32_t state[4][R2S_LANES], int lane, float *out, size_t n_blocks) {
  r2s_vu s[4];
  for (int k = 0; k < 4; k++) s[k] = r2s_vu_load(&state[k][lane]);
  for (size_t block = 0; block < n_blocks; block++, out += 2 * R2S_LANES) {
    r2s_vu a = next(s), b = next(s);
    /* u in (0, 1]; the largest radius is sqrt(2 ln 2^32) = 6.66 */
    r2s_vf u = (__builtin_convertvector((r2s_vi)(a >> 1), r2s_vf) + 0.5f) * 0x1p-31f;
    r2s_vf square = minus_two_log(u);
    square = r2s_vf_select(square < 0.0f, r2s_vf_set(0.0f), square);
    r2s_vf radius = r2s_vf_sqrt(square);
    /* angle: the two top bits say the quadrant, the others the place in [-pi/4, pi/4) */
    r2s_vf f = (__builtin_convertvector((r2s_vi)(b << 2 >> 2), r2s_vf) - 0x1p29f) * 0x1.921fb6p-30f;
    r2s_vf z = f * f;
    r2s_vf sine = ((z * -1.9515295891e-4f + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * f + f;
    r2s_vf cosine =
        ((z * 2.443315711809948e-5f - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z +
        1.0f;
    r2s_vi swap = (r2s_vi)(b << 1) >> 31; /* odd quadrants */
    r2s_vu flip = b & 0x80000000u;        /* half turn */
    r2s_vf c = r2s_vf_select(swap, -sine, cosine), d = r2s_vf_select(swap, cosine, sine);
    r2s_vf_store(out + lane, (r2s_vf)((r2s_vu)(radius * c) ^ flip));
    r2s_vf_store(out + R2S_LANES + lane, (r2s_vf)((r2s_vu)(radius * d) ^ flip));
  }
  for (int k = 0; k < 4; k++) r2s_vu_store(&state[k][lane], s[k]);
}

void R2S_KERNEL(r2s_random_normal_blocks)(uint32_t state[4][R2S_LANES], float *out, size_t n_blocks) {
  for (int lane = 0; lane < R2S_LANES; lane += R2S_VW) normal_part(state, lane, out, n_blocks);
}
