/* SPDX-License-Identifier: MIT
 * The CSV files of a run folder, as a text. */
#ifndef R2S_IO_READ_CSV_H
#define R2S_IO_READ_CSV_H

#include "base/base_error.h"

/* A whole file that has no byte of 0, at which reading as a text would end. *text is the caller's (free). */
R2S_MUST_CHECK r2s_status r2s_io_read_csv(const char *path, char **text, r2s_error *err);

#endif
