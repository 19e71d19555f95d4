/* SPDX-License-Identifier: MIT
 * A trained (or initial) rate network: the one object that training makes and everything else reads.
 *
 * Matrices are [post][pre], row-major. All arrays are double: lossless for the float of our training and for
 * the single or double of the authors' files. */
#ifndef RATE2SPIKE_MODEL_H
#define RATE2SPIKE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "neuron.h"
#include "status.h"
#include "task.h"

R2S_API_BEGIN

typedef enum r2s_activation {
  R2S_ACTIVATION_SIGMOID,
  R2S_ACTIVATION_SIEGERT, /* nu(x)/kappa, the LIF's own rate curve */
  R2S_ACTIVATION_RELU,    /* clipped to [0, 20] (the authors' "clipped_relu") */
  R2S_ACTIVATION_SOFTPLUS /* clipped to [0, 20] */
} r2s_activation;

typedef struct r2s_model {
  int n;        /* N, units */
  int n_in;     /* input channels */
  int n_out;    /* outputs */
  double dt_ms; /* rate step, ms: 5 */
  bool dale;    /* W = relu(w) diag(sign) .* som_mask, else w .* som_mask */
  r2s_activation activation;
  double tau_min_ms, tau_max_ms; /* tau_d_i = sigmoid(taus_gaus_i)(max - min) + min; equal: one fixed tau_d */
  double kappa_hz;               /* unit of the rates of activation "siegert"; 0 for the others */
  r2s_neuron_params neuron;      /* the LIF whose curve activation "siegert" is; of "sigmoid": that of its
                                    kick and shot noise, checked where these are used */

  double *w;         /* [N x N] raw weights */
  double *sign;      /* [N] diag(m): +1 excitatory, -1 inhibitory; all +1 without Dale */
  double *som_mask;  /* [N x N] 0 or 1 */
  double *w_in;      /* [N x n_in] */
  double *w_out;     /* [n_out x N] */
  double *b_out;     /* [n_out]; 0 in recipe "matched" */
  double *taus_gaus; /* [N] */

  double *w0;         /* [N x N] before training; NULL where unknown (as the next two) */
  double *w_out0;     /* [n_out x N] */
  double *taus_gaus0; /* [N] */

  uint64_t seed;        /* master seed of its training; 0 where unknown */
  int64_t train_steps;  /* optimiser steps taken */
  char recipe[16];      /* "matched", "writeup", "kim2019", "" where unknown */
  char task[64];        /* task's name; "" where unknown */
  char version[32];     /* version of rate2spike that trained it; "" for others' */
  char config_hash[72]; /* r2s_config_training_hash of its training; "" where unknown */
} r2s_model;

/* Allocates all arrays but the three *0 (NULL), zeroed (sign and som_mask 1). */
R2S_MUST_CHECK r2s_status r2s_model_alloc(r2s_model *out, int n, int n_in, int n_out, r2s_error *err);
void r2s_model_free(r2s_model *model); /* frees the arrays, zeroes the struct; NULL is allowed */
/* On failure *out is all zero. */
R2S_MUST_CHECK r2s_status r2s_model_copy(r2s_model *out, const r2s_model *model, r2s_error *err);

/* Whether the fields make a network: sizes of at least 1, all arrays there (but the *0) and finite, scalars
 * in range or, where the network does not use them, finite, train_steps 0 to 1e15, texts with their 0, signs
 * +1 or -1. The engines and the training ask it; the training asks for masks of 0 or 1, too.
 */
R2S_MUST_CHECK r2s_status r2s_model_check(const r2s_model *model, r2s_error *err);
/* Whether the network has the task's input channels, outputs and rate step: R2S_ERR_CONFIG where not. */
R2S_MUST_CHECK r2s_status r2s_model_fits(const r2s_model *model, const r2s_task *task, r2s_error *err);

/* W [N x N] as the dynamics see it (Eq. R2). initial: from w0 (which must be there) instead of w. */
void r2s_model_effective_w(const r2s_model *model, bool initial, double *W);

/* tau_d [N] in ms (Eq. R3). */
void r2s_model_tau_d_ms(const r2s_model *model, double *tau_d_ms);

/* "sigmoid", "siegert", "clipped_relu", "softplus"; "unknown" of no activation. */
const char *r2s_activation_name(r2s_activation activation);

R2S_API_END
#endif
