/* SPDX-License-Identifier: MIT
 * What is simplified against the paper, timings, provenance, how to reproduce, references. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/report_format.h"
#include "report/report_sections.h"

/* What the network is, by its file, or before there is one as it is configured. */
static void add_structure(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_net_config *net = &folder->config.net;
  const bool known = folder->model.n > 0;
  const int n = known ? folder->model.n : net->n;
  if (n != 200) r2s_doc_item(doc, "%d units; the paper's networks have 200.", n);
  if (!r2s_folder_imported(folder) && net->gain != 1.5)
    r2s_doc_item(doc, "The first weights have gain %s; the paper's 1.5.", r2s_fmt_short(net->gain, 4).text);
  const double tau_min_ms = known ? folder->model.tau_min_ms : net->tau_min_ms,
               tau_max_ms = known ? folder->model.tau_max_ms : net->tau_max_ms;
  if (tau_min_ms == tau_max_ms)
    r2s_doc_item(doc,
                 "One fixed synaptic decay, τ_d = %s ms; the paper trains one for each unit, 20 to 100 ms.",
                 r2s_fmt_short(tau_min_ms, 4).text);
  else if (isfinite(folder->config.psc_alpha.tau_syn_ms))
    r2s_doc_item(doc,
                 "The trained τ_d of the units are not in `psc-alpha`: its τ_syn is %s ms for all, as in the "
                 "table (`psc_alpha.tau_syn_ms` auto takes each unit's own).",
                 r2s_fmt_short(folder->config.psc_alpha.tau_syn_ms, 4).text);
  if (!r2s_folder_dale(folder))
    r2s_doc_item(doc,
                 "No Dale's law: a unit's synapses may have both signs, so that there are no excitatory and "
                 "no inhibitory units; in the paper a unit has one sign.");
  else if (!r2s_folder_imported(folder) && net->n_inh >= 0)
    r2s_doc_item(
        doc,
        "Exactly %d excitatory and %d inhibitory units; the paper draws each unit's type (20 %% inhibitory).",
        net->n - net->n_inh, net->n_inh);
}

static void add_training(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_config *c = &folder->config;
  /* of a given network its recipe is all that is known */
  const bool given = r2s_folder_imported(folder),
             matched = strcmp(r2s_fmt_recipe(folder).text, "`matched`") == 0;
  const bool shot = given ? matched : c->train.noise_end > 0, kick = given ? matched : c->train.start_kick;
  const char *in_training[] = {
      "", ", and in training they get the shot noise that the spiking network has",
      ", and in training they get the start-up kick that the spiking network has",
      ", and in training they get the shot noise and the start-up kick that the spiking "
      "network has"};
  if (given ? matched : c->net.activation == R2S_ACTIVATION_SIEGERT)
    r2s_doc_item(
        doc,
        "The rate units have the LIF unit's own rate curve%s. The paper uses a sigmoid and weak noise, and "
        "finds the scale by a search.",
        in_training[shot + 2 * kick]);
  else if (folder->model.n && folder->model.activation != R2S_ACTIVATION_SIGMOID)
    r2s_doc_item(doc, "The rate units' activation is %s; the paper uses a sigmoid.",
                 r2s_activation_name(folder->model.activation));
  if (folder->task.dt_ms != 5)
    r2s_doc_item(doc, "A rate step of %s ms; the authors' is 5 ms.",
                 r2s_fmt_short(folder->task.dt_ms, 4).text);
  if (given) {
    r2s_doc_item(doc,
                 "The network was given: its file does not tell how each option of its training was set.");
    return;
  }
  if (!c->train.train_b_out)
    r2s_doc_item(doc, "No readout bias: the authors' spiking readout has none, so none is trained.");
  if (c->train.batch > 1)
    r2s_doc_item(doc, "Batches of %d trials; the authors take one trial a step.", c->train.batch);
  if (c->train.clip_norm > 0)
    r2s_doc_item(doc, "The gradient's norm is clipped at %s; the authors do not clip it.",
                 r2s_fmt_short(c->train.clip_norm, 4).text);
}

