/* SPDX-License-Identifier: MIT
 * Protects: what the progress of a training promises. No end is told before the task is found, nor while the
 * noise waits for the accuracy; it was "94 %, 7 s left" for minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "run/run_outlook.h"

/* n steps of a constant accuracy; the end that is foreseen after them */
static double after(r2s_run_outlook *outlook, const r2s_train_config *config, int n, double accuracy) {
  const r2s_train_step row = {.accuracy = accuracy};
  for (int k = 0; k < n; k++) r2s_run_outlook_add(outlook, config, &row);
  return r2s_run_outlook_end(outlook, config);
}

static void assert_says(const r2s_run_outlook *outlook, const r2s_train_config *config, const char *words) {
  char text[96];
  const r2s_train_step row = {
      .step = 12345678, .loss = 12345.678, .running_accuracy = outlook->pace.running, .noise = 0.5};
  r2s_run_outlook_tell(outlook, config, &row, text, sizeof text);
  if (!strstr(text, words)) fail_msg("\"%s\"; expected \"%s\"", text, words);
}

static void test_the_fastest_training(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_run_outlook outlook = {0};
  assert_true(after(&outlook, &config, 68, 1) == 0);
  assert_says(&outlook, &config,
              "step 12345678 of at most 10000, accuracy 0.97 (noise starts at 0.97), loss");
  for (int step = 69; step < 218; step++) /* 150 steps of ramp, the 69th the first, and 150 at full noise */
    assert_true(fabs(after(&outlook, &config, 1, 1) - 368) < 1e-6);
  assert_says(&outlook, &config, "step 12345678, loss 12345.68, accuracy 1.00, noise 0.50");
  for (int step = 218; step < 368; step++) assert_true(after(&outlook, &config, 1, 1) == 368);
  /* not good enough, once more: always more than was done */
  assert_true(after(&outlook, &config, 1, 1) == 369);
  assert_true(after(&outlook, &config, 1, 1) == 519);
}

static void test_a_hard_task(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_run_outlook outlook = {0};
  assert_true(after(&outlook, &config, 4000, 0.6) == 0);
  assert_true(after(&outlook, &config, 100, 1) > 4100);
  /* the noise waits: later and later, then nobody knows when */
  const double soon = after(&outlook, &config, 20, 0.9), late = after(&outlook, &config, 10, 0.9);
  assert_true(late > soon);
  assert_true(after(&outlook, &config, 100, 0.9) == 0);
  assert_says(&outlook, &config, "(noise 0.50, rises while above 0.95), ");
  assert_true(after(&outlook, &config, 5000, 0.6) == 0); /* no noise is left */
  assert_true(after(&outlook, &config, 900, 1) <= config.max_steps);
}

static void test_no_more_than_max_steps(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_MATCHED);
  config.max_steps = 100;
  r2s_run_outlook outlook = {0};
  assert_true(after(&outlook, &config, 80, 1) == 100);
}

static void test_recipes_without_phases(void **state) {
  (void)state;
  r2s_train_config config = r2s_train_config_default(R2S_RECIPE_KIM2019);
  r2s_run_outlook outlook = {0};
  assert_true(after(&outlook, &config, 1000, 1) == 0);
  assert_says(&outlook, &config, "step 12345678 of at most 5000, loss 12345.68, accuracy 1.00");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_fastest_training), cmocka_unit_test(test_a_hard_task),
      cmocka_unit_test(test_no_more_than_max_steps), cmocka_unit_test(test_recipes_without_phases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
