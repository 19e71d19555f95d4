/* SPDX-License-Identifier: MIT
 * Protects: what wins (defaults < recipe < compat < file < --set), every message about a mistake, and that
 * the resolved file is the same configuration again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_error.h"
#include "io/config_table.h"
#include "rate2spike/config.h"
#include "rate2spike/io.h"

static char path[] = "/tmp/r2s_config_XXXXXX"; /* made by main */

static void write_file(const char *text, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* text NULL: no file; set NULL: none. */
static r2s_status try_load(r2s_config *config, const char *text, const char *set, r2s_error *err) {
  if (text) write_file(text, strlen(text));
  *err = (r2s_error){0};
  return r2s_config_load(config, text ? path : NULL, &set, set != NULL, err);
}

static r2s_config load(const char *text, const char *set) {
  r2s_config config;
  r2s_error err;
  if (try_load(&config, text, set, &err) != R2S_OK) fail_msg("%s", err.msg);
  return config;
}

static r2s_config_origin origin(const r2s_config *config, const char *key) {
  return r2s_config_option_origin(config, r2s_config_find(key));
}

static void test_defaults(void **state) {
  (void)state;
  r2s_config config = load(NULL, NULL);
  assert_string_equal(config.task, "go-nogo-short");
  assert_int_equal(config.recipe, R2S_RECIPE_MATCHED);
  assert_int_equal(config.compat, R2S_COMPAT_KIM2019);
  assert_int_equal(config.seed, 1);
  assert_int_equal(config.net.n, 250);
  assert_int_equal(config.net.activation, R2S_ACTIVATION_SIEGERT);
  assert_int_equal(config.n_scales, 12);
  assert_true(config.scales[11] == 75);
  assert_int_equal(config.n_unit_scales, 20);
  assert_true(config.psc_alpha.weight_pa == 50 && config.psc_alpha.neuron.noise_mv == 0);
  assert_true(config.psc_dexp.neuron.dt_ms == 0.1 && config.lif.neuron.dt_ms == 0.05);
  assert_true(config.psc_dexp.neuron.noise_mv == 0.1 && isnan(config.psc_dexp.e_l_mv));
  assert_true(isnan(config.lif.scale));
  assert_int_equal(origin(&config, "net.n"), R2S_ORIGIN_RECIPE);
  assert_int_equal(origin(&config, "net.p_rec"), R2S_ORIGIN_DEFAULT);
  assert_int_equal(origin(&config, "lif.input_on_step"), R2S_ORIGIN_COMPAT);
  /* the modules' own defaults are not changed on the way */
  r2s_train_config train = r2s_train_config_default(R2S_RECIPE_MATCHED);
  assert_int_equal(config.train.max_steps, train.max_steps);
  assert_true(config.train.noise_end == train.noise_end && config.train.final_rate == train.final_rate);
}

static void test_precedence(void **state) {
  (void)state;
  /* recipe and compat stand last, and still come first */
  static const char text[] = "train.batch: 7\nnet: {n: 60}\nrecipe: kim2019\ncompat: corrected\n";
  r2s_config config = load(text, NULL);
  r2s_train_config train = r2s_train_config_default(R2S_RECIPE_KIM2019);
  assert_int_equal(config.train.batch, 7);
  assert_int_equal(config.net.n, 60);
  assert_int_equal(config.train.max_steps, train.max_steps);
  assert_true(config.lif.noise_per_root_dt && config.lif.input_on_step && config.lif.readout_bias);
  assert_false(config.lif.tau_of_sender);
  assert_int_equal(origin(&config, "train.batch"), R2S_ORIGIN_FILE);
  assert_int_equal(origin(&config, "recipe"), R2S_ORIGIN_FILE);
  config = load(text, "train.batch = 9 ");
  assert_int_equal(config.train.batch, 9);
  assert_int_equal(origin(&config, "train.batch"), R2S_ORIGIN_SET);
  config = load(text, "recipe=writeup");
  train = r2s_train_config_default(R2S_RECIPE_WRITEUP);
  assert_int_equal(config.train.batch, 7);
  assert_int_equal(config.train.max_steps, train.max_steps);
  config = load("compat: paper", "lif.tau_of_sender=false");
  assert_false(config.lif.tau_of_sender);
  /* the paper's readouts, o = W_out r, have no bias */
  assert_true(config.lif.input_on_step && !config.lif.readout_bias);
  const char *sets[] = {"seed=1", "seed=2", "seed=18446744073709551615"};
  r2s_error err;
  assert_int_equal(r2s_config_load(&config, NULL, sets, 3, &err), R2S_OK);
  assert_true(config.seed == UINT64_MAX);
}

static void test_shared_options(void **state) {
  (void)state;
  r2s_config config = load("neuron: {tau_m_ms: 15, t_ref_ms: 1, tau_r_ms: 3, v_bias_mv: -41, noise_mv: 0.2,\n"
                           "         v_reset_mv: -63, v_th_mv: -38}\n"
                           "threads: 2\nsimulate: {record_ms: 0.5}\n",
                           "neuron.dt_ms=0.1");
  const r2s_spike_config *models[] = {&config.lif, &config.lif_unit, &config.psc_dexp, &config.psc_alpha};
  for (int k = 0; k < 4; k++) {
    assert_true(models[k]->neuron.tau_m_ms == 15 && models[k]->neuron.t_ref_ms == 1);
    assert_true(models[k]->record_ms == 0.5);
    assert_int_equal(models[k]->threads, 2);
    if (k != 1) assert_true(models[k]->neuron.v_reset_mv == -63 && models[k]->neuron.v_th_mv == -38);
  }
  assert_true(config.psc_dexp.tau_r_ms == 3 && config.psc_alpha.tau_r_ms == 3 &&
              config.lif_unit.tau_r_ms == 2);
  assert_true(r2s_spike_resting_mv(&config.psc_dexp) == -41);
  assert_true(fabs(r2s_spike_unit_input_pa(&config.psc_dexp) - 100.0 / 15) < 1e-12);
  assert_true(fabs(config.psc_dexp.neuron.noise_mv - 0.2 * sqrt(0.5)) < 1e-15);
  assert_true(config.psc_dexp.neuron.dt_ms == 0.1 && config.lif.neuron.dt_ms == 0.1);
  config = load("neuron: {v_bias_mv: -41}\npsc_dexp: {e_l_mv: -50}\n", NULL);
  assert_true(config.psc_dexp.e_l_mv == -50);
}

/* A network of another size has the same share of inhibitory units, where nothing else is said. */
static void test_inhibitory_units_of_another_size(void **state) {
  (void)state;
  assert_int_equal(load("net: {n: 100}\n", NULL).net.n_inh, 20);
  assert_int_equal(load("net: {n: 500}\n", "net.n=60").net.n_inh, 12);
  assert_int_equal(load("net: {n: 100, n_inh: 50}\n", NULL).net.n_inh, 50);
  assert_int_equal(load("net: {n_inh: 30}\n", "net.n=100").net.n_inh, 30);
  assert_int_equal(load("net: {n: 250, n_inh: 50}\n", "net.n=40").net.n_inh, 8); /* a run's folder */
  /* -1, each by chance, is no share */
  assert_int_equal(load("recipe: kim2019\nnet: {n: 100}\n", NULL).net.n_inh, -1);
  assert_int_equal(load("recipe: kim2019\nnet: {n: 60}\n", NULL).net.n_inh, -1);
  assert_int_equal(load("recipe: kim2019\n", "net.n=1000").net.n_inh, -1);
}

static void test_lists_and_auto(void **state) {
  (void)state;
  r2s_config config = load("convert: {scales: [30, 44, 50.5]}\n", NULL);
  assert_int_equal(config.n_scales, 3);
  assert_true(config.scales[1] == 44 && config.scales[2] == 50.5);
  config = load("convert.scales: 20:10:40\npsc_alpha: {weight_pa: auto}\nlif.scale: 44\n", NULL);
  assert_int_equal(config.n_scales, 3);
  assert_true(isnan(config.psc_alpha.weight_pa));
  assert_true(config.lif.scale == 44);
}

static void test_mistakes(void **state) {
  (void)state;
  const struct {
    const char *text, *set, *message; /* message: behind "PATH", or all of it without a file */
  } cases[] = {
      {"train:\n  learning_rat: 0.1\n", NULL,
       ":2:3: unknown option 'train.learning_rat'; did you mean 'train.learning_rate'?"},
      {"learning_rate: 0.1\n", NULL,
       ":1:1: unknown option 'learning_rate'; did you mean 'train.learning_rate'?"},
      /* a terminal would obey */
      {"\"a\\e[2J\\x9bb\\x7f\\x9fc\": 0.1\n", NULL, ":1:1: unknown option 'a\\x1b[2J\\x9bb\\x7f\\x9fc'; "},
      {"\"a\\nb\\tc\\x7e\\xa0\": 0.1\n", NULL, ":1:1: unknown option 'a\\nb\\tc~\u00a0'; "},
      {"xyzzy: 0.1\n", NULL, ":1:1: unknown option 'xyzzy'; `rate2spike options` lists them all"},
      {"train: 5\n", NULL, ":1:1: 'train' is a group of options; expected train.batch and so on"},
      {"seed: {a: 1}\n", NULL, ":1:1: 'seed' holds a map; expected a value"},
      {"seed: [1]\n", NULL, ":1:1: 'seed' holds a list; expected one value"},
      {"train:\n", NULL, ":1:1: 'train' is a group of options"},
      {"train: {}\n", NULL, ":1:1: 'train' holds nothing"},
      {"net:\n  gain: 0.2x\n", NULL, ":2:9: net.gain: found '0.2x'; expected a number above 0, up to 1000"},
      {"net:\n  gain: inf\n", NULL, ":2:9: net.gain: found 'inf'; expected a number above 0"},
      {"net: {n: 2.5}\n", NULL, ":1:10: net.n: found '2.5'; expected an integer from 2 to 8191"},
      {"net: {p_rec: 0}\n", NULL, ":1:14: net.p_rec: found '0'; expected a number from 1e-06 to 1"},
      {"net: {dale: yes}\n", NULL, ":1:13: net.dale: found 'yes'; expected true or false"},
      {"net:\n  n: 50\nnet.n: 60\n", NULL, ":3:8: 'net.n' is already set at "},
      {"neuron: {tau_r_ms: 1e6}\n", NULL,
       ":1:20: neuron.tau_r_ms: found '1e6'; expected a number from 0 to 100000"},
      {"psc_dexp: {c_m_pf: 1e-310}\n", NULL,
       ":1:20: psc_dexp.c_m_pf: found '1e-310'; expected a number from 1e-06 to 1000000000000"},
      {"psc_alpha: {c_m_pf: 1e13}\n", NULL,
       ":1:21: psc_alpha.c_m_pf: found '1e13'; expected a number from 1e-06 to 1000000000000"},
      {"lif_unit: {tau_r_ms: 1e6}\n", NULL,
       ":1:22: lif_unit.tau_r_ms: found '1e6'; expected a number above 0, up to 100000"},
      {"recipe: matchd\n", NULL, ":1:9: recipe: found 'matchd'; expected one of matched, writeup, kim2019"},
      {"seed: -1\n", NULL, ":1:7: seed: found '-1'; expected an integer from 0 to 18446744073709551615"},
      {"seed:\n", NULL, ":1:6: seed: found ''; expected an integer"},
      {"convert: {scales: [1, [2]]}\n", NULL, ":1:19: 'convert.scales' is not a list of numbers"},
      {"convert: {scales: [1, 0]}\n", NULL, ":1:19: convert.scales: found '1,0'; expected first:step:last"},
      {"convert.scales: 20:5\n", NULL, ":1:17: convert.scales: found '20:5'; expected first:step:last"},
      {"neuron: {t_ref_ms: 2e8}\n", NULL,
       ":1:20: neuron.t_ref_ms: found '2e8'; expected a number from 0 to 1000"},
      {"psc_dexp: {i_e_pa: 1e300}\n", NULL,
       ":1:20: psc_dexp.i_e_pa: found '1e300'; expected a number from -1e+15 to 1e+15"},
      {"psc_alpha: {input_pa: -1e300}\n", NULL,
       ":1:23: psc_alpha.input_pa: found '-1e300'; expected a number from -1e+15 to 1e+15"},
      {"psc_alpha: {weight_pa: 1e300}\n", NULL,
       ":1:24: psc_alpha.weight_pa: found '1e300'; expected a number above 0, up to 1e+15"},
      {"neuron: {tau_m_ms: auto}\n", NULL, ":1:20: neuron.tau_m_ms: found 'auto'; expected a number above 0"},
      {"- a\n", NULL, ":1:1: expected lines of \"key: value\""},
      {"", NULL, ":1:1: the file is empty"},
      {"net: {n_inh: 300}\n", NULL, ":1:14: net.n_inh is 300"},
      {"net: {n_inh: 300, n: 200}\n", NULL, ":1:14: net.n_inh is 300"},
      {"net: {som_n: 5, n_inh: 2}\n", NULL, ":1:14: net.som_n is 5; expected at most net.n_inh = 2"},
      {"neuron: {v_reset_mv: -30}\n", NULL, ":1:22: neuron: v_reset = -30"},
      {NULL, "seed", "--set seed: expected key=value"},
      {NULL, "sede=1", "--set sede=1: unknown option 'sede'; did you mean 'seed'?"},
      {NULL, "lif.t_ref_ms=1",
       "--set lif.t_ref_ms=1: unknown option 'lif.t_ref_ms'; did you mean 'neuron.t_ref_ms'?"},
      {NULL, "seed=1x",
       "--set seed=1x: seed: found '1x'; expected an integer from 0 to 18446744073709551615"},
      {NULL, "=1", "--set =1: unknown option ''"},
#define DIGITS32 "01234567890123456789012345678901"
      {NULL, DIGITS32 DIGITS32 DIGITS32 DIGITS32 "=1",
       "--set " DIGITS32 DIGITS32 DIGITS32 DIGITS32 "=1: unknown option '0123"},
      {DIGITS32 DIGITS32 DIGITS32 ": {" DIGITS32 ": 1}\n", NULL, ":1:100: unknown option '0123"},
      {NULL, "net.n_inh=300", "--set net.n_inh=300: net.n_inh is 300"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    r2s_config config;
    r2s_error err;
    char expected[512];
    assert_int_equal(try_load(&config, cases[k].text, cases[k].set, &err), R2S_ERR_CONFIG);
    snprintf(expected, sizeof expected, "%s%s", cases[k].text ? path : "", cases[k].message);
    if (strncmp(err.msg, expected, strlen(expected)) != 0)
      fail_msg("found '%s'; expected '%s'", err.msg, expected);
  }
  r2s_config config;
  r2s_error err = {0};
  assert_int_equal(r2s_config_load(&config, "/nonexistent/x.yaml", NULL, 0, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "/nonexistent/x.yaml"));
}

/* What was written could not be read again. */
static void test_a_task_that_yaml_cannot_hold_is_not_written(void **state) {
  (void)state;
  r2s_config config = load(NULL, NULL);
  char *yaml;
  r2s_error err;
  strcpy(config.task, "gr\xc3\xbcn.yaml");
  assert_int_equal(r2s_config_yaml(&config, &yaml, &err), R2S_OK);
  free(yaml);
  strcpy(config.task, "gr\xfcn.yaml");
  assert_int_equal(r2s_config_yaml(&config, &yaml, &err), R2S_ERR_CONFIG);
  assert_null(yaml);
  assert_string_equal(err.msg,
                      "task: found byte 3 (from 1) of its text to be no UTF-8; expected UTF-8, as YAML is");
}

static void test_resolved_file_is_the_same(void **state) {
  (void)state;
  static const char *const texts[] = {
      "seed: 3\n",
      "recipe: kim2019\ncompat: paper\ntask: \"odd \\\"name\\\" # \\\\ \\n.yaml\"\n",
      ("train.learning_rate: 0.0123456789012345678\nneuron.noise_mv: 0.1e-7\nnet.gain: 0.1\nlif.scale: 44.1\n"
       "convert.scales: [0.1, 0.2, 0.30000000000000004, 7]\nconvert.unit_scales: 0.1:0.1:2\n"),
  };
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    r2s_config first = load(texts[k], NULL);
    char *yaml, a[72], b[72];
    r2s_error err;
    assert_int_equal(r2s_config_yaml(&first, &yaml, &err), R2S_OK);
    r2s_config second = load(yaml, NULL);
    for (int option = 0; option < r2s_config_option_count(); option++) {
      char left[2048], right[2048];
      assert_int_equal(r2s_config_value(&first, option, left, sizeof left, &err), R2S_OK);
      assert_int_equal(r2s_config_value(&second, option, right, sizeof right, &err), R2S_OK);
      assert_string_equal(left, right);
    }
    assert_memory_equal(first.scales, second.scales, sizeof first.scales);
    assert_memory_equal(first.unit_scales, second.unit_scales, sizeof first.unit_scales);
    assert_true(first.psc_dexp.neuron.noise_mv == second.psc_dexp.neuron.noise_mv);
    assert_int_equal(r2s_config_hash(&first, a, &err), R2S_OK);
    assert_int_equal(r2s_config_hash(&second, b, &err), R2S_OK);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), 64);
    free(yaml);
  }
}

