/* SPDX-License-Identifier: MIT
 * The conversion certificate: certificate.csv and run.json's certificate, from the files of the other stages.
 * It is about one scale: what was measured at another one, or with other settings than the configuration's,
 * is told with these, and not judged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "base/base_memory.h"
#include "io/io_results.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_simulation.h"
#include "spike/spike_trials.h"

/* The engines of the certificate; psc-alpha has no random trials to lay beside the rate network's. */
static const struct {
  const char *model, *engine;
  r2s_spike_model kind;
} engines[] = {{"lif", "native", R2S_SPIKE_LIF},
               {"psc-dexp", "native", R2S_SPIKE_PSC_DEXP},
               {"psc-dexp", "nest", R2S_SPIKE_PSC_DEXP}};
enum { ENGINES = sizeof engines / sizeof *engines };

typedef struct side {
  r2s_spike_record *records;
  int n_records;
  int n;    /* trials that the rate network has too */
  bool *at; /* [rate.n_trials] which of the rate network's trials they are */
  r2s_spike_info info;
  bool same_trials;              /* as the rate network's; else n = 0 */
  char other[R2S_SETTINGS_SIZE]; /* settings that are not the configuration's; "": none */
  bool judged;                   /* on them, at the certificate's scale, with the configuration's settings */
  r2s_certificate_trial *trials; /* [rate.n_trials] where `at` */
  r2s_accuracy accuracy, by_condition[R2S_MAX_CONDITIONS];
} side;

/* Fresh trials of the conversion: at the certificate's scale, if it has those. */
typedef struct held_out {
  const json_t *found;           /* SCALE of stage convert; NULL: none; borrowed */
  const json_t *chosen;          /* the SCALE that the search chose, likewise */
  const char *trials;            /* what they are of; "": not known; borrowed */
  char other[R2S_SETTINGS_SIZE]; /* as of a side */
  bool repeats;                  /* its trials are the simulated ones once more */
  bool judged;
  r2s_accuracy accuracy, by_condition[R2S_MAX_CONDITIONS];
} held_out;

typedef struct certificate {
  double scale;
  held_out held_out;
  r2s_rate_traces rate;
  bool *rate_correct; /* [rate.n_trials] */
  r2s_accuracy rate_accuracy;
  side sides[ENGINES];
} certificate;

static void certificate_free(certificate *c) {
  r2s_rate_traces_free(&c->rate);
  free(c->rate_correct);
  for (int e = 0; e < ENGINES; e++) {
    r2s_records_free(c->sides[e].records, c->sides[e].n_records);
    free(c->sides[e].trials);
    free(c->sides[e].at);
  }
}

/* rate.h5, with the trials of this run's seed and task: made anew where it is damaged, gone, or of others. */
static r2s_status load_traces(r2s_run *run, r2s_rate_traces *rate, const char *path,
                              const r2s_monitor *monitor, r2s_error *err) {
  r2s_accuracy accuracy, strict, by_condition[R2S_MAX_CONDITIONS];
  if (r2s_run_has_file(run, "rate.h5")) {
    r2s_error why = {0};
    r2s_status st = r2s_rate_traces_load(rate, path, &why);
    if (st == R2S_OK && strcmp(rate->trials, run->trials) == 0) return st;
    if (st == R2S_ERR_MEMORY) return r2s_fail(err, st, "%s", why.msg);
    if (st != R2S_OK)
      r2s_monitor_note(monitor, R2S_NOTE_WARNING, "%s: the rate network is run again, on trials of %s",
                       why.msg, run->trials);
    else
      r2s_monitor_note(monitor, R2S_NOTE_INFO,
                       "rate.h5 has trials of %s: the rate network is run on those of %s",
                       rate->trials[0] ? rate->trials : "an earlier version", run->trials);
    r2s_rate_traces_free(rate);
  } else {
    r2s_monitor_note(monitor, R2S_NOTE_INFO, "rate.h5 is not there: the rate network is run on trials of %s",
                     run->trials);
  }
  r2s_status st = r2s_run_model_test(run, &accuracy, &strict, by_condition, monitor, err);
  return st == R2S_OK ? r2s_rate_traces_load(rate, path, err) : st;
}

