/* SPDX-License-Identifier: MIT
 * Top of the report: what was done, how well it went, the figures; then a table of the stages. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base_plural.h"
#include "rate2spike/convert.h"
#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* " Tested with state noise ...": the test trials have no shot noise, whatever the training had (run_test.c).
 */
static r2s_short rate_test(const r2s_folder *folder) {
  r2s_short out;
  const r2s_train_config *train = &folder->config.train;
  const r2s_activation activation =
      folder->model.n ? folder->model.activation : folder->config.net.activation;
  snprintf(out.text, sizeof out.text, " Tested with state noise of %.30s a step%s%s.",
           r2s_fmt_short(train->state_noise, 4).text,
           r2s_train_test_kick(train, activation) ? " and the spikes' kick at the start" : "",
           !r2s_folder_imported(folder) && train->noise_end > 0 ? ", without the shot noise of its training"
                                                                : "");
  return out;
}

/* Where the training ended before its shot noise was full; rounded down: 99.9 % is not full. */
static r2s_short noise_reached(const r2s_folder *folder) {
  r2s_short out = {""};
  const double share = r2s_folder_number(folder, "stages/train/shot_noise");
  if (share < 1)
    snprintf(out.text, sizeof out.text,
             " Its training ended at %.0f %% of its full shot noise (`train.noise_end`), the likely reason "
             "where the spiking network does worse.",
             floor(100 * share));
  return out;
}

/* simulate --task: a test of how it generalises. A given network may not say what it was trained on. */
static bool trained_on_another_task(const r2s_folder *folder) {
  return folder->model.n && folder->model.task[0] && strcmp(folder->model.task, folder->task.name) != 0;
}

static void add_rate(r2s_doc *doc, const r2s_folder *folder) {
  /* the certificate's is of the same trials as the others */
  const json_t *certified = r2s_folder_json(folder, "certificate/rate");
  const r2s_json_accuracy rate =
      r2s_folder_accuracy(certified ? certified : r2s_folder_json(folder, "stages/train"));
  const bool not_learnt = rate.accuracy < R2S_IN_PART_FROM;
  r2s_doc_item(doc, "Rate network: %s.%s%s%s", r2s_fmt_accuracy(rate).text,
               rate.n ? rate_test(folder).text : "",
               trained_on_another_task(folder) ? " It was trained on another task."
               : not_learnt ? " It has not learnt the task, so that there is little to convert."
               : rate.accuracy < R2S_CONVERTS_FROM
                   ? " That is less than 95 %: a spiking network that does as well converts in part at best."
                   : "",
               not_learnt ? "" : noise_reached(folder).text);
}

static void add_lif(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_json_accuracy lif =
      r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out_predicted"));
  const r2s_json_accuracy chosen = r2s_folder_accuracy(r2s_folder_json(folder, "stages/convert/held_out"));
  const double kappa = r2s_folder_number(folder, "stages/convert/predicted");
  const double best = r2s_folder_number(folder, "stages/convert/chosen");
  const char *how = r2s_folder_scales_alike(folder)
                        ? "the middle of a search in which no scale was better than another"
                        : "which the search chose";
  if (isfinite(kappa))
    r2s_doc_item(doc, "LIF network at the predicted scale κ = %s, without a search: %s.",
                 r2s_fmt_short(kappa, 4).text, r2s_fmt_accuracy(lif).text);
  if (isfinite(kappa) && isfinite(best) && best != kappa)
    r2s_doc_item(doc, "At the scale %s, %s: %s, on the same fresh trials.", r2s_fmt_short(best, 4).text, how,
                 r2s_fmt_accuracy(chosen).text);
  if (!isfinite(kappa) && isfinite(best))
    r2s_doc_item(doc, "LIF network at the scale %s, %s: %s.", r2s_fmt_short(best, 4).text, how,
                 r2s_fmt_accuracy(chosen).text);
  if (!isfinite(kappa) && !isfinite(best)) r2s_doc_item(doc, "LIF network: not converted.");
  const char *beyond = r2s_folder_string(folder, "stages/convert/better_beyond");
  if (beyond)
    r2s_doc_item(doc,
                 "The search did best at its %s scale, %s: %s ones may do better (`rate2spike convert DIR "
                 "--scales A:STEP:B`).",
                 strcmp(beyond, "smaller") == 0 ? "smallest" : "largest", r2s_fmt_short(best, 4).text,
                 r2s_plain(beyond).text);
}

