/* SPDX-License-Identifier: MIT
 * Small random networks and trials for the tests of psc-dexp and psc-alpha. */
#ifndef R2S_TEST_PSC_NETWORK_H
#define R2S_TEST_PSC_NETWORK_H

#include <math.h>
#include <stdlib.h>

#include "base/base_random.h"
#include "rate2spike/spike.h"

typedef struct psc_recipe {
  int n, n_in;
  double gain, density;
  bool dale;
  double tau_min_ms, tau_max_ms;
  uint64_t seed;
} psc_recipe;

/* Weights |N(0, gain/sqrt(N p))| on a fraction p of the edges, every fifth unit inhibitory; inputs, readout
 * and time constants random. */
static inline r2s_status psc_network(r2s_model *model, const psc_recipe *recipe, r2s_error *err) {
  r2s_status st = r2s_model_alloc(model, recipe->n, recipe->n_in, 2, err);
  if (st != R2S_OK) return st;
  const int n = recipe->n;
  const size_t blocks = ((size_t)n * (size_t)n + 8 * (size_t)n) / 32 + 1;
  float *z = malloc(32 * blocks * sizeof *z);
  r2s_random random;
  r2s_random_seed(&random, recipe->seed, R2S_STREAM_NEURON, 0, 0, 0);
  r2s_random_fill_normal(&random, z, 32 * blocks, R2S_ISA_BASELINE);
  const float *w_in = z + n * n, *w_out = w_in + n * recipe->n_in, *taus = w_out + 2 * n;
  model->dt_ms = 5;
  model->dale = recipe->dale;
  model->tau_min_ms = recipe->tau_min_ms;
  model->tau_max_ms = recipe->tau_max_ms;
  for (int i = 0; i < n; i++) {
    model->sign[i] = recipe->dale && i % 5 == 4 ? -1 : 1;
    model->taus_gaus[i] = taus[i];
    for (int c = 0; c < recipe->n_in; c++) model->w_in[i * recipe->n_in + c] = w_in[i * recipe->n_in + c];
  }
  for (int k = 0; k < 2 * n; k++) model->w_out[k] = 0.1 * w_out[k];
  for (int k = 0; k < n * n; k++) {
    double w = z[k] * recipe->gain / sqrt(n * recipe->density);
    bool edge = r2s_random_uniform(&random) < recipe->density;
    model->w[k] = !edge ? 0 : recipe->dale ? fabs(w) : w;
  }
  free(z);
  return R2S_OK;
}

/* A Go trial: pulses of 1 in every channel, one after the other from 100 ms on, for 50 ms. u is the caller's.
 */
static inline r2s_spike_trial psc_trial(int n_in, int n_columns, bool go, uint64_t index, float **u) {
  *u = calloc((size_t)n_columns * (size_t)n_in, sizeof **u);
  for (int c = 0; go && c < n_in; c++)
    for (int t = 20 + 12 * c; t < 30 + 12 * c && t < n_columns; t++)
      (*u)[t * n_in + c] = c % 2 ? -1.0f : 1.0f;
  return (r2s_spike_trial){.condition = go ? 0 : 1,
                           .id = {7, R2S_SET_BENCH, index},
                           .u = *u,
                           .n_columns = n_columns,
                           .duration_ms = 5.0 * (n_columns - 1),
                           .noise_scale = 1};
}

#endif
