/* SPDX-License-Identifier: MIT
 * Puts a new network's files in the place of an earlier one's. Those are set aside first, and come back where
 * a new one is refused. config.yaml, which makes the folder a run's, stays until the new one replaces it, as
 * the last: with that the new network counts. */
#include "run/run_replace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io_atomic.h"
#include "io/io_has.h"
#include "io/io_leftovers.h"
#include "io/io_run_json.h"
#include "run/run_json.h"

/* model.h5, which every network has, moves first and back last: where it is tells what the others are. */
static const char *const moved[] = {"model.h5",      "model.mat", "rate.h5",        "training.csv",
                                    "checkpoint.h5", "run.json",  R2S_RUN_TASK_FILE};
enum { MOVED = sizeof moved / sizeof *moved };

typedef struct places {
  const char *home;
  char next[R2S_PATH_SIZE], earlier[R2S_PATH_SIZE];
} places;

static r2s_status find_places(const r2s_run *run, places *p, r2s_error *err) {
  p->home = run->dir;
  r2s_status st = r2s_run_path(run, R2S_RUN_NEXT, p->next, err);
  return st == R2S_OK ? r2s_run_path(run, R2S_RUN_EARLIER, p->earlier, err) : st;
}

static bool has(const char *folder, const char *name) {
  char path[R2S_PATH_SIZE];
  return r2s_run_path_in(folder, name, path, NULL) == R2S_OK && r2s_io_has(path);
}

/* Does nothing where there is no such file. */
static r2s_status move(const char *from, const char *to, const char *name, r2s_error *err) {
  char old[R2S_PATH_SIZE], new[R2S_PATH_SIZE];
  r2s_status st = r2s_run_path_in(from, name, old, err);
  if (st == R2S_OK) st = r2s_run_path_in(to, name, new, err);
  if (st != R2S_OK || !r2s_io_has(old) || rename(old, new) == 0) return st;
  return r2s_fail(err, R2S_ERR_IO, "can't move %s to %s: %s", old, new, strerror(errno));
}

static r2s_status set_aside(const places *p, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (mkdir(p->earlier, 0777) != 0)
    return r2s_fail(err, R2S_ERR_IO, "%s: can't make this folder: %s", p->earlier, strerror(errno));
  for (int k = 0; k < MOVED; k++) R2S_TRY(st, move(p->home, p->earlier, moved[k], err));
  st = r2s_io_sync_folder(p->earlier, err);
done:
  return st;
}

static r2s_status put_new(const places *p, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int k = 0; k < MOVED; k++) R2S_TRY(st, move(p->next, p->home, moved[k], err));
  R2S_TRY(st, r2s_io_sync_folder(p->home, err));
  R2S_TRY(st, move(p->next, p->home, "config.yaml", err));
done:
  return st;
}

/* Removes what was set aside, and R2S_RUN_NEXT, of which only a killed program's temporary files are left. */
static void forget(const places *p) {
  char path[R2S_PATH_SIZE];
  for (int k = 0; k < MOVED; k++)
    if (r2s_run_path_in(p->earlier, moved[k], path, NULL) == R2S_OK) unlink(path);
  rmdir(p->earlier);
  r2s_io_remove_temporaries(p->next);
  rmdir(p->next);
}

/* The earlier files come back, however far the new ones got. */
static r2s_status undo(const places *p, r2s_error *err) {
  r2s_status st = R2S_OK;
  const bool new_came = !has(p->next, moved[0]);
  for (int k = MOVED; new_came && k-- > 0;) R2S_TRY(st, move(p->home, p->next, moved[k], err));
  for (int k = 0; k < MOVED; k++) R2S_TRY(st, move(p->earlier, p->home, moved[k], err));
  R2S_TRY(st, r2s_io_sync_folder(p->home, err));
  rmdir(p->earlier);
done:
  return st;
}

static void take_over(r2s_run *run, r2s_run *next) {
  json_decref(run->json);
  run->json = next->json;
  next->json = NULL;
  r2s_model_free(&run->model);
  run->model = next->model;
  next->model = (r2s_model){0};
  run->mat_is_old = next->mat_is_old;
  run->config_kept = true;
}

r2s_status r2s_run_put_in_place(r2s_run *run, r2s_run *next, r2s_error *err) {
  r2s_status st = R2S_OK;
  places p;
  R2S_TRY(st, find_places(run, &p, err));
  R2S_TRY(st, r2s_run_check_replaceable(run, err));
  /* what is the earlier network's, and has no new one, is removed then, or by the next command */
  R2S_TRY(st, r2s_run_mark_removal(next, R2S_RUN_NETWORK, err));
  R2S_TRY(st, r2s_run_json_save(next, err));
  st = set_aside(&p, err);
  if (st == R2S_OK) st = put_new(&p, err);
  if (st != R2S_OK) {
    if (undo(&p, NULL) != R2S_OK) st = r2s_fail_context(err, st, "half done, which the next command undoes");
    goto done;
  }
  take_over(run, next);
  forget(&p);
  st = r2s_run_end_removal(run, err);
done:
  return st;
}

r2s_status r2s_run_end_replacement(const r2s_run *run, bool *undone, r2s_error *err) {
  places p;
  *undone = false;
  r2s_status st = find_places(run, &p, err);
  if (st != R2S_OK || !r2s_run_has_file(run, R2S_RUN_EARLIER)) return st;
  if (!has(p.next, "config.yaml")) { /* all had come */
    forget(&p);
    return R2S_OK;
  }
  *undone = true;
  return undo(&p, err);
}
