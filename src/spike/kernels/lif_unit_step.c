/* SPDX-License-Identifier: MIT
 * The step of lif_unit_step.h in vectors of the instruction set's own width. Compiled once per instruction
 * set; every operation rounds alike in all of them (no contraction). */
#include "spike/kernels/lif_unit_step.h"

#define REAL double
#define REAL_BITS int64_t
#include "spike/kernels/spike_vector.h"

INLINE uint64_t membrane(const r2s_lif_unit_step *s, vector now, int i) {
  vector v = load(s->v + i), drive = load(s->wr + i) + load(s->ext + i);
  v = choose(at_least(now, load(s->active_from + i)), all(1 - s->leak) * v + all(s->leak) * drive, v);
  store(s->v + i, v);
  return bits_of(at_least(v, all(s->v_th)));
}

void R2S_KERNEL(r2s_lif_unit_membranes)(const r2s_lif_unit_step *step, int k, uint64_t *spiking) {
  const r2s_lif_unit_step s = *step; /* a copy: the stores can't change it */
  const vector now = all(k);
  for (int from = 0; from < s.n_padded; from += 64) {
    int to = from + 64 < s.n_padded ? from + 64 : s.n_padded;
    uint64_t bits = 0;
    for (int i = from; i < to; i += WIDTH) bits |= membrane(&s, now, i) << (i - from);
    spiking[from / 64] = bits;
  }
}

/* A spike filter of two stages: level follows rise. */
INLINE void filter(const r2s_lif_unit_step *s, double *level, double *rise, int i) {
  vector l = load(level + i), r = load(rise + i);
  store(level + i, load(s->decay_d + i) * l + all(s->dt) * r);
  store(rise + i, all(s->decay_r) * r);
}

void R2S_KERNEL(r2s_lif_unit_filters)(const r2s_lif_unit_step *step) {
  const r2s_lif_unit_step s = *step;
  for (int i = 0; i < s.n_padded; i += WIDTH) {
    filter(&s, s.r, s.s, i);
    if (s.equal_tau_d) filter(&s, s.wr, s.ws, i);
  }
}

enum { PARTS = R2S_LIF_UNIT_LANES / WIDTH };

/* Two receivers at a time as far as both have senders, since each lane's sum is a chain of additions. */
typedef struct row {
  size_t at, end; /* edges */
  double *wr;
} row;

INLINE row row_of(const r2s_lif_unit_edges *edges, size_t i, size_t width, double *wr) {
  return (row){edges->start[i], edges->start[i + 1], wr + i * width};
}

/* sum += what edge e brings */
INLINE void add_edge(const r2s_lif_unit_edges *edges, size_t e, int parts, const double *r, vector *sum) {
  const double *own = r + (size_t)edges->other[e] * (size_t)(parts * WIDTH);
  const vector weight = all(edges->weight[e]);
  for (int p = 0; p < parts; p++) sum[p] += weight * load(own + p * WIDTH);
}

INLINE void finish_row(const r2s_lif_unit_edges *edges, row own, int parts, const double *r,
                       const double *factor, vector *sum) {
  for (; own.at < own.end; own.at++) add_edge(edges, own.at, parts, r, sum);
  for (int p = 0; p < parts; p++) store(own.wr + p * WIDTH, sum[p] * load(factor + p * WIDTH));
}

/* parts: a constant where it is inlined */
INLINE void product(const r2s_lif_unit_edges *edges, int parts, const double *r, const double *factor,
                    double *wr) {
  const size_t n = (size_t)edges->n, width = (size_t)(parts * WIDTH);
  for (size_t i = 0; i < n; i += 2) {
    vector sum[2][2 * PARTS] = {0};
    row a = row_of(edges, i, width, wr);
    if (i + 1 < n) {
      row b = row_of(edges, i + 1, width, wr);
      for (; a.at < a.end && b.at < b.end; a.at++, b.at++) {
        add_edge(edges, a.at, parts, r, sum[0]);
        add_edge(edges, b.at, parts, r, sum[1]);
      }
      finish_row(edges, b, parts, r, factor, sum[1]);
    }
    finish_row(edges, a, parts, r, factor, sum[0]);
  }
}

void R2S_KERNEL(r2s_lif_unit_product)(const r2s_lif_unit_edges *edges, size_t width, const double *r,
                                      const double *factor, double *wr) {
  if (width > R2S_LIF_UNIT_LANES)
    product(edges, 2 * PARTS, r, factor, wr);
  else
    product(edges, PARTS, r, factor, wr);
}
