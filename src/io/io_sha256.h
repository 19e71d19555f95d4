/* SPDX-License-Identifier: MIT
 * SHA-256 (FIPS 180-4), for the hashes of configurations. */
#ifndef R2S_IO_SHA256_H
#define R2S_IO_SHA256_H

#include <stddef.h>

/* hex: 64 characters and a 0. */
void r2s_sha256(const void *bytes, size_t size, char hex[65]);

#endif
