/* SPDX-License-Identifier: MIT
 * The product of tiles with a vector, inlined into the kernels. */
#ifndef R2S_RATE_TILE_PRODUCT_H
#define R2S_RATE_TILE_PRODUCT_H

#include "rate/rate_tiles.h"
#include "rate/rate_vector.h"

enum { R2S_TILE_LANES = R2S_VW == 8 ? 8 : 16, R2S_TILE_PARTS = R2S_TILE_LANES / R2S_VW };

/* y[place], y a window; places: the lowest bits of each lane */
R2S_INLINE r2s_vf r2s_rate_look_up(const float *y, r2s_vu places) {
#if R2S_VW == 8
  return (r2s_vf)_mm256_permutevar8x32_ps((__m256)r2s_vf_load(y), (__m256i)places);
#else
  return r2s_vf_lookup32(y, (r2s_vi)(R2S_VW == 4 ? places & 31 : places));
#endif
}

/* out [groups x lanes] = M y; y has 32 entries more. Each slot of a tile has a chain of its own. down: from
 * the last group to the first; in turns, so that a product begins with what the last one left in the L1
 * cache. */
R2S_INLINE void r2s_rate_tile_product(const r2s_rate_tiles *tiles, const float *y, float *out, bool down) {
  for (size_t k = 0; k < tiles->groups; k++) {
    size_t group = down ? tiles->groups - 1 - k : k;
    r2s_vf sum[R2S_RATE_SLOTS][R2S_TILE_PARTS] = {0};
    for (size_t tile = tiles->start[group]; tile < tiles->start[group + 1]; tile++) {
      const float *w = tiles->w + tile * R2S_RATE_SLOTS * R2S_TILE_LANES, *from = y + tiles->window[tile];
      for (size_t p = 0; p < R2S_TILE_PARTS; p++) {
        /* volatile, or gcc loads it again for every slot */
        r2s_vu word = *(const volatile r2s_vu *)(tiles->place + tile * R2S_TILE_LANES + p * R2S_VW);
        for (size_t s = 0; s < R2S_RATE_SLOTS; s++, word >>= 8)
          sum[s][p] = r2s_vf_fma(r2s_vf_load(w + s * R2S_TILE_LANES + p * R2S_VW),
                                 r2s_rate_look_up(from, word), sum[s][p]);
      }
    }
    for (size_t p = 0; p < R2S_TILE_PARTS; p++)
      r2s_vf_store(out + group * R2S_TILE_LANES + p * R2S_VW,
                   (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]));
  }
}

#endif
