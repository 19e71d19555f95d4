/* SPDX-License-Identifier: MIT
 * The certificate in run.json: the verdict, what it hangs on, and each engine's row. */
#include "run/run_certificate.h"

#include <stdio.h>
#include <string.h>

#include "base/base_json.h"
#include "io/config_table.h"
#include "run/run_model.h"
#include "spike/spike_trials.h"

const r2s_run_engine r2s_run_engines[R2S_RUN_ENGINES] = {{"lif", "native", R2S_SPIKE_LIF},
                                                         {"psc-dexp", "native", R2S_SPIKE_PSC_DEXP},
                                                         {"psc-dexp", "nest", R2S_SPIKE_PSC_DEXP}};

/* What every engine's row tells. */
static json_t *row_json(const r2s_run_side *s, int e) {
  json_t *object = json_object();
  r2s_json_add(&object, "model", json_string(r2s_run_engines[e].model));
  r2s_json_add(&object, "engine", json_string(r2s_run_engines[e].engine));
  r2s_json_add(&object, "scale", r2s_run_json_number(s->info.scale));
  r2s_json_add(&object, "trials_of", r2s_json_string(s->info.trials));
  r2s_json_add(&object, "other_settings", s->other[0] ? r2s_json_string(s->other) : json_null());
  r2s_json_add(&object, "judged", json_boolean(s->judged));
  r2s_json_add(&object, "trials", json_integer(s->n));
  return object;
}

/* SIM of an engine's stage, of which its spikes file is. */
static const json_t *simulation_json(const r2s_run *run, int e) {
  char stage[16];
  snprintf(stage, sizeof stage, "sim-%s", r2s_run_engines[e].engine);
  return json_object_get(json_object_get(r2s_run_json_get_stage(run, stage), "models"),
                         r2s_run_engines[e].model);
}

/* An engine's row of other trials: what its stage found, compared with nothing. */
static json_t *other_json(const r2s_run *run, const r2s_run_side *s, int e) {
  static const char *const none[] = {"ambiguous", "spikes", "rate_correlation", "output_rmse"};
  json_t *object = row_json(s, e);
  r2s_run_json_copy_accuracy(&object, simulation_json(run, e));
  for (int k = 0; k < 4; k++) r2s_json_add(&object, none[k], json_null());
  return object;
}

/* {mean, max} over the trials that the rate network has too */
static json_t *rmse_json(const r2s_run_certificate *c, const r2s_run_side *s, int output) {
  double mean = 0, worst = 0;
  for (int k = 0; k < c->rate.n_trials; k++) {
    if (!s->at[k]) continue;
    const double rmse = s->output_rmse[(size_t)k * (size_t)c->rate.n_out + (size_t)output];
    mean += rmse / s->n;
    worst = fmax(worst, rmse);
  }
  json_t *object = json_object();
  r2s_json_add(&object, "mean", r2s_run_json_number(mean));
  r2s_json_add(&object, "max", r2s_run_json_number(worst));
  return object;
}

/* Of output 0, with a list of all outputs where there are several. */
static json_t *all_rmse_json(const r2s_run_certificate *c, const r2s_run_side *s) {
  json_t *object = rmse_json(c, s, 0), *list;
  if (c->rate.n_out == 1) return object;
  list = json_array();
  for (int o = 0; o < c->rate.n_out; o++) r2s_json_append(&list, rmse_json(c, s, o));
  r2s_json_add(&object, "by_output", list);
  return object;
}

static json_t *side_json(const r2s_run *run, const r2s_run_certificate *c, int e) {
  const r2s_run_side *s = &c->sides[e];
  double spikes = 0, sum = 0, least = INFINITY;
  int with_correlation = 0;
  for (int k = 0; k < c->rate.n_trials; k++) {
    const r2s_certificate_trial *t = &s->trials[k];
    if (!s->at[k]) continue;
    spikes += (double)t->spikes / s->n;
    if (!isfinite(t->rate_correlation)) continue;
    sum += t->rate_correlation;
    least = fmin(least, t->rate_correlation);
    with_correlation++;
  }
  json_t *object = row_json(s, e), *correlation = json_object();
  r2s_run_json_add_accuracy(&object, s->accuracy);
  r2s_json_add(&object, "ambiguous", json_integer(s->ambiguous));
  if (r2s_run_json_has_no_interval(simulation_json(run, e))) r2s_run_json_drop_intervals(object);
  r2s_json_add(&object, "spikes", r2s_run_json_number(spikes));
  r2s_json_add(&correlation, "mean", r2s_run_json_number(sum / with_correlation));
  r2s_json_add(&correlation, "min", r2s_run_json_number(least));
  r2s_json_add(&object, "rate_correlation", correlation);
  r2s_json_add(&object, "output_rmse", all_rmse_json(c, s));
  return object;
}

/* What is judged, on everything at the certificate's scale; from: whose measurement a row is, "held out" or
 * an engine's. Gives back how many rows there are. */
