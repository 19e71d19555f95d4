/* SPDX-License-Identifier: MIT
 * Files that tell of each other are written together. */
#ifndef R2S_IO_ATOMIC_H
#define R2S_IO_ATOMIC_H

#include "rate2spike/io.h"

typedef struct r2s_io_file {
  const char *path;
  const void *bytes;
  size_t size;
} r2s_io_file;

/* Writes n files, 1 or more: their bytes are on the disk before the first gets its name, so that a full disk
 * leaves all of them as they were; where a name is refused (R2S_ERR_IO), the files before it have theirs.
 * Errors: R2S_ERR_IO, R2S_ERR_MEMORY. */
R2S_MUST_CHECK r2s_status r2s_io_write_together(const r2s_io_file *files, int n, r2s_error *err);

/* Makes names that were given or taken in a folder durable, as far as its file system can. */
R2S_MUST_CHECK r2s_status r2s_io_sync_folder(const char *folder, r2s_error *err);

#endif
