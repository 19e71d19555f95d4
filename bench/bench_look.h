/* SPDX-License-Identifier: MIT
 * What the machine gives at a moment: the time of a short loop that takes all that a core can do in a cycle.
 * A neighbour that shares the core (the other hardware thread of a host's core, say) makes it a tenth to
 * twice as long. Multiply-adds alone would not tell: a neighbour may leave their ports alone, and yet take
 * every other cycle of what decodes instructions. */
#ifndef R2S_BENCH_LOOK_H
#define R2S_BENCH_LOOK_H

#include "base/base_barrier.h"
#include "base/base_clock.h"
#include "base/base_crew.h"

enum { BENCH_MOST_THREADS = 64 };
enum { LOOK_TRIES = 3 /* the least counts: an interrupt takes longer than a try */ };

typedef struct bench_look {
  int threads;
  r2s_crew *crew, *own; /* own: NULL where it is another's */
  r2s_barrier *together;
  double seconds[BENCH_MOST_THREADS];
} bench_look;

/* Some 10 us. */
#if defined(__x86_64__)
#define LOOK_CLEAR(k) "xorps %%xmm" #k ", %%xmm" #k "\n"
#define LOOK_TURN(a, b, sum)                                                                                 \
  "mulps %%xmm8, %%xmm" #a "\nmulps %%xmm8, %%xmm" #b "\nmovl (%0), %%eax\nmovl 4(%0), %%ecx\n"              \
  "addl %%edi, %%" #sum "\n"
static inline double look_once(void) {
  static const int line[16] __attribute__((aligned(64)));
  const double from = r2s_clock();
  for (int k = 0; k < 100; k++)
    __asm__ volatile(
        LOOK_CLEAR(0) LOOK_CLEAR(1) LOOK_CLEAR(2) LOOK_CLEAR(3) LOOK_CLEAR(4) LOOK_CLEAR(5) LOOK_CLEAR(6)
            LOOK_CLEAR(7) LOOK_CLEAR(8) ".rept 100\n" LOOK_TURN(0, 1, edx) LOOK_TURN(2, 3, esi)
                LOOK_TURN(4, 5, edx) LOOK_TURN(6, 7, esi) ".endr\n" ::"r"(line)
        : "rax", "rcx", "rdx", "rsi", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8");
  return r2s_clock() - from;
}
#else
static inline double look_once(void) {
  const double from = r2s_clock();
  double sum[8] = {0};
  for (int k = 0; k < 5000; k++)
    for (int i = 0; i < 8; i++) sum[i] = 0.5 * sum[i] + i;
  for (int i = 1; i < 8; i++) sum[0] += sum[i];
  __asm__ volatile("" ::"g"(sum[0]));
  return r2s_clock() - from;
}
#endif

/* Each thread waits for all, so that none looks twice in another's place. */
static inline void look_piece(void *user, int piece, int thread) {
  bench_look *look = user;
  double least = 1e9;
  (void)thread;
  r2s_barrier_wait(look->together);
  for (int k = 0; k < LOOK_TRIES; k++) {
    const double seconds = look_once();
    if (seconds < least) least = seconds;
  }
  look->seconds[piece] = least;
}

/* crew: of so many threads, which do the work that is looked at, so that its own cores are looked at; NULL:
 * there is none. */
static inline r2s_status bench_look_create(bench_look *look, int threads, r2s_crew *crew, r2s_error *err) {
  *look = (bench_look){.threads = threads, .crew = crew};
  r2s_status st = R2S_OK;
  if (!crew) {
    st = r2s_crew_create(&look->own, threads, err);
    look->crew = look->own;
  }
  if (st == R2S_OK) st = r2s_barrier_create(&look->together, threads, err);
  return st;
}

/* Seconds that the slowest of all threads takes, which look at the same time. */
static inline double bench_look_now(bench_look *look) {
  double most = 0;
  r2s_crew_run(look->crew, look->threads, look_piece, look);
  for (int k = 0; k < look->threads; k++)
    if (look->seconds[k] > most) most = look->seconds[k];
  return most;
}

static inline void bench_look_free(bench_look *look) {
  r2s_barrier_free(look->together);
  r2s_crew_free(look->own);
}

#endif
