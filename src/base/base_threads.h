/* SPDX-License-Identifier: MIT
 * How many threads a loop gets. */
#ifndef R2S_BASE_THREADS_H
#define R2S_BASE_THREADS_H

#include <omp.h>

/* wanted threads, 0: all cores; at most one for each of `pieces` of work, and one at least. */
static inline int r2s_threads_for(int wanted, int pieces) {
  int threads = wanted > 0 ? wanted : omp_get_num_procs();
  if (threads > pieces) threads = pieces;
  return threads > 1 ? threads : 1;
}

#endif
