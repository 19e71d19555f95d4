/* SPDX-License-Identifier: MIT
 * The conversion certificate: rate network, LIF, native and NEST side by side. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_plural.h"
#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"
#include "spike/spike_trials.h"

static const char *member_string(const json_t *object, const char *name) {
  const char *value = json_string_value(json_object_get(object, name));
  return value ? value : "";
}

/* A measurement that the verdict does not count. */
static bool left_out(const json_t *row) {
  return json_is_false(json_object_get(row, "judged"));
}

static void add_row(r2s_doc *doc, const char *name, const json_t *accuracy, const char *scale) {
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "%s", name);
  r2s_doc_cell(doc, "%s", scale);
  r2s_doc_cell(doc, "%s", r2s_fmt_accuracy(r2s_folder_accuracy(accuracy)).text);
}

/* A measurement, and why it is not judged where the scale does not tell. */
static void add_measured(r2s_doc *doc, const char *what, const json_t *row, const json_t *certificate) {
  char name[640];
  const char *trials = member_string(row, "trials_of"), *settings = member_string(row, "other_settings"),
             *trials_of = member_string(certificate, "trials_of");
  const double at = r2s_folder_member(row, "scale"), certified = r2s_folder_member(certificate, "scale");
  int used = snprintf(name, sizeof name, "%.100s%s", what, left_out(row) ? " (not judged" : "");
  if (left_out(row) && *trials_of && strcmp(trials, trials_of) != 0)
    used += snprintf(name + used, sizeof name - (size_t)used, ", other trials: %.160s",
                     trials[0] ? r2s_plain(trials).text : "of an earlier version");
  if (*settings)
    used += snprintf(name + used, sizeof name - (size_t)used, ", other settings: %.300s", settings);
  if (left_out(row)) snprintf(name + used, sizeof name - (size_t)used, ")");
  const int digits = left_out(row) ? r2s_convert_scale_digits(at, certified) : 4;
  add_row(doc, name, row, r2s_fmt_short(at, digits).text);
}

/* "0.123 (0.456)" of each output; an earlier version tells output 0 alone. */
static void add_rmse(r2s_doc *doc, const r2s_folder *folder, const json_t *rmse) {
  const json_t *list = json_object_get(rmse, "by_output"), *of;
  r2s_text all = {0};
  size_t o;
  json_array_foreach(list, o, of)
      r2s_text_add(&all, "%s%s (%s)", o ? "; " : "", r2s_fmt(r2s_folder_member(of, "mean"), 3).text,
                   r2s_fmt(r2s_folder_member(of, "max"), 3).text);
  if (!list)
    r2s_text_add(&all, "%s (%s)%s", r2s_fmt(r2s_folder_member(rmse, "mean"), 3).text,
                 r2s_fmt(r2s_folder_member(rmse, "max"), 3).text,
                 json_is_object(rmse) && folder->task.n_outputs > 1 ? " (output 0)" : "");
  r2s_doc_cell(doc, "%s", r2s_text_string(&all));
  doc->failed |= all.failed;
  r2s_text_free(&all);
}

static void add_engine(r2s_doc *doc, const r2s_folder *folder, const json_t *e, const json_t *certificate) {
  char what[100];
  const json_t *correlation = json_object_get(e, "rate_correlation");
  snprintf(what, sizeof what, "`%.40s`, %.40s", r2s_plain(member_string(e, "model")).text,
           r2s_fmt_engine(member_string(e, "engine")).text);
  add_measured(doc, what, e, certificate);
  r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(e, "spikes"), 0).text);
  r2s_doc_cell(doc, "%s (%s)", r2s_fmt(r2s_folder_member(correlation, "mean"), 3).text,
               r2s_fmt(r2s_folder_member(correlation, "min"), 3).text);
  add_rmse(doc, folder, json_object_get(e, "output_rmse"));
}

