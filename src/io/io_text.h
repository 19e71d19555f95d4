/* SPDX-License-Identifier: MIT
 * Text that grows, and numbers to and from text in the same way in every locale. */
#ifndef R2S_IO_TEXT_H
#define R2S_IO_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base_error.h"

/* Starts as {0}. Once an allocation has failed it stays failed, and only the end needs a check. */
typedef struct r2s_text {
  char *data; /* has a 0 behind it; NULL while nothing was added */
  size_t size, capacity;
  bool failed;
} r2s_text;

void r2s_text_add(r2s_text *text, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_text_add_args(r2s_text *text, const char *fmt, va_list args) R2S_PRINTF(2, 0);
void r2s_text_put(r2s_text *text, const char *string);
void r2s_text_put_bytes(r2s_text *text, const char *bytes, size_t size);
/* Control characters of a text from a file become '?': printed, they would command the terminal. */
void r2s_text_tame(char *text);
/* In double quotes, with escapes for what YAML would not take as it is. */
void r2s_text_add_quoted(r2s_text *text, const char *value);
/* As a word of a shell's command: in single quotes where it has other than letters, digits and %+,-./:=@_. */
void r2s_text_add_word(r2s_text *text, const char *value);
const char *r2s_text_string(const r2s_text *text); /* "" while empty */
R2S_MUST_CHECK r2s_status r2s_text_check(const r2s_text *text, r2s_error *err);
void r2s_text_free(r2s_text *text);
/* Hands the text over (malloc'ed, "" where nothing was added), or frees it and fails. */
R2S_MUST_CHECK r2s_status r2s_text_take(r2s_text *text, char **out, r2s_error *err);

/* The whole of `text` is a decimal number: [+-] digits [. digits] [e [+-] digits]. No blanks, no hexadecimal,
 * no inf or nan, nothing behind it; false also for a number too large for a double. */
bool r2s_text_to_double(const char *text, double *value);
/* An integer, which may be written 100, 1e2 or 100.0; false where it has a fraction or does not fit. */
bool r2s_text_to_int64(const char *text, int64_t *value);
bool r2s_text_to_uint64(const char *text, uint64_t *value);

enum { R2S_NUMBER_SIZE = 32 };
/* The shortest text that reads back as the same double; "nan", "inf" for what is not finite. */
void r2s_text_from_double(double value, char text[R2S_NUMBER_SIZE]);

/* Number of insertions, deletions, substitutions and swaps of neighbours between a and b (optimal string
 * alignment); names longer than 63 characters count as far away. */
int r2s_text_distance(const char *a, const char *b);

#endif