static void add_untested(r2s_doc *doc, const r2s_folder *folder) {
  size_t k;
  json_t *name;
  json_array_foreach(r2s_folder_json(folder, "certificate/untested"), k, name)
      r2s_doc_item(doc, "**No trial of condition `%s` was judged**: the verdict says nothing of it.",
                   r2s_plain(json_string_value(name)).text);
}

/* Accuracies of a task that an output of 0 passes say little, and the program told it to whoever trained. */
static void add_odd_task(r2s_doc *doc, const r2s_task *task) {
  r2s_error odd;
  if (r2s_task_check_criteria(task, &odd) != R2S_OK) r2s_doc_item(doc, "**%s**.", r2s_plain(odd.msg).text);
}

static bool is_judged(const r2s_task *task, int output) {
  for (int c = 0; c < task->n_conditions; c++) {
    const r2s_task_rules *rules = &task->conditions[c].rules[R2S_CRITERION_SPIKING];
    for (int k = 0; k < rules->count; k++)
      if (rules->rule[k].output == output) return true;
  }
  return false;
}

/* Outputs that may be anything in a right trial. */
static void add_unjudged(r2s_doc *doc, const r2s_task *task) {
  r2s_text names = {0};
  int n = 0;
  for (int o = 0; o < task->n_outputs; o++) {
    if (is_judged(task, o)) continue;
    if (n < R2S_FIGURE_OUTPUTS) r2s_text_add(&names, "%s%d", n ? ", " : "", o);
    if (n++ == R2S_FIGURE_OUTPUTS) r2s_text_put(&names, ", …");
  }
  if (n > 0)
    r2s_doc_item(doc,
                 "**No rule for spiking networks is about output%s %s**: verdict and accuracies say "
                 "nothing of %s.",
                 n > 1 ? "s" : "", r2s_text_string(&names), n > 1 ? "them" : "it");
  doc->failed |= names.failed;
  r2s_text_free(&names);
}

static void add_ambiguous(r2s_doc *doc, const r2s_folder *folder) {
  size_t k;
  json_t *e;
  json_array_foreach(r2s_folder_json(folder, "certificate/engines"), k, e) {
    const int count = (int)json_integer_value(json_object_get(e, "ambiguous")),
              n = (int)json_integer_value(json_object_get(e, "n"));
    if (!json_is_true(json_object_get(e, "judged")) || !r2s_convert_is_ambiguous(count, n)) continue;
    const char *model = json_string_value(json_object_get(e, "model")),
               *engine = json_string_value(json_object_get(e, "engine"));
    r2s_doc_item(doc,
                 "**In %d of its %d trials `%s` (%s) is right by the rules of a condition with another "
                 "label, too**: these rules do not tell whether the output is the right one.",
                 count, n, model ? r2s_plain(model).text : "",
                 engine && strcmp(engine, "nest") == 0 ? "NEST" : "native");
  }
}

static void add_verdict(r2s_doc *doc, const r2s_folder *folder) {
  const char *verdict = r2s_folder_string(folder, "certificate/verdict");
  const json_t *nest = r2s_folder_json(folder, "stages/sim-nest/models/psc-dexp");
  if (verdict)
    r2s_doc_paragraph(
        doc, "Verdict of the conversion certificate: **%s** at scale %s%s.", r2s_plain(verdict).text,
        r2s_fmt_short(r2s_folder_number(folder, "certificate/scale"), 4).text, r2s_fmt_decisive(folder).text);
  else
    r2s_doc_paragraph(
        doc, "No conversion certificate of these results: `rate2spike simulate DIR` makes one at its end.");
  r2s_section_edited(doc, folder);
  add_odd_task(doc, &folder->task);
  add_untested(doc, folder);
  add_unjudged(doc, &folder->task);
  add_ambiguous(doc, folder);
  add_rate(doc, folder);
  add_lif(doc, folder);
  r2s_doc_item(doc, "%s: %s.", r2s_fmt_simulation(folder, "psc-dexp", "NEST", nest).text,
               r2s_fmt_accuracy(r2s_folder_accuracy(nest)).text);
  const double better = r2s_folder_number(folder, "certificate/better_scale/scale");
  if (isfinite(better))
    r2s_doc_paragraph(
        doc,
        "Model lif does better at the search's scale: `rate2spike simulate DIR --scale %s` certifies it.",
        r2s_fmt_short(better, 12).text);
}

