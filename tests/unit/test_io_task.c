/* SPDX-License-Identifier: MIT
 * Protects: what the presets are (Kim et al. 2019, write-up), the defaults of a task file, and that every
 * mistake in one is told with its line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/io.h"

static r2s_task load(const char *name) {
  r2s_task task;
  r2s_error err = {0};
  if (r2s_task_load(&task, name, &err) != R2S_OK) fail_msg("%s", err.msg);
  return task;
}

static void check_rule(const r2s_task_rules *rules, r2s_statistic statistic, double from_ms, double to_ms,
                       bool greater, double threshold) {
  assert_int_equal(rules->count, 1);
  assert_int_equal(rules->rule->statistic, statistic);
  assert_true(rules->rule->from_ms == from_ms);
  assert_true(rules->rule->to_ms == to_ms);
  assert_int_equal(rules->rule->greater, greater);
  assert_true(rules->rule->threshold == threshold);
}

/* Steps at which u is not 0, first and one behind the last, and the value there. */
static void check_input(const r2s_task *task, int condition, int channel, int from, int to, float value) {
  float *u = calloc((size_t)task->n_steps * (size_t)task->n_channels, sizeof *u);
  r2s_task_make_trial(task, condition, (r2s_trial_id){1, R2S_SET_TEST, 0}, u, NULL, NULL);
  for (int t = 0; t < task->n_steps; t++)
    assert_true(u[t * task->n_channels + channel] == (t >= from && t < to ? value : 0));
  free(u);
}

static void check_target(const r2s_task *task, int condition, int from, int to, float value) {
  float *z = calloc((size_t)task->n_steps, sizeof *z);
  r2s_task_make_trial(task, condition, (r2s_trial_id){1, R2S_SET_TEST, 0}, NULL, z, NULL);
  for (int t = 0; t < task->n_steps; t++) assert_true(z[t] == (t >= from && t < to ? value : 0));
  free(z);
}

static void test_go_nogo_short(void **state) {
  (void)state;
  r2s_task task = load("go-nogo-short");
  assert_string_equal(task.name, "go-nogo-short");
  assert_int_equal(task.n_steps, 200);
  assert_true(task.dt_ms == 5);
  assert_int_equal(task.n_conditions, 2);
  const r2s_task_condition *go = &task.conditions[0], *nogo = &task.conditions[1];
  assert_string_equal(go->name, "go");
  assert_string_equal(nogo->name, "nogo");
  assert_true(go->label == 1 && nogo->label == 0);
  check_input(&task, 0, 0, 20, 30, 1);
  check_input(&task, 1, 0, 0, 0, 0);
  check_target(&task, 0, 30, 200, 1);
  check_target(&task, 1, 0, 0, 0);
  for (int c = R2S_CRITERION_RATE; c <= R2S_CRITERION_SPIKING; c++) {
    check_rule(&go->rules[c], R2S_STATISTIC_MEAN, 900, 1000, true, 0.5);
    check_rule(&nogo->rules[c], R2S_STATISTIC_MEAN, 900, 1000, false, 0.5);
  }
  check_rule(&go->rules[R2S_CRITERION_STRICT], R2S_STATISTIC_MAX, 500, 1000, true, 0.7);
  check_rule(&nogo->rules[R2S_CRITERION_STRICT], R2S_STATISTIC_MAX, 500, 1000, false, 0.3);
  check_rule(&go->rules[R2S_CRITERION_PACING], R2S_STATISTIC_MEAN, 900, 1000, true, 0.7);
  check_rule(&nogo->rules[R2S_CRITERION_PACING], R2S_STATISTIC_ABS_MEAN, 900, 1000, false, 0.3);
  r2s_task_free(&task);
}

static void test_go_nogo(void **state) {
  (void)state;
  r2s_task task = load("go-nogo");
  check_input(&task, 0, 0, 50, 75, 1);
  check_target(&task, 0, 75, 200, 1);
  check_rule(&task.conditions[0].rules[R2S_CRITERION_RATE], R2S_STATISTIC_MAX, 380, 1000, true, 0.7);
  check_rule(&task.conditions[1].rules[R2S_CRITERION_RATE], R2S_STATISTIC_MAX_ABS, 380, 1000, false, 0.3);
  check_rule(&task.conditions[0].rules[R2S_CRITERION_SPIKING], R2S_STATISTIC_MAX, 500, 1000, true, 0.7);
  check_rule(&task.conditions[1].rules[R2S_CRITERION_SPIKING], R2S_STATISTIC_MAX, 500, 1000, false, 0.3);
  r2s_task_free(&task);
}

