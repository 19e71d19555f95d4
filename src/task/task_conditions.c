/* SPDX-License-Identifier: MIT
 * The conditions of given trials: the caller's, checked, or balanced ones. */
#include "task/task_conditions.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

static r2s_status check(const r2s_task *task, int n, const int *conditions, r2s_error *err) {
  for (int k = 0; k < n; k++)
    if (conditions[k] < 0 || conditions[k] >= task->n_conditions)
      return r2s_fail(err, R2S_ERR_ARG, "trial %d: condition %d; expected 0 to %d of task %s", k,
                      conditions[k], task->n_conditions - 1, task->name);
  return R2S_OK;
}

r2s_status r2s_task_conditions(const r2s_task *task, uint64_t first, int n, const int *given, int **out,
                               r2s_error *err) {
  *out = NULL;
  r2s_status st = given ? check(task, n, given, err) : R2S_OK;
  if (!given && (first > INT32_MAX || first + (uint64_t)n > INT32_MAX))
    st = r2s_fail(err, R2S_ERR_ARG, "trials %llu to %llu + %d without conditions; expected numbers up to %d",
                  (unsigned long long)first, (unsigned long long)first, n, INT32_MAX);
  if (st == R2S_OK) st = r2s_alloc(out, (size_t)n, sizeof **out, "conditions of the trials", err);
  if (st != R2S_OK) return st;
  if (given)
    memcpy(*out, given, (size_t)n * sizeof **out);
  else
    r2s_task_balance_conditions(task, (int)first, n, *out);
  return R2S_OK;
}
