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

/* The target of an output, summed over a trial. */
static double target_of(const r2s_task_condition *condition, int output) {
  double sum = 0;
  for (int k = 0; k < condition->n_targets; k++) {
    const r2s_task_target *target = &condition->targets[k];
    if (target->output == output) sum += target->value * (target->to_ms - target->from_ms);
  }
  return sum;
}

static bool correlated(const r2s_task *task, int channel, double ms, int output) {
  double u = 0, z = 0, product = 0, size = 0;
  for (int c = 0; c < task->n_conditions; c++) {
    const r2s_task_condition *condition = &task->conditions[c];
    double p = condition->probability, input = input_at(condition, channel, ms),
           target = target_of(condition, output);
    u += p * input;
    z += p * target;
    product += p * input * target;
    size += p * fabs(input * target);
  }
  return fabs(product - u * z) > 1e-9 * size;
}

/* An input changes only where a pulse begins or ends. */
bool r2s_task_is_correlated(const r2s_task *task) {
  for (int c = 0; c < task->n_conditions; c++)
    for (int k = 0; k < task->conditions[c].n_pulses; k++)
      for (int output = 0; output < task->n_outputs; output++) {
        const r2s_task_pulse *pulse = &task->conditions[c].pulses[k];
        if (correlated(task, pulse->channel, pulse->from_ms, output) ||
            correlated(task, pulse->channel, pulse->to_ms, output))
          return true;
      }
  return false;
}
