/* SPDX-License-Identifier: MIT
 * The conversion certificate: certificate.csv and run.json's certificate, from the files of the other stages.
 * It is about one scale: what was measured at another one, or with other settings than the configuration's,
 * is told with these, and not judged. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/config_table.h"
#include "run/run_certificate.h"
#include "run/run_model.h"
#include "run/run_simulation.h"
#include "run/run_tally.h"
#include "spike/spike_trials.h"

static void certificate_free(r2s_run_certificate *c) {
  r2s_rate_traces_free(&c->rate);
  free(c->rate_correct);
  for (int e = 0; e < R2S_RUN_ENGINES; e++) {
    r2s_records_free(c->sides[e].records, c->sides[e].n_records);
    free(c->sides[e].trials);
    free(c->sides[e].output_rmse);
    free(c->sides[e].at);
  }
}

/* A setting that later stages take, and that says nothing of trials which are there. */
static void note_other_count(const r2s_run *run, const r2s_rate_traces *rate, const r2s_monitor *monitor) {
  const long long wanted = (long long)run->config.test_trials * run->task.n_conditions;
  if (rate->n_trials != wanted)
    r2s_monitor_note(
        monitor, R2S_NOTE_WARNING,
        "train.test_trials asks for %lld trials of the rate network; rate.h5 has %d, which stay: "
        "where that file is missing it is run on %lld",
        wanted, rate->n_trials, wanted);
}

/* rate.h5, with the trials of this run's seed and task: made anew where it is damaged, gone, or of others. */
static r2s_status load_traces(r2s_run *run, r2s_rate_traces *rate, const char *path,
                              const r2s_monitor *monitor, r2s_error *err) {
  if (r2s_run_has_file(run, "rate.h5")) {
    r2s_error why = {0};
    r2s_status st = r2s_rate_traces_load(rate, path, &why);
    if (st == R2S_OK && strcmp(rate->trials, run->trials) == 0) {
      note_other_count(run, rate, monitor);
      return st;
    }
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
  r2s_status st = r2s_run_model_test(run, rate, monitor, err);
  return st == R2S_OK ? r2s_run_model_save_tests(run, rate, err) : st;
}

static r2s_status load_rate(r2s_run *run, r2s_run_certificate *c, const r2s_monitor *monitor,
                            r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[R2S_PATH_SIZE];
  r2s_rate_traces *rate = &c->rate;
  R2S_TRY(st, r2s_run_path(run, "rate.h5", path, err));
  R2S_TRY(st, load_traces(run, rate, path, monitor, err));
  R2S_TRY(st, r2s_rate_traces_fit(rate, &run->task, run->model.n, path, err));
  R2S_ALLOC(st, &c->rate_correct, (size_t)rate->n_trials, "certificate", err);
  r2s_run_tally right = {0};
  for (int k = 0; k < rate->n_trials; k++) {
    c->rate_correct[k] =
        r2s_task_correct(&run->task, rate->conditions[k], R2S_CRITERION_RATE,
                         rate->out + (size_t)k * (size_t)rate->n_samples * (size_t)rate->n_out,
                         rate->n_samples, rate->t0_ms, rate->dt_ms);
    r2s_run_tally_count(&right, rate->conditions[k], c->rate_correct[k]);
  }
  c->rate_accuracy = r2s_run_tally_judge(&right, &run->task, c->rate_by_condition);
done:
  return st;
}

void r2s_run_other_settings(const r2s_spike_config *config, const char *settings,
                            char other[R2S_SETTINGS_SIZE]) {
  char own[R2S_SETTINGS_SIZE];
  r2s_spike_settings(config, own);
  r2s_spike_settings_other(settings && *settings ? settings : "settings=unknown", own, other);
}

r2s_status r2s_run_held_out_accuracy(const r2s_run *run, const json_t *found, r2s_accuracy *out,
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
    if (json_number_value(json_object_get(one, "n")) > 0)
      st = r2s_run_held_out_accuracy(run, one, &out[k], err);
    if (st != R2S_OK) st = r2s_fail_context(err, st, "condition %s", run->task.conditions[k].name);
  }
  return st;
}

