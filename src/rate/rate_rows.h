/* SPDX-License-Identifier: MIT
 * A sparse matrix by rows, for products with vectors of 16 lanes. Each row is summed in one chain, in the
 * order of its senders, by code made for it (rate_code.h) or along lists: the bits are the same. */
#ifndef R2S_RATE_ROWS_H
#define R2S_RATE_ROWS_H

#include "base/base_random.h"
#include "rate/rate_code.h"

enum {
  R2S_RATE_FOUR = 4,     /* rows that are walked side by side: their chains hide the additions' latency */
  R2S_RATE_SENDERS = 384 /* senders at most whose links the lists take before those of the next: 24 KB of
                            rates, which the L1 cache holds */
};

/* Units that a place can name. */
enum { R2S_RATE_MAX_UNITS = 8191 };

typedef struct r2s_rate_rows {
  int n, n_tiles;
  r2s_rate_tile *tile; /* what a step does at a time: rows of which code, or of which lists */
  float *w;            /* [links] */
  size_t links;        /* edges that it was built for */
  r2s_rate_code code;
  /* The lists, tile by tile, and in a tile a block of senders after the other; a row's sum waits in the
   * product's result for the next block. Link k of four rows of about the same length is four weights and
   * four places; shorter rows have links of weight 0. */
  int parts;            /* tiles that the lists are cut into */
  size_t blocks, block; /* blocks, senders of each (the last one may have fewer) */
  size_t fours;         /* N / 4, rounded up */
  uint32_t *order;      /* [blocks x fours x 4] the tile's rows, from 0, longest first: the loop's length then
                           rarely changes; up to three of no links, behind the last tile's, fill its last four */
  uint32_t *start;      /* [blocks x fours + 1] first link */
  uint16_t *place;      /* [links, and 4 that are read ahead] where the sender's lanes begin, in two floats */
  uint32_t *next;       /* [blocks x N] the row's next free link, while they are built */
} r2s_rate_rows;

/* Fours of the lists of a tile, and of those before it, in each block. A tile begins with a whole four. */
static inline size_t r2s_rate_rows_fours(const r2s_rate_tile *tile) {
  return (size_t)(tile->to - tile->from + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR;
}
static inline size_t r2s_rate_rows_fours_before(const r2s_rate_tile *tile) {
  return (size_t)tile->from / R2S_RATE_FOUR;
}

/* Floats of a product: whole fours of rows of 16 lanes. */
static inline size_t r2s_rate_rows_area(int n) {
  return ((size_t)n + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR * R2S_RATE_FOUR * R2S_LANES;
}

/* Room for n rows and at most `edges` edges. parts: threads that are to share a product, which lists are cut
 * for. */
R2S_MUST_CHECK r2s_status r2s_rate_rows_create(r2s_rate_rows *out, int n, size_t edges, int parts,
                                               r2s_isa isa, r2s_error *err);
void r2s_rate_rows_free(r2s_rate_rows *rows);

/* Links for the edges row[e] <- sender[e], which come with ascending senders in each row; at[e]: the place of
 * the edge's weight in w, which is 0 until it is set. */
void r2s_rate_rows_build(r2s_rate_rows *rows, size_t edges, const uint32_t *row, const uint32_t *sender,
                         uint32_t *at);

#endif
