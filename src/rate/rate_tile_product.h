/* SPDX-License-Identifier: MIT
 * The product of tiles with a vector, inlined into the kernels. */
#ifndef R2S_RATE_TILE_PRODUCT_H
#define R2S_RATE_TILE_PRODUCT_H

#include "rate/rate_tiles.h"
#include "rate/rate_vector.h"

/* R2S_VW bytes as integers; gcc 12 does a general conversion one by one */
R2S_INLINE r2s_vi r2s_rate_widen(const uint8_t *p) {
#if defined(__AVX512F__)
  return (r2s_vi)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
#elif defined(__AVX2__)
  return (r2s_vi)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
#else
  r2s_vi v;
  for (int k = 0; k < R2S_VW; k++) v[k] = p[k];
  return v;
#endif
}

/* out [groups x 16] = M y; y [chunks x 32] */
R2S_INLINE void r2s_rate_tile_product(const r2s_rate_tiles *tiles, const float *y, float *out) {
  const size_t chunks = tiles->chunks, groups = tiles->groups;
  const uint8_t *place = tiles->place;
  const float *w = tiles->w;
  for (size_t group = 0; group < groups; group++) {
    const uint32_t *start = tiles->start + group * chunks;
    r2s_vf sum[R2S_PARTS] = {0};
    for (size_t chunk = 0; chunk < chunks; chunk++) {
      const float *from = y + chunk * R2S_RATE_SENDERS;
      r2s_vf part[R2S_PARTS] = {0}; /* a chain of its own for each tile */
      for (size_t at = (size_t)start[chunk] * R2S_LANES; at < (size_t)start[chunk + 1] * R2S_LANES;
           at += R2S_LANES)
        for (size_t p = 0; p < R2S_PARTS; p++) {
          size_t here = at + p * R2S_VW;
          r2s_vf value = r2s_vf_lookup32(from, r2s_rate_widen(place + here));
          part[p] = r2s_vf_fma(r2s_vf_load(w + here), value, part[p]);
        }
      for (size_t p = 0; p < R2S_PARTS; p++) sum[p] += part[p];
    }
    for (size_t p = 0; p < R2S_PARTS; p++) r2s_vf_store(out + group * R2S_LANES + p * R2S_VW, sum[p]);
  }
}

#endif
