/* SPDX-License-Identifier: MIT
 * Every parameter of the run, from the table of options. */
#include <stdio.h>
#include <string.h>

#include "io/config_table.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* The options that set the defaults of the others; their own are those of a run without settings. */
enum { SETTERS = 3 };
static const char *const setters[SETTERS] = {"task", "recipe", "compat"};

static bool sets_defaults(const char *key) {
  for (int k = 0; k < SETTERS; k++)
    if (strcmp(key, setters[k]) == 0) return true;
  return false;
}

/* What the options would be if nothing but those had been set. */
static r2s_status load_defaults(const r2s_config *config, r2s_config *defaults, r2s_error *err) {
  char sets[SETTERS][600];
  const char *pointers[SETTERS];
  for (int k = 0; k < SETTERS; k++) {
    char value[512];
    r2s_status st = r2s_config_value(config, r2s_config_find(setters[k]), value, sizeof value, err);
    if (st != R2S_OK) return st;
    snprintf(sets[k], sizeof sets[k], "%s=%s", setters[k], value);
    pointers[k] = sets[k];
  }
  return r2s_config_load(defaults, NULL, pointers, SETTERS, err);
}

static const char *origin_text(r2s_config_origin origin) {
  switch (origin) {
  case R2S_ORIGIN_RECIPE:
    return "recipe";
  case R2S_ORIGIN_COMPAT:
    return "compat";
  default:
    return "default";
  }
}

/* The part of a key before its first dot; "" where there is none. */
static r2s_short group_of(const char *key) {
  r2s_short out = {""};
  const char *dot = strchr(key, '.');
  if (dot) snprintf(out.text, sizeof out.text, "%.*s", (int)(dot - key), key);
  return out;
}

/* The reasons of report_rationale.c are those of the values of recipe matched and compat kim2019. What
 * another recipe or level has instead follows its source. */
static const char *reason(const r2s_config *config, int k, bool usual) {
  const r2s_config_origin origin = r2s_config_option_origin(config, k);
  if (usual) return r2s_rationale(r2s_config_option(k).key);
  if (origin == R2S_ORIGIN_RECIPE)
    return config->recipe == R2S_RECIPE_WRITEUP ? "Recipe writeup: as in the write-up."
                                                : "Recipe kim2019: as in the authors' code.";
  return config->compat == R2S_COMPAT_PAPER
             ? "Compat level paper: as the paper's text has it."
             : "Compat level corrected: unlike the authors' code, for the reason in docs/compat.md.";
}

static r2s_status add_option(r2s_doc *doc, const r2s_config *config, const r2s_config *of_these,
                             const r2s_config *plain, int k, bool imported, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_option_info info = r2s_config_option(k);
  const r2s_config *defaults = sets_defaults(info.key) ? plain : of_these;
  char value[R2S_CONFIG_VALUE_SIZE], standard[R2S_CONFIG_VALUE_SIZE], usual[R2S_CONFIG_VALUE_SIZE];
  R2S_TRY(st, r2s_config_value(config, k, value, sizeof value, err));
  R2S_TRY(st, r2s_config_value(defaults, k, standard, sizeof standard, err));
  R2S_TRY(st, r2s_config_value(plain, k, usual, sizeof usual, err));
  const bool same = strcmp(value, standard) == 0;
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "`%s`", info.key);
  r2s_doc_cell(doc, "%s%s%s", same ? "" : "**", r2s_plain(value).text, same ? "" : "**");
  r2s_doc_cell(doc, "%s", info.unit);
  r2s_doc_cell(doc, "%s", same ? origin_text(r2s_config_option_origin(defaults, k)) : "set");
  r2s_doc_cell(doc, "%s", r2s_plain(info.doc).text);
  const char *why = reason(defaults, k, strcmp(standard, usual) == 0);
  const bool of_model = imported && strcmp(info.key, "recipe") == 0;
  r2s_doc_cell(doc, "%s",
               same && why ? r2s_plain(why).text
               : of_model  ? "That of the network, or kim2019 where its file names none."
                           : "Set for this run.");
  r2s_doc_cell(doc, "%s", *info.source ? r2s_plain(info.source).text : "rate2spike");
done:
  return st;
}

r2s_status r2s_section_parameters(r2s_doc *doc, const r2s_folder *folder, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_config defaults, plain;
  r2s_short group = {"-"};
  R2S_TRY(st, load_defaults(&folder->config, &defaults, err));
  R2S_TRY(st, r2s_config_load(&plain, NULL, NULL, 0, err));
  r2s_doc_heading(doc, 2, "Parameters");
  r2s_doc_paragraph(doc,
                    "Every option of the run, with its unit, what it is, why it has this value, and "
                    "where that comes from. “Set by”: "
                    "default, the recipe, the compat level, or set for this run (**strong**).%s",
                    r2s_folder_imported(folder)
                        ? " The network was given: `seed`, `recipe`, `net.*` and `train.*` did not make it."
                        : "");
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const r2s_short g = group_of(r2s_config_option(k).key);
    if (strcmp(g.text, group.text) != 0) {
      group = g;
      r2s_doc_heading(doc, 3, "%s", *group.text ? group.text : "The run");
      r2s_doc_table(doc, "lllllll", "Option|Value|Unit|Set by|What it is|Why|Source");
    }
    R2S_TRY(st, add_option(doc, &folder->config, &defaults, &plain, k, r2s_folder_imported(folder), err));
  }
done:
  return st;
}
