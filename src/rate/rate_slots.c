/* SPDX-License-Identifier: MIT
 * Sorts edges into chunks of senders. */
#include "rate/rate_slots.h"

#include <stdlib.h>
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
  R2S_ALLOC(st, &slots.next, slots.n, "edges", err);
done:
  *out = slots;
  if (st != R2S_OK) r2s_rate_slots_free(out);
  return st;
}

void r2s_rate_slots_free(r2s_rate_slots *slots) {
  free(slots->start);
  free(slots->pre);
  free(slots->edge);
  free(slots->next);
  *slots = (r2s_rate_slots){0};
}

void r2s_rate_slots_build(r2s_rate_slots *slots, size_t edges, const uint32_t *post, const uint32_t *pre,
                          unsigned shape) {
  const size_t n = slots->n;
  uint32_t *next = slots->next, *sender = slots->pre, *place = slots->edge, edge = 0, slot = 0;
  for (size_t i = 0; i < n; i++) {
    next[i] = edge;
    while (edge < edges && post[edge] == i) edge++;
  }
  for (size_t row = 0; row < slots->chunks * n; row++) {
    const size_t i = row % n, end = (row / n + 1) * slots->chunk;
    slots->start[row] = slot;
    for (edge = next[i]; edge < edges && post[edge] == i && pre[edge] < end; edge++, slot++) {
      sender[slot] = pre[edge];
      place[slot] = edge;
    }
    next[i] = edge;
  }
  slots->start[slots->chunks * n] = slot;
  slots->shape = shape;
}
