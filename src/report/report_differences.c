/* SPDX-License-Identifier: MIT
 * What differs from the paper: in words, and option by option from the table of options. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/report_format.h"
#include "report/report_sections.h"

static void add_time_constants(r2s_doc *doc, const r2s_folder *folder) {
  const bool known = folder->model.n > 0;
  const double low_ms = known ? folder->model.tau_min_ms : folder->config.net.tau_min_ms,
               high_ms = known ? folder->model.tau_max_ms : folder->config.net.tau_max_ms,
               tau_syn_ms = folder->config.psc_alpha.tau_syn_ms;
  if (low_ms == high_ms)
    r2s_doc_item(
        doc,
        "One fixed synaptic decay, τ_d = %s ms; the paper trains one for each unit, of 20 to 50 ms or "
        "more, in most of its networks.",
        r2s_fmt_short(low_ms, 4).text);
  else if (low_ms != 20 || high_ms < 50)
    r2s_doc_item(doc,
                 "Synaptic decays between %s and %s ms; the paper's lie between 20 ms and 50 ms or more.",
                 r2s_fmt_short(low_ms, 4).text, r2s_fmt_short(high_ms, 4).text);
  if (isfinite(tau_syn_ms) && (low_ms != tau_syn_ms || high_ms != tau_syn_ms))
    r2s_doc_item(doc,
                 "%s not in `psc-alpha`: its τ_syn is %s ms for all%s (`psc_alpha.tau_syn_ms` auto takes "
                 "each unit's own).",
                 low_ms == high_ms ? "The units' τ_d is" : "The trained τ_d of the units are",
                 r2s_fmt_short(tau_syn_ms, 4).text, tau_syn_ms == 35 ? ", as in the table" : "");
}

/* What the network is, by its file, or before there is one as it is configured. */
static void add_structure(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_net_config *net = &folder->config.net;
  const int n = folder->model.n > 0 ? folder->model.n : net->n;
  if (n != 200 && n != 250)
    r2s_doc_item(doc, "%d units; the paper's networks have 10 to 500, mostly 250.", n);
  add_time_constants(doc, folder);
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

static void add_activation(r2s_doc *doc, const r2s_folder *folder, bool given) {
  const r2s_config *c = &folder->config;
  /* of a given network its recipe is all that is known */
  const bool matched = strcmp(r2s_fmt_recipe(folder).text, "`matched`") == 0;
  const bool shot = given ? matched : c->train.noise_end > 0, kick = given ? matched : c->train.start_kick;
  const char *in_training[] = {
      "", ", and in training they get the shot noise that the spiking network has",
      ", and in training they get the start-up kick that the spiking network has",
      (", and in training they get the shot noise and the start-up kick that the spiking "
       "network has")};
  if (given ? matched : c->net.activation == R2S_ACTIVATION_SIEGERT)
    r2s_doc_item(
        doc,
        "The rate units have the LIF unit's own rate curve%s. The paper uses a sigmoid and weak noise, and "
        "finds the scale by a search.",
        in_training[shot + 2 * kick]);
  else if (folder->model.n && folder->model.activation != R2S_ACTIVATION_SIGMOID)
    r2s_doc_item(doc, "The rate units' activation is %s; the paper uses a sigmoid.",
                 r2s_activation_name(folder->model.activation));
}

/* What only a training with shot noise does. */
static void add_noise_training(r2s_doc *doc, const r2s_train_config *train) {
  if (train->plain_rate_max > 1)
    r2s_doc_item(doc, "Until the shot noise begins, the learning rate is larger than after; the authors' is "
                      "constant.");
  if (train->final_steps > 0 && train->average_steps > 1)
    r2s_doc_item(
        doc,
        "A training that reaches full noise keeps a running mean of the weights, over some %d of its "
        "last %d steps; the authors keep the last ones.",
        train->average_steps, train->final_steps);
}

static void add_training(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_train_config *train = &folder->config.train;
  const bool given = r2s_folder_imported(folder);
  add_activation(doc, folder, given);
  if (folder->task.dt_ms != 5)
    r2s_doc_item(doc, "A rate step of %s ms; the authors' is 5 ms.",
                 r2s_fmt_short(folder->task.dt_ms, 4).text);
  if (given) {
    r2s_doc_item(doc,
                 "The network was given: its file does not tell how each option of its training was set.");
    return;
  }
  if (train->batch > 1)
    r2s_doc_item(doc, "Batches of %d trials%s; the authors take one trial a step.", train->batch,
                 train->balanced ? ", with each condition in its share" : "");
  if (train->noise_end > 0) add_noise_training(doc, train);
}

static void add_step(r2s_doc *doc, const r2s_spike_config *lif) {
  const double dt_ms = lif->neuron.dt_ms, usual_ms = r2s_neuron_params_default().dt_ms;
  if (dt_ms == usual_ms) return;
  r2s_doc_item(doc, "The LIF units' step is %s ms; the authors' code has %s ms. %s",
               r2s_fmt_short(dt_ms, 4).text, r2s_fmt_short(usual_ms, 4).text,
               lif->noise_per_root_dt
                   ? "Their noise is that of the authors' step."
                   : "Each step has the same noise, so that the voltage's variance is another; `psc-dexp` "
                     "has as much (`lif.noise_per_root_dt` keeps it).");
}

static bool in_group(const char *key, const char *group) {
  const size_t n = strlen(group);
  return strncmp(key, group, n) == 0 && key[n] == '.';
}

/* Whether option k is one of the group with another value than `authors`, this program's recipe and level of
 * the authors' code, has; both values. The scale is searched for, and the reference engine only slower.
 */
static r2s_status differs(const r2s_config *config, const r2s_config *authors, int k, const char *group,
                          bool *out, char value[R2S_CONFIG_VALUE_SIZE], char theirs[R2S_CONFIG_VALUE_SIZE],
                          r2s_error *err) {
  r2s_status st = R2S_OK;
  const char *key = r2s_config_option(k).key;
  *out = false;
  if (!in_group(key, group) || strstr(key, ".scale") || strcmp(key, "lif.reference") == 0 ||
      strcmp(key, "train.test_trials") == 0)
    return st;
  R2S_TRY(st, r2s_config_value(config, k, value, R2S_CONFIG_VALUE_SIZE, err));
  R2S_TRY(st, r2s_config_value(authors, k, theirs, R2S_CONFIG_VALUE_SIZE, err));
  *out = strcmp(value, theirs) != 0;
done:
  return st;
}

/* Adds the group's options as "`n` 250 (200), `gain` 2 (1.5)"; nothing where none differs. */
static r2s_status list_group(const r2s_config *config, const r2s_config *authors, const char *group,
                             r2s_text *list, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int k = 0; k < r2s_config_option_count(); k++) {
    char value[R2S_CONFIG_VALUE_SIZE], theirs[R2S_CONFIG_VALUE_SIZE];
    bool other;
    R2S_TRY(st, differs(config, authors, k, group, &other, value, theirs, err));
    if (!other) continue;
    r2s_text_add(list, "%s`%s` %s", list->size ? ", " : "", r2s_config_option(k).key + strlen(group) + 1,
                 r2s_plain(value).text);
    r2s_text_add(list, " (%s)", r2s_plain(theirs).text);
  }
  st = r2s_text_check(list, err);
done:
  return st;
}

