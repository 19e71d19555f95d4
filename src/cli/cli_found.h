/* SPDX-License-Identifier: MIT
 * Numbers and texts of run.json, as the summary prints them. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include <jansson.h>

#include "rate2spike/convert.h"

static inline double cli_found_number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

static inline double cli_found_percent(const json_t *object, const char *key) {
  return r2s_convert_percent(cli_found_number(object, key));
}

/* "?" where there is none: the file may have been edited. */
static inline const char *cli_found_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "?";
}

/* Bounds of an accuracy in percent, rounded outwards: 94.97 does not reach 95. */
static inline double cli_found_low(const json_t *accuracy) {
  return r2s_convert_low_percent(json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 0)));
}

static inline double cli_found_high(const json_t *accuracy) {
  return r2s_convert_high_percent(json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 1)));
}

#endif
