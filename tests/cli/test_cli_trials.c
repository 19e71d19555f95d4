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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_trials_are_run_once),
      cmocka_unit_test(test_noise_makes_trials_differ),
      cmocka_unit_test(test_initial_voltages_make_trials_differ),
      cmocka_unit_test(test_input_makes_trials_differ),
  };
  return cmocka_run_group_tests(tests, cli_setup, cli_teardown);
}
