/* SPDX-License-Identifier: MIT
 * Which of two ways to do the same work is faster, measured while it is done: where other programs hold some
 * of the cores, threads that wait for each other hundreds of times a step may take longer than one. */
#ifndef R2S_RATE_CHOICE_H
#define R2S_RATE_CHOICE_H

#include <math.h>
#include <stdint.h>

typedef struct r2s_rate_choice {
  double seconds[2];   /* of each way, lately */
  int way;             /* the one taken, once decided */
  uint64_t uses, next; /* next: the first of two uses with which the other is tried again; 0: undecided */
} r2s_rate_choice;

/* The way to take next, 0 or 1: both in turns, and once decided the faster one. */
static inline int r2s_rate_choice_next(const r2s_rate_choice *choice) {
  if (choice->next == 0) return (int)(choice->uses % 2);
  return choice->uses < choice->next ? choice->way : !choice->way;
}

/* The other way is tried again the later the slower it is, for two parts in 64 of the time; sooner at first,
 * when each was looked at but once. */
static inline void r2s_rate_choice_decide(r2s_rate_choice *choice) {
  const int way = choice->seconds[1] < choice->seconds[0];
  const double slower = choice->seconds[!way] / choice->seconds[way];
  choice->way = way;
  choice->next = choice->uses + (uint64_t)((choice->uses < 64 ? 16 : 64) * (slower < 1e6 ? slower : 1e6));
}

/* What it took. Each way's first use warms up, and is only good to see that the second way is hopeless. Of
 * the way that is taken a few slow uses are forgiven: others may be at work for a moment. */
static inline void r2s_rate_choice_add(r2s_rate_choice *choice, int way, double seconds) {
  double *known = &choice->seconds[way];
  const uint64_t use = choice->uses++;
  if (choice->next == 0) {
    *known = seconds;
    if (use == 3 || (use == 1 && seconds > 4 * choice->seconds[0])) r2s_rate_choice_decide(choice);
  } else if (way == choice->way) {
    *known += (seconds - *known) / 8;
    if (*known > choice->seconds[!way]) r2s_rate_choice_decide(choice);
  } else {
    *known = use == choice->next ? seconds : fmin(*known, seconds);
    if (use > choice->next) r2s_rate_choice_decide(choice);
  }
}

#endif
