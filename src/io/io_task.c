/* SPDX-License-Identifier: MIT
 * Tasks from YAML. tasks/go-nogo-short.yaml explains every key at its top. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_task.h"
#include "io/io_text.h"
#include "io/io_yaml.h"
#include "rate2spike/io.h"

typedef struct reader {
  const r2s_yaml *yaml;
  char what[96]; /* the part of the task that is being read, for messages */
  r2s_task *task;
  r2s_error *err;
} reader;

/* ---- maps with known keys ---- */

static r2s_status fail_at(reader *r, int line, int column, const char *fmt, ...) R2S_PRINTF(4, 5);
static r2s_status fail_at(reader *r, int line, int column, const char *fmt, ...) {
  char text[512];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  return r2s_yaml_fail(r->err, r->yaml, line, column, "%s: %s", r->what, text);
}

/* What a value is, for messages: its text in quotes, or its kind. */
typedef struct found_text {
  char text[96];
} found_text;

static found_text found(const r2s_yaml_node *node) {
  found_text f;
  if (node->kind != R2S_YAML_SCALAR)
    snprintf(f.text, sizeof f.text, "%s", node->kind == R2S_YAML_MAP ? "a map" : "a list");
  else if (r2s_yaml_is_null(node))
    snprintf(f.text, sizeof f.text, "nothing (null)");
  else
    snprintf(f.text, sizeof f.text, "'%.80s'", node->text);
  return f;
}

/* keys: "a b c". */
static r2s_status check_keys(reader *r, const r2s_yaml_node *node, const char *keys) {
  if (node->kind != R2S_YAML_MAP)
    return fail_at(r, node->line, node->column, "found %s; expected a map with some of the keys %s",
                   found(node).text, keys);
  for (const r2s_yaml_node *entry = node->first; entry; entry = entry->next) {
    char nearest[64] = "";
    int best = 1 + (int)strlen(entry->key) / 3;
    bool known = false;
    for (const char *key = keys; *key && !known; key += strcspn(key, " "), key += *key == ' ') {
      char name[64];
      snprintf(name, sizeof name, "%.*s", (int)strcspn(key, " "), key);
      known = !strcmp(name, entry->key);
      int distance = r2s_text_distance(name, entry->key);
      if (distance < best) best = distance, memcpy(nearest, name, sizeof nearest);
    }
    if (known) continue;
    if (!strcmp(entry->key, "task") || !strcmp(entry->key, "recipe"))
      return fail_at(r, entry->key_line, entry->key_column,
                     "'%s' is an option of a configuration; expected a task, with the keys %s", entry->key,
                     keys);
    if (*nearest)
      return fail_at(r, entry->key_line, entry->key_column, "unknown key '%.80s'; did you mean '%s'?",
                     entry->key, nearest);
    return fail_at(r, entry->key_line, entry->key_column, "unknown key '%.80s'; expected one of %s",
                   entry->key, keys);
  }
  return R2S_OK;
}

static r2s_status fail_absent(reader *r, const r2s_yaml_node *map, const char *key) {
  return fail_at(r, map->line, map->column, "no '%s'; it is needed", key);
}

static r2s_status get_number(reader *r, const r2s_yaml_node *map, const char *key, double absent,
                             double *value) {
  const r2s_yaml_node *node = r2s_yaml_get(map, key);
  *value = absent;
  if (!node) return isnan(absent) ? fail_absent(r, map, key) : R2S_OK;
  if (node->kind == R2S_YAML_SCALAR && r2s_text_to_double(node->text, value)) return R2S_OK;
  return fail_at(r, node->line, node->column, "%s: found %s; expected a number", key, found(node).text);
}

/* absent < 0: the key is needed. */
static r2s_status get_count(reader *r, const r2s_yaml_node *map, const char *key, int absent, int min,
                            int max, int *value) {
  const r2s_yaml_node *node = r2s_yaml_get(map, key);
  int64_t x;
  *value = absent;
  if (!node) return absent < 0 ? fail_absent(r, map, key) : R2S_OK;
  if (node->kind == R2S_YAML_SCALAR && r2s_text_to_int64(node->text, &x) && x >= min && x <= max) {
    *value = (int)x;
    return R2S_OK;
  }
  return fail_at(r, node->line, node->column, "%s: found %s; expected an integer from %d to %d", key,
                 found(node).text, min, max);
}

