/* SPDX-License-Identifier: MIT
 * Whether trials can differ. */
#ifndef R2S_SPIKE_TRIALS_H
#define R2S_SPIKE_TRIALS_H

#include "rate2spike/spike.h"

/* Whether two trials of this condition can differ in their input. */
bool r2s_spike_input_differs(const r2s_task *task, int condition);
/* The same of any of the task's conditions. */
bool r2s_spike_inputs_differ(const r2s_task *task);
/* Whether two trials of the same input can differ: by noise or initial voltages. */
bool r2s_spike_units_differ(const r2s_neuron_params *neuron);
/* Whether two trials of any condition can differ: by their units or their input. */
bool r2s_spike_trials_differ(const r2s_task *task, const r2s_neuron_params *neuron);
/* Conditions of trials that are one of each, however rare. */
void r2s_spike_each_condition(int conditions[R2S_MAX_CONDITIONS]);

#endif
