/* SPDX-License-Identifier: MIT
 * One trial a step (the authors' mode): the vector dimension is the unit, the weights are in tiles, and
 * the edges' gradient takes time as its lanes. */
#ifndef R2S_RATE_SINGLE_H
#define R2S_RATE_SINGLE_H

#include "rate/rate_group.h"
#include "rate/rate_tiles.h"

/* Of 16 steps each, in one pass of the edges' gradient: the authors' 200 steps. */
enum { R2S_RATE_PLANES = 13 };

/* Memory of a trial's passes. width: N rounded up to 16; what lies behind N is 0 or unused. stride: width and
 * the 32 entries that tiles may look at behind it. */
typedef struct r2s_rate_single_work {
  int n_steps;
  size_t width, stride, edges;
  r2s_random state_noise, shot_noise, readout_noise;
  r2s_rate_tiles by_post;        /* W */
  r2s_rate_tiles by_pre;         /* W transposed */
  float *alpha, *readout, *sign; /* [width] */
  float *w_in;                   /* [n_in x width] */
  float *w_out;                  /* [n_out x width] */
  float *u;                      /* [T x n_in] */
  float *target, *mask;          /* [T x n_out], [T] of o_t */
  float *input;                  /* [width] from the other units, or back to them */
  float *x;                      /* [N rounded up to 32] */
  float *r;                      /* [width] */
  float *amplitude;              /* [width] sd of a unit's readout noise, kept for KEPT steps */
  float *xi, *sd;                /* [KEPT x n_out rounded up to 32], [n_out] the readout's noise in them */
  float *normal, *shot;          /* [N rounded up to 32] */
  float *o, *error;              /* [T x n_out] */
  float square;                  /* sum of error^2 */
  float scale;                   /* 1/loss, for the backward pass */
  float *slope, *drive;          /* [T x width]; drive NULL where tau is not trained */
  float *y; /* [T' x stride] what the units send; T': T - 1 rounded up to whole passes, T at least */
  float *e; /* [T' x stride] e_(t+1) at row t */
  float *y_lanes, *e_lanes; /* [width x PLANES x 16] of a pass, lane t % 16 of plane t/16 */
  float *delta;             /* [width] */
  unsigned edges_version;   /* r2s_rate_net's, of the edges that the tiles were built for; 0: none */
  float *g_edge;            /* [slots] */
  float *g_out;             /* [n_out x width] before scale */
  float *g_b, *g_alpha;     /* [n_out], [width] */
} r2s_rate_single_work;

typedef struct r2s_rate_single {
  r2s_rate_single_work work;
  r2s_isa isa;
  double *o; /* [T-1 x n_out] */
} r2s_rate_single;

R2S_KERNEL_DECLARE(void, r2s_rate_single_product, (const r2s_rate_tiles *tiles, const float *y, float *out));
R2S_KERNEL_DECLARE(void, r2s_rate_single_forward, (const r2s_rate_view *net, r2s_rate_single_work *work));
/* gradient [edges]: of the edges; the others' stay in work */
R2S_KERNEL_DECLARE(void, r2s_rate_single_backward,
                   (const r2s_rate_view *net, r2s_rate_single_work *work, float *gradient));

R2S_MUST_CHECK r2s_status r2s_rate_single_create(r2s_rate_single *out, const r2s_rate_net *net, int n_steps,
                                                 r2s_error *err);
void r2s_rate_single_free(r2s_rate_single *single);

/* Lane 0 of trials, forward and backward: its loss and whether it is correct in *out, its loss' gradient
 * [r2s_rate_net_gradient_size]. The trial is the one that a group would run; its noise is other numbers. */
void r2s_rate_single_step(r2s_rate_single *single, const r2s_rate_net *net, const r2s_rate_view *view,
                          const r2s_rate_levels *levels, const r2s_task *task, const r2s_rate_trials *trials,
                          r2s_criterion criterion, r2s_rate_outcome *out, float *gradient);

#endif
