/* SPDX-License-Identifier: MIT
 * Tells figures of earlier results from those of the present ones, whatever the times of their files are: a
 * record beside them names the results that they were drawn from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "io/io_has.h"
#include "io/io_sha256.h"
#include "report/report_figure.h"

/* Names run.json's results by a hash. It changes whenever a stage is run again: the seconds that this took
 * are among the results. */
static bool name_results(const r2s_folder *folder, char line[66]) {
  static const char *const members[] = {"stages", "certificate"};
  json_t *results = json_object();
  for (int k = 0; k < 2; k++) {
    json_t *member = json_object_get(folder->run, members[k]);
    r2s_json_add(&results, members[k], member ? json_incref(member) : json_null());
  }
  char *text = results ? r2s_json_text(results) : NULL;
  json_decref(results);
  if (!text) return false;
  r2s_sha256(text, strlen(text), line);
  strcpy(line + 64, "\n");
  free(text);
  return true;
}

r2s_status r2s_drawn_record(const r2s_folder *folder, r2s_error *err) {
  char line[66], path[4200];
  if (!name_results(folder, line)) return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
  r2s_folder_path(folder, R2S_DRAWN_FROM, path, sizeof path);
  return r2s_io_write_atomic(path, line, strlen(line), err);
}

static bool has_figures(const r2s_folder *folder) {
  char name[32], path[4200];
  for (int k = 1; k <= R2S_FIGURES; k++) {
    snprintf(name, sizeof name, "figures/fig%d.png", k);
    r2s_folder_path(folder, name, path, sizeof path);
    if (r2s_io_has(path)) return true;
  }
  return false;
}

bool r2s_drawn_is_old(const r2s_folder *folder) {
  char line[66], path[4200], *found = NULL;
  size_t size;
  if (!has_figures(folder) || !name_results(folder, line)) return false;
  r2s_folder_path(folder, R2S_DRAWN_FROM, path, sizeof path);
  const bool same = r2s_io_read_all(path, &found, &size, NULL) == R2S_OK && strcmp(found, line) == 0;
  free(found);
  return !same;
}
