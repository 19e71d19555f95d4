/* SPDX-License-Identifier: MIT
 * Loading a configuration: defaults < recipe < compat < file < --set.
 *
 * File and assignments are first turned into one list of settings, so that recipe and compat can be looked up
 * before anything else is set, wherever they stand. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_memory.h"
#include "io/config_table.h"
#include "io/io_text.h"
#include "io/io_yaml.h"
#include "rate2spike/io.h"

typedef struct setting {
  int option;
  char *value;
  char where[320]; /* "FILE:LINE:COLUMN" or "--set ASSIGNMENT", for messages */
  r2s_config_origin origin;
} setting;

typedef struct loader {
  const char *path;
  r2s_yaml yaml;
  setting *settings; /* room for every option of the file, and all assignments */
  int count;
  r2s_error *err;
} loader;

enum { KEY_MAX = 128 };

static r2s_status fail_unknown(loader *l, const char *where, const char *key) {
  char group[KEY_MAX + 1];
  snprintf(group, sizeof group, "%s.", key);
  for (int k = 0; r2s_config_options[k].key; k++)
    if (!strncmp(r2s_config_options[k].key, group, strlen(group)))
      return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' is a group of options; expected %s and so on", where,
                      key, r2s_config_options[k].key);
  if (strcmp(key, "name") == 0 || strcmp(key, "conditions") == 0)
    return r2s_fail(l->err, R2S_ERR_CONFIG,
                    "%s: '%s' is a key of a task; expected options: a task's file goes "
                    "with --task",
                    where, key);
  const char *nearest = r2s_config_nearest(key);
  if (nearest)
    return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: unknown option '%s'; did you mean '%s'?", where, key,
                    nearest);
  return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: unknown option '%s'; `rate2spike options` lists them all",
                  where, key);
}

static r2s_status add_setting(loader *l, const char *key, char *value, const char *where,
                              r2s_config_origin origin) {
  int option = r2s_config_find(key);
  if (option < 0) {
    free(value);
    return fail_unknown(l, where, key);
  }
  for (int k = 0; k < l->count; k++)
    if (origin == R2S_ORIGIN_FILE && l->settings[k].option == option) {
      free(value);
      return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' is already set at %s", where, key,
                      l->settings[k].where);
    }
  setting *s = &l->settings[l->count++];
  s->option = option;
  s->value = value;
  s->origin = origin;
  snprintf(s->where, sizeof s->where, "%s", where);
  return R2S_OK;
}

static bool has_scalars(const r2s_yaml_node *sequence) {
  for (const r2s_yaml_node *item = sequence->first; item; item = item->next)
    if (item->kind != R2S_YAML_SCALAR) return false;
  return true;
}

/* "[20, 25]" as "20,25"; NULL: out of memory. */
static char *join_sequence(const r2s_yaml_node *node) {
  r2s_text text = {0};
  for (const r2s_yaml_node *item = node->first; item; item = item->next)
    r2s_text_add(&text, "%s%s", item == node->first ? "" : ",", item->text);
  char *joined;
  return r2s_text_take(&text, &joined, NULL) == R2S_OK ? joined : NULL;
}

static r2s_status read_map(loader *l, const r2s_yaml_node *map, const char *prefix);

static r2s_status read_entry(loader *l, const r2s_yaml_node *node, const char *prefix) {
  char key[KEY_MAX], where[sizeof l->settings->where];
  snprintf(where, sizeof where, "%.280s:%d:%d", l->path, node->key_line, node->key_column);
  int length = snprintf(key, sizeof key, "%s%s%s", prefix, *prefix ? "." : "", node->key);
  if (length < 0 || (size_t)length >= sizeof key)
    return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: unknown option '%.60s...'", where, node->key);
  int option = r2s_config_find(key);
  if (node->kind == R2S_YAML_MAP) {
    if (option >= 0)
      return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' holds a map; expected a value", where, key);
    if (!node->count) return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' holds nothing", where, key);
    return read_map(l, node, key);
  }
  if (node->kind == R2S_YAML_SEQUENCE && option >= 0 && r2s_config_options[option].kind != R2S_OPTION_LIST)
    return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' holds a list; expected one value", where, key);
  snprintf(where, sizeof where, "%.280s:%d:%d", l->path, option < 0 ? node->key_line : node->line,
           option < 0 ? node->key_column : node->column);
  if (node->kind == R2S_YAML_SEQUENCE && !has_scalars(node))
    return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: '%s' is not a list of numbers", where, key);
  char *value = node->kind == R2S_YAML_SCALAR ? strdup(node->text) : join_sequence(node);
  if (!value) return r2s_fail(l->err, R2S_ERR_MEMORY, "%s: out of memory", where);
  return add_setting(l, key, value, where, R2S_ORIGIN_FILE);
}

