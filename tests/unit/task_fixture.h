/* SPDX-License-Identifier: MIT
 * A small task for the tests, on the stack: the authors' Go-NoGo timing (200 steps of 5 ms, pulse 250-375 ms,
 * target from 375 ms), and a third condition with noise, two channels and two outputs. Never freed. */
#ifndef R2S_TESTS_TASK_FIXTURE_H
#define R2S_TESTS_TASK_FIXTURE_H

#include "rate2spike/task.h"

typedef struct task_fixture {
  r2s_task task;
  r2s_task_condition conditions[3];
  r2s_task_pulse pulses[3];
  r2s_task_target targets[3];
  r2s_task_rule rules[3];
} task_fixture;

static inline void task_fixture_make(task_fixture *f) {
  *f = (task_fixture){0};
  f->pulses[0] = (r2s_task_pulse){.channel = 0, .from_ms = 250, .to_ms = 375, .value = 1};
  f->pulses[1] = (r2s_task_pulse){.channel = 1, .from_ms = 0, .to_ms = 1000, .value = 0.5, .noise_sd = 2};
  f->pulses[2] = (r2s_task_pulse){.channel = 1, .from_ms = 500, .to_ms = 505, .value = -10};
  f->targets[0] = (r2s_task_target){.output = 0, .from_ms = 375, .to_ms = 1000, .value = 1};
  f->targets[1] = (r2s_task_target){.output = 1, .from_ms = 100, .to_ms = 200, .value = 3};
  f->targets[2] = (r2s_task_target){.output = 1, .from_ms = 200, .to_ms = 400, .value = -1};
  f->rules[0] = (r2s_task_rule){
      .statistic = R2S_STATISTIC_MAX, .from_ms = 375, .to_ms = 1000, .greater = true, .threshold = 0.7};
  f->rules[1] = (r2s_task_rule){.statistic = R2S_STATISTIC_MAX_ABS, .to_ms = 1000, .threshold = 0.3};
  f->rules[2] = (r2s_task_rule){.output = 1, .statistic = R2S_STATISTIC_MEAN, .from_ms = 200, .to_ms = 400};
  const char *const names[3] = {"go", "nogo", "noisy"};
  const double probability[3] = {0.5, 0.25, 0.25};
  for (int c = 0; c < 3; c++) {
    r2s_task_condition *condition = &f->conditions[c];
    for (int k = 0; names[c][k]; k++) condition->name[k] = names[c][k];
    condition->probability = probability[c];
    for (int k = 0; k < R2S_CRITERION_COUNT; k++)
      condition->rules[k] = (r2s_task_rules){.count = 1, .rule = &f->rules[c]};
  }
  f->conditions[0].n_pulses = f->conditions[0].n_targets = 1;
  f->conditions[0].pulses = &f->pulses[0];
  f->conditions[0].targets = &f->targets[0];
  f->conditions[2].n_pulses = f->conditions[2].n_targets = 2;
  f->conditions[2].pulses = &f->pulses[1];
  f->conditions[2].targets = &f->targets[1];
  f->task = (r2s_task){.name = "fixture",
                       .title = "A task for tests",
                       .n_steps = 200,
                       .dt_ms = 5,
                       .n_channels = 2,
                       .n_outputs = 2,
                       .n_conditions = 3,
                       .conditions = f->conditions};
}

#endif
