/* SPDX-License-Identifier: MIT
 * run.json: what the stages found. */
#include "run/run_json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "io/io_run_json.h"
#include "run/run_machine.h"
#include "spike/spike_trials.h"

json_t *r2s_run_json_number(double x) {
  return isfinite(x) ? json_real(x) : json_null();
}

void r2s_run_json_add_accuracy(json_t **object, r2s_accuracy a) {
  json_t *ci = json_array();
  r2s_json_append(&ci, r2s_run_json_number(a.low));
  r2s_json_append(&ci, r2s_run_json_number(a.high));
  r2s_json_add(object, "accuracy", r2s_run_json_number(a.accuracy));
  r2s_json_add(object, "n", json_integer(a.n));
  r2s_json_add(object, "ci95", ci);
}

json_t *r2s_run_json_accuracy(r2s_accuracy accuracy) {
  json_t *object = json_object();
  r2s_run_json_add_accuracy(&object, accuracy);
  return object;
}

void r2s_run_json_copy_accuracy(json_t **to, const json_t *from) {
  static const char *const members[] = {"accuracy", "n", "ci95"};
  for (int k = 0; k < 3; k++) {
    json_t *member = json_object_get(from, members[k]);
    if (member) r2s_json_add(to, members[k], json_incref(member));
  }
}

/* All of an object's; task not NULL: those of the conditions alone whose input is the same in each trial,
 * wherever there are `conditions`. */
static void drop_intervals(json_t *object, const r2s_task *task) {
  const char *key;
  json_t *value, *element;
  size_t k;
  json_object_foreach(object, key, value) {
    if (!task && strcmp(key, "ci95") == 0)
      for (k = 0; k < json_array_size(value); k++) json_array_set_new(value, k, json_null());
    for (int c = 0; task && c < task->n_conditions && strcmp(key, "conditions") == 0; c++)
      if (!r2s_spike_input_differs(task, c))
        drop_intervals(json_object_get(value, task->conditions[c].name), NULL);
    drop_intervals(value, task); /* nothing where it is no object */
    json_array_foreach(value, k, element) drop_intervals(element, task);
  }
}

void r2s_run_json_drop_intervals(json_t *object) {
  drop_intervals(object, NULL);
}

void r2s_run_json_drop_repeats(json_t *object, const r2s_task *task) {
  drop_intervals(object, r2s_spike_inputs_differ(task) ? task : NULL);
}

bool r2s_run_json_has_no_interval(const json_t *accuracy) {
  return json_is_number(json_object_get(accuracy, "accuracy")) &&
         json_is_null(json_array_get(json_object_get(accuracy, "ci95"), 0));
}

json_t *r2s_run_json_stage(r2s_accuracy accuracy, double seconds) {
  json_t *object = r2s_run_json_accuracy(accuracy);
  r2s_json_add(&object, "seconds", r2s_run_json_number(seconds));
  return object;
}

/* Output o in the trials of condition c. */
static void add_output(json_t **object, const r2s_task *task, const r2s_scale_result *scale, int c, int o) {
  const size_t at = (size_t)c * (size_t)task->n_outputs + (size_t)o;
  r2s_json_add(object, "out_mean", r2s_run_json_number(scale->out_mean[at]));
  r2s_json_add(object, "out_sd", r2s_run_json_number(scale->out_sd[at]));
}

static json_t *outputs_json(const r2s_task *task, const r2s_scale_result *scale, int c) {
  json_t *list = json_array();
  for (int o = 0; o < task->n_outputs; o++) {
    json_t *one = json_object();
    add_output(&one, task, scale, c, o);
    r2s_json_append(&list, one);
  }
  return list;
}

json_t *r2s_run_json_scale(const r2s_task *task, const r2s_scale_result *scale) {
  json_t *object = json_object();
  r2s_json_add(&object, "scale", r2s_run_json_number(scale->scale));
  r2s_run_json_add_accuracy(&object, scale->accuracy);
  r2s_json_add(&object, "strict", r2s_run_json_accuracy(scale->strict));
  r2s_json_add(&object, "rate_hz", r2s_run_json_number(scale->rate_hz));
  json_t *conditions = json_object();
  for (int c = 0; c < task->n_conditions; c++) {
    json_t *one = r2s_run_json_accuracy(scale->by_condition[c]);
    add_output(&one, task, scale, c, 0);
    if (task->n_outputs > 1) r2s_json_add(&one, "by_output", outputs_json(task, scale, c));
    r2s_json_add(&conditions, task->conditions[c].name, one);
  }
  r2s_json_add(&object, "conditions", conditions);
  return object;
}

/* A text from 2^63 on, where jansson's integers end. */
static json_t *seed_json(uint64_t seed) {
  return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_sprintf("%llu", (unsigned long long)seed);
}

