/* SPDX-License-Identifier: MIT
 * One update of all units of psc-dexp or psc-alpha, in NEST's order of operations (Eqs. N1, N2 of
 * docs/nest.md). */
#ifndef R2S_SPIKE_PSC_STEP_H
#define R2S_SPIKE_PSC_STEP_H

#include <stdint.h>

#include "base/base_isa.h"

enum { R2S_SPIKE_PSC_VECTOR = 8 }; /* the arrays' lengths are multiples of this */

/* Constants of a step h; arrays are [n_pad]. */
typedef struct r2s_spike_psc_propagators {
  int n_pad;
  double theta;            /* V_th - E_L, mV */
  double i_e;              /* pA */
  double p30;              /* current to voltage, mV/pA */
  double p33;              /* exp(-h/tau_m) */
  double em1;              /* p33 - 1 */
  double p11_rise, p_rise; /* psc-dexp, port 2 */
  const double *p11;       /* decay of a synaptic current in a step */
  const double *p3;        /* psc-dexp: port 1's current to voltage; psc-alpha: P32 */
  const double *p21;       /* psc-alpha: derivative to current */
  const double *p31;       /* psc-alpha: derivative to voltage */
  const double *amplitude; /* psc-alpha: e/tau_syn */
} r2s_spike_psc_propagators;

/* The units' state; arrays are [n_pad], aligned to 64 bytes. */
typedef struct r2s_spike_psc_state {
  double *v;              /* V - E_L, mV */
  double *until;          /* last update in which the unit is refractory */
  double *current[2];     /* psc-dexp: ports 1, 2; psc-alpha: excitatory, inhibitory; pA */
  double *slope[2];       /* psc-alpha: their derivatives, pA/ms */
  const double *external; /* y0: current from outside that acts in this update, pA */
  double *arriving[2];    /* weights arriving now, pA; psc-dexp: [0] only. Cleared when read */
} r2s_spike_psc_state;

/* Bit i of `spiking` [ceil(n_pad/64)] is set where unit i reached the threshold; its reset is the caller's.
 */
R2S_KERNEL_DECLARE(void, r2s_spike_psc_step_dexp,
                   (const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, double update,
                    uint64_t *spiking));
R2S_KERNEL_DECLARE(void, r2s_spike_psc_step_alpha,
                   (const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, double update,
                    uint64_t *spiking));

/* external = constant + sd normal; n a multiple of R2S_SPIKE_PSC_VECTOR */
R2S_KERNEL_DECLARE(void, r2s_spike_psc_add_noise,
                   (double *external, const double *constant, const float *normal, double sd, int n));

#endif