void r2s_section_simplified(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 2, "What differs from the paper");
  r2s_doc_item(
      doc, "One network, seed %s; the paper trains 100. The intervals here are over trials of this network.",
      r2s_fmt_training_seed(folder).text);
  add_structure(doc, folder);
  if (strcmp(folder->task.name, "go-nogo-short") == 0)
    r2s_doc_item(
        doc,
        "A shorter and earlier pulse (100 to 150 ms in place of 250 to 375 ms), an output that must hold to "
        "the "
        "end, and a criterion on the mean of the last 100 ms; the authors' criterion is reported beside it.");
  if (!r2s_task_is_preset(folder->config.task))
    r2s_doc_item(doc, "The task is a file of the user's own (`task.yaml`).");
  add_training(doc, folder);
  const r2s_neuron_params *unit = &folder->config.lif.neuron, usual = r2s_neuron_params_default();
  const double noise_mv = unit->noise_mv, usual_mv = usual.noise_mv;
  if (unit->dt_ms != usual.dt_ms)
    r2s_doc_item(doc, "The LIF units' step is %s ms; the authors' code has %s ms. %s",
                 r2s_fmt_short(unit->dt_ms, 4).text, r2s_fmt_short(usual.dt_ms, 4).text,
                 folder->config.lif.noise_per_root_dt
                     ? "Their noise is that of the authors' step."
                     : "Each step has the same noise, so that the voltage's variance is another; `psc-dexp` "
                       "has as much (`lif.noise_per_root_dt` keeps it).");
  if (noise_mv != usual_mv)
    r2s_doc_item(doc, "The LIF units' noise is %s mV; the authors' code has %s mV.",
                 r2s_fmt_short(noise_mv, 4).text, r2s_fmt_short(usual_mv, 4).text);
  r2s_doc_item(
      doc,
      "The NEST models are no part of the paper. `psc-dexp` has the authors' synapse and threshold, "
      "integrated "
      "exactly; its noise is NEST's `noise_generator`, scaled to the same voltage noise. `psc-alpha` is the "
      "write-up's table: other synapses, %s%s.",
      folder->config.psc_alpha.neuron.noise_mv > 0 ? "other noise" : "no noise",
      folder->config.psc_alpha.weight_pa == 50 ? ", a drive ten times stronger than at scale 20 to 25" : "");
  r2s_doc_item(doc, "No conductances, no adaptation, no synaptic delays beyond one step, no plasticity after "
                    "training: as in "
                    "the paper.");
}

/* One row for each simulated model of a stage. */
static void add_sim_times(r2s_doc *doc, const r2s_folder *folder, const char *stage) {
  char path[96];
  const char *model;
  json_t *sim;
  snprintf(path, sizeof path, "stages/%s/models", stage);
  json_object_foreach((json_t *)r2s_folder_json(folder, path), model, sim) {
    const char *engine = json_string_value(json_object_get(sim, "engine"));
    const json_t *build = json_object_get(sim, "build_seconds"),
                 *run = json_object_get(sim, "simulate_seconds");
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "`%s`", r2s_plain(model).text);
    r2s_doc_cell(doc, "%s", engine ? r2s_plain(engine).text : "–");
    r2s_doc_cell(doc, "%d", r2s_folder_accuracy(sim).n);
    r2s_doc_cell(doc, "%s", r2s_fmt(json_is_number(build) ? json_number_value(build) : NAN, 3).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(json_is_number(run) ? json_number_value(run) : NAN, 3).text);
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
  snprintf(text, sizeof text, "all (%s)", r2s_fmt(r2s_folder_number(folder, "machine.cores"), 0).text);
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
  add_fact(doc, "Processor", r2s_folder_string(folder, "machine.cpu"));
  add_fact(doc, "Instruction set", r2s_folder_string(folder, "machine.isa"));
  add_fact(doc, "Cores", r2s_fmt(r2s_folder_number(folder, "machine.cores"), 0).text);
  add_threads(doc, folder);
  add_fact(doc, "System", r2s_folder_string(folder, "machine.os"));
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
  json_array_foreach((json_t *)r2s_folder_json(folder, "commands"), k, command)
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
static bool trains_it(const r2s_folder *folder, uint64_t seed) {
  const char *hash = folder->model.config_hash;
  r2s_config config = folder->config;
  config.seed = seed;
  return !*hash || r2s_config_trained(&config, &folder->task, hash);
}

/* Whether the conversion was a part of `run`, which is none of run.json's commands. */
static bool converted_by_run(const r2s_folder *folder) {
  static const char convert[] = "rate2spike convert ";
  const json_t *commands = r2s_folder_json(folder, "commands");
  for (size_t k = 0; k < json_array_size(commands); k++)
    if (strncmp(json_string_value(json_array_get(commands, k)), convert, strlen(convert)) == 0) return false;
  return r2s_folder_json(folder, "stages/convert") != NULL;
}

/* A stage has brought config.yaml up to date behind the training: with other trials, or another neuron. */
static void add_changed(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  if (trains_it(folder, model->seed)) {
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
  add_commands(
      doc, folder,
      "The stages behind the training were given these commands, whose paths are seen from where they "
      "were given:");
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
  doc->failed |= command.failed;
  r2s_text_free(&command);
}

static void add_again(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 3, "Run it again");
  if (r2s_folder_imported(folder))
    add_given(doc, folder);
  else if (!trains_it(folder, folder->config.seed))
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
  json_object_foreach((json_t *)r2s_folder_json(folder, "stages"), name, stage) {
    const json_t *seconds = json_object_get(stage, "seconds");
    r2s_doc_row(doc);
    r2s_doc_cell(doc, "`%s`", r2s_plain(name).text);
    r2s_doc_cell(doc, "%s", r2s_fmt(json_is_number(seconds) ? json_number_value(seconds) : NAN, 2).text);
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
