/* SPDX-License-Identifier: MIT
 * Settings of a spiking simulation: defaults of each model, and whether settings make sense. */
#include <math.h>
#include <string.h>

#include "base/base_error.h"
#include "rate2spike/spike.h"

r2s_spike_config r2s_spike_config_default(r2s_spike_model model) {
  r2s_spike_config config;
  memset(&config, 0, sizeof config);
  config.model = model;
  config.scale = NAN;
  config.neuron = r2s_neuron_params_default();
  config.tau_r_ms = 2;
  config.record_ms = 1;
  config.c_m_pf = 100;
  config.i_e_pa = 0;
  config.e_l_mv = NAN;
  config.weight_pa = NAN;
  config.input_pa = NAN;
  config.tau_syn_ms = NAN;
  config.delay_ms = NAN;
  config.readout_ms = 5;
  if (model != R2S_SPIKE_LIF) config.neuron.dt_ms = 0.1;
  if (model == R2S_SPIKE_LIF_UNIT) { /* the authors' millivolts / 100, no noise */
    config.neuron.v_th_mv = config.neuron.v_bias_mv = -0.4;
    config.neuron.v_reset_mv = config.neuron.v0_low_mv = config.neuron.v0_high_mv = -0.65;
    config.neuron.noise_mv = 0;
  }
  if (model == R2S_SPIKE_PSC_ALPHA) { /* the write-up's table: deterministic */
    config.neuron.v0_low_mv = config.neuron.v0_high_mv = -65;
    config.neuron.noise_mv = 0;
    config.i_e_pa = 250;
    config.e_l_mv = -65;
    config.weight_pa = 50;
    config.input_pa = 5;
    config.tau_syn_ms = 35;
  }
  return config;
}

double r2s_spike_resting_mv(const r2s_spike_config *config) {
  return isnan(config->e_l_mv) ? config->neuron.v_bias_mv : config->e_l_mv;
}

double r2s_spike_unit_input_pa(const r2s_spike_config *config) {
  return isnan(config->input_pa) ? config->c_m_pf / config->neuron.tau_m_ms : config->input_pa;
}

r2s_neuron_params r2s_spike_curve_neuron(const r2s_spike_config *config) {
  r2s_neuron_params neuron = config->neuron;
  if (config->noise_per_root_dt) neuron.noise_mv *= sqrt(neuron.dt_ms / R2S_NOISE_STEP_MS);
  return neuron;
}

static bool positive(double x) {
  return isfinite(x) && x > 0;
}

static bool is_span(double ms) {
  return ms > 0 && ms <= R2S_LONGEST_MS;
}

/* lif, the fast engine: a voltage that is reset to the threshold would spike in every step. */
static r2s_status check_single(const r2s_spike_config *config, r2s_error *err) {
  const double v_th = config->neuron.v_th_mv, v_reset = config->neuron.v_reset_mv;
  if ((float)v_reset < (float)v_th) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "model %s: v_reset = %.15g mV with v_th = %.15g mV; expected two numbers that differ in "
                  "single precision, or the reference engine (lif.reference)",
                  r2s_spike_model_name(config->model), v_reset, v_th);
}

/* lif-unit: its Euler filter s <- (1 - dt/tau_r) s (U4) is to decay. */
static r2s_status check_unit(const r2s_spike_config *config, r2s_error *err) {
  const char *name = r2s_spike_model_name(config->model);
  const double dt_ms = config->neuron.dt_ms, tau_r_ms = config->tau_r_ms;
  if (config->neuron.noise_mv != 0)
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: noise = %g; expected 0, the model has none", name,
                    config->neuron.noise_mv);
  if (dt_ms >= 2 * tau_r_ms)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: dt = %g ms with tau_r = %g ms; expected a step below twice tau_r: the synapse "
                    "grows without end",
                    name, dt_ms, tau_r_ms);
  return R2S_OK;
}

static r2s_status check_psc(const r2s_spike_config *config, r2s_error *err) {
  const char *name = r2s_spike_model_name(config->model);
  if (!(config->c_m_pf >= 1e-6 && config->c_m_pf <= 1e12)) /* beyond, currents come near a double's ends */
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: C_m = %g pF; expected 1e-6 to 1e12", name,
                    config->c_m_pf);
  const double most_pa = 1e15;
  if (!(fabs(config->i_e_pa) <= most_pa) || fabs(config->e_l_mv) > 1e6 || fabs(config->input_pa) > most_pa)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: I_e = %g pA, E_L = %g mV, input = %g pA; expected currents of -1e15 to 1e15 "
                    "and -1e6 to 1e6 mV, or NaN for the last two: the drive and input of lif",
                    name, config->i_e_pa, config->e_l_mv, config->input_pa);
  if (!isnan(config->weight_pa) && !(config->weight_pa > 0 && config->weight_pa <= most_pa))
    return r2s_fail(
        err, R2S_ERR_CONFIG,
        "model %s: weight = %g pA; expected > 0 and up to 1e15, or NaN to derive it from the scale", name,
        config->weight_pa);
  if (!isnan(config->tau_syn_ms) && !(config->tau_syn_ms > 0 && config->tau_syn_ms <= 1e5))
    return r2s_fail(
        err, R2S_ERR_CONFIG,
        "model %s: tau_syn = %g ms; expected > 0 and up to 100000, or NaN for the network's tau_d", name,
        config->tau_syn_ms);
  if (!isnan(config->delay_ms) && !is_span(config->delay_ms))
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: delay = %g ms; expected > 0 and up to 1000, or NaN for one step", name,
                    config->delay_ms);
  if (!is_span(config->readout_ms))
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: readout bin = %g ms; expected > 0 and up to 1000", name,
                    config->readout_ms);
  return R2S_OK;
}

r2s_status r2s_spike_config_check(const r2s_spike_config *config, r2s_error *err) {
  if (config->model < R2S_SPIKE_LIF || config->model > R2S_SPIKE_PSC_ALPHA)
    return r2s_fail(err, R2S_ERR_CONFIG, "spiking model %d; expected 0 to %d", (int)config->model,
                    (int)R2S_SPIKE_PSC_ALPHA);
  const char *name = r2s_spike_model_name(config->model);
  r2s_status st = r2s_neuron_params_check(&config->neuron, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "model %s", name);
  if (!isnan(config->scale) && !positive(config->scale))
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: scale = %g; expected a number > 0 (1/lambda)", name,
                    config->scale);
  bool can_be_single = config->model != R2S_SPIKE_LIF_UNIT;
  if (!(can_be_single && config->tau_r_ms == 0) && !(config->tau_r_ms > 0 && config->tau_r_ms <= 1e5))
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: tau_r = %g ms; expected > 0 and up to 100000%s", name,
                    config->tau_r_ms, can_be_single ? ", or 0 for a single exponential" : "");
  if (!is_span(config->record_ms))
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: record = %g ms; expected > 0 and up to 1000", name,
                    config->record_ms);
  if (config->model == R2S_SPIKE_LIF && !config->reference) return check_single(config, err);
  if (config->model == R2S_SPIKE_LIF_UNIT) return check_unit(config, err);
  if (config->model == R2S_SPIKE_PSC_DEXP || config->model == R2S_SPIKE_PSC_ALPHA)
    return check_psc(config, err);
  return R2S_OK;
}
