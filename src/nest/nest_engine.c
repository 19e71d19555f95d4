/* SPDX-License-Identifier: MIT
 * Engine "nest": the same network and trials as the native engine, in the real NEST. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "nest/nest_bridge.h"

typedef struct engine {
  r2s_spike_config config;
  char *python; /* NULL: "python3" */
  r2s_spike_psc_net net;
} engine;

static void nest_free(void *state) {
  if (!state) return;
  engine *e = state;
  r2s_spike_psc_net_free(&e->net);
  free(e->python);
  free(e);
}

/* NEST's iaf_psc_exp_multisynapse takes no synapse as slow as the membrane; the native engine has the limit.
 */
static r2s_status check_time_constants(const engine *e, r2s_error *err) {
  const double tau_m = e->net.neuron.tau_m_ms;
  if (e->net.alpha) return R2S_OK;
  for (int i = 0; i < e->net.layout.n; i++)
    if (e->net.tau_syn_ms[i] == tau_m || e->net.tau_rise_ms == tau_m)
      return r2s_fail(
          err, R2S_ERR_CONFIG,
          "unit %d (from 1) has %s = tau_m = %g ms, which NEST does not take; expected another one (the "
          "native engine takes it)",
          i + 1, e->net.tau_syn_ms[i] == tau_m ? "tau_d" : "tau_r", tau_m);
  return R2S_OK;
}

/* NEST's clock: its resolution is a whole number of tics. */
static r2s_status check_step(const r2s_spike_psc_net *net, r2s_error *err) {
  const double tics = net->layout.dt_ms * 1000;
  if (fabs(tics - round(tics)) < 1e-6) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "step of %.10g ms; expected a multiple of NEST's tic of 0.001 ms (the native "
                  "engine takes it)",
                  net->layout.dt_ms);
}

static r2s_status nest_prepare(void **state, const r2s_model *model, const r2s_spike_config *config,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_spike_layout layout;
  engine *e = NULL;
  *state = NULL;
  if (config->model != R2S_SPIKE_PSC_DEXP && config->model != R2S_SPIKE_PSC_ALPHA)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "engine nest: model %s; expected psc-dexp or psc-alpha (the others run natively)",
                    r2s_spike_model_name(config->model));
  R2S_TRY(st, r2s_spike_config_check(config, err));
  R2S_TRY(st, r2s_model_check(model, err));
  R2S_TRY(st, r2s_spike_layout_make(&layout, model, config, err));
  R2S_ALLOC(st, &e, 1, "engine", err);
  e->config = *config;
  e->config.nest_python = NULL;
  if (config->nest_python) {
    size_t size = strlen(config->nest_python) + 1;
    R2S_ALLOC(st, &e->python, size, "path of Python", err);
    memcpy(e->python, config->nest_python, size);
  }
  R2S_TRY(st, r2s_spike_psc_net_build(&e->net, model, config, &layout, err));
  R2S_TRY(st, check_time_constants(e, err));
  R2S_TRY(st, check_step(&e->net, err));
  *state = e;
  e = NULL;
done:
  nest_free(e);
  return st;
}

static r2s_status check_trials(const engine *e, const r2s_spike_trial *trials, int n_trials, int *steps,
                               r2s_error *err) {
  *steps = 0;
  if (n_trials < 0) return r2s_fail(err, R2S_ERR_ARG, "%d trials; expected 0 or more", n_trials);
  for (int k = 0; k < n_trials; k++) {
    r2s_status st = r2s_spike_trial_check(&trials[k], &e->net.layout, &e->config, k, err);
    if (st != R2S_OK) return st;
    int own = r2s_spike_layout_steps(&e->net.layout, &trials[k]);
    if (own > *steps) *steps = own;
  }
  return R2S_OK;
}

static r2s_status nest_run(void *state, const r2s_spike_trial *trials, int n_trials,
                           r2s_spike_record *records, r2s_spike_info *info, const r2s_monitor *monitor,
                           r2s_error *err) {
  r2s_status st = R2S_OK;
  const engine *e = state;
  r2s_nest_folder folder = {0};
  r2s_nest_replicas replicas = {0};
  r2s_spike_info found = {.engine = "nest"}; /* its version is only known when it has run */
  int steps = 0;
  R2S_TRY(st, check_trials(e, trials, n_trials, &steps, err));
  if (info) *info = found;
  if (n_trials == 0) goto done;
  r2s_monitor_progress(monitor, "nest", 0, 1, ""); /* NEST tells of none before its network is built */
  R2S_TRY(st, r2s_nest_folder_create(&folder, err));
  R2S_TRY(st, r2s_nest_replicas_make(&replicas, &e->net, trials, n_trials, err));
  R2S_TRY(st, r2s_nest_plan_write(&folder, &e->net, &replicas, steps, err));
  R2S_TRY(st, r2s_nest_process_run(&folder, e->python, "run", NULL, monitor, err));
  R2S_TRY(st, r2s_nest_result_read(&folder, &e->net, &replicas, trials, n_trials, records, &found, err));
  if (info) *info = found;
done:
  r2s_nest_replicas_free(&replicas);
  r2s_nest_folder_remove(&folder);
  return st;
}

const r2s_spike_engine *r2s_nest_engine(void) {
  static const r2s_spike_engine e = {"nest", nest_prepare, nest_run, nest_free};
  return &e;
}