static int judged_rows(const r2s_run *run, const r2s_run_certificate *c, r2s_judged rows[R2S_RUN_ENGINES + 1],
                       const char *from[R2S_RUN_ENGINES + 1]) {
  int n = 0;
  const r2s_run_held_out *h = &c->held_out;
  if (h->judged) {
    from[n] = "held out";
    rows[n++] = (r2s_judged){.model = R2S_SPIKE_LIF,
                             .set = h->repeats ? R2S_SET_SIMULATE : R2S_SET_HELD_OUT,
                             .accuracy = h->accuracy,
                             .by_condition = h->by_condition,
                             .n_conditions = run->task.n_conditions};
  }
  for (int e = 0; e < R2S_RUN_ENGINES; e++) {
    const r2s_run_side *s = &c->sides[e];
    if (!s->judged) continue;
    from[n] = r2s_run_engines[e].engine;
    rows[n++] = (r2s_judged){.model = r2s_run_engines[e].kind,
                             .set = R2S_SET_SIMULATE,
                             .accuracy = s->accuracy,
                             .by_condition = s->by_condition,
                             .n_conditions = run->task.n_conditions};
  }
  return n;
}

/* The rate network's accuracy in a condition; -1: of all trials. */
static json_t *rate_json(const r2s_run *run, const r2s_run_certificate *c, int condition) {
  const r2s_task *task = &run->task;
  const bool all = condition < 0,
             input = all ? r2s_spike_inputs_differ(task) : r2s_spike_input_differs(task, condition);
  json_t *object = r2s_run_json_accuracy(all ? c->rate_accuracy : c->rate_by_condition[condition]);
  if (!input && !r2s_run_model_is_random(run)) r2s_run_json_drop_intervals(object);
  return object;
}

/* Whether the trials of what is decisive are copies of one, or of one of each condition: its interval decides
 * all the same, but is none of chance. */
static bool repeats(const r2s_run *run, const r2s_judgement *judgement) {
  const r2s_neuron_params *neuron = &r2s_config_model(&run->config, judgement->model)->neuron;
  if (judgement->condition < 0) return !r2s_spike_trials_differ(&run->task, neuron);
  return !r2s_spike_units_differ(neuron) && !r2s_spike_input_differs(&run->task, judgement->condition);
}

/* What the verdict hangs on, and how the rate network does where that is one condition; null where nothing
 * was measured. from: whose row it is, NULL: all of the model. */
static json_t *decisive_json(const r2s_run *run, const r2s_run_certificate *c, const r2s_judgement *judgement,
                             const char *from) {
  if (judgement->verdict == R2S_VERDICT_NOT_MEASURED) return json_null();
  json_t *object = r2s_run_json_accuracy(judgement->decisive);
  const int at = judgement->condition;
  const char *condition = at < 0 ? NULL : run->task.conditions[at].name;
  r2s_json_add(&object, "model", json_string(r2s_spike_model_name(judgement->model)));
  r2s_json_add(&object, "of", from ? json_string(from) : json_null());
  r2s_json_add(&object, "condition", condition ? json_string(condition) : json_null());
  r2s_json_add(&object, "rate",
               at >= 0 && c->rate_by_condition[at].n > 0 ? rate_json(run, c, at) : json_null());
  r2s_json_add(&object, "limit", json_real(judgement->limit));
  r2s_json_add(&object, "repeats", json_boolean(repeats(run, judgement)));
  return object;
}

static json_t *held_out_json(const r2s_run_held_out *h) {
  if (!h->found) return json_null();
  json_t *object = json_object();
  r2s_json_add(&object, "scale", json_incref(json_object_get(h->found, "scale")));
  r2s_json_add(&object, "trials_of", json_string(h->trials));
  r2s_json_add(&object, "other_settings", h->other[0] ? json_string(h->other) : json_null());
  r2s_json_add(&object, "judged", json_boolean(h->judged));
  r2s_run_json_copy_accuracy(&object, h->found);
  return object;
}

/* How lif did at the certificate's scale: on the fresh trials of the search's scale, or else as simulated. */
static bool lif_accuracy(const r2s_run_certificate *c, r2s_accuracy *out) {
  if (c->held_out.judged) {
    *out = c->held_out.accuracy;
    return true;
  }
  for (int e = 0; e < R2S_RUN_ENGINES; e++)
    if (r2s_run_engines[e].kind == R2S_SPIKE_LIF && c->sides[e].judged) {
      *out = c->sides[e].accuracy;
      return true;
    }
  return false;
}

/* The search's scale, where it is another one and lif did surely better there, on trials and settings of the
 * certificate: neither interval holds the other accuracy; else null. */
