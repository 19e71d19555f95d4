/* SPDX-License-Identifier: MIT
 * The rate network in training: float parameters of the edges that exist, their Adam moments, and the sparse
 * rows that the kernels walk. */
#ifndef R2S_RATE_NET_H
#define R2S_RATE_NET_H

#include "rate/rate_kernel.h"
#include "rate2spike/rate.h"

/* The trained tensors. */
enum { R2S_RATE_W, R2S_RATE_W_OUT, R2S_RATE_B_OUT, R2S_RATE_TAU, R2S_RATE_TENSORS };

typedef struct r2s_rate_net {
  int n, n_in, n_out;
  bool dale;
  r2s_activation activation;
  double dt_ms, tau_min_ms, tau_max_ms;
  double kappa_hz;                 /* unit of r for the shot noise; NaN where the activation has none */
  size_t count[R2S_RATE_TENSORS];  /* edges, n_out x N, n_out, N */
  float *value[R2S_RATE_TENSORS];  /* w of the edges (raw: > 0 with Dale), w_out, b_out, taus_gaus */
  float *first[R2S_RATE_TENSORS];  /* Adam's first moments */
  float *second[R2S_RATE_TENSORS]; /* and second ones */
  float *mean[R2S_RATE_TENSORS];   /* running mean of the values in the final phase (rate_average.h) */
  uint32_t *post, *pre;            /* [edges] in the order of post, pre */
  r2s_rate_slots slots;            /* for the weight gradient */
  float *sign;                     /* [N] */
  float *w_in;                     /* [N x n_in] */
  unsigned edges_version;          /* another number whenever the edges are others; never 0 */
  r2s_rate_rows by_post, by_pre;
  uint32_t *at_post, *at_pre; /* [edges] the edge's link in by_post and by_pre */
  double start_probability;   /* that a unit spikes in the first step */
  double *tau_s;              /* [N] tau_d, s */
  float *alpha;               /* [N] dt/tau_d */
  float *pool;                /* [N] (w_out readout)^2 of one output, at the view's m */
  float *readout;             /* [N] sd of the readout's shot noise per amplitude, at the view's m */
  r2s_rate_table table;
} r2s_rate_net;

/* How noisy trials are. */
typedef struct r2s_rate_levels {
  double state_noise, shot_noise, x0_sd;
  bool start_kick;
} r2s_rate_levels;

/* Eq. R8: a unit spikes in a trial's first step where a random word is below this. */
static inline uint32_t r2s_rate_net_kick_below(const r2s_rate_net *net) {
  return net->start_probability < 1 ? (uint32_t)(net->start_probability * 0x1p32) : UINT32_MAX;
}

/* Which noise a network is made ready for. */
typedef struct r2s_rate_noise {
  bool shot;          /* shot noise: its table is made */
  bool start_kick;    /* the kick, which needs a unit of rates, as shot noise does */
  r2s_rate_fano fano; /* of the shot noise */
} r2s_rate_noise;

/* parts: threads that are to share a lane group. */
R2S_MUST_CHECK r2s_status r2s_rate_net_create(r2s_rate_net *out, const r2s_model *model, int parts,
                                              const r2s_rate_noise *noise, const r2s_monitor *monitor,
                                              r2s_error *err);
void r2s_rate_net_free(r2s_rate_net *net);

/* Brings the edges' lists and alpha up to date with the values. With Dale, edges at or below 0 are dead for
 * good (relu'(0) = 0, and the momentum that carried them there points further down): they leave the lists. */
void r2s_rate_net_refresh(r2s_rate_net *net);

/* Brings all but the rows' weights up to date with post, pre and the values (after they were restored). */
void r2s_rate_net_rebuild(r2s_rate_net *net);

/* Brings the rows up to date, which only lane groups use. */
void r2s_rate_net_fill_rows(r2s_rate_net *net);

/* Builds the slots anew if many of their edges have died. */
void r2s_rate_net_renew_slots(r2s_rate_net *net);

/* What the kernels need, at given noise. Valid until the next call for this net. */
r2s_rate_view r2s_rate_net_view(r2s_rate_net *net, const r2s_rate_levels *levels);

/* d alpha_i/d taus_gaus_i */
double r2s_rate_net_dalpha(const r2s_rate_net *net, size_t i);

/* Places of all tensors behind each other in a gradient. */
size_t r2s_rate_net_gradient_size(const r2s_rate_net *net);

#endif