static void test_context_commands_no_terminal(void **state) {
  (void)state;
  r2s_error err = {R2S_ERR_CONFIG, "why"};
  assert_int_equal(r2s_fail_context(&err, R2S_ERR_CONFIG, "condition %s", "\033[2J"), R2S_ERR_CONFIG);
  assert_string_equal(err.msg, "condition \\x1b[2J: why");
}

static void test_hash(void **state) {
  (void)state;
  r2s_error err;
  char plain[72], threads[72], seed[72];
  r2s_config config = load(NULL, NULL);
  assert_int_equal(r2s_config_hash(&config, plain, &err), R2S_OK);
  config = load(NULL, "threads=3");
  assert_int_equal(r2s_config_hash(&config, threads, &err), R2S_OK);
  config = load(NULL, "seed=2");
  assert_int_equal(r2s_config_hash(&config, seed, &err), R2S_OK);
  assert_string_equal(plain, threads);
  assert_string_not_equal(plain, seed);
  /* a task's file is another path wherever it is seen from; a preset is what it says */
  config = load(NULL, "task=here/mine.yaml");
  assert_int_equal(r2s_config_hash(&config, plain, &err), R2S_OK);
  config = load(NULL, "task=mine.yaml");
  assert_int_equal(r2s_config_hash(&config, seed, &err), R2S_OK);
  assert_string_equal(plain, seed);
  config = load(NULL, "task=xor");
  assert_int_equal(r2s_config_hash(&config, seed, &err), R2S_OK);
  assert_string_not_equal(plain, seed);
}

