/* SPDX-License-Identifier: MIT
 * What --json prints. */
#include "cli_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

json_t *cli_json_number(double x) {
  return isfinite(x) ? json_real(x) : json_null();
}

json_t *cli_json_string(const char *text) {
  json_t *string = json_string(text);
  char *ascii = string ? NULL : strdup(text);
  if (!ascii) return string;
  for (char *c = ascii; *c; c++)
    if ((unsigned char)*c > 127) *c = '?';
  string = json_string(ascii);
  free(ascii);
  return string;
}

void cli_json_add(json_t **object, const char *key, json_t *value) {
  if (json_object_set_new(*object, key, value) == 0) return;
  json_decref(*object);
  *object = NULL;
}

void cli_json_append(json_t **array, json_t *value) {
  if (json_array_append_new(*array, value) == 0) return;
  json_decref(*array);
  *array = NULL;
}

/* Not json_dumps: where its buffer can't grow it may leave out a key. */
int cli_json_print(json_t *object) {
  const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(12), size = json_dumpb(object, NULL, 0, flags);
  char *text = size ? malloc(size) : NULL;
  const bool whole = text && json_dumpb(object, text, size, flags) == size;
  if (whole) {
    fwrite(text, 1, size, stdout);
    putchar('\n');
  } else {
    cli_error("out of memory");
  }
  free(text);
  json_decref(object);
  return whole ? CLI_OK : CLI_FAILED;
}
