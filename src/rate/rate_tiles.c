/* SPDX-License-Identifier: MIT
 * Puts edges into tiles. */
#include "rate/rate_tiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_tiles tiles = {.groups = ((size_t)net->n + R2S_LANES - 1) / R2S_LANES,
                          .chunks = ((size_t)net->n + R2S_RATE_SENDERS - 1) / R2S_RATE_SENDERS};
  size_t count = tiles.groups * tiles.chunks, edges = net->count[R2S_RATE_W];
  /* at worst each edge has a slot of its own, and at most all tiles are full */
  size_t slots = edges < count * R2S_RATE_SENDERS ? edges : count * R2S_RATE_SENDERS;
  R2S_ALLOC(st, &tiles.start, count + 1, "tiles", err);
  R2S_ALLOC(st, &tiles.w, slots * R2S_LANES, "tiles", err);
  R2S_ALLOC(st, &tiles.place, slots * R2S_LANES, "tiles", err);
  R2S_ALLOC(st, &tiles.at, edges, "tiles", err);
  R2S_ALLOC(st, &tiles.filled, count * R2S_LANES, "tiles", err);
done:
  *out = tiles;
  if (st != R2S_OK) r2s_rate_tiles_free(out);
  return st;
}

void r2s_rate_tiles_free(r2s_rate_tiles *tiles) {
  free(tiles->start);
  free(tiles->w);
  free(tiles->place);
  free(tiles->at);
  free(tiles->filled);
  *tiles = (r2s_rate_tiles){0};
}

void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender) {
  const size_t chunks = tiles->chunks, count = tiles->groups * chunks;
  uint32_t *filled = tiles->filled, *start = tiles->start, *at = tiles->at;
  memset(filled, 0, count * R2S_LANES * sizeof *filled);
  for (size_t e = 0; e < edges; e++) at[e] = filled[receiver[e] * chunks + sender[e] / R2S_RATE_SENDERS]++;
  start[0] = 0;
  for (size_t tile = 0; tile < count; tile++) {
    uint32_t most = 0;
    for (size_t lane = 0; lane < R2S_LANES; lane++) {
      uint32_t has = filled[(tile / chunks * R2S_LANES + lane) * chunks + tile % chunks];
      most = has > most ? has : most;
    }
    start[tile + 1] = start[tile] + most;
  }
  memset(tiles->w, 0, (size_t)start[count] * R2S_LANES * sizeof *tiles->w);
  memset(tiles->place, 0, (size_t)start[count] * R2S_LANES);
  for (size_t e = 0; e < edges; e++) {
    size_t tile = receiver[e] / R2S_LANES * chunks + sender[e] / R2S_RATE_SENDERS;
    at[e] = (start[tile] + at[e]) * R2S_LANES + receiver[e] % R2S_LANES;
    tiles->place[at[e]] = (uint8_t)(sender[e] % R2S_RATE_SENDERS);
  }
}