static bool trains(const r2s_config *config, const r2s_task *task, const char *hash) {
  r2s_error err;
  bool trained;
  assert_int_equal(r2s_config_trained(config, task, hash, &trained, &err), R2S_OK);
  return trained;
}

/* What a network was trained with: other trials of it, another limit of its steps, another title or another
 * path of its task are the same. */
static void test_training_hash(void **state) {
  (void)state;
  r2s_error err;
  r2s_task task;
  char hash[72], old[72];
  r2s_config config = load(NULL, NULL);
  assert_int_equal(r2s_task_load(&task, "go-nogo-short", &err), R2S_OK);
  assert_int_equal(r2s_config_training_hash(&config, &task, hash, &err), R2S_OK);
  assert_int_equal(r2s_config_hash(&config, old, &err), R2S_OK);
  assert_true(trains(&config, &task, old)); /* of an earlier file */
  strcpy(task.title, "Another title");
  strcpy(config.task, "somewhere/else.yaml");
  config.test_trials++;
  config.lif.scale = 20;
  config.train.max_steps++;
  assert_true(trains(&config, &task, hash));
  config.seed++;
  assert_false(trains(&config, &task, hash));
  config.seed--;
  config.lif.neuron.noise_mv += 0.01;
  assert_false(trains(&config, &task, hash));
  config.lif.neuron.noise_mv -= 0.01;
  config.lif.noise_per_root_dt = !config.lif.noise_per_root_dt; /* the noise of another step */
  assert_false(trains(&config, &task, hash));
  config.lif.noise_per_root_dt = !config.lif.noise_per_root_dt;
  config.net.gain++;
  assert_false(trains(&config, &task, hash));
  config.net.gain--;
  task.conditions[0].targets[0].value++;
  assert_false(trains(&config, &task, hash));
  r2s_task_free(&task);
}