static r2s_status load_rate(r2s_run *run, certificate *c, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[R2S_PATH_SIZE];
  r2s_rate_traces *rate = &c->rate;
  R2S_TRY(st, r2s_run_path(run, "rate.h5", path, err));
  R2S_TRY(st, load_traces(run, rate, path, monitor, err));
  R2S_TRY(st, r2s_rate_traces_fit(rate, &run->task, run->model.n, path, err));
  R2S_ALLOC(st, &c->rate_correct, (size_t)rate->n_trials, "certificate", err);
  int correct = 0;
  for (int k = 0; k < rate->n_trials; k++) {
    c->rate_correct[k] =
        r2s_task_correct(&run->task, rate->conditions[k], R2S_CRITERION_RATE,
                         rate->out + (size_t)k * (size_t)rate->n_samples * (size_t)rate->n_out,
                         rate->n_samples, rate->t0_ms, rate->dt_ms);
    correct += c->rate_correct[k];
  }
  c->rate_accuracy = r2s_convert_accuracy(correct, rate->n_trials);
done:
  return st;
}

/* run.json keeps 12 digits. */
static bool same_scale(double a, double b) {
  return fabs(a - b) <= 1e-9 * fabs(b);
}

/* What a result's settings have that the configuration's have not; "": nothing. */
static void other_settings(const r2s_spike_config *config, const char *settings,
                           char other[R2S_SETTINGS_SIZE]) {
  char own[R2S_SETTINGS_SIZE];
  r2s_spike_settings(config, own);
  r2s_spike_settings_other(settings && *settings ? settings : "settings=unknown", own, other);
}

/* The held-out result of run.json, as counts. */
static r2s_status held_out_accuracy(const r2s_run *run, const json_t *found, r2s_accuracy *out,
                                    r2s_error *err) {
  const json_t *n = json_object_get(found, "n"), *accuracy = json_object_get(found, "accuracy");
  const double trials = json_number_value(n), share = json_number_value(accuracy);
  if (!json_is_number(accuracy) || trials < 1) /* ranges were checked as the file was read */
    return r2s_fail(
        err, R2S_ERR_FORMAT,
        "%s/run.json: stages.convert: found accuracy %g of n = %g held-out trials; expected a share of "
        "1 or more: convert anew",
        run->dir, share, trials);
  *out = r2s_convert_accuracy((int)lround(share * trials), (int)trials);
  return R2S_OK;
}

/* The same of each condition, of which there may be no trial. */
static r2s_status held_out_conditions(const r2s_run *run, const json_t *found, r2s_accuracy *out,
                                      r2s_error *err) {
  const json_t *conditions = json_object_get(found, "conditions");
  r2s_status st = R2S_OK;
  for (int k = 0; st == R2S_OK && k < run->task.n_conditions; k++) {
    const json_t *one = json_object_get(conditions, run->task.conditions[k].name);
    out[k] = r2s_convert_accuracy(0, 0);
    if (json_number_value(json_object_get(one, "n")) > 0) st = held_out_accuracy(run, one, &out[k], err);
  }
  return st;
}

static r2s_status load_held_out(const r2s_run *run, certificate *c, r2s_error *err) {
  static const char *const names[] = {"held_out_predicted", "held_out"};
  const json_t *convert = r2s_run_json_get_stage(run, "convert");
  const char *trials = json_string_value(json_object_get(convert, "trials_of"));
  held_out *h = &c->held_out;
  bool same = false;
  h->chosen = json_object_get(convert, "held_out");
  for (int k = 0; k < 2 && !same; k++) {
    const json_t *one = json_object_get(convert, names[k]), *at = json_object_get(one, "scale");
    if (!json_is_number(at)) continue;
    same = same_scale(json_number_value(at), c->scale);
    if (same || !h->found) h->found = one;
  }
  if (!h->found) return R2S_OK;
  h->trials = trials ? trials : "";
  const r2s_spike_config config = r2s_run_simulation_config(run, R2S_SPIKE_LIF);
  other_settings(&config, json_string_value(json_object_get(convert, "settings")), h->other);
  h->repeats = !r2s_spike_trials_differ(&run->task, &config.neuron);
  /* an earlier version took copies of a trial for trials */
  if (!h->other[0] && h->repeats && !r2s_run_json_has_no_interval(h->found))
    snprintf(h->other, sizeof h->other, "trials=copies");
  h->judged = same && strcmp(h->trials, run->trials) == 0 && h->other[0] == 0;
  const r2s_status st = held_out_accuracy(run, h->found, &h->accuracy, err);
  return st == R2S_OK ? held_out_conditions(run, h->found, h->by_condition, err) : st;
}

