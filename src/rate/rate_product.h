/* SPDX-License-Identifier: MIT
 * The sparse product of a step, inlined into the kernels. */
#ifndef R2S_RATE_PRODUCT_H
#define R2S_RATE_PRODUCT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && R2S_RATE_CHAINS == 4, "four places in 64 bits");

/* out_i = sum_j w_ij y_j over the row's links, in four chains that are added at the end. Four weights and
 * four places are one load each: the loads limit the speed. */
R2S_INLINE void r2s_rate_product_rows(const r2s_rate_rows *rows, int n, const float *y, float *out) {
  for (int k = 0; k < n; k++) {
    size_t i = rows->order[k];
    const float *w = rows->w + rows->start[i], *end = rows->w + rows->start[i + 1];
    const uint16_t *place = rows->place + rows->start[i];
    r2s_vf sum[R2S_RATE_CHAINS][R2S_PARTS] = {0};
    for (; w < end; w += R2S_RATE_CHAINS, place += R2S_RATE_CHAINS) {
      uint64_t places;
      memcpy(&places, place, sizeof places);
      r2s_v4 weights;
      memcpy(&weights, w, sizeof weights);
      for (int c = 0; c < R2S_RATE_CHAINS; c++) {
        const float *from = y + 2 * (size_t)(places >> 16 * c & 0xffff);
        r2s_vf weight = r2s_vf_spread(weights, c);
        for (int p = 0; p < R2S_PARTS; p++)
          sum[c][p] = r2s_vf_fma(weight, r2s_vf_load(from + p * R2S_VW), sum[c][p]);
      }
    }
    for (int p = 0; p < R2S_PARTS; p++)
      r2s_vf_store(out + i * R2S_LANES + p * R2S_VW, (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]));
  }
}

#endif
