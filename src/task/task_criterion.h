/* SPDX-License-Identifier: MIT
 * Criteria: their names, for messages, and the rules that they are made of. */
#ifndef R2S_TASK_CRITERION_H
#define R2S_TASK_CRITERION_H

#include "rate2spike/task.h"

/* "rate", "spiking", "strict", "pacing" */
const char *r2s_task_criterion_name(r2s_criterion criterion);

/* Whether a rule holds for an output that has this mean, minimum and maximum in the rule's period. */
bool r2s_task_rule_holds(const r2s_task_rule *rule, double mean, double min, double max);

#endif