void r2s_section_summary(r2s_doc *doc, const r2s_folder *folder) {
  const char *title = folder->task.title[0] ? folder->task.title : folder->task.name;
  const double steps = r2s_folder_number(folder, "stages/train/steps");
  const char *stop = r2s_folder_string(folder, "stages/train/stop");
  r2s_doc_heading(doc, 1, "%s: from a rate network to a spiking one", r2s_plain(title).text);
  char training[128] = "";
  if (r2s_folder_imported(folder))
    snprintf(training, sizeof training, "; a given network, trained in %.0f step%s", steps,
             r2s_plural(steps));
  else if (isfinite(steps))
    snprintf(training, sizeof training, ", trained in %.0f step%s%s", steps, r2s_plural(steps),
             stop && strcmp(stop, "exhausted") == 0 ? " (all it was given, without meeting its criterion)"
                                                    : "");
  char on[96] = "";
  if (trained_on_another_task(folder))
    snprintf(on, sizeof on, " (the network was trained on `%.60s`)", r2s_plain(folder->model.task).text);
  r2s_doc_paragraph(doc, "Task `%s`%s, recipe %s, seed %s: %d units, %d ms a trial%s.", folder->task.name, on,
                    r2s_fmt_recipe(folder).text, r2s_fmt_training_seed(folder).text,
                    folder->model.n ? folder->model.n : folder->config.net.n,
                    (int)lround(folder->task.n_steps * folder->task.dt_ms), training);
  if (folder->task.n_outputs > 1)
    r2s_doc_paragraph(
        doc,
        "The task has %d outputs, counted from 0. A trial is right when every rule of the task holds, "
        "of whichever output. Rise, output and its RMSE are told of each, from output 0 on%s.",
        folder->task.n_outputs,
        folder->task.n_outputs > R2S_FIGURE_OUTPUTS ? " (in the table of single trials, of the first four)"
                                                    : "");
  if (!folder->model.n && folder->training.n_rows > 0)
    r2s_doc_paragraph(
        doc, "The training was interrupted, after step %d: `rate2spike train --resume -o DIR` goes on.",
        folder->training.n_rows);
  if (r2s_folder_goes_on(folder))
    r2s_doc_paragraph(
        doc,
        "A longer training was begun, has taken %d steps, and is not finished: `rate2spike train "
        "--resume -o DIR --set train.max_steps=N` goes on. All here is of the network after %.0f "
        "step%s.",
        folder->training_rows, steps, r2s_plural(steps));
  add_verdict(doc, folder);
  const bool mixed = r2s_section_other(doc, folder);
  r2s_section_figures(doc, folder, mixed);
}

/* A stage by a result of it, which may be its own members; other: as of r2s_fmt_other, where `what` does not
 * tell it */
static void add_stage(r2s_doc *doc, const r2s_folder *folder, const char *name, const json_t *result,
                      const char *what, r2s_short other) {
  const r2s_json_accuracy a = r2s_folder_accuracy(result),
                          strict = r2s_folder_accuracy(json_object_get(result, "strict"));
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "`%s`", name);
  r2s_doc_cell(doc, "%s%s%s", what, other.text[0] ? ", " : "", other.text);
  r2s_doc_cell(doc, "%s", r2s_fmt_accuracy(a).text);
  r2s_doc_cell(doc, "%s", strict.n ? r2s_fmt_accuracy(strict).text : "–");
  r2s_doc_cell(doc, "%s",
               r2s_fmt(r2s_folder_member(r2s_folder_json(folder, "stages/%s", name), "seconds"), 2).text);
}

