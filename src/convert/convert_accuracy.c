/* SPDX-License-Identifier: MIT
 * Accuracies with intervals, and with which digits these and scales are shown. */
#include <math.h>
#include <stdio.h>
#include <string.h>

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

double r2s_convert_percent(double share) {
  const double exact = round(1e8 * share) / 1e6, shown = round(10 * exact) / 10;
  const bool limit = shown == 100 * R2S_CONVERTS_FROM || shown == 100 * R2S_IN_PART_FROM || shown == 100;
  return limit && exact < shown ? shown - 0.1 : shown;
}

double r2s_convert_low_percent(double low) {
  return floor(1e3 * low + 1e-6) / 10;
}

double r2s_convert_high_percent(double high) {
  return ceil(1e3 * high - 1e-6) / 10;
}

int r2s_convert_scale_digits(double scale, double certified) {
  char own[32], other[32];
  snprintf(own, sizeof own, "%.4g", scale);
  snprintf(other, sizeof other, "%.4g", certified);
  return scale != certified && strcmp(own, other) == 0 ? 12 : 4;
}
