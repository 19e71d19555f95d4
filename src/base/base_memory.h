/* SPDX-License-Identifier: MIT
 * Allocation with overflow checks; arrays for vector code are aligned to 64 bytes. */
#ifndef R2S_BASE_MEMORY_H
#define R2S_BASE_MEMORY_H

#include <stddef.h>

#include "base/base_error.h"

/* count x size zeroed bytes, 64-byte aligned, free() frees them. `what` names the array in the message.
 * count 0 gives a valid pointer. */
R2S_MUST_CHECK r2s_status r2s_alloc(void *out_pointer, size_t count, size_t size, const char *what,
                                    r2s_error *err);

/* R2S_ALLOC(st, &p, n, "weights", err): typed allocation with R2S_TRY. */
#define R2S_ALLOC(st, pp, count, what, err)                                                                  \
  R2S_TRY(st, r2s_alloc((pp), (count), sizeof **(pp), (what), (err)))

/* *out = a * b; false on overflow. */
bool r2s_size_mul(size_t a, size_t b, size_t *out);

#endif
