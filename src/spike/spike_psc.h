/* SPDX-License-Identifier: MIT
 * NEST's iaf_psc_exp_multisynapse ("psc-dexp") and iaf_psc_alpha ("psc-alpha"): the network as both engines
 * get it, in NEST's units, and the readout that both share. Equations N1.. of docs/nest.md. */
#ifndef R2S_SPIKE_PSC_H
#define R2S_SPIKE_PSC_H

#include "spike/kernels/spike_psc_step.h"
#include "spike/spike_model.h"

typedef enum r2s_spike_psc_decoder {
  R2S_SPIKE_PSC_FILTERED, /* Eq. N9: double exponential of unit area, Hz, divided by the scale */
  R2S_SPIKE_PSC_BINNED    /* Eq. N10: the write-up's r = (1 - bin/tau) r + spikes in the bin */
} r2s_spike_psc_decoder;

/* Read-only once built. Voltages are relative to E_L (as NEST keeps them), times are in steps of h =
 * layout.dt_ms. */
typedef struct r2s_spike_psc_net {
  bool alpha;
  r2s_spike_layout layout;
  r2s_neuron_params neuron;
  int n_pad; /* N rounded up to whole groups */
  int delay_steps, ref_steps;
  double c_m_pf, e_l_mv, i_e_pa;
  double noise_sd_pa; /* Eq. N7; 0: none */

  /* Synapses by sender: entries start[j]..start[j+1]-1, those with weight >= 0 before split[j]; targets
   * ascend in either part. */
  size_t n_synapses;
  size_t *start;      /* [N + 1] */
  size_t *split;      /* [N] */
  int32_t *target;    /* [n_synapses] */
  double *weight_pa;  /* [n_synapses]; psc-dexp: of port 1, port 2 gets the negative */
  int n_ports;        /* psc-dexp: 2, or 1 where tau_r = 0; psc-alpha: 2 (excitatory, inhibitory) */
  double *tau_syn_ms; /* [N] psc-dexp: tau_d (port 1); psc-alpha: both ports */
  double tau_rise_ms; /* psc-dexp: port 2 */
  double *input_pa;   /* [n_in x N] current for u = 1 */

  r2s_spike_psc_propagators propagators;
  r2s_spike_psc_factors *factors; /* [n_pad/GROUP] what it points to */

  r2s_spike_psc_decoder decoder;
  int bin_steps;      /* BINNED */
  double *w_out;      /* [n_out x N]; FILTERED: divided by the scale */
  double *gain_hz;    /* [N] FILTERED: peak factor 1000/(tau_d - tau_r) */
  double *decay;      /* FILTERED: [steps_per_sample + 1][N] exp(-m h/tau_d); BINNED: [N] 1 - bin/tau */
  double *decay_rise; /* FILTERED: [steps_per_sample + 1] exp(-m h/tau_r), 0 where tau_r = 0 */
} r2s_spike_psc_net;

/* Builds the network of config->model, which is one of the two; config has passed r2s_spike_config_check, and
 * model r2s_model_check. */
R2S_MUST_CHECK r2s_status r2s_spike_psc_net_build(r2s_spike_psc_net *out, const r2s_model *model,
                                                  const r2s_spike_config *config,
                                                  const r2s_spike_layout *layout, r2s_error *err);
void r2s_spike_psc_net_free(r2s_spike_psc_net *net); /* frees what it owns; NULL is allowed */

/* Propagators of one unit (spike_psc_propagator.c). Eq. N3: of an exponential current to the voltage in a
 * step h. */
double r2s_spike_psc_p_exponential(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms);
/* Eq. N4: *p31 of the current's derivative, *p32 of the current of an alpha function. */
void r2s_spike_psc_p_alpha(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms, double *p31,
                           double *p32);
/* Allocates and fills net->propagators from the rest of the net. */
R2S_MUST_CHECK r2s_status r2s_spike_psc_propagators_make(r2s_spike_psc_net *net, r2s_error *err);

/* Column of u whose current acts in update n = 0.., or -1 where none does yet: a generator's current of time
 * t acts in update t/h + 1, and it can't be switched on before t = h (docs/nest.md). */
static inline int r2s_spike_psc_column(const r2s_spike_layout *layout, int update, int n_columns) {
  if (update < 2) return -1;
  int column = (update - 1) / layout->steps_per_column;
  return column < n_columns ? column : n_columns - 1;
}

/* Sd of the noise of a trial, pA: 0 where currents are injected instead. */
static inline double r2s_spike_psc_noise_pa(const r2s_spike_psc_net *net, const r2s_spike_trial *trial) {
  return trial->injected_pa ? 0 : net->noise_sd_pa * trial->noise_scale;
}

/* Fills out, counts, n_spikes, rates_end and, where the layout asks, spikes of a record
 * (r2s_spike_record_begin) from the spikes of a trial, which are in order of step. scratch: [3 N] doubles. */
R2S_MUST_CHECK r2s_status r2s_spike_psc_readout(const r2s_spike_psc_net *net, const r2s_spike_list *spikes,
                                                int steps, double *scratch, r2s_spike_record *record,
                                                r2s_error *err);

/* The plain twin of the native engine: one unit after the other, no vectors, no buffers; judges it in the
 * tests. v_end [N]: voltages at the end, mV. */
R2S_MUST_CHECK r2s_status r2s_spike_psc_reference(const r2s_spike_psc_net *net, const r2s_spike_trial *trial,
                                                  int steps, r2s_spike_list *spikes, double *v_end,
                                                  r2s_error *err);

#endif
