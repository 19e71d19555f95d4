/* SPDX-License-Identifier: MIT
 * Trials of a task for the spiking engines. */
#include "spike/spike_trials.h"

#include <math.h>
#include <stdlib.h>

#include "base/base_error.h"
#include "base/base_memory.h"
#include "spike/spike_model.h"
#include "task/task_conditions.h"

bool r2s_spike_input_differs(const r2s_task *task, int condition) {
  const r2s_task_condition *c = &task->conditions[condition];
  for (int k = 0; k < c->n_pulses; k++)
    if (c->pulses[k].noise_sd > 0) return true;
  return false;
}

bool r2s_spike_inputs_differ(const r2s_task *task) {
  for (int c = 0; c < task->n_conditions; c++)
    if (r2s_spike_input_differs(task, c)) return true;
  return false;
}

bool r2s_spike_units_differ(const r2s_neuron_params *neuron) {
  return neuron->noise_mv > 0 || neuron->v0_low_mv < neuron->v0_high_mv;
}

bool r2s_spike_trials_differ(const r2s_task *task, const r2s_neuron_params *neuron) {
  return r2s_spike_units_differ(neuron) || r2s_spike_inputs_differ(task);
}

void r2s_spike_each_condition(int conditions[R2S_MAX_CONDITIONS]) {
  for (int c = 0; c < R2S_MAX_CONDITIONS; c++) conditions[c] = c;
}

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
  R2S_TRY(st, r2s_task_conditions(task, first, n, conditions, &own, err));
  for (int k = 0; k < n; k++) {
    r2s_spike_trial *trial = &trials[k];
    trial->id = (r2s_trial_id){seed, set, first + (uint64_t)k};
    trial->condition = own[k];
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

/* A float or double array that a trial brings. */
static r2s_status check_given(const char *name, const double *values, const float *single, size_t n,
                              int number, r2s_error *err) {
  for (size_t k = 0; k < n && (values || single); k++) {
    const double x = values ? values[k] : (double)single[k];
    if (!isfinite(x))
      return r2s_fail(err, R2S_ERR_NUMERIC, "trial %d: %s[%zu] is %g; expected a finite number", number, name,
                      k, x);
  }
  return R2S_OK;
}

r2s_status r2s_spike_trial_check(const r2s_spike_trial *trial, const r2s_spike_layout *layout,
                                 const r2s_spike_config *config, int number, r2s_error *err) {
  if (trial->n_in && trial->n_in != layout->n_in)
    return r2s_fail(err, R2S_ERR_ARG, "trial %d: %d channels of input; expected the network's %d", number,
                    trial->n_in, layout->n_in);
  double steps = trial->duration_ms / layout->dt_ms;
  if (!(steps >= 1) || steps > 5e8)
    return r2s_fail(err, R2S_ERR_ARG, "trial %d: duration = %g ms; expected 1 to 5e8 steps of %g ms", number,
                    trial->duration_ms, layout->dt_ms);
  const int whole = r2s_spike_layout_steps(layout, trial);
  if (whole < layout->steps_per_sample)
    return r2s_fail(err, R2S_ERR_ARG,
                    "trial %d: duration = %g ms; expected at least the %g ms of an output sample", number,
                    trial->duration_ms, layout->steps_per_sample * layout->dt_ms);
  const bool on_step = config->input_on_step || config->model != R2S_SPIKE_LIF; /* that is lif's choice */
  const int columns = r2s_spike_column(layout, whole, on_step) + 1;
  bool reads_double = config->model == R2S_SPIKE_LIF && config->reference && trial->u_double;
  int given = trial->u || reads_double ? trial->n_columns : 0;
  if (given < columns)
    return r2s_fail(err, R2S_ERR_ARG, "trial %d: %d columns of input; expected at least %d for %g ms", number,
                    given, columns, trial->duration_ms);
  if (!(trial->noise_scale >= 0 && trial->noise_scale <= 1e6))
    return r2s_fail(err, R2S_ERR_ARG, "trial %d: noise_scale = %g; expected 0 to 1e6", number,
                    trial->noise_scale);
  const size_t n = (size_t)layout->n, read = (size_t)columns * (size_t)layout->n_in;
  const double *injected = config->model >= R2S_SPIKE_PSC_DEXP ? trial->injected_pa : NULL;
  r2s_status st = check_given("u", reads_double ? trial->u_double : NULL, reads_double ? NULL : trial->u,
                              read, number, err);
  if (st == R2S_OK) st = check_given("v0", trial->v0, NULL, n, number, err);
  if (st == R2S_OK) st = check_given("injected_pa", injected, NULL, (size_t)whole * n, number, err);
  return st;
}
