/* SPDX-License-Identifier: MIT
 * Growing text; numbers to and from text; the distance between two names. */
#include "io/io_text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_locale.h"
#include "base/base_utf8.h"

static bool reserve(r2s_text *text, size_t more) {
  if (text->failed || more > SIZE_MAX / 4 || text->size > SIZE_MAX / 4) return false;
  size_t need = text->size + more + 1;
  if (need <= text->capacity) return true;
  size_t capacity = text->capacity ? text->capacity : 256;
  while (capacity < need) capacity *= 2;
  char *data = realloc(text->data, capacity);
  if (!data) return false;
  text->data = data;
  text->capacity = capacity;
  return true;
}

void r2s_text_add_args(r2s_text *text, const char *fmt, va_list args) {
  va_list again;
  va_copy(again, args);
  const size_t room = text->capacity - text->size;
  const int n = vsnprintf(room ? text->data + text->size : NULL, room, fmt, args);
  if (n < 0 || !reserve(text, (size_t)n)) {
    text->failed = true;
  } else {
    if ((size_t)n >= room) vsnprintf(text->data + text->size, (size_t)n + 1, fmt, again);
    text->size += (size_t)n;
  }
  va_end(again);
}

void r2s_text_add(r2s_text *text, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  r2s_text_add_args(text, fmt, args);
  va_end(args);
}

void r2s_text_put_bytes(r2s_text *text, const char *bytes, size_t size) {
  if (!reserve(text, size)) {
    text->failed = true;
    return;
  }
  memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = 0;
}

void r2s_text_put(r2s_text *text, const char *string) {
  r2s_text_put_bytes(text, string, strlen(string));
}

void r2s_text_tame(char *text) {
  for (size_t length; *text; text += length) {
    uint32_t code;
    length = r2s_utf8_next(text, &code);
    if (length == 0) length = 1, code = (unsigned char)*text; /* no UTF-8: a byte as Latin-1 has it */
    if (r2s_utf8_is_control(code)) memset(text, '?', length);
  }
}

/* Controls (U+0085 ends a line), the other ends of lines, and what is no character. */
static bool is_escaped(uint32_t code) {
  return r2s_utf8_is_control(code) || code == 0x2028 || code == 0x2029 || code == 0xfeff || code == 0xfffe ||
         code == 0xffff;
}

void r2s_text_add_quoted(r2s_text *text, const char *value) {
  r2s_text_add(text, "\"");
  for (size_t length; *value; value += length) {
    uint32_t code = (unsigned char)*value;
    length = r2s_utf8_next(value, &code);
    if (length == 0) { /* no UTF-8: a byte as it is */
      r2s_text_add(text, "%c", *value);
      length = 1;
    } else if (*value == '"' || *value == '\\') {
      r2s_text_add(text, "\\%c", *value);
    } else if (is_escaped(code)) {
      r2s_text_add(text, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
    } else {
      r2s_text_put_bytes(text, value, length);
    }
  }
  r2s_text_add(text, "\"");
}

void r2s_text_add_word(r2s_text *text, const char *value) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (*value && value[strspn(value, plain)] == 0) {
    r2s_text_add(text, "%s", value);
    return;
  }
  r2s_text_add(text, "'");
  for (const char *c = value; *c; c++) r2s_text_add(text, *c == '\'' ? "'\\%c'" : "%c", *c);
  r2s_text_add(text, "'");
}

r2s_status r2s_text_take(r2s_text *text, char **out, r2s_error *err) {
  *out = NULL;
  if (!text->failed) r2s_text_add(text, "%s", "");
  if (text->failed) {
    r2s_text_free(text);
    return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for a text");
  }
  *out = text->data;
  *text = (r2s_text){0};
  return R2S_OK;
}

const char *r2s_text_string(const r2s_text *text) {
  return text->data ? text->data : "";
}

r2s_status r2s_text_check(const r2s_text *text, r2s_error *err) {
  return text->failed ? r2s_fail(err, R2S_ERR_MEMORY, "out of memory for a text of %zu bytes", text->size)
                      : R2S_OK;
}