static void add_engines(r2s_doc *doc, const r2s_folder *folder) {
  size_t k;
  json_t *e;
  const json_t *certificate = r2s_folder_json(folder, "certificate"),
               *held_out = r2s_folder_json(folder, "certificate/held_out");
  bool more = false; /* trials than the rate network has */
  r2s_doc_table(doc, "nrnrrr",
                "Network|Scale|Accuracy|Spikes a trial|Rate correlation, mean (min)|Output RMSE, mean (max)");
  add_row(doc, "rate network", r2s_folder_json(folder, "certificate/rate"), "–");
  for (int c = 0; c < 3; c++) r2s_doc_cell(doc, "–");
  if (held_out) {
    add_measured(doc, "`lif`, held out", held_out, certificate);
    for (int c = 0; c < 3; c++) r2s_doc_cell(doc, "–");
  }
  json_array_foreach(r2s_folder_json(folder, "certificate/engines"), k, e) {
    add_engine(doc, folder, e, certificate);
    more |= r2s_folder_member(e, "trials") > 0 && r2s_folder_member(e, "n") > r2s_folder_member(e, "trials");
  }
  r2s_doc_paragraph(
      doc,
      "The same trials in each network (same condition, input and random streams; NEST draws its own "
      "noise), but for those held out, which are fresh ones of the conversion, and for other trials, which "
      "are said to be. Rate correlation: over units, between the rate network's mean rate and the unit's "
      "spike count. Output RMSE: between the rate network's output and the spiking one's, over the trial%s.",
      folder->task.n_outputs > 1 ? ", for each output" : "");
  if (more)
    r2s_doc_paragraph(doc,
                      "Spikes, correlation and RMSE are of the trials that the rate network has, too (it has "
                      "%.0f); accuracies of all that were simulated.",
                      r2s_folder_number(folder, "certificate/trials"));
}

/* A condition of a file, as the figures name it. */
static r2s_short condition_name(const r2s_folder *folder, const char *name) {
  for (int c = 0; c < folder->task.n_conditions; c++)
    if (strcmp(folder->task.conditions[c].name, name) == 0) return r2s_plain(r2s_folder_condition(folder, c));
  return r2s_plain(name);
}

static r2s_short event_text(const json_t *event) {
  r2s_short out = {"no spike"};
  if (json_is_object(event))
    snprintf(out.text, sizeof out.text, "unit %.0f at step %.0f", r2s_folder_member(event, "unit"),
             r2s_folder_member(event, "step"));
  return out;
}

static double count_edges(const r2s_model *model) {
  const size_t size = (size_t)model->n * (size_t)model->n;
  double *W = NULL, edges = 0;
  if (size == 0 || r2s_alloc(&W, size, sizeof *W, "weights", NULL) != R2S_OK) return NAN;
  r2s_model_effective_w(model, false, W);
  for (size_t k = 0; k < size; k++) edges += W[k] != 0;
  free(W);
  return edges;
}

/* Of how many of the network's copies in NEST the weights were read back; "" where that can't be told. An
 * edge of psc-dexp is a synapse on one port, and with a rise time on a second (docs/nest.md, Eq. N5). The
 * trials without noise, which are compared, are saved only where all are without. */
static r2s_short copies_checked(const r2s_folder *folder) {
  r2s_short out = {""};
  const r2s_spike_config *dexp = &folder->config.psc_dexp;
  const bool more = r2s_spike_trials_differ(&folder->task, &dexp->neuron);
  const int copies = folder->sims[R2S_SIM_DEXP_NEST].n_records + (more ? folder->task.n_conditions : 0);
  const double synapses = count_edges(&folder->model) * (dexp->tau_r_ms > 0 ? 2 : 1),
               read = r2s_folder_number(folder, "certificate/weights_checked") / synapses;
  if (r2s_fmt_other_sim(folder, R2S_SIM_DEXP_NEST).text[0]) return out; /* other copies, perhaps */
  if (read >= 1 && read <= copies && read == floor(read))
    snprintf(out.text, sizeof out.text, ", those of %.0f of the network's %d copies (one a trial%s)", read,
             copies, more ? ", and one a condition without noise" : "");
  return out;
}

