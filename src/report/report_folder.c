/* SPDX-License-Identifier: MIT
 * Loads a run folder for figures and report. */
#include "report/report_folder.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base_json.h"
#include "io/io_has.h"
#include "io/io_network.h"
#include "io/io_results.h"
#include "io/io_run_json.h"

static const struct {
  const char *model, *engine, *label;
} sim_names[R2S_SIM_COUNT] = {
    [R2S_SIM_LIF] = {"lif", "native", "LIF"},
    [R2S_SIM_LIF_UNIT] = {"lif-unit", "native", "dimensionless LIF"},
    [R2S_SIM_DEXP_NATIVE] = {"psc-dexp", "native", "psc-dexp, native"},
    [R2S_SIM_DEXP_NEST] = {"psc-dexp", "nest", "psc-dexp, NEST"},
    [R2S_SIM_ALPHA_NATIVE] = {"psc-alpha", "native", "psc-alpha, native"},
    [R2S_SIM_ALPHA_NEST] = {"psc-alpha", "nest", "psc-alpha, NEST"},
};

const char *r2s_sim_model(r2s_sim_kind kind) {
  return sim_names[kind].model;
}

const char *r2s_sim_engine(r2s_sim_kind kind) {
  return sim_names[kind].engine;
}

const char *r2s_sim_label(r2s_sim_kind kind) {
  return sim_names[kind].label;
}

void r2s_folder_path(const r2s_folder *folder, const char *name, char *path, size_t size) {
  snprintf(path, size, "%s/%s", folder->dir, name);
}

/* True, with its path, where the folder has the file. */
static bool has_file(const r2s_folder *folder, const char *name, char *path, size_t size) {
  r2s_folder_path(folder, name, path, size);
  return r2s_io_has(path);
}

static r2s_status load_json(r2s_folder *out, r2s_error *err) {
  char path[4200];
  if (!has_file(out, "run.json", path, sizeof path)) {
    out->run = json_object();
    return out->run ? R2S_OK : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
  }
  return r2s_io_run_json_load(&out->run, path, err);
}

/* Its files are in two folders. */
static r2s_status refuse_half_replaced(const r2s_folder *folder, r2s_error *err) {
  char path[4200];
  if (!has_file(folder, R2S_RUN_EARLIER, path, sizeof path)) return R2S_OK;
  return r2s_fail(
      err, R2S_ERR_FORMAT,
      "%s: a new network is taking the place of an earlier one there; expected that to end: if the "
      "command was stopped, give it again with --resume",
      folder->dir);
}

/* What is left of an earlier network is no result of this one. */
static r2s_status refuse_half_removed(const r2s_folder *folder, r2s_error *err) {
  if (!r2s_folder_string(folder, "removing")) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: results of an earlier network are being removed there; expected that to end: if the "
                  "command was stopped, give it again",
                  folder->dir);
}

/* column: one that every such file has. */
static r2s_status load_csv(r2s_folder *folder, const char *name, const char *column, r2s_csv *out,
                           r2s_error *err) {
  char path[4200];
  if (!has_file(folder, name, path, sizeof path)) return R2S_OK;
  r2s_status st = r2s_csv_load(out, path, err);
  if (st == R2S_OK && r2s_csv_column(out, column) < 0)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s:1: no column \"%s\": damaged; its stage writes it anew", path,
                    column);
  return st;
}

/* Whether trials are of another task or seed; they need not fit then. */
static bool is_of_others(const r2s_folder *folder, const char *trials) {
  return trials[0] && strcmp(trials, folder->trials) != 0;
}

bool r2s_folder_is_another_task(const r2s_folder *folder, const char *trials) {
  const char *own = strstr(folder->trials, "task "), *found = strstr(trials, "task ");
  return own && found && strcmp(own, found) != 0;
}

static r2s_status load_rate(r2s_folder *out, r2s_error *err) {
  r2s_rate_traces *rate = &out->rate;
  char path[4200];
  if (!has_file(out, "rate.h5", path, sizeof path)) return R2S_OK;
  r2s_status st = r2s_rate_traces_load(rate, path, err);
  if (st != R2S_OK) return st;
  st = r2s_rate_traces_fit(rate, &out->task, out->model.n, path, err);
  const bool another_task = r2s_folder_is_another_task(out, rate->trials);
  if (!another_task && (st == R2S_OK || !is_of_others(out, rate->trials))) return st;
  r2s_rate_traces_free(rate);
  return R2S_OK;
}

