/* SPDX-License-Identifier: MIT
 * Stage sim-nest: models psc-dexp and psc-alpha in the real NEST, and the deterministic trials of both
 * engines compared spike by spike. */
#include <string.h>

#include "base/base_progress.h"
#include "rate2spike/nest.h"
#include "run/run_json.h"
#include "run/run_simulation.h"

static json_t *event_json(r2s_spike_event event) {
  return event.unit < 0 ? json_null()
                        : json_pack("{s:i, s:i}", "unit", (int)event.unit, "step", (int)event.step);
}

/* SAME of docs/formats.md, for each deterministic trial. */
static r2s_status compare(r2s_run *run, const r2s_run_simulation *nest, json_t *list, r2s_error *err) {
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
    json_object_set_new(same, "model", json_string(nest->name));
    json_object_set_new(same, "condition", json_string(run->task.conditions[there->condition].name));
    json_object_set_new(same, "spikes", json_integer((json_int_t)c.spikes_b));
    json_object_set_new(same, "identical", json_boolean(c.identical));
    json_object_set_new(same, "first_difference", difference);
    json_array_append_new(list, same);
  }
  r2s_run_simulation_free(&native);
  return st;
}

typedef struct nest_stage {
  json_t *models, *same;
  r2s_accuracy accuracy;
  r2s_progress_part part;
} nest_stage;

static r2s_status simulate(r2s_run *run, r2s_run_simulation *one, const char *python, nest_stage *stage,
                           r2s_error *err) {
  one->engine = r2s_nest_engine();
  one->config.nest_python = python;
  one->n_deterministic = run->task.n_conditions;
  one->keep_spikes = one->n_trials;
  stage->part.detail = one->name;
  r2s_status st = r2s_run_simulation_run(run, one, &stage->part.monitor, err);
  if (st == R2S_OK) {
    r2s_accuracy accuracy;
    json_t *sim = r2s_run_simulation_json(run, one, &accuracy);
    if (json_object_size(stage->models) == 0 || strcmp(one->name, "psc-dexp") == 0)
      stage->accuracy = accuracy;
    json_object_set_new(stage->models, one->name, sim);
    st = compare(run, one, stage->same, err);
  }
  r2s_run_simulation_free(one);
  stage->part.part++;
  return st;
}

r2s_status r2s_run_simulate_nest(r2s_run *run, int models, const char *python, const r2s_monitor *monitor,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_run_clock(), scale;
  char version[32];
  nest_stage s = {.models = json_object(), .same = json_array(), .accuracy = r2s_convert_accuracy(0, 0)};
  r2s_progress_part_init(&s.part, monitor, "sim-nest", 2 + run->config.alpha_matched);
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_keep_config(run, err));
  R2S_TRY(st, r2s_nest_probe(python, version, err));

  if (models & R2S_RUN_PSC_DEXP) {
    r2s_run_simulation one = {.name = "psc-dexp",
                              .config = r2s_run_simulation_config(run, R2S_SPIKE_PSC_DEXP),
                              .n_trials = run->config.nest_trials * run->task.n_conditions};
    R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_PSC_DEXP, &one.config.scale, err));
    R2S_TRY(st, simulate(run, &one, python, &s, err));
  }
  if (models & R2S_RUN_PSC_ALPHA) {
    r2s_run_simulation one = {.name = "psc-alpha",
                              .config = r2s_run_simulation_config(run, R2S_SPIKE_PSC_ALPHA)};
    R2S_TRY(st, simulate(run, &one, python, &s, err));
  }
  if ((models & R2S_RUN_PSC_ALPHA) && run->config.alpha_matched) {
    r2s_run_simulation one = {.name = "psc-alpha-matched"};
    R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_PSC_DEXP, &scale, err));
    one.config = r2s_run_simulation_matched(run, scale);
    R2S_TRY(st, simulate(run, &one, python, &s, err));
  }
  json_t *stage = r2s_run_json_stage(s.accuracy, r2s_run_clock() - start);
  json_object_set_new(stage, "version", json_string(version));
  json_object_set(stage, "models", s.models);
  json_object_set(stage, "native_vs_nest", s.same);
  R2S_TRY(st, r2s_run_json_set_stage(run, "sim-nest", stage, err));
done:
  json_decref(s.models);
  json_decref(s.same);
  return st;
}