/* A simulation by psc-dexp, or by the first of its models where that has not run. */
static void add_simulation_stage(r2s_doc *doc, const r2s_folder *folder, const char *name,
                                 const char *engine) {
  json_t *models = r2s_folder_json(folder, "stages/%s/models", name),
         *sim = json_object_get(models, "psc-dexp");
  const char *model = "psc-dexp", *first = json_object_iter_key(json_object_iter(models));
  if (!sim && first) {
    model = first;
    sim = json_object_get(models, first);
  }
  add_stage(doc, folder, name, sim, r2s_fmt_simulation(folder, model, engine, sim).text, (r2s_short){""});
}

static void add_outputs(r2s_doc *doc, const r2s_folder *folder, const json_t *condition, bool rise) {
  r2s_text all = {0};
  r2s_put_outputs(&all, folder, condition, rise, "; ");
  r2s_doc_cell(doc, "%s", r2s_text_string(&all));
  doc->failed |= all.failed;
  r2s_text_free(&all);
}

/* One row for each simulated model, engine and condition. */
static void add_activity(r2s_doc *doc, const r2s_folder *folder, const char *stage, const char *engine) {
  const char *model;
  json_t *sim;
  json_object_foreach(r2s_folder_json(folder, "stages/%s/models", stage), model, sim) {
    const json_t *conditions = json_object_get(sim, "conditions");
    for (int c = 0; c < folder->task.n_conditions; c++) {
      const json_t *s = json_object_get(conditions, folder->task.conditions[c].name);
      if (!json_is_object(s)) continue;
      static const char *const fields[] = {"spikes", "rate_mean_hz", "rate_max_hz", "rate_e_hz", "rate_i_hz"};
      static const int decimals[] = {0, 1, 1, 1, 1};
      r2s_doc_row(doc);
      r2s_doc_cell(doc, "%s", r2s_fmt_simulation(folder, model, engine, sim).text);
      r2s_doc_cell(doc, "%s", r2s_plain(r2s_folder_condition(folder, c)).text);
      const r2s_json_accuracy accuracy = r2s_folder_accuracy(s);
      r2s_doc_cell(doc, "%s", accuracy.n ? r2s_fmt_accuracy(accuracy).text : "no trial");
      for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
        r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(s, fields[k]), decimals[k]).text);
      add_outputs(doc, folder, s, true);
      add_outputs(doc, folder, s, false);
    }
  }
}

#define ACTIVITY "Model, engine|Condition|Accuracy|Spikes a trial|Mean rate (Hz)|Max rate (Hz)|E (Hz)|I (Hz)"

/* "mean from 900 to 1000 ms > 0.5; ..." */
static void put_rules(r2s_text *out, const r2s_folder *folder, const r2s_task_rules *rules) {
  static const char *const statistics[] = {[R2S_STATISTIC_MEAN] = "mean",
                                           [R2S_STATISTIC_MAX] = "maximum",
                                           [R2S_STATISTIC_MIN] = "minimum",
                                           [R2S_STATISTIC_MAX_ABS] = "largest size",
                                           [R2S_STATISTIC_ABS_MEAN] = "size of the mean"};
  for (int k = 0; k < rules->count; k++) {
    const r2s_task_rule *rule = &rules->rule[k];
    r2s_text_add(out, "%s%s", k ? "; " : "", statistics[rule->statistic]);
    if (folder->task.n_outputs > 1) r2s_text_add(out, " of output %d", rule->output);
    r2s_text_add(out, " from %s to %s ms %s %s", r2s_fmt_short(rule->from_ms, 6).text,
                 r2s_fmt_short(rule->to_ms, 6).text, rule->greater ? ">" : "<",
                 r2s_fmt_short(rule->threshold, 4).text);
  }
}

static void add_criteria(r2s_doc *doc, const r2s_folder *folder) {
  static const r2s_criterion columns[] = {R2S_CRITERION_RATE, R2S_CRITERION_SPIKING, R2S_CRITERION_STRICT};
  r2s_doc_fold(doc, "The criteria: when a trial is right, by its output");
  r2s_doc_table(doc, "llll", "Condition|Rate network|Spiking networks|Strict");
  for (int c = 0; c < folder->task.n_conditions; c++) {
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "%s", r2s_plain(r2s_folder_condition(folder, c)).text);
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
      r2s_text text = {0};
      put_rules(&text, folder, &folder->task.conditions[c].rules[columns[k]]);
      r2s_doc_cell(doc, "%s", text.size ? r2s_text_string(&text) : "–");
      doc->failed |= text.failed;
      r2s_text_free(&text);
    }
  }
  r2s_doc_unfold(doc);
}

