/* SPDX-License-Identifier: MIT
 * The wall clock of durations. */
#ifndef R2S_BASE_CLOCK_H
#define R2S_BASE_CLOCK_H

#include <time.h>

/* Seconds from an arbitrary start. */
static inline double r2s_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
