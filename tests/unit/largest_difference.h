/* SPDX-License-Identifier: MIT
 * How far floats are from their plain twin's doubles. */
#ifndef R2S_TESTS_LARGEST_DIFFERENCE_H
#define R2S_TESTS_LARGEST_DIFFERENCE_H

#include <math.h>
#include <stddef.h>

static inline double largest(const double *v, size_t n) {
  double most = 0;
  for (size_t k = 0; k < n; k++) most = fmax(most, fabs(v[k]));
  return most;
}

/* Largest |a - b|; not a number if one is none. (gcc 12 for ARM fails on this with fmax.) */
static inline double largest_difference(const float *a, const double *b, size_t n) {
  double largest = 0;
  for (size_t k = 0; k < n; k++) {
    double off = fabs((double)a[k] - b[k]);
    if (isnan(off) || off > largest) largest = off;
  }
  return largest;
}

#endif
