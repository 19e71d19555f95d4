/* SPDX-License-Identifier: MIT
 * Packs edges into slots. */
#include "rate/rate_tiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t groups = ((size_t)net->n + R2S_LANES - 1) / R2S_LANES, edges = net->count[R2S_RATE_W];
  r2s_rate_tiles tiles = {.groups = groups};
  /* a tile takes an edge at least; a window that comes again has taken SLOTS of each receiver with edges */
  size_t full = groups * groups * R2S_LANES / R2S_RATE_SLOTS, most = edges < full ? edges : full;
  R2S_ALLOC(st, &tiles.start, groups + 1, "tiles", err);
  R2S_ALLOC(st, &tiles.w, most * R2S_RATE_SLOTS * R2S_LANES, "tiles", err);
  R2S_ALLOC(st, &tiles.place, most * R2S_LANES, "tiles", err);
  R2S_ALLOC(st, &tiles.window, most, "tiles", err);
  R2S_ALLOC(st, &tiles.at, edges, "tiles", err);
  R2S_ALLOC(st, &tiles.row, groups * R2S_LANES + 1, "tiles", err);
  R2S_ALLOC(st, &tiles.edge, edges, "tiles", err);
done:
  *out = tiles;
  if (st != R2S_OK) r2s_rate_tiles_free(out);
  return st;
}

void r2s_rate_tiles_free(r2s_rate_tiles *tiles) {
  void *const arrays[] = {tiles->start, tiles->w,   tiles->place, tiles->window,
                          tiles->at,    tiles->row, tiles->edge};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free(arrays[k]);
  *tiles = (r2s_rate_tiles){0};
}

/* row and edge: the edges by receiver. */
static void sort_edges(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver) {
  uint32_t *row = tiles->row;
  size_t rows = tiles->groups * R2S_LANES;
  memset(row, 0, (rows + 1) * sizeof *row);
  for (size_t e = 0; e < edges; e++) row[receiver[e] + 1]++;
  for (size_t i = 0; i < rows; i++) row[i + 1] += row[i];
  for (size_t e = 0; e < edges; e++) tiles->edge[row[receiver[e]]++] = (uint32_t)e;
  memmove(row + 1, row, rows * sizeof *row); /* each had moved on to the next one's first */
  row[0] = 0;
}

/* The group's tiles, from number `tile` on; returns the one after the last. Each window begins at the block
 * of 16 that holds the first sender that is left: later ones can wait, this one can't. */
static uint32_t pack_group(r2s_rate_tiles *tiles, size_t group, uint32_t tile, const uint32_t *sender) {
  enum { NONE = INT16_MAX };
  const uint32_t *row = tiles->row + group * R2S_LANES, *edge = tiles->edge;
  uint32_t left[R2S_LANES];
  int16_t next[R2S_LANES]; /* the first sender that is left */
  for (uint32_t lane = 0; lane < R2S_LANES; lane++) {
    left[lane] = row[lane];
    next[lane] = left[lane] < row[lane + 1] ? (int16_t)sender[edge[left[lane]]] : NONE;
  }
  for (;; tile++) {
    int16_t least = NONE;
    for (uint32_t lane = 0; lane < R2S_LANES; lane++) least = next[lane] < least ? next[lane] : least;
    if (least == NONE) return tile;
    int from = least / R2S_LANES * R2S_LANES;
    tiles->window[tile] = (uint16_t)from;
    memset(tiles->w + tile * R2S_RATE_SLOTS * R2S_LANES, 0, R2S_RATE_SLOTS * R2S_LANES * sizeof *tiles->w);
    for (uint32_t lane = 0; lane < R2S_LANES; lane++) {
      uint32_t places = 0;
      for (uint32_t slot = 0; slot < R2S_RATE_SLOTS && next[lane] < from + 2 * R2S_LANES; slot++) {
        places |= (uint32_t)(next[lane] - from) << 8 * slot;
        tiles->at[edge[left[lane]]] = (tile * R2S_RATE_SLOTS + slot) * R2S_LANES + lane;
        next[lane] = ++left[lane] < row[lane + 1] ? (int16_t)sender[edge[left[lane]]] : NONE;
      }
      tiles->place[tile * R2S_LANES + lane] = places;
    }
  }
}

void r2s_rate_tiles_build(r2s_rate_tiles *tiles, size_t edges, const uint32_t *receiver,
                          const uint32_t *sender) {
  sort_edges(tiles, edges, receiver);
  tiles->start[0] = 0;
  for (size_t group = 0; group < tiles->groups; group++)
    tiles->start[group + 1] = pack_group(tiles, group, tiles->start[group], sender);
}
