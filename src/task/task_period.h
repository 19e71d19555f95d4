/* SPDX-License-Identifier: MIT
 * From times in ms to samples: the one place that decides which samples a period holds. */
#ifndef R2S_TASK_PERIOD_H
#define R2S_TASK_PERIOD_H

#include <math.h>

#define R2S_TASK_LONGEST_MS 1e8    /* of a trial: over a day */
#define R2S_TASK_TOLERANCE_MS 1e-6 /* times such as 3 x 0.1 ms must not lose their step to rounding */

/* The first of n samples (sample k at t0 + k dt) at or after time_ms; n where there is none. A period
 * from..to holds the samples first_sample(from) .. first_sample(to) - 1. */
static inline int r2s_task_first_sample(double time_ms, int n, double t0_ms, double dt_ms) {
  double k = ceil((time_ms - R2S_TASK_TOLERANCE_MS - t0_ms) / dt_ms);
  if (!(dt_ms > 0)) return n; /* no period holds a sample */
  return k <= 0 ? 0 : k < n ? (int)k : n;
}

#endif