static void add_same_spikes(r2s_doc *doc, const r2s_folder *folder) {
  json_t *list = r2s_folder_json(folder, "certificate/native_vs_nest");
  size_t k;
  json_t *s;
  r2s_doc_heading(doc, 3, "The same spikes in NEST and in the native engine");
  if (json_array_size(list) == 0) {
    r2s_doc_paragraph(doc, "%s",
                      r2s_folder_has_nest(folder)
                          ? "NEST ran at another scale, or with other settings or trials, than the "
                            "certificate's: `rate2spike simulate DIR --engine native,nest` compares them."
                          : "NEST has not run, so there is nothing to compare with.");
    return;
  }
  r2s_doc_table(doc, "lrlrl", "Model|Scale|Condition|Spikes|Spike by spike");
  json_array_foreach(list, k, s) {
    const json_t *difference = json_object_get(s, "first_difference");
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "`%s`", r2s_plain(member_string(s, "model")).text);
    r2s_doc_cell(doc, "%s", r2s_fmt_short(r2s_folder_member(s, "scale"), 4).text);
    r2s_doc_cell(doc, "%s", condition_name(folder, member_string(s, "condition")).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(s, "spikes"), 0).text);
    if (json_is_true(json_object_get(s, "identical")))
      r2s_doc_cell(doc, "identical");
    else
      r2s_doc_cell(doc, "**differ**; first: native %s, NEST %s",
                   event_text(json_object_get(difference, "native")).text,
                   event_text(json_object_get(difference, "nest")).text);
  }
  r2s_doc_paragraph(
      doc,
      "One deterministic trial (no noise) of each condition in both engines. Weights read back from NEST "
      "and compared with those sent: %s synapses%s; largest difference %s pA.",
      r2s_fmt(r2s_folder_number(folder, "certificate/weights_checked"), 0).text, copies_checked(folder).text,
      r2s_fmt_short(r2s_folder_number(folder, "certificate/weights_max_difference_pa"), 3).text);
}

/* "0.123; 0.456" of each output, of many of as many as figures have; none of a trial that the engine has not.
 * An earlier version's file has output 0 alone. */
static void add_trial_rmse(r2s_doc *doc, const r2s_folder *folder, int row, const char *engine) {
  const r2s_csv *csv = &folder->certificate;
  const int n = folder->task.n_outputs;
  char column[64];
  snprintf(column, sizeof column, "%s_output_rmse", engine);
  const double first = r2s_csv_number(csv, row, column);
  r2s_text all = {0};
  r2s_text_put(&all, r2s_fmt(first, 3).text);
  for (int o = 1; isfinite(first) && o < n && o < R2S_FIGURE_OUTPUTS; o++) {
    snprintf(column, sizeof column, "%s_output%d_rmse", engine, o);
    if (r2s_csv_column(csv, column) < 0) {
      r2s_text_put(&all, " (output 0)");
      break;
    }
    r2s_text_add(&all, "; %s", r2s_fmt(r2s_csv_number(csv, row, column), 3).text);
  }
  r2s_doc_cell(doc, "%s", r2s_text_string(&all));
  doc->failed |= all.failed;
  r2s_text_free(&all);
}

