/* SPDX-License-Identifier: MIT
 * The inner loop of the fast LIF engine, compiled once per instruction set. Plain loops, which gcc and clang
 * vectorise; no sum depends on the width of the vectors, so that the bits are equal on every set. */
#include "spike/kernels/lif_block.h"

#include <string.h>

#include "base/base_vector.h"

/* Eq. S2, S4 of one step; tells whether any unit is at or above threshold. drive: y, but for by_sender. */
R2S_INLINE int advance(const r2s_lif_block *b, int k, bool noisy, const float *normals, bool by_sender) {
  float *restrict v = b->v, *restrict y = b->y, *restrict g = b->g;
  const float *restrict base = b->base, *restrict decay_d = b->decay_d, *restrict drive = b->drive;
  const float *restrict normal = normals;
  const int32_t *restrict refractory_to = b->refractory_to;
  const float leak = b->leak, decay_r = b->decay_r, noise_mv = b->noise_mv, v_th = b->v_th;
  int any = 0;
  for (int i = 0; i < b->n_padded; i++) {
    float moved = v[i] + ((by_sender ? drive[i] : y[i]) + base[i] - leak * v[i]);
    float next = k > refractory_to[i] ? moved : v[i];
    if (noisy) next += noise_mv * normal[i];
    v[i] = next;
    y[i] = decay_d[i] * y[i] + g[i];
    g[i] = decay_r * g[i];
    any |= next >= v_th;
  }
  return any;
}

static void sum_senders(const r2s_lif_block *b) {
  float *restrict drive = b->drive;
  memset(drive, 0, (size_t)b->n_padded * sizeof *drive);
  for (int j = 0; j < b->n; j++) {
    const float rate = b->y[j], *restrict column = b->columns + (size_t)j * (size_t)b->n_padded;
    if (rate == 0) continue;
    for (int i = 0; i < b->n_padded; i++) drive[i] += column[i] * rate;
  }
}

static int advance_by_sender(const r2s_lif_block *b, int k, const float *normals) {
  sum_senders(b);
  return normals ? advance(b, k, true, normals, true) : advance(b, k, false, NULL, true);
}

static int advance_by_receiver(const r2s_lif_block *b, int k, const float *normals) {
  return normals ? advance(b, k, true, normals, false) : advance(b, k, false, NULL, false);
}

/* Finds the units at or above threshold and resets them; returns their number. */
static int take_spikes(const r2s_lif_block *b, int k, r2s_spike_event *events) {
  uint64_t flags[R2S_LIF_LANES / 8];
  unsigned char above[R2S_LIF_LANES];
  int n_spikes = 0, end = r2s_lif_refractory_end(b, k);
  for (int first = 0; first < b->n_padded; first += R2S_LIF_LANES) {
    for (int lane = 0; lane < R2S_LIF_LANES; lane++) above[lane] = b->v[first + lane] >= b->v_th;
    memcpy(flags, above, sizeof flags);
    if (!(flags[0] | flags[1])) continue;
    for (int lane = 0; lane < R2S_LIF_LANES; lane++) {
      if (!above[lane]) continue;
      int unit = first + lane;
      b->v[unit] = b->v_reset;
      b->refractory_to[unit] = end;
      events[n_spikes++] = (r2s_spike_event){unit, k};
    }
  }
  return n_spikes;
}

/* Eq. S3, S4: the columns of the spiking units arrive, in order of unit */
static void deliver(const r2s_lif_block *b, const r2s_spike_event *events, int n_spikes) {
  float *restrict arrive = b->arrive;
  for (int q = 0; q < n_spikes; q++) {
    const float *restrict column = b->columns + (size_t)events[q].unit * (size_t)b->n_padded;
    for (int i = 0; i < b->n_padded; i++) arrive[i] += column[i];
  }
}

int R2S_KERNEL(r2s_lif_run_block)(r2s_lif_block *b, int first, int n_steps, const float *normals,
                                  r2s_spike_event *events) {
  int n_events = 0;
  for (int k = first; k < first + n_steps; k++) {
    if (b->by_sender ? advance_by_sender(b, k, normals) : advance_by_receiver(b, k, normals)) {
      r2s_spike_event *spikes = events + n_events;
      int n_spikes = take_spikes(b, k, spikes);
      if (b->by_sender)
        for (int q = 0; q < n_spikes; q++) b->arrive[spikes[q].unit] += b->own[spikes[q].unit];
      else
        deliver(b, spikes, n_spikes);
      n_events += n_spikes;
    }
    if (normals) normals += b->n;
  }
  return n_events;
}
