/* SPDX-License-Identifier: MIT
 * Filtered rates of model "lif" through a block of steps (Eq. S5); compiled once per instruction set. Each
 * unit for itself and nothing contracted: the bits are equal on every set. */
#include "spike/spike_lif_readout.h"

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
