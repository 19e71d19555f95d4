/* SPDX-License-Identifier: MIT
 * Protects: a task that disagrees with itself is refused, with a message that names the place; a copy is a
 * whole one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/task.h"
#include "unit/task_fixture.h"

static void refused(task_fixture *f, const char *part) {
  r2s_error err = {0};
  assert_int_equal(r2s_task_check(&f->task, &err), R2S_ERR_CONFIG);
  assert_int_equal(err.code, R2S_ERR_CONFIG);
  if (!strstr(err.msg, part)) fail_msg("'%s' does not say '%s'", err.msg, part);
  task_fixture_make(f);
  assert_int_equal(r2s_task_check(&f->task, NULL), R2S_OK);
}

static void test_sizes(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  assert_int_equal(r2s_task_check(&f.task, NULL), R2S_OK);
  f.task.n_steps = 1;
  refused(&f, "1 steps");
  f.task.n_channels = 0;
  refused(&f, "input channels");
  f.task.n_outputs = 0;
  refused(&f, "outputs");
  f.task.n_conditions = 129;
  refused(&f, "129 conditions");
  f.task.conditions = NULL;
  refused(&f, "but no array of conditions");
  f.task.n_mask = 1;
  refused(&f, "1 mask periods, but no array of periods");
  f.conditions[1].n_pulses = 1;
  refused(&f, "condition nogo: 1 pulses, but no array of them");
  f.task.dt_ms = 0;
  refused(&f, "step of 0 ms");
  f.task.dt_ms = NAN;
  refused(&f, "step of nan ms");
  f.task.dt_ms = 1e300; /* was taken: what it is too long for came later, in numbers of 300 digits */
  refused(&f, "step of 1e+300 ms, 200 of them; expected more than 0, and a trial of up to 1e+08 ms");
  f.task.dt_ms = 1e308;
  refused(&f, "step of 1e+308 ms");
  f.task.dt_ms = 1.1e8 / f.task.n_steps; /* no file of its spikes could be read again */
  refused(&f, "a trial of up to 1e+08 ms");
  f.task.name[0] = 0;
  refused(&f, "is named ''");
  memset(f.task.name, 'x', sizeof f.task.name); /* no 0 */
  refused(&f, "is named");
}

/* In UTF-8: the task's file could not be read otherwise. */
static void test_titles(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  static const char *const bad[] = {"a\xff",
                                    "\x80",
                                    "\xc3",
                                    "\xc3(",
                                    "\xc0\x80",
                                    "\xe0\x80\xaf",
                                    "\xed\xa0\x80",
                                    "\xf4\x90\x80\x80",
                                    "\xf8\x88\x80\x80\x80"};
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    strcpy(f.task.title, bad[k]);
    refused(&f, "title");
  }
  memset(f.task.title, 'x', sizeof f.task.title);
  refused(&f, "title");
  strcpy(f.task.title, "\x01 a\xc3\xa9 \xe2\x82\xac \xef\xbf\xbf \xf0\x9f\x98\x80");
  assert_int_equal(r2s_task_check(&f.task, NULL), R2S_OK);
  f.task.title[0] = 0;
  assert_int_equal(r2s_task_check(&f.task, NULL), R2S_OK);
}

static void criteria_refused(task_fixture *f, const char *part) {
  r2s_error err = {0};
  assert_int_equal(r2s_task_check_criteria(&f->task, &err), R2S_ERR_CONFIG);
  if (!strstr(err.msg, part)) fail_msg("'%s' does not say '%s'", err.msg, part);
  task_fixture_make(f);
  assert_int_equal(r2s_task_check_criteria(&f->task, NULL), R2S_OK);
}

/* What is judged is what is taught. */
static void test_criteria(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  assert_int_equal(r2s_task_check_criteria(&f.task, NULL), R2S_OK);
  f.rules[0].statistic = R2S_STATISTIC_MIN; /* right from the target's first sample to its last */
  f.targets[0].to_ms = f.rules[0].to_ms = 900;
  assert_int_equal(r2s_task_check_criteria(&f.task, NULL), R2S_OK);
  task_fixture_make(&f);
  f.rules[0].threshold = 1; /* is not above it */
  criteria_refused(&f, "condition go: an output that is its target is wrong by criterion rate");
  f.targets[0].value = -1;
  criteria_refused(&f, "condition go");
  f.rules[0].from_ms = 300; /* the mean is 0.89 */
  f.rules[0].statistic = R2S_STATISTIC_MEAN;
  assert_int_equal(r2s_task_check_criteria(&f.task, NULL), R2S_OK);
  f.rules[0].threshold = 0.9;
  criteria_refused(&f, "condition go");
  f.targets[2].value = 1; /* of output 1, whose mean must be below 0 */
  criteria_refused(&f, "condition noisy");
  f.rules[0].threshold = -1;
  f.rules[2].threshold = 1;
  criteria_refused(&f, "an output of 0 is right in every condition by criterion rate");
  r2s_task_rule strict = f.rules[1];
  strict.greater = true;
  f.conditions[1].rules[R2S_CRITERION_STRICT].rule = &strict;
  criteria_refused(&f, "condition nogo: an output that is its target is wrong by criterion strict");
  f.task.n_outputs++;
  criteria_refused(&f, "no target and no criterion");
  f.task.n_steps = 1;
  criteria_refused(&f, "1 steps"); /* not a task */
}