void r2s_text_free(r2s_text *text) {
  free(text->data);
  *text = (r2s_text){0};
}

static const char *skip_digits(const char *p) {
  while (*p >= '0' && *p <= '9') p++;
  return p;
}

static bool is_decimal(const char *p) {
  if (*p == '+' || *p == '-') p++;
  const char *whole = p;
  p = skip_digits(p);
  size_t digits = (size_t)(p - whole);
  if (*p == '.') {
    const char *fraction = ++p;
    p = skip_digits(p);
    digits += (size_t)(p - fraction);
  }
  if (!digits) return false;
  if (*p == 'e' || *p == 'E') {
    p++;
    if (*p == '+' || *p == '-') p++;
    const char *exponent = p;
    p = skip_digits(p);
    if (p == exponent) return false;
  }
  return *p == 0;
}

bool r2s_text_to_double(const char *text, double *value) {
  if (!is_decimal(text)) return false;
  const r2s_locale locale = r2s_locale_c();
  double x = strtod(text, NULL);
  r2s_locale_restore(locale);
  if (!isfinite(x)) return false;
  *value = x;
  return true;
}

/* Whether an integer is all digits: it is read exactly then, and by way of a double, of 53 bits, else. */
static bool plain_digits(const char *text) {
  return *text && *skip_digits(text) == 0;
}

bool r2s_text_to_uint64(const char *text, uint64_t *value) {
  if (plain_digits(text)) {
    errno = 0;
    unsigned long long x = strtoull(text, NULL, 10);
    if (errno || x > UINT64_MAX) return false;
    *value = x;
    return true;
  }
  int64_t x;
  if (!r2s_text_to_int64(text, &x) || x < 0) return false;
  *value = (uint64_t)x;
  return true;
}

bool r2s_text_to_int64(const char *text, int64_t *value) {
  bool sign = *text == '+' || *text == '-';
  if (plain_digits(text + sign)) {
    errno = 0;
    long long x = strtoll(text, NULL, 10);
    if (errno) return false;
    *value = x;
    return true;
  }
  double x;
  if (!r2s_text_to_double(text, &x) || x != floor(x) || fabs(x) > 9007199254740992.0) return false;
  *value = (int64_t)x;
  return true;
}

void r2s_text_from_double(double value, char text[R2S_NUMBER_SIZE]) {
  char shortest[R2S_NUMBER_SIZE];
  const r2s_locale locale = r2s_locale_c();
  if (!isfinite(value)) {
    snprintf(shortest, sizeof shortest, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
  } else if (fabs(value) < 1e15 && value == floor(value)) { /* 100, not 1e+02 */
    snprintf(shortest, sizeof shortest, "%.0f", value);
  } else {
    for (int digits = 1; digits <= 17; digits++) {
      snprintf(shortest, sizeof shortest, "%.*g", digits, value);
      if (strtod(shortest, NULL) == value) break;
    }
  }
  r2s_locale_restore(locale);
  memcpy(text, shortest, sizeof shortest);
}

int r2s_text_distance(const char *a, const char *b) {
  enum { MAX = 63 };
  size_t na = strlen(a), nb = strlen(b);
  if (na > MAX || nb > MAX) return INT_MAX;
  int row[3][MAX + 1]; /* rows i, i - 1, i - 2 of the table of distances between prefixes */
  for (size_t j = 0; j <= nb; j++) row[0][j] = (int)j;
  for (size_t i = 1; i <= na; i++) {
    memcpy(row[2], row[1], sizeof row[2]);
    memcpy(row[1], row[0], sizeof row[1]);
    row[0][0] = (int)i;
    for (size_t j = 1; j <= nb; j++) {
      int best = row[1][j - 1] + (a[i - 1] != b[j - 1]);
      if (row[1][j] + 1 < best) best = row[1][j] + 1;
      if (row[0][j - 1] + 1 < best) best = row[0][j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && row[2][j - 2] + 1 < best)
        best = row[2][j - 2] + 1;
      row[0][j] = best;
    }
  }
  return row[0][nb];
}
