/* SPDX-License-Identifier: MIT
 * Counts trials that were right, by condition. */
#ifndef R2S_RUN_TALLY_H
#define R2S_RUN_TALLY_H

#include "rate2spike/convert.h"

/* Starts as {0}. */
typedef struct r2s_run_tally {
  int correct[R2S_MAX_CONDITIONS], n[R2S_MAX_CONDITIONS];
} r2s_run_tally;

void r2s_run_tally_count(r2s_run_tally *tally, int condition, bool correct);
/* The accuracy of each condition [n_conditions]; gives back that of all. */
r2s_accuracy r2s_run_tally_judge(const r2s_run_tally *tally, const r2s_task *task,
                                 r2s_accuracy *by_condition);

#endif
