/* SPDX-License-Identifier: MIT
 * The number that stands for a trial's output. */
#ifndef R2S_CONVERT_OUTPUT_H
#define R2S_CONVERT_OUTPUT_H

#include "rate2spike/convert.h"

/* Mean of an output in the last R2S_OUTPUT_WINDOW_MS of its condition's target for it (of the task's, where
 * that has none): before and after it nothing is asked for. The window holds the same samples as a
 * criterion's. NaN: none. */
double r2s_convert_mean_output(const r2s_task *task, const r2s_spike_record *record, int output);

#endif
