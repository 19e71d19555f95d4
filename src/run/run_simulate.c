/* SPDX-License-Identifier: MIT
 * Stage sim-native: models lif, psc-dexp, psc-alpha on the native engine. */
#include <string.h>

#include "base/base_progress.h"
#include "run/run_json.h"
#include "run/run_simulation.h"

/* Trials whose spikes are kept: what the raster shows, at a few MB a model. */
enum { KEEP_SPIKES = 20 };

/* One model: adds its SIM, and its accuracy as the stage's where it is psc-dexp or the first. */
static r2s_status simulate(r2s_run *run, r2s_run_simulation *one, r2s_progress_part *part, json_t *models,
                           r2s_accuracy *stage, r2s_error *err) {
  r2s_accuracy accuracy;
  one->engine = r2s_spike_native();
  one->keep_spikes = KEEP_SPIKES;
  part->detail = one->name;
  r2s_status st = r2s_run_simulation_run(run, one, &part->monitor, err);
  if (st == R2S_OK) {
    json_t *sim = r2s_run_simulation_json(run, one, &accuracy);
    if (json_object_size(models) == 0 || strcmp(one->name, "psc-dexp") == 0) *stage = accuracy;
    json_object_set_new(models, one->name, sim);
  }
  r2s_run_simulation_free(one);
  part->part++;
  return st;
}

r2s_status r2s_run_simulate_native(r2s_run *run, int models, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_run_clock();
  json_t *sims = json_object();
  r2s_accuracy accuracy = r2s_convert_accuracy(0, 0);
  int n = run->config.simulate_trials * run->task.n_conditions, pair = run->task.n_conditions;
  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "sim-native", 3 + run->config.alpha_matched);
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_keep_config(run, err));

  if (models & R2S_RUN_LIF) {
    r2s_run_simulation one = {
        .name = "lif", .config = r2s_run_simulation_config(run, R2S_SPIKE_LIF), .n_trials = n};
    R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_LIF, &one.config.scale, err));
    R2S_TRY(st, simulate(run, &one, &part, sims, &accuracy, err));
  }
  if (models & R2S_RUN_PSC_DEXP) {
    r2s_run_simulation one = {
        .name = "psc-dexp", .config = r2s_run_simulation_config(run, R2S_SPIKE_PSC_DEXP), .n_trials = n};
    R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_PSC_DEXP, &one.config.scale, err));
    R2S_TRY(st, simulate(run, &one, &part, sims, &accuracy, err));
  }
  if (models & R2S_RUN_PSC_ALPHA) {
    r2s_run_simulation one = {.name = "psc-alpha",
                              .config = r2s_run_simulation_config(run, R2S_SPIKE_PSC_ALPHA),
                              .n_deterministic = pair};
    R2S_TRY(st, simulate(run, &one, &part, sims, &accuracy, err));
  }
  if ((models & R2S_RUN_PSC_ALPHA) && run->config.alpha_matched) {
    r2s_run_simulation one = {.name = "psc-alpha-matched", .n_deterministic = pair};
    double scale;
    R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_PSC_DEXP, &scale, err));
    one.config = r2s_run_simulation_matched(run, scale);
    R2S_TRY(st, simulate(run, &one, &part, sims, &accuracy, err));
  }
  json_t *stage = r2s_run_json_stage(accuracy, r2s_run_clock() - start);
  json_object_set(stage, "models", sims);
  R2S_TRY(st, r2s_run_json_set_stage(run, "sim-native", stage, err));
done:
  json_decref(sims);
  return st;
}
