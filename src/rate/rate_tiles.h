/* SPDX-License-Identifier: MIT
 * A sparse matrix for products with one vector, its rows (receivers) as lanes.
 *
 * The edges to 16 receivers (a group) are packed into slots. A slot has one edge of each receiver: a weight,
 * and which of 32 neighbouring senders (a window) it comes from. So a slot is one look-up among 32 values and
 * one multiply-add. Four slots make a tile: they share a window, and a lane's four places are the bytes of
 * one word.
 *
 * Windows begin at multiples of 16 and so overlap: a receiver that has more edges than others among 16
 * senders catches up in the next window, where others idle. Slots left over have weights of 0. */
#ifndef R2S_RATE_TILES_H
#define R2S_RATE_TILES_H

#include "rate/rate_net.h"

enum { R2S_RATE_SLOTS = 4 }; /* of a tile */

typedef struct r2s_rate_tiles {
  size_t groups;    /* of 16 receivers */
  uint32_t *start;  /* [groups + 1] first tile of each group */
  float *w;         /* [tiles x SLOTS x 16] */
  uint32_t *place;  /* [tiles x 16] byte s: the sender of slot s, from the window's first */
  uint16_t *window; /* [tiles] the window's first sender */
  uint32_t *at;     /* [edges] where an edge's weight is */
  uint32_t *row;    /* [groups x 16 + 1] while they are built: a receiver's first edge in `edge` */
  uint32_t *edge;   /* [edges] likewise: edges by receiver */
} r2s_rate_tiles;

R2S_MUST_CHECK r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_error *err);
void r2s_rate_tiles_free(r2s_rate_tiles *tiles);

/* Slots for the edges receiver[e] <- sender[e]; the senders of a receiver ascend. The weights are not set. */
void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender);

#endif