static r2s_status get_text(reader *r, const r2s_yaml_node *map, const char *key, char *value, size_t size) {
  const r2s_yaml_node *node = r2s_yaml_get(map, key);
  if (!node) return fail_absent(r, map, key);
  if (node->kind != R2S_YAML_SCALAR || r2s_yaml_is_null(node) || !*node->text || strlen(node->text) >= size)
    return fail_at(r, node->line, node->column, "%s: found %s; expected a text of 1 to %zu bytes", key,
                   found(node).text, size - 1);
  memcpy(value, node->text, strlen(node->text) + 1);
  return R2S_OK;
}

/* The list under `key` (NULL where there is none), and room for its items. */
static r2s_status get_list(reader *r, const r2s_yaml_node *map, const char *key, size_t item_size,
                           const r2s_yaml_node **list, void *items, int *count) {
  const r2s_yaml_node *node = r2s_yaml_get(map, key);
  *list = node;
  *count = 0;
  if (!node) return R2S_OK;
  if (node->kind != R2S_YAML_SEQUENCE)
    return fail_at(r, node->line, node->column, "%s: found %s; expected a list", key, found(node).text);
  if (!node->count) return R2S_OK;
  r2s_status st = r2s_alloc(items, (size_t)node->count, item_size, key, r->err);
  if (st == R2S_OK) *count = node->count;
  return st;
}

static r2s_status get_period(reader *r, const r2s_yaml_node *map, double *from_ms, double *to_ms) {
  r2s_status st = get_number(r, map, "from_ms", 0, from_ms);
  if (st != R2S_OK) return st;
  return get_number(r, map, "to_ms", r->task->n_steps * r->task->dt_ms, to_ms);
}

/* ---- the parts of a condition ---- */

static r2s_status read_pulses(reader *r, const r2s_yaml_node *map, r2s_task_condition *c) {
  const r2s_yaml_node *list;
  r2s_status st = R2S_OK;
  R2S_TRY(st, get_list(r, map, "inputs", sizeof *c->pulses, &list, &c->pulses, &c->n_pulses));
  r2s_task_pulse *pulse = c->pulses;
  for (const r2s_yaml_node *item = list ? list->first : NULL; item; item = item->next, pulse++) {
    R2S_TRY(st, check_keys(r, item, "channel from_ms to_ms value noise_sd"));
    R2S_TRY(st, get_count(r, item, "channel", 0, 0, r->task->n_channels - 1, &pulse->channel));
    R2S_TRY(st, get_period(r, item, &pulse->from_ms, &pulse->to_ms));
    R2S_TRY(st, get_number(r, item, "value", NAN, &pulse->value));
    R2S_TRY(st, get_number(r, item, "noise_sd", 0, &pulse->noise_sd));
  }
done:
  return st;
}

static r2s_status read_targets(reader *r, const r2s_yaml_node *map, r2s_task_condition *c) {
  const r2s_yaml_node *list;
  r2s_status st = R2S_OK;
  R2S_TRY(st, get_list(r, map, "targets", sizeof *c->targets, &list, &c->targets, &c->n_targets));
  r2s_task_target *target = c->targets;
  for (const r2s_yaml_node *item = list ? list->first : NULL; item; item = item->next, target++) {
    R2S_TRY(st, check_keys(r, item, "output from_ms to_ms value"));
    R2S_TRY(st, get_count(r, item, "output", 0, 0, r->task->n_outputs - 1, &target->output));
    R2S_TRY(st, get_period(r, item, &target->from_ms, &target->to_ms));
    R2S_TRY(st, get_number(r, item, "value", NAN, &target->value));
  }
done:
  return st;
}

const char *const r2s_task_statistics[] = {"mean", "max", "min", "max_abs", "abs_mean"};

static r2s_status get_statistic(reader *r, const r2s_yaml_node *map, r2s_statistic *statistic) {
  const r2s_yaml_node *node = r2s_yaml_get(map, "statistic");
  if (!node) return fail_absent(r, map, "statistic");
  for (int k = 0; k <= R2S_STATISTIC_ABS_MEAN; k++)
    if (node->kind == R2S_YAML_SCALAR && !strcmp(node->text, r2s_task_statistics[k])) {
      *statistic = (r2s_statistic)k;
      return R2S_OK;
    }
  return fail_at(r, node->line, node->column,
                 "statistic: found %s; expected mean, max, min, max_abs or abs_mean", found(node).text);
}

