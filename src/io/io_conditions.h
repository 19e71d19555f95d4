/* SPDX-License-Identifier: MIT
 * The dataset `conditions` of rate.h5 and spikes_*.h5. */
#ifndef R2S_IO_CONDITIONS_H
#define R2S_IO_CONDITIONS_H

#include "io/io_h5.h"

#define R2S_CONDITIONS_ABOUT "condition of each trial: its place in the task's list, from 0"

/* conditions [*trials], malloc'ed, each within 0..R2S_MAX_CONDITIONS-1. */
R2S_MUST_CHECK r2s_status r2s_io_read_conditions(r2s_h5 *h5, size_t *trials, int32_t **conditions,
                                                 r2s_error *err);

/* Fails with `code` where one is outside. */
R2S_MUST_CHECK r2s_status r2s_io_check_conditions(const int32_t *conditions, size_t trials, r2s_status code,
                                                  const char *path, r2s_error *err);

#endif
