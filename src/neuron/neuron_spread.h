/* SPDX-License-Identifier: MIT
 * The inner loop of the LIF unit's voltage density (neuron_chain.c): what a step's noise makes of it. */
#ifndef R2S_NEURON_SPREAD_H
#define R2S_NEURON_SPREAD_H

#include "base/base_isa.h"

/* A cell's mass goes to TAPS cells; for ROWS places within a cell. */
enum { R2S_SPREAD_HALF = 10, R2S_SPREAD_TAPS = 2 * R2S_SPREAD_HALF, R2S_SPREAD_ROWS = 64 };

/* weight[r]: a normal around r/ROWS cells beyond the centre of tap HALF - 1. The last row twice, as the one
 * behind it. */
typedef struct r2s_neuron_spread {
  double weight[R2S_SPREAD_ROWS + 2][R2S_SPREAD_TAPS];
} r2s_neuron_spread;

/* Cells are added in PARTS sums in turns: a cell's taps overlap the last one's, and a processor waits where
 * it loads across what it has just stored. */
enum { R2S_SPREAD_PARTS = 4 };

/* The mass of cell k, 0 <= k < n, goes to the taps from floor(begin + q k) - first on, between the rows for
 * its place. parts [PARTS x size]: to be added up; zeroed before. */
R2S_KERNEL_DECLARE(void, r2s_neuron_spread_cells,
                   (const r2s_neuron_spread *spread, const double *mass, int n, double begin, double q,
                    long first, double *parts, int size));
/* out [size] = the sum of the parts, in their order */
R2S_KERNEL_DECLARE(void, r2s_neuron_spread_sum, (const double *parts, int size, double *out));

#endif
