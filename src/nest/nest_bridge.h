/* SPDX-License-Identifier: MIT
 * The parts of the NEST engine: a private folder, arrays in NumPy's format, the plan that runner.py reads,
 * the process, and the result (docs/nest.md). */
#ifndef R2S_NEST_BRIDGE_H
#define R2S_NEST_BRIDGE_H

#include "base/base_error.h"
#include "rate2spike/nest.h"
#include "spike/spike_psc.h"

/* ---- nest_folder.c ---- */

enum { R2S_NEST_PATH = 1024 };
typedef struct r2s_nest_folder {
  char path[R2S_NEST_PATH]; /* "" where there is none */
} r2s_nest_folder;
/* Creates an empty folder for this user alone in TMPDIR (or /tmp), with runner.py in it. */
R2S_MUST_CHECK r2s_status r2s_nest_folder_create(r2s_nest_folder *out, r2s_error *err);
void r2s_nest_folder_remove(r2s_nest_folder *folder); /* with all it holds */
/* path [R2S_NEST_PATH] of a file in it */
R2S_MUST_CHECK r2s_status r2s_nest_folder_file(const r2s_nest_folder *folder, const char *name, char *path,
                                               r2s_error *err);

/* ---- nest_array.c ---- */

typedef enum r2s_nest_type { R2S_NEST_INT32, R2S_NEST_DOUBLE } r2s_nest_type;
typedef struct r2s_nest_array {
  r2s_nest_type type;
  int n_dims; /* 1 to 3 */
  size_t shape[3];
  const void *data; /* row-major */
} r2s_nest_array;
/* Writes folder/name.npy. */
R2S_MUST_CHECK r2s_status r2s_nest_array_write(const r2s_nest_folder *folder, const char *name,
                                               const r2s_nest_array *array, r2s_error *err);
/* Reads folder/name.npy, which must have the type and dimensions of *array and, where a given shape is not 0,
 * that shape; fills shape, and *data (malloc'ed). */
R2S_MUST_CHECK r2s_status r2s_nest_array_read(const r2s_nest_folder *folder, const char *name,
                                              r2s_nest_array *array, void **data, r2s_error *err);

/* ---- nest_replica.c ---- */

/* The trials that NEST simulates; equal ones without noise are one replica. */
typedef struct r2s_nest_replicas {
  int count;
  r2s_spike_trial *trials; /* [count] */
  int *of;                 /* [n_trials] replica of each trial asked for */
} r2s_nest_replicas;
R2S_MUST_CHECK r2s_status r2s_nest_replicas_make(r2s_nest_replicas *out, const r2s_spike_psc_net *net,
                                                 const r2s_spike_trial *trials, int n_trials, r2s_error *err);
void r2s_nest_replicas_free(r2s_nest_replicas *replicas);

/* ---- nest_plan.c ---- */

/* Everything that goes to NEST for these replicas, into the folder. steps: of the longest trial. */
R2S_MUST_CHECK r2s_status r2s_nest_plan_write(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                                              const r2s_nest_replicas *replicas, int steps, r2s_error *err);

/* ---- nest_input.c ---- */

/* The inputs of all trials as step_current_generators: one for each distinct course of a channel. */
typedef struct r2s_nest_inputs {
  size_t n_sources, n_changes, n_links;
  int32_t *channel; /* [n_sources] */
  int32_t *offset;  /* [n_sources + 1] changes of source s: entries offset[s]..offset[s+1]-1 */
  int32_t *step;    /* [n_changes] simulation step of the change, from 1 */
  double *value;    /* [n_changes] u from then on */
  int32_t *link;    /* [n_links x 2] source, trial */
} r2s_nest_inputs;
R2S_MUST_CHECK r2s_status r2s_nest_inputs_make(r2s_nest_inputs *out, const r2s_spike_layout *layout,
                                               const r2s_spike_trial *trials, int n_trials, r2s_error *err);
void r2s_nest_inputs_free(r2s_nest_inputs *inputs);

/* ---- nest_process.c ---- */

/* Runs folder/runner.py with the argument `task` ("probe" or "run"); version [32] (may be NULL) gets what a
 * probe found. */
R2S_MUST_CHECK r2s_status r2s_nest_process_run(const r2s_nest_folder *folder, const char *python,
                                               const char *task, char *version, const r2s_monitor *monitor,
                                               r2s_error *err);

/* ---- nest_result.c ---- */

/* Reads what runner.py left, and makes the records of all trials; on failure none needs freeing. */
R2S_MUST_CHECK r2s_status r2s_nest_result_read(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                                               const r2s_nest_replicas *replicas,
                                               const r2s_spike_trial *trials, int n_trials,
                                               r2s_spike_record *records, r2s_spike_info *info,
                                               r2s_error *err);

#endif
