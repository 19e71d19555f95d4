/* SPDX-License-Identifier: MIT
 * The conditions of given trials, for the modules that run trials of a task. */
#ifndef R2S_TASK_CONDITIONS_H
#define R2S_TASK_CONDITIONS_H

#include "base/base_error.h"
#include "rate2spike/task.h"

/* *out [n], which the caller frees, of trials first, first + 1, ...: those given [n], of which each must be
 * the task's; NULL: balanced, first + n up to 2^31 - 1. On failure *out is NULL. */
R2S_MUST_CHECK r2s_status r2s_task_conditions(const r2s_task *task, uint64_t first, int n, const int *given,
                                              int **out, r2s_error *err);

#endif
