/* SPDX-License-Identifier: MIT
 * Whether arrays hold numbers. */
#include "base/base_finite.h"

#include <math.h>

r2s_status r2s_finite_check(const char *name, const double *values, size_t rows, size_t columns,
                            r2s_error *err) {
  size_t bad = 0, first = 0;
  for (size_t k = rows * columns; k-- > 0;)
    if (!isfinite(values[k])) bad++, first = k;
  if (bad == 0) return R2S_OK;
  return r2s_fail(err, R2S_ERR_NUMERIC,
                  "%s: %zu of %zu values are not finite, the first (%g) in row %zu, column %zu (from 1); "
                  "expected numbers",
                  name, bad, rows * columns, values[first], first / columns + 1, first % columns + 1);
}
