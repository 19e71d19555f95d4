/* SPDX-License-Identifier: MIT
 * Which network it is, and whether a folder's results are of it. */
#ifndef R2S_IO_NETWORK_H
#define R2S_IO_NETWORK_H

#include <jansson.h>

#include "rate2spike/model.h"

/* SHA-256 of all that the dynamics see: sizes, rate step, activation (and the unit whose curve it is), W,
 * weights of input and output, what makes tau_d. The same for each file of a network. hex: 64 characters and
 * a 0. */
R2S_MUST_CHECK r2s_status r2s_network_hash(const r2s_model *model, char hex[65], r2s_error *err);

/* R2S_ERR_FORMAT where run.json's results (run, whole) are of another network than model, which was read from
 * path: somebody changed the file. */
R2S_MUST_CHECK r2s_status r2s_network_check(const json_t *run, const r2s_model *model, const char *path,
                                            r2s_error *err);

#endif
