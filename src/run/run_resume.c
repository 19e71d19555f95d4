/* SPDX-License-Identifier: MIT
 * What a training that is to be resumed finds in its folder. */
#include "run/run_resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_replace.h"

/* The first option on which the training depends and that differs from `kept`'s, or else the task.
 * train.max_steps, on which the hashes of earlier versions depend, is named where nothing else differs. */
static r2s_status name_difference(const r2s_run *run, const r2s_config *kept, bool same_task, char *what,
                                  size_t size, r2s_error *err) {
  char there[64], here[64]; /* no texts or lists among them */
  snprintf(what, size, ": task is %s there; here it is %s", kept->task, run->config.task);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const char *key = r2s_config_option(k).key;
    if (!r2s_config_trains(key) && strcmp(key, "seed") != 0) continue;
    r2s_status st = r2s_config_value(kept, k, there, sizeof there, err);
    if (st == R2S_OK) st = r2s_config_value(&run->config, k, here, sizeof here, err);
    if (st != R2S_OK) return st;
    const bool limit = strcmp(key, "train.max_steps") == 0;
    if (strcmp(there, here) == 0 || (limit && !same_task)) continue;
    snprintf(what, size, ": %s is %s there, %s here", key, there, here);
    if (!limit) break;
  }
  return R2S_OK;
}

/* Gives a configuration what a later stage may have changed in it since the network was trained, as far as
 * its file tells that. */
static void restore_trained(const r2s_run *run, r2s_config *kept) {
  char path[R2S_PATH_SIZE];
  r2s_model model;
  if (r2s_run_path(run, "model.h5", path, NULL) != R2S_OK || r2s_model_load(&model, path, NULL) != R2S_OK)
    return;
  kept->seed = model.seed;
  if (r2s_task_is_preset(model.task)) snprintf(kept->task, sizeof kept->task, "%s", model.task);
  if (!kept->lif.noise_per_root_dt) kept->lif.neuron = model.neuron; /* else its noise is of another step */
  r2s_model_free(&model);
}

/* *is: whether the training with this hash is one with this configuration, whose task is loaded then. */
static r2s_status find_whether_of(const r2s_config *config, const char *hash, r2s_task *task, bool *is,
                                  r2s_error *err) {
  r2s_task_free(task);
  *is = false;
  if (r2s_task_load(task, config->task, NULL) != R2S_OK) return R2S_OK; /* its file may be gone */
  return r2s_config_trained(config, task, hash, is, err);
}

/* How the training with this hash differs from what is asked for. */
static r2s_status find_difference(const r2s_run *run, const char *hash, char *what, size_t size,
                                  r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_config *kept = NULL; /* large */
  r2s_task task = {0};
  char path[R2S_PATH_SIZE], name[R2S_TRIALS_NAME];
  bool trained = false;
  R2S_ALLOC(st, &kept, 1, "configuration", err);
  R2S_TRY(st, r2s_run_path(run, "config.yaml", path, err));
  if (r2s_config_load(kept, path, NULL, 0, NULL) == R2S_OK) {
    R2S_TRY(st, find_whether_of(kept, hash, &task, &trained, err));
    if (!trained) restore_trained(run, kept);
    if (!trained) R2S_TRY(st, find_whether_of(kept, hash, &task, &trained, err));
  }
  if (trained) {
    const bool same_task =
        r2s_task_trials_name(&task, run->config.seed, name, NULL) == R2S_OK && strcmp(name, run->trials) == 0;
    st = name_difference(run, kept, same_task, what, size, err);
    goto done;
  }
  /* a later stage may have been given another seed, which config.yaml has since */
  const char *trials = json_string_value(json_object_get(r2s_run_json_get_stage(run, "train"), "trials_of"));
  const bool differ = trials && strcmp(trials, run->trials) != 0;
  snprintf(what, size, " (%.12s...; this one: %.12s...)%s%s%s%s", hash, run->training,
           differ ? ", that of " : "", differ ? trials : "", differ ? ", this one of " : "",
           differ ? run->trials : "");
done:
  r2s_task_free(&task);
  free(kept);
  return st;
}

bool r2s_run_can_resume(const r2s_run *run) {
  return run->resumable && (r2s_run_has_file(run, "checkpoint.h5") ||
                            (r2s_run_has_next(run) && r2s_run_has_file(run, R2S_RUN_NEXT "/checkpoint.h5")));
}

