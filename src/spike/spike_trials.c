/* SPDX-License-Identifier: MIT
 * Trials of a task for the spiking engines. */
#include <stdlib.h>

#include "base/base_error.h"
#include "base/base_memory.h"
#include "rate2spike/spike.h"

void r2s_spike_trials_free(r2s_spike_trial *trials, int n) {
  if (!trials) return;
  for (int k = 0; k < n; k++) free((void *)trials[k].u);
  free(trials);
}

r2s_status r2s_spike_trials_make(r2s_spike_trial **out, const r2s_task *task, uint64_t seed,
                                 r2s_trial_set set, uint64_t first, int n, const int *conditions,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_spike_trial *trials = NULL;
  int *own = NULL;
  *out = NULL;
  R2S_TRY(st, r2s_task_check(task, err));
  if (n < 0 || first > INT32_MAX || first + (uint64_t)n > INT32_MAX)
    return r2s_fail(err, R2S_ERR_ARG, "trials %llu to %llu + %d; expected numbers from 0 to %d",
                    (unsigned long long)first, (unsigned long long)first, n, INT32_MAX);
  R2S_ALLOC(st, &trials, (size_t)n, "trials", err);
  if (!conditions) {
    R2S_ALLOC(st, &own, (size_t)n, "conditions of the trials", err);
    r2s_task_balance_conditions(task, (int)first, n, own);
    conditions = own;
  }
  for (int k = 0; k < n; k++) {
    r2s_spike_trial *trial = &trials[k];
    trial->id = (r2s_trial_id){seed, set, first + (uint64_t)k};
    trial->condition = conditions[k];
    if (trial->condition < 0 || trial->condition >= task->n_conditions) {
      st = r2s_fail(err, R2S_ERR_ARG, "trial %d: condition %d; expected 0 to %d of task %s", k,
                    trial->condition, task->n_conditions - 1, task->name);
      goto done;
    }
    trial->n_in = task->n_channels;
    trial->n_columns = task->n_steps + 1; /* the last stays 0, as in the authors' code */
    trial->duration_ms = task->n_steps * task->dt_ms;
    trial->noise_scale = 1;
    float *u = NULL;
    R2S_ALLOC(st, &u, (size_t)trial->n_columns * (size_t)task->n_channels, "input of a trial", err);
    trial->u = u;
    r2s_task_make_trial(task, trial->condition, trial->id, u, NULL, NULL);
  }
done:
  free(own);
  if (st != R2S_OK) {
    r2s_spike_trials_free(trials, n);
    trials = NULL;
  }
  *out = trials;
  return st;
}
