/* SPDX-License-Identifier: MIT
 * Which of two ways to do the same work is faster, measured while it is done: where other programs hold some
 * of the cores, threads that wait for each other hundreds of times a step may take longer than one. */
#ifndef R2S_RATE_CHOICE_H
#define R2S_RATE_CHOICE_H

#include <stdint.h>

typedef struct r2s_rate_choice {
  double seconds[2];   /* of each way, lately; 0: not known */
  uint64_t uses, next; /* next: the use with which the slower way is tried again */
} r2s_rate_choice;

static inline int r2s_rate_choice_faster(const r2s_rate_choice *choice) {
  return choice->seconds[1] < choice->seconds[0];
}

/* The way to take next, 0 or 1. The first use warms up; then each once, then the faster. */
static inline int r2s_rate_choice_next(const r2s_rate_choice *choice) {
  const int faster = r2s_rate_choice_faster(choice);
  if (choice->uses < 3) return choice->uses == 1;
  return choice->uses < choice->next ? faster : !faster;
}

/* What it took. The slower way is tried the more rarely the slower it is: for one part in 64 of the time. */
static inline void r2s_rate_choice_add(r2s_rate_choice *choice, int way, double seconds) {
  double *known = &choice->seconds[way];
  const int tried = choice->uses == 2 || way != r2s_rate_choice_faster(choice);
  if (choice->uses++ > 0) *known = *known > 0 ? (*known + seconds) / 2 : seconds;
  if (choice->uses < 3 || !tried) return;
  const int faster = r2s_rate_choice_faster(choice);
  const double slower = choice->seconds[!faster] / choice->seconds[faster];
  choice->next = choice->uses + (uint64_t)(64 * (slower < 1e6 ? slower : 1e6));
}

#endif
