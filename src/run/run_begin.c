/* SPDX-License-Identifier: MIT
 * A run's folder, ready for a new network. */
#include <string.h>

#include "run/run_json.h"

/* run.json's words for what is removed, by what is kept. */
static const char *const removals[] = {[R2S_RUN_NOTHING] = "all",
                                       [R2S_RUN_TRAINING] = "all but training",
                                       [R2S_RUN_NETWORK] = "all but network"};
enum { REMOVALS = sizeof removals / sizeof *removals };

r2s_status r2s_run_mark_removal(r2s_run *run, r2s_run_kept kept, r2s_error *err) {
  return r2s_run_json_set(run, "removing", json_string(removals[kept]), err);
}

/* run.json no longer tells of what another configuration made, but which training begins and what is to be
 * removed; and config.yaml is the new one: a resume finds that. */
static r2s_status begin(r2s_run *run, const char *training, r2s_run_kept kept, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (kept >= R2S_RUN_TRAINING)
    r2s_run_json_keep_training_commands(run);
  else
    json_object_del(run->json, "commands");
  R2S_TRY(st, r2s_run_mark_removal(run, kept, err));
  R2S_TRY(st, r2s_run_json_set(run, "training_hash", training ? json_string(training) : json_null(), err));
  R2S_TRY(st, r2s_run_json_set(run, "certificate", json_null(), err));
  R2S_TRY(st, r2s_run_json_set(run, "seconds", json_real(0), err));
  json_object_clear(json_object_get(run->json, "stages"));
  st = r2s_run_keep_config(run, true, err);
done:
  return st;
}

/* A new folder gets config.yaml first: what a failure leaves there is known as a run's, and the next attempt
 * is not refused. */
r2s_status r2s_run_begin(r2s_run *run, const char *training, r2s_run_kept kept, r2s_error *err) {
  r2s_status st = R2S_OK;
  json_t *before = NULL;
  if (!r2s_run_has_file(run, "config.yaml")) R2S_TRY(st, r2s_run_keep_config(run, false, err));
  before = json_deep_copy(run->json);
  if (!before) R2S_TRY(st, r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json"));
  st = begin(run, training, kept, err);
  if (st != R2S_OK) { /* the folder has the earlier network still, and so shall what is written next */
    json_t *half = run->json;
    run->json = before;
    before = half;
  }
  if (st == R2S_OK) st = r2s_run_end_removal(run, err);
done:
  json_decref(before);
  return st;
}

r2s_status r2s_run_end_removal(r2s_run *run, r2s_error *err) {
  const char *what = json_string_value(json_object_get(run->json, "removing"));
  int kept = 0;
  if (!what) return R2S_OK;
  while (kept < REMOVALS && strcmp(removals[kept], what) != 0) kept++;
  if (kept == REMOVALS)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s/run.json: removing: found \"%.60s\"; expected \"%s\", \"%s\" or \"%s\"", run->dir,
                    what, removals[R2S_RUN_NOTHING], removals[R2S_RUN_TRAINING], removals[R2S_RUN_NETWORK]);
  r2s_status st = r2s_run_remove_results(run, (r2s_run_kept)kept, err);
  if (st != R2S_OK) return st;
  json_object_del(run->json, "removing");
  return r2s_run_json_save(run, err);
}
