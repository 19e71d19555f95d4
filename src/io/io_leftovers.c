/* SPDX-License-Identifier: MIT
 * Names of temporary files, and the end of those that a killed program left. */
#include "io/io_leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void r2s_io_temporary_name(char name[R2S_TEMPORARY_SIZE], int attempt) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(name, R2S_TEMPORARY_SIZE, ".r2s-%ld-%09ld-%d", (long)getpid(), now.tv_nsec, attempt);
}

/* Figures add their name behind the number of the attempt. */
bool r2s_io_is_temporary(const char *name) {
  static const char *const digits = "0123456789";
  if (strncmp(name, ".r2s-", 5) != 0) return false;
  const char *time = name + 5 + strspn(name + 5, digits);
  return *time == '-' && strspn(time + 1, digits) == 9 && time[10] == '-';
}

/* limit: those that were written before. */
static void remove_before(const char *dir, time_t limit) {
  DIR *folder = opendir(dir);
  if (!folder) return;
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    struct stat info;
    if (r2s_io_is_temporary(entry->d_name) &&
        fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode) &&
        info.st_mtime < limit)
      unlinkat(dirfd(folder), entry->d_name, 0);
  }
  closedir(folder);
}

void r2s_io_remove_leftovers(const char *dir) {
  remove_before(dir, time(NULL) - 3600);
}

void r2s_io_remove_temporaries(const char *dir) {
  remove_before(dir, time(NULL) + 3600); /* a file server's clock may be ahead */
}
