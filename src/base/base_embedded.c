/* SPDX-License-Identifier: MIT
 * Look-up of embedded files. */
#include "base/base_embedded.h"

#include <string.h>

const r2s_embedded_file *r2s_embedded(const char *name) {
  for (const r2s_embedded_file *f = r2s_embedded_files; f->name; f++)
    if (strcmp(f->name, name) == 0) return f;
  return NULL;
}
