/* SPDX-License-Identifier: MIT
 * Atomic writing: a file appears under its name complete or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base_error.h"
#include "io/io_atomic.h"
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

/* Makes the new name durable; 0, or errno. No failure where a folder can't be synced, by its file system
 * (EINVAL, ENOTSUP) or without permission to read it: the file's data is safe all the same. */
static int sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == EACCES ? 0 : errno;
  int failed = fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
  close(fd);
  return failed;
}

/* A link such as /dev/stdout. What it leads to may be a file. */
static bool is_link_to_stream(const char *path) {
  char target[sizeof "/proc/"];
  const ssize_t n = readlink(path, target, sizeof target);
  return (n >= 6 && memcmp(target, "/proc/", 6) == 0) || (n >= 3 && memcmp(target, "fd/", 3) == 0);
}

/* A rename would put a file in the place of a device or a pipe, even of the machine's /dev/null. */
static r2s_status check_target(const char *path, r2s_error *err) {
  struct stat info;
  if ((stat(path, &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)) && !is_link_to_stream(path))
    return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO,
                  "can't write %s: found a device, pipe or socket; expected a file or a free name", path);
}

static r2s_status refuse(const r2s_io_file *file, int failed, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_IO, "can't write %s (%zu bytes): %s", file->path, file->size,
                  strerror(failed));
}

/* A file on its way: its bytes are in a temporary one. */
typedef struct pending {
  char *folder, *temp; /* temp: NULL where there is none (any more) */
} pending;

static r2s_status write_temporary(const r2s_io_file *file, pending *to, r2s_error *err) {
  int fd = -1, failed;
  if (file->size > R2S_IO_MOST)
    return r2s_fail(err, R2S_ERR_IO,
                    "can't write %s: %zu bytes; expected at most %" PRIu64 ", as files are read", file->path,
                    file->size, R2S_IO_MOST);
  to->folder = folder_of(file->path);
  if (!to->folder)
    return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for the name of its folder", file->path);
  r2s_status st = check_target(file->path, err);
  if (st == R2S_OK) st = create_temporary(to->folder, file->path, &to->temp, &fd, err);
  if (st != R2S_OK) return st;
  failed = write_bytes(fd, file->bytes, file->size);
  if (close(fd) != 0 && !failed) failed = errno;
  return failed ? refuse(file, failed, err) : R2S_OK;
}

static r2s_status give_name(const r2s_io_file *file, pending *from, r2s_error *err) {
  if (rename(from->temp, file->path) != 0) return refuse(file, errno, err);
  free(from->temp);
  from->temp = NULL;
  return R2S_OK;
}

static r2s_status keep_name(const r2s_io_file *file, const pending *named, r2s_error *err) {
  const int failed = sync_folder(named->folder);
  return failed ? refuse(file, failed, err) : R2S_OK;
}

static void forget(pending *p) {
  if (p->temp) unlink(p->temp);
  free(p->temp);
  free(p->folder);
}

r2s_status r2s_io_write_together(const r2s_io_file *files, int n, r2s_error *err) {
  r2s_status st = R2S_OK;
  pending *all = calloc((size_t)n, sizeof *all);
  if (!all) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory to write it", files[0].path);
  for (int k = 0; k < n && st == R2S_OK; k++) st = write_temporary(&files[k], &all[k], err);
  for (int k = 0; k < n && st == R2S_OK; k++) st = give_name(&files[k], &all[k], err);
  for (int k = 0; k < n && st == R2S_OK; k++) st = keep_name(&files[k], &all[k], err);
  for (int k = 0; k < n; k++) forget(&all[k]);
  free(all);
  return st;
}

r2s_status r2s_io_sync_folder(const char *folder, r2s_error *err) {
  const int failed = sync_folder(folder);
  return failed ? r2s_fail(err, R2S_ERR_IO, "can't write to %s: %s", folder, strerror(failed)) : R2S_OK;
}

r2s_status r2s_io_write_atomic(const char *path, const void *bytes, size_t size, r2s_error *err) {
  const r2s_io_file file = {path, bytes, size};
  return r2s_io_write_together(&file, 1, err);
}
