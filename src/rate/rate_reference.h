/* SPDX-License-Identifier: MIT
 * The plain twin of the rate network's kernels: one trial, dense, in double precision, with every random
 * number given. Tests judge the kernels, and it by finite differences. */
#ifndef R2S_RATE_REFERENCE_H
#define R2S_RATE_REFERENCE_H

#include "rate/rate_table.h"
#include "rate2spike/rate.h"

/* One trial. Arrays are the caller's. */
typedef struct r2s_rate_reference {
  const r2s_model *model;
  const r2s_rate_table *table;              /* NULL: no siegert and no shot noise */
  double kappa_hz, state_noise, shot_noise; /* shot_noise: m */
  int n_steps;                              /* T */
  const double *u;                          /* [T x n_in] */
  const double *target, *mask;              /* [T x n_out], [T] of o_t */
  const double *x0;                         /* [N], the start-up kick in it */
  const double *state;                      /* [T x N] standard normals, for t > 0 */
  const double *shot;                       /* [T x N] */
  const double *readout;                    /* [T x n_out] */
  bool hold;                                /* keep the noise amplitudes as they are: the gradient's rule */
  double *sent_noise;                       /* [T x N] noise added to the sent rates */
  double *readout_sd;                       /* [T x N] sd of a unit's readout noise */
  double *x, *r, *slope;                    /* [T x N] */
  double *o;                                /* [T x n_out] */
} r2s_rate_reference;

/* Gradient of a loss, added to. */
typedef struct r2s_rate_reference_gradient {
  double *w;         /* [N x N] of the raw weights */
  double *w_out;     /* [n_out x N] */
  double *b_out;     /* [n_out] */
  double *taus_gaus; /* [N] */
} r2s_rate_reference_gradient;

/* Runs forward; the trial's loss. */
R2S_MUST_CHECK r2s_status r2s_rate_reference_loss(const r2s_rate_reference *trial, double *loss,
                                                  r2s_error *err);

/* After it: adds factor times the loss' gradient. */
R2S_MUST_CHECK r2s_status r2s_rate_reference_backward(const r2s_rate_reference *trial, double loss,
                                                      double factor, r2s_rate_reference_gradient *gradient,
                                                      r2s_error *err);

#endif