/* The authors judge eval_o[75:] of the T - 1 outputs, eval_o[k] being that of step k + 1 (at (k + 1) dt). */
static void test_rate_window_is_the_authors(void **state) {
  (void)state;
  const struct {
    const char *task;
    int condition, first; /* of the T - 1 samples */
    double out;
  } cases[] = {{"go-nogo", 0, 75, 0.8},
               {"xor", 0, 200, 0.8},
               {"xor", 1, 200, -0.8},
               {"context", 0, 299, 0.8},
               {"context", 7, 299, -0.8}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    r2s_task task = load(cases[i].task);
    int n = task.n_steps - 1;
    double *o = calloc((size_t)n, sizeof *o);
    for (int k = 0; k < n; k++) {
      o[k] = cases[i].out;
      bool correct =
          r2s_task_correct(&task, cases[i].condition, R2S_CRITERION_RATE, o, n, task.dt_ms, task.dt_ms);
      assert_int_equal(correct, k >= cases[i].first);
      o[k] = 0;
    }
    free(o);
    r2s_task_free(&task);
  }
}

static void test_xor(void **state) {
  (void)state;
  r2s_task task = load("xor");
  assert_int_equal(task.n_conditions, 4);
  static const float a[] = {1, 1, -1, -1}, b[] = {1, -1, 1, -1};
  for (int c = 0; c < 4; c++) {
    check_input(&task, c, 0, 50, 100, a[c]);
    check_input(&task, c, 1, 110, 160, b[c]);
    check_target(&task, c, 170, 270, a[c] * b[c]);
    assert_true(task.conditions[c].label == a[c] * b[c]);
    bool same = a[c] == b[c];
    check_rule(&task.conditions[c].rules[R2S_CRITERION_SPIKING], same ? R2S_STATISTIC_MAX : R2S_STATISTIC_MIN,
               1000, 1500, same, same ? 0.7 : -0.7);
    check_rule(&task.conditions[c].rules[R2S_CRITERION_PACING], R2S_STATISTIC_MEAN, 1005, 1350, same,
               same ? 0.5 : -0.5);
  }
  r2s_task_free(&task);
}

static void test_context(void **state) {
  (void)state;
  r2s_task task = load("context");
  assert_int_equal(task.n_conditions, 8);
  for (int c = 0; c < 8; c++) {
    float first = c & 2 ? -1 : 1, second = c & 1 ? -1 : 1, label = c < 4 ? first : second;
    const r2s_task_condition *condition = &task.conditions[c];
    assert_int_equal(condition->n_pulses, 3);
    assert_true(condition->pulses[0].value == 0.5 * first && condition->pulses[1].value == 0.5 * second);
    assert_true(condition->pulses[0].noise_sd == 1 && condition->pulses[1].noise_sd == 1);
    assert_true(condition->pulses[0].from_ms == 250 && condition->pulses[0].to_ms == 1250);
    check_input(&task, c, c < 4 ? 2 : 3, 0, 500, 1);
    check_input(&task, c, c < 4 ? 3 : 2, 0, 0, 0);
    check_target(&task, c, 250, 500, label);
    check_rule(&condition->rules[R2S_CRITERION_PACING], R2S_STATISTIC_MEAN, 1500, 2500, label > 0,
               0.5 * label);
    check_rule(&condition->rules[R2S_CRITERION_SPIKING], label > 0 ? R2S_STATISTIC_MAX : R2S_STATISTIC_MIN,
               1300, 2500, label > 0, 0.7 * label);
  }
  r2s_task_free(&task);
}

