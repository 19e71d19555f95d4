/* SPDX-License-Identifier: MIT
 * One update of all units of psc-dexp or psc-alpha, in NEST's order of operations (Eqs. N1, N2 of
 * docs/nest.md). */
#ifndef R2S_SPIKE_PSC_STEP_H
#define R2S_SPIKE_PSC_STEP_H

#include <stdint.h>

#include "base/base_isa.h"

/* Units lie in groups of so many, side by side: a group's numbers are at constant distances from one pointer.
 * (An array for each number took more pointers than there are registers. Reloaded from the stack, these
 * waited for stores whose addresses end in the same 12 bits: up to 2.6 times as long, by where the stack
 * began.) */
enum { R2S_SPIKE_PSC_GROUP = 8 };

/* Constants of a step h for a group of units. */
typedef struct r2s_spike_psc_factors {
  double p11[R2S_SPIKE_PSC_GROUP];       /* decay of a synaptic current in a step */
  double p3[R2S_SPIKE_PSC_GROUP];        /* psc-dexp: port 1's current to voltage; psc-alpha: P32 */
  double p21[R2S_SPIKE_PSC_GROUP];       /* psc-alpha: derivative to current */
  double p31[R2S_SPIKE_PSC_GROUP];       /* psc-alpha: derivative to voltage */
  double amplitude[R2S_SPIKE_PSC_GROUP]; /* psc-alpha: e/tau_syn */
} r2s_spike_psc_factors;

/* The state of a group of units. */
typedef struct r2s_spike_psc_units {
  double v[R2S_SPIKE_PSC_GROUP];          /* V - E_L, mV */
  double until[R2S_SPIKE_PSC_GROUP];      /* last update in which the unit is refractory */
  double current[2][R2S_SPIKE_PSC_GROUP]; /* psc-dexp: ports 1, 2; psc-alpha: excitatory, inhibitory; pA */
  double slope[2][R2S_SPIKE_PSC_GROUP];   /* psc-alpha: their derivatives, pA/ms */
} r2s_spike_psc_units;

/* Constants of a step h. */
typedef struct r2s_spike_psc_propagators {
  int n_pad;                            /* units in whole groups */
  double theta;                         /* V_th - E_L, mV */
  double i_e;                           /* pA */
  double p30;                           /* current to voltage, mV/pA */
  double p33;                           /* exp(-h/tau_m) */
  double em1;                           /* p33 - 1 */
  double p11_rise, p_rise;              /* psc-dexp, port 2 */
  const r2s_spike_psc_factors *factors; /* [n_pad/GROUP] */
} r2s_spike_psc_propagators;

/* The units' state. */
typedef struct r2s_spike_psc_state {
  r2s_spike_psc_units *units; /* [n_pad/GROUP] */
  const double *external;     /* [n_pad] y0: current from outside that acts in this update, pA */
  double *arriving[2];        /* [n_pad] weights arriving now, pA; psc-dexp: [0] only. Cleared when read */
} r2s_spike_psc_state;

/* Bit i of `spiking` [ceil(n_pad/64)] is set where unit i reached the threshold; its reset is the caller's.
 */
R2S_KERNEL_DECLARE(void, r2s_spike_psc_step_dexp,
                   (const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, double update,
                    uint64_t *spiking));
R2S_KERNEL_DECLARE(void, r2s_spike_psc_step_alpha,
                   (const r2s_spike_psc_propagators *p, const r2s_spike_psc_state *s, double update,
                    uint64_t *spiking));

/* external = constant + sd normal; n a multiple of R2S_SPIKE_PSC_GROUP */
R2S_KERNEL_DECLARE(void, r2s_spike_psc_add_noise,
                   (double *external, const double *constant, const float *normal, double sd, int n));

#endif
