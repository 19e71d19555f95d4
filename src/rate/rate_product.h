/* SPDX-License-Identifier: MIT
 * The sparse product of a step, inlined into the kernels. */
#ifndef R2S_RATE_PRODUCT_H
#define R2S_RATE_PRODUCT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

/* Where the rates of the sender of link k of four begin. With AVX2 the four places come as one word, a turn
 * ahead: fewer loads beside those of rates (Zen 3: 4 % of a step); counted in bytes, or clang doubles each of
 * them. */
R2S_INLINE const float *r2s_rate_sender(const uint16_t *place, int k, uint64_t *places, const float *y) {
#if R2S_VW == 8
  const float *from = (const float *)((const char *)y + 8 * (size_t)(uint16_t)*places);
  (void)place, (void)k;
  *places >>= 16;
  __asm__("" : "+r"(*places)); /* or gcc makes four addresses at once, an operation more each */
#else
  const float *from = y + 2 * (size_t)place[k];
  (void)places;
  __asm__("" : "+r"(from)); /* an address with an index would cost each multiply-add an operation more */
#endif
  return from;
}

/* Four rows' links of a block of senders: four chains, whose weights are one load. row: which rows; beyond N
 * there is none. begun: their sums go on from out, else from 0. */
R2S_INLINE void r2s_rate_product_four(const r2s_rate_rows *rows, const uint32_t *start, const uint32_t *row,
                                      bool begun, const float *y, float *out) {
  const uint32_t n = (uint32_t)rows->n;
  const float *w = rows->w + start[0], *end = rows->w + start[1];
  const uint16_t *place = rows->place + start[0];
  r2s_vf sum[R2S_RATE_FOUR][R2S_PARTS] = {0};
  uint64_t ahead;
  memcpy(&ahead, place, sizeof ahead);
  for (int k = 0; k < R2S_RATE_FOUR && begun; k++)
    for (int p = 0; p < R2S_PARTS && row[k] < n; p++)
      sum[k][p] = r2s_vf_load(out + row[k] * R2S_LANES + p * R2S_VW);
  for (; w < end; w += R2S_RATE_FOUR, place += R2S_RATE_FOUR) {
    const r2s_vf weights = r2s_vf_load_fours(w);
    uint64_t places = ahead;
    memcpy(&ahead, place + R2S_RATE_FOUR, sizeof ahead);
    for (int k = 0; k < R2S_RATE_FOUR; k++) {
      const float *from = r2s_rate_sender(place, k, &places, y);
      r2s_vf weight = r2s_vf_spread(weights, k);
      for (int p = 0; p < R2S_PARTS; p++)
        sum[k][p] = r2s_vf_fma(weight, r2s_vf_load(from + p * R2S_VW), sum[k][p]);
    }
  }
  for (int k = 0; k < R2S_RATE_FOUR; k++)
    for (int p = 0; p < R2S_PARTS && row[k] < n; p++)
      r2s_vf_store(out + row[k] * R2S_LANES + p * R2S_VW, sum[k][p]);
}

/* All rows along the lists: the first block, then the others. (One loop for both made gcc keep the sums in
 * memory, and so did inlining it.) */
static __attribute__((noinline)) void r2s_rate_product_lists(const r2s_rate_rows *rows, const float *y,
                                                             float *out) {
  for (size_t four = 0; four < rows->fours; four++)
    r2s_rate_product_four(rows, rows->start + four, rows->order + four * R2S_RATE_FOUR, false, y, out);
  for (size_t four = rows->fours; four < rows->blocks * rows->fours; four++)
    r2s_rate_product_four(rows, rows->start + four, rows->order + four * R2S_RATE_FOUR, true, y, out);
}

/* out [rows of the tile x 16] = sum_j w_ij y_j, y [N x 16] */
R2S_INLINE void r2s_rate_product_tile(const r2s_rate_rows *rows, const r2s_rate_tile *tile, const float *y,
                                      float *out) {
  if (tile->product)
    tile->product(rows->w + tile->w, y, out);
  else
    r2s_rate_product_lists(rows, y, out);
}

#endif
