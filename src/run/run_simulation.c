/* SPDX-License-Identifier: MIT
 * Simulates some trials of one model on one engine, and keeps them. */
#include "run/run_simulation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "base/base_memory.h"
#include "io/config_table.h"
#include "run/run_json.h"
#include "spike/spike_trials.h"

static const struct {
  const char *name;
  r2s_spike_model model;
  bool matched;
} all[R2S_RUN_MAX_SIMULATIONS] = {{"lif", R2S_SPIKE_LIF, false},
                                  {"psc-dexp", R2S_SPIKE_PSC_DEXP, false},
                                  {"psc-alpha", R2S_SPIKE_PSC_ALPHA, false},
                                  {"psc-alpha-matched", R2S_SPIKE_PSC_ALPHA, true}};

r2s_status r2s_run_simulation_scale(const r2s_run *run, r2s_spike_model model, double *scale,
                                    r2s_error *err) {
  *scale = r2s_config_model(&run->config, model)->scale;
  if (model == R2S_SPIKE_PSC_ALPHA && !isfinite(*scale)) *scale = run->config.psc_dexp.scale;
  if (!isfinite(*scale)) *scale = run->config.lif.scale;
  if (isfinite(*scale)) return R2S_OK;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  *scale = r2s_convert_predicted_scale(&run->model, &neuron);
  if (isfinite(*scale)) return R2S_OK;
  const json_t *chosen = json_object_get(r2s_run_json_get_stage(run, "convert"), "chosen");
  *scale = json_number_value(chosen);
  if (json_is_number(chosen)) return R2S_OK;
  const r2s_run_line why = r2s_run_no_prediction(run);
  return r2s_fail(err, R2S_ERR_CONFIG, "%s, and none was searched; set lif.scale, or convert first",
                  why.text);
}

r2s_run_line r2s_run_curve_line(const r2s_run *run) {
  r2s_run_line out;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  snprintf(
      out.text, sizeof out.text,
      "a LIF unit of %.2g Hz without input and %.2g Hz at %g mV (neuron.v_th_mv %g, neuron.v_bias_mv %g; "
      "a bias nearer to the threshold helps)",
      r2s_neuron_rate_hz(&neuron, 0), r2s_neuron_rate_hz(&neuron, R2S_SIGMOID_LIMIT_MV), R2S_SIGMOID_LIMIT_MV,
      neuron.v_th_mv, neuron.v_bias_mv);
  return out;
}

r2s_run_line r2s_run_no_prediction(const r2s_run *run) {
  r2s_run_line out;
  const r2s_activation activation = run->model.activation;
  const bool sigmoid = activation == R2S_ACTIVATION_SIGMOID;
  snprintf(out.text, sizeof out.text, "activation %s has no predicted scale%s%.256s",
           r2s_activation_name(activation), sigmoid ? " with " : "",
           sigmoid ? r2s_run_curve_line(run).text : "");
  return out;
}

bool r2s_run_takes_predicted_scale(const r2s_run *run, int models) {
  const r2s_config *c = &run->config;
  const bool dexp = models & R2S_RUN_PSC_DEXP && !isfinite(c->psc_dexp.scale),
             alpha = models & R2S_RUN_PSC_ALPHA && (c->alpha_matched || isnan(c->psc_alpha.weight_pa)) &&
                     !isfinite(c->psc_alpha.scale) && !isfinite(c->psc_dexp.scale);
  return !isfinite(c->lif.scale) && (models & R2S_RUN_LIF || dexp || alpha);
}

void r2s_run_note_another_unit(const r2s_run *run, const r2s_monitor *monitor) {
  char own[R2S_SETTINGS_SIZE], used[R2S_SETTINGS_SIZE], other[R2S_SETTINGS_SIZE];
  r2s_spike_config config = run->config.lif;
  if (run->model.activation != R2S_ACTIVATION_SIEGERT) return;
  config.neuron = r2s_spike_curve_neuron(&config);
  config.noise_per_root_dt = false;
  r2s_spike_settings(&config, used);
  const double v0_low_mv = config.neuron.v0_low_mv, v0_high_mv = config.neuron.v0_high_mv;
  config.neuron = run->model.neuron;
  config.neuron.v0_low_mv = v0_low_mv; /* the rate curve knows no start */
  config.neuron.v0_high_mv = v0_high_mv;
  r2s_spike_settings(&config, own);
  r2s_spike_settings_other(own, used, other);
  if (other[0])
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "the network was trained for a LIF unit with %s, which is not the configuration's: its "
                     "predicted scale holds for that unit",
                     other);
}

