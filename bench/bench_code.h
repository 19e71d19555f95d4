/* SPDX-License-Identifier: MIT
 * The least time of a sparse product whose edges are instructions (AVX-512), measured: code as long as that
 * of a network, with nothing to wait for, walked up and down in turns, so that the L1 cache has what it can
 * keep of it from one walk to the next. Each tile stores its sums, since the units' loop (bench_unit.h) reads
 * them. x86-64 only. */
#ifndef R2S_BENCH_CODE_H
#define R2S_BENCH_CODE_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "bench_worker.h"
#include "rate/rate_code.h"

enum { CODE_INSTRUCTION = 7 /* bytes: none with an operand in memory is shorter */, CODE_MOST_TILES = 128 };

typedef void bench_code_tile(const float *w, const float *y, float *sums);

typedef struct bench_code {
  int n_tiles; /* 0: none */
  bench_code_tile *tile[CODE_MOST_TILES];
  double edges;
} bench_code;

/* op zmm_to, (zmm_with,) [base + 64 or 4 bytes times `place`]: EVEX, map 1 or 2; base 7: w, 6: y, 2: sums */
static inline unsigned char *code_put(unsigned char *at, int map, int opcode, int to, int with, int base,
                                      int place) {
  const bool fma = map == 2;
  const unsigned char bytes[CODE_INSTRUCTION] = {
      0x62,
      (unsigned char)((~to >> 3 & 1) << 7 | 3 << 5 | (~to >> 4 & 1) << 4 | map),
      (unsigned char)((~with & 15) << 3 | 4 | fma),
      (unsigned char)(0x40 | fma << 4 | (~with >> 4 & 1) << 3),
      (unsigned char)opcode,
      (unsigned char)(0x40 | (to & 7) << 3 | base),
      (unsigned char)(place % 128)};
  memcpy(at, bytes, sizeof bytes);
  return at + sizeof bytes;
}

/* A tile: `loads` senders' rates, and `edges` multiply-adds spread evenly behind them. */
static inline unsigned char *code_put_tile(unsigned char *at, int loads, int edges) {
  enum { ROWS = R2S_RATE_TILE_ROWS };
  for (int j = 0, e = 0; j < loads; j++) {
    const int rates = ROWS + j % (32 - ROWS);
    at = code_put(at, 1, 0x10, rates, 0, 6, j); /* vmovups */
    for (; e < (int64_t)(j + 1) * edges / loads; e++) at = code_put(at, 2, 0xb8, e % ROWS, rates, 7, e);
  }
  for (int row = 0; row < ROWS; row++) at = code_put(at, 1, 0x11, row, 0, 2, row); /* vmovups to memory */
  *at++ = 0xc3;                                                                    /* ret */
  return at;
}

/* For n units and `edges` edges: each tile loads each sender once, or fewer where there are fewer edges. */
static inline bench_code bench_code_make(int n, double edges) {
  bench_code code = {.n_tiles = r2s_rate_code_tiles(n), .edges = edges};
  const int own = (int)(edges / code.n_tiles), loads = own < n ? own : n;
  const size_t capacity =
      (size_t)code.n_tiles * ((size_t)(own + loads + R2S_RATE_TILE_ROWS) * CODE_INSTRUCTION + 1);
  if (code.n_tiles > CODE_MOST_TILES || own < 1) return (bench_code){0};
  unsigned char *at = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return (bench_code){0};
  unsigned char *const from = at;
  for (int k = 0; k < code.n_tiles; k++) {
    memcpy(&code.tile[k], &at, sizeof at);
    at = code_put_tile(at, loads, own);
  }
  code.edges = (double)own * code.n_tiles;
  return mprotect(from, capacity, PROT_READ | PROT_EXEC) == 0 ? code : (bench_code){0};
}

/* Seconds of an edge, shortest of `repeats` series of walks. */
static inline double bench_code_seconds(const bench_code *code, int repeats) {
  static const float w[128] __attribute__((aligned(64))), y[128 * 16] __attribute__((aligned(64)));
  static _Thread_local float sums[R2S_RATE_TILE_ROWS * 16] __attribute__((aligned(64)));
  enum { WALKS = 10 };
  double best = 1e9;
  for (int r = 0; r < repeats; r++) {
    const double from = r2s_clock();
    for (int walk = 0; walk < WALKS; walk++)
      for (int k = 0; k < code->n_tiles; k++) code->tile[walk % 2 ? code->n_tiles - 1 - k : k](w, y, sums);
    const double seconds = (r2s_clock() - from) / (WALKS * code->edges);
    if (seconds < best) best = seconds;
  }
  return best;
}

#endif
