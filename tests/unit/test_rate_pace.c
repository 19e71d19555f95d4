/* SPDX-License-Identifier: MIT
 * Protects: the pacing of noise-matched training and each recipe's rule to stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "rate/rate_pace.h"

/* n steps of a constant accuracy, every evaluation passing or not */
static r2s_train_stop advance(r2s_rate_pace *pace, const r2s_train_config *config, int n, double accuracy,
                              double eval_accuracy, double eval_loss) {
  r2s_train_stop stop = R2S_TRAIN_RUNNING;
  for (int k = 0; k < n && stop == R2S_TRAIN_RUNNING; k++) {
    r2s_rate_pace_begin(pace, config);
    r2s_rate_pace_advance(pace, config, accuracy);
    bool evaluated = r2s_rate_pace_evaluates(pace, config);
    stop = r2s_rate_pace_stop(pace, config, evaluated ? eval_accuracy : NAN, evaluated ? eval_loss : NAN);
  }
  return stop;
}

static void test_noise_starts_follows_and_ends(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {0};
  /* running = 1 - 0.95^k passes 0.97 at step 69 */
  assert_int_equal(advance(&pace, &config, 68, 1, 1, 0), R2S_TRAIN_RUNNING);
  assert_true(pace.noise == 0 && pace.phase == R2S_RATE_PLAIN);
  advance(&pace, &config, 1, 1, 1, 0);
  assert_true(pace.phase == R2S_RATE_RAMP && fabs(pace.noise - 1 / 150.0) < 1e-12);
  advance(&pace, &config, 100, 1, 1, 0);
  assert_true(fabs(pace.noise - 101 / 150.0) < 1e-9);
  /* 0.9: the running accuracy falls under 0.95 in about 14 steps, and the noise stays */
  advance(&pace, &config, 40, 0.9, 1, 0);
  double held = pace.noise;
  advance(&pace, &config, 40, 0.9, 1, 0);
  assert_true(pace.noise == held);
  advance(&pace, &config, 60, 0.5, 1, 0); /* under 0.8: down */
  assert_true(pace.noise < held);
  pace.running = 1;
  assert_int_equal(advance(&pace, &config, 200, 1, 1, 0), R2S_TRAIN_RUNNING);
  assert_true(pace.noise == 1 && pace.phase == R2S_RATE_FINAL);
}

/* A network that fails at little noise gets none, and not less: the ramp begins again at 0. */
static void test_noise_is_never_below_none(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {.phase = R2S_RATE_RAMP, .noise = 1.5 / 150, .running = 0};
  advance(&pace, &config, 1, 0, 1, 0);
  assert_true(fabs(pace.noise - 0.5 / 150) < 1e-12);
  for (int k = 0; k < 20; k++) {
    advance(&pace, &config, 1, 0, 1, 0);
    assert_true(pace.noise == 0);
  }
  pace.running = 1;
  advance(&pace, &config, 3, 1, 1, 0);
  assert_true(fabs(pace.noise - 3 / 150.0) < 1e-12);
}

static void test_the_final_phase_ends(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {.phase = R2S_RATE_FINAL, .noise = 1, .running = 1, .step = 700};
  assert_int_equal(advance(&pace, &config, 149, 1, 1, 0), R2S_TRAIN_RUNNING);
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == 0.01);
  r2s_rate_pace again = pace;
  assert_int_equal(advance(&pace, &config, 1, 1, 1, 0), R2S_TRAIN_CONVERGED);
  /* an evaluation that fails: once more from full noise */
  assert_int_equal(advance(&again, &config, 1, 1, 0.5, 0), R2S_TRAIN_RUNNING);
  r2s_rate_pace before = again; /* a training that may take no further step stays in the final phase */
  assert_true(r2s_rate_pace_averaged(&again, &config) == 150);
  r2s_rate_pace_begin(&before, &config);
  assert_true(before.phase == R2S_RATE_RAMP && before.noise == 1);
  assert_int_equal(advance(&again, &config, 152, 1, 1, 0), R2S_TRAIN_CONVERGED);
  assert_int_equal(again.step, 1001);
}

static void test_the_learning_rate_falls_in_the_final_phase(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {.phase = R2S_RATE_RAMP, .noise = 1};
  config.final_rate = 0.05;
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == 0.01);
  pace.phase = R2S_RATE_FINAL;
  assert_true(fabs(r2s_rate_pace_learning_rate(&pace, &config) - 0.01 * (1 - 0.95 / 150)) < 1e-12);
  pace.final_step = 149;
  assert_true(fabs(r2s_rate_pace_learning_rate(&pace, &config) - 0.0005) < 1e-12);
}