static r2s_status load_sim(r2s_folder *out, r2s_sim_kind kind, const r2s_monitor *monitor, r2s_error *err) {
  r2s_sim *sim = &out->sims[kind];
  char path[4200], name[64];
  snprintf(name, sizeof name, "spikes_%s_%s.h5", sim_names[kind].model, sim_names[kind].engine);
  if (!has_file(out, name, path, sizeof path)) return R2S_OK;
  if (r2s_monitor_cancelled(monitor))
    return r2s_fail(err, R2S_ERR_CANCELLED, "interrupted before %s was read", path);
  r2s_status st = r2s_records_load(&sim->records, &sim->n_records, &sim->info, path, err);
  if (st == R2S_ERR_FORMAT && err) {
    const r2s_error why = *err;
    return r2s_fail(err, st, "%s; %s anew", why.msg, kind == R2S_SIM_LIF_UNIT ? "convert" : "simulate");
  }
  if (st == R2S_OK) st = r2s_records_fit_name(&sim->info, path, err);
  if (st != R2S_OK) return st;
  st = r2s_records_fit(sim->records, sim->n_records, &out->task, out->model.n, path, err);
  if (!is_of_others(out, sim->info.trials))
    return st == R2S_OK ? r2s_records_fit_duration(&sim->records[0], &out->task, path, err) : st;
  if (st != R2S_OK || r2s_folder_is_another_task(out, sim->info.trials)) {
    r2s_records_free(sim->records, sim->n_records);
    *sim = (r2s_sim){.of_others = true};
  }
  return R2S_OK;
}

static r2s_status load_results(r2s_folder *out, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[4200];
  if (has_file(out, "model.h5", path, sizeof path))
    R2S_TRY(st, r2s_model_load_for(&out->model, path, &out->task, err));
  if (out->model.n) R2S_TRY(st, r2s_network_check(out->run, &out->model, path, err));
  R2S_TRY(st, load_rate(out, err));
  for (int kind = 0; kind < R2S_SIM_COUNT; kind++)
    R2S_TRY(st, load_sim(out, (r2s_sim_kind)kind, monitor, err));
  R2S_TRY(st, load_csv(out, "training.csv", "eval_loss", &out->training, err));
  out->training_rows = out->training.n_rows;
  if (out->model.train_steps > 0 && out->training.n_rows > out->model.train_steps)
    out->training.n_rows = (int)out->model.train_steps;
  R2S_TRY(st, load_csv(out, "conversion.csv", "ci_low", &out->conversion, err));
  R2S_TRY(st, load_csv(out, "curve.csv", "sigmoid_hz", &out->curve, err));
  R2S_TRY(st, load_csv(out, "certificate.csv", "rate_correct", &out->certificate, err));
done:
  return st;
}

r2s_status r2s_folder_load(r2s_folder *out, const char *dir, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[4200];
  *out = (r2s_folder){0};
  if (!dir[0])
    return r2s_fail(err, R2S_ERR_ARG, "folder \"\": expected a path of 1 to %zu characters",
                    sizeof out->dir - 1);
  if (snprintf(out->dir, sizeof out->dir, "%s", dir) >= (int)sizeof out->dir)
    return r2s_fail(err, R2S_ERR_ARG, "the folder's name has more than %zu characters", sizeof out->dir - 1);
  if (!has_file(out, "config.yaml", path, sizeof path)) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: not there; expected the folder of a run (rate2spike run -o %s)", path,
                  dir);
    goto done;
  }
  R2S_TRY(st, r2s_config_load(&out->config, path, NULL, 0, err));
  R2S_TRY(st, r2s_task_load(&out->task, out->config.task, err));
  R2S_TRY(st, r2s_task_trials_name(&out->task, out->config.seed, out->trials, err));
  R2S_TRY(st, refuse_half_replaced(out, err));
  R2S_TRY(st, load_json(out, err));
  R2S_TRY(st, refuse_half_removed(out, err));
  R2S_TRY(st, load_results(out, monitor, err));
done:
  if (st != R2S_OK) r2s_folder_free(out);
  return st;
}

