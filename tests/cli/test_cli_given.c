/* SPDX-License-Identifier: MIT
 * Protects: what a folder has of a network is neither lost nor taken for another network's, when a model file
 * is given into it or its model.h5 changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cli_program.h"

#define GIVEN R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo"
#define FEW                                                                                                  \
  "--set", "convert.trials=4", "--set", "convert.held_out_trials=2", "--scales", "20,40", "--set",           \
      "train.test_trials=3"

#define CLI(...) cli_wait(cli_start((const char *const[]){__VA_ARGS__, NULL}))

static bool says(const char *text) {
  char command[200];
  snprintf(command, sizeof command, "grep -qF '%s' stderr", text);
  return system(command) == 0;
}

/* The same file given twice: each command adds to the folder. With other train.* its rate network is run
 * anew.
 */
static void test_the_same_network_goes_on(void **state) {
  (void)state;
  CLI_RUN("convert", GIVEN, "-o", "same", "--model", "lif", FEW);
  CLI_RUN("simulate", GIVEN, "-o", "same", "--model", "lif", "--trials", "3", "--set", "train.test_trials=3");
  assert_true(cli_is_there("same/conversion.csv") && cli_is_there("same/spikes_lif_native.h5"));
  CLI_RUN("simulate", "same/model.mat", "--task", "go-nogo", "-o", "same", "--model", "psc-dexp", "--trials",
          "3", "--set", "train.test_trials=3", "--json");
  json_t *json = cli_json(), *stages = json_object_get(json, "stages"),
         *models = json_object_get(json_object_get(stages, "sim-native"), "models");
  assert_true(json_object_get(stages, "convert") && json_object_get(models, "lif"));
  assert_int_equal(json_array_size(json_object_get(json, "commands")), 3);
  json_decref(json);
  CLI_RUN("simulate", GIVEN, "-o", "same", "--model", "lif", "--trials", "3", "--set", "train.test_trials=3",
          "--recipe", "writeup"); /* whose net.* are others, and not the network's */
  assert_true(cli_is_there("same/conversion.csv") && !says("are replaced"));
  assert_int_equal(CLI("simulate", "same", "--set", "net.n=100"), 2);
  CLI_RUN("simulate", GIVEN, "-o", "same", "--model", "lif", "--trials", "3", "--set", "train.state_noise=0");
  assert_true(says("are replaced") && !cli_is_there("same/conversion.csv"));
}

static void test_another_network_replaces_a_given_one(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "trained", CLI_TINY, "--set", "train.max_steps=1");
  CLI_RUN("simulate", GIVEN, "-o", "other", "--model", "lif", "--trials", "3");
  CLI_RUN("simulate", "trained/model.h5", "-o", "other", "--model", "psc-dexp", "--trials", "3");
  assert_true(says("other: results of another network are replaced"));
  assert_false(cli_is_there("other/spikes_lif_native.h5"));
}

static void test_a_trained_network_is_kept(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "kept", CLI_TINY, "--set", "train.max_steps=1");
  assert_int_equal(CLI("simulate", GIVEN, "-o", "kept"), 2);
  assert_true(says("kept: has a network that was trained there") && says("expected another folder"));
  assert_int_equal(CLI("convert", "kept/model.h5", "-o", "kept"), 2);
  assert_true(says("expected the folder itself"));
  assert_true(cli_is_there("kept/training.csv"));
  assert_int_equal(system("cp -r kept stopped && mv stopped/model.h5 stopped/checkpoint.h5"), 0);
  assert_int_equal(CLI("simulate", "kept/model.h5", "-o", "stopped"), 2); /* results of it are there */
  assert_true(says("stopped: has a network that was trained there"));
  cli_begun_json("kept/run.json", "stopped/run.json", false);
  assert_int_equal(CLI("simulate", GIVEN, "-o", "stopped"), 2);
  assert_true(says("stopped: has the checkpoint of a training"));
}

/* As an earlier version left it, or a command that was stopped: nothing is lost for that. */
static void test_a_folder_that_does_not_tell_its_network(void **state) {
  (void)state;
  CLI_RUN("convert", GIVEN, "-o", "early", "--model", "lif", FEW);
  assert_int_equal(system("sed -i '/network_hash/d' early/run.json"), 0);
  CLI_RUN("simulate", GIVEN, "-o", "early", "--model", "lif", "--trials", "3", "--set", "train.test_trials=3",
          "--set", "train.max_steps=99");
  assert_true(cli_is_there("early/conversion.csv") && !says("replaced"));
  cli_begun_json("early/run.json", "early/run.json", true);
  CLI_RUN("simulate", GIVEN, "-o", "early", "--model", "lif", "--trials", "3");
  assert_false(says("replaced"));
}

/* A damaged file of the folder is told, or put back, and costs no result. */
static void test_damage_is_mended_or_told(void **state) {
  (void)state;
  CLI_RUN("convert", GIVEN, "-o", "hurt", "--model", "lif", FEW);
  assert_int_equal(system("truncate -s 1000 hurt/model.h5"), 0);
  CLI_RUN("simulate", GIVEN, "-o", "hurt", "--model", "lif", "--trials", "3", "--set", "train.test_trials=3");
  assert_true(cli_is_there("hurt/conversion.csv"));
  CLI_RUN("simulate", "hurt", "--model", "lif", "--trials", "3");
  assert_int_equal(system("sed -i 's/^seed:/sed:/' hurt/config.yaml"), 0);
  assert_int_equal(CLI("simulate", GIVEN, "-o", "hurt", "--model", "lif"), 2);
  assert_true(says("hurt/config.yaml") && cli_is_there("hurt/conversion.csv"));
}

/* The rate curve of a siegert network is its unit's. */
static void test_another_unit_is_another_network(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  CLI_RUN("train", "-o", "unit", CLI_TINY, "--set", "train.max_steps=1");
  CLI_RUN("simulate", "unit/model.h5", "-o", "units", "--model", "lif", "--trials", "3");
  assert_int_equal(r2s_model_load(&model, "unit/model.h5", &err), R2S_OK);
  model.neuron.noise_mv *= 15;
  assert_int_equal(r2s_model_save_h5(&model, "noisy.h5", &err), R2S_OK);
  r2s_model_free(&model);
  CLI_RUN("simulate", "noisy.h5", "-o", "units", "--model", "lif", "--trials", "3");
  assert_true(says("units: results of another network are replaced"));
}

/* One of another seed in its place. */
static void test_a_changed_network_is_refused(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "first", CLI_TINY, "--set", "train.max_steps=1");
  CLI_RUN("train", "-o", "second", CLI_TINY, "--set", "train.max_steps=1", "--seed", "2");
  assert_int_equal(system("cp first/model.h5 model.h5 && cp second/model.h5 first/model.h5"), 0);
  const char *const commands[] = {"convert", "simulate", "figures", "report"};
  for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
    assert_int_equal(CLI(commands[k], "first"), 1);
    assert_true(says("first/model.h5: found a network with hash"));
  }
  assert_int_equal(system("cp model.h5 first/model.h5"), 0);
  CLI_RUN("simulate", "first", "--model", "lif");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_same_network_goes_on),
      cmocka_unit_test(test_another_network_replaces_a_given_one),
      cmocka_unit_test(test_a_trained_network_is_kept),
      cmocka_unit_test(test_a_folder_that_does_not_tell_its_network),
      cmocka_unit_test(test_damage_is_mended_or_told),
      cmocka_unit_test(test_another_unit_is_another_network),
      cmocka_unit_test(test_a_changed_network_is_refused),
  };
  return cmocka_run_group_tests(tests, cli_setup, cli_teardown);
}
