/* SPDX-License-Identifier: MIT
 * The figures in the report, with their captions. */
#include <math.h>
#include <string.h>

#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* " A and B show the first 8 of 16 conditions."; "" where they show all. */
static r2s_short first_conditions(const r2s_folder *folder) {
  r2s_short out = {""};
  if (folder->task.n_conditions > R2S_FIGURE_CONDITIONS)
    snprintf(out.text, sizeof out.text, " A and B show the first %d of %d conditions.", R2S_FIGURE_CONDITIONS,
             folder->task.n_conditions);
  return out;
}

/* What an asterisk in a figure says; mixed: results of several configurations. */
static const char *asterisk(bool mixed) {
  return mixed ? "; an asterisk: of other trials or settings than the configuration's, as said above" : "";
}

static void add_figure1(r2s_doc *doc, const r2s_folder *folder, bool mixed) {
  const r2s_json_accuracy unit = r2s_folder_accuracy(r2s_folder_json(folder, "stages/lif-unit")),
                          lif = r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert"));
  r2s_doc_figure(
      doc, "figures/fig1",
      "Output of the rate network and the LIF networks over time; accuracy of the LIF networks over the "
      "scale",
      "**Figure 1. From rates to spikes.** **A** %s of the rate network: mean (thick), ± standard "
      "deviation (band), up to five single trials (thin); target dotted, stimulus shaded. **B** The same for "
      "the LIF network and the dimensionless LIF network.%s **C** Accuracy over the scale 1/λ, with 95 %% "
      "Wilson intervals%s%s%s. Open symbols: fresh trials that the "
      "search has not seen.",
      folder->task.n_outputs > 1 ? "Output 0" : "Output", first_conditions(folder).text,
      lif.n && !isfinite(lif.low) ? " (none where trials would only repeat: there is one of each condition)"
      : unit.n && !isfinite(unit.low)
          ? " (the dimensionless LIF network has none: it has no noise, and is run on one trial of each "
            "condition)"
          : "",
      isfinite(r2s_folder_number(folder, "stages.convert.predicted"))
          ? "; κ is the scale predicted before any simulation"
          : "",
      asterisk(mixed));
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

static void add_figure2(r2s_doc *doc, const r2s_folder *folder, bool mixed) {
  static const r2s_sim_kind alphas[] = {R2S_SIM_ALPHA_NEST, R2S_SIM_ALPHA_NATIVE};
  const int kind = r2s_figure_raster_kind(folder);
  const bool nest =
      folder->sims[R2S_SIM_DEXP_NEST].n_records > 0 || folder->sims[R2S_SIM_ALPHA_NEST].n_records > 0;
  const bool shown = in_nest(kind) && in_nest(r2s_figure_choose(folder, alphas, 2));
  r2s_doc_figure(
      doc, "figures/fig2",
      "Spikes, population rates and output of the spiking network over time; accuracy of each stage",
      "**Figure 2. The spiking network%s.** **A** Spikes of one trial%s and "
      "population rates over %s in bins of 10 ms (the axis leaves out the start, where most units "
      "fire at once). **B** Output traces as in figure 1, colours as in A.%s **C** Accuracy "
      "of each stage by the task's criterion, with 95 %% Wilson intervals (none where trials would only "
      "repeat); bars "
      "of another number of trials are hatched%s.%s",
      nest && shown && !mixed       ? " in NEST"
      : nest                        ? " (engines as the panels say)"
      : r2s_folder_has_nest(folder) ? ", native engine"
                                    : ", native engine (NEST has not run)",
      r2s_folder_dale(folder) ? " (excitatory red, inhibitory blue)" : "", rates_of(folder).text,
      first_conditions(folder).text, asterisk(mixed),
      r2s_folder_go_nogo(folder) ? " Grey: the range over the 100 networks of Kim et al. 2019." : "");
}

static void add_figure3(r2s_doc *doc, const r2s_folder *folder) {
  const int cell = r2s_figure_cell(folder->model.n);
  char weights[96] = "at the 95th percentile of the edges' |W|";
  if (cell > 1)
    snprintf(weights, sizeof weights, "at the 95th percentile of means over %d x %d units, which are shown",
             cell, cell);
  r2s_doc_figure(
      doc, "figures/fig3",
      "Weight matrix and eigenvalues; learning curve; rate and Fano factor of a LIF unit over its input",
      "**Figure 3. Structure and training.** **A** Weights after training; %scolumns send; the colours end "
      "%s, "
      "stronger ones have the last colour. **B** Eigenvalues "
      "of the weight matrix before and after training%s, with the unit circle (dashed) "
      "and the radius that random-matrix theory gives the bulk from the variances of the columns (Rajan and "
      "Abbott 2006). **C** Loss of each batch; running accuracy, evaluations%s. **D** Rate of a LIF unit at "
      "constant input: Siegert's formula in discrete "
      "time, a "
      "simulation of single units, and the sigmoid that fits it best. **E** Fano factor of its spike count "
      "in %s ms.%s",
      r2s_folder_dale(folder) ? "units sorted by type, " : "", weights,
      folder->model.n > R2S_MAX_SPECTRUM ? " (of that many units only those that stand out)" : "",
      folder->config.train.noise_end > 0 ? ", and the shot noise in percent of the physical amount" : "",
      r2s_fmt_short(folder->config.train.fano_window_ms, 4).text,
      folder->model.n && folder->model.tau_max_ms > folder->model.tau_min_ms
          ? " **F** The units' synaptic decay times, in percent of the units of a type."
          : "");
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
