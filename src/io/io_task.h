/* SPDX-License-Identifier: MIT
 * Parts of reading a task. */
#ifndef R2S_IO_TASK_H
#define R2S_IO_TASK_H

#include "rate2spike/task.h"

/* Of each r2s_statistic, as tasks have them. */
extern const char *const r2s_task_statistics[R2S_STATISTIC_ABS_MEAN + 1];

/* Fills the pacing rules of conditions that have none: mean output of the scoring window (the first rate
 * rule's) above 0.7 for a target of 1 (beyond +-0.5 where targets have both signs), |mean| below 0.3 for a
 * target of 0 (docs/noise_matched_training.md). Every condition has a rate rule. */
R2S_MUST_CHECK r2s_status r2s_task_derive_pacing(r2s_task *task, r2s_error *err);

#endif
