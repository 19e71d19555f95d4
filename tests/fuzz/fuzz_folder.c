/* SPDX-License-Identifier: MIT
 * The folder of a harness, and what LeakSanitizer shall not tell. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

/* Of a damaged file HDF5 1.10 itself keeps some memory; ours is all given back. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
  return "leak:libhdf5";
}

static char folder[512], path[640];

static void remove_folder(void) {
  if (*path) unlink(path);
  rmdir(folder);
}

const char *fuzz_folder(void) {
  if (*folder) return folder;
  const char *parent = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.480s/r2s-fuzz-XXXXXX", parent && *parent ? parent : "/tmp");
  FUZZ_EXPECT(mkdtemp(folder));
  atexit(remove_folder);
  return folder;
}

const char *fuzz_write(const char *name, const void *bytes, size_t size) {
  const char *dir = fuzz_folder();
  if (*path) unlink(path);
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *file = fopen(path, "wb");
  FUZZ_EXPECT(file);
  FUZZ_EXPECT(fwrite(bytes, 1, size, file) == size);
  FUZZ_EXPECT(fclose(file) == 0);
  return path;
}