/* The pacing rules tell conditions apart that the rate rules do: those derived for a target of 0.2 did not
 * (a size below 0.3 where the target is 0), and the network got full shot noise at 60 % correct trials. */
static void test_pacing_tells_conditions_apart(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  r2s_task_rule size = {.statistic = R2S_STATISTIC_ABS_MEAN, .from_ms = 500, .to_ms = 1000, .threshold = 0.3};
  f.conditions[1].rules[R2S_CRITERION_PACING].rule = &size;
  assert_int_equal(r2s_task_check_criteria(&f.task, NULL), R2S_OK);
  for (int k = 0; k < 2; k++) f.rules[k].threshold = 0.1;
  f.targets[0].value = 0.2;
  criteria_refused(&f, "condition nogo: the target of condition go is wrong by criterion rate, and right by "
                       "criterion pacing");
  f.conditions[1].rules[R2S_CRITERION_PACING].rule = &size;
  for (int k = 0; k < 2; k++) f.rules[k].threshold = 0.1;
  f.targets[0].value = 0.2;
  size.threshold = 0.06;
  assert_int_equal(r2s_task_check_criteria(&f.task, NULL), R2S_OK);
}

/* The largest task is judged at once; step by step, by each rule of each condition, it took minutes. */
static void test_criteria_of_many_steps(void **state) {
  (void)state;
  enum { STEPS = 1000000, N = R2S_MAX_CONDITIONS };
  static r2s_task_condition conditions[N];
  static r2s_task_rule rule = {
      .statistic = R2S_STATISTIC_MEAN, .to_ms = STEPS, .greater = true, .threshold = 0.9};
  static r2s_task_target target = {.to_ms = STEPS, .value = 1};
  r2s_task task = {.name = "long",
                   .n_steps = STEPS,
                   .dt_ms = 1,
                   .n_channels = 1,
                   .n_outputs = 1,
                   .n_conditions = N,
                   .conditions = conditions};
  for (int c = 0; c < N; c++) {
    conditions[c] = (r2s_task_condition){.probability = 1.0 / N, .n_targets = 1, .targets = &target};
    snprintf(conditions[c].name, sizeof conditions[c].name, "c%d", c);
    for (int k = 0; k < R2S_CRITERION_COUNT; k++) conditions[c].rules[k] = (r2s_task_rules){1, &rule};
  }
  for (int k = 0; k < 20; k++) /* the slow way: beyond ctest's limit */
    assert_int_equal(r2s_task_check_criteria(&task, NULL), R2S_OK);
}

static void test_conditions(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  f.conditions[1].name[1] = ',';
  refused(&f, "condition 2");
  strcpy(f.conditions[1].name, "go");
  refused(&f, "two conditions");
  f.conditions[2].probability = -0.1;
  refused(&f, "condition noisy: probability");
  f.conditions[2].probability = NAN;
  refused(&f, "condition noisy: probability");
  f.conditions[2].probability = 0.2;
  refused(&f, "sum to 0.95");
  f.conditions[0].label = INFINITY;
  refused(&f, "condition go: label");
}

static void test_pulses_and_targets(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  f.pulses[0].channel = 2;
  refused(&f, "condition go, pulse 1: channel 2; expected 0..1");
  f.pulses[2].to_ms = 1000.1;
  refused(&f, "condition noisy, pulse 2: period 500..1000.1 ms");
  f.pulses[0].from_ms = f.pulses[0].to_ms;
  refused(&f, "condition go, pulse 1");
  f.pulses[0].from_ms = NAN;
  refused(&f, "condition go, pulse 1");
  f.pulses[0] = (r2s_task_pulse){.from_ms = 1, .to_ms = 4, .value = 1};
  refused(&f, "holds no step");
  f.pulses[1].noise_sd = -1;
  refused(&f, "noise -1");
  f.pulses[0].value = 1e300;
  refused(&f, "value 1e+300, noise 0; expected -1e6 to 1e6");
  f.pulses[0] = (r2s_task_pulse){.from_ms = 0, .to_ms = 5, .value = -1e6, .noise_sd = 2e6};
  refused(&f, "noise 2e+06");
  f.pulses[0].value = NAN;
  refused(&f, "value nan");
  f.targets[0].output = -1;
  refused(&f, "condition go, target 1: output -1");
  f.targets[2].from_ms = 150;
  refused(&f, "target 2: overlaps target 1");
  f.targets[0].value = -1.1e6;
  refused(&f, "value -1.1e+06; expected -1e6 to 1e6");
  f.targets[0].value = INFINITY;
  refused(&f, "value inf");
}

