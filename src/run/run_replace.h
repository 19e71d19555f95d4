/* SPDX-License-Identifier: MIT
 * A new network in the folder of an earlier one. It is made in a folder of its own within, R2S_RUN_NEXT, and
 * takes the earlier one's place when all its files are there: until then a failure costs nothing. */
#ifndef R2S_RUN_REPLACE_H
#define R2S_RUN_REPLACE_H

#include "run/run_folder.h"

/* Whether the folder has what a new network would replace: one, its results, or a training's state. */
bool r2s_run_has_earlier(const r2s_run *run);
/* Whether a training in R2S_RUN_NEXT was stopped, or could not take the earlier network's place. */
bool r2s_run_has_next(const r2s_run *run);
/* Whether it was a training that began there, not a given network's. */
bool r2s_run_next_trains(const r2s_run *run);
/* Warns, once, that the network which a stage takes is one that such a training is to replace. */
void r2s_run_note_next(r2s_run *run, const r2s_monitor *monitor);
/* Whether all that a new network replaces or removes can be: told before the work, R2S_ERR_IO. */
R2S_MUST_CHECK r2s_status r2s_run_check_replaceable(const r2s_run *run, r2s_error *err);

/* The run in R2S_RUN_NEXT, of the same configuration and task (which stays the run's). */
R2S_MUST_CHECK r2s_status r2s_run_open_next(r2s_run **next, const r2s_run *run, r2s_error *err);
/* NULL is allowed. */
void r2s_run_close_next(r2s_run *next);
/* Makes the files of run->model, which goes to the run in R2S_RUN_NEXT, by write (user: its own), and puts
 * them in the place of what the folder has. A failure leaves the folder as it was; the model is lost then. */
R2S_MUST_CHECK r2s_status r2s_run_replace(r2s_run *run,
                                          r2s_status (*write)(r2s_run *next, void *user, r2s_error *err),
                                          void *user, r2s_error *err);
/* Puts its files in the place of the run's, which takes over its results, and removes what was made from the
 * earlier network. What fails before all are there leaves the run as it was. */
R2S_MUST_CHECK r2s_status r2s_run_put_in_place(r2s_run *run, r2s_run *next, r2s_error *err);
/* Undoes, or ends, what a crash stopped within r2s_run_put_in_place. *undone: the earlier network is back. */
R2S_MUST_CHECK r2s_status r2s_run_end_replacement(const r2s_run *run, bool *undone, r2s_error *err);

#endif