static r2s_status read_rule(reader *r, const r2s_yaml_node *map, r2s_task_rule *rule) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, check_keys(r, map, "output statistic from_ms to_ms above below"));
  R2S_TRY(st, get_count(r, map, "output", 0, 0, r->task->n_outputs - 1, &rule->output));
  R2S_TRY(st, get_statistic(r, map, &rule->statistic));
  R2S_TRY(st, get_period(r, map, &rule->from_ms, &rule->to_ms));
  rule->greater = r2s_yaml_get(map, "above");
  if (rule->greater == (r2s_yaml_get(map, "below") != NULL))
    return fail_at(r, map->line, map->column, "expected one of 'above' and 'below'");
  st = get_number(r, map, rule->greater ? "above" : "below", NAN, &rule->threshold);
done:
  return st;
}

static r2s_status read_rules(reader *r, const r2s_yaml_node *map, const char *key, r2s_task_rules *rules) {
  const r2s_yaml_node *list;
  r2s_status st = get_list(r, map, key, sizeof *rules->rule, &list, &rules->rule, &rules->count);
  if (st == R2S_OK && list && !list->count)
    return fail_at(r, list->line, list->column, "%s: an empty list; expected a rule", key);
  r2s_task_rule *rule = rules->rule;
  for (const r2s_yaml_node *item = list ? list->first : NULL; item && st == R2S_OK; item = item->next)
    st = read_rule(r, item, rule++);
  return st;
}

/* Rules that were not given are those of another criterion. */
static r2s_status copy_rules(reader *r, r2s_task_rules *rules, const r2s_task_rules *from) {
  if (rules->count) return R2S_OK;
  r2s_status st = r2s_alloc(&rules->rule, (size_t)from->count, sizeof *rules->rule, "rules", r->err);
  if (st != R2S_OK) return st;
  memcpy(rules->rule, from->rule, (size_t)from->count * sizeof *rules->rule);
  rules->count = from->count;
  return R2S_OK;
}

static r2s_status read_criteria(reader *r, const r2s_yaml_node *map, r2s_task_condition *c) {
  const r2s_yaml_node *criteria = r2s_yaml_get(map, "criteria");
  r2s_status st = R2S_OK;
  if (!criteria) return fail_absent(r, map, "criteria");
  R2S_TRY(st, check_keys(r, criteria, "rate spiking strict pacing"));
  if (!r2s_yaml_get(criteria, "rate")) return fail_absent(r, criteria, "rate");
  R2S_TRY(st, read_rules(r, criteria, "rate", &c->rules[R2S_CRITERION_RATE]));
  R2S_TRY(st, read_rules(r, criteria, "spiking", &c->rules[R2S_CRITERION_SPIKING]));
  R2S_TRY(st, read_rules(r, criteria, "strict", &c->rules[R2S_CRITERION_STRICT]));
  R2S_TRY(st, read_rules(r, criteria, "pacing", &c->rules[R2S_CRITERION_PACING]));
  R2S_TRY(st, copy_rules(r, &c->rules[R2S_CRITERION_SPIKING], &c->rules[R2S_CRITERION_RATE]));
  R2S_TRY(st, copy_rules(r, &c->rules[R2S_CRITERION_STRICT], &c->rules[R2S_CRITERION_SPIKING]));
done:
  return st;
}

static r2s_status read_condition(reader *r, const r2s_yaml_node *map, r2s_task_condition *c) {
  r2s_status st = R2S_OK;
  snprintf(r->what, sizeof r->what, "a condition");
  R2S_TRY(st, check_keys(r, map, "name probability label inputs targets criteria"));
  R2S_TRY(st, get_text(r, map, "name", c->name, sizeof c->name));
  snprintf(r->what, sizeof r->what, "condition %s", c->name);
  R2S_TRY(st, get_number(r, map, "probability", 1.0 / r->task->n_conditions, &c->probability));
  R2S_TRY(st, read_pulses(r, map, c));
  R2S_TRY(st, read_targets(r, map, c));
  double label = c->n_targets ? c->targets[c->n_targets - 1].value : 0;
  R2S_TRY(st, get_number(r, map, "label", label, &c->label));
  R2S_TRY(st, read_criteria(r, map, c));
done:
  return st;
}

