/* SPDX-License-Identifier: MIT
 * JSON objects, lists and texts that are whole or NULL. */
#include "base/base_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void r2s_json_add(json_t **object, const char *key, json_t *value) {
  if (json_object_set_new(*object, key, value) == 0) return;
  json_decref(*object);
  *object = NULL;
}

void r2s_json_append(json_t **array, json_t *value) {
  if (json_array_append_new(*array, value) == 0) return;
  json_decref(*array);
  *array = NULL;
}

json_t *r2s_json_string(const char *text) {
  json_t *string = json_string(text);
  char *ascii = string ? NULL : strdup(text);
  if (!ascii) return string;
  for (char *c = ascii; *c; c++)
    if ((unsigned char)*c > 127) *c = '?';
  string = json_string(ascii);
  free(ascii);
  return string;
}

double r2s_json_number(const json_t *value) {
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Not json_dumps: where its buffer can't grow it may leave out a key. */
char *r2s_json_text(const json_t *json) {
  const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(12), size = json_dumpb(json, NULL, 0, flags);
  char *text = size ? malloc(size + 1) : NULL;
  if (!text) return NULL;
  if (json_dumpb(json, text, size, flags) == size) {
    text[size] = 0;
    return text;
  }
  free(text);
  return NULL;
}