/* Gives option k another value. */
static void change(r2s_config *config, int k) {
  const r2s_option *option = &r2s_config_options[k];
  void *field = (char *)config + option->offset;
  double *number = field;
  switch (option->kind) {
  case R2S_OPTION_INTEGER:
    ++*(int *)field;
    break;
  case R2S_OPTION_SEED:
    ++*(uint64_t *)field;
    break;
  case R2S_OPTION_NUMBER:
  case R2S_OPTION_LIST:
    *number = isnan(*number) ? 1 : *number + 0.5;
    break;
  case R2S_OPTION_BOOLEAN:
    *(bool *)field = !*(bool *)field;
    break;
  case R2S_OPTION_CHOICE:
    *(unsigned *)field = *(unsigned *)field == 0;
    break;
  case R2S_OPTION_TEXT:
    strcpy(field, "another.yaml");
    break;
  }
}

static bool begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Every option of network, training and LIF unit makes another training, and no other option but the seed
 * does: a checkpoint must not go on with other settings, nor be lost for what changes nothing of it. */
static void test_each_option_of_a_training_is_in_its_hash(void **state) {
  (void)state;
  r2s_error err;
  r2s_task task;
  char before[72], after[72];
  int n_trains = 0;
  assert_int_equal(r2s_task_load(&task, "go-nogo-short", &err), R2S_OK);
  const r2s_config standard = load(NULL, NULL);
  assert_int_equal(r2s_config_training_hash(&standard, &task, before, &err), R2S_OK);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const char *key = r2s_config_option(k).key;
    const bool trains = ((begins(key, "net.") || begins(key, "train.") || begins(key, "neuron.")) &&
                         strcmp(key, "train.test_trials") != 0) ||
                        strcmp(key, "lif.noise_per_root_dt") == 0,
               hashed = (trains && strcmp(key, "train.max_steps") != 0) || strcmp(key, "seed") == 0;
    r2s_config config = standard;
    change(&config, k);
    assert_int_equal(r2s_config_training_hash(&config, &task, after, &err), R2S_OK);
    if (r2s_config_trains(key) != trains || (strcmp(before, after) != 0) != hashed)
      fail_msg("%s: trains %d, hash %s; expected %d, %d", key, r2s_config_trains(key),
               strcmp(before, after) ? "changes" : "stays", trains, hashed);
    n_trains += trains;
  }
  assert_true(n_trains > 50);
  r2s_task_free(&task);
}

