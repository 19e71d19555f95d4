/* SPDX-License-Identifier: MIT
 * Protects: how many trials `rate2spike simulate` runs: as many as asked for where they can differ, else one
 * a condition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cli_program.h"

/* What psc-alpha gave, as the program has just printed it. */
static json_t *alpha(void) {
  json_t *json = cli_json();
  json_t *native = json_object_get(json_object_get(json, "stages"), "sim-native");
  json_t *found = json_object_get(json_object_get(native, "models"), "psc-alpha");
  assert_true(json_is_object(found));
  json_incref(found);
  json_decref(json);
  return found;
}

static double output_sd(const json_t *sim, const char *condition) {
  const json_t *one = json_object_get(json_object_get(sim, "conditions"), condition);
  return json_number_value(json_object_get(one, "out_sd"));
}

static int count(const json_t *sim, const char *condition) {
  const json_t *one = json_object_get(json_object_get(sim, "conditions"), condition);
  return (int)json_integer_value(json_object_get(one, "n"));
}

#define SIMULATE(...)                                                                                        \
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "--model", "psc-alpha",      \
          "--trials", "3", "--json", __VA_ARGS__)

static void test_equal_trials_are_run_once(void **state) {
  (void)state;
  SIMULATE("--seed", "3");
  json_t *sim = alpha();
  assert_int_equal(json_integer_value(json_object_get(sim, "n")), 2);
  json_decref(sim);
}

static void test_noise_makes_trials_differ(void **state) {
  (void)state;
  SIMULATE("--set", "psc_alpha.noise_mv=2");
  json_t *sim = alpha();
  assert_int_equal(json_integer_value(json_object_get(sim, "n")), 6);
  assert_true(output_sd(sim, "go") > 0);
  json_decref(sim);
}

static void test_initial_voltages_make_trials_differ(void **state) {
  (void)state;
  SIMULATE("--set", "psc_alpha.v0_high_mv=30");
  json_t *sim = alpha();
  assert_int_equal(json_integer_value(json_object_get(sim, "n")), 6);
  assert_true(output_sd(sim, "go") > 0);
  json_decref(sim);
}

/* Task context: each trial has noise of its own in its input. */
static void test_input_makes_trials_differ(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "context", "--quiet", "--task", "context", "--set", "net.n=20", "--set",
          "net.n_inh=4", "--set", "train.max_steps=1", "--set", "train.test_trials=1");
  CLI_RUN("simulate", "context", "--model", "psc-alpha", "--trials", "3", "--json");
  json_t *sim = alpha();
  assert_int_equal(json_integer_value(json_object_get(sim, "n")), 24);
  json_decref(sim);
}

static bool has_interval(const json_t *accuracy) {
  return json_is_number(json_array_get(json_object_get(accuracy, "ci95"), 0));
}

/* Where only Go's input is random, NoGo's trials are copies of one: it keeps its share, and has no interval.
 */
static void test_input_of_one_condition(void **state) {
  (void)state;
  CLI_RUN("task", "show", "go-nogo");
  assert_int_equal(system("sed -e '0,/value: 1/s//value: 1, noise_sd: 0.1/' -e 's/^name: .*/name: noisy/' "
                          "stdout >noisy.yaml"),
                   0);
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "noisy.yaml", "--model", "psc-alpha",
          "--trials", "3", "--json");
  json_t *sim = alpha(), *conditions = json_object_get(sim, "conditions");
  assert_int_equal(json_integer_value(json_object_get(sim, "n")), 6);
  assert_int_equal(count(sim, "nogo"), 3);
  assert_true(output_sd(sim, "go") > 0 && output_sd(sim, "nogo") < 1e-9);
  assert_true(has_interval(sim) && has_interval(json_object_get(conditions, "go")));
  assert_false(has_interval(json_object_get(conditions, "nogo")));
  json_decref(sim);
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "noisy.yaml", "--model", "lif",
          "--scale", "20", "--trials", "3", "--json");
  json_t *json = cli_json();
  sim = json_object_get(
      json_object_get(json_object_get(json_object_get(json, "stages"), "sim-native"), "models"), "lif");
  assert_true(
      has_interval(json_object_get(json_object_get(sim, "conditions"), "nogo"))); /* noise of its own */
  json_decref(json);
}

