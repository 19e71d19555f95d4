/* SPDX-License-Identifier: MIT
 * Criteria: their names, for messages, and the rules that they are made of. */
#ifndef R2S_TASK_CRITERION_H
#define R2S_TASK_CRITERION_H

#include "rate2spike/task.h"

/* "rate", "spiking", "strict", "pacing" */
const char *r2s_task_criterion_name(r2s_criterion criterion);

/* Whether a rule holds for o [n x stride], whose column 0 is the rule's output, sample k taken at t0 + k dt.
 * False where its period holds no sample, or one that is not a number. */
bool r2s_task_rule_holds(const r2s_task_rule *rule, const double *o, int n, int stride, double t0_ms,
                         double dt_ms);

#endif
