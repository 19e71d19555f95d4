/* SPDX-License-Identifier: MIT
 * A run's network, once there is one: its files and its test trials. */
#ifndef R2S_RUN_MODEL_H
#define R2S_RUN_MODEL_H

#include "run/run_folder.h"

/* model.h5 and model.mat from run->model; search (may be NULL) adds the scale variables to model.mat. The
 * trials of rate.h5 and the losses of training.csv go into model.mat where they are there. */
R2S_MUST_CHECK r2s_status r2s_run_model_save(r2s_run *run, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_run_model_save_mat(r2s_run *run, const r2s_search_result *search,
                                                 r2s_error *err);

/* Runs the rate network on its test trials and writes rate.h5; the accuracies by the task's criterion (all,
 * and by condition) and by the authors'. */
R2S_MUST_CHECK r2s_status r2s_run_model_test(r2s_run *run, r2s_accuracy *accuracy, r2s_accuracy *strict,
                                             r2s_accuracy by_condition[R2S_MAX_CONDITIONS],
                                             const r2s_monitor *monitor, r2s_error *err);

/* How run->model's rate network is run: under the state noise of its training, without shot noise. */
r2s_rate_run_config r2s_run_model_rate_config(const r2s_run *run);

/* Whether two trials of the same input can differ then. */
bool r2s_run_model_is_random(const r2s_run *run);

/* The test trials and the network's structure as the members that every stages.train has (docs/formats.md);
 * start: r2s_clock() when the stage began. */
R2S_MUST_CHECK r2s_status r2s_run_model_measure(r2s_run *run, double start, const r2s_monitor *monitor,
                                                json_t **stage, r2s_error *err);

#endif
