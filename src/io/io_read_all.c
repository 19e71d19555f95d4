/* SPDX-License-Identifier: MIT
 * Reading a whole file. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base_error.h"
#include "rate2spike/io.h"

/* Reads to the end into *text, which grows from `guess` bytes; 0, or errno (EFBIG: above the limit). */
static int read_bytes(int fd, size_t guess, char **text, size_t *size) {
  size_t capacity = guess + 1, used = 0;
  char *data = malloc(capacity + 1);
  while (data) {
    ssize_t n = read(fd, data + used, capacity - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    used += (size_t)n;
    if (used > R2S_IO_MOST) {
      errno = EFBIG;
      break;
    }
    if (n == 0) {
      data[used] = 0;
      *text = data;
      *size = used;
      return 0;
    }
    if (used < capacity) continue;
    char *larger = realloc(data, 2 * capacity + 1);
    if (!larger) break;
    data = larger;
    capacity *= 2;
  }
  int failed = errno;
  free(data);
  return failed;
}

r2s_status r2s_io_read_all(const char *path, char **text, size_t *size, r2s_error *err) {
  *text = NULL;
  *size = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return r2s_fail(err, R2S_ERR_IO, "can't read %s: %s", path, strerror(errno));
  struct stat info;
  int failed = fstat(fd, &info) != 0 ? errno : 0;
  size_t guess = !failed && S_ISREG(info.st_mode) && info.st_size > 0 ? (size_t)info.st_size : 4096;
  if (!failed && S_ISDIR(info.st_mode)) failed = EISDIR;
  if (!failed && guess > R2S_IO_MOST) failed = EFBIG;
  if (!failed) failed = read_bytes(fd, guess, text, size);
  close(fd);
  if (failed == EFBIG)
    return r2s_fail(err, R2S_ERR_IO, "can't read %s: larger than the limit of %" PRIu64 " bytes", path,
                    R2S_IO_MOST);
  if (failed)
    return r2s_fail(err, failed == ENOMEM ? R2S_ERR_MEMORY : R2S_ERR_IO, "can't read %s: %s", path,
                    strerror(failed));
  return R2S_OK;
}
