/* SPDX-License-Identifier: MIT
 * The resolved configuration as YAML, and its hash. */
#include <stdlib.h>
#include <string.h>

#include "base/base_utf8.h"
#include "io/config_table.h"
#include "io/io_sha256.h"
#include "io/io_text.h"
#include "rate2spike/io.h"

_Static_assert(R2S_CONFIG_VALUE_SIZE >= R2S_MAX_SCALES * R2S_NUMBER_SIZE, "the longest list fits");

/* A config.yaml that is read again sets every option; what it repeats of the defaults is told as a default.
 */
static r2s_config_origin told_origin(const r2s_config *config, const r2s_config *standard, int k,
                                     const char *value) {
  char usual[R2S_CONFIG_VALUE_SIZE];
  const size_t offset = r2s_config_options[k].offset;
  bool sets_defaults = offset == offsetof(r2s_config, recipe) || offset == offsetof(r2s_config, compat);
  if (!sets_defaults && r2s_config_value(standard, k, usual, sizeof usual, NULL) == R2S_OK &&
      strcmp(value, usual) == 0)
    return r2s_config_option_origin(standard, k);
  return r2s_config_option_origin(config, k);
}

static const char *origin_text(r2s_config_origin origin) {
  switch (origin) {
  case R2S_ORIGIN_RECIPE:
    return " (default of the recipe)";
  case R2S_ORIGIN_COMPAT:
    return " (default of compat)";
  case R2S_ORIGIN_FILE:
    return " (set in the file)";
  case R2S_ORIGIN_SET:
    return " (set for this run)";
  case R2S_ORIGIN_DEFAULT:
    break;
  }
  return "";
}

static void add_option(r2s_text *text, r2s_config_origin origin, int k, const char *value) {
  const r2s_option *option = &r2s_config_options[k];
  const char *dot = strchr(option->key, '.');
  r2s_text_add(text, "%s%s: ", dot ? "  " : "", dot ? dot + 1 : option->key);
  if (option->kind == R2S_OPTION_TEXT || option->kind == R2S_OPTION_LIST)
    r2s_text_add_quoted(text, value);
  else
    r2s_text_add(text, "%s", value);
  r2s_text_add(text, "  # ");
  if (option->unit) r2s_text_add(text, "[%s] ", option->unit);
  r2s_text_add(text, "%s", option->doc);
  if (option->automatic) r2s_text_add(text, " auto: %s", option->automatic);
  r2s_text_add(text, "%s\n", origin_text(origin));
}

/* A path may be in other bytes than UTF-8, which YAML can't hold. */
static r2s_status check_utf8(const r2s_option *option, const char *value, r2s_error *err) {
  for (size_t at = 0, length; value[at]; at += length) {
    uint32_t code;
    length = r2s_utf8_next(value + at, &code);
    if (length == 0)
      return r2s_fail(err, R2S_ERR_CONFIG,
                      "%s: found byte %zu (from 1) of its text to be no UTF-8; expected UTF-8, as YAML is",
                      option->key, at + 1);
  }
  return R2S_OK;
}

r2s_status r2s_config_yaml(const r2s_config *config, char **yaml, r2s_error *err) {
  r2s_text text = {0};
  char value[R2S_CONFIG_VALUE_SIZE];
  const char *group = "";
  r2s_config standard;
  *yaml = NULL;
  r2s_status st = r2s_config_check(config, err); /* what is written is read again */
  if (st != R2S_OK) return st;
  r2s_config_default(&standard, config->recipe, config->compat);
  r2s_text_add(&text, "# The resolved configuration of rate2spike %s: every option and its value.\n",
               r2s_version());
  for (int k = 0; r2s_config_options[k].key; k++) {
    const char *key = r2s_config_options[k].key;
    size_t length = strchr(key, '.') ? (size_t)(strchr(key, '.') - key) : 0;
    if (length && (strncmp(group, key, length + 1) != 0)) {
      r2s_text_add(&text, "\n%.*s:\n", (int)length, key);
      group = key;
    }
    st = r2s_config_value(config, k, value, sizeof value, err);
    if (st == R2S_OK) st = check_utf8(&r2s_config_options[k], value, err);
    if (st != R2S_OK) {
      r2s_text_free(&text);
      return st;
    }
    add_option(&text, told_origin(config, &standard, k, value), k, value);
  }
  return r2s_text_take(&text, yaml, err);
}

