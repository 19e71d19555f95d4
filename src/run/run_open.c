/* SPDX-License-Identifier: MIT
 * Opens and closes a run: its folder, config.yaml, run.json. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/base_memory.h"
#include "io/config_table.h"
#include "io/io_atomic.h"
#include "io/io_leftovers.h"
#include "run/run_json.h"

/* config.yaml names a task of the folder's own by a path, which the option has to hold. */
static r2s_status check_task_path(const char *dir, const r2s_config *config, r2s_error *err) {
  const size_t most = sizeof config->task - sizeof "/" R2S_RUN_TASK_FILE;
  if (r2s_task_is_preset(config->task) || strlen(dir) <= most) return R2S_OK;
  return r2s_fail(err, R2S_ERR_ARG,
                  "%s: a path of %zu characters; expected at most %zu, as the task is no preset and is kept "
                  "there: name the folder by a shorter path, as from nearby",
                  dir, strlen(dir), most);
}

/* A folder is ours if it is empty or has config.yaml: nobody's files are written over. */
static r2s_status check_folder(const char *dir, r2s_error *err) {
  DIR *folder = opendir(dir);
  if (!folder) return r2s_fail(err, R2S_ERR_IO, "%s: can't read this folder: %s", dir, strerror(errno));
  bool empty = true, ours = false;
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        r2s_io_is_temporary(entry->d_name))
      continue;
    empty = false;
    if (strcmp(entry->d_name, "config.yaml") == 0) ours = true;
  }
  closedir(folder);
  if (empty || ours) return R2S_OK;
  return r2s_fail(
      err, R2S_ERR_ARG,
      "%s: this folder has files but no config.yaml; expected an empty folder, a new one, or that of a run",
      dir);
}

/* Told before the work, not behind it. */
static r2s_status check_writable(const char *dir, r2s_error *err) {
  if (access(dir, W_OK | X_OK) == 0) return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO, "%s: can't write in this folder: %s", dir, strerror(errno));
}

static r2s_status check_record(const r2s_run *run, r2s_error *err) {
  r2s_error why = {0};
  const r2s_status st = r2s_convert_check_record(&run->task, run->config.lif.record_ms, &why);
  return st == R2S_OK ? st : r2s_fail(err, R2S_ERR_CONFIG, "simulate.%s", why.msg);
}

enum { CONFIG_FILES = 3 }; /* run.json, task.yaml, config.yaml */

/* Adds a file with its path, which is the caller's. */
static r2s_status add_file(const r2s_run *run, const char *name, char path[R2S_PATH_SIZE], const char *bytes,
                           size_t size, r2s_io_file *files, int *n, r2s_error *err) {
  files[(*n)++] = (r2s_io_file){path, bytes, size};
  return r2s_run_path(run, name, path, err);
}

/* A task of the user's own (else NULL) lies beside config.yaml, so that the folder holds all that its results
 * hang on. They are written together, with run.json: a full disk leaves all as they were. */
