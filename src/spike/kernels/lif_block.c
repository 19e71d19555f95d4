/* SPDX-License-Identifier: MIT
 * The inner loop of the fast LIF engine, in vectors of the instruction set's own width; compiled once per
 * set. No sum depends on that width, and multiply-adds are fused by name, so that the bits are equal on every
 * set. */
#include "spike/kernels/lif_block.h"

#include "base/base_vector.h"

#define REAL float
#define REAL_BITS int32_t
#include "spike/kernels/spike_vector.h"

INLINE mask load_steps(const int32_t *p) {
  mask v;
  memcpy(&v, p, sizeof v);
  return v;
}

/* a b + c in these lanes, a in the others */
INLINE vector fused_where(lanes m, vector a, vector b, vector c) {
#if defined(__AVX512F__)
  return (vector)_mm512_mask_fmadd_ps((__m512)a, m, (__m512)b, (__m512)c);
#else
  return choose(m, r2s_vf_fused(a, b, c), a);
#endif
}

/* Eq. S2, S4 for WIDTH units in step k; the bits tell which are at or above threshold. */
INLINE uint64_t advance_units(const r2s_lif_block *b, mask k, bool noisy, const float *normals,
                              bool by_sender, int i) {
  vector v = load(b->v + i), y = load(b->y + i), g = load(b->g + i);
  vector drive = (by_sender ? load(b->drive + i) : y) + load(b->base + i);
  v = fused_where(before(load_steps(b->refractory_to + i), k), v, all(b->keep), drive);
  if (noisy) v = r2s_vf_fused(all(b->noise_mv), load(normals + i), v);
  store(b->v + i, v);
  store(b->y + i, r2s_vf_fused(load(b->decay_d + i), y, g));
  store(b->g + i, all(b->decay_r) * g);
  return reached(v, all(b->v_th));
}

/* All units; spiking gets 64 to a word. Tells whether any is at or above threshold. */
INLINE bool advance(const r2s_lif_block *b, int k, bool noisy, const float *normals, bool by_sender) {
  const r2s_lif_block block = *b; /* a copy: the stores can't change it */
  uint64_t any = 0;
  for (int from = 0; from < block.n_padded; from += 64) {
    int to = from + 64 < block.n_padded ? from + 64 : block.n_padded;
    uint64_t bits = 0;
    for (int i = from; i < to; i += WIDTH)
      bits |= advance_units(&block, k - (mask){0}, noisy, normals, by_sender, i) << (i - from);
    block.spiking[from / 64] = bits;
    any |= bits;
  }
  return any != 0;
}

static bool advance_noisy(const r2s_lif_block *b, int k, const float *normals) {
  return b->by_sender ? advance(b, k, true, normals, true) : advance(b, k, true, normals, false);
}

static bool advance_quiet(const r2s_lif_block *b, int k) {
  return b->by_sender ? advance(b, k, false, NULL, true) : advance(b, k, false, NULL, false);
}

/* target += factor column */
INLINE void add_column(const r2s_lif_block *b, int pre, vector factor, float *target) {
  const float *column = b->columns + (size_t)pre * (size_t)b->n_padded;
  const int n_padded = b->n_padded;
  for (int i = 0; i < n_padded; i += WIDTH) store(target + i, load(target + i) + factor * load(column + i));
}

/* IPSC = W r, in order of sender */
static void sum_senders(const r2s_lif_block *b) {
  memset(b->drive, 0, (size_t)b->n_padded * sizeof *b->drive);
  for (int j = 0; j < b->n; j++)
    if (b->y[j] != 0) add_column(b, j, all(b->y[j]), b->drive);
}

/* Resets the spiking units and lets their spikes arrive (Eq. S3, S4), in order of unit; returns their number.
 */
static int take_spikes(const r2s_lif_block *b, int k, r2s_spike_event *events) {
  const int end = r2s_lif_refractory_end(b, k);
  int n_spikes = 0;
  for (int word = 0; word * 64 < b->n_padded; word++)
    for (uint64_t bits = b->spiking[word]; bits; bits &= bits - 1) {
      int unit = word * 64 + __builtin_ctzll(bits);
      b->v[unit] = b->v_reset;
      b->refractory_to[unit] = end;
      if (b->by_sender)
        b->arrive[unit] += b->own[unit];
      else
        add_column(b, unit, all(1), b->arrive);
      events[n_spikes++] = (r2s_spike_event){unit, k};
    }
  return n_spikes;
}

int R2S_KERNEL(r2s_lif_run_block)(r2s_lif_block *b, int first, int n_steps, const float *normals,
                                  r2s_spike_event *events) {
  int n_events = 0;
  for (int k = first; k < first + n_steps; k++) {
    if (b->by_sender) sum_senders(b);
    if (normals ? advance_noisy(b, k, normals) : advance_quiet(b, k))
      n_events += take_spikes(b, k, events + n_events);
    if (normals) normals += b->n;
  }
  return n_events;
}
