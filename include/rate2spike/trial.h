/* SPDX-License-Identifier: MIT
 * Which random trial is meant. */
#ifndef RATE2SPIKE_TRIAL_H
#define RATE2SPIKE_TRIAL_H

#include <stdint.h>

/* What a random trial is for. Trials of different sets never share random numbers. */
typedef enum r2s_trial_set {
  R2S_SET_TRAIN,    /* training batches */
  R2S_SET_EVALUATE, /* evaluations during training */
  R2S_SET_TEST,     /* for tests of callers: no stage draws from it (rate.h5 has trials of "simulate") */
  R2S_SET_SEARCH,   /* scale search */
  R2S_SET_HELD_OUT, /* fresh trials at the chosen scale */
  R2S_SET_SIMULATE, /* stage simulate, every model and engine */
  R2S_SET_BENCH     /* benchmarks and seeds tables */
} r2s_trial_set;

/* Names one random trial: all its random numbers (condition, input noise, initial voltages, noise) follow
 * from these three and nothing else. (NEST draws its noise from one seed, that of a call's first trial: there
 * it hangs on the other trials of the call.) */
typedef struct r2s_trial_id {
  uint64_t seed; /* master seed of the run */
  r2s_trial_set set;
  uint64_t index; /* number of the trial in its set, from 0 */
} r2s_trial_id;

#endif