r2s_status r2s_run_refuse_resume(const r2s_run *run, const char *file, const char *hash, r2s_error *err) {
  if (!hash || !hash[0])
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "%s/%s: the network was given, not trained here; train anew without --resume, or give it "
                    "again (convert MODEL -o DIR)",
                    run->dir, file);
  char what[2 * R2S_TRIALS_NAME + 1024];
  r2s_status st = find_difference(run, hash, what, sizeof what, err);
  if (st != R2S_OK) return st;
  return r2s_fail(
      err, R2S_ERR_CONFIG,
      "%s/%s: made with another configuration%s; resume with the same task, seed, net.*, train.* "
      "(train.max_steps may be larger, except in a folder of an earlier version), neuron.* and "
      "lif.noise_per_root_dt (to give them all: CONFIG.yaml --resume -o DIR), or train anew without --resume",
      run->dir, file, what);
}

const json_t *r2s_run_begun(const r2s_run *run) {
  return r2s_run_has_file(run, "run.json") ? json_object_get(run->json, "training_hash") : NULL;
}

static r2s_status check_begun(const r2s_run *run, r2s_error *err) {
  const json_t *hash = r2s_run_begun(run);
  const char *text = json_string_value(hash);
  bool trained = !hash;
  if (text) {
    r2s_status st = r2s_config_trained(&run->config, &run->task, text, &trained, err);
    if (st != R2S_OK) return st;
  }
  return trained ? R2S_OK : r2s_run_refuse_resume(run, "run.json", text, err);
}

r2s_status r2s_run_check_max_steps(const r2s_run *run, int64_t steps, r2s_error *err) {
  if (run->config.train.max_steps >= steps) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "train.max_steps is %d; expected at least the %lld steps that the training in %s has taken",
                  run->config.train.max_steps, (long long)steps, run->dir);
}

/* *done: whether a training that ran out of steps may still not take more. */
static r2s_status find_more_steps(const r2s_run *run, bool *done, r2s_error *err) {
  const int64_t steps = run->model.train_steps;
  *done = run->config.train.max_steps == steps;
  if (*done || r2s_run_has_file(run, "checkpoint.h5")) return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO,
                  "%s/checkpoint.h5: no such file; expected the training's state after its %lld steps; train "
                  "anew without --resume",
                  run->dir, (long long)steps);
}

/* A network that is there counts for more than the checkpoint that a kill left beside it. Without one that
 * run.json tells of nothing is begun anew by mistake. */
static r2s_status check_files(const r2s_run *run, r2s_error *err) {
  const bool stage = r2s_run_json_get_stage(run, "train"), model = r2s_run_has_file(run, "model.h5");
  if (r2s_run_has_file(run, "checkpoint.h5") || stage == model || (model && r2s_run_begun(run)))
    return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO, "%s/%s: %s; put it back, or train anew without --resume", run->dir,
                  stage ? "model.h5" : "run.json",
                  stage ? "no such file; expected the network that run.json tells of"
                        : "no results; expected those of the network that model.h5 has");
}

r2s_status r2s_run_find_trained(r2s_run *run, bool *done, r2s_error *err) {
  r2s_status st = R2S_OK;
  bool trained;
  *done = false;
  R2S_TRY(st, check_begun(run, err));
  R2S_TRY(st, check_files(run, err));
  const json_t *stage = r2s_run_json_get_stage(run, "train");
  if (r2s_run_has_file(run, "checkpoint.h5") && !stage) return R2S_OK;
  if (!r2s_run_has_file(run, "model.h5") || (!stage && r2s_run_begun(run))) return R2S_OK;
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_config_trained(&run->config, &run->task, run->model.config_hash, &trained, err));
  if (!trained) R2S_TRY(st, r2s_run_refuse_resume(run, "model.h5", run->model.config_hash, err));
  R2S_TRY(st, r2s_run_check_max_steps(run, run->model.train_steps, err));
  *done = stage != NULL;
  if (r2s_run_json_has_stopped(run, "exhausted"))
    st = find_more_steps(run, done, err);
  else if (stage) /* a kill left it */
    st = r2s_run_remove(run, "checkpoint.h5", err);
done:
  return st == R2S_OK ? st : r2s_fail_context(err, st, "can't resume");
}
