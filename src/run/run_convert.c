/* SPDX-License-Identifier: MIT
 * Stage convert: the scale of models lif and lif-unit. */
#include <math.h>

#include "base/base_json.h"
#include "base/base_progress.h"
#include "io/config_table.h"
#include "run/run_conversion.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_replace.h"
#include "run/run_simulation.h"
#include "spike/spike_trials.h"

static json_t *scales_json(const r2s_run *run, const r2s_search_result *result) {
  json_t *scales = json_array();
  for (int k = 0; k < result->n_scales; k++)
    r2s_json_append(&scales, r2s_run_json_scale(&run->task, &result->scales[k]));
  return scales;
}

/* Which scales, beyond those of the search, may do better than its best: that is its least or greatest one.
 * A search of one or two says nothing of a trend. */
static json_t *better_beyond(const r2s_search_result *result) {
  if (result->n_scales < 3) return json_null();
  const r2s_scale_result *least = result->scales, *greatest = least + result->n_scales - 1;
  if (result->chosen == least->scale && least->accuracy.accuracy < 1) return json_string("smaller");
  if (result->chosen == greatest->scale && greatest->accuracy.accuracy < 1) return json_string("larger");
  return json_null();
}

/* A scale that was chosen without a condition's trials says nothing of it. */
static void note_conditions_without_trials(const r2s_run *run, const r2s_scale_result *scale,
                                           const r2s_monitor *monitor) {
  for (int c = 0; c < run->task.n_conditions; c++)
    if (scale->by_condition[c].n == 0)
      r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                       "the search has no trial of condition %s in %d at each scale (convert.trials)",
                       run->task.conditions[c].name, scale->accuracy.n);
}

static bool trials_differ(const r2s_run *run, r2s_spike_model model) {
  return r2s_spike_trials_differ(&run->task, &r2s_config_model(&run->config, model)->neuron);
}

/* At each scale; one of each condition where more would only repeat. */
static int search_trials(const r2s_run *run, r2s_spike_model model) {
  return trials_differ(run, model) ? run->config.convert_trials : run->task.n_conditions;
}

/* Likewise, of lif. */
static int held_out_trials(const r2s_run *run) {
  return (trials_differ(run, R2S_SPIKE_LIF) ? run->config.held_out_trials : 1) * run->task.n_conditions;
}

static r2s_status convert_lif(r2s_run *run, const r2s_monitor *monitor, r2s_search_result *result,
                              r2s_error *err) {
  const r2s_config *c = &run->config;
  double start = r2s_clock();
  char settings[R2S_SETTINGS_SIZE];
  r2s_spike_config config = run->config.lif;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&config);
  double predicted = r2s_convert_predicted_scale(&run->model, &neuron);
  if (isnan(predicted) && run->model.activation == R2S_ACTIVATION_SIGMOID) /* others never have one */
    r2s_monitor_note(monitor, R2S_NOTE_WARNING, "%s: only the scales of the search are tried",
                     r2s_run_no_prediction(run).text);
  const bool differ = trials_differ(run, R2S_SPIKE_LIF);
  int once[R2S_MAX_CONDITIONS];
  r2s_spike_each_condition(once);
  const r2s_search_config search = {.scales = c->scales,
                                    .n_scales = c->n_scales,
                                    .predicted = predicted,
                                    .n_trials = search_trials(run, R2S_SPIKE_LIF),
                                    .held_out_trials = held_out_trials(run),
                                    .conditions = differ ? NULL : once,
                                    .seed = c->seed};
  r2s_status st = r2s_convert_search(&run->model, &run->task, &config, &search, monitor, result, err);
  if (st == R2S_OK) st = r2s_run_keep_later_config(run, err);
  if (st != R2S_OK) return st;
  note_conditions_without_trials(run, &result->scales[0], monitor);
  const r2s_scale_result *best = isfinite(predicted) ? &result->held_out_predicted : &result->held_out;
  json_t *stage = r2s_run_json_stage(best->accuracy, r2s_clock() - start);
  r2s_spike_settings(&config, settings);
  r2s_json_add(&stage, "trials_of", json_string(run->trials));
  r2s_json_add(&stage, "settings", json_string(settings));
  r2s_json_add(&stage, "strict", r2s_run_json_accuracy(best->strict));
  r2s_json_add(&stage, "scales", scales_json(run, result));
  r2s_json_add(&stage, "predicted", r2s_run_json_number(result->predicted));
  r2s_json_add(&stage, "chosen", r2s_run_json_number(result->chosen));
  r2s_json_add(&stage, "better_beyond", better_beyond(result));
  r2s_json_add(&stage, "held_out", r2s_run_json_scale(&run->task, &result->held_out));
  r2s_json_add(&stage, "held_out_predicted",
               isfinite(predicted) ? r2s_run_json_scale(&run->task, &result->held_out_predicted)
                                   : json_null());
  if (!r2s_spike_units_differ(&config.neuron)) r2s_run_json_drop_repeats(stage, &run->task);
  return r2s_run_json_set_stage(run, "convert", stage, err);
}

/* The grid, and the trials at lambda = 1 kept for the figures: one of each condition, or as many as at each
 * scale of the grid where the input is random; of set "simulate", where the grid's are of set "search". */
