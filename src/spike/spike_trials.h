/* SPDX-License-Identifier: MIT
 * Whether trials can differ. */
#ifndef R2S_SPIKE_TRIALS_H
#define R2S_SPIKE_TRIALS_H

#include "rate2spike/spike.h"

/* Whether inputs of two trials of a condition can differ. */
bool r2s_spike_inputs_differ(const r2s_task *task);
/* Whether two trials of a condition can differ: by noise, initial voltages, or input. */
bool r2s_spike_trials_differ(const r2s_task *task, const r2s_neuron_params *neuron);
/* Conditions of trials that are one of each, however rare. */
void r2s_spike_each_condition(int conditions[R2S_MAX_CONDITIONS]);

#endif
