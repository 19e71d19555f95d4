/* SPDX-License-Identifier: MIT
 * A run's network, once there is one: its files and its test trials. */
#ifndef R2S_RUN_MODEL_H
#define R2S_RUN_MODEL_H

#include "run/run_folder.h"

/* What every stage behind the training asks for first: that it may write, and run->model, which is loaded
 * from the folder where it is not yet, and has to fit the task and the results that are there. */
R2S_MUST_CHECK r2s_status r2s_run_need_model(r2s_run *run, r2s_error *err);

/* model.h5 from run->model, rate.h5 from its test trials, model.mat, and what they tell (NULL: out of memory)
 * as stages.train of run.json. */
R2S_MUST_CHECK r2s_status r2s_run_model_save(r2s_run *run, const r2s_rate_traces *tests, json_t *stage,
                                             r2s_error *err);
/* rate.h5 alone. */
R2S_MUST_CHECK r2s_status r2s_run_model_save_tests(r2s_run *run, const r2s_rate_traces *tests,
                                                   r2s_error *err);
/* model.mat alone; search (may be NULL) adds the scale variables. The trials of rate.h5 and the losses of
 * training.csv go into it where they are there. */
R2S_MUST_CHECK r2s_status r2s_run_model_save_mat(r2s_run *run, const r2s_search_result *search,
                                                 r2s_error *err);

/* Runs the rate network on its test trials (tests: r2s_rate_traces_free, also after a failure). Nothing is
 * written: an earlier network's rate.h5 stays until its results go. */
R2S_MUST_CHECK r2s_status r2s_run_model_test(const r2s_run *run, r2s_rate_traces *tests,
                                             const r2s_monitor *monitor, r2s_error *err);

/* How run->model's rate network is run: under the state noise of its training, without shot noise. */
r2s_rate_run_config r2s_run_model_rate_config(const r2s_run *run);

/* Whether two trials of the same input can differ then. */
bool r2s_run_model_is_random(const r2s_run *run);

/* The test trials (tests: as above), and what they and the network's structure tell as the members that every
 * stages.train has (docs/formats.md); start: r2s_clock() when the stage began. */
R2S_MUST_CHECK r2s_status r2s_run_model_measure(const r2s_run *run, double start, const r2s_monitor *monitor,
                                                r2s_rate_traces *tests, json_t **stage, r2s_error *err);

#endif
