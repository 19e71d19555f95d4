/* SPDX-License-Identifier: MIT
 * The product of tiles with a vector, inlined into the kernels. */
#ifndef R2S_RATE_TILE_PRODUCT_H
#define R2S_RATE_TILE_PRODUCT_H

#include "rate/rate_tiles.h"
#include "rate/rate_vector.h"

enum { R2S_TILE_LANES = R2S_VW == 8 ? 8 : 16, R2S_TILE_PARTS = R2S_TILE_LANES / R2S_VW };

/* A tile: slot s adds its weights times its senders' y to sum[s]. */
R2S_INLINE void r2s_rate_add_tile(const r2s_rate_tiles *tiles, size_t tile, const float *y,
                                  r2s_vf sum[R2S_RATE_SLOTS][R2S_TILE_PARTS]) {
  const float *w = tiles->w + tile * R2S_RATE_SLOTS * R2S_TILE_LANES;
  const uint16_t *window = tiles->window[tile];
#if R2S_VW == 8
  const r2s_vf from = r2s_vf_load(y + window[0]);
  r2s_vu word = r2s_vu_load(tiles->place + tile * R2S_TILE_LANES);
  for (size_t s = 0; s < R2S_RATE_SLOTS; s++, word >>= 8) {
    r2s_vf sent = (r2s_vf)_mm256_permutevar8x32_ps((__m256)from, (__m256i)word);
    sum[s][0] = r2s_vf_fma(r2s_vf_load(w + s * R2S_TILE_LANES), sent, sum[s][0]);
  }
#else
  for (size_t s = 0; s < R2S_RATE_SLOTS; s++)
    for (size_t p = 0; p < R2S_TILE_PARTS; p++) {
      r2s_vf weight = r2s_vf_load(w + s * R2S_TILE_LANES + p * R2S_VW);
      sum[s][p] = r2s_vf_fma(weight, r2s_vf_lookup_by(weight, y + window[0], y + window[1]), sum[s][p]);
    }
#endif
}

/* out [groups x lanes] = M y; y has 32 entries more. Each slot of a tile has a chain of its own. down: from
 * the last group to the first; in turns, so that a product begins with what the last one left in the L1
 * cache. */
R2S_INLINE void r2s_rate_tile_product(const r2s_rate_tiles *tiles, const float *y, float *out, bool down) {
  for (size_t k = 0; k < tiles->groups; k++) {
    size_t group = down ? tiles->groups - 1 - k : k;
    r2s_vf sum[R2S_RATE_SLOTS][R2S_TILE_PARTS] = {0};
    for (size_t tile = tiles->start[group]; tile < tiles->start[group + 1]; tile++)
      r2s_rate_add_tile(tiles, tile, y, sum);
    for (size_t p = 0; p < R2S_TILE_PARTS; p++)
      r2s_vf_store(out + group * R2S_TILE_LANES + p * R2S_VW,
                   (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]));
  }
}

#endif
