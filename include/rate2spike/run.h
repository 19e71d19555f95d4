/* SPDX-License-Identifier: MIT
 * A run: the stages of the main job on one folder, together or one by one. Each stage reads the files of the
 * stages before it and replaces its own; run.json holds what they found (docs/formats.md). */
#ifndef RATE2SPIKE_RUN_H
#define RATE2SPIKE_RUN_H

#include "config.h"
#include "convert.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct r2s_run r2s_run;

/* Opens (and creates) folder `dir` with a configuration; config.yaml is written. */
R2S_MUST_CHECK r2s_status r2s_run_open(r2s_run **out, const char *dir, const r2s_config *config, r2s_error *err);
void r2s_run_close(r2s_run *run); /* NULL is allowed */

/* Trains (or, with resume, goes on from checkpoint.h5): model.h5, model.mat, training.csv, rate.h5, stages.train. */
R2S_MUST_CHECK r2s_status r2s_run_train(r2s_run *run, bool resume, const r2s_monitor *monitor, r2s_error *err);
/* Searches the scale of models lif and lif-unit: conversion.csv, curve.csv, stages.convert, stages.lif-unit. */
R2S_MUST_CHECK r2s_status r2s_run_convert(r2s_run *run, const r2s_monitor *monitor, r2s_error *err);
/* Simulates lif, psc-dexp, psc-alpha natively: spikes_<model>_native.h5, stages.sim-native. */
R2S_MUST_CHECK r2s_status r2s_run_simulate_native(r2s_run *run, const r2s_monitor *monitor, r2s_error *err);
/* Simulates psc-dexp, psc-alpha in NEST: spikes_<model>_nest.h5, stages.sim-nest. */
R2S_MUST_CHECK r2s_status r2s_run_simulate_nest(r2s_run *run, const char *python, const r2s_monitor *monitor,
                                                r2s_error *err);
/* certificate of run.json: rate network, lif, native and NEST side by side. */
R2S_MUST_CHECK r2s_status r2s_run_certify(r2s_run *run, const r2s_monitor *monitor, r2s_error *err);

/* run.json as it is now, malloc'ed. */
R2S_MUST_CHECK r2s_status r2s_run_json(const r2s_run *run, char **json, r2s_error *err);

/* Reruns a recorded run of the authors' code with the reference engine (rate2spike verify). */
typedef struct r2s_verification {
  bool identical;
  int64_t spikes_expected, spikes_found, spikes_equal; /* equal: up to the first difference */
  r2s_spike_event expected, found; /* first difference: unit -1 where one side has no more spikes */
  double out_max_difference;       /* of out1; NaN where the case has none */
} r2s_verification;
R2S_MUST_CHECK r2s_status r2s_run_verify(const char *model_path, const char *case_path, r2s_verification *out,
                                         r2s_error *err);

#ifdef __cplusplus
}
#endif
#endif
