/* SPDX-License-Identifier: MIT
 * What --json prints. It is built without a check at each line: what has no memory is NULL as a whole, and
 * cli_json_print says so. The library's base_json.h does the same for run.json; it is not public, and the
 * program sees the public API alone. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>

/* null where x is not finite: JSON has no other word for it. */
json_t *cli_json_number(double x);
/* In a text that is no UTF-8, as the name of a file may be, every byte above 127 becomes '?'. */
json_t *cli_json_string(const char *text);
/* Takes the value (NULL: out of memory). On failure *object is released and NULL. */
void cli_json_add(json_t **object, const char *key, json_t *value);
void cli_json_append(json_t **array, json_t *value);
/* Prints the object on stdout, or an error where it is NULL, and releases it; the exit code. */
int cli_json_print(json_t *object);

#endif
