/* SPDX-License-Identifier: MIT
 * The names of criteria, for messages and tasks in YAML. */
#ifndef R2S_TASK_CRITERION_H
#define R2S_TASK_CRITERION_H

#include "rate2spike/task.h"

/* "rate", "spiking", "strict", "pacing" */
const char *r2s_task_criterion_name(r2s_criterion criterion);

#endif