/* Every option, so that nothing is left out. net.* and train.* did not make a network that was given. */
static r2s_status add_options(r2s_doc *doc, const r2s_folder *folder, const r2s_config *authors,
                              r2s_error *err) {
  static const char *const groups[] = {"net", "train", "neuron", "lif", "lif_unit", "psc_dexp", "psc_alpha"};
  r2s_status st = R2S_OK;
  r2s_text list = {0};
  bool introduced = false;
  for (size_t g = r2s_folder_imported(folder) ? 2 : 0; g < sizeof groups / sizeof *groups; g++) {
    R2S_TRY(st, list_group(&folder->config, authors, groups[g], &list, err));
    if (list.size && !introduced)
      r2s_doc_paragraph(doc, "All options that have another value than in recipe and compat level `kim2019`, "
                             "which follow the authors' code where it has such an option (that value in "
                             "brackets):");
    introduced |= list.size > 0;
    if (list.size) r2s_doc_item(doc, "`%s.*`: %s", groups[g], r2s_text_string(&list));
    r2s_text_free(&list);
  }
done:
  r2s_text_free(&list);
  return st;
}

static bool delayed(const r2s_spike_config *c) {
  return isfinite(c->delay_ms) && c->delay_ms > 1.5 * c->neuron.dt_ms;
}

/* psc-dexp beside the run's own lif, with which it shares the options of neuron.*. */
static void add_dexp(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_config *c = &folder->config;
  const r2s_spike_config *dexp = &c->psc_dexp;
  const double rest_mv = r2s_spike_resting_mv(dexp) + dexp->neuron.tau_m_ms / dexp->c_m_pf * dexp->i_e_pa,
               input_mv = r2s_spike_unit_input_pa(dexp) * dexp->neuron.tau_m_ms / dexp->c_m_pf;
  r2s_text text = {0};
  r2s_text_put(&text, "The NEST models are no part of the paper. `psc-dexp` has the synapse and threshold of "
                      "`lif`, integrated exactly");
  if (c->lif.tau_of_sender) r2s_text_put(&text, ", with the τ_d of the receiving unit");
  if (fabs(rest_mv - c->lif.neuron.v_bias_mv) > 1e-9)
    r2s_text_add(&text, "; it rests at %s mV, not at %s mV", r2s_fmt_short(rest_mv, 4).text,
                 r2s_fmt_short(c->lif.neuron.v_bias_mv, 4).text);
  if (fabs(input_mv - 1) > 1e-9)
    r2s_text_add(&text, "; its input is %s times the LIF's", r2s_fmt_short(input_mv, 4).text);
  r2s_text_put(&text, dexp->neuron.noise_mv > 0
                          ? "; its noise is NEST's `noise_generator`, scaled to the same voltage noise."
                          : "; neither has noise.");
  r2s_doc_item(doc, "%s", r2s_text_string(&text));
  doc->failed |= text.failed;
  r2s_text_free(&text);
}

