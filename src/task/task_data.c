/* SPDX-License-Identifier: MIT
 * A task as an object: freeing and copying what it owns. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "rate2spike/task.h"

void r2s_task_free(r2s_task *task) {
  if (!task) return;
  for (int c = 0; task->conditions && c < task->n_conditions; c++) {
    r2s_task_condition *condition = &task->conditions[c];
    free(condition->pulses);
    free(condition->targets);
    for (int k = 0; k < R2S_CRITERION_COUNT; k++) free(condition->rules[k].rule);
  }
  free(task->conditions);
  free(task->mask);
  *task = (r2s_task){0};
}

/* *out = a new copy of from [count x size]; NULL where count is 0. */
static r2s_status duplicate(void *out, const void *from, int count, size_t size, r2s_error *err) {
  void *copy = NULL;
  r2s_status st = R2S_OK;
  if (count > 0) st = r2s_alloc(&copy, (size_t)count, size, "task", err);
  if (copy) memcpy(copy, from, (size_t)count * size);
  memcpy(out, &copy, sizeof copy);
  return st;
}

static r2s_status copy_condition(r2s_task_condition *out, const r2s_task_condition *from, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, duplicate(&out->pulses, from->pulses, from->n_pulses, sizeof *from->pulses, err));
  R2S_TRY(st, duplicate(&out->targets, from->targets, from->n_targets, sizeof *from->targets, err));
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) {
    const r2s_task_rules *rules = &from->rules[k];
    R2S_TRY(st, duplicate(&out->rules[k].rule, rules->rule, rules->count, sizeof *rules->rule, err));
  }
done:
  return st;
}

/* Forgets arrays that are the original's, so that a failed copy does not free them. */
static void detach(r2s_task_condition *condition) {
  condition->pulses = NULL;
  condition->targets = NULL;
  for (int k = 0; k < R2S_CRITERION_COUNT; k++) condition->rules[k].rule = NULL;
}

r2s_status r2s_task_copy(r2s_task *out, const r2s_task *task, r2s_error *err) {
  r2s_task copy = {0};
  r2s_status st = r2s_task_check(task, err);
  if (st != R2S_OK) goto done;
  copy = *task;
  copy.conditions = NULL;
  copy.mask = NULL;
  R2S_TRY(st, duplicate(&copy.mask, task->mask, task->n_mask, sizeof *task->mask, err));
  R2S_TRY(st,
          duplicate(&copy.conditions, task->conditions, task->n_conditions, sizeof *task->conditions, err));
  for (int c = 0; c < copy.n_conditions; c++) detach(&copy.conditions[c]);
  for (int c = 0; c < copy.n_conditions; c++)
    R2S_TRY(st, copy_condition(&copy.conditions[c], &task->conditions[c], err));
done:
  if (st != R2S_OK) r2s_task_free(&copy);
  *out = copy;
  return st;
}
