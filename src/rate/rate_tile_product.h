/* SPDX-License-Identifier: MIT
 * The product of tiles with a vector, inlined into the kernels. */
#ifndef R2S_RATE_TILE_PRODUCT_H
#define R2S_RATE_TILE_PRODUCT_H

#include "rate/rate_tiles.h"
#include "rate/rate_vector.h"

enum { R2S_TILE_LANES = R2S_VW == 8 ? 8 : 16, R2S_TILE_PARTS = R2S_TILE_LANES / R2S_VW };

/* The tiles of a group that are left, and their sums. */
typedef struct r2s_rate_walk {
  const float *w;
  const uint8_t *place;
  const uint16_t *window;
  r2s_vf sum[R2S_RATE_TILE_SLOTS][R2S_TILE_PARTS];
} r2s_rate_walk;

R2S_INLINE r2s_rate_walk r2s_rate_walk_from(const r2s_rate_tiles *tiles, size_t tile) {
  return (r2s_rate_walk){.w = tiles->w + tile * R2S_RATE_TILE_SLOTS * R2S_TILE_LANES,
                         .place = tiles->place ? tiles->place + tile * R2S_TILE_LANES : NULL,
                         .window = tiles->window[tile]};
}

/* The next `count` tiles: slot s adds its weights times its senders' y to sum[s]. */
R2S_INLINE void r2s_rate_walk_on(r2s_rate_walk *walk, size_t count, const float *y) {
  for (size_t tile = 0; tile < count; tile++) {
#if R2S_VW == 8
    const r2s_vf from = r2s_vf_load(y + walk->window[0]);
    r2s_vu place = (r2s_vu)_mm256_cvtepu8_epi32(_mm_loadu_si64(walk->place));
    for (size_t s = 0; s < R2S_RATE_TILE_SLOTS; s++, place >>= 3) {
      r2s_vf sent = (r2s_vf)_mm256_permutevar8x32_ps((__m256)from, (__m256i)place);
      walk->sum[s][0] = r2s_vf_fma(r2s_vf_load(walk->w + s * R2S_TILE_LANES), sent, walk->sum[s][0]);
    }
    walk->place += R2S_TILE_LANES;
#else
    const float *low = y + walk->window[0], *high = y + walk->window[1];
    for (size_t s = 0; s < R2S_RATE_TILE_SLOTS; s++)
      for (size_t p = 0; p < R2S_TILE_PARTS; p++) {
        r2s_vf weight = r2s_vf_load(walk->w + s * R2S_TILE_LANES + p * R2S_VW);
        walk->sum[s][p] = r2s_vf_fma(weight, r2s_vf_lookup_by(weight, low, high), walk->sum[s][p]);
      }
#endif
    walk->w += R2S_RATE_TILE_SLOTS * R2S_TILE_LANES;
    walk->window += 2;
  }
}

/* out [lanes]: the sums of the group. */
R2S_INLINE void r2s_rate_end_walk(const r2s_rate_walk *walk, float *out) {
  for (size_t p = 0; p < R2S_TILE_PARTS; p++)
    r2s_vf_store(out + p * R2S_VW, walk->sum[0][p] + walk->sum[1][p]);
}

/* `group` and the next one, if there is one: side by side, since each is but two chains of multiply-adds. */
R2S_INLINE void r2s_rate_two_groups(const r2s_rate_tiles *tiles, size_t group, const float *y, float *out) {
  const uint32_t *start = tiles->start + group;
  const bool two = group + 1 < tiles->groups;
  const size_t first = start[1] - start[0], second = two ? start[2] - start[1] : 0;
  const size_t both = first < second ? first : second;
  r2s_rate_walk one = r2s_rate_walk_from(tiles, start[0]), other = r2s_rate_walk_from(tiles, start[1]);
  for (size_t tile = 0; tile < both; tile++) {
    r2s_rate_walk_on(&one, 1, y);
    r2s_rate_walk_on(&other, 1, y);
  }
  r2s_rate_walk_on(&one, first - both, y);
  r2s_rate_walk_on(&other, second - both, y);
  r2s_rate_end_walk(&one, out + group * R2S_TILE_LANES);
  if (two) r2s_rate_end_walk(&other, out + (group + 1) * R2S_TILE_LANES);
}

/* out [groups x lanes] = M y; y has 32 entries more. down: from the last groups to the first; in turns, so
 * that a product begins with what the last one left in the L1 cache. */
R2S_INLINE void r2s_rate_tile_product(const r2s_rate_tiles *tiles, const float *y, float *out, bool down) {
  const size_t pairs = (tiles->groups + 1) / 2;
  for (size_t k = 0; k < pairs; k++) r2s_rate_two_groups(tiles, 2 * (down ? pairs - 1 - k : k), y, out);
}

#endif
