/* SPDX-License-Identifier: MIT
 * When a training is likely to end, for its progress. */
#ifndef R2S_RUN_OUTLOOK_H
#define R2S_RUN_OUTLOOK_H

#include "rate/rate_pace.h"

typedef struct r2s_run_outlook {
  r2s_rate_pace pace; /* followed from row to row */
  int ramp_steps;     /* taken in the ramp that is under way */
} r2s_run_outlook;

/* Takes one more row of training.csv; the first ones, too. */
void r2s_run_outlook_add(r2s_run_outlook *outlook, const r2s_train_config *config, const r2s_train_step *row);

/* The step at which the training ends if it goes on as it does. 0: it can't be foreseen: the task is not
 * found yet, the ramp takes more than twice its time, or the recipe has no phases. */
double r2s_run_outlook_end(const r2s_run_outlook *outlook, const r2s_train_config *config);

/* One line on the step that gave `row`; size: 96 bytes do. */
void r2s_run_outlook_tell(const r2s_run_outlook *outlook, const r2s_train_config *config,
                          const r2s_train_step *row, char *text, size_t size);

#endif
