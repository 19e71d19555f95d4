/* SPDX-License-Identifier: MIT
 * Whether a task's inputs tell anything of its targets one by one. */
#include <math.h>

#include "rate2spike/task.h"

/* Channel's input at a moment, its noise left out. */
static double input_at(const r2s_task_condition *condition, int channel, double ms) {
  double sum = 0;
  for (int k = 0; k < condition->n_pulses; k++) {
    const r2s_task_pulse *pulse = &condition->pulses[k];
    if (pulse->channel == channel && pulse->from_ms <= ms && ms < pulse->to_ms) sum += pulse->value;
  }
  return sum;
}

/* Means over the conditions, by their probabilities, for one output whose target's integral over the trial is
 * z. */
typedef struct sums {
  double target;  /* of z */
  double product; /* of input times z */
  double size;    /* of |input times z|: what the product's rounding is measured by */
} sums;

/* target [n_outputs]: zeros, before and after. */
static void add_condition(const r2s_task_condition *condition, double input, double *target, sums *outputs) {
  const double p = condition->probability;
  for (int k = 0; k < condition->n_targets; k++) {
    const r2s_task_target *part = &condition->targets[k];
    target[part->output] += part->value * (part->to_ms - part->from_ms);
  }
  for (int k = 0; k < condition->n_targets; k++) {
    const int output = condition->targets[k].output;
    outputs[output].target += p * target[output];
    outputs[output].product += p * input * target[output];
    outputs[output].size += p * fabs(input * target[output]);
    target[output] = 0; /* of several parts the first has added all */
  }
}

/* Whether the input of a channel at a moment is correlated with any output's target. All outputs at once, by
 * their targets: a task may have thousands of pulses, targets and outputs. */
static bool correlated(const r2s_task *task, int channel, double ms) {
  double u = 0, target[R2S_MAX_WIDTH] = {0};
  sums outputs[R2S_MAX_WIDTH] = {0};
  for (int c = 0; c < task->n_conditions; c++) {
    const double input = input_at(&task->conditions[c], channel, ms);
    u += task->conditions[c].probability * input;
    add_condition(&task->conditions[c], input, target, outputs);
  }
  for (int k = 0; k < task->n_outputs; k++)
    if (fabs(outputs[k].product - u * outputs[k].target) > 1e-9 * outputs[k].size) return true;
  return false;
}

/* An input changes only where a pulse begins or ends. */
bool r2s_task_is_correlated(const r2s_task *task) {
  for (int c = 0; c < task->n_conditions; c++)
    for (int k = 0; k < task->conditions[c].n_pulses; k++) {
      const r2s_task_pulse *pulse = &task->conditions[c].pulses[k];
      if (correlated(task, pulse->channel, pulse->from_ms) || correlated(task, pulse->channel, pulse->to_ms))
        return true;
    }
  return false;
}
