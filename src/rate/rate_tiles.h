/* SPDX-License-Identifier: MIT
 * A sparse matrix for products with one vector, its rows (receivers) as lanes.
 *
 * The edges to some receivers (a group) are packed into slots. A slot has one edge of each receiver: a
 * weight, and which of some neighbouring senders (a window) it comes from. So a slot is one look-up and one
 * multiply-add. Four slots make a tile: they share a window, and a lane's four places are the bytes of one
 * word. Each slot has a sum of its own, and a receiver's edge number q goes into slot q % 4: so every
 * instruction set adds in the same order.
 *
 * Windows overlap: a receiver that has more edges than others among some senders catches up in the next one,
 * where others idle. Slots left over have weights of 0. */
#ifndef R2S_RATE_TILES_H
#define R2S_RATE_TILES_H

#include "rate/rate_net.h"

enum { R2S_RATE_SLOTS = 4 }; /* of a tile */

/* What an instruction set looks up best. AVX-512: among 32, in one permute of two registers; windows that
 * begin anywhere would need fewer tiles still, but more loads across cache lines. AVX2: among 8, in one
 * permute; a look-up among 32 would be seven operations. The other sets do as AVX-512. */
typedef struct r2s_rate_tile_shape {
  uint32_t lanes;  /* receivers of a group */
  uint32_t window; /* senders */
  uint32_t align;  /* windows begin at multiples of it */
} r2s_rate_tile_shape;

static inline r2s_rate_tile_shape r2s_rate_tile_shape_of(r2s_isa isa) {
  return isa == R2S_ISA_AVX2 ? (r2s_rate_tile_shape){8, 8, 1} : (r2s_rate_tile_shape){16, 32, 8};
}

typedef struct r2s_rate_tiles {
  r2s_rate_tile_shape shape;
  size_t groups;
  uint32_t *start;  /* [groups + 1] first tile of each group */
  float *w;         /* [tiles x SLOTS x lanes] */
  uint32_t *place;  /* [tiles x lanes] byte s: the sender of slot s, from the window's first */
  uint16_t *window; /* [tiles] the window's first sender */
  uint32_t *at;     /* [edges] where an edge's weight is */
  uint32_t *row;    /* [groups x lanes + 1] while they are built: a receiver's first edge in `edge` */
  uint32_t *edge;   /* [edges] likewise: edges by receiver */
} r2s_rate_tiles;

R2S_MUST_CHECK r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_isa isa,
                                                r2s_error *err);
void r2s_rate_tiles_free(r2s_rate_tiles *tiles);

/* Slots for the edges receiver[e] <- sender[e]; the senders of a receiver ascend. The weights are not set. */
void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender);

#endif