static double window_start_ms(const r2s_task *task, int condition, int output) {
  const double end_ms = r2s_task_target_end_ms(task, condition, output);
  return fmax(r2s_task_target_start_ms(task, condition, output), end_ms - R2S_OUTPUT_WINDOW_MS);
}

/* Where the output is averaged that stands for a trial. */
static r2s_short output_window(const r2s_task *task) {
  r2s_short out;
  const double start_ms = window_start_ms(task, -1, 0), end_ms = r2s_task_target_end_ms(task, -1, 0);
  bool same = true;
  for (int c = 0; c < task->n_conditions; c++)
    for (int o = 0; o < task->n_outputs; o++)
      same = same && r2s_task_target_end_ms(task, c, o) == end_ms && window_start_ms(task, c, o) == start_ms;
  if (same)
    snprintf(out.text, sizeof out.text, "from %.30s to %.30s ms, up to the end of the task's target",
             r2s_fmt_short(start_ms, 6).text, r2s_fmt_short(end_ms, 6).text);
  else
    snprintf(out.text, sizeof out.text,
             "over the last %g ms of the condition's target, or of the task's last one where it has none",
             R2S_OUTPUT_WINDOW_MS);
  return out;
}

void r2s_section_stages(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 2, "Stages");
  r2s_doc_paragraph(
      doc,
      "Accuracy by the task's criterion, with its 95 %% Wilson interval, rounded outwards, and the number of "
      "trials "
      "(no interval where nothing random tells the trials of a condition apart: there is one of each, "
      "and the "
      "accuracy is the share of conditions; nor of a condition whose own trials repeat, where only the input "
      "of others is random); "
      "the strict criterion is %s. “Not run”: this folder has no "
      "result of that stage.",
      r2s_task_is_preset(folder->config.task)
          ? "the one of the authors' code"
          : "the task's own, or that of spiking networks where it names none");
  r2s_doc_table(doc, "nlnnr", "Stage|What was judged|Accuracy|Strict|Seconds");
  add_stage(doc, folder, "train", r2s_folder_json(folder, "stages/train"), "rate network, fresh trials",
            r2s_fmt_other(folder, NULL, r2s_folder_json(folder, "stages/train")));
  add_stage(doc, folder, "convert", r2s_folder_json(folder, "stages/convert"),
            isfinite(r2s_folder_number(folder, "stages/convert/predicted"))
                ? "LIF network, fresh trials, predicted scale"
                : "LIF network, fresh trials, chosen scale",
            r2s_fmt_other(folder, "lif", r2s_folder_json(folder, "stages/convert")));
  add_stage(doc, folder, "lif-unit", r2s_folder_json(folder, "stages/lif-unit"), "dimensionless LIF, λ = 1",
            r2s_fmt_other(folder, "lif-unit", r2s_folder_json(folder, "stages/lif-unit")));
  add_simulation_stage(doc, folder, "sim-native", "native");
  add_simulation_stage(doc, folder, "sim-nest", "NEST");
  add_criteria(doc, folder);
  r2s_doc_heading(doc, 3, "Activity");
  if (!r2s_folder_json(folder, "stages/sim-native") && !r2s_folder_json(folder, "stages/sim-nest")) {
    r2s_doc_paragraph(doc, "No simulation has run.");
    return;
  }
  r2s_doc_table(doc, "nlnrrrrrrr",
                folder->task.n_outputs > 1 ? ACTIVITY "|Rise of each output (ms)|Each output"
                                           : ACTIVITY "|Rise (ms)|Output");
  add_activity(doc, folder, "sim-native", "native");
  add_activity(doc, folder, "sim-nest", "NEST");
  r2s_doc_paragraph(
      doc,
      "Mean and maximum over units, averaged over trials. E and I: means over excitatory and inhibitory "
      "units; none without Dale's law. Rise: the first time, from the target's onset to its end, at which "
      "the output has gone half the way to its target (where it is there sooner, that is the onset), "
      "median over the trials that get so far; none where the target is zero. Output: mean %s, ± standard "
      "deviation over trials.",
      output_window(&folder->task).text);
}
