/* SPDX-License-Identifier: MIT
 * A growing string: every data file, script and document of the report is built in one and written at once.
 */
#ifndef R2S_REPORT_TEXT_H
#define R2S_REPORT_TEXT_H

#include <stddef.h>

#include "base/base_error.h"

/* Starts as {0}. Out of memory is remembered, and told once by r2s_text_check. */
typedef struct r2s_text {
  char *data; /* ends with a 0; NULL while empty */
  size_t size, capacity;
  bool failed;
} r2s_text;

void r2s_text_add(r2s_text *text, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_text_put(r2s_text *text, const char *string);
void r2s_text_put_bytes(r2s_text *text, const char *bytes, size_t size);
/* "" while empty */
const char *r2s_text_string(const r2s_text *text);
R2S_MUST_CHECK r2s_status r2s_text_check(const r2s_text *text, r2s_error *err);
void r2s_text_free(r2s_text *text);

#endif
