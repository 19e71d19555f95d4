/* SPDX-License-Identifier: MIT
 * The pacing rules of a task that gives none. */
#include "io/io_task.h"

#include <math.h>

#include "base/base_memory.h"

/* Mean of a condition's target over a period; 0 where targets cancel but for rounding. */
static double mean_target(const r2s_task_condition *c, int output, double from_ms, double to_ms) {
  double sum = 0, size = 0;
  for (int k = 0; k < c->n_targets; k++) {
    const r2s_task_target *target = &c->targets[k];
    double low = fmax(from_ms, target->from_ms), high = fmin(to_ms, target->to_ms);
    if (target->output != output || !(high > low)) continue;
    sum += target->value * (high - low);
    size += fabs(target->value) * (high - low);
  }
  return to_ms > from_ms && fabs(sum) > 1e-9 * size ? sum / (to_ms - from_ms) : 0;
}

/* The mean over a rate rule's window: above a share of the target, or near 0 where that is 0. */
static r2s_task_rule pacing_rule(const r2s_task_condition *c, const r2s_task_rule *rate, bool two_sided) {
  r2s_task_rule rule = *rate;
  const double target = mean_target(c, rule.output, rule.from_ms, rule.to_ms);
  rule.statistic = target != 0 ? R2S_STATISTIC_MEAN : R2S_STATISTIC_ABS_MEAN;
  rule.greater = target > 0;
  rule.threshold = target == 0 ? 0.3 : (two_sided ? 0.5 : 0.7) * target;
  return rule;
}

/* A rule for each output that the rate rules judge, from the first of them. */
static void derive(const r2s_task_condition *c, bool two_sided, r2s_task_rules *out) {
  const r2s_task_rules *rate = &c->rules[R2S_CRITERION_RATE];
  out->count = 0;
  for (int k = 0; k < rate->count; k++) {
    bool known = false;
    for (int m = 0; m < out->count; m++) known |= out->rule[m].output == rate->rule[k].output;
    if (!known) out->rule[out->count++] = pacing_rule(c, &rate->rule[k], two_sided);
  }
}

r2s_status r2s_task_derive_pacing(r2s_task *task, r2s_error *err) {
  bool two_sided = false;
  for (int k = 0; k < task->n_conditions; k++)
    for (int i = 0; i < task->conditions[k].n_targets; i++)
      two_sided |= task->conditions[k].targets[i].value < 0;
  for (int k = 0; k < task->n_conditions; k++) {
    r2s_task_condition *condition = &task->conditions[k];
    r2s_task_rules *rules = &condition->rules[R2S_CRITERION_PACING];
    if (rules->count) continue;
    r2s_status st = r2s_alloc(&rules->rule, (size_t)condition->rules[R2S_CRITERION_RATE].count,
                              sizeof *rules->rule, "rules", err);
    if (st != R2S_OK) return st;
    derive(condition, two_sided, rules);
  }
  return R2S_OK;
}
