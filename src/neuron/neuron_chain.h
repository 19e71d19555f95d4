/* SPDX-License-Identifier: MIT
 * The LIF unit as a Markov chain: its interspike intervals, without sampling. */
#ifndef R2S_NEURON_CHAIN_H
#define R2S_NEURON_CHAIN_H

#include "base/base_error.h"
#include "rate2spike/neuron.h"

/* Threshold's rise per sd of a step, -zeta(1/2)/sqrt(2 pi): a threshold that is looked at once a step acts
 * like a continuous one that is this much higher (Broadie, Glasserman, Kou 1997). */
#define R2S_NEURON_THRESHOLD_RISE 0.5825971579390106

/* Steps after a spike in which only noise acts (k dt > t_last + t_ref is false). */
int r2s_neuron_refractory_steps(const r2s_neuron_params *params);

/* Slope of the rate curve, Hz/mV, where the rate is rate_hz. */
double r2s_neuron_rate_slope(const r2s_neuron_params *params, double input_mv, double rate_hz);

/* Density of interspike intervals at constant input. */
typedef struct r2s_neuron_isi {
  double step_ms;  /* intervals are multiples of this; at least params.dt */
  int n;           /* entries of density */
  double *density; /* [n] density[k]: probability of an interval of k + 1 steps */
  double mean;     /* mean interval, steps; infinity where no interval ever ends */
} r2s_neuron_isi;

/* The density up to window_ms, which is more than 0 and holds no more steps than an int can count, and the
 * mean of all intervals. noise > 0. resolution 1; 4 takes steps a quarter as long, though never shorter than
 * dt (the tests use it to judge 1). */
R2S_MUST_CHECK r2s_status r2s_neuron_isi_make(r2s_neuron_isi *out, const r2s_neuron_params *params,
                                              double input_mv, double window_ms, double resolution,
                                              r2s_error *err);
void r2s_neuron_isi_free(r2s_neuron_isi *isi); /* NULL is allowed */

#endif
