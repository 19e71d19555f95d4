/* SPDX-License-Identifier: MIT
 * Atomic writing: a file appears under its name complete or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base_error.h"
#include "io/io_leftovers.h"
#include "rate2spike/io.h"

/* The folder of path, malloc'ed: "a/b" -> "a", "b" -> ".", "/b" -> "/". */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return strdup(".");
  return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Creates a file of a new name in folder; its path in *temp (malloc'ed). The name does not grow with the
 * target's, which may be as long as the file system allows. */
static r2s_status create_temporary(const char *folder, const char *path, char **temp, int *fd,
                                   r2s_error *err) {
  char name[R2S_TEMPORARY_SIZE];
  size_t size = strlen(folder) + sizeof name + 8;
  *temp = malloc(size);
  if (!*temp) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for its temporary name", path);
  for (int attempt = 0; attempt < 100; attempt++) {
    r2s_io_temporary_name(name, attempt);
    snprintf(*temp, size, "%s/%s.tmp", folder, name);
    *fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (*fd >= 0) return R2S_OK;
    if (errno != EEXIST) break;
  }
  r2s_status st = r2s_fail(err, R2S_ERR_IO, "can't write %s: %s (folder %s)", path, strerror(errno), folder);
  free(*temp);
  *temp = NULL;
  return st;
}

/* 0, or errno. */
static int write_bytes(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes += n;
    size -= (size_t)n;
  }
  return fsync(fd) == 0 ? 0 : errno;
}

/* Makes the new name durable. File systems that can't sync a folder say EINVAL; the data itself is safe. */
static int sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == EACCES ? 0 : errno;
  int failed = fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
  close(fd);
  return failed;
}

/* A rename would put a file in the place of a device or a pipe, even of the machine's /dev/null. */
static r2s_status check_target(const char *path, r2s_error *err) {
  struct stat info;
  if (stat(path, &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)) return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO,
                  "can't write %s: found a device, pipe or socket; expected a file or a free name", path);
}

r2s_status r2s_io_write_atomic(const char *path, const void *bytes, size_t size, r2s_error *err) {
  r2s_status st;
  char *folder = folder_of(path), *temp = NULL;
  int fd = -1, failed = 0;
  if (!folder) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for the name of its folder", path);
  R2S_TRY(st, check_target(path, err));
  R2S_TRY(st, create_temporary(folder, path, &temp, &fd, err));
  failed = write_bytes(fd, bytes, size);
  if (close(fd) != 0 && !failed) failed = errno;
  if (!failed && rename(temp, path) != 0) failed = errno;
  if (failed) {
    unlink(temp);
  } else {
    failed = sync_folder(folder);
  }
  if (failed) st = r2s_fail(err, R2S_ERR_IO, "can't write %s (%zu bytes): %s", path, size, strerror(failed));
done:
  free(temp);
  free(folder);
  return st;
}