void r2s_folder_free(r2s_folder *folder) {
  if (folder->run) json_decref(folder->run);
  r2s_task_free(&folder->task);
  r2s_model_free(&folder->model);
  r2s_rate_traces_free(&folder->rate);
  for (int kind = 0; kind < R2S_SIM_COUNT; kind++)
    if (folder->sims[kind].records)
      r2s_records_free(folder->sims[kind].records, folder->sims[kind].n_records);
  r2s_csv_free(&folder->training);
  r2s_csv_free(&folder->conversion);
  r2s_csv_free(&folder->curve);
  r2s_csv_free(&folder->certificate);
  *folder = (r2s_folder){0};
}

/* A task in a file is not in the hash, but in the name of the trials. */
bool r2s_folder_is_edited(const r2s_folder *folder) {
  char hash[72];
  const char *certified = r2s_folder_string(folder, "certificate/trials_of"),
             *judged = r2s_folder_string(folder, "config_hash");
  if (!r2s_folder_string(folder, "certificate/verdict")) return false;
  if (certified && certified[0] && strcmp(certified, folder->trials) != 0) return true;
  return judged && r2s_config_hash(&folder->config, hash, NULL) == R2S_OK && strcmp(judged, hash) != 0;
}

const char *r2s_folder_condition(const r2s_folder *folder, int condition) {
  const char *name = folder->task.conditions[condition].name;
  if (strcmp(name, "go") == 0) return "Go";
  if (strcmp(name, "nogo") == 0) return "NoGo";
  return name;
}

double r2s_folder_member(const json_t *object, const char *name) {
  return r2s_json_number(json_object_get(object, name));
}

r2s_json_accuracy r2s_folder_accuracy(const json_t *object) {
  r2s_json_accuracy a = {NAN, NAN, NAN, 0};
  if (!json_is_object(object)) return a;
  const json_t *interval = json_object_get(object, "ci95");
  a.accuracy = r2s_folder_member(object, "accuracy");
  a.low = r2s_json_number(json_array_get(interval, 0));
  a.high = r2s_json_number(json_array_get(interval, 1));
  a.n = isfinite(a.accuracy) ? (int)json_integer_value(json_object_get(object, "n")) : 0;
  return a;
}

json_t *r2s_folder_json(const r2s_folder *folder, const char *fmt, ...) {
  char path[256], *rest = path;
  json_t *value = folder->run;
  va_list args;
  va_start(args, fmt);
  vsnprintf(path, sizeof path, fmt, args);
  va_end(args);
  for (const char *key; value && (key = strsep(&rest, "/"));) value = json_object_get(value, key);
  return json_is_null(value) ? NULL : value;
}

double r2s_folder_number(const r2s_folder *folder, const char *path) {
  return r2s_json_number(r2s_folder_json(folder, "%s", path));
}

const char *r2s_folder_string(const r2s_folder *folder, const char *path) {
  return json_string_value(r2s_folder_json(folder, "%s", path));
}

bool r2s_folder_imported(const r2s_folder *folder) {
  const char *stop = r2s_folder_string(folder, "stages/train/stop");
  return stop && strcmp(stop, "imported") == 0;
}

bool r2s_folder_go_nogo(const r2s_folder *folder) {
  return r2s_task_is_preset(folder->config.task) && strncmp(folder->task.name, "go-nogo", 7) == 0;
}

bool r2s_folder_goes_on(const r2s_folder *folder) {
  return folder->training_rows > folder->training.n_rows;
}

bool r2s_folder_has_nest(const r2s_folder *folder) {
  return json_object_size(r2s_folder_json(folder, "stages/sim-nest/models")) > 0;
}

bool r2s_folder_dale(const r2s_folder *folder) {
  return folder->model.n ? folder->model.dale : folder->config.net.dale;
}

bool r2s_folder_scales_alike(const r2s_folder *folder) {
  const json_t *scales = r2s_folder_json(folder, "stages/convert/scales");
  const double first = r2s_folder_accuracy(json_array_get(scales, 0)).accuracy;
  bool alike = json_array_size(scales) > 1;
  for (size_t k = 1; k < json_array_size(scales); k++)
    alike = alike && r2s_folder_accuracy(json_array_get(scales, k)).accuracy == first;
  return alike;
}
