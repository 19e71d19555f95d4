/* SPDX-License-Identifier: MIT
 * Independent LIF units at constant input: the judge of the rate curve and of the Fano factor. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "base/base_random.h"
#include "neuron/neuron_chain.h"
#include "neuron/neuron_step.h"

static r2s_status alloc_units(r2s_neuron_units *u, int n, r2s_error *err) {
  r2s_status st = R2S_OK;
  u->n = n;
  R2S_ALLOC(st, &u->v, (size_t)n, "voltages", err);
  R2S_ALLOC(st, &u->normal, (size_t)n, "noise", err);
  R2S_ALLOC(st, &u->rest, (size_t)n, "refractory units", err);
  R2S_ALLOC(st, &u->count, (size_t)n, "spike counts", err);
done:
  return st;
}

static void free_units(r2s_neuron_units *u) {
  free(u->v);
  free(u->normal);
  free(u->rest);
  free(u->count);
}

static r2s_status check(const r2s_neuron_params *params, int n_units, double warmup, double duration,
                        double window, r2s_error *err) {
  r2s_status st = r2s_neuron_params_check(params, err);
  if (st != R2S_OK) return st;
  if (n_units < 1 || !(warmup >= 0) || !(window >= 1) || !(duration >= window) || warmup + duration > 1e9)
    return r2s_fail(
        err, R2S_ERR_ARG,
        "simulation of %d units for %g + %g steps, windows of %g; expected at least 1 unit and window, "
        "a window of at least one step, and 0 to 1e9 steps in all",
        n_units, warmup, duration, window);
  return R2S_OK;
}

r2s_status r2s_neuron_simulate(const r2s_neuron_params *params, double input_mv, int n_units,
                               double warmup_ms, double duration_ms, double window_ms, uint64_t seed,
                               double *rate_hz, double *fano, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_neuron_units u = {0};
  double dt = params->dt_ms;
  double warmup = round(warmup_ms / dt), window = round(window_ms / dt),
         windows = floor(duration_ms / dt / window + 1e-9);
  R2S_TRY(st, check(params, n_units, warmup, windows * window, window, err));
  if (!(fabs(input_mv) <= 1e6))
    return r2s_fail(err, R2S_ERR_ARG, "input of %g mV; expected -1e6 to 1e6", input_mv);
  R2S_TRY(st, alloc_units(&u, n_units, err));
  r2s_random random;
  r2s_isa isa = r2s_isa_current();
  r2s_random_seed(&random, seed, R2S_STREAM_NEURON, 0, 0, 0);
  double reset = params->v_reset_mv - params->v_th_mv,
         target = params->v_bias_mv + input_mv - params->v_th_mv;
  double leak = dt / params->tau_m_ms, sum = 0, squares = 0;
  int32_t refractory = r2s_neuron_refractory_steps(params);
  long in_window = (long)window, steps = (long)(warmup + windows * window);
  for (int i = 0; i < n_units; i++) u.v[i] = reset * r2s_random_uniform(&random);
  for (long k = -(long)warmup; k < steps - (long)warmup; k++) {
    if (k == 0)
      for (int i = 0; i < n_units; i++) u.count[i] = 0;
    r2s_random_fill_normal(&random, u.normal, (size_t)n_units, isa);
    R2S_KERNEL_PICK(isa, r2s_neuron_step)(&u, leak, target, params->noise_mv, reset, refractory);
    if (k < 0 || (k + 1) % in_window != 0) continue;
    for (int i = 0; i < n_units; i++) {
      sum += u.count[i];
      squares += (double)u.count[i] * u.count[i];
      u.count[i] = 0;
    }
  }
  double n = windows * n_units, mean = sum / n;
  *rate_hz = mean / (window * dt) * 1000;
  *fano = n > 1 && mean > 0 ? (squares - n * mean * mean) / (n - 1) / mean : NAN;
done:
  free_units(&u);
  return st;
}
