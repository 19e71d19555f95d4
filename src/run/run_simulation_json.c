/* SPDX-License-Identifier: MIT
 * SIM of run.json (docs/formats.md): what the trials of one model on one engine say. */
#include "base/base_json.h"
#include "run/run_json.h"
#include "run/run_simulation.h"
#include "spike/spike_trials.h"

/* Trials that are judged. */
static int n_judged(const r2s_run_simulation *s) {
  return s->n_trials ? s->n_trials : s->n_deterministic;
}

static json_t *outputs_json(const r2s_task *task, const r2s_run_simulation *s, int condition) {
  json_t *list = json_array();
  for (int o = 0; o < task->n_outputs; o++) {
    const r2s_output_stats stats = r2s_convert_output_stats(task, s->records, n_judged(s), condition, o);
    json_t *one = json_object();
    r2s_json_add(&one, "rise_ms", r2s_run_json_number(stats.rise_ms));
    r2s_json_add(&one, "out_mean", r2s_run_json_number(stats.mean));
    r2s_json_add(&one, "out_sd", r2s_run_json_number(stats.sd));
    r2s_json_append(&list, one);
  }
  return list;
}

static json_t *condition_json(const r2s_task *task, const r2s_run_simulation *s, const r2s_stage_stats *stats,
                              int c) {
  json_t *one = r2s_run_json_accuracy(stats->by_condition[c]);
  r2s_json_add(&one, "spikes", r2s_run_json_number(stats->spikes[c]));
  r2s_json_add(&one, "rate_mean_hz", r2s_run_json_number(stats->rate_mean_hz[c]));
  r2s_json_add(&one, "rate_max_hz", r2s_run_json_number(stats->rate_max_hz[c]));
  r2s_json_add(&one, "rate_e_hz", r2s_run_json_number(stats->rate_e_hz[c]));
  r2s_json_add(&one, "rate_i_hz", r2s_run_json_number(stats->rate_i_hz[c]));
  r2s_json_add(&one, "rise_ms", r2s_run_json_number(stats->rise_ms[c]));
  r2s_json_add(&one, "out_mean", r2s_run_json_number(stats->out_mean[c]));
  r2s_json_add(&one, "out_sd", r2s_run_json_number(stats->out_sd[c]));
  if (task->n_outputs > 1) r2s_json_add(&one, "by_output", outputs_json(task, s, c));
  return one;
}

json_t *r2s_run_simulation_json(const r2s_run *run, const r2s_run_simulation *s) {
  const r2s_task *task = &run->task;
  r2s_stage_stats stats;
  r2s_convert_stats(&run->model, task, s->records, n_judged(s), &stats);
  json_t *object = r2s_run_json_accuracy(stats.accuracy), *conditions = json_object();
  r2s_json_add(&object, "strict", r2s_run_json_accuracy(stats.strict));
  r2s_json_add(&object, "scale", r2s_run_json_number(s->config.scale));
  r2s_json_add(&object, "trials_of", json_string(s->info.trials));
  r2s_json_add(&object, "settings", json_string(s->info.settings));
  r2s_json_add(&object, "engine", json_string(s->info.engine));
  for (int c = 0; c < task->n_conditions; c++)
    r2s_json_add(&conditions, task->conditions[c].name, condition_json(task, s, &stats, c));
  r2s_json_add(&object, "conditions", conditions);
  r2s_json_add(&object, "build_seconds", r2s_run_json_number(s->info.build_seconds));
  r2s_json_add(&object, "simulate_seconds", r2s_run_json_number(s->info.simulate_seconds));
  if (!r2s_spike_units_differ(&s->config.neuron)) r2s_run_json_drop_repeats(object, task);
  return object;
}