static void test_defaults(void **state) {
  (void)state;
  static const char text[] =
      "name: t\nsteps: 10\nmask: [{from_ms: 5}]\nconditions:\n"
      "- {name: a, targets: [{value: 2}], criteria: {rate: [{statistic: max, above: 1}]}}\n"
      "- {name: b, criteria: {rate: [{statistic: mean, below: 1}]}}\n";
  r2s_task task;
  r2s_error err = {0};
  if (r2s_task_parse(&task, "t.yaml", text, strlen(text), &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_string_equal(task.title, "t");
  assert_true(task.dt_ms == 5 && task.n_channels == 1 && task.n_outputs == 1);
  assert_true(task.n_mask == 1 && task.mask[0].from_ms == 5 && task.mask[0].to_ms == 50);
  assert_true(task.conditions[0].probability == 0.5 && task.conditions[1].probability == 0.5);
  assert_true(task.conditions[0].label == 2 && task.conditions[1].label == 0);
  for (int c = R2S_CRITERION_RATE; c <= R2S_CRITERION_STRICT; c++)
    check_rule(&task.conditions[0].rules[c], R2S_STATISTIC_MAX, 0, 50, true, 1);
  check_rule(&task.conditions[0].rules[R2S_CRITERION_PACING], R2S_STATISTIC_MEAN, 0, 50, true, 1.4);
  r2s_task_free(&task);
}

/* Their sum is 4e-15 in doubles: the rule asked for a mean above a share of that. */
static void test_targets_that_cancel_ask_for_nothing(void **state) {
  (void)state;
  static const char text[] = "name: t\nsteps: 50\nconditions:\n"
                             "- name: a\n"
                             "  targets: [{to_ms: 45, value: 0.1}, {from_ms: 45, to_ms: 90, value: 0.6},\n"
                             "            {from_ms: 90, to_ms: 135, value: -0.7}]\n"
                             "  criteria: {rate: [{statistic: max, above: 0.05}]}\n";
  r2s_task task;
  r2s_error err = {0};
  if (r2s_task_parse(&task, "t.yaml", text, strlen(text), &err) != R2S_OK) fail_msg("%s", err.msg);
  check_rule(&task.conditions[0].rules[R2S_CRITERION_PACING], R2S_STATISTIC_ABS_MEAN, 0, 250, false, 0.3);
  r2s_task_free(&task);
}

static void test_task_file(void **state) {
  (void)state;
  r2s_task task = load(R2S_TEST_DATA "/task_two_outputs.yaml");
  assert_string_equal(task.title, "Two outputs \"after\" a delay");
  assert_true(task.n_channels == 2 && task.n_outputs == 2 && task.n_mask == 2);
  assert_true(task.mask[0].from_ms == 0 && task.mask[0].to_ms == 50 && task.mask[1].to_ms == 300);
  const r2s_task_condition *left = &task.conditions[0], *right = &task.conditions[1];
  assert_true(left->probability == 0.75 && left->label == -1 && right->label == 1);
  assert_int_equal(left->rules[R2S_CRITERION_STRICT].count, 2);
  /* each output, by its first rule's window; targets have both signs */
  for (int output = 0; output < 2; output++) {
    const r2s_task_rules *of_left = &left->rules[R2S_CRITERION_PACING],
                         *of_right = &right->rules[R2S_CRITERION_PACING];
    assert_true(of_left->count == 2 && of_left->rule[output].output == output);
    const r2s_task_rules one = {1, &of_left->rule[output]}, other = {1, &of_right->rule[output]};
    check_rule(&one, R2S_STATISTIC_MEAN, 250, 300, output == 0, output == 0 ? 0.5 : -0.5);
    check_rule(&other, R2S_STATISTIC_MEAN, 250, 300, output == 1, output == 1 ? 0.5 : -0.5);
  }
  r2s_task_free(&task);
}

static void test_mistakes(void **state) {
  (void)state;
  static const char rest[] = "conditions: [{name: a, criteria: {rate: [{statistic: max, above: 1}]}}]\n";
  const struct {
    const char *text, *message;
  } cases[] = {
      {"name: t\nstep: 10\n", "t.yaml:2:1: the task: unknown key 'step'; did you mean 'steps'?"},
      {"name: t\n", "t.yaml:1:1: the task: no 'steps'; it is needed"},
      {"name: t\nsteps: 10x\n",
       "t.yaml:2:8: the task: steps: found '10x'; expected an integer from 2 to 1000000"},
      {"name: t\nsteps: 10\ndt_ms: nan\n", "t.yaml:3:8: the task: dt_ms: found 'nan'; expected a number"},
      {"name: t\nsteps: 10\n", "t.yaml:1:1: the task: no 'conditions'; it is needed"},
      {"name: t\nsteps: 10\nconditions: 3\n",
       "t.yaml:3:13: the task: conditions: found '3'; expected a list"},
      {"name: t\nsteps: 10\nconditions:\n",
       "t.yaml:3:12: the task: conditions: found nothing (null); expected a list"},
      {"name: null\nsteps: 10\n",
       "t.yaml:1:7: the task: name: found nothing (null); expected a text of 1 to 63 bytes"},
      {"name: ''\nsteps: 10\n", "t.yaml:1:7: the task: name: found ''; expected a text of 1 to 63 bytes"},
      {"name: [a]\nsteps: 10\n",
       "t.yaml:1:7: the task: name: found a list; expected a text of 1 to 63 bytes"},
      {"name: t\ntitle: ~\nsteps: 10\n",
       "t.yaml:2:8: the task: title: found nothing (null); expected a text of 1 to"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, inputs: [{value: {a: 1}}], criteria: {}}\n",
       "t.yaml:4:32: condition a: value: found a map; expected a number"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, inputs: null, criteria: {}}\n",
       "t.yaml:4:23: condition a: inputs: found nothing (null); expected a list"},
      {"name: t\nsteps: 10\nconditions:\n  - name: a\n",
       "t.yaml:4:5: condition a: no 'criteria'; it is needed"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, criteria: {rate: []}}\n",
       "t.yaml:4:32: condition a: rate: an empty list; expected a rule"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, criteria: {rate: [{statistic: median, above: 1}]}}\n",
       "t.yaml:4:45: condition a: statistic: found 'median'; expected mean, max, min, max_abs or abs_mean"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, criteria: {rate: [{statistic: max}]}}\n",
       "t.yaml:4:33: condition a: expected one of 'above' and 'below'"},
      {"name: t\nsteps: 10\nconditions:\n  - {name: a, inputs: [{channel: 1, value: 1}], criteria: {}}\n",
       "t.yaml:4:34: condition a: channel: found '1'; expected an integer from 0 to 0"},
      {"- a\n", "t.yaml:1:1: the task: found a list; expected a map with some of the keys"},
      {"", "t.yaml:1:1: the file is empty"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    r2s_task task;
    r2s_error err = {0};
    assert_int_equal(r2s_task_parse(&task, "t.yaml", cases[i].text, strlen(cases[i].text), &err),
                     R2S_ERR_CONFIG);
    if (strncmp(err.msg, cases[i].message, strlen(cases[i].message)) != 0)
      fail_msg("found '%s'; expected '%s'", err.msg, cases[i].message);
    assert_null(task.conditions);
  }
  char text[512];
  r2s_task task;
  r2s_error err = {0};
  snprintf(text, sizeof text, "name: 'null'\nsteps: 10\n%s", rest); /* in quotes it is a name */
  assert_int_equal(r2s_task_parse(&task, "t.yaml", text, strlen(text), &err), R2S_OK);
  r2s_task_free(&task);
  snprintf(text, sizeof text, "name: 'a b'\nsteps: 10\n%s", rest);
  assert_int_equal(r2s_task_parse(&task, "t.yaml", text, strlen(text), &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "t.yaml: "));
  assert_int_not_equal(r2s_task_load(&task, "no-such-task", &err), R2S_OK);
  assert_non_null(strstr(err.msg, "'no-such-task' is no preset"));
}

