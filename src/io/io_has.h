/* SPDX-License-Identifier: MIT
 * Whether a file is there. */
#ifndef R2S_IO_HAS_H
#define R2S_IO_HAS_H

#include <stdbool.h>

/* True as well where that can't be told (a network drive that does not answer): results that are taken for
 * missing would be written over; who reads the file says why it can't be. */
bool r2s_io_has(const char *path);

#endif
