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
#include "io/io_leftovers.h"
#include "io/io_run_json.h"
#include "run/run_json.h"
#include "run/run_replace.h"

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

static r2s_status name_folder(r2s_run *run, const char *dir, r2s_error *err) {
  run->dir = strdup(dir);
  run->there = strlen(dir);
  return run->dir ? R2S_OK : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for the folder's name");
}

/* What a crash left is mended first: the task that was read may be the new network's. */
static r2s_status end_replacement(const r2s_run *run, r2s_error *err) {
  bool undone;
  const r2s_status st = r2s_run_end_replacement(run, &undone, err);
  if (st != R2S_OK || !undone || r2s_task_is_preset(run->config.task)) return st;
  return r2s_fail(
      err, R2S_ERR_IO,
      "%s: a command was stopped as it put a new network in the earlier one's place; the earlier "
      "one is back, with its task, which may not be the one that was read: give this command again",
      run->dir);
}

static r2s_status find_folder(r2s_run *run, const char *dir, bool lock, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, check_task_path(dir, &run->config, err));
  R2S_TRY(st, name_folder(run, dir, err));
  if (lock) R2S_TRY(st, r2s_run_make_folder(dir, &run->there, err));
  R2S_TRY(st, check_folder(dir, err));
  if (lock) R2S_TRY(st, check_writable(dir, err));
  if (lock) R2S_TRY(st, lock_folder(run, err));
  if (lock) st = end_replacement(run, err);
done:
  return st;
}

r2s_status r2s_run_take_folder(r2s_run *run, const char *dir, r2s_error *err) {
  r2s_status st = find_folder(run, dir, true, err);
  if (st == R2S_OK) st = r2s_run_json_load(run, err);
  return st == R2S_OK ? r2s_run_end_removal(run, err) : st;
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
  if (dir && lock) R2S_TRY(st, r2s_run_take_folder(run, dir, err));
  if (dir && !lock) R2S_TRY(st, find_folder(run, dir, false, err));
  if (!run->json) R2S_TRY(st, r2s_run_json_load(run, err));
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

r2s_status r2s_run_mend(const char *dir, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run *run = NULL;
  char path[R2S_PATH_SIZE];
  bool undone;
  R2S_ALLOC(st, &run, 1, "run", err);
  run->lock = -1;
  run->owner = getpid();
  R2S_TRY(st, name_folder(run, dir, err));
  /* of a folder that can't be looked at the opening tells more */
  if (r2s_run_path(run, R2S_RUN_EARLIER, path, NULL) != R2S_OK || access(path, F_OK) != 0) goto done;
  R2S_TRY(st, check_writable(dir, err));
  R2S_TRY(st, lock_folder(run, err));
  st = r2s_run_end_replacement(run, &undone, err);
done:
  r2s_run_close(run);
  return st;
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
  free(run->nest_python);
  free(run);
}
