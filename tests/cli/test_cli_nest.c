/* SPDX-License-Identifier: MIT
 * Protects: `rate2spike run --engine native,nest` against the real NEST: the same spikes natively and there,
 * weights read back, one JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cli_program.h"
#include "nest/nest_python.h"

static const char *python;

static void test_both_engines_agree(void **state) {
  (void)state;
  CLI_RUN("run", "-o", "run", "--engine", "native,nest", "--matched", "--python", python, "--json", "--set",
          "train.max_steps=60", CLI_TINY);
  json_t *json = cli_json();
  const json_t *stage = json_object_get(json_object_get(json, "stages"), "sim-nest");
  assert_true(json_is_string(json_object_get(stage, "version")));
  assert_int_equal(json_integer_value(json_object_get(stage, "n")), 4); /* 2 trials of 2 conditions */
  assert_int_equal(json_object_size(json_object_get(stage, "models")), 3);

  const json_t *certificate = json_object_get(json, "certificate"), *one;
  const json_t *same = json_object_get(certificate, "native_vs_nest");
  size_t k;
  json_int_t spikes = 0;
  assert_int_equal(json_array_size(same), 6); /* 3 models, go and nogo */
  json_array_foreach(same, k, one) {
    assert_true(json_is_true(json_object_get(one, "identical")));
    assert_true(json_is_null(json_object_get(one, "first_difference")));
    spikes += json_integer_value(json_object_get(one, "spikes"));
  }
  assert_true(spikes > 1000); /* silence would agree as well */
  assert_int_equal(json_array_size(json_object_get(certificate, "engines")), 3);
  assert_true(json_integer_value(json_object_get(certificate, "weights_checked")) > 0);
  assert_true(json_number_value(json_object_get(certificate, "weights_max_difference_pa")) == 0);
  json_decref(json);
  assert_int_equal(access("run/spikes_psc-dexp_nest.h5", F_OK), 0);
  assert_int_equal(access("run/spikes_psc-alpha-matched_nest.h5", F_OK), 0);
}

/* One engine and model alone: what is known of the others stays. */
static void test_one_model_keeps_the_others(void **state) {
  (void)state;
  CLI_RUN("simulate", "run", "--engine", "nest", "--model", "psc-alpha", "--python", python, "--json");
  json_t *json = cli_json();
  const json_t *stage = json_object_get(json_object_get(json, "stages"), "sim-nest");
  assert_int_equal(json_object_size(json_object_get(stage, "models")), 3);
  assert_int_equal(json_integer_value(json_object_get(stage, "n")), 4);
  assert_int_equal(json_array_size(json_object_get(stage, "native_vs_nest")), 6);
  json_decref(json);
}

/* Noise makes trials differ in NEST too: as many as asked for, and those without it still agree. */
static void test_noise_of_psc_alpha(void **state) {
  (void)state;
  CLI_RUN("simulate", "run", "--engine", "nest", "--model", "psc-alpha", "--python", python, "--json",
          "--trials", "3", "--set", "psc_alpha.noise_mv=2", "--set", "simulate.matched=false");
  json_t *json = cli_json(), *one;
  const json_t *stage = json_object_get(json_object_get(json, "stages"), "sim-nest");
  const json_t *alpha = json_object_get(json_object_get(stage, "models"), "psc-alpha");
  const json_t *go = json_object_get(json_object_get(alpha, "conditions"), "go");
  size_t k;
  assert_int_equal(json_integer_value(json_object_get(alpha, "n")), 6);
  assert_true(json_number_value(json_object_get(go, "out_sd")) > 0);
  json_array_foreach(json_object_get(stage, "native_vs_nest"), k, one)
      assert_true(json_is_true(json_object_get(one, "identical")));
  json_decref(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_engines_agree),
      cmocka_unit_test(test_one_model_keeps_the_others),
      cmocka_unit_test(test_noise_of_psc_alpha),
  };
  python = nest_python();
  return python ? cmocka_run_group_tests(tests, cli_setup, cli_teardown) : 77;
}
