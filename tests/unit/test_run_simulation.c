/* SPDX-License-Identifier: MIT
 * Protects: what a stage that simulates tells of several models. Its accuracy is psc-dexp's, in whatever
 * order they come, and whether psc-dexp is simulated now or was before; else the first one's. And the scale
 * of a model: its own, where one is set, else another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "run/run_json.h"
#include "run/run_simulation.h"
#include "unit/run_fixture.h"

static r2s_run *run;

static int setup(void **state) {
  (void)state;
  return fixture_open_run(&run, NULL, 0);
}

static int teardown(void **state) {
  (void)state;
  r2s_run_close(run);
  return 0;
}

static void put(json_t *sims, const char *name, double accuracy) {
  json_t *sim = json_pack("{s:f, s:i, s:[f,f], s:f, s:f}", "accuracy", accuracy, "n", 10, "ci95",
                          accuracy / 2, 1.0, "build_seconds", 1.0, "simulate_seconds", 2.0);
  assert_int_equal(json_object_set_new(sims, name, sim), 0);
}

/* The stage of simulations that took 5 s; it is run's then. */
static const json_t *stage_of(json_t *sims) {
  r2s_error err = {0};
  json_t *stage = r2s_run_simulation_stage(run, "sim-native", sims, 5);
  json_decref(sims);
  if (r2s_run_json_set_stage(run, "sim-native", stage, &err) != R2S_OK) fail_msg("%s", err.msg);
  return r2s_run_json_get_stage(run, "sim-native");
}

static double number(const json_t *object, const char *key) {
  assert_true(json_is_number(json_object_get(object, key)));
  return json_number_value(json_object_get(object, key));
}

static void test_the_accuracy_is_psc_dexps(void **state) {
  (void)state;
  json_t *sims = json_object();
  put(sims, "psc-alpha", 0.25);
  const json_t *stage = stage_of(sims);
  assert_true(number(stage, "accuracy") == 0.25);

  sims = json_object();
  put(sims, "lif", 0.5);
  put(sims, "psc-dexp", 0.75);
  put(sims, "psc-alpha-matched", 1);
  stage = stage_of(sims);
  assert_true(number(stage, "accuracy") == 0.75 && number(stage, "n") == 10);
  assert_true(json_number_value(json_array_get(json_object_get(stage, "ci95"), 0)) == 0.375);
  assert_int_equal(json_object_size(json_object_get(stage, "models")), 4);
  assert_true(number(stage, "seconds") == 5 + 3); /* psc-alpha's of before, too */

  sims = json_object();
  put(sims, "lif", 1);
  stage = stage_of(sims);
  assert_true(number(stage, "accuracy") == 0.75);
  assert_true(number(json_object_get(json_object_get(stage, "models"), "lif"), "accuracy") == 1);
  assert_true(number(stage, "seconds") == 5 + 3 * 3);
}

static void test_the_accuracy_is_the_first_ones_without_it(void **state) {
  (void)state;
  json_t *sims = json_object();
  assert_int_equal(json_object_del(json_object_get(run->json, "stages"), "sim-native"), 0);
  put(sims, "lif", 0.5);
  put(sims, "psc-alpha", 1);
  assert_true(number(stage_of(sims), "accuracy") == 0.5);
}

/* lif's holds for all that have none, psc-dexp's for psc-alpha. */
static void test_a_model_has_its_own_scale(void **state) {
  (void)state;
  static const r2s_spike_model models[] = {R2S_SPIKE_LIF, R2S_SPIKE_PSC_DEXP, R2S_SPIKE_PSC_ALPHA};
  static const double scales[][3] = {{20, 20, 20}, {20, 30, 30}, {20, 30, 40}};
  double *const own[] = {&run->config.lif.scale, &run->config.psc_dexp.scale, &run->config.psc_alpha.scale};
  r2s_error err = {0};
  for (int set = 0; set < 3; set++) {
    *own[set] = 20 + 10 * set;
    for (int k = 0; k < 3; k++) {
      double scale;
      assert_int_equal(r2s_run_simulation_scale(run, models[k], &scale, &err), R2S_OK);
      assert_true(scale == scales[set][k]);
    }
  }
  for (int k = 0; k < 3; k++) *own[k] = NAN;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_model_has_its_own_scale),
      cmocka_unit_test(test_the_accuracy_is_psc_dexps),
      cmocka_unit_test(test_the_accuracy_is_the_first_ones_without_it),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
