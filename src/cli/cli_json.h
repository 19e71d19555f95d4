/* SPDX-License-Identifier: MIT
 * What --json prints. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>

/* null where x is not finite: JSON has no other word for it. */
json_t *cli_json_number(double x);
/* Prints the object on stdout, and releases it. */
void cli_json_print(json_t *object);

#endif
