/* SPDX-License-Identifier: MIT
 * What --json prints. */
#include "cli_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

json_t *cli_json_number(double x) {
  return isfinite(x) ? json_real(x) : json_null();
}

void cli_json_print(json_t *object) {
  char *text = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
  if (text) puts(text);
  free(text);
  json_decref(object);
}
