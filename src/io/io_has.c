/* SPDX-License-Identifier: MIT
 * Whether a file is there. */
#include "io/io_has.h"

#include <errno.h>
#include <unistd.h>

bool r2s_io_has(const char *path) {
  return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}