/* go-nogo-short with four Go trials for each NoGo trial. */
static void put_unequal_task(void) {
  CLI_RUN("task", "show", "go-nogo-short");
  assert_int_equal(system("sed -e '0,/probability: 0.5/s//probability: 0.8/' "
                          "-e 's/probability: 0.5/probability: 0.2/' stdout >unequal.yaml"),
                   0);
}

/* N times the number of conditions, by probability; where they are equal, each condition once, however rare.
 */
static void test_unequal_conditions(void **state) {
  (void)state;
  put_unequal_task();
#define UNEQUAL(...)                                                                                         \
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "unequal.yaml", "--model", "psc-alpha", \
          "--trials", "5", "--json", __VA_ARGS__)
  UNEQUAL("--set", "psc_alpha.noise_mv=1");
  json_t *noisy = alpha();
  assert_int_equal(count(noisy, "go"), 8);
  assert_int_equal(count(noisy, "nogo"), 2);
  UNEQUAL("--seed", "1");
  json_t *equal = alpha();
  assert_int_equal(count(equal, "go"), 1);
  assert_int_equal(count(equal, "nogo"), 1);
  json_decref(noisy);
  json_decref(equal);

  /* each is laid beside the rate network's first trial of its condition, though its second one is Go as well
   */
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "unequal.yaml", "--model", "lif",
          "--scale", "20", "-o", "run", "--json", "--set", "neuron.noise_mv=0", "--set",
          "neuron.v0_high_mv=-65");
  json_t *json = cli_json();
  const json_t *engines = json_object_get(json_object_get(json, "certificate"), "engines");
  assert_int_equal(json_integer_value(json_object_get(json_array_get(engines, 0), "trials")), 2);
  json_decref(json);
}

/* The search of lif-unit judges each condition, however rare. */
static void test_a_rare_condition_is_searched(void **state) {
  (void)state;
  put_unequal_task();
  CLI_RUN("convert", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "unequal.yaml", "--model", "lif-unit",
          "--set", "convert.unit_scales=1,2", "--json");
  json_t *json = cli_json();
  const json_t *unit = json_object_get(json_object_get(json, "stages"), "lif-unit");
  size_t k;
  const json_t *scale;
  json_array_foreach(json_object_get(unit, "scales"), k, scale) {
    assert_int_equal(count(scale, "go"), 1);
    assert_int_equal(count(scale, "nogo"), 1);
  }
  assert_int_equal(k, 2);
  json_decref(json);
}

/* psc-alpha-matched has the synapses of psc-dexp, at its scale. */
static void test_matched_takes_the_scale_of_psc_dexp(void **state) {
  (void)state;
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "--model", "psc-alpha",
          "--matched", "--set", "psc_dexp.scale=30", "--json");
  json_t *json = cli_json();
  json_t *models = json_object_get(json_object_get(json_object_get(json, "stages"), "sim-native"), "models");
  const json_t *scale = json_object_get(json_object_get(models, "psc-alpha-matched"), "scale");
  assert_true(json_number_value(scale) == 30);
  json_decref(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_trials_are_run_once),
      cmocka_unit_test(test_noise_makes_trials_differ),
      cmocka_unit_test(test_initial_voltages_make_trials_differ),
      cmocka_unit_test(test_input_makes_trials_differ),
      cmocka_unit_test(test_input_of_one_condition),
      cmocka_unit_test(test_unequal_conditions),
      cmocka_unit_test(test_a_rare_condition_is_searched),
      cmocka_unit_test(test_matched_takes_the_scale_of_psc_dexp),
  };
  return cmocka_run_group_tests(tests, cli_setup, cli_teardown);
}
