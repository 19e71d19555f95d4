/* SPDX-License-Identifier: MIT
 * Stage sim-native: models lif, psc-dexp, psc-alpha on the native engine. */
#include "base/base_json.h"
#include "base/base_progress.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_replace.h"
#include "run/run_simulation.h"

r2s_status r2s_run_simulate_native(r2s_run *run, int models, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_clock();
  json_t *sims = json_object();
  r2s_run_simulation plan[R2S_RUN_MAX_SIMULATIONS];
  int n;
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_check_later_config(run, err));
  r2s_run_note_next(run, monitor);
  models &= R2S_RUN_LIF | R2S_RUN_PSC_DEXP | R2S_RUN_PSC_ALPHA;
  R2S_TRY(st, r2s_run_simulation_plan(run, models, run->config.simulate_trials, plan, &n, err));
  R2S_TRY(st, r2s_run_check_models(run, &run->model, models, err));
  if (r2s_run_takes_predicted_scale(run, models)) r2s_run_note_another_unit(run, monitor);

  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "sim-native", n);
  for (int k = 0; k < n; k++) {
    r2s_run_simulation *one = &plan[k];
    one->engine = r2s_spike_native();
    one->keep_spikes = run->config.keep_spikes;
    r2s_progress_part_next(&part, 1);
    part.detail = one->name;
    st = r2s_run_simulation_run(run, one, &part.monitor, err);
    if (st == R2S_OK) r2s_json_add(&sims, one->name, r2s_run_simulation_json(run, one));
    r2s_run_simulation_free(one);
    if (st != R2S_OK) goto done;
    /* after each model: what an interruption leaves fits its files */
    json_t *stage = r2s_run_simulation_stage(run, "sim-native", sims, r2s_clock() - start);
    R2S_TRY(st, r2s_run_json_set_stage(run, "sim-native", stage, err));
  }
done:
  json_decref(sims);
  return st;
}