static bool changes_results(const char *key) {
  return strcmp(key, "threads") != 0;
}

static bool is_of_training(const char *key) {
  static const char *const groups[] = {"net.", "train.", "neuron."};
  for (int k = 0; k < 3; k++)
    if (strncmp(key, groups[k], strlen(groups[k])) == 0) return strcmp(key, "train.test_trials") != 0;
  return false;
}

/* lif.noise_per_root_dt says which step neuron.noise_mv is of, and so changes the unit's rate curve. */
bool r2s_config_trains(const char *key) {
  return is_of_training(key) || strcmp(key, "lif.noise_per_root_dt") == 0;
}

/* How long a training may go on changes none of its steps: a resume may raise it. */
static bool decides_steps(const char *key) {
  return r2s_config_trains(key) && strcmp(key, "train.max_steps") != 0;
}

/* Of the options that are wanted, and of the trials' name, where there is one. */
static r2s_status hash_options(const r2s_config *config, bool (*wanted)(const char *key), const char *trials,
                               char hash[72], r2s_error *err) {
  r2s_text text = {0};
  char value[R2S_CONFIG_VALUE_SIZE], *canonical;
  r2s_status st = R2S_OK;
  if (trials) r2s_text_add(&text, "trials=%s\n", trials);
  for (int k = 0; r2s_config_options[k].key && st == R2S_OK; k++) {
    if (!wanted(r2s_config_options[k].key)) continue;
    st = r2s_config_value(config, k, value, sizeof value, err);
    if (st == R2S_OK) r2s_text_add(&text, "%s=%s\n", r2s_config_options[k].key, value);
  }
  if (st != R2S_OK) {
    r2s_text_free(&text);
    return st;
  }
  st = r2s_text_take(&text, &canonical, err);
  if (st != R2S_OK) return st;
  r2s_sha256(canonical, strlen(canonical), hash);
  free(canonical);
  return R2S_OK;
}

/* The path of a task's file is another one wherever a folder is seen from. */
static bool changes_results_but_task(const char *key) {
  return changes_results(key) && strcmp(key, "task") != 0;
}

r2s_status r2s_config_hash(const r2s_config *config, char hash[72], r2s_error *err) {
  return hash_options(config, r2s_task_is_preset(config->task) ? changes_results : changes_results_but_task,
                      NULL, hash, err);
}

/* The name of the trials without the task's title, which trains nothing. */
static r2s_status hash_training(const r2s_config *config, const r2s_task *task,
                                bool (*wanted)(const char *key), char hash[72], r2s_error *err) {
  char trials[R2S_TRIALS_NAME];
  r2s_task untitled = *task; /* borrows its arrays */
  untitled.title[0] = 0;
  r2s_status st = r2s_task_trials_name(&untitled, config->seed, trials, err);
  return st == R2S_OK ? hash_options(config, wanted, trials, hash, err) : st;
}

r2s_status r2s_config_training_hash(const r2s_config *config, const r2s_task *task, char hash[72],
                                    r2s_error *err) {
  return hash_training(config, task, decides_steps, hash, err);
}

static bool trains_by_path(const char *key) {
  return is_of_training(key) || strcmp(key, "task") == 0 || strcmp(key, "seed") == 0;
}

/* The hashes that files have: this version's, and those of earlier ones. */
enum { HASH_KINDS = 4 };
static r2s_status hash_of_kind(const r2s_config *config, const r2s_task *task, int kind, char hash[72],
                               r2s_error *err) {
  switch (kind) {
  case 0:
    return r2s_config_training_hash(config, task, hash, err);
  case 1:
    return hash_training(config, task, is_of_training, hash, err);
  case 2:
    return hash_options(config, trains_by_path, NULL, hash, err);
  default:
    return hash_options(config, changes_results, NULL, hash, err);
  }
}

r2s_status r2s_config_trained(const r2s_config *config, const r2s_task *task, const char *hash, bool *trained,
                              r2s_error *err) {
  char own[72];
  *trained = false;
  for (int kind = 0; kind < HASH_KINDS && !*trained; kind++) {
    r2s_status st = hash_of_kind(config, task, kind, own, err);
    if (st != R2S_OK) return st;
    *trained = strcmp(hash, own) == 0;
  }
  return R2S_OK;
}
