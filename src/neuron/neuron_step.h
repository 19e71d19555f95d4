/* SPDX-License-Identifier: MIT
 * One step of independent LIF units at constant input (Eq. S1, S2 in the authors' order). */
#ifndef R2S_NEURON_STEP_H
#define R2S_NEURON_STEP_H

#include <stdint.h>

#include "base/base_isa.h"

typedef struct r2s_neuron_units {
  int n;
  double *v;      /* [n] mV above threshold */
  float *normal;  /* [n] */
  int32_t *rest;  /* [n] steps for which a unit is refractory yet */
  int32_t *count; /* [n] spikes in the window */
} r2s_neuron_units;

/* leak: dt/tau_m; target, reset: mV above threshold; noise: mV; refractory: steps */
R2S_KERNEL_DECLARE(void, r2s_neuron_step,
                   (const r2s_neuron_units *u, double leak, double target, double noise, double reset,
                    int32_t refractory));

#endif
