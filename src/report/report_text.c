/* SPDX-License-Identifier: MIT
 * Adds bytes to a growing text, and ends it. */
#include "report/report_text.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(r2s_text *text, size_t more) {
  if (text->failed) return false;
  if (text->size + more + 1 <= text->capacity) return true;
  size_t capacity = 2 * (text->size + more + 1);
  char *data = capacity < 256 ? realloc(text->data, capacity = 256) : realloc(text->data, capacity);
  if (!data) {
    text->failed = true;
    return false;
  }
  text->data = data;
  text->capacity = capacity;
  return true;
}

void r2s_text_put_bytes(r2s_text *text, const char *bytes, size_t size) {
  if (!reserve(text, size)) return;
  memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = 0;
}

void r2s_text_put(r2s_text *text, const char *string) {
  r2s_text_put_bytes(text, string, strlen(string));
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