/* A row of certificate.csv. */
static void add_trial(r2s_doc *doc, const r2s_folder *folder, int row) {
  static const char *const engines[] = {"lif_native", "psc-dexp_native", "psc-dexp_nest"};
  enum { N = sizeof engines / sizeof *engines };
  const r2s_csv *csv = &folder->certificate;
  char correct[64] = "", column[64];
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "%s", r2s_plain(r2s_csv_cell(csv, row, "trial")).text);
  r2s_doc_cell(doc, "%s", condition_name(folder, r2s_csv_cell(csv, row, "condition")).text);
  for (int e = -1; e < N; e++) {
    snprintf(column, sizeof column, "%s_correct", e < 0 ? "rate" : engines[e]);
    const double value = r2s_csv_number(csv, row, column);
    strcat(correct, isnan(value) ? " –" : value > 0 ? " ✓" : " ✗");
  }
  r2s_doc_cell(doc, "%s", correct + 1);
  static const char *const fields[] = {"spikes", "rate_correlation"};
  for (int f = 0; f < 2; f++)
    for (int e = 0; e < N; e++) {
      snprintf(column, sizeof column, "%s_%s", engines[e], fields[f]);
      r2s_doc_cell(doc, "%s", r2s_fmt(r2s_csv_number(csv, row, column), f ? 3 : 0).text);
    }
  for (int e = 0; e < N; e++) add_trial_rmse(doc, folder, row, engines[e]);
}

/* The cells of certificate.csv, under names for people. Of very many trials the first, as a browser would
 * take a minute for all. */
static void add_trials(r2s_doc *doc, const r2s_folder *folder) {
  enum { MOST = 500 };
  const int n = folder->certificate.n_rows;
  if (n <= MOST)
    r2s_doc_fold(doc, "Every trial (%d), as in certificate.csv; scales as above", n);
  else
    r2s_doc_fold(doc, "The first %d of %d trials, all of which are in certificate.csv; scales as above", MOST,
                 n);
  r2s_doc_table(doc, "rlnrrrrrrrrr",
                "Trial|Condition|Correct: rate, LIF, native, NEST|Spikes LIF|native|NEST|Rate corr. "
                "LIF|native|NEST|RMSE "
                "LIF|native|NEST");
  for (int row = 0; row < n && row < MOST; row++) add_trial(doc, folder, row);
  r2s_doc_unfold(doc);
}

void r2s_section_edited(r2s_doc *doc, const r2s_folder *folder) {
  if (r2s_folder_is_edited(folder))
    r2s_doc_paragraph(doc, "**`config.yaml` was changed after this verdict**, which is of the configuration "
                           "before: `rate2spike simulate DIR` (or `convert`) judges anew.");
}

void r2s_section_certificate(r2s_doc *doc, const r2s_folder *folder) {
  const char *verdict = r2s_folder_string(folder, "certificate/verdict");
  r2s_doc_heading(doc, 2, "Conversion certificate");
  if (!verdict) {
    r2s_doc_paragraph(
        doc,
        "Missing: `rate2spike simulate DIR` makes it at its end, and has not finished with these results.");
    return;
  }
  const double trials = r2s_folder_number(folder, "certificate/trials");
  r2s_doc_paragraph(doc, "**%s**, at scale %s%s, beside %s trial%s of the rate network.",
                    r2s_plain(verdict).text,
                    r2s_fmt_short(r2s_folder_number(folder, "certificate/scale"), 5).text,
                    r2s_fmt_decisive(folder).text, r2s_fmt(trials, 0).text, r2s_plural(trials));
  r2s_section_edited(doc, folder);
  r2s_doc_paragraph(
      doc,
      "All accuracies measured at this scale (held out, and each engine's) at least 95 %%: converts; at "
      "least 75 %%: converts in part. Where the 95 %% interval leaves that open, the trials are too few to "
      "say: for each model, the interval over its trials (those held out and those simulated; NEST's repeat "
      "the native ones) must not reach below the limit; and to say that it does not convert, one of these, "
      "or one measurement's own, must lie below 75 %%. Where the interval of one condition of a measurement "
      "lies below 75 %%, however rare it is, the network converts in part at best. What was measured at "
      "another scale, on other trials, or with other settings than the configuration's, is not judged.");
  add_engines(doc, folder);
  add_same_spikes(doc, folder);
  if (folder->certificate.n_rows > 0) add_trials(doc, folder);
}