static r2s_status read_map(loader *l, const r2s_yaml_node *map, const char *prefix) {
  r2s_status st = R2S_OK;
  for (const r2s_yaml_node *node = map->first; node && st == R2S_OK; node = node->next)
    st = read_entry(l, node, prefix);
  return st;
}

/* A copy of [from, to) without the blanks around it; NULL without memory. */
static char *trimmed(const char *from, const char *to) {
  while (from < to && isspace((unsigned char)*from)) from++;
  while (from < to && isspace((unsigned char)to[-1])) to--;
  return strndup(from, (size_t)(to - from));
}

static r2s_status read_assignment(loader *l, const char *assignment) {
  char where[sizeof l->settings->where];
  snprintf(where, sizeof where, "--set %.300s", assignment);
  const char *equals = strchr(assignment, '=');
  if (!equals) return r2s_fail(l->err, R2S_ERR_CONFIG, "%s: expected key=value", where);
  char *key = trimmed(assignment, equals), *value = trimmed(equals + 1, equals + strlen(equals));
  r2s_status st;
  if (key && value) {
    st = add_setting(l, key, value, where, R2S_ORIGIN_SET);
  } else {
    free(value);
    st = r2s_fail(l->err, R2S_ERR_MEMORY, "%s: out of memory", where);
  }
  free(key);
  return st;
}

static r2s_status set_option(loader *l, r2s_config *config, const setting *s) {
  r2s_status st = r2s_config_parse(config, s->option, s->value, l->err);
  if (st != R2S_OK) return r2s_fail_context(l->err, st, "%s", s->where);
  config->origin[s->option] = (unsigned char)s->origin;
  return R2S_OK;
}

/* A relative path, as of `task: my.yaml`, is looked for beside the file that has it, then in the current
 * folder. Of a run folder's config.yaml, task.yaml is the one beside it, even where that is missing: another
 * folder's would be another task. */
static r2s_status find_task_beside(loader *l, r2s_config *config) {
  const char *slash = l->path ? strrchr(l->path, '/') : NULL;
  if (!slash || config->origin[r2s_config_find("task")] != R2S_ORIGIN_FILE || config->task[0] == '/' ||
      r2s_task_is_preset(config->task))
    return R2S_OK;
  const bool own = strcmp(slash, "/config.yaml") == 0 && strcmp(config->task, "task.yaml") == 0;
  char beside[4096 + sizeof config->task];
  const int length =
      snprintf(beside, sizeof beside, "%.*s/%s", (int)(slash - l->path), l->path, config->task);
  if (length < 0 || (size_t)length >= sizeof beside || (!own && access(beside, R_OK) != 0)) return R2S_OK;
  if ((size_t)length >= sizeof config->task)
    return r2s_fail(
        l->err, R2S_ERR_CONFIG,
        "%s: its task is %s beside it, at a path of %d characters; expected at most %zu: name the "
        "folder by a shorter path, as from nearby",
        l->path, config->task, length, sizeof config->task - 1);
  memcpy(config->task, beside, (size_t)length + 1);
  return R2S_OK;
}

/* Where a check's message names an option: by its key anywhere, or at its beginning as "neuron: v_reset ="
 * for neuron.v_reset_mv. NULL: nowhere. */
static const char *find_key(const char *message, const char *key) {
  for (const char *at = strstr(message, key); at; at = strstr(at + 1, key)) {
    const char next = at[strlen(key)];
    if (next != '_' && !isalnum((unsigned char)next)) return at; /* net.n is not in net.n_inh */
  }
  const char *dot = strchr(key, '.'), *unit = strrchr(key, '_');
  if (!dot || !unit || unit < dot) return NULL;
  char text[KEY_MAX];
  int length =
      snprintf(text, sizeof text, "%.*s: %.*s =", (int)(dot - key), key, (int)(unit - dot - 1), dot + 1);
  return length > 0 && !strncmp(message, text, (size_t)length) ? message : NULL;
}

