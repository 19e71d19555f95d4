/* SPDX-License-Identifier: MIT
 * One rule of a criterion. */
#ifndef R2S_TASK_RULE_H
#define R2S_TASK_RULE_H

#include "rate2spike/task.h"

/* Whether it holds for o [n x stride], whose column 0 is the rule's output, sample k taken at t0 + k dt.
 * False where its period holds no sample, or one that is not a number. */
bool r2s_task_rule_holds(const r2s_task_rule *rule, const double *o, int n, int stride, double t0_ms,
                         double dt_ms);

#endif
