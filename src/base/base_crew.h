/* SPDX-License-Identifier: MIT
 * Threads that stay together from one short piece of work to the next, as the steps of a training want it. A
 * thread that waits spins for a moment only, and then sleeps: where another program holds a core, the one
 * that works gets the other. (OpenMP's threads spin for milliseconds by default, and took four times as long
 * there.) */
#ifndef R2S_BASE_CREW_H
#define R2S_BASE_CREW_H

#include "base/base_error.h"

typedef struct r2s_crew r2s_crew;

/* piece: from 0; thread: from 0 (the caller's own), less than the crew has. */
typedef void (*r2s_crew_work)(void *user, int piece, int thread);

/* n_threads: with the caller's own, at least 1. */
R2S_MUST_CHECK r2s_status r2s_crew_create(r2s_crew **out, int n_threads, r2s_error *err);
/* Does pieces 0 to n_pieces - 1, each once, on whichever thread is free; returns when all are done. One call
 * at a time. */
void r2s_crew_run(r2s_crew *crew, int n_pieces, r2s_crew_work work, void *user);
void r2s_crew_free(r2s_crew *crew);

#endif
