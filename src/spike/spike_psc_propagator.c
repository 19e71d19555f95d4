/* SPDX-License-Identifier: MIT
 * Exact integration of one step: the factors that carry voltage and synaptic currents over h. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "spike/spike_psc.h"

/* beta (e^(-h/tau_m) - e^(-h/tau_s))/C with beta = tau_s tau_m/(tau_m - tau_s), written without the
 * cancellation. */
double r2s_spike_psc_p_exponential(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms) {
  double beta = tau_syn_ms * tau_m_ms / (tau_m_ms - tau_syn_ms);
  double p = beta / c_m_pf * exp(-h_ms / tau_syn_ms) *
             expm1(h_ms * (tau_m_ms - tau_syn_ms) / (tau_syn_ms * tau_m_ms));
  if (isnormal(p) && p > 0) return p;
  return h_ms / c_m_pf * exp(-h_ms / tau_m_ms); /* tau_syn = tau_m: the limit */
}

void r2s_spike_psc_p_alpha(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms, double *p31,
                           double *p32) {
  *p32 = r2s_spike_psc_p_exponential(tau_syn_ms, tau_m_ms, c_m_pf, h_ms);
  double difference = tau_m_ms - tau_syn_ms;
  /* so near the singularity the next line would lose all digits, while the limit has an error of h/(3 beta)
   */
  if (fabs(difference) * h_ms <= 1e-7 * tau_m_ms * tau_m_ms) {
    *p31 = 0.5 * h_ms * h_ms / c_m_pf * exp(-h_ms / tau_m_ms);
    return;
  }
  double beta = tau_syn_ms * tau_m_ms / difference;
  *p31 = beta / c_m_pf * exp(-h_ms / tau_syn_ms) *
         (beta * expm1(h_ms * difference / (tau_syn_ms * tau_m_ms)) - h_ms);
}

r2s_status r2s_spike_psc_propagators_make(r2s_spike_psc_net *net, r2s_error *err) {
  r2s_status st = R2S_OK;
  const double h = net->layout.dt_ms, tau_m = net->neuron.tau_m_ms, c_m = net->c_m_pf;
  const int n = net->layout.n, n_pad = net->n_pad;
  R2S_ALLOC(st, &net->propagator_block, 5 * (size_t)n_pad, "propagators", err);
  double *p11 = net->propagator_block, *p3 = p11 + n_pad, *p21 = p3 + n_pad, *p31 = p21 + n_pad,
         *amplitude = p31 + n_pad;
  for (int i = 0; i < n; i++) {
    double tau = net->tau_syn_ms[i];
    p11[i] = exp(-h / tau);
    p21[i] = h * p11[i];
    amplitude[i] = exp(1.0) / tau;
    if (net->alpha)
      r2s_spike_psc_p_alpha(tau, tau_m, c_m, h, &p31[i], &p3[i]);
    else
      p3[i] = r2s_spike_psc_p_exponential(tau, tau_m, c_m, h);
  }
  const bool rises = !net->alpha && net->n_ports == 2;
  double em1 = expm1(-h / tau_m);
  net->propagators = (r2s_spike_psc_propagators){
      .n_pad = n_pad,
      .theta = net->neuron.v_th_mv - net->e_l_mv,
      .i_e = net->i_e_pa,
      .p30 = -tau_m / c_m * em1,
      .p33 = exp(-h / tau_m),
      .em1 = em1,
      .p11_rise = rises ? exp(-h / net->tau_rise_ms) : 0,
      .p_rise = rises ? r2s_spike_psc_p_exponential(net->tau_rise_ms, tau_m, c_m, h) : 0,
      .p11 = p11,
      .p3 = p3,
      .p21 = p21,
      .p31 = p31,
      .amplitude = amplitude};
done:
  return st;
}
