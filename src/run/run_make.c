/* SPDX-License-Identifier: MIT
 * Makes a run's folder, and takes it away where nothing came into it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/run_folder.h"

r2s_status r2s_run_make_folder(const char *dir, size_t *there, r2s_error *err) {
  char path[R2S_PATH_SIZE];
  size_t length = strlen(dir);
  if (length == 0 || length >= sizeof path)
    return r2s_fail(err, R2S_ERR_ARG, "folder \"%.200s\": expected a path of 1 to %zu characters", dir,
                    sizeof path - 1);
  memcpy(path, dir, length + 1);
  *there = 0;
  bool made = false;
  for (size_t k = 1; k <= length; k++) {
    if (path[k] != '/' && path[k] != 0) continue;
    char kept = path[k];
    path[k] = 0;
    if (mkdir(path, 0777) == 0)
      made = true;
    else if (errno != EEXIST)
      return r2s_fail(err, R2S_ERR_IO, "%s: can't make this folder: %s", path, strerror(errno));
    if (!made) *there = k;
    path[k] = kept;
  }
  struct stat info;
  if (stat(dir, &info) != 0 || !S_ISDIR(info.st_mode))
    return r2s_fail(err, R2S_ERR_IO, "%s: not a folder; expected a folder, or a name that is free", dir);
  return R2S_OK;
}

void r2s_run_unmake_folder(const char *dir, size_t there) {
  char path[R2S_PATH_SIZE];
  snprintf(path, sizeof path, "%s", dir);
  for (size_t k = strlen(path); k > there; k--) {
    if (path[k] != '/' && path[k] != 0) continue;
    path[k] = 0;
    rmdir(path); /* what has files stays */
  }
}
