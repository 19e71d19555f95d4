/* SPDX-License-Identifier: MIT
 * The run beside published numbers, and its accuracy over the scale. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base_plural.h"
#include "report/report_format.h"
#include "report/report_sections.h"
#include "spike/spike_trials.h"

static void add_row(r2s_doc *doc, const char *what, const char *theirs, const char *ours) {
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "%s", what);
  r2s_doc_cell(doc, "%s", theirs);
  r2s_doc_cell(doc, "%s", ours);
}

/* The scales of a stage at which every trial was right: "1 to 8, 10". */
static r2s_short perfect_scales(const r2s_folder *folder, const char *path) {
  r2s_short out = {""};
  const json_t *scales = r2s_folder_json(folder, "%s", path);
  double first = NAN, last = NAN;
  bool before = false;
  if (json_array_size(scales) == 0) return (r2s_short){"not run"};
  for (size_t k = 0; k <= json_array_size(scales); k++) {
    const json_t *s = json_array_get(scales, k);
    const bool perfect = s && r2s_folder_accuracy(s).accuracy == 1;
    const size_t used = strlen(out.text);
    if (perfect) {
      last = r2s_folder_member(s, "scale");
      if (!before) first = last;
    } else if (before && first == last) {
      snprintf(out.text + used, sizeof out.text - used, "%s%g", used ? ", " : "", first);
    } else if (before) {
      snprintf(out.text + used, sizeof out.text - used, "%s%g to %g", used ? ", " : "", first, last);
    }
    before = perfect;
  }
  return out.text[0] ? out : (r2s_short){"none"};
}

/* psc-alpha's trials of a condition in NEST, or natively, which the remark tells. */
static const json_t *alpha_trials(const r2s_folder *folder, const char *condition, const char **remark) {
  const json_t *nest = r2s_folder_json(folder, "stages/sim-nest/models/psc-alpha/conditions/%s", condition);
  *remark = "";
  if (r2s_folder_accuracy(nest).n > 0) return nest;
  *remark = " (native; not run in NEST)";
  return r2s_folder_json(folder, "stages/sim-native/models/psc-alpha/conditions/%s", condition);
}

static r2s_short alpha_number(const r2s_folder *folder, const char *condition, const char *field,
                              int decimals, const char *unit) {
  const char *remark;
  const double value = r2s_folder_member(alpha_trials(folder, condition, &remark), field);
  r2s_short out = r2s_fmt(value, decimals);
  const size_t used = strlen(out.text);
  if (isfinite(value)) snprintf(out.text + used, sizeof out.text - used, "%s%s", unit, remark);
  return out;
}

static r2s_short alpha_correct(const r2s_folder *folder, const char *condition) {
  const char *remark;
  const r2s_json_accuracy a = r2s_folder_accuracy(alpha_trials(folder, condition, &remark));
  r2s_short out = {"–"};
  if (a.n > 0) snprintf(out.text, sizeof out.text, "%.0f of %d%s", a.accuracy * a.n, a.n, remark);
  return out;
}

