/* SPDX-License-Identifier: MIT
 * The sparse product of a step, inlined into the kernels. */
#ifndef R2S_RATE_PRODUCT_H
#define R2S_RATE_PRODUCT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

/* Where the rates of the sender of link k of four begin. With AVX2 the four places come as one word, a turn
 * ahead: fewer loads beside those of rates (Zen 3: 4 % of a step). */
R2S_INLINE const float *r2s_rate_sender(const uint16_t *place, int k, uint64_t *places, const float *y) {
#if R2S_VW == 8
  const bool last = k + 1 == R2S_RATE_FOUR;
  size_t eights = last ? *places : (uint16_t)*places;
#if defined(__clang__)
  __asm__("" : "+r"(eights)); /* or it doubles each of them, to count floats in place of bytes */
#endif
  const float *from = (const float *)((const char *)y + 8 * eights);
  (void)place;
  if (!last) *places >>= 16;
  __asm__("" : "+r"(*places)); /* or gcc makes four addresses at once, an operation more each */
  return from;
#else
  const float *from = y + 2 * (size_t)place[k];
  (void)places;
  __asm__("" : "+r"(from)); /* an address with an index would cost each multiply-add an operation more */
  return from;
#endif
}

/* A link of each of four rows: four chains, whose weights are one load. ahead: places that were read ahead.
 */
R2S_INLINE void r2s_rate_product_turn(const float *w, const uint16_t *place, uint64_t *ahead, const float *y,
                                      r2s_vf sum[R2S_RATE_FOUR][R2S_PARTS]) {
  const r2s_vf weights = r2s_vf_load_fours(w);
  uint64_t places = *ahead;
  memcpy(ahead, place + R2S_RATE_FOUR, sizeof *ahead);
  for (int k = 0; k < R2S_RATE_FOUR; k++) {
    const float *sender = r2s_rate_sender(place, k, &places, y);
    const r2s_vf weight = r2s_vf_spread(weights, k);
    for (int p = 0; p < R2S_PARTS; p++)
      sum[k][p] = r2s_vf_fma(weight, r2s_vf_load(sender + p * R2S_VW), sum[k][p]);
  }
}

/* Links from..to-1 of four rows. begun: the rows' sums go on from out, else from 0. */
R2S_INLINE void r2s_rate_product_four(const float *w, const uint16_t *place, size_t from, size_t to,
                                      const uint32_t *row, bool begun, uint64_t *ahead, const float *y,
                                      float *out) {
  enum { TURNS = R2S_VW == 8 ? 2 : 1 }; /* at a time: where counting them takes 4 % of the product (AVX2) */
  r2s_vf sum[R2S_RATE_FOUR][R2S_PARTS] = {0};
  for (int k = 0; k < R2S_RATE_FOUR && begun; k++)
    for (int p = 0; p < R2S_PARTS; p++) sum[k][p] = r2s_vf_load(out + row[k] * R2S_LANES + p * R2S_VW);
  size_t link = from;
  for (; link + (TURNS - 1) * R2S_RATE_FOUR < to; link += TURNS * R2S_RATE_FOUR)
    for (size_t turn = 0; turn < TURNS; turn++) {
      const size_t here = link + turn * R2S_RATE_FOUR;
      r2s_rate_product_turn(w + here, place + here, ahead, y, sum);
    }
  if (link < to) r2s_rate_product_turn(w + link, place + link, ahead, y, sum);
  for (int k = 0; k < R2S_RATE_FOUR; k++) {
    float *to_row = out + row[k] * R2S_LANES;
    for (int p = 0; p < R2S_PARTS; p++) r2s_vf_store(to_row + p * R2S_VW, sum[k][p]);
  }
}

/* The tile's rows along the lists: the first block, then the others. (One loop for both made gcc keep the
 * sums in memory, and so did inlining it.) */
static __attribute__((noinline)) void r2s_rate_product_lists(const r2s_rate_rows *rows,
                                                             const r2s_rate_tile *tile, const float *y,
                                                             float *out) {
  const size_t before = rows->blocks * r2s_rate_rows_fours_before(tile);
  const float *w = rows->w;
  const uint16_t *place = rows->place;
  const uint32_t *start = rows->start + before, *row = rows->order + before * R2S_RATE_FOUR;
  const size_t fours = r2s_rate_rows_fours(tile), last = rows->blocks * fours;
  size_t from = start[0];
  uint64_t ahead;
  memcpy(&ahead, place + from, sizeof ahead);
  for (size_t four = 0; four < fours; four++, row += R2S_RATE_FOUR) {
    const size_t to = start[four + 1];
    r2s_rate_product_four(w, place, from, to, row, false, &ahead, y, out);
    from = to;
  }
  for (size_t four = fours; four < last; four++, row += R2S_RATE_FOUR) {
    const size_t to = start[four + 1];
    r2s_rate_product_four(w, place, from, to, row, true, &ahead, y, out);
    from = to;
  }
}

/* out [rows of the tile x 16] = sum_j w_ij y_j, y [N x 16] */
R2S_INLINE void r2s_rate_product_tile(const r2s_rate_rows *rows, const r2s_rate_tile *tile, const float *y,
                                      float *out) {
  if (tile->product)
    tile->product(rows->w + tile->w, y, out);
  else
    r2s_rate_product_lists(rows, tile, y, out);
}

#endif
