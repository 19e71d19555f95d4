/* SPDX-License-Identifier: MIT
 * The loops of neuron_spread.h, which the compiler vectorises; compiled once per instruction set. Nothing is
 * contracted: the bits are equal on every set. */
#include "neuron/neuron_spread.h"

#include <math.h>

/* out[k] += mass x the row for b in [0, 1): between two rows of the table */
static inline void spread_cell(const r2s_neuron_spread *s, double mass, double b, double *restrict out) {
  int r = (int)(b * R2S_SPREAD_ROWS);
  double t = b * R2S_SPREAD_ROWS - r, near = mass * (1 - t), far = mass * t;
  const double *low = s->weight[r], *high = s->weight[r + 1];
  for (int k = 0; k < R2S_SPREAD_TAPS; k++) out[k] += near * low[k] + far * high[k];
}

void R2S_KERNEL(r2s_neuron_spread_cells)(const r2s_neuron_spread *spread, const double *mass, int n,
                                         double begin, double q, long first, double *parts, int size) {
  for (int k = 0; k < n; k++) {
    double place = begin + q * k, cell = floor(place);
    spread_cell(spread, mass[k], place - cell, parts + k % R2S_SPREAD_PARTS * size + ((long)cell - first));
  }
}

void R2S_KERNEL(r2s_neuron_spread_sum)(const double *parts, int size, double *out) {
  for (int k = 0; k < size; k++)
    out[k] = (parts[k] + parts[size + k]) + (parts[2 * size + k] + parts[3 * size + k]);
}
