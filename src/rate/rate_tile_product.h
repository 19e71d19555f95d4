/* SPDX-License-Identifier: MIT
 * The product of tiles with a vector, inlined into the kernels. */
#ifndef R2S_RATE_TILE_PRODUCT_H
#define R2S_RATE_TILE_PRODUCT_H

#include "rate/rate_tiles.h"
#include "rate/rate_vector.h"

/* Places of the next slot of a tile. The look-ups of AVX2 and AVX-512 see the lowest five bits only. */
R2S_INLINE r2s_vi r2s_rate_places(r2s_vu word) {
  return (r2s_vi)(R2S_VW == 4 ? word & 31 : word);
}

/* out [groups x 16] = M y; y has 16 entries more. Each slot of a tile has a chain of its own. down: from the
 * last group to the first; in turns, so that a product begins with what the last one left in the L1 cache. */
R2S_INLINE void r2s_rate_tile_product(const r2s_rate_tiles *tiles, const float *y, float *out, bool down) {
  for (size_t k = 0; k < tiles->groups; k++) {
    size_t group = down ? tiles->groups - 1 - k : k;
    r2s_vf sum[R2S_RATE_SLOTS][R2S_PARTS] = {0};
    for (size_t tile = tiles->start[group]; tile < tiles->start[group + 1]; tile++) {
      const float *w = tiles->w + tile * R2S_RATE_SLOTS * R2S_LANES, *from = y + tiles->window[tile];
      for (size_t p = 0; p < R2S_PARTS; p++) {
        /* volatile, or gcc loads it again for every slot */
        r2s_vu word = *(const volatile r2s_vu *)(tiles->place + tile * R2S_LANES + p * R2S_VW);
        for (size_t s = 0; s < R2S_RATE_SLOTS; s++, word >>= 8)
          sum[s][p] = r2s_vf_fma(r2s_vf_load(w + s * R2S_LANES + p * R2S_VW),
                                 r2s_vf_lookup32(from, r2s_rate_places(word)), sum[s][p]);
      }
    }
    for (size_t p = 0; p < R2S_PARTS; p++)
      r2s_vf_store(out + group * R2S_LANES + p * R2S_VW, (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]));
  }
}

#endif
