/* SPDX-License-Identifier: MIT
 * What the stages that simulate share. */
#ifndef R2S_RUN_SIMULATION_H
#define R2S_RUN_SIMULATION_H

#include "run/run_folder.h"

/* The scale to simulate a model at: its option where set (psc-alpha: else that of psc-dexp), else that of
 * lif, else the predicted one, else the one convert chose. */
R2S_MUST_CHECK r2s_status r2s_run_simulation_scale(const r2s_run *run, r2s_spike_model model, double *scale,
                                                   r2s_error *err);

typedef struct r2s_run_line {
  char text[320];
} r2s_run_line;
/* "a LIF unit of ... Hz without input ...", whose curve is no sigmoid, with what helps. */
r2s_run_line r2s_run_curve_line(const r2s_run *run);
/* "activation softplus has no predicted scale", with what helps where something does. */
r2s_run_line r2s_run_no_prediction(const r2s_run *run);

/* Whether one of the models is simulated at the predicted scale, where the network has one. */
bool r2s_run_takes_predicted_scale(const r2s_run *run, int models);

/* Warns where the predicted scale is that of another LIF unit: a siegert network is trained for one, and its
 * scale holds for no other. */
void r2s_run_note_another_unit(const r2s_run *run, const r2s_monitor *monitor);

/* Some trials of one model on one engine. */
typedef struct r2s_run_simulation {
  const char *name; /* of run.json and of the file: "psc-dexp" */
  const r2s_spike_engine *engine;
  r2s_spike_config config;
  int n_trials;        /* of set "simulate", balanced, with noise */
  int n_deterministic; /* 0, or one of each condition, without noise; after the others in records */
  int keep_spikes;     /* of this many trials, and the first of each condition: bounds the file's size */
  bool discard;        /* write no file */
  r2s_spike_record *records; /* [n_trials + n_deterministic] */
  r2s_spike_info info;
} r2s_run_simulation;

/* Simulates, and writes spikes_<name>_<engine>.h5 (the n_trials; without any, the deterministic ones). */
R2S_MUST_CHECK r2s_status r2s_run_simulation_run(r2s_run *run, r2s_run_simulation *simulation,
                                                 const r2s_monitor *monitor, r2s_error *err);
void r2s_run_simulation_free(r2s_run_simulation *simulation);

/* The simulations of stages sim-native and sim-nest: n_trials times the number of conditions; a model whose
 * trials can't differ (psc-alpha by default) has one a condition. */
enum { R2S_RUN_MAX_SIMULATIONS = 4 };
R2S_MUST_CHECK r2s_status r2s_run_simulation_plan(const r2s_run *run, int models, int n_trials,
                                                  r2s_run_simulation out[R2S_RUN_MAX_SIMULATIONS], int *n,
                                                  r2s_error *err);

/* SIM of run.json, of the trials that are in the file. */
json_t *r2s_run_simulation_json(const r2s_run *run, const r2s_run_simulation *simulation);

/* The stage with these models (NULL: out of memory) beside those that it has already of the same network. Its
 * accuracy is that of psc-dexp, or of the first one. */
json_t *r2s_run_simulation_stage(const r2s_run *run, const char *name, json_t *sims, double seconds);

#endif
