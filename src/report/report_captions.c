/* SPDX-License-Identifier: MIT
 * The figures in the report, with their captions. */
#include <math.h>
#include <string.h>

#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* " Shown are the first 8 of 16 conditions."; "" where all are. */
static r2s_short first_conditions(const r2s_folder *folder) {
  r2s_short out = {""};
  if (folder->task.n_conditions > R2S_FIGURE_CONDITIONS)
    snprintf(out.text, sizeof out.text, " Shown are the first %d of %d conditions.", R2S_FIGURE_CONDITIONS,
             folder->task.n_conditions);
  return out;
}

/* A caption tells of the panels that are there; the others say why they are not. Takes the text. */
static void add_figure(r2s_doc *doc, const char *file, const char *alt, r2s_text *caption) {
  r2s_doc_figure(doc, file, alt, "%s", r2s_text_string(caption));
  doc->failed |= caption->failed;
  r2s_text_free(caption);
}

/* What an asterisk in a figure says; mixed: results of several configurations. */
static const char *asterisk(bool mixed) {
  return mixed ? " An asterisk: of other trials or settings than the configuration's, as said above." : "";
}

static bool is_drawn(const r2s_folder *folder, r2s_sim_kind kind) {
  return folder->sims[kind].n_records > 0;
}

static void put_traces(r2s_text *out, const r2s_folder *folder) {
  const int n_outputs = folder->task.n_outputs, single = r2s_figure_single_trials(&folder->task);
  char trials[40] = "a single trial", how[256], outputs[40] = "Output";
  if (single > 1) snprintf(trials, sizeof trials, "up to %d single trials", single);
  snprintf(how, sizeof how,
           "%s: mean (thick), ± standard deviation (band), %s of each condition (thin); target dotted, "
           "stimulus shaded%s.",
           n_outputs > 1 ? ", a row each" : "", trials,
           r2s_figure_leaves_inputs_out(&folder->task) ? ", but for inputs that last the whole trial" : "");
  if (n_outputs > R2S_FIGURE_OUTPUTS)
    snprintf(outputs, sizeof outputs, "The first %d of %d outputs", R2S_FIGURE_OUTPUTS, n_outputs);
  else if (n_outputs > 1)
    strcpy(outputs, "Outputs");
  const bool rate = folder->rate.n_trials > 0, lif = is_drawn(folder, R2S_SIM_LIF),
             unit = is_drawn(folder, R2S_SIM_LIF_UNIT);
  if (rate) r2s_text_add(out, " **A** %s of the rate network%s", outputs, how);
  if (lif || unit)
    r2s_text_add(out, " **B** %s %s %s%s%s%s", rate ? "The same" : outputs, rate ? "for" : "of",
                 lif ? "the LIF network" : "", lif && unit ? " and " : "",
                 unit ? "the dimensionless LIF network" : "", rate ? "." : how);
  if (rate || lif || unit) r2s_text_put(out, first_conditions(folder).text);
}

static void put_accuracy_of_scale(r2s_text *out, const r2s_folder *folder) {
  const r2s_json_accuracy unit = r2s_folder_accuracy(r2s_folder_json(folder, "stages/lif-unit")),
                          lif = r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert"));
  r2s_text_add(
      out, " **C** Accuracy over the scale 1/λ, with 95 %% Wilson intervals%s%s.%s",
      lif.n && !isfinite(lif.low) ? " (none where trials would only repeat: there is one of each condition)"
      : unit.n && !isfinite(unit.low)
          ? " (the dimensionless LIF network has none: it has no noise, and is run on one trial of each "
            "condition)"
          : "",
      isfinite(r2s_folder_number(folder, "stages/convert/predicted"))
          ? "; κ is the scale predicted before any simulation"
          : "",
      lif.n ? " Open symbols: fresh trials that the search has not seen." : "");
}

static void add_figure1(r2s_doc *doc, const r2s_folder *folder, bool mixed) {
  r2s_text caption = {0};
  r2s_text_put(&caption, "**Figure 1. From rates to spikes.**");
  put_traces(&caption, folder);
  if (folder->conversion.n_rows > 0) put_accuracy_of_scale(&caption, folder);
  r2s_text_put(&caption, asterisk(mixed));
  add_figure(doc, "figures/fig1",
             "Output of the rate network and the LIF networks over time; accuracy of the LIF networks over "
             "the scale",
             &caption);
}

/* What the population rates are a mean of: spike files keep the spikes of their first trials only. */
static r2s_short rates_of(const r2s_folder *folder) {
  r2s_short out = {"all trials"};
  const int kind = r2s_figure_raster_kind(folder);
  if (kind < 0) return out;
  const r2s_sim *sim = &folder->sims[kind];
  const int kept = r2s_figure_kept_trials(sim);
  if (kept == sim->n_records) return out;
  bool all = true; /* conditions are among them */
  for (int c = 0; c < folder->task.n_conditions; c++) {
    const int first = r2s_figure_first_trial(sim, c);
    all = all && (first < kept || first == sim->n_records);
  }
  snprintf(out.text, sizeof out.text, "the first %d of %d trials%s, whose spikes are kept,", kept,
           sim->n_records, all ? "" : " and the first of any other condition");
  return out;
}

/* -1: nothing is shown. */
static bool in_nest(int kind) {
  return kind < 0 || strcmp(r2s_sim_engine((r2s_sim_kind)kind), "nest") == 0;
}

