/* SPDX-License-Identifier: MIT
 * Builds the rows of a sparse matrix. */
#include "rate/rate_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"

/* Blocks of senders: as few as the L1 cache allows, and so that a row has some links in each. */
static size_t blocks_of(size_t n, size_t edges) {
  enum { LINKS = 32 };
  size_t most = edges / (LINKS * n), blocks = (n + R2S_RATE_SENDERS - 1) / R2S_RATE_SENDERS;
  return blocks < most ? blocks : most > 1 ? most : 1;
}

/* Links at most: in the lists, a row's share of padding is that of the longest of its four. */
static size_t most_links(const r2s_rate_rows *rows, size_t edges) {
  size_t n = (size_t)rows->n, dense = rows->fours * R2S_RATE_FOUR * n;
  /* a tile's rows are sorted by length: the padding of all its fours of a block adds up to less than three
   * longest rows */
  size_t padded = edges + (R2S_RATE_FOUR - 1) * n * (size_t)rows->parts;
  return padded < dense ? padded : dense;
}

/* Tiles of about the same size, of whole tiles of code: so that a tile's normals are whole blocks in both. */
static void cut_lists(const r2s_rate_rows *rows, r2s_rate_tile *tile) {
  const int pieces = r2s_rate_code_tiles(rows->n);
  for (int k = 0; k < rows->parts; k++) {
    const int to = pieces * (k + 1) / rows->parts * R2S_RATE_TILE_ROWS;
    tile[k] = (r2s_rate_tile){.from = pieces * k / rows->parts * R2S_RATE_TILE_ROWS,
                              .to = to < rows->n ? to : rows->n};
  }
}

r2s_status r2s_rate_rows_create(r2s_rate_rows *out, int n, size_t edges, int parts, r2s_isa isa,
                                r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t units = (size_t)n;
  const int most_parts = r2s_rate_code_tiles(n);
  r2s_rate_rows rows = {
      .n = n, .parts = parts < most_parts ? parts : most_parts, .blocks = blocks_of(units, edges)};
  rows.block = (units + rows.blocks - 1) / rows.blocks;
  rows.fours = (units + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR;
  R2S_ALLOC(st, &rows.tile, (size_t)r2s_rate_code_tiles(n) + 1, "rows", err);
  R2S_ALLOC(st, &rows.order, rows.blocks * rows.fours * R2S_RATE_FOUR, "rows", err);
  R2S_ALLOC(st, &rows.start, rows.blocks * rows.fours + 1, "rows", err);
  R2S_ALLOC(st, &rows.next, rows.blocks * units, "rows", err);
  R2S_ALLOC(st, &rows.w, most_links(&rows, edges), "links", err);
  R2S_ALLOC(st, &rows.place, most_links(&rows, edges) + R2S_RATE_FOUR, "links", err);
  R2S_TRY(st, r2s_rate_code_create(&rows.code, n, edges, isa, err));
done:
  *out = rows;
  if (st != R2S_OK) r2s_rate_rows_free(out);
  return st;
}

void r2s_rate_rows_free(r2s_rate_rows *rows) {
  free(rows->tile);
  free(rows->w);
  free(rows->order);
  free(rows->start);
  free(rows->place);
  free(rows->next);
  r2s_rate_code_free(&rows->code);
  *rows = (r2s_rate_rows){0};
}

/* Rows 0 to n - 1, longest first, by counting; then n, n + 1, ... up to whole fours. */
static void sort_rows(uint32_t n, const uint32_t *length, uint32_t *order) {
  uint32_t longest = 0, filled = 0;
  for (uint32_t i = 0; i < n; i++) longest = length[i] > longest ? length[i] : longest;
  for (uint32_t rest = longest + 1; rest-- > 0 && filled < n;)
    for (uint32_t i = 0; i < n; i++)
      if (length[i] == rest) order[filled++] = i;
  for (; filled % R2S_RATE_FOUR; filled++) order[filled] = filled;
}

/* The links of a tile's block from number `link` on; next [rows of the tile]: their lengths, which become
 * their first links. Returns the link after the last. */
static uint32_t build_block(const r2s_rate_tile *tile, uint32_t link, uint32_t *next, uint32_t *order,
                            uint32_t *start) {
  const uint32_t n = (uint32_t)(tile->to - tile->from);
  const size_t fours = r2s_rate_rows_fours(tile);
  sort_rows(n, next, order);
  for (size_t four = 0; four < fours; four++, order += R2S_RATE_FOUR) {
    const uint32_t longest = next[order[0]];
    start[four] = link;
    for (uint32_t k = 0; k < R2S_RATE_FOUR; k++)
      if (order[k] < n) next[order[k]] = link + k;
    link += longest * R2S_RATE_FOUR;
  }
  start[fours] = link;
  return link;
}

static void build_lists(r2s_rate_rows *rows, size_t edges, const uint32_t *row, const uint32_t *sender,
                        uint32_t *at) {
  const size_t n = (size_t)rows->n;
  uint32_t link = 0;
  rows->n_tiles = rows->parts;
  cut_lists(rows, rows->tile);
  memset(rows->next, 0, rows->blocks * n * sizeof *rows->next);
  for (size_t e = 0; e < edges; e++) rows->next[sender[e] / rows->block * n + row[e]]++;
  for (const r2s_rate_tile *tile = rows->tile; tile < rows->tile + rows->n_tiles; tile++)
    for (size_t block = 0; block < rows->blocks; block++) {
      const size_t four = rows->blocks * r2s_rate_rows_fours_before(tile) + block * r2s_rate_rows_fours(tile);
      link = build_block(tile, link, rows->next + block * n + tile->from, rows->order + four * R2S_RATE_FOUR,
                         rows->start + four);
    }
  memset(rows->w, 0, link * sizeof *rows->w);
  memset(rows->place, 0, link * sizeof *rows->place);
  for (size_t e = 0; e < edges; e++) {
    uint32_t *next = &rows->next[sender[e] / rows->block * n + row[e]];
    at[e] = *next;
    *next += R2S_RATE_FOUR;
    rows->place[at[e]] = (uint16_t)(sender[e] * (R2S_LANES / 2));
  }
}

void r2s_rate_rows_build(r2s_rate_rows *rows, size_t edges, const uint32_t *row, const uint32_t *sender,
                         uint32_t *at) {
  rows->links = edges;
  if (r2s_rate_code_make(&rows->code, rows->n, edges, row, sender, rows->tile, at)) {
    rows->n_tiles = r2s_rate_code_tiles(rows->n);
    memset(rows->w, 0, edges * sizeof *rows->w);
  } else {
    build_lists(rows, edges, row, sender, at);
  }
}
