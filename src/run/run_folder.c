/* SPDX-License-Identifier: MIT
 * Files of a run's folder. */
#include "run/run_folder.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/io_has.h"
#include "report/report_figure.h"

r2s_status r2s_run_path_in(const char *dir, const char *name, char path[R2S_PATH_SIZE], r2s_error *err) {
  const int n = snprintf(path, R2S_PATH_SIZE, "%s/%s", dir, name);
  if (n >= 0 && n < R2S_PATH_SIZE) return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO,
                  "%.200s...: the folder's path is too long; expected less than %d characters", dir,
                  R2S_PATH_SIZE);
}

r2s_status r2s_run_path(const r2s_run *run, const char *name, char path[R2S_PATH_SIZE], r2s_error *err) {
  if (!run->dir) return r2s_fail(err, R2S_ERR_ARG, "%s: this run has no folder", name);
  return r2s_run_path_in(run->dir, name, path, err);
}

bool r2s_run_has_file(const r2s_run *run, const char *name) {
  char path[R2S_PATH_SIZE];
  return run->dir && r2s_run_path(run, name, path, NULL) == R2S_OK && r2s_io_has(path);
}

r2s_status r2s_run_refuse_view(const r2s_run *run, r2s_error *err) {
  if (!run->view) return R2S_OK;
  return r2s_fail(err, R2S_ERR_ARG,
                  "%s: this run was opened to look at (r2s_run_view); expected r2s_run_open", run->dir);
}

r2s_status r2s_run_remove(const r2s_run *run, const char *name, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  char path[R2S_PATH_SIZE];
  r2s_status st = r2s_run_refuse_view(run, err);
  if (st == R2S_OK) st = r2s_run_path(run, name, path, err);
  if (st != R2S_OK) return st;
  if (!r2s_io_has(path)) return R2S_OK; /* unlink may say first that a disk is read-only */
  if (unlink(path) != 0 && errno != ENOENT)
    return r2s_fail(err, R2S_ERR_IO, "%s: can't remove it: %s", path, strerror(errno));
  return R2S_OK;
}

/* Only what stage figures wrote: the folder stays where the user keeps something there. */
static r2s_status remove_figures(const r2s_run *run, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  if (!r2s_run_has_file(run, "figures/.")) return R2S_OK;
  for (int k = 0; r2s_figures_files[k]; k++) {
    r2s_status st = r2s_run_remove(run, r2s_figures_files[k], err);
    if (st != R2S_OK) return st;
  }
  if (r2s_run_path(run, "figures", path, NULL) == R2S_OK) rmdir(path);
  return R2S_OK;
}

/* In this order: first what may be kept (r2s_run_kept). */
enum { TRAINING_FILES = 2, NETWORK_FILES = 5 };
const char *const r2s_run_files[] = {"checkpoint.h5",
                                     "training.csv",
                                     "model.h5",
                                     "model.mat",
                                     "rate.h5",
                                     "conversion.csv",
                                     "curve.csv",
                                     "certificate.csv",
                                     "spikes_lif_native.h5",
                                     "spikes_lif-unit_native.h5",
                                     "spikes_psc-dexp_native.h5",
                                     "spikes_psc-alpha_native.h5",
                                     "spikes_psc-alpha-matched_native.h5",
                                     "spikes_psc-dexp_nest.h5",
                                     "spikes_psc-alpha_nest.h5",
                                     "spikes_psc-alpha-matched_nest.h5",
                                     "REPORT.md",
                                     "report.html",
                                     "run.json",
                                     R2S_RUN_TASK_FILE,
                                     "config.yaml",
                                     NULL};

r2s_status r2s_run_remove_results(const r2s_run *run, r2s_run_kept kept, r2s_error *err) {
  static const int first[] = {
      [R2S_RUN_NOTHING] = 0, [R2S_RUN_TRAINING] = TRAINING_FILES, [R2S_RUN_NETWORK] = NETWORK_FILES};
  r2s_status st = R2S_OK;
  for (int k = first[kept]; strcmp(r2s_run_files[k], "run.json") != 0 && st == R2S_OK; k++)
    st = r2s_run_remove(run, r2s_run_files[k], err);
  return st == R2S_OK ? remove_figures(run, err) : st;
}

r2s_status r2s_run_write(const r2s_run *run, const char *name, const char *text, size_t size,
                         r2s_error *err) {
  if (!run->dir) return R2S_OK;
  char path[R2S_PATH_SIZE];
  r2s_status st = r2s_run_refuse_view(run, err);
  if (st == R2S_OK) st = r2s_run_path(run, name, path, err);
  return st == R2S_OK ? r2s_io_write_atomic(path, text, size, err) : st;
}

void r2s_run_text_open(r2s_run_text *text) {
  *text = (r2s_run_text){.locale = r2s_locale_c()};
}

r2s_status r2s_run_text_write(r2s_run_text *text, const r2s_run *run, const char *name, r2s_error *err) {
  if (text->csv.failed) return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for %s", name);
  return r2s_run_write(run, name, text->csv.data, text->csv.size, err);
}

void r2s_run_text_free(r2s_run_text *text) {
  r2s_locale_restore(text->locale);
  r2s_text_free(&text->csv);
  *text = (r2s_run_text){0};
}

void r2s_run_text_number(r2s_run_text *text, double x) {
  if (isfinite(x))
    r2s_text_add(&text->csv, ",%.9g", x);
  else
    r2s_text_add(&text->csv, ",");
}
