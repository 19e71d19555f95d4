/* SPDX-License-Identifier: MIT
 * The least time of a sparse product along lists with AVX2, measured: the kernel's loop (rate_product.h) over
 * lists as long as the network's, as one row whose sums are never stored. Its loads and shuffles share ports
 * with the multiply-adds. x86-64 only. */
#ifndef R2S_BENCH_LIST_H
#define R2S_BENCH_LIST_H

#include <stdint.h>

#include "bench_worker.h"
#include "rate/rate_rows.h"

typedef struct bench_list {
  size_t links; /* a multiple of four; 0: there is none */
  float *w;
  uint16_t *place; /* [links + 4] of a sender's 16 rates in y, in two floats */
  float *y;
} bench_list;

static inline bench_list bench_list_make(int n, double edges) {
  const int senders = n < R2S_RATE_SENDERS ? n : R2S_RATE_SENDERS;
  bench_list list = {.links = (size_t)edges / R2S_RATE_FOUR * R2S_RATE_FOUR};
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
#define LIST_PLACE "movzwl %w[places], %k[at]\n"
#define LIST_ADD(first, second)                                                                              \
  "vfmadd231ps (%[y],%[at],8), %%ymm1, %%ymm" #first "\n"                                                    \
  "vfmadd231ps 32(%[y],%[at],8), %%ymm1, %%ymm" #second "\n"
#define LIST_SPREAD(order) "vpermilps $" #order ", %%ymm0, %%ymm1\n"
#define LIST_NEXT "shr $16, %[places]\n"

static inline __attribute__((target("avx2,fma"))) void bench_list_walk(const bench_list *list) {
  const float *w = list->w;
  size_t link = 0, at;
  uint64_t ahead = 0, places;
  __asm__ volatile(
      "1:\n"
      "mov %[ahead], %[places]\n"
      "vbroadcastf128 (%[w]), %%ymm0\n"
      "add $4, %[link]\n"
      "add $16, %[w]\n"
      "mov (%[place],%[link],2), %[ahead]\n" /* clang-format off */
                   LIST_PLACE LIST_NEXT LIST_SPREAD(0x00) LIST_ADD(9, 8)
                   LIST_PLACE LIST_NEXT LIST_SPREAD(0x55) LIST_ADD(7, 6)
                   LIST_PLACE LIST_NEXT LIST_SPREAD(0xaa) LIST_ADD(5, 4)
                   LIST_PLACE LIST_SPREAD(0xff) LIST_ADD(3, 2) /* clang-format on */
      "cmp %[links], %[link]\n"
      "jb 1b\n"
      : [w] "+r"(w), [link] "+r"(link), [at] "=&r"(at), [ahead] "+r"(ahead), [places] "=&r"(places)
      : [place] "r"(list->place), [y] "r"(list->y), [links] "r"(list->links)
      : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "cc", "memory");
}

#undef LIST_PLACE
#undef LIST_ADD
#undef LIST_SPREAD
#undef LIST_NEXT

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