static r2s_status convert_lif_unit(r2s_run *run, const r2s_monitor *monitor, r2s_search_result *result,
                                   r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_config *c = &run->config;
  double start = r2s_clock();
  int once[R2S_MAX_CONDITIONS];
  r2s_spike_each_condition(once);
  const bool differ = trials_differ(run, R2S_SPIKE_LIF_UNIT);
  const int n = search_trials(run, R2S_SPIKE_LIF_UNIT);
  r2s_run_simulation one = {.name = "lif-unit",
                            .engine = r2s_spike_native(),
                            .n_trials = differ ? n : 0,
                            .n_deterministic = differ ? 0 : n,
                            .keep_spikes = c->keep_spikes,
                            .config = run->config.lif_unit};
  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "convert", c->n_unit_scales + 1);
  r2s_progress_part_next(&part, c->n_unit_scales);
  const r2s_search_config search = {.scales = c->unit_scales,
                                    .n_scales = c->n_unit_scales,
                                    .predicted = NAN,
                                    .n_trials = n,
                                    .conditions = differ ? NULL : once,
                                    .seed = c->seed};
  R2S_TRY(st, r2s_convert_search(&run->model, &run->task, &one.config, &search, &part.monitor, result, err));
  one.config.scale = 1;
  part.detail = "lif-unit, lambda = 1";
  r2s_progress_part_next(&part, 1);
  R2S_TRY(st, r2s_run_simulation_run(run, &one, &part.monitor, err));

  r2s_stage_stats stats;
  r2s_convert_stats(&run->model, &run->task, one.records, n, &stats);
  json_t *stage = r2s_run_json_stage(stats.accuracy, r2s_clock() - start), *lambda1 = json_object();
  for (int k = 0; k < run->task.n_conditions; k++)
    r2s_json_add(&lambda1, run->task.conditions[k].name, r2s_run_json_number(stats.out_mean[k]));
  r2s_json_add(&stage, "trials_of", json_string(one.info.trials));
  r2s_json_add(&stage, "settings", json_string(one.info.settings));
  r2s_json_add(&stage, "strict", r2s_run_json_accuracy(stats.strict));
  r2s_json_add(&stage, "scales", scales_json(run, result));
  r2s_json_add(&stage, "lambda1", lambda1);
  if (!r2s_spike_units_differ(&one.config.neuron)) r2s_run_json_drop_repeats(stage, &run->task);
  R2S_TRY(st, r2s_run_json_set_stage(run, "lif-unit", stage, err));
done:
  r2s_run_simulation_free(&one);
  return st;
}

/* An old certificate tells of the earlier search; one is missing where a command was stopped before it. None
 * is about a network without a scale. */
static bool owes_certificate(const r2s_run *run) {
  double scale;
  return run->dir && (r2s_run_json_get_stage(run, "sim-native") || r2s_run_json_get_stage(run, "sim-nest")) &&
         r2s_run_simulation_scale(run, R2S_SPIKE_LIF, &scale, NULL) == R2S_OK;
}

/* Trials times scales: how long a search takes, for the progress. */
static double work_of_lif(const r2s_run *run) {
  return (run->config.n_scales + 1.0) * search_trials(run, R2S_SPIKE_LIF) + 2.0 * held_out_trials(run);
}

/* A trial of it takes some three of lif's; the last scale is lambda = 1. */
static double work_of_lif_unit(const r2s_run *run) {
  return 3 * (run->config.n_unit_scales + 1.0) * search_trials(run, R2S_SPIKE_LIF_UNIT);
}

/* The search's files beside run.json; a stop in the next model would leave those of an earlier search. */
static r2s_status write_files(r2s_run *run, const r2s_run_curve *curve, const r2s_search_result *lif,
                              r2s_error *err) {
  r2s_status st = r2s_run_conversion_write(run, err);
  if (st == R2S_OK) st = r2s_run_curve_write(curve, run, err);
  return st == R2S_OK ? r2s_run_model_save_mat(run, lif, err) : st;
}

r2s_status r2s_run_convert(r2s_run *run, int models, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_search_result lif = {0}, unit = {0};
  r2s_run_curve curve = {0};
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_check_later_config(run, err));
  r2s_run_note_next(run, monitor);
  R2S_TRY(st, r2s_run_check_models(run, &run->model, models & (R2S_RUN_LIF | R2S_RUN_LIF_UNIT), err));
  /* first, as it can be cancelled: the search's files come together */
  R2S_TRY(st, r2s_run_curve_make(&curve, run, monitor, err));
  const double lif_work = models & R2S_RUN_LIF ? work_of_lif(run) : 0,
               unit_work = models & R2S_RUN_LIF_UNIT ? work_of_lif_unit(run) : 0;
  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "convert", lif_work + unit_work);
  if (models & R2S_RUN_LIF) {
    r2s_run_note_another_unit(run, monitor);
    r2s_progress_part_next(&part, lif_work);
    R2S_TRY(st, convert_lif(run, &part.monitor, &lif, err));
    R2S_TRY(st, write_files(run, &curve, &lif, err));
  }
  if (models & R2S_RUN_LIF_UNIT) {
    r2s_progress_part_next(&part, unit_work);
    R2S_TRY(st, convert_lif_unit(run, &part.monitor, &unit, err));
    R2S_TRY(st, r2s_run_conversion_write(run, err));
    if (!(models & R2S_RUN_LIF)) R2S_TRY(st, r2s_run_curve_write(&curve, run, err));
  }
  if (owes_certificate(run)) {
    R2S_TRY(st, r2s_run_certify(run, monitor, err));
    if (models & R2S_RUN_LIF && run->mat_is_old) R2S_TRY(st, r2s_run_model_save_mat(run, &lif, err));
  }
done:
  r2s_run_curve_free(&curve);
  r2s_search_result_free(&lif);
  r2s_search_result_free(&unit);
  return st;
}