/* Names that YAML takes for nothing or the mark of a list, and characters that it takes for the ends of lines
 * or not at all. */
static void test_odd_names_and_titles_read_back(void **state) {
  (void)state;
  static const char *const names[] = {"null", "Null", "NULL", "-", "nULL", "true"};
  static const char *const titles[] = {"a\xc2\x85 b",      "\xe2\x80\xa8",     "x\xe2\x80\xa9y",
                                       "\xc2\x80\x7f\t\n", "\xef\xbb\xbftask", "\xef\xbf\xbe",
                                       "\"\\\xc3\xa9: #"};
  for (int k = 0; k < 7; k++) {
    r2s_task task = load("xor"), again;
    char *yaml;
    r2s_error err = {0};
    strcpy(task.title, titles[k]);
    strcpy(task.name, names[k % 6]);
    strcpy(task.conditions[1].name, names[k % 6]);
    assert_int_equal(r2s_task_yaml(&task, &yaml, &err), R2S_OK);
    if (r2s_task_parse(&again, "again", yaml, strlen(yaml), &err) != R2S_OK) fail_msg("%s", err.msg);
    assert_string_equal(again.title, task.title);
    assert_string_equal(again.name, task.name);
    assert_string_equal(again.conditions[1].name, task.conditions[1].name);
    assert_true((strstr(yaml, "name: \"") != NULL) == (k % 6 < 4)); /* others' names stay: trials hash them */
    free(yaml);
    r2s_task_free(&task), r2s_task_free(&again);
  }
}

