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

/* Eq. S4: y <- decay_d y + g, g <- decay_r g */
INLINE void decay(const r2s_lif_block *b, vector *y, vector *g, size_t i) {
  *y = r2s_vf_fused(load(b->decay_d + i), *y, *g);
  *g = all(b->decay_r) * *g;
}

/* Eq. S2, S4 for WIDTH units in step k; answers their v. */
INLINE vector advance_units(const r2s_lif_block *b, mask k, const float *normals, bool by_sender, size_t i) {
  vector v = load(b->v + i), y = load(b->y + i), g = load(b->g + i);
  vector drive = (by_sender ? load(b->drive + i) : y) + load(b->base + i);
  v = fused_where(before(load_steps(b->refractory_to + i), k), v, all(b->keep), drive);
  if (normals) v = r2s_vf_fused(all(b->noise_mv), load(normals + i), v);
  decay(b, &y, &g, i);
  store(b->v + i, v);
  store(b->y + i, y);
  store(b->g + i, g);
  return v;
}

/* Steps k and k + 1 of WIDTH units. A spike reaches g in its own step, y in the next and v in the one after
 * that, so v of the second step needs no other unit's spike of the first; a unit's own is left to
 * redo_second. y and g are left as they are in step k, before its spikes arrive; lag: so they come from the
 * steps before. */
INLINE void advance_twice(const r2s_lif_block *b, mask k, const float *normals, bool lag, size_t i,
                          vector reached[2]) {
  vector v = load(b->v + i), y = load(b->y + i), g = load(b->g + i);
  const vector base = load(b->base + i);
  const mask until = load_steps(b->refractory_to + i);
  if (lag) decay(b, &y, &g, i);
  v = fused_where(before(until, k), v, all(b->keep), y + base);
  if (normals) v = r2s_vf_fused(all(b->noise_mv), load(normals + i), v);
  reached[0] = v;
  decay(b, &y, &g, i);
  v = fused_where(before(until, k + 1), v, all(b->keep), y + base);
  if (normals) v = r2s_vf_fused(all(b->noise_mv), load(normals + b->n + i), v);
  reached[1] = v;
  store(b->v + i, v);
  store(b->y + i, y);
  store(b->g + i, g);
}

static int words_of(const r2s_lif_block *b) {
  return (b->n_padded + 63) / 64;
}

/* All units in step k, or (twice) in the two from k on. Spiking units get their bits in b->spiking, which has
 * none at first: in most steps there is nothing to write. Bit 0 and 1 of the answer tell whether any spikes
 * in step k and k + 1. */
INLINE unsigned advance(const r2s_lif_block *b, int k, const float *normals, bool by_sender, bool twice,
                        bool lag) {
  const r2s_lif_block block = *b; /* a copy: the stores can't change it */
  const int words = words_of(b), steps = 1 + twice;
  unsigned any = 0;
  for (size_t i = 0, n = (size_t)block.n_padded; i < n; i += WIDTH) {
    vector v[2]; /* of each step */
    if (twice)
      advance_twice(&block, k - (mask){0}, normals, lag, i, v);
    else
      v[0] = v[1] = advance_units(&block, k - (mask){0}, normals, by_sender, i);
    const lanes spiking = at_least(twice ? r2s_vf_max(v[1], v[0]) : v[0], all(block.v_th));
    if (__builtin_expect(bits_of(spiking) == 0, true)) continue;
    for (int s = 0; s < steps; s++) {
      const uint64_t bits = bits_of(at_least(v[s], all(block.v_th)));
      block.spiking[s * words + (int)(i / 64)] |= bits << i % 64;
      any |= (unsigned)(bits != 0) << s;
    }
  }
  return any;
}

static unsigned advance_once(const r2s_lif_block *b, int k, const float *normals) {
  if (b->by_sender)
    return normals ? advance(b, k, normals, true, false, false) : advance(b, k, NULL, true, false, false);
  return normals ? advance(b, k, normals, false, false, false) : advance(b, k, NULL, false, false, false);
}

static unsigned advance_pair(const r2s_lif_block *b, int k, const float *normals, bool lag) {
  if (lag)
    return normals ? advance(b, k, normals, false, true, true) : advance(b, k, NULL, false, true, true);
  return normals ? advance(b, k, normals, false, true, false) : advance(b, k, NULL, false, true, false);
}

/* Brings y and g behind what advance_pair left to the step's end. */
static void catch_up(const r2s_lif_block *b) {
  for (size_t i = 0, n = (size_t)b->n_padded; i < n; i += WIDTH) {
    vector y = load(b->y + i), g = load(b->g + i);
    decay(b, &y, &g, i);
    store(b->y + i, y);
    store(b->g + i, g);
  }
}

