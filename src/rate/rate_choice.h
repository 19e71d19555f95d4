/* SPDX-License-Identifier: MIT
 * Which of two ways to do the same work is faster, measured while it is done: where other programs hold some
 * of the cores, threads that wait for each other hundreds of times a step may take longer than one. */
#ifndef R2S_RATE_CHOICE_H
#define R2S_RATE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct r2s_rate_choice {
  double seconds[2];   /* of each way, lately */
  uint64_t uses, next; /* next: the use with which the slower way is tried again; 0: undecided */
} r2s_rate_choice;

static inline int r2s_rate_choice_faster(const r2s_rate_choice *choice) {
  return choice->seconds[1] < choice->seconds[0];
}

/* The way to take next, 0 or 1: both in turns, and once decided the faster one. */
static inline int r2s_rate_choice_next(const r2s_rate_choice *choice) {
  const int faster = r2s_rate_choice_faster(choice);
  if (choice->next == 0) return (int)(choice->uses % 2);
  return choice->uses < choice->next ? faster : !faster;
}

/* When the slower way is tried again: the later the slower it is, for a part in 64 of the time. Sooner at
 * first, when each was looked at but once. */
static inline void r2s_rate_choice_wait(r2s_rate_choice *choice) {
  const int faster = r2s_rate_choice_faster(choice);
  const double slower = choice->seconds[!faster] / choice->seconds[faster];
  choice->next = choice->uses + (uint64_t)((choice->uses < 64 ? 16 : 64) * (slower < 1e6 ? slower : 1e6));
}

/* What it took. Each way's first use warms up, and is only good to see that the second way is hopeless. */
static inline void r2s_rate_choice_add(r2s_rate_choice *choice, int way, double seconds) {
  const bool decided = choice->next > 0, tried = decided && way != r2s_rate_choice_faster(choice);
  double *known = &choice->seconds[way];
  *known = decided && !tried ? (*known + seconds) / 2 : seconds;
  choice->uses++;
  const bool hopeless = choice->uses == 2 && seconds > 4 * choice->seconds[0];
  if (tried || (!decided && (choice->uses == 4 || hopeless))) r2s_rate_choice_wait(choice);
}

#endif
