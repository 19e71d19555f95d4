/* SPDX-License-Identifier: MIT
 * Pacing of a training: how noisy and how fast the next step is, and when to stop
 * (docs/noise_matched_training.md). */
#ifndef R2S_RATE_PACE_H
#define R2S_RATE_PACE_H

#include "rate2spike/rate.h"

typedef enum r2s_rate_phase {
  R2S_RATE_PLAIN, /* no shot noise yet (recipes without it stay here) */
  R2S_RATE_RAMP,  /* the noise follows the running accuracy */
  R2S_RATE_FINAL  /* full noise, mean of the parameters; the learning rate may fall */
} r2s_rate_phase;

typedef struct r2s_rate_pace {
  int32_t phase;      /* r2s_rate_phase */
  int32_t final_step; /* steps taken in the final phase */
  int64_t step;       /* optimiser steps taken */
  int64_t evaluations;
  double running; /* running accuracy */
  double noise;   /* m of the next step */
} r2s_rate_pace;

/* Before a step. A final phase that is over and was not good enough comes once more, from full noise and
 * learning rate. Not as it ends: whether there is a next step hangs on max_steps, which a resume may raise.
 */
void r2s_rate_pace_begin(r2s_rate_pace *pace, const r2s_train_config *config);

/* Learning rate of the next step. */
double r2s_rate_pace_learning_rate(const r2s_rate_pace *pace, const r2s_train_config *config);

/* After a step whose batch had this accuracy. */
void r2s_rate_pace_advance(r2s_rate_pace *pace, const r2s_train_config *config, double accuracy);

/* How many of the last steps are in the running mean of the parameters (R13); 0: there is none. */
int r2s_rate_pace_averaged(const r2s_rate_pace *pace, const r2s_train_config *config);

/* Whether an evaluation is due after the step that was just taken. */
bool r2s_rate_pace_evaluates(const r2s_rate_pace *pace, const r2s_train_config *config);

/* After r2s_rate_pace_advance: go on or stop. eval_* NaN where the step was not evaluated. */
r2s_train_stop r2s_rate_pace_stop(const r2s_rate_pace *pace, const r2s_train_config *config,
                                  double eval_accuracy, double eval_loss);

#endif
