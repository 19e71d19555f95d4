/* SPDX-License-Identifier: MIT
 * A step of the dimensionless LIF (Eqs. U1 to U4 of spike_lif_unit.c), without its spikes. */
#ifndef R2S_SPIKE_LIF_UNIT_STEP_H
#define R2S_SPIKE_LIF_UNIT_STEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/base_isa.h"

enum { R2S_LIF_UNIT_LANES = 8 }; /* arrays are padded to a multiple; the padding is refractory for good */

/* Arrays are [n_padded]. */
typedef struct r2s_lif_unit_step {
  int n_padded;
  bool equal_tau_d;
  double dt, leak, decay_r, v_th; /* dt/tau_m, 1 - dt/tau_r */
  const double *decay_d;          /* 1 - dt/tau_d */
  double *v, *r, *s;
  double *wr, *ws;     /* W r, and W s where all tau_d are equal */
  double *ext;         /* v_bias + w_in u */
  double *active_from; /* first step after the refractory time */
} r2s_lif_unit_step;

/* The edges that exist, by receiver or by sender: those of unit i are start[i] .. start[i + 1] - 1. */
typedef struct r2s_lif_unit_edges {
  int n;
  size_t *start;  /* [N + 1] */
  int *other;     /* [edges] senders or receivers, ascending */
  double *weight; /* [edges] */
} r2s_lif_unit_edges;

/* edges: by receiver. wr [N x width] = W r times factor [width], r [N x width]; each lane is a network.
 * width: R2S_LIF_UNIT_LANES or twice as many. */
R2S_KERNEL_DECLARE(void, r2s_lif_unit_product,
                   (const r2s_lif_unit_edges *edges, size_t width, const double *r, const double *factor,
                    double *wr));

/* U1, U2 in step k. Bit i of `spiking` [ceil(n_padded/64)] is set where unit i is at or above threshold. */
R2S_KERNEL_DECLARE(void, r2s_lif_unit_membranes, (const r2s_lif_unit_step *step, int k, uint64_t *spiking));
/* U4 */
R2S_KERNEL_DECLARE(void, r2s_lif_unit_filters, (const r2s_lif_unit_step *step));

#endif
