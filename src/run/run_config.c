/* SPDX-License-Identifier: MIT
 * A run's configuration: written into its folder, and compared with the one that is there. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_atomic.h"
#include "run/run_json.h"

enum { CONFIG_FILES = 3 }; /* run.json, task.yaml, config.yaml */

/* Adds a file with its path, which is the caller's. */
static r2s_status add_file(const r2s_run *run, const char *name, char path[R2S_PATH_SIZE], const char *bytes,
                           size_t size, r2s_io_file *files, int *n, r2s_error *err) {
  files[(*n)++] = (r2s_io_file){path, bytes, size};
  return r2s_run_path(run, name, path, err);
}

/* A task of the user's own (else NULL) lies beside config.yaml, so that the folder holds all that its results
 * hang on. They are written together, with run.json: a full disk leaves all as they were. In a new folder
 * config.yaml comes first: what stops between the two leaves a folder that is known as a run's. */
static r2s_status write_config(const r2s_run *run, bool with_json, const char *yaml, const char *task_yaml,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  char *json = NULL, path[CONFIG_FILES][R2S_PATH_SIZE];
  size_t size;
  r2s_io_file files[CONFIG_FILES];
  const bool known = r2s_run_has_file(run, "config.yaml");
  int n = 0;
  if (with_json) {
    R2S_TRY(st, r2s_run_json_bytes(run, &json, &size, err));
    R2S_TRY(st, add_file(run, "run.json", path[n], json, size, files, &n, err));
  }
  if (!known) R2S_TRY(st, add_file(run, "config.yaml", path[n], yaml, strlen(yaml), files, &n, err));
  if (task_yaml)
    R2S_TRY(st, add_file(run, R2S_RUN_TASK_FILE, path[n], task_yaml, strlen(task_yaml), files, &n, err));
  if (known) R2S_TRY(st, add_file(run, "config.yaml", path[n], yaml, strlen(yaml), files, &n, err));
  R2S_TRY(st, r2s_io_write_together(files, n, err));
  if (!task_yaml) st = r2s_run_remove(run, R2S_RUN_TASK_FILE, err);
done:
  free(json);
  return st;
}

r2s_status r2s_run_keep_config(r2s_run *run, bool with_json, r2s_error *err) {
  r2s_status st = R2S_OK;
  char *yaml = NULL, *task_yaml = NULL;
  r2s_config *config = NULL; /* large */
  if (!run->dir) return R2S_OK;
  R2S_TRY(st, r2s_run_refuse_view(run, err));
  R2S_ALLOC(st, &config, 1, "configuration", err);
  *config = run->config;
  if (!r2s_task_is_preset(config->task)) {
    R2S_TRY(st, r2s_task_yaml(&run->task, &task_yaml, err));
    strcpy(config->task, R2S_RUN_TASK_FILE);
  }
  R2S_TRY(st, r2s_config_yaml(config, &yaml, err));
  R2S_TRY(st, write_config(run, with_json, yaml, task_yaml, err));
  run->config_kept = true;
done:
  free(task_yaml);
  free(yaml);
  free(config);
  return st;
}

/* A training that met its criterion is the same with any limit that it did not reach. */
static r2s_status find_free_limit(const r2s_run *run, bool *is_free, r2s_error *err) {
  const json_t *stage = r2s_run_json_get_stage(run, "train");
  const char *hash = json_string_value(json_object_get(run->json, "training_hash"));
  *is_free = false;
  if (!r2s_run_json_has_stopped(run, "converged") || !hash ||
      run->config.train.max_steps < json_integer_value(json_object_get(stage, "steps")))
    return R2S_OK;
  /* an earlier version's hash has the limit in it */
  return r2s_config_trained(&run->config, &run->task, hash, is_free, err);
}

/* What the test trials of a network depend on, whoever trained it. */
static bool is_tested_with(const char *key) {
  static const char *const keys[] = {"train.state_noise", "train.x0_sd", "train.start_kick"};
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
    if (strcmp(key, keys[k]) == 0) return true;
  return false;
}

/* Whether the folder's network hangs on option k. Of a given one another recipe's net.* say nothing; those of
 * the user's own are refused. */
static bool hangs_on(const r2s_run *run, int k, bool free_limit) {
  const char *key = r2s_config_option(k).key;
  const bool net = strncmp(key, "net.", 4) == 0, train = strncmp(key, "train.", 6) == 0;
  if (!r2s_config_trains(key) || !(net || train)) return false;
  if (strcmp(key, "train.max_steps") == 0 && free_limit) return false;
  return !r2s_run_is_given(run) || is_tested_with(key) ||
         (net && r2s_config_option_origin(&run->config, k) == R2S_ORIGIN_SET);
}

