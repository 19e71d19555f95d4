/* SPDX-License-Identifier: MIT
 * From a rate network to NEST's units: synapses, inputs, noise and readout (Eqs. N3 to N10 of docs/nest.md).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "spike/spike_psc.h"

/* Delay, refractory time and the readout's bin in steps. */
static r2s_status make_steps(r2s_spike_psc_net *net, const r2s_spike_config *config, const char *name,
                             r2s_error *err) {
  const double h = net->layout.dt_ms;
  net->delay_steps = isnan(config->delay_ms) ? 1 : r2s_spike_whole_steps(config->delay_ms, h, 1);
  if (net->delay_steps < 0)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: delay = %g ms; expected a multiple of the step dt = %g ms, at least one", name,
                    config->delay_ms, h);
  net->ref_steps = r2s_spike_whole_steps(config->neuron.t_ref_ms, h, 0);
  if (net->ref_steps < 0)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: neuron.t_ref = %g ms; expected a multiple of the step dt = %g ms", name,
                    config->neuron.t_ref_ms, h);
  if (net->decoder == R2S_SPIKE_PSC_BINNED) net->bin_steps = r2s_spike_whole_steps(config->readout_ms, h, 1);
  if (net->bin_steps < 0)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: readout = %g ms; expected a multiple of the step dt = %g ms", name,
                    config->readout_ms, h);
  return R2S_OK;
}

/* Eq. N7: a current of this sd, held for h, moves the voltage by noise sqrt(h/0.05 ms). */
static double noise_pa(const r2s_spike_config *config) {
  double h = config->neuron.dt_ms, tau_m = config->neuron.tau_m_ms;
  double mv_per_pa = tau_m / config->c_m_pf * (1 - exp(-h / tau_m));
  return config->neuron.noise_mv * sqrt(h / R2S_NOISE_STEP_MS) / mv_per_pa;
}

/* Eqs. N5, N6: pA of a synapse onto unit i for W = 1. */
static double weight_unit_pa(const r2s_spike_psc_net *net, const r2s_spike_config *config,
                             double tau_syn_ms) {
  double pa_per_mv = config->c_m_pf / config->neuron.tau_m_ms;
  if (!net->alpha) return 1000 / (config->scale * (tau_syn_ms - net->tau_rise_ms)) * pa_per_mv;
  if (!isnan(config->weight_pa)) return config->weight_pa;
  return 1000 * pa_per_mv / (config->scale * exp(1.0) * tau_syn_ms);
}

static r2s_status make_synapses(r2s_spike_psc_net *net, const r2s_model *model,
                                const r2s_spike_config *config, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)net->layout.n;
  double *w = NULL, *unit_pa = NULL;
  R2S_ALLOC(st, &w, n * n, "effective weights", err);
  R2S_ALLOC(st, &unit_pa, n, "weight units", err);
  r2s_model_effective_w(model, false, w);
  for (size_t k = 0; k < n * n; k++) net->n_synapses += w[k] != 0;
  for (size_t i = 0; i < n; i++) unit_pa[i] = weight_unit_pa(net, config, net->tau_syn_ms[i]);
  R2S_ALLOC(st, &net->start, n + 1, "synapses", err);
  R2S_ALLOC(st, &net->split, n, "synapses", err);
  R2S_ALLOC(st, &net->target, net->n_synapses, "synapses", err);
  R2S_ALLOC(st, &net->weight_pa, net->n_synapses, "synapses", err);
  size_t at = 0;
  for (size_t j = 0; j < n; j++) {
    net->start[j] = at;
    for (int negative = 0; negative < 2; negative++) {
      for (size_t i = 0; i < n; i++) {
        double weight = w[i * n + j];
        if (weight == 0 || (weight < 0) != negative) continue;
        net->target[at] = (int32_t)i;
        net->weight_pa[at++] = unit_pa[i] * weight;
      }
      if (!negative) net->split[j] = at;
    }
  }
  net->start[n] = at;
done:
  free(w);
  free(unit_pa);
  return st;
}

/* tau_syn of each unit; n_ports. */
static r2s_status make_time_constants(r2s_spike_psc_net *net, const r2s_spike_config *config,
                                      const double *tau_d_ms, const char *name, r2s_error *err) {
  r2s_status st = R2S_OK;
  const int n = net->layout.n;
  net->n_ports = net->alpha || config->tau_r_ms > 0 ? 2 : 1;
  net->tau_rise_ms = config->tau_r_ms;
  R2S_ALLOC(st, &net->tau_syn_ms, (size_t)n, "synaptic time constants", err);
  for (int i = 0; i < n; i++) {
    bool fixed = net->alpha && !isnan(config->tau_syn_ms);
    net->tau_syn_ms[i] = fixed ? config->tau_syn_ms : tau_d_ms[i];
    bool filtered = net->decoder == R2S_SPIKE_PSC_FILTERED;
    if (filtered && fabs(tau_d_ms[i] - config->tau_r_ms) < 1e-6 * tau_d_ms[i])
      return r2s_fail(
          err, R2S_ERR_CONFIG,
          "model %s: unit %d (from 1) has tau_d = tau_r = %g ms; a double exponential expects them to differ",
          name, i + 1, config->tau_r_ms);
  }
done:
  return st;
}

