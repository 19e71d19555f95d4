/* SPDX-License-Identifier: MIT
 * Progress of a stage made of several calls that each report their own. */
#ifndef R2S_BASE_PROGRESS_H
#define R2S_BASE_PROGRESS_H

#include "base/base_error.h"

/* A monitor for call `part` of `parts` equally long ones: what the call reports as 0..total becomes its share
 * of the stage's progress, under the stage's name. Notes and cancelling pass through. */
typedef struct r2s_progress_part {
  const r2s_monitor *outer; /* may be NULL */
  const char *stage;
  const char *detail; /* in place of the call's own; NULL: the call's */
  int part, parts;
  r2s_monitor monitor; /* give this to the call */
} r2s_progress_part;

/* The part must not move while its monitor is in use. */
void r2s_progress_part_init(r2s_progress_part *part, const r2s_monitor *outer, const char *stage, int parts);

#endif
