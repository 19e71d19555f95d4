/* SPDX-License-Identifier: MIT
 * The run within a run's folder in which a network is made that is to replace the one there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base_memory.h"
#include "io/io_run_json.h"
#include "report/report_figure.h"
#include "run/run_json.h"
#include "run/run_replace.h"

bool r2s_run_has_earlier(const r2s_run *run) {
  return r2s_run_has_file(run, "model.h5") || r2s_run_has_file(run, "checkpoint.h5") ||
         (run->dir && json_object_size(json_object_get(run->json, "stages")) > 0);
}

bool r2s_run_has_next(const r2s_run *run) {
  return r2s_run_has_file(run, R2S_RUN_NEXT "/config.yaml");
}

bool r2s_run_next_trains(const r2s_run *run) {
  char path[R2S_PATH_SIZE];
  json_t *json;
  if (!r2s_run_has_file(run, R2S_RUN_NEXT "/run.json")) return false;
  if (r2s_run_path(run, R2S_RUN_NEXT "/run.json", path, NULL) != R2S_OK ||
      r2s_io_run_json_load(&json, path, NULL) != R2S_OK)
    return true; /* for all that is known */
  const bool trains = json_is_string(json_object_get(json, "training_hash"));
  json_decref(json);
  return trains;
}

void r2s_run_note_next(r2s_run *run, const r2s_monitor *monitor) {
  if (run->next_told || !r2s_run_next_trains(run)) return;
  run->next_told = true;
  r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                   "%s has the earlier network: the training of a new one was stopped in %s/" R2S_RUN_NEXT
                   "; train --resume -o DIR goes on with it, removing that folder gives it up",
                   run->dir, run->dir);
}

/* *found: whether there is a file of this name. */
static r2s_status check_file(const r2s_run *run, const char *name, bool *found, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  struct stat info;
  r2s_status st = r2s_run_path(run, name, path, err);
  *found = st == R2S_OK && stat(path, &info) == 0;
  if (!*found || S_ISREG(info.st_mode)) return st;
  return r2s_fail(err, R2S_ERR_IO, "%s: found a %s; expected a file that can be replaced, or a free name",
                  path, S_ISDIR(info.st_mode) ? "folder" : "device, pipe or socket");
}

/* Its folder has to let go of them. */
static r2s_status check_figures(const r2s_run *run, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  bool any = false, found;
  r2s_status st = r2s_run_path(run, "figures", path, err);
  for (int k = 0; st == R2S_OK && r2s_figures_files[k]; k++) {
    st = check_file(run, r2s_figures_files[k], &found, err);
    any = any || found;
  }
  if (st != R2S_OK || !any || access(path, W_OK | X_OK) == 0) return st;
  return r2s_fail(err, R2S_ERR_IO, "%s: can't remove the earlier network's figures from this folder: %s",
                  path, strerror(errno));
}

r2s_status r2s_run_check_replaceable(const r2s_run *run, r2s_error *err) {
  r2s_status st = R2S_OK;
  bool found;
  if (!run->dir) return st;
  for (int k = 0; st == R2S_OK && r2s_run_files[k]; k++) st = check_file(run, r2s_run_files[k], &found, err);
  return st == R2S_OK ? check_figures(run, err) : st;
}

r2s_status r2s_run_open_next(r2s_run **out, const r2s_run *run, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run *next = NULL;
  char path[R2S_PATH_SIZE];
  *out = NULL;
  R2S_TRY(st, r2s_run_path(run, R2S_RUN_NEXT, path, err));
  R2S_ALLOC(st, &next, 1, "run", err);
  next->lock = -1;
  next->owner = run->owner;
  next->config = run->config;
  next->opened = run->opened;
  next->task = run->task;
  memcpy(next->hash, run->hash, sizeof next->hash);
  memcpy(next->training, run->training, sizeof next->training);
  memcpy(next->trials, run->trials, sizeof next->trials);
  if (run->command) {
    next->command = strdup(run->command);
    if (!next->command) R2S_TRY(st, r2s_fail(err, R2S_ERR_MEMORY, "out of memory for the command"));
  }
  R2S_TRY(st, r2s_run_take_folder(next, path, err));
  *out = next;
  next = NULL;
done:
  r2s_run_close_next(next);
  return st;
}

void r2s_run_close_next(r2s_run *next) {
  if (next) next->task = (r2s_task){0};
  r2s_run_close(next);
}

/* config.yaml goes last: what a kill leaves is known as a run's. */
static void discard(const r2s_run *next) {
  static const char *const rest[] = {"run.json", R2S_RUN_TASK_FILE, "config.yaml"};
  if (r2s_run_has_file(next, ".earlier")) return; /* half in its place: the next command undoes that */
  if (r2s_run_remove_results(next, R2S_RUN_NOTHING, NULL) != R2S_OK) return;
  for (int k = 0; k < 3; k++)
    if (r2s_run_remove(next, rest[k], NULL) != R2S_OK) return;
  rmdir(next->dir);
}

r2s_status r2s_run_replace(r2s_run *run, r2s_status (*write)(r2s_run *next, void *user, r2s_error *err),
                           void *user, r2s_error *err) {
  r2s_run *next;
  r2s_status st = r2s_run_open_next(&next, run, err);
  if (st != R2S_OK) return st;
  next->model = run->model;
  run->model = (r2s_model){0};
  st = write(next, user, err);
  if (st == R2S_OK) st = r2s_run_put_in_place(run, next, err);
  if (st != R2S_OK) discard(next);
  r2s_run_close_next(next);
  return st;
}