/* Over all its trials, those too that the rate network has not. */
static void count_correct(const r2s_task *task, side *s) {
  int correct[R2S_MAX_CONDITIONS] = {0}, n[R2S_MAX_CONDITIONS] = {0}, sum = 0;
  for (int k = 0; k < s->n_records; k++) {
    const r2s_spike_record *r = &s->records[k];
    const bool right =
        r2s_task_correct(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    n[r->condition]++;
    correct[r->condition] += right;
    sum += right;
  }
  s->accuracy = r2s_convert_accuracy(sum, s->n_records);
  for (int k = 0; k < task->n_conditions; k++) s->by_condition[k] = r2s_convert_accuracy(correct[k], n[k]);
}

/* Lays a side's trials beside the rate network's: the first of a condition beside its first, and so on, since
 * a model whose trials are all equal has one of each condition, in the task's order. */
static r2s_status compare(const r2s_run *run, const certificate *c, side *s, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_rate_traces *rate = &c->rate;
  const size_t units = (size_t)run->model.n, samples = (size_t)rate->n_samples * (size_t)rate->n_out;
  int next[R2S_MAX_CONDITIONS] = {0}; /* where the rate network's next trial of each condition may be */
  R2S_ALLOC(st, &s->trials, (size_t)rate->n_trials, "certificate", err);
  R2S_ALLOC(st, &s->at, (size_t)rate->n_trials, "certificate", err);
  for (int k = 0; k < s->n_records; k++) {
    const int condition = s->records[k].condition;
    int *at = &next[condition];
    while (*at < rate->n_trials && rate->conditions[*at] != condition) (*at)++;
    if (*at == rate->n_trials) continue;
    const size_t trial = (size_t)(*at)++;
    const r2s_certificate_rate own = {.t0_ms = rate->t0_ms,
                                      .dt_ms = rate->dt_ms,
                                      .n_samples = rate->n_samples,
                                      .n_out = rate->n_out,
                                      .mean = rate->mean_rate + trial * units,
                                      .out = rate->out + trial * samples};
    r2s_convert_certificate(&run->task, &own, &s->records[k], 1, &s->trials[trial]);
    s->at[trial] = true;
    s->n++;
  }
done:
  return st;
}

/* A file that can't be read is made anew by a stage that a refusal here would keep from being reached: it is
 * left out, with no records. */
static r2s_status load_records(side *s, const char *path, const r2s_monitor *monitor, r2s_error *err) {
  r2s_error why = {0};
  const r2s_status st = r2s_records_load(&s->records, &s->n_records, &s->info, path, &why);
  if (st == R2S_ERR_MEMORY) return r2s_fail(err, st, "%s", why.msg);
  if (st != R2S_OK)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "%s: it is left out of the certificate until it is simulated anew", why.msg);
  return R2S_OK;
}

/* One engine's trials, where it was run. */
static r2s_status load_side(const r2s_run *run, certificate *c, int e, const r2s_monitor *monitor,
                            r2s_error *err) {
  r2s_status st = R2S_OK;
  char name[96], path[R2S_PATH_SIZE];
  side *s = &c->sides[e];
  snprintf(name, sizeof name, "spikes_%s_%s.h5", engines[e].model, engines[e].engine);
  if (!r2s_run_has_file(run, name)) return R2S_OK;
  R2S_TRY(st, r2s_run_path(run, name, path, err));
  R2S_TRY(st, load_records(s, path, monitor, err));
  if (s->n_records == 0) return R2S_OK;
  R2S_TRY(st, r2s_records_fit_name(&s->info, path, err));
  s->same_trials = strcmp(s->info.trials, run->trials) == 0;
  const r2s_spike_config config = r2s_run_simulation_config(run, engines[e].kind);
  other_settings(&config, s->info.settings, s->other);
  s->judged = s->same_trials && same_scale(s->info.scale, c->scale) && s->other[0] == 0;
  if (!s->same_trials) return R2S_OK;
  R2S_TRY(st, r2s_records_fit(s->records, s->n_records, &run->task, run->model.n, path, err));
  R2S_TRY(st, r2s_records_fit_duration(&s->records[0], &run->task, path, err));
  R2S_TRY(st, compare(run, c, s, err));
  count_correct(&run->task, s);
done:
  return st;
}

