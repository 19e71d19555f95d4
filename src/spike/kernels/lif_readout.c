/* SPDX-License-Identifier: MIT
 * Filtered rates of model "lif" through a block of steps, and the outputs (Eq. S5, S6); compiled once per
 * instruction set. Nothing is contracted, and the outputs are eight sums on every set: the bits are equal. */
#include "spike/spike_lif_readout.h"

#define REAL double
#define REAL_BITS int64_t
#include "spike/kernels/spike_vector.h"

void R2S_KERNEL(r2s_lif_readout_advance)(const r2s_lif_readout *readout, int first, int n_steps,
                                         const r2s_spike_event *spikes, int n_spikes, double *restrict r,
                                         double *restrict q) {
  const size_t n = (size_t)readout->n;
  const double *restrict decay = readout->decay + (size_t)n_steps * n;
  const double *restrict couple = readout->couple + (size_t)n_steps * n;
  const double rise = readout->rise[n_steps];
  for (size_t i = 0; i < n; i++) {
    r[i] = decay[i] * r[i] + couple[i] * q[i];
    q[i] = rise * q[i];
  }
  for (int s = 0; s < n_spikes; s++) {
    int unit = spikes[s].unit, left = first + n_steps - 1 - spikes[s].step;
    r[unit] += readout->response[(size_t)left * n + (size_t)unit];
    q[unit] += readout->kick[unit] * readout->rise[left];
  }
}

enum { SUMS = 8 };

/* sum_i w_i r_i */
INLINE double dot(const double *w, const double *r, int n) {
  vector part[SUMS / WIDTH] = {0};
  double sum[SUMS];
  int i = 0;
  for (; i + SUMS <= n; i += SUMS)
    for (int p = 0; p < SUMS / (int)WIDTH; p++)
      part[p] = part[p] + load(w + i + p * (int)WIDTH) * load(r + i + p * (int)WIDTH);
  memcpy(sum, part, sizeof sum);
  for (int k = 0; i < n; i++, k++) sum[k] += w[i] * r[i];
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

void R2S_KERNEL(r2s_lif_readout_outputs)(const r2s_lif_readout *readout, const double *r, double *out) {
  for (int o = 0; o < readout->n_out; o++)
    out[o] = dot(readout->w_out + (size_t)o * (size_t)readout->n, r, readout->n) + readout->b_out[o];
}
