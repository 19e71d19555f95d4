/* SPDX-License-Identifier: MIT
 * A run's folder, ready for a new network. */
#include "run/run_json.h"

/* A new folder gets config.yaml first: what a failure leaves there is known as a run's, and the next attempt
 * is not refused. An old one gets it as soon as run.json no longer tells of what another configuration made:
 * a resume finds the new one. */
r2s_status r2s_run_begin(r2s_run *run, const char *training, int but, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (!r2s_run_has_file(run, "config.yaml")) R2S_TRY(st, r2s_run_keep_config(run, err));
  if (but & R2S_RUN_TRAINING)
    r2s_run_json_keep_training_commands(run);
  else
    json_object_del(run->json, "commands");
  R2S_TRY(st, r2s_run_json_forget(run, training, err));
  R2S_TRY(st, r2s_run_keep_config(run, err));
  R2S_TRY(st, r2s_run_remove_results(run, but, err));
done:
  return st;
}
