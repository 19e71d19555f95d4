/* SPDX-License-Identifier: MIT
 * Which of two ways to do the same work is faster, measured while it is done: where other programs hold some
 * of the cores, threads that wait for each other hundreds of times a step may take longer than one. */
#ifndef R2S_RATE_CHOICE_H
#define R2S_RATE_CHOICE_H

#include <stdint.h>

typedef struct r2s_rate_choice {
  double seconds[2]; /* of each way, lately; 0: not known */
  uint64_t uses;
} r2s_rate_choice;

/* The way to take next, 0 or 1: each twice, then the faster, and now and then the other. */
static inline int r2s_rate_choice_next(const r2s_rate_choice *choice) {
  const int faster = choice->seconds[1] < choice->seconds[0];
  if (choice->uses < 4) return (int)(choice->uses % 2);
  return choice->uses % 256 ? faster : !faster;
}

/* What it took. Each way's first use warms up. */
static inline void r2s_rate_choice_add(r2s_rate_choice *choice, int way, double seconds) {
  double *known = &choice->seconds[way];
  if (choice->uses++ >= 2) *known = *known > 0 ? (*known + seconds) / 2 : seconds;
}

#endif