/* sum += factor (the sender's weights). A trained network has a few per cent of N^2 edges: one after the
 * other they are no more work than vectors of all targets, and a fifth of the bytes, so that the networks of
 * a search fit into L2 together. */
INLINE void add_weights(const r2s_lif_block *b, int sender, float factor, float *restrict sum) {
  const int *restrict target = b->target;
  const float *restrict weight = b->weight;
  for (size_t e = b->start[sender], end = b->start[sender + 1]; e < end; e++)
    sum[target[e]] += factor * weight[e];
}

/* IPSC = W r, in order of sender */
static void sum_senders(const r2s_lif_block *b) {
  memset(b->drive, 0, (size_t)b->n_padded * sizeof *b->drive);
  for (int j = 0; j < b->n; j++)
    if (b->y[j] != 0) add_weights(b, j, b->y[j], b->drive);
}

/* Takes the bits back that advance() wrote. */
static void forget_spikes(const r2s_lif_block *b) {
  memset(b->spiking, 0, 2 * (size_t)words_of(b) * sizeof *b->spiking);
}

/* Resets the spiking units, makes them refractory and lets their spikes arrive (Eq. S3, S4), in order of
 * unit. Returns their number. */
static int take_spikes(const r2s_lif_block *b, const uint64_t *spiking, int k, r2s_spike_event *events) {
  const int words = words_of(b);
  const double t = b->dt * k;
  int n_spikes = 0;
  for (int word = 0; word < words; word++)
    for (uint64_t bits = spiking[word]; bits; bits &= bits - 1) {
      int unit = word * 64 + __builtin_ctzll(bits);
      b->v[unit] = b->v_reset;
      b->t_last[unit] += t - b->t_last[unit];
      b->refractory_to[unit] = r2s_lif_refractory_end(b, k, b->t_last[unit]);
      if (b->by_sender)
        b->arrive[unit] += b->own[unit];
      else
        add_weights(b, unit, 1, b->arrive);
      events[n_spikes++] = (r2s_spike_event){unit, k};
    }
  return n_spikes;
}

/* The second step of the units that spiked in the first and were reset: they are refractory in it. Answers
 * whether any unit spikes in it. */
static bool redo_second(const r2s_lif_block *b, const float *normals) {
  const int words = words_of(b);
  const uint64_t *first = b->spiking;
  uint64_t *second = b->spiking + words, any = 0;
  for (int word = 0; word < words; word++) {
    second[word] &= ~first[word];
    for (uint64_t bits = first[word]; bits; bits &= bits - 1) {
      const int unit = word * 64 + __builtin_ctzll(bits);
      vector v = all(b->v[unit]);
      if (normals) v = r2s_vf_fused(all(b->noise_mv), all(normals[b->n + unit]), v);
      b->v[unit] = v[0];
      if (v[0] >= b->v_th) second[word] |= bits & -bits;
    }
    any |= second[word];
  }
  return any != 0;
}

/* Steps first .. first + 2 n_pairs - 1. */
static int run_pairs(const r2s_lif_block *b, int first, int n_pairs, const float *normals,
                     r2s_spike_event *events) {
  int n_events = 0;
  bool lag = false;
  for (int k = first; k < first + 2 * n_pairs; k += 2) {
    const unsigned any = advance_pair(b, k, normals, lag);
    lag = true;
    bool second = any & 2;
    if (any & 1) {
      n_events += take_spikes(b, b->spiking, k, events + n_events);
      second = redo_second(b, normals);
    }
    if (second) {
      catch_up(b);
      lag = false;
      n_events += take_spikes(b, b->spiking + words_of(b), k + 1, events + n_events);
    }
    if (any) forget_spikes(b);
    if (normals) normals += 2 * b->n;
  }
  if (lag) catch_up(b);
  return n_events;
}

int R2S_KERNEL(r2s_lif_run_block)(r2s_lif_block *b, int first, int n_steps, const float *normals,
                                  r2s_spike_event *events) {
  /* two steps at once need a rise filter, and units that are refractory in the step after their spike */
  const bool pairs = !b->by_sender && b->arrive == b->g && b->refractory_steps >= 2;
  const int last = first + n_steps - 1, single = pairs ? first + n_steps / 2 * 2 : first;
  int n_events = pairs ? run_pairs(b, first, n_steps / 2, normals, events) : 0;
  if (normals) normals += (size_t)(single - first) * (size_t)b->n;
  for (int k = single; k <= last; k++) {
    if (b->by_sender) sum_senders(b);
    if (advance_once(b, k, normals)) {
      n_events += take_spikes(b, b->spiking, k, events + n_events);
      forget_spikes(b);
    }
    if (normals) normals += b->n;
  }
  return n_events;
}
