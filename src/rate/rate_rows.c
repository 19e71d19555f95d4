/* SPDX-License-Identifier: MIT
 * Builds the rows of a sparse matrix. */
#include "rate/rate_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"

/* Links at most: in the lists, a row's share of padding is that of the longest of its four. */
static size_t most_links(int n, size_t edges) {
  size_t fours = ((size_t)n + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR, dense = fours * R2S_RATE_FOUR * (size_t)n;
  /* rows are sorted by length: the padding of all fours adds up to less than three longest rows */
  size_t padded = edges + (R2S_RATE_FOUR - 1) * (size_t)n;
  return padded < dense ? padded : dense;
}

r2s_status r2s_rate_rows_create(r2s_rate_rows *out, int n, size_t edges, r2s_isa isa, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_rows rows = {.n = n};
  size_t units = (size_t)n, fours = (units + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR;
  R2S_ALLOC(st, &rows.tile, (size_t)r2s_rate_code_tiles(n) + 1, "rows", err);
  R2S_ALLOC(st, &rows.order, fours * R2S_RATE_FOUR, "rows", err);
  R2S_ALLOC(st, &rows.start, fours + 1, "rows", err);
  R2S_ALLOC(st, &rows.next, units, "rows", err);
  R2S_ALLOC(st, &rows.w, most_links(n, edges), "links", err);
  R2S_ALLOC(st, &rows.place, most_links(n, edges), "links", err);
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

/* rows->order, longest first, by counting; next: the rows' lengths. */
static void sort_rows(r2s_rate_rows *rows) {
  uint32_t n = (uint32_t)rows->n, longest = 0, filled = 0;
  for (uint32_t i = 0; i < n; i++) longest = rows->next[i] > longest ? rows->next[i] : longest;
  for (uint32_t length = longest + 1; length-- > 0 && filled < n;)
    for (uint32_t i = 0; i < n; i++)
      if (rows->next[i] == length) rows->order[filled++] = i;
  while (filled % R2S_RATE_FOUR) rows->order[filled++] = n;
}

static void build_lists(r2s_rate_rows *rows, size_t edges, const uint32_t *row, const uint32_t *sender,
                        uint32_t *at) {
  uint32_t n = (uint32_t)rows->n, *next = rows->next, link = 0;
  memset(next, 0, n * sizeof *next);
  for (size_t e = 0; e < edges; e++) next[row[e]]++;
  sort_rows(rows);
  for (uint32_t first = 0; first < n; first += R2S_RATE_FOUR) {
    uint32_t longest = next[rows->order[first]];
    rows->start[first / R2S_RATE_FOUR] = link;
    for (uint32_t k = 0; k < R2S_RATE_FOUR; k++)
      if (rows->order[first + k] < n) next[rows->order[first + k]] = link + k;
    link += longest * R2S_RATE_FOUR;
  }
  rows->start[(n + R2S_RATE_FOUR - 1) / R2S_RATE_FOUR] = link;
  memset(rows->w, 0, link * sizeof *rows->w);
  memset(rows->place, 0, link * sizeof *rows->place);
  for (size_t e = 0; e < edges; e++) {
    at[e] = next[row[e]];
    next[row[e]] += R2S_RATE_FOUR;
    rows->place[at[e]] = (uint16_t)(sender[e] * (R2S_LANES / 2));
  }
  rows->n_tiles = 1;
  rows->tile[0] = (r2s_rate_tile){.to = rows->n};
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