/* ---- the task ---- */

static r2s_status read_mask(reader *r, const r2s_yaml_node *root) {
  r2s_task *task = r->task;
  const r2s_yaml_node *list;
  r2s_status st = get_list(r, root, "mask", sizeof *task->mask, &list, &task->mask, &task->n_mask);
  r2s_task_period *period = task->mask;
  for (const r2s_yaml_node *item = list ? list->first : NULL; item && st == R2S_OK;
       item = item->next, period++) {
    st = check_keys(r, item, "from_ms to_ms");
    if (st == R2S_OK) st = get_period(r, item, &period->from_ms, &period->to_ms);
  }
  return st;
}

static r2s_status read_task(reader *r) {
  const r2s_yaml_node *root = r->yaml->root, *list;
  r2s_task *task = r->task;
  r2s_status st = R2S_OK;
  R2S_TRY(st, check_keys(r, root, "name title steps dt_ms channels outputs mask conditions"));
  R2S_TRY(st, get_text(r, root, "name", task->name, sizeof task->name));
  memcpy(task->title, task->name, sizeof task->name);
  if (r2s_yaml_get(root, "title")) R2S_TRY(st, get_text(r, root, "title", task->title, sizeof task->title));
  R2S_TRY(st, get_count(r, root, "steps", -1, 2, 1000000, &task->n_steps));
  R2S_TRY(st, get_number(r, root, "dt_ms", 5, &task->dt_ms));
  R2S_TRY(st, get_count(r, root, "channels", 1, 1, R2S_MAX_WIDTH, &task->n_channels));
  R2S_TRY(st, get_count(r, root, "outputs", 1, 1, R2S_MAX_WIDTH, &task->n_outputs));
  R2S_TRY(st, read_mask(r, root));
  if (!r2s_yaml_get(root, "conditions")) return fail_absent(r, root, "conditions");
  R2S_TRY(st, get_list(r, root, "conditions", sizeof *task->conditions, &list, &task->conditions,
                       &task->n_conditions));
  r2s_task_condition *condition = task->conditions;
  for (const r2s_yaml_node *item = list->first; item; item = item->next)
    R2S_TRY(st, read_condition(r, item, condition++));
  R2S_TRY(st, r2s_task_derive_pacing(task, r->err));
  st = r2s_task_check(task, r->err);
  if (st != R2S_OK) return r2s_fail_context(r->err, st, "%s", r->yaml->name);
done:
  return st;
}

r2s_status r2s_task_parse(r2s_task *out, const char *name, const char *text, size_t size, r2s_error *err) {
  r2s_yaml yaml;
  memset(out, 0, sizeof *out);
  r2s_status st = r2s_yaml_parse(&yaml, name, text, size, err);
  if (st != R2S_OK) return st;
  reader r = {.yaml = &yaml, .what = "the task", .task = out, .err = err};
  st = read_task(&r);
  r2s_yaml_free(&yaml);
  if (st != R2S_OK) {
    r2s_task_free(out);
    memset(out, 0, sizeof *out);
  }
  return st;
}

r2s_status r2s_task_load(r2s_task *out, const char *name_or_path, r2s_error *err) {
  char *text;
  size_t size;
  memset(out, 0, sizeof *out);
  for (int k = 0; k < r2s_task_preset_count(); k++) {
    if (strcmp(r2s_task_preset_name(k), name_or_path) != 0) continue;
    const char *yaml = r2s_task_preset_yaml(k);
    return r2s_task_parse(out, name_or_path, yaml, strlen(yaml), err);
  }
  r2s_status st = r2s_io_read_all(name_or_path, &text, &size, err);
  if (st != R2S_OK)
    return r2s_fail_context(
        err, st, "task '%s' is no preset (go-nogo-short, go-nogo, xor, context) and no file", name_or_path);
  st = r2s_task_parse(out, name_or_path, text, size, err);
  free(text);
  return st;
}