/* Each key is compared with those before it: a file of 49000 took seconds. */
static void test_many_keys(void **state) {
  (void)state;
  static char text[16384];
  size_t used = 0;
  r2s_error err = {0};
  r2s_task task;
  for (int k = 0; k < 1001; k++) used += (size_t)snprintf(text + used, sizeof text - used, "k%d: 1\n", k);
  assert_int_equal(r2s_task_parse(&task, "many.yaml", text, used, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "many.yaml:1001:1: more than 1000 keys in a map"));
}

static void test_written_task_reads_back(void **state) {
  (void)state;
  for (int p = 0; p < r2s_task_preset_count(); p++) {
    r2s_task task = load(r2s_task_preset_name(p)), again;
    char *first, *second;
    r2s_error err = {0};
    assert_int_equal(r2s_task_yaml(&task, &first, &err), R2S_OK);
    if (r2s_task_parse(&again, "first", first, strlen(first), &err) != R2S_OK) fail_msg("%s", err.msg);
    assert_int_equal(r2s_task_yaml(&again, &second, &err), R2S_OK);
    assert_string_equal(first, second);
    assert_int_equal(again.n_conditions, task.n_conditions);
    for (int c = 0; c < task.n_conditions; c++) {
      const r2s_task_condition *a = &task.conditions[c], *b = &again.conditions[c];
      assert_int_equal(a->n_pulses, b->n_pulses);
      assert_int_equal(a->n_targets, b->n_targets);
      if (a->n_targets)
        assert_memory_equal(a->targets, b->targets, (size_t)a->n_targets * sizeof *a->targets);
      for (int r = 0; r < R2S_CRITERION_COUNT; r++) {
        assert_int_equal(a->rules[r].count, b->rules[r].count);
        check_rule(&b->rules[r], a->rules[r].rule->statistic, a->rules[r].rule->from_ms,
                   a->rules[r].rule->to_ms, a->rules[r].rule->greater, a->rules[r].rule->threshold);
      }
    }
    free(first), free(second);
    r2s_task_free(&task), r2s_task_free(&again);
  }
}

/* Which tasks are trained with balanced batches (R14). */
static void test_inputs_are_correlated_with_targets_in_all_presets_but_xor(void **state) {
  (void)state;
  for (int p = 0; p < r2s_task_preset_count(); p++) {
    r2s_task task = load(r2s_task_preset_name(p));
    const bool is_xor = strcmp(task.name, "xor") == 0;
    assert_int_equal(r2s_task_is_correlated(&task), !is_xor);
    if (is_xor) { /* with one condition more often, each input tells of the target */
      task.conditions[0].probability = 0.4;
      task.conditions[1].probability = 0.1;
      assert_true(r2s_task_is_correlated(&task));
    }
    r2s_task_free(&task);
  }
}

/* Two pulses that begin alike and end apart: only after the first one's end does the input tell. */
static void test_the_end_of_a_pulse_is_correlated_too(void **state) {
  (void)state;
  r2s_task_pulse pulses[2] = {{.from_ms = 10, .to_ms = 50, .value = 1},
                              {.from_ms = 10, .to_ms = 90, .value = 1}};
  r2s_task_target target = {.from_ms = 100, .to_ms = 200, .value = 1};
  r2s_task_condition conditions[2] = {
      {.probability = 0.5, .n_pulses = 1, .pulses = &pulses[0], .n_targets = 1, .targets = &target},
      {.probability = 0.5, .n_pulses = 1, .pulses = &pulses[1]}};
  r2s_task task = {.n_channels = 1, .n_outputs = 1, .n_conditions = 2, .conditions = conditions};
  assert_true(r2s_task_is_correlated(&task));
  pulses[1].to_ms = 50;
  assert_false(r2s_task_is_correlated(&task));
}

