/* SPDX-License-Identifier: MIT
 * One trial a step (the authors' mode): the vector dimension is the unit, the weights are in tiles, and
 * the edges' gradient takes time as its lanes. */
#ifndef R2S_RATE_SINGLE_H
#define R2S_RATE_SINGLE_H

#include "rate/rate_group.h"
#include "rate/rate_tiles.h"

/* Memory of a trial's passes. width: N rounded up to 16; what lies behind N is 0 or unused. */
typedef struct r2s_rate_single_work {
  int n_steps;
  size_t width;
  r2s_random state_noise, shot_noise, readout_noise;
  r2s_rate_tiles by_post;                               /* W */
  r2s_rate_tiles by_pre;                                /* W transposed */
  float *alpha, *readout;                               /* [width] */
  float *w_in;                                          /* [n_in x width] */
  float *w_out;                                         /* [n_out x width] */
  float *u;                                             /* [T x n_in] */
  float *target, *mask;                                 /* [T x n_out], [T] of o_t */
  float *input, *x, *r, *y, *amplitude, *normal, *shot; /* [width + 16] */
  float *o, *error;                                     /* [T x n_out] */
  float square;                                         /* sum of error^2 */
  float scale;                                          /* 1/loss, for the backward pass */
  float *slope, *drive;                                 /* [T x width]; drive NULL where tau is not trained */
  float *sent;             /* [planes x N x 16] y_t at plane t/16, lane t % 16; planes: a multiple of BLOCK */
  float *e_block;          /* [planes/BLOCK x N x BLOCK x 16] e_(t+1), likewise */
  float *back, *delta, *e; /* [width + 16] */
  float *g_edge;           /* [edges x 4] */
  float *g_out;            /* [n_out x width] before scale */
  float *g_b, *g_alpha;    /* [n_out], [width] */
} r2s_rate_single_work;

typedef struct r2s_rate_single {
  r2s_rate_single_work work;
  r2s_isa isa;
  size_t planes;
  unsigned shape; /* of the net that the tiles were made for */
  double *o;      /* [T-1 x n_out] */
} r2s_rate_single;

R2S_KERNEL_DECLARE(void, r2s_rate_single_product, (const r2s_rate_tiles *tiles, const float *y, float *out));
R2S_KERNEL_DECLARE(void, r2s_rate_single_forward, (const r2s_rate_view *net, r2s_rate_single_work *work));
R2S_KERNEL_DECLARE(void, r2s_rate_single_backward, (const r2s_rate_view *net, r2s_rate_single_work *work));

R2S_MUST_CHECK r2s_status r2s_rate_single_create(r2s_rate_single *out, const r2s_rate_net *net, int n_steps,
                                                 r2s_error *err);
void r2s_rate_single_free(r2s_rate_single *single);

/* Lane 0 of trials, forward and backward: its loss and whether it is correct in *out, its loss' gradient
 * [r2s_rate_net_gradient_size]. The trial is the one that a group would run; its noise is other numbers. */
void r2s_rate_single_step(r2s_rate_single *single, const r2s_rate_net *net, const r2s_rate_view *view,
                          const r2s_rate_levels *levels, const r2s_task *task, const r2s_rate_trials *trials,
                          r2s_criterion criterion, r2s_rate_outcome *out, float *gradient);

#endif