static r2s_status write_csv(const r2s_run *run, const certificate *c, r2s_error *err) {
  r2s_run_text text;
  r2s_run_text_open(&text);
  r2s_text_add(&text.csv, "trial,condition,rate_correct");
  for (int e = 0; e < ENGINES; e++) {
    static const char *const columns[] = {"correct", "spikes", "rate_correlation", "output_rmse"};
    for (int k = 0; k < 4; k++)
      r2s_text_add(&text.csv, ",%s_%s_%s", engines[e].model, engines[e].engine, columns[k]);
  }
  r2s_text_add(&text.csv, "\n");
  for (int k = 0; k < c->rate.n_trials; k++) {
    r2s_text_add(&text.csv, "%d,%s,%d", k, run->task.conditions[c->rate.conditions[k]].name,
                 c->rate_correct[k]);
    for (int e = 0; e < ENGINES; e++) {
      if (!c->sides[e].at || !c->sides[e].at[k]) {
        r2s_text_add(&text.csv, ",,,,");
        continue;
      }
      const r2s_certificate_trial *t = &c->sides[e].trials[k];
      r2s_text_add(&text.csv, ",%d,%llu", t->correct, (unsigned long long)t->spikes);
      r2s_run_text_number(&text, t->rate_correlation);
      r2s_run_text_number(&text, t->output_rmse);
    }
    r2s_text_add(&text.csv, "\n");
  }
  r2s_status st = r2s_run_text_write(&text, run, "certificate.csv", err);
  r2s_run_text_free(&text);
  return st;
}

/* What every engine's row tells. */
static json_t *row_json(const side *s, int e) {
  json_t *object = json_object();
  r2s_json_add(&object, "model", json_string(engines[e].model));
  r2s_json_add(&object, "engine", json_string(engines[e].engine));
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
  snprintf(stage, sizeof stage, "sim-%s", engines[e].engine);
  return json_object_get(json_object_get(r2s_run_json_get_stage(run, stage), "models"), engines[e].model);
}

/* An engine's row of other trials: what its stage found, compared with nothing. */
static json_t *other_json(const r2s_run *run, const side *s, int e) {
  static const char *const none[] = {"spikes", "rate_correlation", "output_rmse"};
  json_t *object = row_json(s, e);
  r2s_run_json_copy_accuracy(&object, simulation_json(run, e));
  for (int k = 0; k < 3; k++) r2s_json_add(&object, none[k], json_null());
  return object;
}

static json_t *side_json(const r2s_run *run, const certificate *c, int e) {
  const side *s = &c->sides[e];
  double spikes = 0, sum = 0, least = INFINITY, rmse = 0, worst = 0;
  int with_correlation = 0;
  for (int k = 0; k < c->rate.n_trials; k++) {
    const r2s_certificate_trial *t = &s->trials[k];
    if (!s->at[k]) continue;
    spikes += (double)t->spikes / s->n;
    rmse += t->output_rmse / s->n;
    worst = fmax(worst, t->output_rmse);
    if (!isfinite(t->rate_correlation)) continue;
    sum += t->rate_correlation;
    least = fmin(least, t->rate_correlation);
    with_correlation++;
  }
  json_t *object = row_json(s, e), *correlation = json_object(), *output = json_object();
  r2s_run_json_add_accuracy(&object, s->accuracy);
  if (r2s_run_json_has_no_interval(simulation_json(run, e))) r2s_run_json_drop_intervals(object);
  r2s_json_add(&object, "spikes", r2s_run_json_number(spikes));
  r2s_json_add(&correlation, "mean", r2s_run_json_number(sum / with_correlation));
  r2s_json_add(&correlation, "min", r2s_run_json_number(least));
  r2s_json_add(&object, "rate_correlation", correlation);
  r2s_json_add(&output, "mean", r2s_run_json_number(rmse));
  r2s_json_add(&output, "max", r2s_run_json_number(worst));
  r2s_json_add(&object, "output_rmse", output);
  return object;
}

/* What is judged, on everything at the certificate's scale; from: whose measurement a row is, "held out" or
 * an engine's. Gives back how many rows there are. */
