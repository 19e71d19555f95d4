/* SPDX-License-Identifier: MIT
 * Progress of a stage made of several calls that each report their own. */
#ifndef R2S_BASE_PROGRESS_H
#define R2S_BASE_PROGRESS_H

#include "base/base_error.h"

/* A monitor for one call of several: what the call reports as 0..total becomes its share of the stage's
 * progress, under the stage's name. Notes and cancelling pass through. */
typedef struct r2s_progress_part {
  const r2s_monitor *outer; /* may be NULL */
  const char *stage;
  const char *detail;         /* in place of the call's own; NULL: the call's */
  double from, length, total; /* the part, and the stage, in any unit that grows as the time does */
  r2s_monitor monitor;        /* give this to the call */
} r2s_progress_part;

/* total: the lengths of all parts. The part must not move while its monitor is in use. */
void r2s_progress_part_init(r2s_progress_part *part, const r2s_monitor *outer, const char *stage,
                            double total);
/* The next part; the first has to be begun, too. */
void r2s_progress_part_next(r2s_progress_part *part, double length);

#endif
