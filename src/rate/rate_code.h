/* SPDX-License-Identifier: MIT
 * Machine code made for one sparse matrix (x86-64 with AVX-512; docs/decisions/005-compiled-products.md).
 *
 * A product W y needs, for each edge, its weight and the 16 rates of its sender. Where the places are part of
 * the instructions, one instruction does an edge: a multiply-add of a register of rates with a weight
 * broadcast from memory, into the register of the receiver's sum. Weights stay data: code is made anew only
 * when enough edges have died. */
#ifndef R2S_RATE_CODE_H
#define R2S_RATE_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/base_error.h"
#include "base/base_isa.h"

enum {
  R2S_RATE_TILE_ROWS = 28,          /* sums in registers; four are left for rates */
  R2S_RATE_CODE_MOST_LINKS = 65536, /* more code than the L2 cache holds is slower than lists */
  R2S_RATE_CODE_NEAR_UNITS = 512,   /* units whose rates an L1 cache of 32 KB holds */
  R2S_RATE_CODE_FAR_LINKS = 7       /* with more units, links for each four loads of a sender's rates from
                                       which on code is faster than lists */
};

/* out [rows x 16] = the tile's rows times y [N x 16]; w: the tile's first weight. */
typedef void r2s_rate_tile_code(const float *w, const float *y, float *out);

/* Rows from..to-1 of a product: R2S_RATE_TILE_ROWS, or those that are left. */
typedef struct r2s_rate_tile {
  int from, to;
  uint32_t w;                  /* place of its first weight */
  r2s_rate_tile_code *product; /* NULL: rate_product.h walks the lists */
} r2s_rate_tile;

/* The code of one matrix. Without room for code (another processor, too many or too few edges, memory that
 * may not be executed, R2S_CODE=off): capacity 0. */
typedef struct r2s_rate_code {
  unsigned char *memory;
  size_t capacity;
  uint32_t *cell; /* [tiles x N + 1] first weight of (tile, sender), while code is made */
  uint8_t *row;   /* [links] receiver within its tile */
} r2s_rate_code;

/* Number of tiles that n rows are cut into. */
int r2s_rate_code_tiles(int n);

/* Room for code of n rows and at most `links` links. */
R2S_MUST_CHECK r2s_status r2s_rate_code_create(r2s_rate_code *code, int n, size_t links, r2s_isa isa,
                                               r2s_error *err);
void r2s_rate_code_free(r2s_rate_code *code);

/* Code and weights' places at[e] for the edges row[e] <- sender[e], which come with ascending senders in each
 * row; tile [r2s_rate_code_tiles(n)]. False where there is none, where too few edges are left, or where the
 * system does not let it be executed: it is freed then. */
bool r2s_rate_code_make(r2s_rate_code *code, int n, size_t edges, const uint32_t *row, const uint32_t *sender,
                        r2s_rate_tile *tile, uint32_t *at);

#endif
