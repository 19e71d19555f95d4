/* SPDX-License-Identifier: MIT
 * What run.json says a run found, as the summary prints it. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include <jansson.h>
#include <math.h>

#include "rate2spike/convert.h"

static inline double cli_found_number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/* A share in percent with one decimal, without what its 12 digits add: 0.6275 is 62.75, not a little less.
 * None is rounded up to a limit of the verdict, or to all. */
static inline double cli_found_percent(const json_t *object, const char *key) {
  const double exact = round(1e8 * cli_found_number(object, key)) / 1e6, shown = round(10 * exact) / 10;
  const bool limit = shown == 100 * R2S_CONVERTS_FROM || shown == 100 * R2S_IN_PART_FROM || shown == 100;
  return limit && exact < shown ? shown - 0.1 : shown;
}

/* Bounds of an accuracy in percent, rounded outwards: 94.97 does not reach 95. */
static inline double cli_found_low(const json_t *accuracy) {
  return floor(1e3 * json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 0)) + 1e-6) / 10;
}

static inline double cli_found_high(const json_t *accuracy) {
  return ceil(1e3 * json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 1)) - 1e-6) / 10;
}

/* "" or "seed 1, task ...": what a result has trials of, where the certificate is about others. */
const char *cli_found_other_trials(const json_t *certificate, const json_t *result);
/* The certificate in words: verdict, what it hangs on, what was not judged. */
void cli_found_certificate(const json_t *certificate, const json_t *stages);
/* The command that simulates at the search's scale, where lif does better there; word: the folder as a shell
 * takes it. */
void cli_found_better_scale(const json_t *better, const char *word);

#endif
