/* SPDX-License-Identifier: MIT
 * What the rate network's kernels read and write. A lane group is 16 trials; every array of the dynamics ends
 * in [16], its lane. Kernels are compiled once per instruction set and give the same bits with fused
 * multiply-add (AVX2, AVX-512, ARM). */
#ifndef R2S_RATE_KERNEL_H
#define R2S_RATE_KERNEL_H

#include <stdint.h>

#include "base/base_barrier.h"
#include "base/base_isa.h"
#include "base/base_random.h"
#include "rate/rate_rows.h"
#include "rate/rate_slots.h"
#include "rate/rate_table.h"

enum {
  R2S_RATE_KEPT = 4,                   /* time steps that share a measured sd of the readout's noise */
  R2S_RATE_AHEAD = R2S_RATE_TILE_ROWS, /* units that are advanced, and read out, side by side */
  R2S_RATE_BLOCK = 16,                 /* time steps that share one pass of the weight gradient */
  R2S_RATE_PAIRS = R2S_RATE_BLOCK / 2
};

/* The network as the kernels see it. */
typedef struct r2s_rate_view {
  int n, n_in, n_out;
  r2s_activation activation;
  const r2s_rate_table *table;
  const r2s_rate_rows *by_post; /* W */
  const r2s_rate_rows *by_pre;  /* W transposed */
  const r2s_rate_slots *slots;  /* the edges, for the weight gradient */
  const float *alpha;           /* [N] dt/tau */
  bool same_alpha;              /* all units have the same: tau is not trained */
  const float *w_in;            /* [N x n_in] */
  const float *w_out;           /* [n_out x N] */
  const float *b_out;           /* [n_out] */
  /* noise */
  float state_sd;
  float shot;           /* sqrt(m/(kappa dt)); 0: no shot noise */
  const float *readout; /* [N] sqrt(m/(2 kappa tau_d)) */
  const float *pool;    /* [n_out x N] (w_out readout)^2 */
} r2s_rate_view;

/* What a block's steps sent or asked for, in 16 bits (rate_fixed.h). */
typedef struct r2s_rate_fixed {
  uint32_t
      *pair;   /* [N x PAIRS x 16] steps 2k (lower half) and 2k + 1 of the block, in multiples of step[i] */
  float *step; /* [N] */
} r2s_rate_fixed;

/* Floats from a step's plane [N x 16] to the next one's. What reads a unit's numbers of many steps would find
 * them all in a few sets of the caches where a plane takes whole kilobytes: there it is a line longer. */
static inline size_t r2s_rate_plane(size_t n) {
  const size_t area = n * R2S_LANES;
  return area % 256 ? area : area + R2S_LANES;
}

/* Floats of a step's normals: whole blocks. */
static inline size_t r2s_rate_normals(size_t n) {
  return n * R2S_LANES + R2S_SHARED_BLOCK;
}

/* Shares of AHEAD units each that make up a sum over n. */
static inline size_t r2s_rate_shares(size_t n) {
  return (n + R2S_RATE_AHEAD - 1) / R2S_RATE_AHEAD;
}

/* Memory of one lane group's passes. PLANE: r2s_rate_plane(N), NORMALS: r2s_rate_normals(N), SHARES:
 * r2s_rate_shares(N). Threads that share the group have a copy each, with a rank, input and back of their
 * own.
 */
typedef struct r2s_rate_work {
  int team, rank;       /* threads that share the group; rank 0 to team - 1 */
  r2s_barrier *barrier; /* where they meet; NULL: one thread */
  int n_steps;          /* T */
  bool gradient;        /* keep what the backward pass needs */
  r2s_random state_noise, shot_noise, readout_noise;
  float *u;              /* [T x n_in x 16] */
  float *target;         /* [T x n_out x 16] of o_t */
  float *mask;           /* [T] of o_t */
  float *input;          /* [N in whole fours x 16] of a tile's rows */
  float *x;              /* [N x 16] */
  float *amplitude;      /* [2 x N x 16] of the shot noise, in the steps that measure the readout's */
  float *y;              /* [2 x PLANE] what units send (r with shot noise), where no history is kept */
  float *normal, *shot;  /* [2 x NORMALS] shared normals: of a tile, or with a team of two steps in turns */
  float *share_out;      /* [2 x SHARES x n_out x 16] what AHEAD units add to the outputs of a step */
  float *share_variance; /* the same, to the variances of their noise */
  float *xi, *sd;        /* [KEPT x n_out x 16], [n_out x 16] the readout's noise in KEPT steps */
  float *o;              /* [T x n_out x 16] */
  float *error;          /* [T rounded up to BLOCK x n_out x 16] mask (o - target), 0 in step 0 */
  float *through;        /* [n_out x 16] dloss/d(output's sd): sum of error xi/S over KEPT steps */
  float *square;         /* [16] sum of error^2 */
  float *slope;          /* [T x PLANE] dr/dx; unused where r2s_rate_slope_from_sent */
  float *drive;          /* [T x PLANE] input - x, or NULL where tau is not trained */
  float *sent;           /* [T rounded up to BLOCK x PLANE] y of all steps */
  float *x_trace, *r_trace;           /* [T x N x 16] or NULL */
  float *lane_scale;                  /* [16] 1/(batch loss) of a trial; 0 for lanes without one */
  float *back;                        /* [N in whole fours x 16] W^T e of a tile's rows */
  float *e;                           /* [BLOCK x PLANE] alpha dL/dx of the steps of a block */
  r2s_rate_fixed fixed_sent, fixed_e; /* of N units; of N units and n_out outputs */
  float *g_edge;                      /* [slots] */
  float *g_pool;  /* [n_out x N x 16] w_out's, through the sd of the readout's noise, before lane_scale */
  float *g_b;     /* [n_out x 16] */
  float *g_alpha; /* [N x 16] alpha dL/dalpha, or NULL */
} r2s_rate_work;

/* The part of `count` things that rank `rank` of those who share the group does: from this one on, up to the
 * next rank's. The first and the last rank, who have other work, get no more than others. */
static inline size_t r2s_rate_part(const r2s_rate_work *work, size_t count, int rank) {
  const size_t team = (size_t)work->team;
  return (count * (size_t)rank + (team - 1) / 2) / team;
}

/* Whether dr/dx follows from what was sent: r (1 - r). Then no slopes are kept. */
static inline bool r2s_rate_slope_from_sent(const r2s_rate_view *net) {
  return net->activation == R2S_ACTIVATION_SIGMOID && !(net->shot > 0);
}

/* out [N in whole fours x 16] = W y */
R2S_KERNEL_DECLARE(void, r2s_rate_product, (const r2s_rate_rows *rows, const float *y, float *out));
/* Steps 0..T-1 from x_0 in work->x: outputs, errors, and what the backward pass needs. */
R2S_KERNEL_DECLARE(void, r2s_rate_forward, (const r2s_rate_view *net, r2s_rate_work *work));
/* Steps T-1..1: gradients of the edges, b_out and alpha from errors and lane_scale. */
R2S_KERNEL_DECLARE(void, r2s_rate_backward, (const r2s_rate_view *net, r2s_rate_work *work));

#endif