/* Every option: its default's text is accepted and gives the same text again. */
static void test_every_option_round_trips(void **state) {
  (void)state;
  for (int recipe = 0; recipe < 3; recipe++)
    for (int compat = 0; compat < 3; compat++) {
      r2s_config config;
      r2s_config_default(&config, (r2s_recipe)recipe, (r2s_compat)compat);
      for (int k = 0; k < r2s_config_option_count(); k++) {
        char a[2048], b[2048];
        r2s_error err;
        assert_int_equal(r2s_config_value(&config, k, a, sizeof a, &err), R2S_OK);
        if (r2s_config_parse(&config, k, a, &err) != R2S_OK) fail_msg("%s", err.msg);
        assert_int_equal(r2s_config_value(&config, k, b, sizeof b, &err), R2S_OK);
        assert_string_equal(a, b);
      }
    }
}

static void test_table(void **state) {
  (void)state;
  int n = r2s_config_option_count();
  for (int k = 0; k < n; k++) {
    r2s_option_info info = r2s_config_option(k);
    assert_int_equal(r2s_config_find(info.key), k);
    size_t length = strlen(info.doc);
    assert_true(length > 10 && info.doc[length - 1] == '.');
    assert_true((*info.choices != 0) == !strcmp(info.type, "choice"));
    assert_true(!strcmp(info.type, "integer") || !strcmp(info.type, "number") || !strcmp(info.type, "list") ||
                (info.min == 0 && info.max == 0));
    for (int j = 0; j < k; j++)
      assert_int_not_equal(r2s_config_options[j].offset, r2s_config_options[k].offset);
  }
  assert_int_equal(r2s_config_find("no.such"), -1);
}

