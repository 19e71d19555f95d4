/* SPDX-License-Identifier: MIT
 * Stage sim-nest: models psc-dexp and psc-alpha in the real NEST, and the deterministic trials of both
 * engines compared spike by spike. */
#include <string.h>

#include "base/base_json.h"
#include "base/base_progress.h"
#include "rate2spike/nest.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_replace.h"
#include "run/run_simulation.h"

static json_t *event_json(r2s_spike_event event) {
  return event.unit < 0 ? json_null()
                        : json_pack("{s:i, s:i}", "unit", (int)event.unit, "step", (int)event.step);
}

/* SAME of docs/formats.md, for each deterministic trial. */
static r2s_status compare(r2s_run *run, const r2s_run_simulation *nest, json_t **list, r2s_error *err) {
  r2s_run_simulation native = {.name = nest->name,
                               .engine = r2s_spike_native(),
                               .config = nest->config,
                               .n_deterministic = nest->n_deterministic,
                               .discard = true};
  r2s_status st = r2s_run_simulation_run(run, &native, NULL, err);
  for (int k = 0; st == R2S_OK && k < native.n_deterministic; k++) {
    const r2s_spike_record *there = &nest->records[nest->n_trials + k];
    r2s_spike_comparison c = r2s_convert_compare(&native.records[k], there);
    json_t *same = json_object(), *difference = json_null();
    if (!c.identical)
      difference = json_pack("{s:o, s:o}", "native", event_json(c.a), "nest", event_json(c.b));
    r2s_json_add(&same, "model", json_string(nest->name));
    r2s_json_add(&same, "condition", json_string(run->task.conditions[there->condition].name));
    r2s_json_add(&same, "scale", r2s_run_json_number(nest->config.scale));
    r2s_json_add(&same, "spikes", json_integer((json_int_t)c.spikes_b));
    r2s_json_add(&same, "identical", json_boolean(c.identical));
    r2s_json_add(&same, "first_difference", difference);
    r2s_json_append(list, same);
  }
  r2s_run_simulation_free(&native);
  return st;
}

static bool has_model(const json_t *same, const char *model) {
  size_t k;
  const json_t *one;
  json_array_foreach(same, k, one) {
    if (strcmp(json_string_value(json_object_get(one, "model")), model) == 0) return true;
  }
  return false;
}

/* What was compared this time, and what is known of other models. */
static json_t *with_others(const r2s_run *run, const json_t *same) {
  size_t k;
  json_t *one, *all = same ? json_array() : NULL,
               *old = json_object_get(r2s_run_json_get_stage(run, "sim-nest"), "native_vs_nest");
  json_array_foreach(same, k, one) r2s_json_append(&all, json_incref(one));
  json_array_foreach(old, k, one) {
    const char *model = json_string_value(json_object_get(one, "model"));
    if (model && !has_model(same, model)) r2s_json_append(&all, json_incref(one));
  }
  return all;
}

static r2s_status simulate(r2s_run *run, r2s_run_simulation *one, const char *python,
                           const r2s_monitor *monitor, json_t **models, json_t **same, r2s_error *err) {
  one->engine = r2s_nest_engine();
  one->config.nest_python = python;
  one->n_deterministic = run->task.n_conditions;
  one->keep_spikes = one->n_trials;
  r2s_status st = r2s_run_simulation_run(run, one, monitor, err);
  if (st == R2S_OK) {
    r2s_json_add(models, one->name, r2s_run_simulation_json(run, one));
    st = compare(run, one, same, err);
  }
  r2s_run_simulation_free(one);
  return st;
}

r2s_status r2s_run_simulate_nest(r2s_run *run, int models, const char *python, const r2s_monitor *monitor,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_clock();
  json_t *sims = json_object(), *same = json_array();
  r2s_run_simulation plan[R2S_RUN_MAX_SIMULATIONS];
  int n;
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_check_later_config(run, err));
  r2s_run_note_next(run, monitor);
  R2S_TRY(st, r2s_run_find_nest(run, python, monitor, err));
  models &= R2S_RUN_PSC_DEXP | R2S_RUN_PSC_ALPHA;
  R2S_TRY(st, r2s_run_simulation_plan(run, models, run->config.nest_trials, plan, &n, err));
  R2S_TRY(st, r2s_run_check_models(run, &run->model, models, err));
  /* the native stage has told of it */
  if (!r2s_run_json_get_stage(run, "sim-native") && r2s_run_takes_predicted_scale(run, models))
    r2s_run_note_another_unit(run, monitor);

  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "sim-nest", n);
  for (int k = 0; k < n; k++) {
    r2s_progress_part_next(&part, 1);
    part.detail = plan[k].name;
    R2S_TRY(st, simulate(run, &plan[k], python, &part.monitor, &sims, &same, err));
    /* after each model: what an interruption leaves fits its files */
    json_t *stage = r2s_run_simulation_stage(run, "sim-nest", sims, r2s_clock() - start);
    r2s_json_add(&stage, "version", json_string(run->nest_version));
    r2s_json_add(&stage, "python", r2s_run_json_program(run->nest_python));
    r2s_json_add(&stage, "native_vs_nest", with_others(run, same));
    R2S_TRY(st, r2s_run_json_set_stage(run, "sim-nest", stage, err));
  }
done:
  json_decref(sims);
  json_decref(same);
  return st;
}