static r2s_status load_held_out(const r2s_run *run, r2s_run_certificate *c, r2s_error *err) {
  static const char *const names[] = {"held_out_predicted", "held_out"};
  const json_t *convert = r2s_run_json_get_stage(run, "convert");
  const char *trials = json_string_value(json_object_get(convert, "trials_of"));
  r2s_run_held_out *h = &c->held_out;
  bool same = false;
  h->chosen = json_object_get(convert, "held_out");
  for (int k = 0; k < 2 && !same; k++) {
    const json_t *one = json_object_get(convert, names[k]), *at = json_object_get(one, "scale");
    if (!json_is_number(at)) continue;
    same = r2s_run_same_scale(json_number_value(at), c->scale);
    if (same || !h->found) h->found = one;
  }
  if (!h->found) return R2S_OK;
  h->trials = trials ? trials : "";
  r2s_run_other_settings(&run->config.lif, json_string_value(json_object_get(convert, "settings")), h->other);
  h->repeats = !r2s_spike_trials_differ(&run->task, &run->config.lif.neuron);
  /* an earlier version took copies of a trial for trials */
  if (!h->other[0] && h->repeats && !r2s_run_json_has_no_interval(h->found))
    snprintf(h->other, sizeof h->other, "trials=copies");
  h->judged = same && strcmp(h->trials, run->trials) == 0 && h->other[0] == 0;
  const r2s_status st = r2s_run_held_out_accuracy(run, h->found, &h->accuracy, err);
  return st == R2S_OK && h->judged ? held_out_conditions(run, h->found, h->by_condition, err) : st;
}

/* Over all its trials, those too that the rate network has not. */
static void count_correct(const r2s_task *task, r2s_run_side *s) {
  r2s_run_tally right = {0};
  for (int k = 0; k < s->n_records; k++) {
    const r2s_spike_record *r = &s->records[k];
    r2s_run_tally_count(&right, r->condition,
                        r2s_task_correct(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples,
                                         r->t0_ms, r->dt_ms));
    s->ambiguous += r2s_task_ambiguous(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples,
                                       r->t0_ms, r->dt_ms);
  }
  s->accuracy = r2s_run_tally_judge(&right, task, s->by_condition);
}

/* Lays a side's trials beside the rate network's: the first of a condition beside its first, and so on, since
 * a model whose trials are all equal has one of each condition, in the task's order. */
static r2s_status compare(const r2s_run *run, const r2s_run_certificate *c, r2s_run_side *s, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_rate_traces *rate = &c->rate;
  const size_t units = (size_t)run->model.n, outputs = (size_t)rate->n_out,
               samples = (size_t)rate->n_samples * outputs;
  int next[R2S_MAX_CONDITIONS] = {0}; /* where the rate network's next trial of each condition may be */
  R2S_ALLOC(st, &s->trials, (size_t)rate->n_trials, "certificate", err);
  R2S_ALLOC(st, &s->output_rmse, (size_t)rate->n_trials * outputs, "certificate", err);
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
    s->output_rmse[trial * outputs] = s->trials[trial].output_rmse;
    for (size_t o = 1; o < outputs; o++)
      s->output_rmse[trial * outputs + o] = r2s_convert_output_rmse(&own, 0, &s->records[k], (int)o);
    s->at[trial] = true;
    s->n++;
  }
done:
  return st;
}

/* A damaged file is made anew by a stage that a refusal here would keep from being reached: it is left out,
 * with no records. One that the system does not give us (too many open files, a drive that fails) may be
 * whole. */
static r2s_status load_records(r2s_run_side *s, const char *path, const r2s_monitor *monitor,
                               r2s_error *err) {
  r2s_error why = {0};
  const r2s_status st = r2s_records_load(&s->records, &s->n_records, &s->info, path, &why);
  if (st == R2S_ERR_MEMORY || st == R2S_ERR_IO) return r2s_fail(err, st, "%s", why.msg);
  if (st != R2S_OK)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "%s: it is left out of the certificate until it is simulated anew", why.msg);
  return R2S_OK;
}

