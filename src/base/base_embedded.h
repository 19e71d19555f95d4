/* SPDX-License-Identifier: MIT
 * Files of the source tree that the program carries inside (cmake/embed.cmake). */
#ifndef R2S_BASE_EMBEDDED_H
#define R2S_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct r2s_embedded_file {
  const char *name;
  const char *data; /* has a 0 behind it */
  size_t size;
} r2s_embedded_file;

/* Ends with a name of NULL. */
extern const r2s_embedded_file r2s_embedded_files[];

/* NULL where there is none of that name. */
const r2s_embedded_file *r2s_embedded(const char *name);

#endif
