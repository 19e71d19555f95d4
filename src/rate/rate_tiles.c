/* SPDX-License-Identifier: MIT
 * Packs edges into slots. */
#include "rate/rate_tiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

/* Tiles at most. Each takes an edge at least. A window begins with the first sender that is left, of which
 * every receiver gets rid; so where the next one begins within it, some receiver has filled its slots.
 * Windows that begin at blocks come again only if all receivers with edges in the block have filled theirs.
 */
static size_t most_tiles(r2s_rate_tile_shape shape, size_t groups, size_t n, size_t edges) {
  size_t most = shape.align > 1
                    ? groups * ((n + shape.align - 1) / shape.align) * (shape.align / R2S_RATE_TILE_SLOTS)
                    : edges / R2S_RATE_TILE_SLOTS + groups * (n / shape.window + 1);
  return edges < most ? edges : most;
}

r2s_status r2s_rate_tiles_create(r2s_rate_tiles *out, const r2s_rate_net *net, r2s_isa isa, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_tiles tiles = {.shape = r2s_rate_tile_shape_of(isa)};
  size_t n = (size_t)net->n, edges = net->count[R2S_RATE_W], lanes = tiles.shape.lanes;
  tiles.groups = (n + R2S_LANES - 1) / R2S_LANES * (R2S_LANES / lanes);
  size_t most = most_tiles(tiles.shape, tiles.groups, n, edges);
  R2S_ALLOC(st, &tiles.start, tiles.groups + 1, "tiles", err);
  R2S_ALLOC(st, &tiles.w, most * R2S_RATE_TILE_SLOTS * lanes, "tiles", err);
  if (tiles.shape.window < 32) R2S_ALLOC(st, &tiles.place, most * lanes, "tiles", err);
  R2S_ALLOC(st, &tiles.window, most, "tiles", err);
  R2S_ALLOC(st, &tiles.at, edges, "tiles", err);
  R2S_ALLOC(st, &tiles.row, tiles.groups * lanes + 1, "tiles", err);
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
  size_t rows = tiles->groups * tiles->shape.lanes;
  memset(row, 0, (rows + 1) * sizeof *row);
  for (size_t e = 0; e < edges; e++) row[receiver[e] + 1]++;
  for (size_t i = 0; i < rows; i++) row[i + 1] += row[i];
  for (size_t e = 0; e < edges; e++) tiles->edge[row[receiver[e]]++] = (uint32_t)e;
  memmove(row + 1, row, rows * sizeof *row); /* each had moved on to the next one's first */
  row[0] = 0;
}

static void set_window(r2s_rate_tiles *tiles, uint32_t tile, int from) {
  const bool halves = tiles->shape.window == 32;
  tiles->window[tile][0] = (uint16_t)(halves ? (from + 16) / 32 * 32 : from);
  tiles->window[tile][1] = (uint16_t)(halves ? from / 32 * 32 + 16 : from);
}

/* The group's tiles, from number `tile` on; returns the one after the last. Each window begins with the first
 * sender that is left, or its block: later ones can wait, this one can't. */
static uint32_t pack_group(r2s_rate_tiles *tiles, size_t group, uint32_t tile, const uint32_t *sender) {
  enum { NONE = INT16_MAX };
  const r2s_rate_tile_shape shape = tiles->shape;
  const uint32_t *row = tiles->row + group * shape.lanes, *edge = tiles->edge;
  uint32_t left[R2S_LANES];
  int16_t next[R2S_LANES]; /* the first sender that is left */
  for (uint32_t lane = 0; lane < shape.lanes; lane++) {
    left[lane] = row[lane];
    next[lane] = left[lane] < row[lane + 1] ? (int16_t)sender[edge[left[lane]]] : NONE;
  }
  for (;; tile++) {
    int16_t least = NONE;
    for (uint32_t lane = 0; lane < shape.lanes; lane++) least = next[lane] < least ? next[lane] : least;
    if (least == NONE) return tile;
    int from = least / (int)shape.align * (int)shape.align, end = from + (int)shape.window;
    float *w = tiles->w + (size_t)tile * R2S_RATE_TILE_SLOTS * shape.lanes;
    set_window(tiles, tile, from);
    memset(w, 0, R2S_RATE_TILE_SLOTS * shape.lanes * sizeof *w);
    for (uint32_t lane = 0; lane < shape.lanes; lane++) {
      uint32_t places = 0;
      for (int taken = 0; taken < R2S_RATE_TILE_SLOTS && next[lane] < end; taken++) {
        uint32_t slot = (left[lane] - row[lane]) % R2S_RATE_TILE_SLOTS;
        places |= (uint32_t)(next[lane] - from) << 3 * slot;
        tiles->at[edge[left[lane]]] = (tile * R2S_RATE_TILE_SLOTS + slot) * shape.lanes + lane;
        next[lane] = ++left[lane] < row[lane + 1] ? (int16_t)sender[edge[left[lane]]] : NONE;
      }
      if (tiles->place) tiles->place[(size_t)tile * shape.lanes + lane] = (uint8_t)places;
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
