/* SPDX-License-Identifier: MIT
 * docs/config.md, made from the table of options. */
#include <stdio.h>
#include <string.h>

#include "io/config_table.h"
#include "io/io_text.h"

static const char head[] =
    "<!-- Made from src/io/config_table.c by r2s_config_markdown (a test compares); do not edit. -->\n"
    "# Options\n"
    "\n"
    "You can set every option in a YAML file, as `train: {learning_rate: 0.01}` or `train.learning_rate: "
    "0.01`, "
    "and on\n"
    "the command line, as `--set train.learning_rate=0.01`. An option gets its value from the last of these "
    "that sets it:\n"
    "its default, the recipe, compat, the file, each `--set` in order. Each run writes all its options into "
    "`config.yaml`,\n"
    "which can be used as a configuration again. Numbers are decimal (`0.01`, `1e-2`), booleans `true` or "
    "`false`, lists\n"
    "`\"20:5:75\"` (first:step:last) or `20,25,30`. Where `auto` is allowed, it lets the program choose.\n";

/* | in a table's cell would end it. */
static void add_cell(r2s_text *text, const char *cell) {
  r2s_text_add(text, " ");
  for (; *cell; cell++) r2s_text_add(text, *cell == '|' ? "\\%c" : "%c", *cell);
  r2s_text_add(text, " |");
}

/* The default; where recipes (or compat levels) differ, each with its name. */
static r2s_status add_default(r2s_text *text, int k, r2s_error *err) {
  static const char *const recipes[] = {"matched", "writeup", "kim2019"};
  static const char *const compats[] = {"kim2019", "paper", "corrected"};
  char value[6][R2S_CONFIG_VALUE_SIZE];
  r2s_status st = R2S_OK;
  for (int i = 0; i < 6; i++) {
    r2s_config config;
    if (i < 3)
      r2s_config_default(&config, (r2s_recipe)i, R2S_COMPAT_KIM2019);
    else
      r2s_config_default(&config, R2S_RECIPE_MATCHED, (r2s_compat)(i - 3));
    R2S_TRY(st, r2s_config_value(&config, k, value[i], R2S_CONFIG_VALUE_SIZE, err));
  }
  const char *key = r2s_config_options[k].key;
  bool names = !strcmp(key, "recipe") || !strcmp(key, "compat");
  bool by_recipe = strcmp(value[0], value[1]) || strcmp(value[0], value[2]);
  bool by_compat = strcmp(value[3], value[4]) || strcmp(value[3], value[5]);
  r2s_text_add(text, " ");
  if (names || !(by_recipe || by_compat)) {
    r2s_text_add(text, "`%s`", value[0]);
  } else {
    for (int i = 0; i < 3; i++)
      r2s_text_add(text, "%s`%s` (%s)", i ? ", " : "", value[by_recipe ? i : i + 3],
                   by_recipe ? recipes[i] : compats[i]);
  }
  r2s_text_add(text, " |");
done:
  return st;
}

static r2s_status add_row(r2s_text *text, int k, r2s_error *err) {
  const r2s_option *option = &r2s_config_options[k];
  char expected[256];
  r2s_config_expected(k, expected, sizeof expected);
  r2s_text_add(text, "| `%s` |", option->key);
  r2s_status st = add_default(text, k, err);
  add_cell(text, option->unit ? option->unit : "");
  add_cell(text, expected);
  char doc[512];
  snprintf(doc, sizeof doc, "%s%s%s%s", option->doc, option->automatic ? " `auto`: " : "",
           option->automatic ? option->automatic : "", option->automatic ? "." : "");
  add_cell(text, doc);
  add_cell(text, option->source);
  r2s_text_add(text, "\n");
  return st;
}

r2s_status r2s_config_markdown(char **out, r2s_error *err) {
  r2s_text text = {0};
  r2s_status st = R2S_OK;
  const char *group = NULL;
  *out = NULL;
  r2s_text_add(&text, "%s", head);
  for (int k = 0; r2s_config_options[k].key && st == R2S_OK; k++) {
    const char *key = r2s_config_options[k].key;
    size_t length = strchr(key, '.') ? (size_t)(strchr(key, '.') - key) + 1 : 0;
    if (!group || strncmp(group, key, length) != 0) {
      if (length)
        r2s_text_add(&text, "\n## %.*s\n", (int)length - 1, key);
      else
        r2s_text_add(&text, "\n## The run\n");
      r2s_text_add(&text, "\n| option | default | unit | expected | what it is | source |\n|-|-|-|-|-|-|\n");
    }
    group = key;
    st = add_row(&text, k, err);
  }
  if (st == R2S_OK) return r2s_text_take(&text, out, err);
  r2s_text_free(&text);
  return st;
}
