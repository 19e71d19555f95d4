/* SPDX-License-Identifier: MIT
 * A run: the stages of the main job on one folder, together or one by one. Each stage reads the files of the
 * stages before it and replaces its own; run.json holds what they found (docs/formats.md). */
#ifndef RATE2SPIKE_RUN_H
#define RATE2SPIKE_RUN_H

#include "config.h"
#include "convert.h"
#include "status.h"

R2S_API_BEGIN

typedef struct r2s_run r2s_run;

/* A training in a folder that has an earlier network, or a training's state, goes on in this folder within
 * it, itself that of a run, until the new network is complete; its files then take the place of the earlier
 * one's. A failure or a stop before leaves the earlier results as they are. */
#define R2S_RUN_NEXT "next"

/* Puts a folder in order in which a command was killed as it put a new network in an earlier one's place:
 * the earlier one is back then, or gone. To be called before the folder's configuration and task are read, or
 * R2S_RUN_NEXT's; does nothing to other folders, or where there is none. */
R2S_MUST_CHECK r2s_status r2s_run_mend(const char *dir, r2s_error *err);

/* Opens (and creates) folder `dir` with a configuration, which training and import write to config.yaml when
 * they start, the other stages with their first result. A folder that holds other things and no run is
 * refused, as is one that can't be written. dir NULL: nothing is kept on disk; the network is then trained,
 * or given by r2s_run_import, in the same run. */
R2S_MUST_CHECK r2s_status r2s_run_open(r2s_run **out, const char *dir, const r2s_config *config,
                                       r2s_error *err);
/* The same without the folder's lock: to read what is there (r2s_run_json), not to run stages. Nothing is
 * made: an error where there is no such folder. */
R2S_MUST_CHECK r2s_status r2s_run_view(r2s_run **out, const char *dir, const r2s_config *config,
                                       r2s_error *err);
/* A folder that it made and in which nothing came to be goes again. NULL is allowed. */
void r2s_run_close(r2s_run *run);

/* Tells by which command (argc words, the program's name first) the stages that follow are run. run.json
 * keeps it for the report, with those of the stages before on the same network. */
R2S_MUST_CHECK r2s_status r2s_run_set_command(r2s_run *run, int argc, const char *const *argv,
                                              r2s_error *err);

/* A word of such a command as a shell takes it, quoted where it has to be; malloc'ed. A path that begins with
 * "-", as options do, gets "./" in front. */
R2S_MUST_CHECK r2s_status r2s_run_command_word(const char *value, char **word, r2s_error *err);

/* Takes the network of a model file (ours or the authors') in place of training one: model.h5, model.mat,
 * rate.h5. Results of another given network, or of this one tested with other train.* (state_noise, x0_sd,
 * start_kick), are removed when the new ones are there, which the monitor is told; else those of this one are
 * kept. R2S_ERR_ARG where the folder has a network that was trained there, or a checkpoint. A siegert
 * network, and a sigmoid one of ours, was trained for one LIF unit: neuron.* that are not set are that
 * unit's. Error, and nothing is removed, where it does not have the task's channels, outputs and rate step,
 * where one of the models (R2S_RUN_*, that are to be simulated) can't be made of it, or where net.* are set
 * (R2S_ORIGIN_SET; in a struct that a program filled in, other than the defaults): the file says what it is.
 */
R2S_MUST_CHECK r2s_status r2s_run_import(r2s_run *run, const char *model_path, int models,
                                         const r2s_monitor *monitor, r2s_error *err);

/* Trains (or, with resume, goes on from checkpoint.h5): model.h5, model.mat, training.csv, rate.h5,
 * stages.train. Results of an earlier network are replaced when it gives another one: until then it trains in
 * R2S_RUN_NEXT, and resume goes on there. Cancelled: the checkpoint is written. It stays, too, where
 * train.max_steps ended the training: resume with more steps goes on, and gives the bits of one that had them
 * from the start. resume with a network that this configuration trained and that may take no more steps:
 * nothing to do. */
