/* SPDX-License-Identifier: MIT
 * run.json: its parts (docs/formats.md), and the file. */
#ifndef R2S_RUN_JSON_H
#define R2S_RUN_JSON_H

#include "run/run_folder.h"

/* What is made here is NULL where there is no memory for it (base_json.h). */

/* null where x is not finite */
json_t *r2s_run_json_number(double x);
/* ACC of docs/formats.md */
json_t *r2s_run_json_accuracy(r2s_accuracy accuracy);
void r2s_run_json_add_accuracy(json_t **object, r2s_accuracy accuracy);
/* Gives `to` the members of ACC that `from` (NULL: none) has. */
void r2s_run_json_copy_accuracy(json_t **to, const json_t *from);
/* Takes the bounds out of every ci95 in an object: those of trials that would only repeat. */
void r2s_run_json_drop_intervals(json_t *object);
/* The same of results that only the input makes random: of those where it is not, one by one or all. */
void r2s_run_json_drop_repeats(json_t *object, const r2s_task *task);
/* Whether that was done to ACC. */
bool r2s_run_json_has_no_interval(const json_t *accuracy);
/* {accuracy, n, ci95, seconds}: how every stage begins */
json_t *r2s_run_json_stage(r2s_accuracy accuracy, double seconds);
/* SCALE */
json_t *r2s_run_json_scale(const r2s_task *task, const r2s_scale_result *scale);

/* Reads the folder's run.json into run->json (a fresh object where there is none), with the head of this run.
 */
R2S_MUST_CHECK r2s_status r2s_run_json_load(r2s_run *run, r2s_error *err);
/* What this run is; keeps the place of members that are there. */
R2S_MUST_CHECK r2s_status r2s_run_json_set_head(r2s_run *run, r2s_error *err);
/* The file's bytes: the caller's (free). */
R2S_MUST_CHECK r2s_status r2s_run_json_bytes(const r2s_run *run, char **bytes, size_t *size, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_run_json_save(const r2s_run *run, r2s_error *err);
/* Sets a member of run->json, which takes the value (NULL: out of memory). */
R2S_MUST_CHECK r2s_status r2s_run_json_set(r2s_run *run, const char *key, json_t *value, r2s_error *err);
/* NULL: absent or null */
json_t *r2s_run_json_get_stage(const r2s_run *run, const char *name);
/* Whether the network's training has ended that way: "converged", "exhausted"; or "imported". */
bool r2s_run_json_has_stopped(const r2s_run *run, const char *how);
/* Replaces a stage (taking the reference; NULL: out of memory), sums the stages' seconds, saves. A
 * certificate goes that lacks something of it: what comes to its end makes another. */
R2S_MUST_CHECK r2s_status r2s_run_json_set_stage(r2s_run *run, const char *name, json_t *stage,
                                                 r2s_error *err);
/* Takes those of the later stages out of `commands`. */
void r2s_run_json_keep_training_commands(r2s_run *run);
/* Adds the command of r2s_run_set_command to `commands`, as the last; once. */
R2S_MUST_CHECK r2s_status r2s_run_json_add_command(r2s_run *run, r2s_error *err);
/* A program's path that holds in every folder; a name that is looked for in PATH stays as it is. */
json_t *r2s_run_json_program(const char *program);

#endif