/* "in NEST", or which engine the title tells. */
static const char *engine_of(const r2s_folder *folder, bool mixed) {
  static const r2s_sim_kind alphas[] = {R2S_SIM_ALPHA_NEST, R2S_SIM_ALPHA_NATIVE};
  const bool nest = is_drawn(folder, R2S_SIM_DEXP_NEST) || is_drawn(folder, R2S_SIM_ALPHA_NEST),
             shown = in_nest(r2s_figure_raster_kind(folder)) && in_nest(r2s_figure_choose(folder, alphas, 2));
  if (nest) return shown && !mixed ? " in NEST" : " (engines as the panels say)";
  return r2s_folder_has_nest(folder) ? ", native engine" : ", native engine (NEST has not run)";
}

static void add_figure2(r2s_doc *doc, const r2s_folder *folder, bool mixed) {
  r2s_text caption = {0};
  bool traces = false;
  for (int kind = R2S_SIM_DEXP_NATIVE; kind < R2S_SIM_COUNT; kind++)
    traces |= is_drawn(folder, (r2s_sim_kind)kind);
  const bool spikes = r2s_figure_raster_kind(folder) >= 0;
  r2s_text_add(&caption, "**Figure 2. The spiking network%s.**", engine_of(folder, mixed));
  if (spikes)
    r2s_text_add(
        &caption,
        " **A** Spikes of one trial%s and population rates over %s in bins of 10 ms (the axis leaves "
        "out the start, where most units fire at once).",
        r2s_folder_dale(folder) ? " (excitatory red, inhibitory blue)" : "", rates_of(folder).text);
  if (traces) r2s_text_put(&caption, " **B** Output traces as in figure 1, colours as in A.");
  if (spikes || traces) r2s_text_put(&caption, first_conditions(folder).text);
  if (json_object_size(r2s_folder_json(folder, "stages")) > 0)
    r2s_text_add(&caption,
                 " **C** Accuracy of each stage by the task's criterion, with 95 %% Wilson intervals (none "
                 "where trials would only repeat); bars of another number of trials are hatched.%s%s",
                 asterisk(mixed),
                 r2s_folder_go_nogo(folder)
                     ? " Grey: mean ± standard deviation of 100 networks of Kim et al. 2019, up to 100 %."
                     : "");
  add_figure(doc, "figures/fig2",
             "Spikes, population rates and output of the spiking network over time; accuracy of each stage",
             &caption);
}

static void put_structure(r2s_text *out, const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  const int cell = r2s_figure_cell(model->n), n_som = r2s_figure_som_units(model);
  r2s_text_add(out,
               " **A** Weights after training; %scolumns send; the colours end at the 95th percentile of ",
               r2s_folder_dale(folder) ? "units sorted by type, " : "");
  if (cell > 1)
    r2s_text_add(out, "means over %d x %d units, which are shown,", cell, cell);
  else
    r2s_text_put(out, "the edges' |W|,");
  r2s_text_add(out, " stronger ones have the last colour.");
  if (n_som == 1) r2s_text_put(out, " The first row of I, a SOM unit, gets no inhibition.");
  if (n_som > 1) r2s_text_add(out, " The first %d rows of I, SOM units, get no inhibition.", n_som);
  r2s_text_add(out,
               " **B** Eigenvalues of the weight matrix %safter "
               "training%s, with the unit circle (dashed) and the radius that random-matrix theory gives the "
               "bulk from the variances of the columns (Rajan and Abbott 2006).",
               model->w0 ? "before and " : "",
               model->n > R2S_MAX_SPECTRUM ? " (of that many units only those that stand out)" : "");
}

static void put_training(r2s_text *out, const r2s_folder *folder) {
  r2s_text_put(out, " **C** Loss of each batch; its running accuracy, by the task's `pacing` rules");
  if (r2s_csv_has_values(&folder->training, "eval_accuracy"))
    r2s_text_put(out, ", evaluations, by its `rate` rules");
  if (r2s_csv_largest(&folder->training, "noise") > 0)
    r2s_text_put(out, ", and the shot noise in percent of the physical amount");
  r2s_text_put(out, ".");
}

static void add_figure3(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  r2s_text caption = {0};
  r2s_text_put(&caption, "**Figure 3. Structure and training.**");
  if (model->n) put_structure(&caption, folder);
  if (folder->training.n_rows > 0) put_training(&caption, folder);
  if (folder->curve.n_rows > 0)
    r2s_text_add(&caption,
                 " **D** Rate of a LIF unit at constant input: Siegert's formula in discrete time, a "
                 "simulation of single units, and the sigmoid that fits it best. **E** Fano factor of its "
                 "spike count in %s ms.",
                 r2s_fmt_short(folder->config.train.fano_window_ms, 4).text);
  if (model->n && model->tau_max_ms > model->tau_min_ms)
    r2s_text_put(&caption, " **F** The units' synaptic decay times, in percent of the units of a type.");
  add_figure(doc, "figures/fig3",
             "Weight matrix and eigenvalues; learning curve; rate and Fano factor of a LIF unit over its "
             "input",
             &caption);
}

void r2s_section_figures(r2s_doc *doc, const r2s_folder *folder, bool mixed) {
  r2s_doc_heading(doc, 2, "Figures");
  if (r2s_drawn_is_old(folder))
    r2s_doc_paragraph(doc,
                      "**The figures were drawn from earlier results**, and do not show the last of them: "
                      "`rate2spike figures DIR` draws them anew.");
  add_figure1(doc, folder, mixed);
  add_figure2(doc, folder, mixed);
  add_figure3(doc, folder);
}