static void add_writeup(r2s_doc *doc, const r2s_folder *folder) {
  char training[320] = "not trained here";
  const double steps = r2s_folder_number(folder, "stages/train/steps");
  const r2s_json_accuracy rate = r2s_folder_accuracy(r2s_folder_json(folder, "stages/train"));
  if (isfinite(steps) && r2s_folder_imported(folder)) /* a network's file does not tell its batches */
    snprintf(training, sizeof training, "a given network, %.0f step%s, recipe %.200s", steps,
             r2s_plural(steps), r2s_fmt_recipe(folder).text);
  else if (isfinite(steps))
    snprintf(training, sizeof training, "%.0f step%s of %d trial%s, recipe %.200s", steps, r2s_plural(steps),
             folder->config.train.batch, r2s_plural(folder->config.train.batch), r2s_fmt_recipe(folder).text);
  r2s_doc_heading(doc, 3, "The Go-NoGo write-up");
  r2s_doc_table(doc, "lll", "Quantity|Write-up|This run");
  add_row(doc, "Training", "1200 steps of 32 trials", training);
  add_row(doc, "Accuracy of the rate network", "100 %", r2s_fmt_accuracy(rate).text);
  add_row(doc, "Dimensionless LIF: Go output at λ = 1", "8 to 9",
          r2s_fmt(r2s_folder_number(folder, "stages/lif-unit/lambda1/go"), 2).text);
  add_row(doc, "Dimensionless LIF: all correct at 1/λ", "1 to 4",
          perfect_scales(folder, "stages/lif-unit/scales").text);
  add_row(doc, "NEST (`psc-alpha`), Go: mean rate", "39 Hz",
          alpha_number(folder, "go", "rate_mean_hz", 1, " Hz").text);
  add_row(doc, "NEST, Go: highest rate of a unit", "242 Hz",
          alpha_number(folder, "go", "rate_max_hz", 0, " Hz").text);
  char onset[96];
  snprintf(onset, sizeof onset, "NEST, Go: rise of the output (ours: from its target's onset at %.0f ms on)",
           r2s_task_target_start_ms(&folder->task, -1, 0));
  add_row(doc, onset, "about 600 ms", alpha_number(folder, "go", "rise_ms", 0, " ms").text);
  add_row(doc, "NEST, NoGo: spikes", "0", alpha_number(folder, "nogo", "spikes", 0, "").text);
  add_row(doc, "NEST, Go trials correct", "5 of 5", alpha_correct(folder, "go").text);
  add_row(doc, "NEST, NoGo trials correct", "5 of 5", alpha_correct(folder, "nogo").text);
  const r2s_spike_config *alpha = &folder->config.psc_alpha;
  r2s_doc_paragraph(
      doc,
      "The write-up's numbers are one network's. Its NEST trials have no noise: five of them are one and "
      "the same trial%s. Its Go output and rates vary widely from network to network, since λ = 1 %s the "
      "network far harder than it was trained for (see the identities below).",
      r2s_spike_trials_differ(&folder->task, &alpha->neuron) ? "" : ", so here one of each kind is simulated",
      alpha->weight_pa == 50 ? "and the 50 pA weights drive" : "drives");
}

static void add_paper(r2s_doc *doc, const r2s_folder *folder) {
  const double kappa = r2s_folder_number(folder, "stages/convert/predicted");
  const double chosen = r2s_folder_number(folder, "stages/convert/chosen");
  r2s_short scale = {"not run"};
  if (isfinite(kappa))
    snprintf(scale.text, sizeof scale.text, "searched: %.4g; predicted: κ = %.4g", chosen, kappa);
  else if (isfinite(chosen))
    snprintf(scale.text, sizeof scale.text, "searched: %.4g", chosen);
  const r2s_json_accuracy at_kappa =
      r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out_predicted"));
  const r2s_json_accuracy at_best = r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out"));
  r2s_doc_heading(doc, 3, "Kim, Li and Sejnowski 2019");
  r2s_doc_table(doc, "lll", "Quantity|Paper|This run");
  /* figure 7: sigmoid, N = 250, tau_d 20 to 50 ms */
  add_row(doc, "Accuracy of LIF networks",
          "98.8 ± 4.7 % (mean ± SD over 100 networks), each at its best scale; 94 of them 95 % or more",
          r2s_fmt_accuracy(at_best).text);
  add_row(doc, "The same at the predicted scale", "–", r2s_fmt_accuracy(at_kappa).text);
  add_row(doc, "Scale 1/λ", "searched for each network: 20, 25, … 75", scale.text);
  add_row(doc, "Trials on which it is reported", "those that chose the scale", "fresh ones");
  r2s_doc_paragraph(
      doc, "The interval of this run is over trials of one network; the paper's SD is over networks. They "
           "say different things and are only put side by side.");
}

void r2s_section_published(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 2, "Beside published numbers");
  if (!r2s_folder_go_nogo(folder)) {
    r2s_doc_paragraph(doc,
                      "The published numbers that this report knows are of the Go-NoGo presets; there are "
                      "none for %s `%s`.",
                      r2s_task_is_preset(folder->config.task) ? "task" : "the user's own task",
                      folder->task.name);
    return;
  }
  add_writeup(doc, folder);
  add_paper(doc, folder);
}

/* Not of a condition without trials. */
static bool has_output(const json_t *condition) {
  bool any = isfinite(r2s_folder_member(condition, "out_mean"));
  const json_t *of;
  size_t o;
  json_array_foreach(json_object_get(condition, "by_output"), o, of) {
    any |= isfinite(r2s_folder_member(of, "out_mean"));
  }
  return any;
}

/* "Go 1.04 ± 0.03; NoGo 0.02"; of several outputs "left 1.04 ± 0.03, −0.98 ± 0.1; right ..." */
static void put_conditions(r2s_text *out, const r2s_folder *folder, const json_t *conditions) {
  for (int c = 0; c < folder->task.n_conditions; c++) {
    const json_t *by = json_object_get(conditions, folder->task.conditions[c].name);
    if (!has_output(by)) continue;
    r2s_text_add(out, "%s%s ", out->size ? "; " : "", r2s_plain(r2s_folder_condition(folder, c)).text);
    r2s_put_outputs(out, folder, by, false, ", ");
  }
}

