/* SPDX-License-Identifier: MIT
 * Exact integration of one step: the factors that carry voltage and synaptic currents over h. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "spike/spike_psc.h"

/* Every expression is in NEST's order of operations (iaf_propagator.cpp). With the resting potential at the
 * threshold a unit approaches it for hundreds of ms, so that a last bit can decide when it fires. */

/* exp(x) - 1 by its series, as the published packages of NEST 3.10 have it: in the last bit it differs from
 * libm's. */
static double series_expm1(double x) {
  if (fabs(x) > log(2.0)) return exp(x) - 1;
  double sum = x, term = x * x / 2;
  for (int k = 3; fabs(term) > fabs(sum) * DBL_EPSILON; k++) {
    sum += term;
    term *= x / k;
  }
  return sum;
}

double r2s_spike_psc_p_exponential(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms) {
  double beta = tau_syn_ms * tau_m_ms / (tau_m_ms - tau_syn_ms);
  double inverse_beta = (tau_m_ms - tau_syn_ms) / (tau_syn_ms * tau_m_ms);
  double p32 = beta / c_m_pf * exp(-h_ms * (1 / tau_syn_ms)) * series_expm1(h_ms * inverse_beta);
  if (isnormal(p32) && p32 > 0) return p32;
  return h_ms * (1 / c_m_pf) * exp(-h_ms * (1 / tau_m_ms)); /* tau_syn = tau_m: the limit */
}

void r2s_spike_psc_p_alpha(double tau_syn_ms, double tau_m_ms, double c_m_pf, double h_ms, double *p31,
                           double *p32) {
  double difference = tau_m_ms - tau_syn_ms;
  *p32 = r2s_spike_psc_p_exponential(tau_syn_ms, tau_m_ms, c_m_pf, h_ms);
  if (!(h_ms > 1e-7 * tau_m_ms * tau_m_ms / fabs(difference))) { /* the line below would lose its digits */
    *p31 = 0.5 * h_ms * h_ms * (1 / c_m_pf) * exp(-h_ms * (1 / tau_m_ms));
    return;
  }
  double beta = tau_syn_ms * tau_m_ms / difference, inverse_beta = difference / (tau_syn_ms * tau_m_ms);
  *p31 = beta / c_m_pf * exp(-h_ms * (1 / tau_syn_ms)) * (beta * series_expm1(h_ms * inverse_beta) - h_ms);
}

r2s_status r2s_spike_psc_propagators_make(r2s_spike_psc_net *net, r2s_error *err) {
  r2s_status st = R2S_OK;
  const double h = net->layout.dt_ms, tau_m = net->neuron.tau_m_ms, c_m = net->c_m_pf;
  const int n = net->layout.n, n_pad = net->n_pad;
  R2S_ALLOC(st, &net->factors, (size_t)(n_pad / R2S_SPIKE_PSC_GROUP), "propagators", err);
  for (int i = 0; i < n; i++) {
    r2s_spike_psc_factors *f = &net->factors[i / R2S_SPIKE_PSC_GROUP];
    const int k = i % R2S_SPIKE_PSC_GROUP;
    const double tau = net->tau_syn_ms[i];
    f->p11[k] = exp(-h / tau);
    f->p21[k] = h * f->p11[k];
    f->amplitude[k] = exp(1.0) / tau;
    if (net->alpha)
      r2s_spike_psc_p_alpha(tau, tau_m, c_m, h, &f->p31[k], &f->p3[k]);
    else
      f->p3[k] = r2s_spike_psc_p_exponential(tau, tau_m, c_m, h);
  }
  const bool rises = !net->alpha && net->n_ports == 2;
  double em1 = series_expm1(-h / tau_m);
  net->propagators = (r2s_spike_psc_propagators){
      .n_pad = n_pad,
      .theta = net->neuron.v_th_mv - net->e_l_mv,
      .i_e = net->i_e_pa,
      .p30 = net->alpha ? -tau_m / c_m * em1 : tau_m / c_m * (1.0 - exp(-h / tau_m)),
      .p33 = exp(-h / tau_m),
      .em1 = em1,
      .p11_rise = rises ? exp(-h / net->tau_rise_ms) : 0,
      .p_rise = rises ? r2s_spike_psc_p_exponential(net->tau_rise_ms, tau_m, c_m, h) : 0,
      .factors = net->factors};
done:
  return st;
}
