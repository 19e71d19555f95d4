/* SPDX-License-Identifier: MIT
 * The least time of a sparse product along lists with AVX2, measured: the kernel's loop (rate_product.h) over
 * lists as long as the network's, whose rows are all of the mean length and store their sums, since the
 * units' loop (bench_unit.h) reads them. Loads, stores and shuffles share ports with the multiply-adds.
 * x86-64 only. */
#ifndef R2S_BENCH_LIST_H
#define R2S_BENCH_LIST_H

#include <stdint.h>

#include "bench_worker.h"
#include "rate/rate_rows.h"

typedef struct bench_list {
  size_t links; /* of whole rows; 0: there is none */
  size_t row;   /* links of four rows side by side, a multiple of eight */
  float *w;
  uint16_t *place; /* [links + 4] of a sender's 16 rates in y, in two floats */
  float *y;
} bench_list;

static inline bench_list bench_list_make(int n, double edges) {
  enum { TWO_FOURS = 2 * R2S_RATE_FOUR };
  const int senders = n < R2S_RATE_SENDERS ? n : R2S_RATE_SENDERS;
  const double fours = (double)n / R2S_RATE_FOUR;
  bench_list list = {.row = (size_t)(edges / fours / TWO_FOURS + 0.5) * TWO_FOURS};
  if (list.row == 0) return (bench_list){0};
  list.links = (size_t)(edges / (double)list.row) * list.row;
  list.w = calloc(list.links + 1, sizeof *list.w);
  list.place = calloc(list.links + R2S_RATE_FOUR, sizeof *list.place);
  list.y = aligned_alloc(64, (size_t)senders * R2S_LANES * sizeof *list.y);
  if (!list.w || !list.place || !list.y) exit(1);
  memset(list.y, 0, (size_t)senders * R2S_LANES * sizeof *list.y);
  /* a row has every fifth sender, about: 7 steps through all of them visit them evenly */
  for (size_t k = 0; k < list.links; k++) list.place[k] = (uint16_t)(k * 7 % (size_t)senders * R2S_LANES / 2);
  return list;
}

static inline void bench_list_free(bench_list *list) {
  free(list->w), free(list->place), free(list->y);
  *list = (bench_list){0};
}

/* The sender's place, then its two vectors times the weight that is spread already. */
#define LIST_PLACE(places) "movzwl %w[" #places "], %k[at]\n shr $16, %[" #places "]\n"
#define LIST_ADD(at, first, second)                                                                          \
  "vfmadd231ps (%[y],%[" #at "],8), %%ymm1, %%ymm" #first "\n"                                               \
  "vfmadd231ps 32(%[y],%[" #at "],8), %%ymm1, %%ymm" #second "\n"
#define LIST_SPREAD(order) "vpermilps $" #order ", %%ymm0, %%ymm1\n"
/* A turn: four links, whose places were read a turn ahead, as the next one's are. The last place is what is
 * left of the word. */
#define LIST_TURN(turn, places, next)                                                                        \
  "mov 8*" #turn "+8(%[place],%[link],2), %[" #next "]\n"                                                    \
  "vbroadcastf128 16*" #turn "(%[w]), %%ymm0\n" LIST_PLACE(places) LIST_SPREAD(0x00) LIST_ADD(at, 9, 8)      \
      LIST_PLACE(places) LIST_SPREAD(0x55) LIST_ADD(at, 7, 6) LIST_PLACE(places) LIST_SPREAD(0xaa)           \
          LIST_ADD(at, 5, 4) LIST_SPREAD(0xff) LIST_ADD(places, 3, 2)

static inline __attribute__((target("avx2,fma"))) void bench_list_walk(const bench_list *list) {
  const float *w = list->w;
  static _Thread_local float sums[R2S_RATE_FOUR * R2S_LANES] __attribute__((aligned(64)));
  size_t link = 0, at, end = 0;
  uint64_t even = 0, odd;
  __asm__ volatile(
      "2:\n" /* clang-format off */
                   ".irp sum,2,3,4,5,6,7,8,9\n vxorps %%xmm\\sum, %%xmm\\sum, %%xmm\\sum\n .endr\n"
                   "add %[row], %[end]\n"
                   "1:\n"
                   LIST_TURN(0, even, odd)
                   LIST_TURN(1, odd, even)
                   "add $8, %[link]\n"
                   "add $32, %[w]\n"
                   "cmp %[end], %[link]\n"
                   "jb 1b\n"
                   ".irp sum,2,3,4,5,6,7,8,9\n vmovups %%ymm\\sum, 32*\\sum-64(%[sums])\n .endr\n"
                   "cmp %[links], %[link]\n"
                   "jb 2b\n" /* clang-format on */
      : [w] "+r"(w), [link] "+r"(link), [at] "=&r"(at), [even] "+r"(even), [odd] "=&r"(odd), [end] "+r"(end)
      : [place] "r"(list->place), [y] "r"(list->y), [links] "m"(list->links), [row] "m"(list->row),
        [sums] "r"(sums)
      : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "cc", "memory");
}

#undef LIST_PLACE
#undef LIST_ADD
#undef LIST_SPREAD
#undef LIST_TURN

/* Seconds of an edge, shortest of `repeats` series of walks. */
static inline double bench_list_seconds(const bench_list *list, int repeats) {
  enum { WALKS = 10 };
  double best = 1e9;
  for (int r = 0; r < repeats; r++) {
    const double from = r2s_clock();
    for (int walk = 0; walk < WALKS; walk++) bench_list_walk(list);
    const double seconds = (r2s_clock() - from) / (WALKS * (double)list->links);
    if (seconds < best) best = seconds;
  }
  return best;
}

#endif
