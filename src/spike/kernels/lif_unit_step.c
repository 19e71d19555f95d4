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
