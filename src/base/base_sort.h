/* SPDX-License-Identifier: MIT
 * Numbers in ascending order. */
#ifndef R2S_BASE_SORT_H
#define R2S_BASE_SORT_H

#include <stdlib.h>

static inline int r2s_sort_order(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static inline void r2s_sort(double *values, size_t n) {
  qsort(values, n, sizeof *values, r2s_sort_order);
}

#endif
