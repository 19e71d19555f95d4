/* SPDX-License-Identifier: MIT
 * More of r2s_text (io_text.h): every data file, script and document of the report is built in one and
 * written at once. */
#ifndef R2S_REPORT_TEXT_H
#define R2S_REPORT_TEXT_H

#include "io/io_text.h"

void r2s_text_put(r2s_text *text, const char *string);
void r2s_text_put_bytes(r2s_text *text, const char *bytes, size_t size);
/* "" while empty */
const char *r2s_text_string(const r2s_text *text);
R2S_MUST_CHECK r2s_status r2s_text_check(const r2s_text *text, r2s_error *err);
void r2s_text_free(r2s_text *text);

#endif
