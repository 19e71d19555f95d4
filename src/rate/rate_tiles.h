/* SPDX-License-Identifier: MIT
 * A sparse matrix for products with one vector, its rows (receivers) as lanes.
 *
 * A tile has 16 receivers and 32 senders. Slot s of it has one edge of each receiver: its weight in
 * w[16 s + receiver], its sender within the tile in place[16 s + receiver]; receivers with fewer edges than
 * the tile's richest have weights of 0 there. So a slot is one look-up among 32 values that stay in
 * registers. */
#ifndef R2S_RATE_TILES_H
#define R2S_RATE_TILES_H

#include "rate/rate_net.h"

enum { R2S_RATE_SENDERS = 32 };

typedef struct r2s_rate_tiles {
  size_t groups, chunks; /* of 16 receivers, of 32 senders */
  uint32_t *start;       /* [groups x chunks + 1] first slot of each tile */
  float *w;              /* [slots x 16] */
  uint8_t *place;        /* [slots x 16] */
  uint32_t *at;          /* [edges] where an edge's weight is */
  uint32_t *filled;      /* [groups x 16 x chunks] while they are built */
} r2s_rate_tiles;

R2S_MUST_CHECK r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_error *err);
void r2s_rate_tiles_free(r2s_rate_tiles *tiles);

/* Slots for the edges receiver[e] <- sender[e]. The weights are not set. */
void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender);

#endif
