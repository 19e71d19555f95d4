/* SPDX-License-Identifier: MIT
 * Which results of a folder are of other trials or settings than its config.yaml, that of the last stage. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/config_table.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* trials, settings: of a result; NULL: not known */
static r2s_short other_than(const r2s_folder *folder, const char *model, const char *trials,
                            const char *settings) {
  r2s_short out = {""};
  char own[R2S_SETTINGS_SIZE], other[R2S_SETTINGS_SIZE];
  int used = 0;
  if (trials && strcmp(trials, folder->trials) != 0)
    used = snprintf(out.text, sizeof out.text, "trials of %.160s",
                    trials[0] ? r2s_plain(trials).text : "an earlier version");
  r2s_spike_config config;
  if (!settings || !model || !r2s_config_simulation(&folder->config, model, &config)) return out;
  r2s_spike_settings(&config, own);
  r2s_spike_settings_other(settings, own, other);
  if (other[0])
    snprintf(out.text + used, sizeof out.text - (size_t)used, "%s%.700s", used ? ", " : "", other);
  return out;
}

r2s_short r2s_fmt_other(const r2s_folder *folder, const char *model, const json_t *result) {
  return other_than(folder, model, json_string_value(json_object_get(result, "trials_of")),
                    json_string_value(json_object_get(result, "settings")));
}

/* By the file, which is what is shown: a stage that was killed behind it left run.json as it was. One of an
 * earlier version does not tell. */
r2s_short r2s_fmt_other_sim(const r2s_folder *folder, r2s_sim_kind kind) {
  const char *model = r2s_sim_model(kind);
  const r2s_sim *sim = &folder->sims[kind];
  if (sim->n_records > 0 && sim->info.trials[0])
    return other_than(folder, model, sim->info.trials, sim->info.settings[0] ? sim->info.settings : NULL);
  return r2s_fmt_other(folder, model,
                       kind == R2S_SIM_LIF_UNIT
                           ? r2s_folder_json(folder, "stages/lif-unit")
                           : r2s_folder_json(folder, "stages/sim-%s/models/%s", r2s_sim_engine(kind), model));
}

r2s_short r2s_fmt_sim(const r2s_folder *folder, r2s_sim_kind kind, const char *what) {
  r2s_short out;
  const double scale = folder->sims[kind].info.scale;
  int used = snprintf(out.text, sizeof out.text, "%s", what);
  if (folder->sims[kind].n_records > 0 && isfinite(scale))
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", 1/λ = %.4g", scale);
  if (folder->sims[kind].n_records > 0 && r2s_fmt_other_sim(folder, kind).text[0])
    snprintf(out.text + used, sizeof out.text - (size_t)used, " *");
  return out;
}

/* Items behind an introduction, which comes with the first. */
typedef struct other_list {
  r2s_doc *doc;
  bool begun, edited; /* edited: config.yaml, by hand */
} other_list;

static void add_other(other_list *list, const char *what, r2s_short other) {
  if (!other.text[0]) return;
  if (!list->begun)
    r2s_doc_paragraph(
        list->doc,
        "**Not all of one configuration.**%s Of other trials or settings, and beside the rest in "
        "figures and tables:",
        list->edited ? "" : " `config.yaml` is that of the last stage.");
  list->begun = true;
  r2s_doc_item(list->doc, "%s: %s.", what, other.text);
}

/* Behind the name of a result that no figure shows. */
static const char *not_drawn(const r2s_folder *folder, const json_t *result) {
  const char *trials = json_string_value(json_object_get(result, "trials_of"));
  return trials && r2s_folder_is_another_task(folder, trials) ? " (not drawn: another task)" : "";
}

static void add_simulations(other_list *list, const r2s_folder *folder, const char *stage,
                            const char *engine) {
  char what[96];
  const char *model;
  json_t *sim;
  json_object_foreach(r2s_folder_json(folder, "stages/%s/models", stage), model, sim) {
    snprintf(what, sizeof what, "`%.30s`, %s%s", r2s_plain(model).text, engine, not_drawn(folder, sim));
    add_other(list, what, r2s_fmt_other(folder, model, sim));
  }
}

/* Figure 2C has the rate network on the certificate's trials; stage `train` keeps those of its training. */
bool r2s_section_other(r2s_doc *doc, const r2s_folder *folder) {
  other_list list = {.doc = doc, .edited = r2s_folder_is_edited(folder)};
  add_other(&list, "Stage `convert`, with figures 1C, 3D and 3E",
            r2s_fmt_other(folder, "lif", r2s_folder_json(folder, "stages/convert")));
  const json_t *unit = r2s_folder_json(folder, "stages/lif-unit");
  add_other(&list,
            *not_drawn(folder, unit) ? "Dimensionless LIF network (stage `lif-unit`), with figure 1C"
                                     : "Dimensionless LIF network (stage `lif-unit`), with figures 1B and 1C",
            r2s_fmt_other(folder, "lif-unit", unit));
  add_simulations(&list, folder, "sim-native", "native");
  const int before = doc->n;
  add_simulations(&list, folder, "sim-nest", "NEST");
  if (list.begun)
    r2s_doc_paragraph(doc, "`rate2spike convert` and `simulate`%s on this folder bring them up to date.",
                      doc->n > before ? " (with `--engine native,nest`)" : "");
  return list.begun;
}
