/* SPDX-License-Identifier: MIT
 * The readout of model "lif": filtered rates r of all units and the outputs, advanced a block of steps at a
 * time.
 *
 * Between its unit's spikes (r, q), q = hr dt, follows r <- d r + q, q <- b q in each step (Eq. S5): linear,
 * so that L steps are r <- d^L r + P_L q, q <- b^L q with P_{k+1} = d P_k + b^k, and a spike k steps before
 * the block's end adds its response to both. With all of them in tables a step costs nothing and a spike two
 * additions. */
#ifndef R2S_SPIKE_LIF_READOUT_H
#define R2S_SPIKE_LIF_READOUT_H

#include "base/base_error.h"
#include "base/base_isa.h"
#include "rate2spike/spike.h"

typedef struct r2s_lif_readout {
  int n, n_out, max_block;
  double *decay;    /* [max_block + 1][N] d^k */
  double *couple;   /* [max_block + 1][N] P_k; 0 for the single exponential */
  double *response; /* [max_block + 1][N] r, k steps after a spike: P_k dt/(tau_r tau_d), or d^k/tau_d */
  double *kick;     /* [N] q right after a spike: dt/(tau_r tau_d), or 0 */
  double *rise;     /* [max_block + 1] b^k */
  double *w_out;    /* [output][N] w_out/scale */
  double *b_out;    /* [output]; 0 without readout_bias */
} r2s_lif_readout;

R2S_MUST_CHECK r2s_status r2s_lif_readout_create(r2s_lif_readout *readout, const r2s_model *model,
                                                 const r2s_spike_config *config, int max_block,
                                                 r2s_error *err);
void r2s_lif_readout_free(r2s_lif_readout *readout); /* frees the arrays */

/* Advances r and q [N] by the n_steps steps from `first` in which these spikes happened. */
R2S_KERNEL_DECLARE(void, r2s_lif_readout_advance,
                   (const r2s_lif_readout *readout, int first, int n_steps, const r2s_spike_event *spikes,
                    int n_spikes, double *restrict r, double *restrict q));
/* Eq. S6: out [n_out] */
R2S_KERNEL_DECLARE(void, r2s_lif_readout_outputs,
                   (const r2s_lif_readout *readout, const double *r, double *out));

#endif