/* No option, and less room than its value needs. */
static void test_values_that_are_not_told(void **state) {
  (void)state;
  const r2s_config config = load(NULL, NULL);
  char text[8];
  r2s_error err;
  const int n = r2s_config_option_count(), task = r2s_config_find("task");
  assert_int_equal(r2s_config_value(&config, n, text, sizeof text, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "expected 0 to "));
  assert_int_equal(r2s_config_value(&config, task, text, sizeof text, &err), R2S_ERR_ARG);
  assert_string_equal(err.msg, "task: 8 bytes for its value; expected more than 13");
}

/* A resolved file cut at every 37th byte and with bytes changed: a configuration or an error, nothing else.
 */
static void test_damaged_file(void **state) {
  (void)state;
  r2s_config config = load(NULL, NULL);
  r2s_error err;
  char *yaml;
  assert_int_equal(r2s_config_yaml(&config, &yaml, &err), R2S_OK);
  size_t size = strlen(yaml);
  char *text = malloc(size);
  unsigned random = 99;
  int accepted = 0, refused = 0;
  for (size_t k = 0; k < size + 500; k += k < size ? 37 : 1) {
    size_t length = k < size ? k : size;
    memcpy(text, yaml, length);
    for (int flips = 0; k >= size && flips < 3; flips++) {
      random = random * 1664525u + 1013904223u;
      text[(random >> 8) % size] = (char)(random >> 3);
    }
    write_file(text, length);
    if (r2s_config_load(&config, path, NULL, 0, &err) == R2S_OK) {
      accepted++;
    } else {
      assert_non_null(strstr(err.msg, path));
      refused++;
    }
  }
  assert_true(accepted > 0 && refused > 0);
  free(text);
  free(yaml);
}

