/* SPDX-License-Identifier: MIT
 * Protects: what run.json's certificate tells beside its verdict, of trials that are made up here. An
 * engine's numbers are means of its own trials; the search's scale is named only where the LIF surely does
 * better there, and the rate network does the task; spikes are compared with NEST at the certificate's scale.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "io/config_table.h"
#include "run/run_certificate.h"
#include "unit/run_fixture.h"

static r2s_run *run;

static int setup(void **state) {
  (void)state;
  static const char *const sets[] = {"task=go-nogo"};
  return fixture_open_run(&run, sets, 1);
}

static int teardown(void **state) {
  (void)state;
  r2s_run_close(run);
  return 0;
}

/* The certificate of c, which run has then. */
static const json_t *certify(const r2s_run_certificate *c) {
  r2s_error err = {0};
  if (r2s_run_certificate_json(run, c, &err) != R2S_OK) fail_msg("%s", err.msg);
  return json_object_get(run->json, "certificate");
}

static double number(const json_t *object, const char *name, const char *member) {
  const json_t *value = json_object_get(object, name);
  if (member) value = json_object_get(value, member);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

/* Of four trials of the rate network an engine has three; in one of them no unit's rate differs. */
static void test_means_are_of_an_engines_own_trials(void **state) {
  (void)state;
  r2s_certificate_trial trials[4] = {
      {true, 10, 0.5, 0.1}, {false, 1000, -1, 99}, {true, 20, NAN, 0.2}, {false, 60, 0.9, 0.6}};
  double output_rmse[4][2] = {{0.1, 1}, {99, 99}, {0.2, 2}, {0.6, 6}};
  bool at[4] = {true, false, true, true};
  r2s_spike_record records[3] = {{.condition = 0}, {.condition = 0}, {.condition = 1}};
  r2s_run_certificate c = {
      .scale = 44, .rate.n_trials = 4, .rate.n_out = 2, .rate_accuracy = r2s_convert_accuracy(4, 4)};
  c.sides[0] = (r2s_run_side){.records = records,
                              .n_records = 3,
                              .n = 3,
                              .at = at,
                              .trials = trials,
                              .output_rmse = output_rmse[0],
                              .info.scale = 44,
                              .same_trials = true,
                              .judged = true,
                              .accuracy = r2s_convert_accuracy(2, 3),
                              .ambiguous = 1};
  const json_t *lif = json_array_get(json_object_get(certify(&c), "engines"), 0);
  assert_true(number(lif, "spikes", NULL) == 30);
  assert_true(number(lif, "ambiguous", NULL) == 1);
  assert_true(fabs(number(lif, "output_rmse", "mean") - 0.3) < 1e-12);
  assert_true(number(lif, "output_rmse", "max") == 0.6);
  const json_t *by_output = json_object_get(json_object_get(lif, "output_rmse"), "by_output");
  assert_int_equal(json_array_size(by_output), 2);
  assert_true(number(json_array_get(by_output, 0), "max", NULL) == 0.6);
  assert_true(fabs(number(json_array_get(by_output, 1), "mean", NULL) - 3) < 1e-12);
  assert_true(number(json_array_get(by_output, 1), "max", NULL) == 6);
  assert_true(fabs(number(lif, "rate_correlation", "mean") - 0.7) < 1e-12);
  assert_true(number(lif, "rate_correlation", "min") == 0.5);
}

/* The scale that is named for a LIF with so many trials right at the certificate's scale of 44, beside fresh
 * ones at the search's scale; 0: none. */
static double better_scale(double search_scale, int right_there, int n_there, int right_here, int n_here,
                           int rate_right) {
  r2s_spike_record records[1] = {{.condition = 0}};
  json_t *chosen = json_pack("{s:f, s:f, s:i}", "scale", search_scale, "accuracy",
                             (double)right_there / n_there, "n", n_there);
  r2s_run_certificate c = {.scale = 44, .rate_accuracy = r2s_convert_accuracy(rate_right, 100)};
  c.held_out = (r2s_run_held_out){.found = chosen, .chosen = chosen, .trials = run->trials};
  c.sides[0] = (r2s_run_side){.records = records,
                              .n_records = 1,
                              .info.scale = 44,
                              .same_trials = true,
                              .judged = true,
                              .accuracy = r2s_convert_accuracy(right_here, n_here)};
  const json_t *better = json_object_get(certify(&c), "better_scale");
  const double scale = json_number_value(json_object_get(better, "scale"));
  if (scale > 0) assert_true(number(better, "n", NULL) == n_there);
  json_decref(chosen);
  return scale;
}

static void test_a_better_scale_is_surely_better(void **state) {
  (void)state;
  assert_true(better_scale(20, 198, 200, 100, 200, 100) == 20);
  assert_true(better_scale(20, 100, 200, 100, 200, 100) == 0);
  /* [53.1, 66.5] and [43.1, 56.9]: neither holds the other's 50 and 60 */
  assert_true(better_scale(20, 120, 200, 100, 200, 100) == 20);
  assert_true(better_scale(20, 100, 200, 198, 200, 100) == 0); /* worse */
  assert_true(better_scale(44, 198, 200, 100, 200, 100) == 0); /* the same one */
  /* 10 of 10 is above [79.4, 89.3], but may be 72.2, and 85 of 100 is not below it */
  assert_true(better_scale(20, 10, 10, 170, 200, 100) == 0);
  /* [73.9, 85.0] is above 3 of 5, which may be 88.2, and 80 is not above it */
  assert_true(better_scale(20, 160, 200, 3, 5, 100) == 0);
  /* a network that converts needs no better scale: [95.7, 97.9] beside [99.6, 100] */
  assert_true(better_scale(20, 1000, 1000, 970, 1000, 100) == 0);
}

/* Where the rate network does not do the task, its spiking network need not either, at any scale. */
static void test_a_better_scale_is_of_a_rate_network_that_works(void **state) {
  (void)state;
  assert_true(better_scale(20, 198, 200, 100, 200, 75) == 20);
  assert_true(better_scale(20, 198, 200, 100, 200, 74) == 0);
}

/* A simulation in NEST, and its comparison with the native engine. */
static void put_nest(json_t *models, json_t *compared, const char *name, double scale, const char *trials,
                     bool noise) {
  r2s_spike_config config;
  char settings[R2S_SETTINGS_SIZE];
  assert_true(r2s_config_simulation(&run->config, name, &config));
  if (noise) config.neuron.noise_mv += 1;
  r2s_spike_settings(&config, settings);
  json_t *sim = json_pack("{s:s, s:s}", "trials_of", trials, "settings", settings);
  assert_int_equal(json_object_set_new(sim, "scale", isnan(scale) ? json_null() : json_real(scale)), 0);
  assert_int_equal(json_object_set_new(models, name, sim), 0);
  assert_int_equal(json_array_append_new(compared, json_pack("{s:s}", "model", name)), 0);
}

/* Which comparisons the certificate at scale 44 keeps of psc-dexp's and psc-alpha's: 1, 2, or both. */
static int kept(double scale, double alpha_scale, const char *trials, bool noise) {
  r2s_error err = {0};
  json_t *models = json_object(), *compared = json_array();
  put_nest(models, compared, "psc-dexp", scale, trials, noise);
  put_nest(models, compared, "psc-alpha", alpha_scale, trials, noise);
  json_t *stage = json_pack("{s:o, s:o}", "models", models, "native_vs_nest", compared);
  assert_int_equal(r2s_run_json_set_stage(run, "sim-nest", stage, &err), R2S_OK);
  const r2s_run_certificate c = {.scale = 44};
  const json_t *list = json_object_get(certify(&c), "native_vs_nest"), *one;
  int found = 0;
  size_t k;
  json_array_foreach(list, k, one) {
    found += strcmp(json_string_value(json_object_get(one, "model")), "psc-dexp") == 0 ? 1 : 2;
  }
  return found;
}

static void test_spikes_in_nest_are_of_the_certificates_scale(void **state) {
  (void)state;
  assert_int_equal(kept(44, NAN, run->trials, false), 3); /* psc-alpha has no scale */
  assert_int_equal(kept(20, NAN, run->trials, false), 2);
  assert_int_equal(kept(44, 20, run->trials, false), 1);               /* but a matched one */
  assert_int_equal(kept(44.000000000001, NAN, run->trials, false), 3); /* run.json has 12 digits */
  assert_int_equal(kept(44, NAN, "seed 9, task another", false), 0);
  assert_int_equal(kept(44, NAN, run->trials, true), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_means_are_of_an_engines_own_trials),
      cmocka_unit_test(test_a_better_scale_is_surely_better),
      cmocka_unit_test(test_a_better_scale_is_of_a_rate_network_that_works),
      cmocka_unit_test(test_spikes_in_nest_are_of_the_certificates_scale),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