/* Thousands of pulses, targets and outputs are judged at once; each pulse with each output took minutes. */
static void test_many_pulses_and_outputs_are_correlated_with_nothing(void **state) {
  (void)state;
  enum { N = 4000 };
  static r2s_task_pulse pulses[N];
  static r2s_task_target targets[N];
  r2s_task_condition condition = {
      .probability = 1, .n_pulses = N, .pulses = pulses, .n_targets = N, .targets = targets};
  r2s_task task = {
      .n_steps = N, .dt_ms = 1, .n_channels = 1, .n_outputs = N, .n_conditions = 1, .conditions = &condition};
  for (int k = 0; k < N; k++) {
    pulses[k] = (r2s_task_pulse){.from_ms = k, .to_ms = k + 1, .value = 1};
    targets[k] = (r2s_task_target){.output = k, .to_ms = N, .value = 1};
  }
  for (int k = 0; k < 20; k++)
    assert_false(r2s_task_is_correlated(&task)); /* the slow way: beyond ctest's limit */
}

/* A pulse is over at its end: the input of one that begins there does not add to it. */
static void test_a_pulse_ends_before_its_end(void **state) {
  (void)state;
  r2s_task_pulse split[2] = {{.from_ms = 10, .to_ms = 50, .value = 1},
                             {.from_ms = 50, .to_ms = 90, .value = 1}};
  r2s_task_pulse whole = {.from_ms = 10, .to_ms = 90, .value = 1};
  r2s_task_target target = {.from_ms = 100, .to_ms = 200, .value = 1};
  r2s_task_condition conditions[2] = {
      {.probability = 0.5, .n_pulses = 2, .pulses = split, .n_targets = 1, .targets = &target},
      {.probability = 0.5, .n_pulses = 1, .pulses = &whole}};
  r2s_task task = {.n_channels = 1, .n_outputs = 1, .n_conditions = 2, .conditions = conditions};
  assert_false(r2s_task_is_correlated(&task));
}

/* Every preset cut at every byte, and with bytes changed: an error or a task, never a crash or a leak. */
static void test_damaged_presets(void **state) {
  (void)state;
  unsigned random = 12345;
  int accepted = 0, refused = 0;
  for (int p = 0; p < r2s_task_preset_count(); p++) {
    const char *yaml = r2s_task_preset_yaml(p);
    assert_non_null(yaml);
    size_t size = strlen(yaml);
    char *text = malloc(size);
    for (size_t k = 0; k < size + 3000; k++) {
      size_t length = k < size ? k : size;
      memcpy(text, yaml, length);
      for (int flips = 0; k >= size && flips < 3; flips++) {
        random = random * 1664525u + 1013904223u;
        text[(random >> 8) % size] = (char)(random >> 3);
      }
      r2s_task task;
      r2s_error err = {0};
      if (r2s_task_parse(&task, "t.yaml", text, length, &err) == R2S_OK) {
        accepted++;
        r2s_task_free(&task);
      } else {
        assert_non_null(strstr(err.msg, "t.yaml"));
        refused++;
      }
    }
    free(text);
  }
  assert_true(accepted > 0 && refused > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_go_nogo_short),
      cmocka_unit_test(test_go_nogo),
      cmocka_unit_test(test_rate_window_is_the_authors),
      cmocka_unit_test(test_xor),
      cmocka_unit_test(test_context),
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_targets_that_cancel_ask_for_nothing),
      cmocka_unit_test(test_task_file),
      cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_odd_names_and_titles_read_back),
      cmocka_unit_test(test_many_keys),
      cmocka_unit_test(test_written_task_reads_back),
      cmocka_unit_test(test_inputs_are_correlated_with_targets_in_all_presets_but_xor),
      cmocka_unit_test(test_the_end_of_a_pulse_is_correlated_too),
      cmocka_unit_test(test_many_pulses_and_outputs_are_correlated_with_nothing),
      cmocka_unit_test(test_a_pulse_ends_before_its_end),
      cmocka_unit_test(test_damaged_presets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