/* Puts in front of such a check's message where the option that it begins with was set, or else one that it
 * names. */
static r2s_status add_place(loader *l, r2s_status st) {
  for (int first = 1; l->err && first >= 0; first--)
    for (int k = l->count; k-- > 0;) {
      const char *at = find_key(l->err->msg, r2s_config_options[l->settings[k].option].key);
      if (at && (!first || at == l->err->msg))
        return r2s_fail_context(l->err, st, "%s", l->settings[k].where);
    }
  return l->path ? r2s_fail_context(l->err, st, "%s", l->path) : st;
}

/* Where net.n is given by `by` (the file, or --set) and net.n_inh is not, the inhibitory units' share stays
 * as it was: the recipe's, or that of a file with both. A file with net.n_inh alone means that number. */
static void share_inhibitory(r2s_config *config, const r2s_config *before, r2s_config_origin by) {
  const int n = r2s_config_find("net.n"), n_inh = r2s_config_find("net.n_inh");
  const bool own_count = before->origin[n_inh] == R2S_ORIGIN_FILE && before->origin[n] != R2S_ORIGIN_FILE;
  if (config->origin[n] != by || config->origin[n_inh] == by || before->net.n_inh <= 0 || own_count) return;
  config->net.n_inh = (int)lround((double)before->net.n_inh / before->net.n * config->net.n);
  config->origin[n_inh] = (unsigned char)by;
}

/* The settings of the file, or of --set, on top of what there is. */
static r2s_status apply_settings(loader *l, r2s_config *out, r2s_config_origin by) {
  const r2s_config before = *out;
  r2s_status st = R2S_OK;
  for (int k = 0; k < l->count && st == R2S_OK; k++)
    if (l->settings[k].origin == by) st = set_option(l, out, &l->settings[k]);
  share_inhibitory(out, &before, by);
  return st;
}

static r2s_status apply(loader *l, r2s_config *out) {
  r2s_status st = R2S_OK;
  r2s_config_default(out, R2S_RECIPE_MATCHED, R2S_COMPAT_KIM2019);
  int recipe = r2s_config_find("recipe"), compat = r2s_config_find("compat");
  for (int k = 0; k < l->count && st == R2S_OK; k++)
    if (l->settings[k].option == recipe || l->settings[k].option == compat)
      st = set_option(l, out, &l->settings[k]);
  if (st != R2S_OK) return st;
  r2s_config_default(out, out->recipe, out->compat);
  st = apply_settings(l, out, R2S_ORIGIN_FILE);
  if (st == R2S_OK) st = apply_settings(l, out, R2S_ORIGIN_SET);
  if (st != R2S_OK) return st;
  st = find_task_beside(l, out);
  if (st != R2S_OK) return st;
  r2s_config_share(out);
  st = r2s_config_check(out, l->err);
  return st == R2S_OK ? st : add_place(l, st);
}

r2s_status r2s_config_load(r2s_config *out, const char *path, const char *const *sets, int n_sets,
                           r2s_error *err) {
  loader l = {.path = path, .err = err};
  r2s_status st = R2S_OK;
  size_t room = (size_t)r2s_config_option_count() + (size_t)(n_sets > 0 ? n_sets : 0);
  R2S_ALLOC(st, &l.settings, room, "settings", err);
  if (path) {
    R2S_TRY(st, r2s_yaml_load(&l.yaml, path, err));
    const r2s_yaml_node *root = l.yaml.root;
    if (root->kind != R2S_YAML_MAP) {
      st = r2s_yaml_fail(err, &l.yaml, root->line, root->column, "expected lines of \"key: value\"");
      goto done;
    }
    R2S_TRY(st, read_map(&l, root, ""));
  }
  for (int k = 0; k < n_sets; k++) R2S_TRY(st, read_assignment(&l, sets[k]));
  st = apply(&l, out);
done:
  for (int k = 0; k < l.count; k++) free(l.settings[k].value);
  free(l.settings);
  r2s_yaml_free(&l.yaml);
  return st;
}
