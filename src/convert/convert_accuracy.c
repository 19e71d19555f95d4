/* SPDX-License-Identifier: MIT
 * Accuracies with intervals. */
#include <math.h>

#include "rate2spike/convert.h"

/* The 97.5 % point of the standard normal. */
#define Z95 1.959963984540054

r2s_accuracy r2s_convert_accuracy(int correct, int n) {
  r2s_accuracy a = {.correct = correct, .n = n, .accuracy = NAN, .low = NAN, .high = NAN};
  if (n <= 0 || correct < 0 || correct > n) return a;
  double p = (double)correct / n, z2 = Z95 * Z95;
  double middle = (p + z2 / (2.0 * n)) / (1 + z2 / n);
  double half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
  a.accuracy = p;
  /* exactly 0 and 1 at the ends, where the formula leaves a rounding error */
  a.low = correct == 0 ? 0 : middle - half;
  a.high = correct == n ? 1 : middle + half;
  return a;
}