static void add_scales(r2s_doc *doc, const r2s_folder *folder, const char *path) {
  size_t k;
  json_t *s;
  const double predicted = r2s_folder_number(folder, "stages/convert/predicted");
  const double chosen = r2s_folder_number(folder, "stages/convert/chosen");
  const bool lif = strstr(path, "convert") != NULL;
  if (folder->task.n_outputs > 1) /* more than a line has room for */
    r2s_doc_table(doc, "rnnrl", "1/λ|Accuracy|Strict|Rate (Hz)|Each output, by condition");
  else
    r2s_doc_table(doc, "rnnrn", "1/λ|Accuracy|Strict|Rate (Hz)|Output by condition");
  json_array_foreach(r2s_folder_json(folder, "%s", path), k, s) {
    const double scale = r2s_folder_member(s, "scale");
    r2s_text outputs = {0};
    put_conditions(&outputs, folder, json_object_get(s, "conditions"));
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "%s%s%s", r2s_fmt_short(scale, 5).text, lif && scale == predicted ? " (κ)" : "",
                 lif && scale == chosen ? " (chosen)" : "");
    r2s_doc_cell(doc, "%s", r2s_fmt_accuracy(r2s_folder_accuracy(s)).text);
    r2s_doc_cell(doc, "%s", r2s_fmt_accuracy(r2s_folder_accuracy(json_object_get(s, "strict"))).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(s, "rate_hz"), 1).text);
    r2s_doc_cell(doc, "%s", r2s_text_string(&outputs));
    doc->failed |= outputs.failed;
    r2s_text_free(&outputs);
  }
}

static void add_no_prediction(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_activation activation =
      folder->model.n ? folder->model.activation : folder->config.net.activation;
  r2s_doc_paragraph(
      doc, "There is no predicted scale for activation `%s`%s.", r2s_activation_name(activation),
      activation == R2S_ACTIVATION_SIGMOID
          ? " with this LIF unit, whose rate curve is no sigmoid: `neuron.v_th_mv` lies far above "
            "`neuron.v_bias_mv`"
          : "");
}

void r2s_section_scales(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 2, "The scale");
  if (!r2s_folder_json(folder, "stages/convert")) {
    r2s_doc_paragraph(doc, "Not converted yet: `rate2spike convert` has not run on this folder.");
    return;
  }
  const double predicted = r2s_folder_number(folder, "stages/convert/predicted");
  const bool alike = r2s_folder_scales_alike(folder);
  const r2s_json_accuracy best = r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out"));
  const r2s_json_accuracy kappa =
      r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out_predicted"));
  if (isfinite(predicted))
    r2s_doc_paragraph(doc,
                      "Predicted without any simulation of the network: κ = **%s**. On fresh trials: %s.",
                      r2s_fmt_short(predicted, 5).text, r2s_fmt_accuracy(kappa).text);
  else
    add_no_prediction(doc, folder);
  r2s_doc_paragraph(
      doc, "%s: %s. On %sfresh trials: %s.%s",
      alike ? "In the search no scale was better than another; taken is the middle one"
            : "Chosen by the search",
      r2s_fmt_short(r2s_folder_number(folder, "stages/convert/chosen"), 5).text,
      isfinite(predicted) ? "the same " : "", r2s_fmt_accuracy(best).text,
      alike ? ""
            : " (The middle of the longest run of best scales; its accuracy in the search itself is biased "
              "upwards, which is why it is measured again.)");
  r2s_doc_fold(doc, "LIF network: every scale of the search");
  add_scales(doc, folder, "stages/convert/scales");
  r2s_doc_unfold(doc);
  if (r2s_folder_json(folder, "stages/lif-unit/scales")) {
    r2s_doc_fold(doc, "Dimensionless LIF network: every scale");
    add_scales(doc, folder, "stages/lif-unit/scales");
    if (r2s_folder_accuracy(r2s_folder_json(folder, "stages/lif-unit")).n > folder->task.n_conditions)
      r2s_doc_paragraph(doc,
                        "At λ = 1 the stages' table and the figures have other trials of the noisy input "
                        "than the search, so that its accuracy is another there.");
    r2s_doc_unfold(doc);
  }
}
