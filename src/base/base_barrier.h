/* SPDX-License-Identifier: MIT
 * Where threads of a team meet, hundreds of times in a millisecond. */
#ifndef R2S_BASE_BARRIER_H
#define R2S_BASE_BARRIER_H

#include "base/base_error.h"

typedef struct r2s_barrier r2s_barrier;

/* For n threads, at least 1. */
R2S_MUST_CHECK r2s_status r2s_barrier_create(r2s_barrier **out, int n, r2s_error *err);
/* Returns when all n threads have called it; what each did before is visible to all. NULL: one thread. */
void r2s_barrier_wait(r2s_barrier *barrier);
void r2s_barrier_free(r2s_barrier *barrier);

#endif
