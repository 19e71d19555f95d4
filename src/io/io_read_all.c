/* SPDX-License-Identifier: MIT
 * Reading a whole file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base_error.h"
#include "rate2spike/io.h"

r2s_status r2s_io_read_all(const char *path, char **text, size_t *size, r2s_error *err) {
  r2s_status st = R2S_OK;
  char *data = NULL;
  struct stat info;
  *text = NULL, *size = 0;
  FILE *file = NULL;
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) { /* opening a pipe would wait for its writer */
    st = r2s_fail(err, R2S_ERR_IO, "%s: not a regular file", path);
    goto done;
  }
  file = fopen(path, "rb");
  if (!file || fstat(fileno(file), &info) != 0) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: can't be opened: %s", path, strerror(errno));
    goto done;
  }
  data = malloc((size_t)info.st_size + 1);
  if (!data) {
    st = r2s_fail(err, R2S_ERR_MEMORY, "%s: out of memory for %lld bytes", path, (long long)info.st_size);
    goto done;
  }
  if (fread(data, 1, (size_t)info.st_size, file) != (size_t)info.st_size) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: reading failed: %s", path,
                  ferror(file) ? strerror(errno) : "it became shorter meanwhile");
    goto done;
  }
  data[info.st_size] = 0;
  *text = data, *size = (size_t)info.st_size;
  data = NULL;
done:
  free(data);
  if (file) fclose(file);
  return st;
}