static void test_rules_and_mask(void **state) {
  (void)state;
  task_fixture f;
  r2s_task_period period = {.from_ms = 10, .to_ms = 5};
  task_fixture_make(&f);
  f.conditions[1].rules[R2S_CRITERION_PACING].count = 0;
  refused(&f, "condition nogo: criterion pacing has no rule");
  f.rules[2].output = 7;
  refused(&f, "condition noisy, criterion rate, rule 1: output 7");
  f.rules[0].threshold = NAN;
  refused(&f, "threshold nan");
  f.rules[0].statistic = (r2s_statistic)9;
  refused(&f, "statistic 9");
  f.rules[0] = (r2s_task_rule){.from_ms = 0, .to_ms = 5, .greater = true};
  refused(&f, "period 0..5 ms holds no output of the rate network, which come at 5, 10 ... ms");
  f.rules[0].to_ms = 2000;
  refused(&f, "period 375..2000 ms");
  f.task.n_mask = 1;
  f.task.mask = &period;
  refused(&f, "mask period 1");
}

/* A window that no sample falls into would make every trial wrong. */
static void test_samples_of_rules(void **state) {
  (void)state;
  task_fixture f;
  task_fixture_make(&f);
  r2s_error err = {0};
  f.rules[2].from_ms = 200, f.rules[2].to_ms = 205;
  assert_int_equal(r2s_task_check_samples(&f.task, R2S_CRITERION_SPIKING, 10, 100, 100, &err), R2S_OK);
  assert_int_equal(r2s_task_check_samples(&f.task, R2S_CRITERION_SPIKING, 1, 100, 100, &err), R2S_ERR_CONFIG);
  assert_int_equal(r2s_task_check_samples(&f.task, R2S_CRITERION_STRICT, 6, 150, 150, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "condition noisy, criterion strict, rule 1: no sample of the output in its "
                                  "period 200..205 ms"));
  f.rules[2].from_ms = 0, f.rules[2].to_ms = 5; /* a fine sample of the spiking network, but no rate step */
  f.conditions[2].rules[R2S_CRITERION_RATE].rule = f.conditions[2].rules[R2S_CRITERION_STRICT].rule =
      f.conditions[2].rules[R2S_CRITERION_PACING].rule = &f.rules[1];
  assert_int_equal(r2s_task_check(&f.task, NULL), R2S_OK);
}

static void test_copy(void **state) {
  (void)state;
  task_fixture f;
  r2s_task copy;
  r2s_error err;
  r2s_task_period period = {.from_ms = 10, .to_ms = 50};
  task_fixture_make(&f);
  f.task.n_mask = 1;
  f.task.mask = &period;
  assert_int_equal(r2s_task_copy(&copy, &f.task, &err), R2S_OK);
  period.from_ms = f.pulses[1].value = f.targets[2].value = f.rules[2].threshold = 77;
  strcpy(f.conditions[0].name, "other");
  assert_string_equal(copy.name, "fixture");
  assert_string_equal(copy.conditions[0].name, "go");
  assert_true(copy.mask[0].from_ms == 10);
  assert_int_equal(copy.conditions[2].n_pulses, 2);
  assert_true(copy.conditions[2].pulses[0].value == 0.5);
  assert_true(copy.conditions[2].targets[1].value == -1);
  assert_true(copy.conditions[2].rules[R2S_CRITERION_SPIKING].rule[0].threshold == 0);
  assert_null(copy.conditions[1].pulses);
  assert_int_equal(r2s_task_check(&copy, &err), R2S_OK);
  r2s_task_free(&copy);
  assert_null(copy.conditions);
  r2s_task_free(&copy);
  r2s_task_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sizes),
      cmocka_unit_test(test_titles),
      cmocka_unit_test(test_criteria),
      cmocka_unit_test(test_criteria_of_many_steps),
      cmocka_unit_test(test_pacing_tells_conditions_apart),
      cmocka_unit_test(test_conditions),
      cmocka_unit_test(test_pulses_and_targets),
      cmocka_unit_test(test_rules_and_mask),
      cmocka_unit_test(test_samples_of_rules),
      cmocka_unit_test(test_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