static r2s_status write_config(const r2s_run *run, bool with_json, const char *yaml, const char *task_yaml,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  char *json = NULL, path[CONFIG_FILES][R2S_PATH_SIZE];
  size_t size;
  r2s_io_file files[CONFIG_FILES];
  int n = 0;
  if (with_json) {
    R2S_TRY(st, r2s_run_json_bytes(run, &json, &size, err));
    R2S_TRY(st, add_file(run, "run.json", path[n], json, size, files, &n, err));
  }
  if (task_yaml)
    R2S_TRY(st, add_file(run, R2S_RUN_TASK_FILE, path[n], task_yaml, strlen(task_yaml), files, &n, err));
  R2S_TRY(st, add_file(run, "config.yaml", path[n], yaml, strlen(yaml), files, &n, err));
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

static r2s_status compare_training(const r2s_run *run, const r2s_config *kept, const char *path,
                                   r2s_error *err) {
  const bool given = r2s_run_is_given(run);
  char old[1024], new[1024];
  bool free_limit;
  r2s_status st = find_free_limit(run, &free_limit, err);
  if (st != R2S_OK) return st;
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const char *key = r2s_config_option(k).key;
    if (!r2s_config_trains(key) || (strncmp(key, "net.", 4) != 0 && strncmp(key, "train.", 6) != 0)) continue;
    if (strcmp(key, "train.max_steps") == 0 && free_limit) continue;
    /* another recipe's net.* say nothing of a given network; those of the user's own are refused */
    const bool own =
        strncmp(key, "net.", 4) == 0 && r2s_config_option_origin(&run->config, k) == R2S_ORIGIN_SET;
    if (given && !own && !is_tested_with(key)) continue;
    st = r2s_config_value(kept, k, old, sizeof old, err);
    if (st == R2S_OK) st = r2s_config_value(&run->config, k, new, sizeof new, err);
    if (st != R2S_OK) return st;
    if (strcmp(old, new) != 0)
      return r2s_fail(
          err, R2S_ERR_CONFIG, "%s is %s; expected %s as in %s, with which the folder's network was %s", key,
          new, old, path,
          !given && strcmp(key, "train.max_steps") == 0 && r2s_run_json_has_stopped(run, "exhausted")
              ? "made: one that ran out of steps goes on with `train --resume -o DIR --set "
                "train.max_steps=N`"
          : !given ? "made: another value asks for another network, which `train` and `run` make"
          : strncmp(key, "net.", 4) == 0
              ? "given: its file says what it is, whatever net.* are"
              : "given: give it again with this setting (`convert MODEL -o DIR`), and its rate "
                "network is run anew");
  }
  return R2S_OK;
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

r2s_status r2s_run_same_tests(const r2s_run *run, bool *same, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  r2s_config *kept;
  r2s_error other;
  r2s_status st = load_kept(run, &kept, path, err), compared = R2S_ERR_CONFIG;
  if (st == R2S_OK && kept) compared = compare_training(run, kept, path, &other);
  if (compared == R2S_ERR_MEMORY) st = r2s_fail(err, compared, "%s", other.msg);
  *same = compared == R2S_OK;
  free(kept);
  return st;
}

r2s_status r2s_run_check_later_config(const r2s_run *run, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  r2s_config *kept;
  r2s_status st = load_kept(run, &kept, path, err);
  if (st == R2S_OK && kept) st = compare_training(run, kept, path, err);
  free(kept);
  return st;
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

/* One process at a time: each writes what it knows of all stages. The system lets go of the lock when the
 * process ends, however it ends. Where there are no such locks (some network file systems), there is none. */
static r2s_status lock_folder(r2s_run *run, r2s_error *err) {
  run->lock = open(run->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool locked = run->lock >= 0 && flock(run->lock, LOCK_EX | LOCK_NB) == 0;
  if (locked) r2s_io_remove_leftovers(run->dir);
  if (locked || run->lock < 0 || errno != EWOULDBLOCK) return R2S_OK;
  run->there = strlen(run->dir); /* even if made here: the other one writes there soon */
  return r2s_fail(err, R2S_ERR_IO,
                  "%s: another rate2spike is at work in this folder; wait for its end, or take "
                  "another folder",
                  run->dir);
}

static r2s_status open_run(r2s_run **out, const char *dir, const r2s_config *config, bool lock,
                           r2s_error *err) {
  *out = NULL;
  r2s_status st = R2S_OK;
  r2s_run *run = NULL;
  R2S_ALLOC(st, &run, 1, "run", err);
  run->lock = -1;
  run->owner = getpid();
  run->view = dir && !lock;
  run->config = *config;
  R2S_TRY(st, r2s_config_check(config, err));
  r2s_config_complete(&run->config);
  R2S_TRY(st, r2s_config_check(&run->config, err));
  run->opened = run->config.lif.neuron;
  R2S_TRY(st, r2s_task_load(&run->task, config->task, err));
  R2S_TRY(st, check_record(run, err));
  R2S_TRY(st, r2s_run_check_trials(run, run->config.net.n, err));
  R2S_TRY(st, r2s_run_name(run, err));
  if (dir) {
    R2S_TRY(st, check_task_path(dir, config, err));
    run->dir = strdup(dir);
    if (!run->dir) R2S_TRY(st, r2s_fail(err, R2S_ERR_MEMORY, "out of memory for the folder's name"));
    run->there = strlen(dir);
    if (lock) R2S_TRY(st, r2s_run_make_folder(dir, &run->there, err));
    R2S_TRY(st, check_folder(dir, err));
    if (lock) R2S_TRY(st, check_writable(dir, err));
    if (lock) R2S_TRY(st, lock_folder(run, err));
  }
  R2S_TRY(st, r2s_run_json_load(run, err));
  if (lock) R2S_TRY(st, r2s_run_end_removal(run, err));
  *out = run;
  run = NULL;
done:
  r2s_run_close(run);
  return st;
}

r2s_status r2s_run_open(r2s_run **out, const char *dir, const r2s_config *config, r2s_error *err) {
  return open_run(out, dir, config, true, err);
}

r2s_status r2s_run_view(r2s_run **out, const char *dir, const r2s_config *config, r2s_error *err) {
  return open_run(out, dir, config, false, err);
}

void r2s_run_close(r2s_run *run) {
  if (!run) return;
  if (run->dir && run->owner == getpid()) r2s_run_unmake_folder(run->dir, run->there);
  if (run->lock >= 0) {
    if (run->owner == getpid()) flock(run->lock, LOCK_UN); /* a child of a fork shares the lock */
    close(run->lock);
  }
  json_decref(run->json);
  r2s_model_free(&run->model);
  r2s_task_free(&run->task);
  free(run->dir);
  free(run->command);
  free(run);
}