r2s_status r2s_run_simulation_plan(const r2s_run *run, int models, int n_trials,
                                   r2s_run_simulation out[R2S_RUN_MAX_SIMULATIONS], int *n, r2s_error *err) {
  *n = 0;
  for (int k = 0; k < R2S_RUN_MAX_SIMULATIONS; k++) {
    if (!(models & 1 << all[k].model) || (all[k].matched && !run->config.alpha_matched)) continue;
    r2s_run_simulation *s = &out[(*n)++];
    *s = (r2s_run_simulation){.name = all[k].name};
    r2s_config_simulation(&run->config, s->name, &s->config);
    if (r2s_spike_trials_differ(&run->task, &s->config.neuron)) {
      s->n_trials = n_trials * run->task.n_conditions;
    } else {
      s->n_deterministic = run->task.n_conditions;
    }
    if (all[k].model == R2S_SPIKE_PSC_ALPHA && isfinite(s->config.weight_pa)) continue;
    r2s_status st = r2s_run_simulation_scale(run, all[k].model, &s->config.scale, err);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}

/* All but the first keep_spikes trials, and the first of a condition that is not among them, lose their
 * spikes as soon as they have run: those of thousands of long trials fill the memory. */
static void drop_spikes(const r2s_run_simulation *s, r2s_spike_trial *trials) {
  bool kept[R2S_MAX_CONDITIONS] = {false};
  for (int k = 0; k < s->n_trials; k++) {
    trials[k].drop_spikes = k >= s->keep_spikes && kept[trials[k].condition];
    kept[trials[k].condition] = true;
  }
}

r2s_status r2s_run_simulation_run(r2s_run *run, r2s_run_simulation *s, const r2s_monitor *monitor,
                                  r2s_error *err) {
  r2s_status st = R2S_OK;
  int n = s->n_trials + s->n_deterministic, once[R2S_MAX_CONDITIONS];
  r2s_spike_each_condition(once);
  r2s_spike_trial *trials = NULL, *noisy = NULL, *silent = NULL;
  R2S_ALLOC(st, &s->records, (size_t)n, "records", err);
  R2S_ALLOC(st, &trials, (size_t)n, "trials", err);
  if (s->n_trials > 0)
    R2S_TRY(st, r2s_spike_trials_make(&noisy, &run->task, run->config.seed, R2S_SET_SIMULATE, 0, s->n_trials,
                                      NULL, err));
  if (s->n_deterministic > 0)
    R2S_TRY(st, r2s_spike_trials_make(&silent, &run->task, run->config.seed, R2S_SET_SIMULATE, 0,
                                      s->n_deterministic, once, err));
  for (int k = 0; k < n; k++) trials[k] = k < s->n_trials ? noisy[k] : silent[k - s->n_trials];
  for (int k = s->n_trials; k < n; k++) trials[k].noise_scale = 0;
  drop_spikes(s, trials);

  s->config.record_spikes = true;
  R2S_TRY(st,
          r2s_spike_run(s->engine, &run->model, &s->config, trials, n, s->records, &s->info, monitor, err));
  memcpy(s->info.trials, run->trials, sizeof s->info.trials);
  r2s_spike_settings(&s->config, s->info.settings);
  if (run->dir && !s->discard) {
    char name[96], path[R2S_PATH_SIZE];
    snprintf(name, sizeof name, "spikes_%s_%s.h5", s->name, s->engine->name);
    R2S_TRY(st, r2s_run_path(run, name, path, err));
    R2S_TRY(st, r2s_records_save(s->records, s->n_trials ? s->n_trials : n, &s->config, &s->info, path, err));
    R2S_TRY(st, r2s_run_keep_later_config(run, err)); /* behind what a full disk may refuse */
  }
done:
  free(trials);
  r2s_spike_trials_free(noisy, s->n_trials);
  r2s_spike_trials_free(silent, s->n_deterministic);
  return st == R2S_OK ? st : r2s_fail_context(err, st, "%s, engine %s", s->name, s->engine->name);
}

json_t *r2s_run_simulation_stage(const r2s_run *run, const char *name, json_t *sims, double seconds) {
  json_t *stage = json_object(), *models = sims ? json_object() : NULL,
         *old = json_object_get(r2s_run_json_get_stage(run, name), "models");
  const char *key;
  json_t *sim, *judge;
  json_object_foreach(sims, key, sim) r2s_json_add(&models, key, json_incref(sim));
  /* of a model that is kept, its own time: an earlier stage's is not this one's */
  json_object_foreach(old, key, sim) {
    if (json_object_get(sims, key)) continue;
    seconds += json_number_value(json_object_get(sim, "build_seconds")) +
               json_number_value(json_object_get(sim, "simulate_seconds"));
    r2s_json_add(&models, key, json_incref(sim));
  }
  judge = json_object_get(models, "psc-dexp");
  json_object_foreach(models, key, sim) {
    if (!judge) judge = sim;
  }
  r2s_run_json_copy_accuracy(&stage, judge);
  r2s_json_add(&stage, "seconds", r2s_run_json_number(seconds));
  r2s_json_add(&stage, "models", models);
  return stage;
}

void r2s_run_simulation_free(r2s_run_simulation *s) {
  if (!s->records) return;
  for (int k = 0; k < s->n_trials + s->n_deterministic; k++) r2s_spike_record_free(&s->records[k]);
  free(s->records);
  s->records = NULL;
}
