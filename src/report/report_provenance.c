/* SPDX-License-Identifier: MIT
 * Timings, provenance, how to reproduce, references. */
#include <stdio.h>
#include <string.h>

#include "report/report_format.h"
#include "report/report_sections.h"

/* One row for each simulated model of a stage. */
static void add_sim_times(r2s_doc *doc, const r2s_folder *folder, const char *stage) {
  const char *model;
  json_t *sim;
  json_object_foreach(r2s_folder_json(folder, "stages/%s/models", stage), model, sim) {
    const char *engine = json_string_value(json_object_get(sim, "engine"));
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "`%s`", r2s_plain(model).text);
    r2s_doc_cell(doc, "%s", engine ? r2s_plain(engine).text : "–");
    r2s_doc_cell(doc, "%d", r2s_folder_accuracy(sim).n);
    r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(sim, "build_seconds"), 3).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(sim, "simulate_seconds"), 3).text);
  }
}

static void add_fact(r2s_doc *doc, const char *what, const char *value) {
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "%s", what);
  r2s_doc_cell(doc, "%s", value ? r2s_plain(value).text : "–");
}

/* 0 in run.json: as many as the machine has cores */
static void add_threads(r2s_doc *doc, const r2s_folder *folder) {
  const double threads = r2s_folder_number(folder, "threads");
  char text[sizeof(r2s_short) + 8];
  snprintf(text, sizeof text, "all (%s)", r2s_fmt(r2s_folder_number(folder, "machine/cores"), 0).text);
  add_fact(doc, "Threads", threads == 0 ? text : r2s_fmt(threads, 0).text);
}

static void add_facts(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_table(doc, "ll", "What|Value");
  add_fact(doc, "Program", r2s_folder_string(folder, "program"));
  add_fact(doc, "Version that ran the stages", r2s_folder_string(folder, "version"));
  add_fact(doc, "Version that wrote this report", r2s_version());
  add_fact(doc, "Seed", r2s_fmt_seed(folder->config.seed).text);
  if (folder->model.n) add_fact(doc, "Seed that trained the network", r2s_fmt_training_seed(folder).text);
  add_fact(doc, "Configuration (SHA-256)", r2s_folder_string(folder, "config_hash"));
  if (folder->model.n)
    add_fact(doc, "Configuration that trained the network",
             folder->model.config_hash[0] ? folder->model.config_hash : "unknown");
  add_fact(doc, "NEST", r2s_folder_string(folder, "stages/sim-nest/version"));
  add_fact(doc, "Processor", r2s_folder_string(folder, "machine/cpu"));
  add_fact(doc, "Instruction set", r2s_folder_string(folder, "machine/isa"));
  add_fact(doc, "Cores", r2s_fmt(r2s_folder_number(folder, "machine/cores"), 0).text);
  add_threads(doc, folder);
  add_fact(doc, "System", r2s_folder_string(folder, "machine/os"));
}

static void add_references(r2s_doc *doc) {
  r2s_doc_heading(doc, 2, "References");
  r2s_doc_item(doc, "Kim R, Li Y, Sejnowski TJ (2019). Simple framework for constructing functional spiking "
                    "recurrent neural "
                    "networks. *PNAS* 116:22811–22820. "
                    "[doi:10.1073/pnas.1905926116](https://doi.org/10.1073/pnas.1905926116)");
  r2s_doc_item(
      doc,
      "Siegert AJF (1951). On the first passage time probability problem. *Physical Review* 81:617–623.");
  r2s_doc_item(doc,
               "Broadie M, Glasserman P, Kou S (1997). A continuity correction for discrete barrier options. "
               "*Mathematical Finance* 7:325–349.");
  r2s_doc_item(doc, "Rajan K, Abbott LF (2006). Eigenvalue spectra of random matrices for neural networks. "
                    "*Physical Review "
                    "Letters* 97:188104.");
  r2s_doc_item(
      doc, "Wilson EB (1927). Probable inference, the law of succession, and statistical inference. *JASA* "
           "22:209–212.");
  r2s_doc_item(doc, "Gewaltig MO, Diesmann M (2007). NEST (NEural Simulation Tool). *Scholarpedia* 2:1430.");
}

/* The commands that run.json keeps, a line each, behind an introduction; false where there are none. */
static bool add_commands(r2s_doc *doc, const r2s_folder *folder, const char *introduction) {
  size_t k;
  json_t *command;
  r2s_text lines = {0};
  json_array_foreach(r2s_folder_json(folder, "commands"), k, command)
      r2s_text_add(&lines, "%s%s", lines.size ? "\n" : "", json_string_value(command));
  const bool found = lines.size > 0;
  if (found) {
    r2s_doc_paragraph(doc, "%s", introduction);
    r2s_doc_code(doc, "%s", r2s_text_string(&lines));
  }
  doc->failed |= lines.failed;
  r2s_text_free(&lines);
  return found;
}

static void add_given(r2s_doc *doc, const r2s_folder *folder) {
  if (!add_commands(doc, folder,
                    "The network was given, and is not trained again. The commands that made these results; "
                    "their paths are seen from where they were given:"))
    r2s_doc_paragraph(doc, "The network was given, and `run.json` does not tell by which commands.");
}

