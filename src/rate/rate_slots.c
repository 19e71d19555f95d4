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

/* Senders of a chunk: those that half the cache holds. The rest is for senders of the chunk before, which a
 * four may reach back to, and for what streams by. */
static size_t chunk_of(size_t n, size_t sender_bytes) {
  size_t most = l1_bytes() / 2 / sender_bytes, chunks;
  if (most < 1) most = 1;
  chunks = (n + most - 1) / most;
  return (n + chunks - 1) / chunks;
}

r2s_status r2s_rate_slots_create(r2s_rate_slots *out, int n, int n_out, size_t edges, size_t sender_bytes,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_slots slots = {.n = (size_t)n, .n_out = (size_t)n_out};
  slots.chunk = chunk_of(slots.n, sender_bytes);
  /* a receiver's last four need not be full, nor an output's last one of each chunk */
  slots.most = edges / R2S_RATE_SLOTS_FOUR + slots.n + slots.n_out * slots.n;
  R2S_ALLOC(st, &slots.post, slots.most, "edges", err);
  R2S_ALLOC(st, &slots.pre, slots.most * R2S_RATE_SLOTS_FOUR, "edges", err);
  R2S_ALLOC(st, &slots.slot, edges, "edges", err);
  R2S_ALLOC(st, &slots.w_out, slots.n_out * slots.n, "edges", err);
  R2S_ALLOC(st, &slots.next, slots.n, "edges", err);
done:
  *out = slots;
  if (st != R2S_OK) r2s_rate_slots_free(out);
  return st;
}

void r2s_rate_slots_free(r2s_rate_slots *slots) {
  free(slots->post);
  free(slots->pre);
  free(slots->slot);
  free(slots->w_out);
  free(slots->next);
  *slots = (r2s_rate_slots){0};
}

/* Slot k of the four that comes next; *own: the edge's. */
static void set_slot(r2s_rate_slots *slots, size_t k, size_t pre, uint32_t *own) {
  const size_t slot = slots->fours * R2S_RATE_SLOTS_FOUR + k;
  *own = (uint32_t)slot;
  slots->pre[slot] = (uint32_t)pre;
}

/* The fours of receiver i whose last sender comes before `end`. */
static void add_fours(r2s_rate_slots *slots, size_t edges, const uint32_t *post, const uint32_t *pre,
                      size_t i, size_t end) {
  size_t first = slots->next[i];
  while (first < edges && post[first] == i) {
    size_t last = first;
    while (last - first < R2S_RATE_SLOTS_FOUR - 1 && last + 1 < edges && post[last + 1] == i) last++;
    if (pre[last] >= end) break;
    for (size_t k = 0; k < R2S_RATE_SLOTS_FOUR; k++) {
      const size_t edge = first + k < last ? first + k : last;
      set_slot(slots, k, pre[edge], slots->slot + edge);
    }
    slots->post[slots->fours++] = (uint32_t)i;
    first = last + 1;
  }
  slots->next[i] = (uint32_t)first;
}

/* Those of output k, which reads all of a chunk's units. */
static void add_output_fours(r2s_rate_slots *slots, size_t k, size_t from, size_t end) {
  for (size_t unit = from; unit < end; unit += R2S_RATE_SLOTS_FOUR) {
    for (size_t slot = 0; slot < R2S_RATE_SLOTS_FOUR; slot++) {
      const size_t pre = unit + slot < end ? unit + slot : end - 1;
      set_slot(slots, slot, pre, slots->w_out + k * slots->n + pre);
    }
    slots->post[slots->fours++] = (uint32_t)(slots->n + k);
  }
}

void r2s_rate_slots_build(r2s_rate_slots *slots, size_t edges, const uint32_t *post, const uint32_t *pre) {
  const size_t n = slots->n;
  size_t edge = 0;
  for (size_t i = 0; i < n; i++) {
    slots->next[i] = (uint32_t)edge;
    while (edge < edges && post[edge] == i) edge++;
  }
  slots->edges = edges;
  slots->fours = 0;
  for (size_t from = 0; from < n; from += slots->chunk) {
    const size_t end = from + slots->chunk;
    for (size_t i = 0; i < n; i++) add_fours(slots, edges, post, pre, i, end);
    for (size_t k = 0; k < slots->n_out; k++) add_output_fours(slots, k, from, end < n ? end : n);
  }
}
