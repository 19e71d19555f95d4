/* SPDX-License-Identifier: MIT
 * Whether a task's criteria ask for what its targets teach. */
#include <math.h>

#include "base/base_error.h"
#include "task/task_criterion.h"
#include "task/task_period.h"

/* Whether a rule holds for an output that is the target of a condition (NULL: 0 throughout), taken where the
 * rate network's samples are: step t at t dt, from the first step's end on. Sums over targets, not steps: a
 * long task has a million of them, and many rules. */
static bool holds(const r2s_task *task, const r2s_task_rule *rule, const r2s_task_condition *given) {
  const double dt = task->dt_ms;
  const int from = 1 + r2s_task_first_sample(rule->from_ms, task->n_steps - 1, dt, dt),
            to = 1 + r2s_task_first_sample(rule->to_ms, task->n_steps - 1, dt, dt);
  double sum = 0, min = INFINITY, max = -INFINITY;
  int without = to - from; /* steps without a target */
  for (int p = 0; given && p < given->n_targets; p++) {
    const r2s_task_target *target = &given->targets[p];
    if (target->output != rule->output) continue;
    const int first = r2s_task_first_sample(target->from_ms, task->n_steps, 0, dt),
              end = r2s_task_first_sample(target->to_ms, task->n_steps, 0, dt),
              steps = (end < to ? end : to) - (first > from ? first : from);
    if (steps <= 0) continue;
    without -= steps;
    sum += steps * target->value;
    min = fmin(min, target->value);
    max = fmax(max, target->value);
  }
  if (without > 0) min = fmin(min, 0), max = fmax(max, 0);
  return from < to && r2s_task_rule_holds(rule, sum / (to - from), min, max);
}

/* Whether an output that is the target of a condition, or 0, is right in this one. */
static bool is_right(const r2s_task *task, const r2s_task_condition *condition, r2s_criterion criterion,
                     const r2s_task_condition *given) {
  const r2s_task_rules *rules = &condition->rules[criterion];
  for (int k = 0; k < rules->count; k++)
    if (!holds(task, &rules->rule[k], given)) return false;
  return true;
}

static r2s_status check_criterion(const r2s_task *task, r2s_criterion criterion, r2s_error *err) {
  const char *name = r2s_task_criterion_name(criterion);
  bool silence_is_right = true;
  for (int c = 0; c < task->n_conditions; c++) {
    const r2s_task_condition *condition = &task->conditions[c];
    if (!is_right(task, condition, criterion, condition))
      return r2s_fail(
          err, R2S_ERR_CONFIG,
          "task %s, condition %s: an output that is its target is wrong by criterion %s: training "
          "teaches something else than is judged",
          task->name, condition->name, name);
    silence_is_right = silence_is_right && is_right(task, condition, criterion, NULL);
  }
  if (!silence_is_right) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "task %s: an output of 0 is right in every condition by criterion %s: a network that does "
                  "nothing passes",
                  task->name, name);
}

/* Pacing rules of small targets, or over long windows, may not tell conditions apart that the rate rules do:
 * the shot noise then begins before the network does the task. */
static r2s_status check_pacing(const r2s_task *task, r2s_error *err) {
  for (int c = 0; c < task->n_conditions; c++)
    for (int k = 0; k < task->n_conditions; k++) {
      const r2s_task_condition *own = &task->conditions[c], *other = &task->conditions[k];
      if (is_right(task, own, R2S_CRITERION_PACING, other) && !is_right(task, own, R2S_CRITERION_RATE, other))
        return r2s_fail(err, R2S_ERR_CONFIG,
                        "task %s, condition %s: the target of condition %s is wrong by criterion rate, and "
                        "right by criterion pacing: recipe matched may take the task for found before it "
                        "is; give it pacing rules that tell the two apart",
                        task->name, own->name, other->name);
    }
  return R2S_OK;
}

static bool is_used(const r2s_task_condition *condition, int output) {
  for (int k = 0; k < condition->n_targets; k++)
    if (condition->targets[k].output == output) return true;
  for (int c = 0; c < R2S_CRITERION_COUNT; c++)
    for (int k = 0; k < condition->rules[c].count; k++)
      if (condition->rules[c].rule[k].output == output) return true;
  return false;
}

static r2s_status check_output(const r2s_task *task, int output, r2s_error *err) {
  for (int c = 0; c < task->n_conditions; c++)
    if (is_used(&task->conditions[c], output)) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "task %s: output %d has no target and no criterion in any condition: it is taught to be 0",
                  task->name, output);
}

r2s_status r2s_task_check_criteria(const r2s_task *task, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_task_check(task, err));
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) R2S_TRY(st, check_criterion(task, k, err));
  for (int k = 0; k < task->n_outputs; k++) R2S_TRY(st, check_output(task, k, err));
  R2S_TRY(st, check_pacing(task, err));
done:
  return st;
}