/* Whether config.yaml, with this seed, is what the network was trained with, as far as its file tells. */
static bool trains_it(r2s_doc *doc, const r2s_folder *folder, uint64_t seed) {
  const char *hash = folder->model.config_hash;
  bool trained = !*hash;
  r2s_config config = folder->config;
  config.seed = seed;
  if (!trained && r2s_config_trained(&config, &folder->task, hash, &trained, NULL) == R2S_ERR_MEMORY)
    doc->failed = true;
  return trained;
}

/* Whether the conversion was a part of `run`. */
static bool converted_by_run(const r2s_folder *folder) {
  static const char convert[] = "rate2spike convert ";
  const json_t *commands = r2s_folder_json(folder, "commands");
  for (size_t k = 0; k < json_array_size(commands); k++)
    if (strncmp(json_string_value(json_array_get(commands, k)), convert, strlen(convert)) == 0) return false;
  return r2s_folder_json(folder, "stages/convert") != NULL;
}

#define MADE_BY "The commands that made these results, whose paths are seen from where they were given:"

/* A stage has brought config.yaml up to date behind the training: with other trials, or another neuron. */
static void add_changed(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  if (trains_it(doc, folder, model->seed)) {
    r2s_doc_paragraph(doc,
                      "`config.yaml` has the seed of the last stage's trials, %s; the network was trained "
                      "with seed %s. From this folder:",
                      r2s_fmt_seed(folder->config.seed).text, r2s_fmt_seed(model->seed).text);
    r2s_doc_code(doc, "rate2spike %s config.yaml --seed %s -o again",
                 converted_by_run(folder) ? "run" : "train", r2s_fmt_seed(model->seed).text);
  } else {
    r2s_doc_paragraph(doc,
                      "`config.yaml` is that of the last stage, and trains another network: task, neuron "
                      "or seed were changed since this one was trained. It is in `model.h5`, which "
                      "`convert` and `simulate` take.%s",
                      converted_by_run(folder) ? " The conversion was made by the `run` that trained it."
                                               : "");
  }
  add_commands(doc, folder, MADE_BY);
}

static void add_run(r2s_doc *doc, const r2s_folder *folder) {
  const bool nest = r2s_folder_json(folder, "stages/sim-nest") != NULL;
  const char *python = r2s_folder_string(folder, "stages/sim-nest/python");
  r2s_text command = {0};
  r2s_text_add(&command, "rate2spike run config.yaml -o again --engine %s", nest ? "native,nest" : "native");
  if (python) {
    r2s_text_put(&command, " --python ");
    r2s_text_add_word(&command, python);
  }
  r2s_doc_paragraph(doc, "From this folder; `config.yaml` holds every option%s.",
                    r2s_task_is_preset(folder->config.task) ? "" : ", and `task.yaml` the task");
  r2s_doc_code(doc, "%s", r2s_text_string(&command));
  if (json_array_size(r2s_folder_json(folder, "commands")) > 1) add_commands(doc, folder, MADE_BY);
  doc->failed |= command.failed;
  r2s_text_free(&command);
}

static void add_again(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 3, "Run it again");
  if (r2s_folder_imported(folder))
    add_given(doc, folder);
  else if (!trains_it(doc, folder, folder->config.seed))
    add_changed(doc, folder);
  else
    add_run(doc, folder);
  r2s_doc_paragraph(doc,
                    "The same seed gives the same weights and the same native spikes for any number of "
                    "threads. The figures alone, restyled: edit `figures/fig1.gp` and run, in `figures`:");
  r2s_doc_code(doc, "gnuplot fig1.gp\ngnuplot -e \"formats='pdf'\" fig1.gp");
}

void r2s_section_provenance(r2s_doc *doc, const r2s_folder *folder) {
  const bool nest = r2s_folder_json(folder, "stages/sim-nest") != NULL;
  const char *name;
  json_t *stage;
  r2s_doc_heading(doc, 2, "Timings");
  r2s_doc_table(doc, "lr", "Stage|Seconds");
  json_object_foreach(r2s_folder_json(folder, "stages"), name, stage) {
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "`%s`", r2s_plain(name).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_member(stage, "seconds"), 2).text);
  }
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "all stages");
  r2s_doc_cell(doc, "%s", r2s_fmt(r2s_folder_number(folder, "seconds"), 2).text);
  if (json_is_true(r2s_folder_json(folder, "stages/train/resumed")))
    r2s_doc_paragraph(doc, "The training was interrupted: its time is that since it was resumed.");
  if (r2s_folder_json(folder, "stages/sim-native") || nest) {
    r2s_doc_table(doc, "nnrrr", "Simulation|Engine|Trials|Build (s)|Simulate (s)");
    add_sim_times(doc, folder, "sim-native");
    add_sim_times(doc, folder, "sim-nest");
  }
  r2s_doc_heading(doc, 2, "Provenance");
  add_facts(doc, folder);
  add_again(doc, folder);
  add_references(doc);
}
