/* SPDX-License-Identifier: MIT
 * Protects: what the report says of the paper, the write-up and this run is true of the run's options. Each
 * sentence goes with the options that it tells of, and every option that differs is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "report/report_sections.h"

enum { MAX_SETS = 8 };

/* The section of a run that has a configuration only. */
static r2s_text section_of(const char *const *sets) {
  r2s_folder folder = {.run = json_object()};
  r2s_doc doc = {0};
  r2s_text out = {0};
  r2s_error err;
  int n = 0;
  while (n < MAX_SETS && sets[n]) n++;
  if (r2s_config_load(&folder.config, NULL, sets, n, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_int_equal(r2s_task_load(&folder.task, folder.config.task, NULL), R2S_OK);
  if (r2s_section_differences(&doc, &folder, &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_doc_markdown(&doc, ".", &out);
  r2s_doc_free(&doc);
  r2s_task_free(&folder.task);
  json_decref(folder.run);
  return out;
}

/* Of a run with these options the section has some parts, and has others not. */
typedef struct expectation {
  const char *sets[MAX_SETS], *has[MAX_SETS], *has_not[MAX_SETS];
} expectation;

static void check(const expectation *e) {
  r2s_text text = section_of(e->sets);
  for (int k = 0; k < MAX_SETS && e->has[k]; k++)
    if (!strstr(text.data, e->has[k])) fail_msg("no \"%s\" in %s", e->has[k], text.data);
  for (int k = 0; k < MAX_SETS && e->has_not[k]; k++)
    if (strstr(text.data, e->has_not[k])) fail_msg("\"%s\" in %s", e->has_not[k], text.data);
  r2s_text_free(&text);
}

static void test_sentences_follow_the_options(void **state) {
  (void)state;
  static const expectation list[] = {
      {{NULL},
       {"`psc-dexp` has the synapse and threshold of `lif`, integrated exactly; its noise is NEST's",
        "is the write-up's table: alpha functions for synapses, no noise, and weights as at scale 2.1 of",
        "no synaptic delays beyond one step", "Batches of 32 trials, with each condition in its share",
        "the learning rate is larger", "a running mean of the weights, over some 40 of its last 150 steps"},
       {"it rests at", "a delay of", "but for options", "Synaptic decays between"}},
      {{"neuron.noise_mv=0", "psc_dexp.e_l_mv=-50", "psc_dexp.input_pa=20", "lif.tau_of_sender=true"},
       {"with the τ_d of the receiving unit; it rests at −50 mV, not at −40 mV; its input is 2 times the "
        "LIF's",
        "; neither has noise."},
       {"noise_generator"}},
      {{"psc_dexp.delay_ms=3"},
       {"The synapses of `psc-dexp` have a delay of 3 ms"},
       {"no synaptic delays", "of `psc-alpha` have a delay"}},
      {{"psc_alpha.delay_ms=0.1"}, {"no synaptic delays"}, {"have a delay"}},
      {{"psc_alpha.weight_pa=5", "psc_alpha.noise_mv=0.1"},
       {"table but for options named below: alpha functions for synapses, noise, and weights as at scale 21 "
        "of"},
       {NULL}},
      {{"psc_alpha.weight_pa=auto"}, {"but for options named below"}, {"weights as at scale"}},
      {{"neuron.tau_m_ms=20"}, {"but for options named below", "weights as at scale 1.1 of"}, {NULL}},
      {{"net.n=250"}, {NULL}, {"units; the paper's networks"}},
      {{"net.n=100"}, {"100 units; the paper's networks have 10 to 500, mostly 250."}, {NULL}},
      {{"net.tau_min_ms=20", "net.tau_max_ms=50"}, {NULL}, {"Synaptic decays", "One fixed"}},
      {{"net.tau_min_ms=30", "net.tau_max_ms=60"},
       {"Synaptic decays between 30 and 60 ms; the paper's lie between 20 ms and 50 ms or more.",
        "The trained τ_d of the units are not in `psc-alpha`"},
       {"One fixed"}},
      {{"net.tau_min_ms=50", "net.tau_max_ms=50", "psc_alpha.tau_syn_ms=auto"},
       {"One fixed synaptic decay, τ_d = 50 ms; the paper trains one for each unit, of 20 to 50 ms or more"},
       {"not in `psc-alpha`"}},
      {{"net.tau_min_ms=50", "net.tau_max_ms=50"},
       {"The units' τ_d is not in `psc-alpha`: its τ_syn is 35 ms"},
       {NULL}},
  };
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) check(&list[k]);
}

static void test_the_authors_recipe_differs_in_nothing(void **state) {
  (void)state;
  const expectation e = {{"recipe=kim2019"},
                         {"as in the paper."},
                         {"All options that", "Batches of", "Synaptic decays", "learning rate", "Exactly"}};
  check(&e);
}

static void test_the_list_of_the_default_run(void **state) {
  (void)state;
  const expectation e = {
      {NULL},
      {"\n- `net.*`: `n` 250 (200), `n_inh` 50 (-1), `gain` 2 (1.5), `tau_min_ms` 35 (20), `tau_max_ms` 35 "
       "(100), "
       "`w_out_sd` 0.003 (0.01), `activation` siegert (sigmoid)\n",
       "\n- `train.*`: `batch` 32 (1), `balanced` true (false), ", "`plain_rate` 1.4 (1)"},
      {"`neuron.*`", "`lif.*`", "`lif_unit.*`", "`psc_dexp.*`", "`psc_alpha.*`"}};
  check(&e);
}

/* A number of the option's range other than this one; other words for what is none. */
static void another_value(const r2s_option_info *option, const char *value, char *out, size_t size) {
  const size_t first = strcspn(option->choices, "|");
  double number;
  if (strcmp(option->type, "boolean") == 0)
    snprintf(out, size, "%s", *value == 't' ? "false" : "true");
  else if (strcmp(option->type, "choice") == 0)
    snprintf(out, size, "%s", option->choices + first + 1);
  else if (sscanf(value, "%lf", &number) != 1)
    snprintf(out, size, "1");
  else if (strcmp(option->type, "integer") == 0)
    snprintf(out, size, "%g", number + 1 <= option->max ? number + 1 : number - 1);
  else
    snprintf(out, size, "%.17g",
             number == 0 ? 0.5 : number * (number * 1.0625 <= option->max ? 1.0625 : 0.9375));
}

/* Options that do not say what the network or a neuron is. */
static bool is_listed(const char *key) {
  static const char *const groups[] = {"net.", "train.", "neuron.", "lif.", "lif_unit.", "psc_"};
  if (strstr(key, ".scale") || strcmp(key, "lif.reference") == 0 || strcmp(key, "train.test_trials") == 0)
    return false;
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
    if (strncmp(key, groups[g], strlen(groups[g])) == 0) return true;
  return false;
}

static void test_no_option_is_left_out(void **state) {
  (void)state;
  r2s_config authors;
  int tried = 0;
  r2s_config_default(&authors, R2S_RECIPE_KIM2019, R2S_COMPAT_KIM2019);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const r2s_option_info option = r2s_config_option(k);
    char value[1024], other[64], set[200], part[200];
    r2s_config config;
    if (!is_listed(option.key)) continue;
    assert_int_equal(r2s_config_value(&authors, k, value, sizeof value, NULL), R2S_OK);
    another_value(&option, value, other, sizeof other);
    snprintf(set, sizeof set, "%s=%s", option.key, other);
    const char *const sets[] = {"recipe=kim2019", set, NULL};
    if (r2s_config_load(&config, NULL, sets, 2, NULL) != R2S_OK) continue; /* fits no other option */
    r2s_text text = section_of(sets);
    snprintf(part, sizeof part, "`%s` ", strchr(option.key, '.') + 1);
    if (!strstr(text.data, part)) fail_msg("%s is not named", set);
    r2s_text_free(&text);
    tried++;
  }
  assert_true(tried > 70);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sentences_follow_the_options),
      cmocka_unit_test(test_the_authors_recipe_differs_in_nothing),
      cmocka_unit_test(test_the_list_of_the_default_run),
      cmocka_unit_test(test_no_option_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
