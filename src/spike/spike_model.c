/* SPDX-License-Identifier: MIT
 * What the spiking models share: names, the layout of a trial in steps, edges by sender, random initial
 * voltages. */
#include "spike/spike_model.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"

const char *r2s_spike_model_name(r2s_spike_model model) {
  switch (model) {
  case R2S_SPIKE_LIF:
    return "lif";
  case R2S_SPIKE_LIF_UNIT:
    return "lif-unit";
  case R2S_SPIKE_PSC_DEXP:
    return "psc-dexp";
  case R2S_SPIKE_PSC_ALPHA:
    return "psc-alpha";
  }
  return "?";
}

int r2s_spike_whole_steps(double span_ms, double step_ms, int least) {
  double ratio = span_ms / step_ms, nearest = round(ratio);
  bool whole = nearest >= least && nearest <= INT_MAX / 8 && fabs(ratio - nearest) <= 1e-6 * fmax(nearest, 1);
  return whole ? (int)nearest : -1;
}

r2s_status r2s_spike_layout_make(r2s_spike_layout *out, const r2s_model *model,
                                 const r2s_spike_config *config, r2s_error *err) {
  memset(out, 0, sizeof *out);
  double dt_ms = config->neuron.dt_ms;
  int per_column = r2s_spike_whole_steps(model->dt_ms, dt_ms, 1),
      per_sample = r2s_spike_whole_steps(config->record_ms, dt_ms, 1);
  if (per_column < 0)
    return r2s_fail(
        err, R2S_ERR_CONFIG,
        "model %s: dt = %g ms; expected a whole number of steps in the network's rate step of %g ms",
        r2s_spike_model_name(config->model), dt_ms, model->dt_ms);
  if (per_sample < 0)
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "model %s: record = %g ms; expected a multiple of the step dt = %g ms",
                    r2s_spike_model_name(config->model), config->record_ms, dt_ms);
  *out = (r2s_spike_layout){.n = model->n,
                            .n_in = model->n_in,
                            .n_out = model->n_out,
                            .dt_ms = dt_ms,
                            .steps_per_column = per_column,
                            .steps_per_sample = per_sample,
                            .record_spikes = config->record_spikes,
                            .record_voltage = config->record_voltage};
  return R2S_OK;
}

int r2s_spike_layout_steps(const r2s_spike_layout *layout, const r2s_spike_trial *trial) {
  return (int)lround(trial->duration_ms / layout->dt_ms);
}

void r2s_spike_initial_voltages(const r2s_spike_trial *trial, const r2s_neuron_params *neuron, int n,
                                double *v0) {
  if (trial->v0) {
    memcpy(v0, trial->v0, (size_t)n * sizeof *v0);
    return;
  }
  r2s_random random;
  r2s_random_seed_trial(&random, trial->id, R2S_STREAM_SPIKE_V0);
  for (int i = 0; i < n; i++)
    v0[i] = neuron->v0_low_mv + r2s_random_uniform(&random) * (neuron->v0_high_mv - neuron->v0_low_mv);
}

r2s_status r2s_spike_scaled_check(const double *W, int n, double scale, r2s_error *err) {
  const size_t units = (size_t)n;
  for (size_t k = 0; k < units * units; k++)
    if (!isfinite(W[k] / scale))
      return r2s_fail(err, R2S_ERR_NUMERIC, "network: w[%zu][%zu] / scale = %g; expected a finite number",
                      k / units, k % units, W[k] / scale);
  return R2S_OK;
}

r2s_status r2s_spike_voltage_check(int unit, double v, r2s_error *err) {
  if (isfinite(v)) return R2S_OK;
  return r2s_fail(err, R2S_ERR_NUMERIC,
                  "the voltage of unit %d (from 1) is %g; expected a finite number: weights are beyond the "
                  "engine's precision",
                  unit + 1, v);
}

r2s_status r2s_spike_edges(const double *W, int n_units, size_t **start, int **target, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)n_units;
  size_t edges = 0, at = 0;
  for (size_t k = 0; k < n * n; k++) edges += W[k] != 0;
  R2S_ALLOC(st, start, n + 1, "edges by sender", err);
  R2S_ALLOC(st, target, edges, "targets of edges", err);
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < n; i++)
      if (W[i * n + j] != 0) (*target)[at++] = (int)i;
    (*start)[j + 1] = at;
  }
done:
  return st;
}
