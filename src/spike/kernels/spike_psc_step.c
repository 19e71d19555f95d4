/* SPDX-License-Identifier: MIT
 * The update of spike_psc_step.h in vectors of the instruction set's own width. Compiled once per instruction
 * set; every operation rounds alike in all of them (no contraction). */
#include "spike/kernels/spike_psc_step.h"

#define REAL double
#define REAL_BITS int64_t
#include "spike/kernels/spike_vector.h"

/* Reads what arrives now and clears it for the spikes that come next. */
INLINE vector take(double *arriving) {
  vector w = load(arriving);
  store(arriving, (vector){0});
  return w;
}

INLINE uint64_t dexp_units(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, vector now,
                           int i) {
  vector v = load(s->v + i), i1 = load(s->current[0] + i), i2 = load(s->current[1] + i);
  vector moved = all(p->p33) * v + all(p->p30) * (load(s->external + i) + all(p->i_e));
  moved = moved + load(p->p3 + i) * i1;
  moved = moved + all(p->p_rise) * i2;
  v = choose(at_least(load(s->until + i), now), v, moved);
  store(s->v + i, v);
  vector w = take(s->arriving[0] + i);
  store(s->current[0] + i, load(p->p11 + i) * i1 + w);
  store(s->current[1] + i, all(p->p11_rise) * i2 - w);
  return bits_of(at_least(v, all(p->theta)));
}

/* One sign's synapses: the current from its derivative, then the derivative. */
INLINE void alpha_synapses(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, int sign,
                           vector d, vector c, int i) {
  vector p11 = load(p->p11 + i);
  store(s->current[sign] + i, load(p->p21 + i) * d + p11 * c);
  store(s->slope[sign] + i, p11 * d + load(p->amplitude + i) * take(s->arriving[sign] + i));
}

INLINE uint64_t alpha_units(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, vector now,
                            int i) {
  vector v = load(s->v + i), p31 = load(p->p31 + i), p32 = load(p->p3 + i);
  vector d_ex = load(s->slope[0] + i), c_ex = load(s->current[0] + i);
  vector d_in = load(s->slope[1] + i), c_in = load(s->current[1] + i);
  vector moved = all(p->p30) * (load(s->external + i) + all(p->i_e)) + p31 * d_ex + p32 * c_ex + p31 * d_in +
                 p32 * c_in + all(p->em1) * v + v;
  v = choose(at_least(load(s->until + i), now), v, moved);
  store(s->v + i, v);
  alpha_synapses(p, s, 0, d_ex, c_ex, i);
  alpha_synapses(p, s, 1, d_in, c_in, i);
  return bits_of(at_least(v, all(p->theta)));
}

void R2S_KERNEL(r2s_spike_psc_step_dexp)(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s,
                                         double update, uint64_t *spiking) {
  const r2s_spike_psc_propagators constants = *p; /* copies: the stores below can't change them */
  const r2s_spike_psc_state state = *s;
  vector now = all(update);
  for (int from = 0; from < constants.n_pad; from += 64) {
    int to = from + 64 < constants.n_pad ? from + 64 : constants.n_pad;
    uint64_t bits = 0;
    for (int i = from; i < to; i += WIDTH) bits |= dexp_units(&constants, &state, now, i) << (i - from);
    spiking[from / 64] = bits;
  }
}

void R2S_KERNEL(r2s_spike_psc_step_alpha)(const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s,
                                          double update, uint64_t *spiking) {
  const r2s_spike_psc_propagators constants = *p;
  const r2s_spike_psc_state state = *s;
  vector now = all(update);
  for (int from = 0; from < constants.n_pad; from += 64) {
    int to = from + 64 < constants.n_pad ? from + 64 : constants.n_pad;
    uint64_t bits = 0;
    for (int i = from; i < to; i += WIDTH) bits |= alpha_units(&constants, &state, now, i) << (i - from);
    spiking[from / 64] = bits;
  }
}

void R2S_KERNEL(r2s_spike_psc_add_noise)(double *restrict external, const double *restrict constant,
                                         const float *restrict normal, double sd, int n) {
  for (int i = 0; i < n; i++) external[i] = constant[i] + sd * (double)normal[i];
}