/* Whether psc-alpha is as in the write-up's table, with the options that it shares with lif. */
static r2s_status is_table(const r2s_config *config, const r2s_config *authors, bool *out, r2s_error *err) {
  static const char *const shared[] = {"neuron.tau_m_ms", "neuron.t_ref_ms", "neuron.v_th_mv",
                                       "neuron.v_reset_mv"};
  r2s_status st = R2S_OK;
  char value[R2S_CONFIG_VALUE_SIZE], theirs[R2S_CONFIG_VALUE_SIZE];
  *out = true;
  for (int k = 0; k < r2s_config_option_count() && *out; k++) {
    const char *key = r2s_config_option(k).key, *group = "psc_alpha";
    bool other;
    for (size_t s = 0; s < sizeof shared / sizeof *shared; s++)
      if (strcmp(key, shared[s]) == 0) group = "neuron";
    R2S_TRY(st, differs(config, authors, k, group, &other, value, theirs, err));
    *out = !other;
  }
done:
  return st;
}

static r2s_status add_alpha(r2s_doc *doc, const r2s_folder *folder, const r2s_config *authors,
                            r2s_error *err) {
  const r2s_spike_config *alpha = &folder->config.psc_alpha;
  const double scale = r2s_alpha_scale(folder);
  char weight[200] = "";
  bool table;
  r2s_status st = is_table(&folder->config, authors, &table, err);
  if (st != R2S_OK) return st;
  if (isfinite(scale))
    snprintf(weight, sizeof weight, ", and weights as at scale %.20s of the LIF (the authors' are 20 to 75)",
             r2s_fmt_short(scale, 2).text);
  r2s_doc_item(doc, "`psc-alpha` is the write-up's table%s: alpha functions for synapses, %s%s.",
               table ? "" : " but for options named below", alpha->neuron.noise_mv > 0 ? "noise" : "no noise",
               weight);
  return R2S_OK;
}

static void add_delays(r2s_doc *doc, const r2s_config *config) {
  const r2s_spike_config *models[] = {&config->psc_dexp, &config->psc_alpha};
  static const char *const names[] = {"psc-dexp", "psc-alpha"};
  for (int k = 0; k < 2; k++)
    if (delayed(models[k]))
      r2s_doc_item(doc, "The synapses of `%s` have a delay of %s ms; the paper's have none.", names[k],
                   r2s_fmt_short(models[k]->delay_ms, 4).text);
  r2s_doc_item(doc, "No conductances, no adaptation, %sno plasticity after training: as in the paper.",
               delayed(models[0]) || delayed(models[1]) ? "" : "no synaptic delays beyond one step, ");
}

r2s_status r2s_section_differences(r2s_doc *doc, const r2s_folder *folder, r2s_error *err) {
  r2s_config authors; /* once: defaults take as long as all options of all recipes */
  r2s_config_default(&authors, R2S_RECIPE_KIM2019, R2S_COMPAT_KIM2019);
  r2s_doc_heading(doc, 2, "What differs from the paper");
  r2s_doc_item(
      doc, "One network, seed %s; the paper trains 100. The intervals here are over trials of this network.",
      r2s_fmt_training_seed(folder).text);
  add_structure(doc, folder);
  const bool preset = r2s_task_is_preset(folder->config.task);
  if (preset && strcmp(folder->task.name, "go-nogo-short") == 0)
    r2s_doc_item(
        doc,
        "A shorter and earlier pulse (100 to 150 ms in place of 250 to 375 ms), an output that must hold to "
        "the "
        "end, and a criterion on the mean of the last 100 ms; the authors' criterion is reported beside it.");
  if (!preset) r2s_doc_item(doc, "The task is a file of the user's own (`task.yaml`).");
  add_training(doc, folder);
  add_step(doc, &folder->config.lif);
  add_dexp(doc, folder);
  r2s_status st = add_alpha(doc, folder, &authors, err);
  if (st != R2S_OK) return st;
  add_delays(doc, &folder->config);
  return add_options(doc, folder, &authors, err);
}
