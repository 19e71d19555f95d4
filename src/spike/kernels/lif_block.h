/* SPDX-License-Identifier: MIT
 * The inner loop of the fast LIF engine: a block of steps of all membranes and synapses.
 *
 * Scaled variables save operations: y = (dt/tau_m) IPSC and g = (dt/tau_m) dt h, both in mV. Then Eq. S2 to
 * S4 are
 *
 *     v <- (1 - a) v + (y + base) if active, a = dt/tau_m, base = a (v_bias + w_in u);   v <- v + noise
 *     y <- decay_d y + g ;  g <- decay_r g + (weights of the units with v >= v_th)
 */
#ifndef R2S_SPIKE_LIF_BLOCK_H
#define R2S_SPIKE_LIF_BLOCK_H

#include "base/base_isa.h"
#include "rate2spike/spike.h"

enum { R2S_LIF_LANES = 16 }; /* arrays are padded to a multiple; the padding never spikes */

typedef struct r2s_lif_block {
  int n, n_padded;        /* n_padded: multiple of R2S_LIF_LANES */
  float *v, *y, *g;       /* [n_padded] */
  int32_t *refractory_to; /* [n_padded] last step of the refractory time */
  double *t_last;         /* [n] the last spike's time as the authors add it up, s; 0 at first */
  const float *base;      /* [n_padded] */
  const float *decay_d;   /* [n_padded] */
  const size_t *start;    /* [N + 1] edges of sender j: start[j] .. start[j + 1] - 1 */
  const int *target;      /* [edges], ascending for a sender */
  const float *weight;    /* [edges] */
  uint64_t *spiking;      /* [2][n_padded / 64, rounded up] units at or above threshold, a bit each; 0 between
                             two runs */
  float *arrive;          /* what a spike adds to: g, or y where there is no rise time */
  float keep;             /* 1 - a */
  float decay_r;
  float v_th, v_reset;
  float noise_mv;       /* sd of a step */
  int refractory_steps; /* steps of t_ref, at least: rounding decides on the last (r2s_lif_refractory_end) */
  double dt, t_ref;     /* s */
  /* tau_d of the sender instead of the receiver: y and g filter the units' own spikes, and the sum of
   * weight y[sender] takes the place of y in Eq. S2 */
  bool by_sender;
  const float *own; /* [n_padded] what a spike adds to its own filter (arrive) */
  float *drive;     /* [n_padded] the sum */
} r2s_lif_block;

/* Last refractory step after a spike in step k (0: the start), at the time t_last: the authors' comparison
 * dt step > t_last + t_ref */
static inline int r2s_lif_refractory_end(const r2s_lif_block *block, int k, double t_last) {
  int end = k + block->refractory_steps - 1;
  double until = t_last + block->t_ref;
  while (!(block->dt * (end + 1) > until)) end++;
  return end;
}

/* Runs steps first .. first + n_steps - 1. normals [n_steps][n] (and 16 more readable floats), NULL: no
 * noise. Writes the spikes in order of step, then unit, to events (room for n_steps x n); returns their
 * number. */
R2S_KERNEL_DECLARE(int, r2s_lif_run_block,
                   (r2s_lif_block * block, int first, int n_steps, const float *normals,
                    r2s_spike_event *events));

#endif