static int judged_rows(const r2s_run *run, const certificate *c, r2s_judged rows[ENGINES + 1],
                       const char *from[ENGINES + 1]) {
  int n = 0;
  const held_out *h = &c->held_out;
  if (h->judged) {
    from[n] = "held out";
    rows[n++] = (r2s_judged){.model = R2S_SPIKE_LIF,
                             .set = h->repeats ? R2S_SET_SIMULATE : R2S_SET_HELD_OUT,
                             .accuracy = h->accuracy,
                             .by_condition = h->by_condition,
                             .n_conditions = run->task.n_conditions};
  }
  for (int e = 0; e < ENGINES; e++) {
    const side *s = &c->sides[e];
    if (!s->judged) continue;
    from[n] = engines[e].engine;
    rows[n++] = (r2s_judged){.model = engines[e].kind,
                             .set = R2S_SET_SIMULATE,
                             .accuracy = s->accuracy,
                             .by_condition = s->by_condition,
                             .n_conditions = run->task.n_conditions};
  }
  return n;
}

/* What the verdict hangs on; null where nothing was measured. from: whose row it is, NULL: all of the model.
 */
static json_t *decisive_json(const r2s_run *run, const r2s_judgement *judgement, const char *from) {
  if (judgement->verdict == R2S_VERDICT_NOT_MEASURED) return json_null();
  json_t *object = r2s_run_json_accuracy(judgement->decisive);
  const char *condition = judgement->condition < 0 ? NULL : run->task.conditions[judgement->condition].name;
  r2s_json_add(&object, "model", json_string(r2s_spike_model_name(judgement->model)));
  r2s_json_add(&object, "of", from ? json_string(from) : json_null());
  r2s_json_add(&object, "condition", condition ? json_string(condition) : json_null());
  r2s_json_add(&object, "limit", json_real(judgement->limit));
  return object;
}