static r2s_status make_input(r2s_spike_psc_net *net, const r2s_model *model, const r2s_spike_config *config,
                             r2s_error *err) {
  r2s_status st = R2S_OK;
  const int n = net->layout.n, n_in = net->layout.n_in;
  const double unit_pa = r2s_spike_unit_input_pa(config);
  R2S_ALLOC(st, &net->input_pa, (size_t)n * (size_t)n_in, "input currents", err);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < n_in; c++) net->input_pa[c * n + i] = unit_pa * model->w_in[i * n_in + c];
done:
  return st;
}

static r2s_status make_readout(r2s_spike_psc_net *net, const r2s_model *model, const r2s_spike_config *config,
                               const double *tau_d_ms, r2s_error *err) {
  r2s_status st = R2S_OK;
  const int n = net->layout.n, n_out = net->layout.n_out, per_sample = net->layout.steps_per_sample;
  const bool filtered = net->decoder == R2S_SPIKE_PSC_FILTERED;
  const double h = net->layout.dt_ms, tau_r = config->tau_r_ms;
  const int rows = filtered ? per_sample + 1 : 1;
  R2S_ALLOC(st, &net->w_out, (size_t)n_out * (size_t)n, "readout", err);
  R2S_ALLOC(st, &net->gain_hz, (size_t)n, "readout", err);
  R2S_ALLOC(st, &net->decay, (size_t)rows * (size_t)n, "readout", err);
  R2S_ALLOC(st, &net->decay_rise, (size_t)rows, "readout", err);
  for (int k = 0; k < n_out * n; k++)
    net->w_out[k] = filtered ? model->w_out[k] / config->scale : model->w_out[k];
  for (int i = 0; i < n; i++) net->gain_hz[i] = 1000 / (tau_d_ms[i] - tau_r);
  for (int m = 0; m < rows && filtered; m++) {
    for (int i = 0; i < n; i++) net->decay[(size_t)m * (size_t)n + (size_t)i] = exp(-m * h / tau_d_ms[i]);
    net->decay_rise[m] = tau_r > 0 ? exp(-m * h / tau_r) : 0;
  }
  for (int i = 0; i < n && !filtered; i++) {
    net->decay[i] = 1 - net->bin_steps * h / net->tau_syn_ms[i];
    if (net->decay[i] <= -1)
      return r2s_fail(err, R2S_ERR_CONFIG,
                      "model psc-alpha: a readout bin of %g ms with tau_syn = %g ms: r = (1 - bin/tau_syn) r "
                      "grows without end; expected a bin below twice tau_syn",
                      net->bin_steps * h, net->tau_syn_ms[i]);
  }
done:
  return st;
}

static r2s_status check_finite(const double *values, size_t count, const char *what, r2s_error *err) {
  for (size_t k = 0; k < count; k++)
    if (!isfinite(values[k]))
      return r2s_fail(err, R2S_ERR_NUMERIC, "network: %s %zu is %g; expected finite numbers", what, k,
                      values[k]);
  return R2S_OK;
}

r2s_status r2s_spike_psc_net_build(r2s_spike_psc_net *out, const r2s_model *model,
                                   const r2s_spike_config *config, const r2s_spike_layout *layout,
                                   r2s_error *err) {
  r2s_status st = R2S_OK;
  const char *name = r2s_spike_model_name(config->model);
  const bool alpha = config->model == R2S_SPIKE_PSC_ALPHA, table = alpha && !isnan(config->weight_pa);
  const int wide = R2S_SPIKE_PSC_GROUP;
  double *tau_d_ms = NULL;
  *out = (r2s_spike_psc_net){.alpha = alpha,
                             .layout = *layout,
                             .neuron = config->neuron,
                             .n_pad = (layout->n + wide - 1) / wide * wide,
                             .c_m_pf = config->c_m_pf,
                             .e_l_mv = r2s_spike_resting_mv(config),
                             .i_e_pa = config->i_e_pa,
                             .decoder = table ? R2S_SPIKE_PSC_BINNED : R2S_SPIKE_PSC_FILTERED};
  if (!table && isnan(config->scale)) {
    st = r2s_fail(err, R2S_ERR_CONFIG, "model %s: scale = %g; expected a positive number", name,
                  config->scale);
    goto done;
  }
  out->noise_sd_pa = noise_pa(config);
  R2S_ALLOC(st, &tau_d_ms, (size_t)layout->n, "tau_d", err);
  r2s_model_tau_d_ms(model, tau_d_ms);
  R2S_TRY(st, make_steps(out, config, name, err));
  R2S_TRY(st, make_time_constants(out, config, tau_d_ms, name, err));
  R2S_TRY(st, make_synapses(out, model, config, err));
  R2S_TRY(st, make_input(out, model, config, err));
  R2S_TRY(st, make_readout(out, model, config, tau_d_ms, err));
  R2S_TRY(st, check_finite(out->weight_pa, out->n_synapses, "synapse", err));
  R2S_TRY(st, check_finite(out->input_pa, (size_t)layout->n * (size_t)layout->n_in, "input weight", err));
  R2S_TRY(st, check_finite(out->w_out, (size_t)layout->n * (size_t)layout->n_out, "output weight", err));
  R2S_TRY(st, r2s_spike_psc_propagators_make(out, err));
done:
  free(tau_d_ms);
  if (st != R2S_OK) r2s_spike_psc_net_free(out);
  return st;
}

void r2s_spike_psc_net_free(r2s_spike_psc_net *net) {
  if (!net) return;
  void *owned[] = {net->start,   net->split, net->target,  net->weight_pa, net->tau_syn_ms, net->input_pa,
                   net->factors, net->w_out, net->gain_hz, net->decay,     net->decay_rise};
  for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
  memset(net, 0, sizeof *net);
}
