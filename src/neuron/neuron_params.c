/* SPDX-License-Identifier: MIT
 * Parameters of the LIF unit and what follows from them at once. */
#include <math.h>
#include <stddef.h>

#include "base/base_error.h"
#include "neuron/neuron_chain.h"
#include "rate2spike/neuron.h"

r2s_neuron_params r2s_neuron_params_default(void) {
  return (r2s_neuron_params){.tau_m_ms = 10,
                             .t_ref_ms = 2,
                             .v_th_mv = -40,
                             .v_reset_mv = -65,
                             .v_bias_mv = -40,
                             .noise_mv = 0.1,
                             .dt_ms = 0.05,
                             .v0_low_mv = -65,
                             .v0_high_mv = 30};
}

_Static_assert(R2S_LONGEST_MS == 1000, "the messages here and of spike_config.c say 1000");

static bool is_voltage(double mv) {
  return fabs(mv) <= 1e6;
}

r2s_status r2s_neuron_params_check(const r2s_neuron_params *p, r2s_error *err) {
  const struct {
    const char *name, *expected;
    double value;
    bool good;
  } rules[] = {
      {"tau_m", "more than 0 ms, up to 1000", p->tau_m_ms, p->tau_m_ms > 0 && p->tau_m_ms <= R2S_LONGEST_MS},
      {"t_ref", "0 to 1000 ms", p->t_ref_ms, p->t_ref_ms >= 0 && p->t_ref_ms <= R2S_LONGEST_MS},
      {"v_th", "-1e6 to 1e6 mV", p->v_th_mv, is_voltage(p->v_th_mv)},
      {"v_reset", "-1e6 mV to less than v_th", p->v_reset_mv,
       is_voltage(p->v_reset_mv) && p->v_reset_mv < p->v_th_mv},
      {"v_bias", "-1e6 to 1e6 mV", p->v_bias_mv, is_voltage(p->v_bias_mv)},
      {"noise", "0 to 1e6 mV", p->noise_mv, p->noise_mv >= 0 && is_voltage(p->noise_mv)},
      {"dt", "1e-3 to tau_m, ms", p->dt_ms, p->dt_ms >= 1e-3 && p->dt_ms <= p->tau_m_ms},
      {"v0_low", "-1e6 to 1e6 mV", p->v0_low_mv, is_voltage(p->v0_low_mv)},
      {"v0_high", "v0_low to 1e6 mV", p->v0_high_mv,
       is_voltage(p->v0_high_mv) && p->v0_high_mv >= p->v0_low_mv},
  };
  for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
    if (!rules[k].good || !isfinite(rules[k].value))
      return r2s_fail(err, R2S_ERR_CONFIG, "neuron: %s = %g; expected %s", rules[k].name, rules[k].value,
                      rules[k].expected);
  return R2S_OK;
}

int r2s_neuron_refractory_steps(const r2s_neuron_params *params) {
  return (int)fmin(floor(params->t_ref_ms / params->dt_ms + 1e-9), 1e9);
}

/* The integral of the normal distribution function from -infinity to z. */
static double mean_excess(double z) {
  const double root_2 = 1.4142135623730951, root_2_pi = 2.5066282746310002;
  return z * (0.5 * erfc(-z / root_2)) + exp(-0.5 * z * z) / root_2_pi;
}

/* Eq. C6: a trial begins as refractory (t_last = 0), so the first step adds nothing but noise to v_0, unless
 * t_ref is shorter than a step, when the leak acts too (at zero input). */
double r2s_neuron_start_probability(const r2s_neuron_params *p) {
  double leak = r2s_neuron_refractory_steps(p) > 0 ? 0 : p->dt_ms / p->tau_m_ms;
  double low = p->v0_low_mv + leak * (p->v_bias_mv - p->v0_low_mv) - p->v_th_mv;
  double high = p->v0_high_mv + leak * (p->v_bias_mv - p->v0_high_mv) - p->v_th_mv;
  double noise = p->noise_mv;
  if (high - low < 1e-9) return noise > 0 ? 0.5 * erfc(-low / noise / sqrt(2)) : low >= 0;
  if (noise < 1e-6 * (high - low)) return fmin(fmax(high / (high - low), 0), 1);
  return noise * (mean_excess(high / noise) - mean_excess(low / noise)) / (high - low);
}