static r2s_status better_scale_json(const r2s_run *run, const r2s_run_certificate *c,
                                    const r2s_judgement *judgement, json_t **out, r2s_error *err) {
  const r2s_run_held_out *h = &c->held_out;
  const json_t *scale = json_object_get(h->chosen, "scale");
  r2s_accuracy accuracy, here;
  *out = json_null();
  if (!lif_accuracy(c, &here) || !(c->rate_accuracy.accuracy >= R2S_IN_PART_FROM) ||
      judgement->verdict == R2S_VERDICT_CONVERTS || judgement->verdict == R2S_VERDICT_NOT_MEASURED ||
      !json_is_number(scale) || r2s_run_same_scale(json_number_value(scale), c->scale) ||
      strcmp(h->trials, run->trials) != 0 || h->other[0] != 0)
    return R2S_OK;
  r2s_status st = r2s_run_held_out_accuracy(run, h->chosen, &accuracy, err);
  if (st != R2S_OK || !(accuracy.low > here.accuracy && accuracy.accuracy > here.high)) return st;
  *out = r2s_run_json_accuracy(accuracy);
  r2s_json_add(out, "scale", json_incref((json_t *)scale));
  return R2S_OK;
}

/* SAME of docs/formats.md, of models that were simulated at the certificate's scale, with the configuration's
 * settings and seed. */
static json_t *compared_spikes(const r2s_run *run, const r2s_run_certificate *c) {
  const json_t *stage = r2s_run_json_get_stage(run, "sim-nest"), *models = json_object_get(stage, "models");
  json_t *list = json_array(), *one;
  size_t k;
  json_array_foreach(json_object_get(stage, "native_vs_nest"), k, one) {
    const char *name = json_string_value(json_object_get(one, "model"));
    r2s_spike_config config;
    char other[R2S_SETTINGS_SIZE];
    if (!name || !r2s_config_simulation(&run->config, name, &config)) continue;
    const json_t *sim = json_object_get(models, name), *scale = json_object_get(sim, "scale");
    if (json_is_number(scale) && !r2s_run_same_scale(json_number_value(scale), c->scale)) continue;
    const char *trials = json_string_value(json_object_get(sim, "trials_of"));
    r2s_run_other_settings(&config, json_string_value(json_object_get(sim, "settings")), other);
    if (trials && strcmp(trials, run->trials) == 0 && !other[0]) r2s_json_append(&list, json_incref(one));
  }
  return list;
}

/* Names of the conditions of which the verdict says nothing: no trial of them is judged. */
static json_t *untested(const r2s_task *task, const r2s_judged *rows, int n_rows) {
  json_t *list = json_array();
  for (int c = 0; c < task->n_conditions; c++) {
    bool tested = false;
    for (int k = 0; k < n_rows; k++) tested |= rows[k].by_condition[c].n > 0;
    if (!tested) r2s_json_append(&list, json_string(task->conditions[c].name));
  }
  return list;
}

r2s_status r2s_run_certificate_json(r2s_run *run, const r2s_run_certificate *c, r2s_error *err) {
  r2s_judged rows[R2S_RUN_ENGINES + 1];
  const char *from[R2S_RUN_ENGINES + 1];
  const int n_rows = judged_rows(run, c, rows, from);
  const r2s_judgement judgement = r2s_convert_judge(rows, n_rows);
  json_t *better;
  r2s_status st = better_scale_json(run, c, &judgement, &better, err);
  if (st != R2S_OK) return st;
  json_t *object = json_object(), *list = json_array();
  r2s_json_add(&object, "verdict", json_string(r2s_verdict_name(judgement.verdict)));
  r2s_json_add(&object, "decisive",
               decisive_json(run, c, &judgement, judgement.row < 0 ? NULL : from[judgement.row]));
  r2s_json_add(&object, "untested",
               judgement.verdict == R2S_VERDICT_NOT_MEASURED ? json_array()
                                                             : untested(&run->task, rows, n_rows));
  r2s_json_add(&object, "trials", json_integer(c->rate.n_trials));
  r2s_json_add(&object, "scale", r2s_run_json_number(c->scale));
  r2s_json_add(&object, "trials_of", json_string(run->trials));
  r2s_json_add(&object, "rate", rate_json(run, c, -1));
  r2s_json_add(&object, "held_out", held_out_json(&c->held_out));
  r2s_json_add(&object, "better_scale", better);
  for (int e = 0; e < R2S_RUN_ENGINES; e++) {
    const r2s_run_side *one = &c->sides[e];
    if (one->n_records > 0)
      r2s_json_append(&list, one->same_trials ? side_json(run, c, e) : other_json(run, one, e));
  }
  r2s_json_add(&object, "engines", list);
  r2s_json_add(&object, "native_vs_nest", compared_spikes(run, c));
  const r2s_run_side *nest = &c->sides[R2S_RUN_ENGINES - 1];
  r2s_json_add(&object, "weights_checked",
               nest->n_records > 0 ? json_integer(nest->info.weights_checked) : json_null());
  r2s_json_add(&object, "weights_max_difference_pa",
               nest->n_records > 0 ? r2s_run_json_number(nest->info.weights_max_difference) : json_null());
  st = r2s_run_json_set(run, "certificate", object, err);
  return st == R2S_OK ? r2s_run_json_save(run, err) : st;
}