/* A task file beside the configuration is found from anywhere. */
static void test_task_beside(void **state) {
  (void)state;
  char text[512];
  snprintf(text, sizeof text, "task: %s\n", strrchr(path, '/') + 1); /* any file will do */
  r2s_config config = load(text, NULL);
  assert_string_equal(config.task, path);
  config = load("task: xor\n", NULL);
  assert_string_equal(config.task, "xor");
  config = load("task: not_there.yaml\n", NULL);
  assert_string_equal(config.task, "not_there.yaml");
}

/* A folder's own task is there or nowhere: another one would take its place without a word. What lies beside
 * the file at a path that the option can't hold is refused, what lies elsewhere is not its matter. */
static void test_own_task(void **state) {
  (void)state;
  char folder[] = "/tmp/rate2spike_own_XXXXXX", own[64], text[300] = "task: ", task[320];
  r2s_error err = {0};
  r2s_config config;
  assert_non_null(mkdtemp(folder));
  snprintf(own, sizeof own, "%s/config.yaml", folder);
  assert_int_equal(r2s_io_write_atomic(own, "task: task.yaml\n", 16, &err), R2S_OK);
  assert_int_equal(r2s_config_load(&config, own, NULL, 0, &err), R2S_OK);
  assert_int_equal(strncmp(config.task, folder, strlen(folder)), 0); /* though it is not there */
  memset(text + 6, 't', 250);
  assert_int_equal(r2s_io_write_atomic(own, text, strlen(text), &err), R2S_OK);
  assert_int_equal(r2s_config_load(&config, own, NULL, 0, &err), R2S_OK);
  assert_string_equal(config.task, text + 6);
  snprintf(task, sizeof task, "%s/%s", folder, text + 6);
  assert_int_equal(r2s_io_write_atomic(task, "", 0, &err), R2S_OK);
  assert_int_equal(r2s_config_load(&config, own, NULL, 0, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "expected at most 255: name the folder by a shorter path"));
  unlink(task);
  unlink(own);
  rmdir(folder);
}

int main(void) {
  int fd = mkstemp(path);
  if (fd < 0) return 1;
  close(fd);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_precedence),
      cmocka_unit_test(test_shared_options),
      cmocka_unit_test(test_inhibitory_units_of_another_size),
      cmocka_unit_test(test_lists_and_auto),
      cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_resolved_file_is_the_same),
      cmocka_unit_test(test_a_task_that_yaml_cannot_hold_is_not_written),
      cmocka_unit_test(test_context_commands_no_terminal),
      cmocka_unit_test(test_hash),
      cmocka_unit_test(test_training_hash),
      cmocka_unit_test(test_each_option_of_a_training_is_in_its_hash),
      cmocka_unit_test(test_every_option_round_trips),
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_values_that_are_not_told),
      cmocka_unit_test(test_damaged_file),
      cmocka_unit_test(test_task_beside),
      cmocka_unit_test(test_own_task),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  unlink(path);
  return failed;
}
