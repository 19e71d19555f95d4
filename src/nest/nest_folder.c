/* SPDX-License-Identifier: MIT
 * A private temporary folder for one run of NEST. */
#define _GNU_SOURCE /* nftw */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_embedded.h"
#include "nest/nest_bridge.h"

static r2s_status write_runner(const r2s_nest_folder *folder, r2s_error *err) {
  const r2s_embedded_file *runner = r2s_embedded("runner.py");
  char path[R2S_NEST_PATH];
  if (!runner) return r2s_fail(err, R2S_ERR_IO, "runner.py is not in this build of the library");
  r2s_status st = r2s_nest_folder_file(folder, "runner.py", path, err);
  if (st != R2S_OK) return st;
  FILE *file = fopen(path, "wbe");
  bool written = file && fwrite(runner->data, 1, runner->size, file) == runner->size;
  if (file && fclose(file)) written = false;
  if (!written) return r2s_fail(err, R2S_ERR_IO, "%s: can't be written: %s", path, strerror(errno));
  return R2S_OK;
}

r2s_status r2s_nest_folder_create(r2s_nest_folder *out, r2s_error *err) {
  const char *parent = getenv("TMPDIR");
  if (!parent || !*parent) parent = "/tmp";
  int length = snprintf(out->path, sizeof out->path, "%s/rate2spike-nest-XXXXXX", parent);
  if (length < 0 || (size_t)length >= sizeof out->path) {
    out->path[0] = 0;
    return r2s_fail(err, R2S_ERR_IO, "TMPDIR: a path of %zu characters; expected at most %d", strlen(parent),
                    R2S_NEST_PATH - 32);
  }
  if (!mkdtemp(out->path)) {
    out->path[0] = 0;
    return r2s_fail(err, R2S_ERR_IO, "%s: no temporary folder can be made there: %s", parent,
                    strerror(errno));
  }
  r2s_status st = write_runner(out, err);
  if (st != R2S_OK) r2s_nest_folder_remove(out);
  return st;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
  (void)info, (void)kind, (void)place;
  remove(path); /* what can't be removed is left to the system's cleaning of its temporary files */
  return 0;
}

void r2s_nest_folder_remove(r2s_nest_folder *folder) {
  if (folder->path[0]) nftw(folder->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  folder->path[0] = 0;
}

r2s_status r2s_nest_folder_file(const r2s_nest_folder *folder, const char *name, char *path, r2s_error *err) {
  int length = snprintf(path, R2S_NEST_PATH, "%s/%s", folder->path, name);
  if (length < 0 || length >= R2S_NEST_PATH)
    return r2s_fail(err, R2S_ERR_IO, "%s/%s: path too long", folder->path, name);
  return R2S_OK;
}
