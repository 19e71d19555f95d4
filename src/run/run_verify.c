/* SPDX-License-Identifier: MIT
 * Reruns a recorded run of the authors' code with the double-precision engine and compares every spike. */
#include <math.h>

#include "base/base_error.h"
#include "rate2spike/io.h"
#include "rate2spike/run.h"
#include "spike/spike_model.h"

static r2s_status check_fit(const r2s_model *model, const r2s_case *c, const char *path, r2s_error *err) {
  if (c->n != model->n)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: v0 has %d units; the network has %d", path, c->n, model->n);
  if (c->n_in != model->n_in)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: u has %d channels; the network's w_in has %d", path, c->n_in,
                    model->n_in);
  if (c->n_columns < 2)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: u has %d columns; expected 2 or more (one for each rate step, and one)", path,
                    c->n_columns);
  return R2S_OK;
}

static void compare_outputs(const r2s_case *c, const r2s_spike_record *record, r2s_verification *out) {
  out->n_out = record->n_out;
  for (int o = 0; o < record->n_out; o++)
    for (int k = 0; k < record->n_samples; k++) {
      const double expected = c->out1[(size_t)o * (size_t)record->n_samples + (size_t)k],
                   found = record->out[(size_t)k * (size_t)record->n_out + (size_t)o];
      if (fabs(expected - found) <= out->out_max_difference) continue;
      out->out_max_difference = fabs(expected - found);
      out->out_max_output = o;
    }
}

static void compare(const r2s_case *c, const r2s_spike_record *record, r2s_verification *out) {
  r2s_spike_record expected = {.n_spikes = (uint64_t)c->n_spikes, .spikes = c->spikes};
  r2s_spike_comparison spikes = r2s_convert_compare(&expected, record);
  *out = (r2s_verification){.identical = spikes.identical,
                            .spikes_expected = spikes.spikes_a,
                            .spikes_found = spikes.spikes_b,
                            .spikes_equal = spikes.spikes_equal,
                            .expected = spikes.a,
                            .found = spikes.b};
  compare_outputs(c, record, out);
}

static r2s_spike_config config_of(const r2s_case *c) {
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.reference = true;
  config.scale = c->scale;
  config.neuron.t_ref_ms = c->t_ref_ms;
  config.tau_r_ms = c->tau_r_ms;
  config.record_ms = 20 * config.neuron.dt_ms; /* as out1 */
  config.record_spikes = true;
  config.threads = 1;
  return config;
}

/* A row for each output and a column for each sample; one output alone may be a column, too. */
static r2s_status check_outputs(const r2s_case *c, int n_out, long long n_samples, const char *path,
                                r2s_error *err) {
  if (c->out_rows == n_out && c->out_columns == n_samples) return R2S_OK;
  if (n_out == 1 && c->out_rows == n_samples && c->out_columns == 1) return R2S_OK;
  return r2s_fail(
      err, R2S_ERR_FORMAT,
      "%s: variable out1: found %d x %d numbers; expected %d x %lld, a row for each output of the "
      "network and a column for each 20 steps",
      path, c->out_rows, c->out_columns, n_out, n_samples);
}

/* Before the simulation, which may take long: a trial that can be run, and as many outputs and samples as it
 * will give. */
static r2s_status check_trial(const r2s_model *model, const r2s_spike_config *config,
                              const r2s_spike_trial *trial, const r2s_case *c, const char *path,
                              r2s_error *err) {
  r2s_spike_layout layout;
  r2s_status st = r2s_spike_layout_make(&layout, model, config, err);
  if (st != R2S_OK) return st;
  st = r2s_spike_trial_check(trial, &layout, config, 0, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "%s", path);
  return check_outputs(c, layout.n_out, llround(trial->duration_ms / layout.dt_ms) / layout.steps_per_sample,
                       path, err);
}

r2s_status r2s_run_verify(const char *model_path, const char *case_path, r2s_verification *out,
                          const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_model model = {0};
  r2s_case c = {0};
  r2s_spike_record record = {0};
  R2S_TRY(st, r2s_model_load(&model, model_path, err));
  R2S_TRY(st, r2s_case_load(&c, case_path, err));
  R2S_TRY(st, check_fit(&model, &c, case_path, err));
  const r2s_spike_config config = config_of(&c);
  const r2s_spike_trial trial = {.u_double = c.u,
                                 .n_columns = c.n_columns,
                                 .n_in = c.n_in,
                                 .duration_ms = (c.n_columns - 1) * model.dt_ms,
                                 .v0 = c.v0,
                                 .noise_scale = 0};
  R2S_TRY(st, check_trial(&model, &config, &trial, &c, case_path, err));
  R2S_TRY(st, r2s_spike_run(r2s_spike_native(), &model, &config, &trial, 1, &record, NULL, monitor, err));
  compare(&c, &record, out);
done:
  r2s_spike_record_free(&record);
  r2s_case_free(&c);
  r2s_model_free(&model);
  return st;
}