static json_t *held_out_json(const held_out *h) {
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
static bool lif_accuracy(const certificate *c, r2s_accuracy *out) {
  if (c->held_out.judged) {
    *out = c->held_out.accuracy;
    return true;
  }
  for (int e = 0; e < ENGINES; e++)
    if (engines[e].kind == R2S_SPIKE_LIF && c->sides[e].judged) {
      *out = c->sides[e].accuracy;
      return true;
    }
  return false;
}

/* The search's scale, where it is another one and lif did surely better there, on trials and settings of the
 * certificate: neither interval holds the other accuracy; else null. */
static r2s_status better_scale_json(const r2s_run *run, const certificate *c, const r2s_judgement *judgement,
                                    json_t **out, r2s_error *err) {
  const held_out *h = &c->held_out;
  const json_t *scale = json_object_get(h->chosen, "scale");
  r2s_accuracy accuracy, here;
  *out = json_null();
  if (!lif_accuracy(c, &here) || !(c->rate_accuracy.accuracy >= R2S_IN_PART_FROM) ||
      judgement->verdict == R2S_VERDICT_CONVERTS || judgement->verdict == R2S_VERDICT_NOT_MEASURED ||
      !json_is_number(scale) || same_scale(json_number_value(scale), c->scale) ||
      strcmp(h->trials, run->trials) != 0 || h->other[0] != 0)
    return R2S_OK;
  r2s_status st = held_out_accuracy(run, h->chosen, &accuracy, err);
  if (st != R2S_OK || !(accuracy.low > here.accuracy && accuracy.accuracy > here.high)) return st;
  *out = r2s_run_json_accuracy(accuracy);
  r2s_json_add(out, "scale", json_incref((json_t *)scale));
  return R2S_OK;
}

/* SAME of docs/formats.md, of models that were simulated at the certificate's scale, with the configuration's
 * settings and seed. */
static json_t *compared_spikes(const r2s_run *run, const certificate *c) {
  const json_t *stage = r2s_run_json_get_stage(run, "sim-nest"), *models = json_object_get(stage, "models");
  json_t *list = json_array(), *one;
  size_t k;
  json_array_foreach(json_object_get(stage, "native_vs_nest"), k, one) {
    const char *name = json_string_value(json_object_get(one, "model"));
    r2s_spike_config config;
    char other[R2S_SETTINGS_SIZE];
    if (!name || !r2s_run_simulation_named(run, name, &config)) continue;
    const json_t *sim = json_object_get(models, name), *scale = json_object_get(sim, "scale");
    if (json_is_number(scale) && !same_scale(json_number_value(scale), c->scale)) continue;
    const char *trials = json_string_value(json_object_get(sim, "trials_of"));
    other_settings(&config, json_string_value(json_object_get(sim, "settings")), other);
    if (trials && strcmp(trials, run->trials) == 0 && !other[0]) r2s_json_append(&list, json_incref(one));
  }
  return list;
}

/* Whether a trial of the condition is among those that are judged. */
static bool is_tested(const r2s_run *run, const certificate *c, int condition) {
  const json_t *one =
      json_object_get(json_object_get(c->held_out.found, "conditions"), run->task.conditions[condition].name);
  if (c->held_out.judged && json_integer_value(json_object_get(one, "n")) > 0) return true;
  for (int e = 0; e < ENGINES; e++)
    for (int k = 0; c->sides[e].judged && k < c->sides[e].n_records; k++)
      if (c->sides[e].records[k].condition == condition) return true;
  return false;
}

/* Names of the conditions of which the verdict says nothing. */
static json_t *untested(const r2s_run *run, const certificate *c) {
  json_t *list = json_array();
  for (int k = 0; k < run->task.n_conditions; k++)
    if (!is_tested(run, c, k)) r2s_json_append(&list, json_string(run->task.conditions[k].name));
  return list;
}

static r2s_status set_json(r2s_run *run, const certificate *c, r2s_error *err) {
  r2s_judged rows[ENGINES + 1];
  const char *from[ENGINES + 1];
  const int n_rows = judged_rows(run, c, rows, from);
  const r2s_judgement judgement = r2s_convert_judge(rows, n_rows);
  json_t *better;
  r2s_status st = better_scale_json(run, c, &judgement, &better, err);
  if (st != R2S_OK) return st;
  json_t *object = json_object(), *list = json_array(), *rate = r2s_run_json_accuracy(c->rate_accuracy);
  if (!r2s_run_model_trials_differ(run)) r2s_run_json_drop_intervals(rate);
  r2s_json_add(&object, "verdict", json_string(r2s_verdict_name(judgement.verdict)));
  r2s_json_add(&object, "decisive",
               decisive_json(run, &judgement, judgement.row < 0 ? NULL : from[judgement.row]));
  r2s_json_add(&object, "untested",
               judgement.verdict == R2S_VERDICT_NOT_MEASURED ? json_array() : untested(run, c));
  r2s_json_add(&object, "trials", json_integer(c->rate.n_trials));
  r2s_json_add(&object, "scale", r2s_run_json_number(c->scale));
  r2s_json_add(&object, "trials_of", json_string(run->trials));
  r2s_json_add(&object, "rate", rate);
  r2s_json_add(&object, "held_out", held_out_json(&c->held_out));
  r2s_json_add(&object, "better_scale", better);
  for (int e = 0; e < ENGINES; e++) {
    const side *one = &c->sides[e];
    if (one->n_records > 0)
      r2s_json_append(&list, one->same_trials ? side_json(run, c, e) : other_json(run, one, e));
  }
  r2s_json_add(&object, "engines", list);
  r2s_json_add(&object, "native_vs_nest", compared_spikes(run, c));
  const side *nest = &c->sides[ENGINES - 1];
  r2s_json_add(&object, "weights_checked",
               nest->n_records > 0 ? json_integer(nest->info.weights_checked) : json_null());
  r2s_json_add(&object, "weights_max_difference_pa",
               nest->n_records > 0 ? r2s_run_json_number(nest->info.weights_max_difference) : json_null());
  st = r2s_run_json_set(run, "certificate", object, err);
  return st == R2S_OK ? r2s_run_json_save(run, err) : st;
}

r2s_status r2s_run_certify(r2s_run *run, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  certificate c = {0};
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_LIF, &c.scale, err));
  R2S_TRY(st, load_held_out(run, &c, err));
  R2S_TRY(st, load_rate(run, &c, monitor, err));
  for (int e = 0; e < ENGINES; e++) {
    r2s_monitor_progress(monitor, "certificate", e, ENGINES, engines[e].model);
    R2S_TRY(st, load_side(run, &c, e, monitor, err));
  }
  R2S_TRY(st, write_csv(run, &c, err));
  R2S_TRY(st, set_json(run, &c, err));
  r2s_monitor_progress(monitor, "certificate", ENGINES, ENGINES, "");
done:
  certificate_free(&c);
  return st;
}
