/* SPDX-License-Identifier: MIT
 * The table of options: what an option is called, where its value lies in r2s_config, and what it may be. */
#ifndef R2S_CONFIG_TABLE_H
#define R2S_CONFIG_TABLE_H

#include <stddef.h>

#include "base/base_error.h"
#include "rate2spike/config.h"

typedef enum r2s_option_kind {
  R2S_OPTION_INTEGER, /* int */
  R2S_OPTION_SEED,    /* uint64_t */
  R2S_OPTION_NUMBER,  /* double */
  R2S_OPTION_BOOLEAN, /* bool */
  R2S_OPTION_CHOICE,  /* an enum: number of the word in `choices` */
  R2S_OPTION_TEXT,    /* char[256] */
  R2S_OPTION_LIST     /* double[R2S_MAX_SCALES], with its length at count_offset */
} r2s_option_kind;

typedef struct r2s_option {
  const char *key;
  r2s_option_kind kind;
  size_t offset, count_offset; /* in r2s_config */
  const char *unit, *choices;  /* NULL: none */
  double min, max;             /* inclusive */
  bool above_min;              /* min itself is not allowed */
  const char *automatic;       /* not NULL: "auto" (NaN) is allowed, and means this */
  const char *doc, *source;
} r2s_option;

extern const r2s_option r2s_config_options[];

/* Number of the option of that key; -1: none. */
int r2s_config_find(const char *key);
/* The known key nearest to an unknown one; NULL where none is near. */
const char *r2s_config_nearest(const char *key);

/* Gives the options that several models share to every one of them. */
void r2s_config_share(r2s_config *config);
/* The same, and calls set (R2S_ORIGIN_SET) what differs from the defaults and has no other origin. */
void r2s_config_complete(r2s_config *config);

/* The settings of a model. */
const r2s_spike_config *r2s_config_model(const r2s_config *config, r2s_spike_model model);
/* The same of a simulation by its name in run.json ("psc-alpha-matched": that weight); false: no such name.
 */
bool r2s_config_simulation(const r2s_config *config, const char *name, r2s_spike_config *out);

/* Sets option k from a text. The message: key, what was found, what was expected. */
R2S_MUST_CHECK r2s_status r2s_config_parse(r2s_config *config, int k, const char *text, r2s_error *err);
/* Whether x is in the option's range. */
bool r2s_config_in_range(const r2s_option *option, double x);
/* What option k may be: "an integer from 1 to 1000", "one of a, b". */
void r2s_config_expected(int k, char *text, size_t size);

#endif
