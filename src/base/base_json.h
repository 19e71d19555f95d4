/* SPDX-License-Identifier: MIT
 * Building JSON without a check at each line: what has no memory is NULL as a whole, and stays so. */
#ifndef R2S_BASE_JSON_H
#define R2S_BASE_JSON_H

#include <jansson.h>

/* Takes the value (NULL: out of memory). On failure *object is released and NULL. */
void r2s_json_add(json_t **object, const char *key, json_t *value);
void r2s_json_append(json_t **array, json_t *value);
/* In a text that is no UTF-8, as the name of a file may be, every byte above 127 becomes '?'. */
json_t *r2s_json_string(const char *text);
/* NaN where it is no number, as null. */
double r2s_json_number(const json_t *value);
/* malloc'ed; NULL: out of memory. */
char *r2s_json_text(const json_t *json);

#endif