/* How the network came to its value of an option, and how to have another one. */
static const char *origin_of(const r2s_run *run, const char *key) {
  if (r2s_run_is_given(run))
    return strncmp(key, "net.", 4) == 0
               ? "given: its file says what it is, whatever net.* are"
               : "given: give it again with this setting (`convert MODEL -o DIR`), and its rate network is "
                 "run anew";
  return strcmp(key, "train.max_steps") == 0 && r2s_run_json_has_stopped(run, "exhausted")
             ? "made: one that ran out of steps goes on with `train --resume -o DIR --set train.max_steps=N`"
             : "made: another value asks for another network, which `train` and `run` make";
}

/* *same: whether the network is that of `kept` and of the run's configuration; else `differs` tells. */
static r2s_status compare(const r2s_run *run, const r2s_config *kept, const char *path, bool *same,
                          r2s_error *differs, r2s_error *err) {
  char old[1024], new[1024];
  bool free_limit;
  r2s_status st = find_free_limit(run, &free_limit, err);
  for (int k = 0; k < r2s_config_option_count() && st == R2S_OK && *same; k++) {
    if (!hangs_on(run, k, free_limit)) continue;
    const char *key = r2s_config_option(k).key;
    st = r2s_config_value(kept, k, old, sizeof old, err);
    if (st == R2S_OK) st = r2s_config_value(&run->config, k, new, sizeof new, err);
    *same = st == R2S_OK && strcmp(old, new) == 0;
    if (st == R2S_OK && !*same)
      r2s_fail(differs, R2S_ERR_CONFIG,
               "%s is %s; expected %s as in %s, with which the folder's network was %s", key, new, old, path,
               origin_of(run, key));
  }
  return st;
}

/* The configuration that the folder has; NULL: none. */
static r2s_status load_kept(const r2s_run *run, r2s_config **kept, char path[R2S_PATH_SIZE], r2s_error *err) {
  r2s_status st = R2S_OK;
  *kept = NULL; /* large */
  if (!r2s_run_has_file(run, "config.yaml")) return R2S_OK;
  R2S_ALLOC(st, kept, 1, "configuration", err);
  R2S_TRY(st, r2s_run_path(run, "config.yaml", path, err));
  st = r2s_config_load(*kept, path, NULL, 0, err);
done:
  if (st != R2S_OK) {
    free(*kept);
    *kept = NULL;
  }
  return st;
}

r2s_status r2s_run_compare_training(const r2s_run *run, bool *same, r2s_error *differs, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  r2s_config *kept;
  *same = true;
  r2s_status st = load_kept(run, &kept, path, err);
  if (st == R2S_OK && kept) st = compare(run, kept, path, same, differs, err);
  free(kept);
  return st;
}

r2s_status r2s_run_check_later_config(const r2s_run *run, r2s_error *err) {
  bool same;
  const r2s_status st = r2s_run_compare_training(run, &same, err, err);
  return st == R2S_OK && !same ? R2S_ERR_CONFIG : st;
}

/* What was certified is of the folder's settings, seed and task: else *other, and run->json forgets it. */
static r2s_status forget_other_certificate(r2s_run *run, const r2s_config *kept, bool *other,
                                           r2s_error *err) {
  char hash[sizeof run->hash];
  const json_t *certificate = json_object_get(run->json, "certificate");
  const char *trials = json_string_value(json_object_get(certificate, "trials_of"));
  r2s_status st = r2s_config_hash(kept, hash, err);
  if (st != R2S_OK || !json_is_object(certificate)) return st;
  if (strcmp(hash, run->hash) == 0 && trials && strcmp(trials, run->trials) == 0) return R2S_OK;
  *other = true;
  return r2s_run_json_set(run, "certificate", json_null(), err);
}

r2s_status r2s_run_keep_later_config(r2s_run *run, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  r2s_config *kept;
  bool other = false;
  if (!run->dir || run->config_kept) return R2S_OK;
  r2s_status st = load_kept(run, &kept, path, err);
  if (st == R2S_OK && kept) st = forget_other_certificate(run, kept, &other, err);
  if (st == R2S_OK) st = r2s_run_keep_config(run, other, err);
  if (st == R2S_OK && other) st = r2s_run_remove(run, "certificate.csv", err);
  free(kept);
  return st;
}

r2s_status r2s_run_name(r2s_run *run, r2s_error *err) {
  const r2s_config *config = &run->config;
  run->config_kept = false;
  r2s_status st = r2s_task_trials_name(&run->task, config->seed, run->trials, err);
  if (st == R2S_OK) st = r2s_config_hash(config, run->hash, err);
  if (st == R2S_OK) st = r2s_config_training_hash(config, &run->task, run->training, err);
  if (st == R2S_OK && run->json) st = r2s_run_json_set_head(run, err);
  return st;
}
