/* SPDX-License-Identifier: MIT
 * A run's folder, ready for a new network. */
#include "run/run_json.h"

/* A new folder gets config.yaml first: what a failure leaves there is known as a run's, and the next attempt
 * is not refused. An old one gets it with the run.json that no longer tells of what another configuration
 * made: a resume finds the new one. */
r2s_status r2s_run_begin(r2s_run *run, const char *training, int but, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (!r2s_run_has_file(run, "config.yaml")) R2S_TRY(st, r2s_run_keep_config(run, false, err));
  if (but & R2S_RUN_TRAINING)
    r2s_run_json_keep_training_commands(run);
  else
    json_object_del(run->json, "commands");
  R2S_TRY(st, r2s_run_json_forget(run, training, but, err));
  R2S_TRY(st, r2s_run_keep_config(run, true, err));
  R2S_TRY(st, r2s_run_end_removal(run, err));
done:
  return st;
}

r2s_status r2s_run_end_removal(r2s_run *run, r2s_error *err) {
  const json_t *but = json_object_get(run->json, "removing");
  if (!json_is_integer(but)) return R2S_OK;
  const r2s_status st = r2s_run_remove_results(run, (int)json_integer_value(but), err);
  if (st != R2S_OK) return st;
  json_object_del(run->json, "removing");
  return r2s_run_json_save(run, err);
}