r2s_status r2s_run_json_set_head(r2s_run *run, r2s_error *err) {
  json_t *json = run->json;
  const r2s_config *config = &run->config;
  /* without run.json a network may be of any training, or given */
  const bool none_began = json_object_size(json) == 0 && !r2s_run_has_file(run, "model.h5") &&
                          !r2s_run_has_file(run, "checkpoint.h5");
  int failed = json_object_set_new(json, "program", json_string("rate2spike")) |
               json_object_set_new(json, "version", json_string(r2s_version())) |
               json_object_set_new(json, "config_hash", json_string(run->hash)) |
               (none_began ? json_object_set_new(json, "training_hash", json_null()) : 0) |
               json_object_set_new(json, "task", json_string(run->task.name)) |
               json_object_set_new(json, "outputs", json_integer(run->task.n_outputs)) |
               json_object_set_new(json, "recipe", json_string(r2s_recipe_name(config->recipe))) |
               json_object_set_new(json, "seed", seed_json(config->seed)) |
               json_object_set_new(json, "threads", json_integer(config->threads)) |
               json_object_set_new(json, "machine", r2s_run_machine());
  if (!json_object_get(json, "seconds")) failed |= json_object_set_new(json, "seconds", json_real(0));
  if (!json_is_object(json_object_get(json, "stages"))) /* absent or null */
    failed |= json_object_set_new(json, "stages", json_object());
  if (!json_object_get(json, "certificate")) failed |= json_object_set_new(json, "certificate", json_null());
  return failed ? r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json") : R2S_OK;
}

r2s_status r2s_run_json_load(r2s_run *run, r2s_error *err) {
  if (r2s_run_has_file(run, "run.json")) {
    char path[R2S_PATH_SIZE];
    r2s_status st = r2s_run_path(run, "run.json", path, err);
    if (st == R2S_OK) st = r2s_io_run_json_load(&run->json, path, err);
    if (st != R2S_OK) return st;
  } else {
    run->json = json_object();
  }
  return run->json ? r2s_run_json_set_head(run, err)
                   : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
}

r2s_status r2s_run_json(const r2s_run *run, char **json, r2s_error *err) {
  *json = r2s_json_text(run->json);
  return *json ? R2S_OK : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
}

r2s_status r2s_run_json_bytes(const r2s_run *run, char **bytes, size_t *size, r2s_error *err) {
  r2s_status st = r2s_run_json(run, bytes, err);
  if (st != R2S_OK) return st;
  *size = strlen(*bytes) + 1;
  (*bytes)[*size - 1] = '\n'; /* in place of the 0, which is not written */
  return R2S_OK;
}

r2s_status r2s_run_json_save(const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  char *bytes = NULL;
  size_t size;
  r2s_status st = r2s_run_json_bytes(run, &bytes, &size, err);
  if (st == R2S_OK) st = r2s_run_write(run, "run.json", bytes, size, err);
  free(bytes);
  return st;
}

r2s_status r2s_run_json_set(r2s_run *run, const char *key, json_t *value, r2s_error *err) {
  return json_object_set_new(run->json, key, value) == 0
             ? R2S_OK
             : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
}

json_t *r2s_run_json_get_stage(const r2s_run *run, const char *name) {
  json_t *stage = json_object_get(json_object_get(run->json, "stages"), name);
  return json_is_object(stage) ? stage : NULL;
}

bool r2s_run_json_has_stopped(const r2s_run *run, const char *how) {
  const char *stop = json_string_value(json_object_get(r2s_run_json_get_stage(run, "train"), "stop"));
  return stop && strcmp(stop, how) == 0;
}

/* Whether a result is no repetition of what was there (NULL: nothing). */
static bool is_new(const json_t *before, const json_t *now) {
  static const char *const members[] = {"trials_of", "settings"};
  if (!before) return true;
  for (int k = 0; k < 2; k++) {
    const json_t *old = json_object_get(before, members[k]), *own = json_object_get(now, members[k]);
    if (old != own && !json_equal(old, own)) return true;
  }
  return false;
}

/* The same of a stage, or of one of the models that it simulated. */
static bool has_new(const json_t *before, const json_t *now) {
  json_t *models = json_object_get(now, "models"), *sim;
  const char *name;
  if (!models) return is_new(before, now);
  json_object_foreach(models, name, sim) {
    if (is_new(json_object_get(json_object_get(before, "models"), name), sim)) return true;
  }
  return false;
}

r2s_status r2s_run_json_set_stage(r2s_run *run, const char *name, json_t *stage, r2s_error *err) {
  json_t *stages = json_object_get(run->json, "stages"), *one;
  const bool uncertified = has_new(r2s_run_json_get_stage(run, name), stage);
  if (json_object_set_new(stages, name, stage) != 0)
    return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
  r2s_status st = r2s_run_json_add_command(run, err);
  if (st != R2S_OK) return st;
  double seconds = 0;
  const char *key;
  json_object_foreach(stages, key, one) seconds += json_number_value(json_object_get(one, "seconds"));
  st = r2s_run_json_set(run, "seconds", json_real(seconds), err);
  if (st == R2S_OK && uncertified) st = r2s_run_json_set(run, "certificate", json_null(), err);
  if (st == R2S_OK) st = r2s_run_json_save(run, err);
  return st == R2S_OK && uncertified ? r2s_run_remove(run, "certificate.csv", err) : st;
}