/* Before the noise it is larger, the more so the longer the task is not found, up to a limit, and less so the
 * nearer it is to being found; not where no noise is to come, as in the other recipes. */
static void test_the_learning_rate_grows_before_the_noise(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {0};
  const struct {
    int step;
    double rate;
  } cases[] = {{0, 0.014}, {210, 0.014}, {300, 0.02}, {450, 0.03}, {600, 0.04}, {5000, 0.04}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    pace.step = cases[k].step;
    assert_true(fabs(r2s_rate_pace_learning_rate(&pace, &config) - cases[k].rate) < 1e-15);
  }
  const struct {
    double running, rate;
  } nearer[] = {{0.8, 0.04}, {0.85, 0.03}, {0.9, 0.02}, {0.93, 0.014}, {1, 0.014}};
  for (size_t k = 0; k < sizeof nearer / sizeof *nearer; k++) {
    pace.running = nearer[k].running;
    assert_true(fabs(r2s_rate_pace_learning_rate(&pace, &config) - nearer[k].rate) < 1e-15);
  }
  config.pace_down = 1; /* grows all the same */
  pace.running = 0.9;
  assert_true(fabs(r2s_rate_pace_learning_rate(&pace, &config) - 0.04) < 1e-15);
  config.pace_down = 0.8;
  pace.phase = R2S_RATE_RAMP;
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == 0.01);
  pace.phase = R2S_RATE_PLAIN;
  config.noise_end = 0;
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == 0.01);
  config = r2s_train_config_default(R2S_RECIPE_WRITEUP);
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == config.learning_rate);
  config = r2s_train_config_default(R2S_RECIPE_KIM2019);
  assert_true(r2s_rate_pace_learning_rate(&pace, &config) == config.learning_rate);
}

/* The mean is there when there are steps in it, in the final phase only. */
static void test_the_mean_is_of_the_final_phase(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_rate_pace pace = {.phase = R2S_RATE_RAMP, .noise = 0.999, .running = 1};
  advance(&pace, &config, 1, 1, 1, 0);
  assert_true(pace.phase == R2S_RATE_FINAL && r2s_rate_pace_averaged(&pace, &config) == 0);
  advance(&pace, &config, 7, 1, 1, 0);
  assert_int_equal(r2s_rate_pace_averaged(&pace, &config), 7);
  config.average_steps = 0;
  assert_int_equal(r2s_rate_pace_averaged(&pace, &config), 0);
}

static void test_recipes_stop_by_their_rules(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_WRITEUP);
  r2s_rate_pace pace = {0};
  assert_int_equal(advance(&pace, &config, 300, 1, 0.99, 1), R2S_TRAIN_RUNNING);
  assert_int_equal(advance(&pace, &config, 200, 1, 1, 1), R2S_TRAIN_CONVERGED);
  assert_int_equal(pace.step, 400);
  assert_true(pace.noise == 0);
  config = r2s_train_config_default(R2S_RECIPE_KIM2019);
  pace = (r2s_rate_pace){0};
  assert_int_equal(advance(&pace, &config, 2000, 1, 0.97, 7.5), R2S_TRAIN_RUNNING); /* loss */
  assert_int_equal(advance(&pace, &config, 500, 1, 0.95, 5), R2S_TRAIN_RUNNING);    /* accuracy */
  pace = (r2s_rate_pace){0};
  assert_int_equal(advance(&pace, &config, 2000, 1, 0.97, 5), R2S_TRAIN_CONVERGED);
  assert_int_equal(pace.step, 1600); /* more than 1500, at an evaluation */
  config.max_steps = 150;
  pace = (r2s_rate_pace){0};
  assert_int_equal(advance(&pace, &config, 2000, 1, 0.97, 5), R2S_TRAIN_EXHAUSTED);
  assert_int_equal(pace.step, 150);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_noise_starts_follows_and_ends),
                                     cmocka_unit_test(test_noise_is_never_below_none),
                                     cmocka_unit_test(test_the_final_phase_ends),
                                     cmocka_unit_test(test_the_learning_rate_falls_in_the_final_phase),
                                     cmocka_unit_test(test_the_learning_rate_grows_before_the_noise),
                                     cmocka_unit_test(test_the_mean_is_of_the_final_phase),
                                     cmocka_unit_test(test_recipes_stop_by_their_rules)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
