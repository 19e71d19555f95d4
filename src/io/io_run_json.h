/* SPDX-License-Identifier: MIT
 * run.json as a folder has it (docs/formats.md). */
#ifndef R2S_IO_RUN_JSON_H
#define R2S_IO_RUN_JSON_H

#include <jansson.h>

#include "base/base_error.h"

/* Where, in a run's folder, its files are while those of a new network take their place. */
#define R2S_RUN_EARLIER "next/.earlier"

/* An object whose known members, if they are there and not null, are of their kind and range. *out is the
 * caller's (json_decref). */
R2S_MUST_CHECK r2s_status r2s_io_run_json_load(json_t **out, const char *path, r2s_error *err);

#endif