R2S_MUST_CHECK r2s_status r2s_run_train(r2s_run *run, bool resume, const r2s_monitor *monitor,
                                        r2s_error *err);

/* Whether resume goes on with the training that r2s_run_train was last called for: the folder has its
 * checkpoint. */
bool r2s_run_can_resume(const r2s_run *run);

/* Which models a stage runs: a sum of these. Those that a stage does not have are ignored. */
enum {
  R2S_RUN_LIF = 1 << R2S_SPIKE_LIF,
  R2S_RUN_LIF_UNIT = 1 << R2S_SPIKE_LIF_UNIT,
  R2S_RUN_PSC_DEXP = 1 << R2S_SPIKE_PSC_DEXP,
  R2S_RUN_PSC_ALPHA = 1 << R2S_SPIKE_PSC_ALPHA,
  R2S_RUN_ALL = R2S_RUN_LIF | R2S_RUN_LIF_UNIT | R2S_RUN_PSC_DEXP | R2S_RUN_PSC_ALPHA
};

/* Searches the scale of models lif and lif-unit: conversion.csv, curve.csv, spikes_lif-unit_native.h5, the
 * scales in model.mat, stages.convert, stages.lif-unit; and makes the certificate anew where the network was
 * simulated. */
R2S_MUST_CHECK r2s_status r2s_run_convert(r2s_run *run, int models, const r2s_monitor *monitor,
                                          r2s_error *err);

/* Simulates lif, psc-dexp, psc-alpha natively: spikes_<model>_native.h5, stages.sim-native. The scale is
 * lif.scale (or psc_dexp.scale) where set, else the predicted one, else the one that convert chose. */
R2S_MUST_CHECK r2s_status r2s_run_simulate_native(r2s_run *run, int models, const r2s_monitor *monitor,
                                                  r2s_error *err);
/* Simulates psc-dexp, psc-alpha in NEST: spikes_<model>_nest.h5, stages.sim-nest; and compares a
 * deterministic trial of each condition with the native engine, spike by spike. python NULL: "python3". */
R2S_MUST_CHECK r2s_status r2s_run_simulate_nest(r2s_run *run, int models, const char *python,
                                                const r2s_monitor *monitor, r2s_error *err);
/* To be asked before a training that stage sim-nest is to follow: warns the monitor of what is known to make
 * that fail (no NEST in python, settings that it does not take). R2S_ERR_CANCELLED alone. */
R2S_MUST_CHECK r2s_status r2s_run_check_nest(r2s_run *run, const char *python, const r2s_monitor *monitor,
                                             r2s_error *err);
/* certificate.csv and certificate of run.json: rate network, lif, native and NEST side by side; rate.h5 anew
 * where it has trials of another seed or task. Needs a folder. */
R2S_MUST_CHECK r2s_status r2s_run_certify(r2s_run *run, const r2s_monitor *monitor, r2s_error *err);

/* run.json as it is now, malloc'ed. */
R2S_MUST_CHECK r2s_status r2s_run_json(const r2s_run *run, char **json, r2s_error *err);

/* Reruns a recorded run of the authors' code with the reference engine (rate2spike verify). The monitor,
 * which may be NULL, is asked at each sample of the output whether to stop. */
typedef struct r2s_verification {
  bool identical;
  int64_t spikes_expected, spikes_found, spikes_equal; /* equal: up to the first difference */
  r2s_spike_event expected, found; /* first difference: unit -1 where one side has no more spikes */
  double out_max_difference;       /* of out1 */
  int out_max_output, n_out;       /* the output, from 0, that it is of; of how many */
} r2s_verification;
R2S_MUST_CHECK r2s_status r2s_run_verify(const char *model_path, const char *case_path, r2s_verification *out,
                                         const r2s_monitor *monitor, r2s_error *err);

R2S_API_END
#endif
