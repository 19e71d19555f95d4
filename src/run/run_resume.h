/* SPDX-License-Identifier: MIT
 * What a training that is to be resumed finds in its folder. */
#ifndef R2S_RUN_RESUME_H
#define R2S_RUN_RESUME_H

#include "run/run_folder.h"

/* Which training is the folder's, or that a network was given: run.json tells it before what an earlier
 * training left is removed. NULL: there is no run.json, or one of an earlier version, which did not tell. */
const json_t *r2s_run_begun(const r2s_run *run);

/* A resume is of the training that this configuration asks for. hash: of what `file` is of; NULL or "": of no
 * training. */
R2S_MUST_CHECK r2s_status r2s_run_refuse_resume(const r2s_run *run, const char *file, const char *hash,
                                                r2s_error *err);

/* R2S_ERR_CONFIG where a training that took these steps may no longer have taken them. */
R2S_MUST_CHECK r2s_status r2s_run_check_max_steps(const r2s_run *run, int64_t steps, r2s_error *err);

/* *done: a network of this very configuration is there already, and may not take more steps. One of another
 * configuration is not lost by mistake. */
R2S_MUST_CHECK r2s_status r2s_run_find_trained(r2s_run *run, bool *done, r2s_error *err);

#endif
