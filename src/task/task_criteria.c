/* SPDX-License-Identifier: MIT
 * Whether a task's criteria ask for what its targets teach. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "task/task_criterion.h"
#include "task/task_period.h"

/* The target of one output, of all steps. */
static void put_target(const r2s_task *task, const r2s_task_condition *condition, int output, double *z) {
  memset(z, 0, (size_t)task->n_steps * sizeof *z);
  for (int p = 0; p < condition->n_targets; p++) {
    const r2s_task_target *target = &condition->targets[p];
    const int to = r2s_task_first_sample(target->to_ms, task->n_steps, 0, task->dt_ms);
    if (target->output != output) continue;
    for (int t = r2s_task_first_sample(target->from_ms, task->n_steps, 0, task->dt_ms); t < to; t++)
      z[t] = target->value;
  }
}

/* Whether an output that is the target of a condition (NULL: 0 throughout) is right in this one. z [n_steps]:
 * for its values, which are taken where the rate network's are: from the first step's end on. */
static bool is_right(const r2s_task *task, const r2s_task_condition *condition, r2s_criterion criterion,
                     const r2s_task_condition *given, double *z) {
  const r2s_task_rules *rules = &condition->rules[criterion];
  for (int k = 0; k < rules->count; k++) {
    if (given)
      put_target(task, given, rules->rule[k].output, z);
    else
      memset(z, 0, (size_t)task->n_steps * sizeof *z);
    if (!r2s_task_rule_holds(&rules->rule[k], z + 1, task->n_steps - 1, 1, task->dt_ms, task->dt_ms))
      return false;
  }
  return true;
}

static r2s_status check_criterion(const r2s_task *task, r2s_criterion criterion, double *z, r2s_error *err) {
  const char *name = r2s_task_criterion_name(criterion);
  bool silence_is_right = true;
  for (int c = 0; c < task->n_conditions; c++) {
    const r2s_task_condition *condition = &task->conditions[c];
    if (!is_right(task, condition, criterion, condition, z))
      return r2s_fail(
          err, R2S_ERR_CONFIG,
          "task %s, condition %s: an output that is its target is wrong by criterion %s: training "
          "teaches something else than is judged",
          task->name, condition->name, name);
    silence_is_right = silence_is_right && is_right(task, condition, criterion, NULL, z);
  }
  if (!silence_is_right) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "task %s: an output of 0 is right in every condition by criterion %s: a network that does "
                  "nothing passes",
                  task->name, name);
}

/* Rules of small targets, or over long windows, may not tell conditions apart that the rate network's do: the
 * shot noise then begins before the task is found. */
static r2s_status check_pacing(const r2s_task *task, double *z, r2s_error *err) {
  for (int c = 0; c < task->n_conditions; c++)
    for (int k = 0; k < task->n_conditions; k++) {
      const r2s_task_condition *own = &task->conditions[c], *other = &task->conditions[k];
      if (is_right(task, own, R2S_CRITERION_PACING, other, z) &&
          !is_right(task, own, R2S_CRITERION_RATE, other, z))
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
  double *z = NULL;
  R2S_TRY(st, r2s_task_check(task, err));
  R2S_ALLOC(st, &z, (size_t)task->n_steps, "target", err);
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) R2S_TRY(st, check_criterion(task, k, z, err));
  for (int k = 0; k < task->n_outputs; k++) R2S_TRY(st, check_output(task, k, err));
  R2S_TRY(st, check_pacing(task, z, err));
done:
  free(z);
  return st;
}
