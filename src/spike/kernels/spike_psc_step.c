/* SPDX-License-Identifier: MIT
 * The update of spike_psc_step.h in vectors of the instruction set's own width. Compiled once per instruction
 * set; every operation rounds alike in all of them (no contraction). */
#include "spike/kernels/spike_psc_step.h"

#include <stdbool.h>

#define REAL double
#define REAL_BITS int64_t
#include "spike/kernels/spike_vector.h"

/* Reads what arrives now and clears it for the spikes that come next. */
INLINE vector take(double *arriving) {
  vector w = load(arriving);
  store(arriving, (vector){0});
  return w;
}

/* What the units of a vector, the first of them number `from` of its group, read and write. */
typedef struct place {
  const r2s_spike_psc_factors *factors;
  r2s_spike_psc_units *units;
  const double *external;
  double *arriving[2];
  int from;
} place;

INLINE uint64_t dexp_units(const r2s_spike_psc_propagators *p, place at, vector now) {
  const r2s_spike_psc_factors *f = at.factors;
  r2s_spike_psc_units *u = at.units;
  const int k = at.from;
  vector v = load(u->v + k), i1 = load(u->current[0] + k), i2 = load(u->current[1] + k);
  vector moved = all(p->p33) * v + all(p->p30) * (load(at.external) + all(p->i_e));
  moved = moved + load(f->p3 + k) * i1;
  moved = moved + all(p->p_rise) * i2;
  v = choose(at_least(load(u->until + k), now), v, moved);
  store(u->v + k, v);
  vector w = take(at.arriving[0]);
  store(u->current[0] + k, load(f->p11 + k) * i1 + w);
  store(u->current[1] + k, all(p->p11_rise) * i2 - w);
  return bits_of(at_least(v, all(p->theta)));
}

/* One sign's synapses: the current from its derivative, then the derivative. */
INLINE void alpha_synapses(place at, int sign, vector d, vector c) {
  const r2s_spike_psc_factors *f = at.factors;
  const int k = at.from;
  vector p11 = load(f->p11 + k);
  store(at.units->current[sign] + k, load(f->p21 + k) * d + p11 * c);
  store(at.units->slope[sign] + k, p11 * d + load(f->amplitude + k) * take(at.arriving[sign]));
}

INLINE uint64_t alpha_units(const r2s_spike_psc_propagators *p, place at, vector now) {
  const r2s_spike_psc_factors *f = at.factors;
  r2s_spike_psc_units *u = at.units;
  const int k = at.from;
  vector v = load(u->v + k), p31 = load(f->p31 + k), p32 = load(f->p3 + k);
  vector d_ex = load(u->slope[0] + k), c_ex = load(u->current[0] + k);
  vector d_in = load(u->slope[1] + k), c_in = load(u->current[1] + k);
  vector moved = all(p->p30) * (load(at.external) + all(p->i_e)) + p31 * d_ex + p32 * c_ex + p31 * d_in +
                 p32 * c_in + all(p->em1) * v + v;
  v = choose(at_least(load(u->until + k), now), v, moved);
  store(u->v + k, v);
  alpha_synapses(at, 0, d_ex, c_ex);
  alpha_synapses(at, 1, d_in, c_in);
  return bits_of(at_least(v, all(p->theta)));
}

INLINE void step(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, double update, bool alpha,
                 uint64_t *spiking) {
  const r2s_spike_psc_propagators constants = *p; /* copies: the stores can't change them */
  place at = {constants.factors, s->units, s->external, {s->arriving[0], s->arriving[1]}, 0};
  const vector now = all(update);
  for (int from = 0; from < constants.n_pad; from += 64) {
    const int to = from + 64 < constants.n_pad ? from + 64 : constants.n_pad;
    uint64_t bits = 0;
    for (int i = from; i < to; at.factors++, at.units++)
      for (at.from = 0; at.from < R2S_SPIKE_PSC_GROUP; at.from += WIDTH, i += WIDTH) {
        bits |= (alpha ? alpha_units(&constants, at, now) : dexp_units(&constants, at, now)) << (i - from);
        at.external += WIDTH, at.arriving[0] += WIDTH, at.arriving[1] += WIDTH;
      }
    spiking[from / 64] = bits;
  }
}

void R2S_KERNEL(r2s_spike_psc_step_dexp)(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s,
                                         double update, uint64_t *spiking) {
  step(p, s, update, false, spiking);
}

void R2S_KERNEL(r2s_spike_psc_step_alpha)(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s,
                                          double update, uint64_t *spiking) {
  step(p, s, update, true, spiking);
}

void R2S_KERNEL(r2s_spike_psc_add_noise)(double *restrict external, const double *restrict constant,
                                         const float *restrict normal, double sd, int n) {
  for (int i = 0; i < n; i++) external[i] = constant[i] + sd * (double)normal[i];
}
