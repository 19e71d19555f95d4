/* SPDX-License-Identifier: MIT
 * Sorts edges into chunks of senders. */
#include "rate/rate_slots.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_memory.h"

/* Bytes of a core's first data cache; 32 KB where nobody tells. */
static size_t l1_bytes(void) {
  long bytes = 0;
#ifdef _SC_LEVEL1_DCACHE_SIZE
  bytes = sysconf(_SC_LEVEL1_DCACHE_SIZE);
#endif
  return bytes > 0 ? (size_t)bytes : 32768;
}

/* Senders of a chunk: an eighth of the cache is left for what streams by. In large networks more than the
 * cache holds, or a receiver would have hardly an edge among them. */
static size_t chunk_of(size_t n, size_t sender_bytes) {
  size_t most = l1_bytes() / 8 * 7 / sender_bytes * (1 + n / 1024), chunks;
  if (most < 1) most = 1;
  chunks = (n + most - 1) / most;
  return (n + chunks - 1) / chunks;
}

r2s_status r2s_rate_slots_create(r2s_rate_slots *out, int n, size_t edges, size_t sender_bytes,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_slots slots = {.n = (size_t)n};
  slots.chunk = chunk_of(slots.n, sender_bytes);
  slots.chunks = (slots.n + slots.chunk - 1) / slots.chunk;
  R2S_ALLOC(st, &slots.start, slots.chunks * slots.n + 1, "edges", err);
  R2S_ALLOC(st, &slots.pre, edges, "edges", err);
  R2S_ALLOC(st, &slots.edge, edges, "edges", err);
done:
  *out = slots;
  if (st != R2S_OK) r2s_rate_slots_free(out);
  return st;
}

void r2s_rate_slots_free(r2s_rate_slots *slots) {
  free(slots->start);
  free(slots->pre);
  free(slots->edge);
  *slots = (r2s_rate_slots){0};
}

/* Where the walk over the edges is. */
typedef struct place {
  uint32_t post;
  size_t row, end; /* the chunk's row of that receiver, and the sender behind the chunk */
} place;

/* Row (chunk, receiver) of the next edge. Without a division, which would take most of the time. */
static size_t row_of(const r2s_rate_slots *slots, place *at, uint32_t post, uint32_t pre) {
  if (post != at->post || at->end == 0) *at = (place){post, post, slots->chunk};
  for (; pre >= at->end; at->end += slots->chunk) at->row += slots->n;
  return at->row;
}

void r2s_rate_slots_build(r2s_rate_slots *slots, size_t edges, const uint32_t *post, const uint32_t *pre,
                          unsigned shape) {
  size_t rows = slots->chunks * slots->n;
  uint32_t *start = slots->start, sum = 0;
  memset(start, 0, (rows + 1) * sizeof *start);
  place at = {0};
  for (size_t e = 0; e < edges; e++) start[row_of(slots, &at, post[e], pre[e])]++;
  for (size_t row = 0; row <= rows; row++) {
    uint32_t count = start[row];
    start[row] = sum;
    sum += count;
  }
  at = (place){0};
  for (size_t e = 0; e < edges; e++) {
    uint32_t slot = start[row_of(slots, &at, post[e], pre[e])]++;
    slots->pre[slot] = pre[e];
    slots->edge[slot] = (uint32_t)e;
  }
  memmove(start + 1, start, rows * sizeof *start); /* each row's end is the next one's beginning */
  start[0] = 0;
  slots->shape = shape;
}
