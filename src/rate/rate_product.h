/* SPDX-License-Identifier: MIT
 * The sparse product of a step, inlined into the kernels. */
#ifndef R2S_RATE_PRODUCT_H
#define R2S_RATE_PRODUCT_H

#include "rate/rate_kernel.h"
#include "rate/rate_vector.h"

/* out_i = sum_j w_ij y_j over the row's links, in four chains that are added at the end. */
R2S_INLINE void r2s_rate_product_rows(const r2s_rate_rows *rows, int n, const float *y, float *out) {
  for (int k = 0; k < n; k++) {
    size_t i = rows->order[k];
    const r2s_rate_link *link = rows->link + rows->start[i], *end = rows->link + rows->start[i + 1];
    r2s_vf sum[R2S_RATE_CHAINS][R2S_PARTS] = {0};
    for (; link < end; link += R2S_RATE_CHAINS)
      for (int c = 0; c < R2S_RATE_CHAINS; c++) {
        const float *from = y + (size_t)link[c].unit * R2S_LANES;
        r2s_vf w = r2s_vf_set(link[c].w);
        for (int p = 0; p < R2S_PARTS; p++)
          sum[c][p] = r2s_vf_fma(w, r2s_vf_load(from + p * R2S_VW), sum[c][p]);
      }
    for (int p = 0; p < R2S_PARTS; p++)
      r2s_vf_store(out + i * R2S_LANES + p * R2S_VW, (sum[0][p] + sum[1][p]) + (sum[2][p] + sum[3][p]));
  }
}

#endif