/* One engine's trials, where it was run. */
static r2s_status load_side(const r2s_run *run, r2s_run_certificate *c, int e, const r2s_monitor *monitor,
                            r2s_error *err) {
  r2s_status st = R2S_OK;
  char name[96], path[R2S_PATH_SIZE];
  r2s_run_side *s = &c->sides[e];
  snprintf(name, sizeof name, "spikes_%s_%s.h5", r2s_run_engines[e].model, r2s_run_engines[e].engine);
  if (!r2s_run_has_file(run, name)) return R2S_OK;
  R2S_TRY(st, r2s_run_path(run, name, path, err));
  R2S_TRY(st, load_records(s, path, monitor, err));
  if (s->n_records == 0) return R2S_OK;
  R2S_TRY(st, r2s_records_fit_name(&s->info, path, err));
  s->same_trials = strcmp(s->info.trials, run->trials) == 0;
  r2s_run_other_settings(r2s_config_model(&run->config, r2s_run_engines[e].kind), s->info.settings, s->other);
  s->judged = s->same_trials && r2s_run_same_scale(s->info.scale, c->scale) && s->other[0] == 0;
  if (!s->same_trials) return R2S_OK;
  R2S_TRY(st, r2s_records_fit(s->records, s->n_records, &run->task, run->model.n, path, err));
  R2S_TRY(st, r2s_records_fit_duration(&s->records[0], &run->task, path, err));
  R2S_TRY(st, compare(run, c, s, err));
  count_correct(&run->task, s);
done:
  return st;
}

/* "output_rmse" of output 0, "output1_rmse" of output 1, ... */
static void put_header(r2s_run_text *text, int n_outputs) {
  r2s_text_add(&text->csv, "trial,condition,rate_correct");
  for (int e = 0; e < R2S_RUN_ENGINES; e++) {
    static const char *const columns[] = {"correct", "spikes", "rate_correlation", "output_rmse"};
    const char *model = r2s_run_engines[e].model, *engine = r2s_run_engines[e].engine;
    for (int k = 0; k < 4; k++) r2s_text_add(&text->csv, ",%s_%s_%s", model, engine, columns[k]);
    for (int o = 1; o < n_outputs; o++) r2s_text_add(&text->csv, ",%s_%s_output%d_rmse", model, engine, o);
  }
  r2s_text_add(&text->csv, "\n");
}

/* The cells of trial k; empty where the side has not simulated it. */
static void put_side(r2s_run_text *text, const r2s_run_side *s, int k, int n_outputs) {
  const bool has = s->at && s->at[k];
  if (has)
    r2s_text_add(&text->csv, ",%d,%llu", s->trials[k].correct, (unsigned long long)s->trials[k].spikes);
  else
    r2s_text_add(&text->csv, ",,");
  r2s_run_text_number(text, has ? s->trials[k].rate_correlation : NAN);
  for (int o = 0; o < n_outputs; o++)
    r2s_run_text_number(text, has ? s->output_rmse[(size_t)k * (size_t)n_outputs + (size_t)o] : NAN);
}

static r2s_status write_csv(const r2s_run *run, const r2s_run_certificate *c, r2s_error *err) {
  r2s_run_text text;
  r2s_run_text_open(&text);
  put_header(&text, c->rate.n_out);
  for (int k = 0; k < c->rate.n_trials; k++) {
    r2s_text_add(&text.csv, "%d,%s,%d", k, run->task.conditions[c->rate.conditions[k]].name,
                 c->rate_correct[k]);
    for (int e = 0; e < R2S_RUN_ENGINES; e++) put_side(&text, &c->sides[e], k, c->rate.n_out);
    r2s_text_add(&text.csv, "\n");
  }
  r2s_status st = r2s_run_text_write(&text, run, "certificate.csv", err);
  r2s_run_text_free(&text);
  return st;
}

r2s_status r2s_run_certify(r2s_run *run, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run_certificate c = {0};
  R2S_TRY(st, r2s_run_need_model(run, err));
  R2S_TRY(st, r2s_run_simulation_scale(run, R2S_SPIKE_LIF, &c.scale, err));
  R2S_TRY(st, load_held_out(run, &c, err));
  R2S_TRY(st, load_rate(run, &c, monitor, err));
  for (int e = 0; e < R2S_RUN_ENGINES; e++) {
    r2s_monitor_progress(monitor, "certificate", e, R2S_RUN_ENGINES, r2s_run_engines[e].model);
    R2S_TRY(st, load_side(run, &c, e, monitor, err));
  }
  R2S_TRY(st, write_csv(run, &c, err));
  R2S_TRY(st, r2s_run_certificate_json(run, &c, err));
  r2s_monitor_progress(monitor, "certificate", R2S_RUN_ENGINES, R2S_RUN_ENGINES, "");
done:
  certificate_free(&c);
  return st;
}
