/* SPDX-License-Identifier: MIT
 * A sparse matrix for products with one vector, its rows (receivers) as lanes.
 *
 * The edges to some receivers (a group) are packed into slots. A slot has one edge of each receiver: a
 * weight, and which of some neighbouring senders (a window) it comes from. So a slot is one look-up and one
 * multiply-add. Two slots make a tile: they share a window. Each slot has a sum of its own, and a receiver's
 * edge number q goes into slot q % 2: so every instruction set adds in the same order.
 *
 * The last five bits of a weight are its sender's number modulo 32, and the weight is the nearest float that
 * ends so: it is off by 16 units of its last place at most, 2e-6. A window of 32 senders then needs nothing
 * else to be looked up in, which is what bounds the product: bytes, and operations on them.
 *
 * Windows overlap: a receiver that has more edges than others among some senders catches up in the next one,
 * where others idle. Slots left over have weights of 0. */
#ifndef R2S_RATE_TILES_H
#define R2S_RATE_TILES_H

#include <string.h>

#include "rate/rate_net.h"

enum { R2S_RATE_TILE_SLOTS = 2 }; /* of a tile */

/* What an instruction set looks up best. AVX-512: among 32, in one permute of two registers. AVX2: among 8,
 * in one permute, from windows that begin anywhere, so that the place in it is data of its own; a look-up
 * among 32 would be seven operations. The other sets do as AVX-512. */
typedef struct r2s_rate_tile_shape {
  uint32_t lanes;  /* receivers of a group */
  uint32_t window; /* senders */
  uint32_t align;  /* windows begin at multiples of it */
} r2s_rate_tile_shape;

static inline r2s_rate_tile_shape r2s_rate_tile_shape_of(r2s_isa isa) {
  return isa == R2S_ISA_AVX2 ? (r2s_rate_tile_shape){8, 8, 1} : (r2s_rate_tile_shape){16, 32, 16};
}

typedef struct r2s_rate_tiles {
  r2s_rate_tile_shape shape;
  size_t groups;
  uint32_t *start; /* [groups + 1] first tile of each group */
  float *w;        /* [tiles x SLOTS x lanes] */
  uint8_t *place; /* [tiles x lanes] three bits a slot: its sender, from the window's first; NULL with windows
                     of 32 */
  uint16_t (*window)[2]; /* [tiles] where its senders 0 to 15 and 16 to 31 modulo 32 begin; or the first
                            sender, twice */
  uint32_t *at;          /* [edges] where an edge's weight is */
  uint32_t *row;         /* [groups x lanes + 1] while they are built: a receiver's first edge in `edge` */
  uint32_t *edge;        /* [edges] likewise: edges by receiver */
} r2s_rate_tiles;

/* The float nearest to w whose last five bits are the sender's; 0 for those that have no more bits. */
static inline float r2s_rate_tile_weight(float w, uint32_t sender) {
  const uint32_t place = sender % 32;
  uint32_t bits;
  memcpy(&bits, &w, sizeof bits);
  if ((bits & 0x7fffffff) < 32) return 0;
  bits = ((bits - place + 16) & ~31u) | place;
  memcpy(&w, &bits, sizeof bits);
  return w;
}

R2S_MUST_CHECK r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_isa isa,
                                                r2s_error *err);
void r2s_rate_tiles_free(r2s_rate_tiles *tiles);

/* Slots for the edges receiver[e] <- sender[e]; the senders of a receiver ascend. The weights are not set. */
void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender);

#endif
