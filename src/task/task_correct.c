/* SPDX-License-Identifier: MIT
 * Judging an output trace: is the trial correct, and when did the output rise. */
#include <math.h>

#include "rate2spike/task.h"
#include "task/task_criterion.h"
#include "task/task_period.h"

/* NaN for an unknown statistic. */
static double statistic(r2s_statistic kind, double mean, double min, double max) {
  switch (kind) {
  case R2S_STATISTIC_MEAN:
    return mean;
  case R2S_STATISTIC_MAX:
    return max;
  case R2S_STATISTIC_MIN:
    return min;
  case R2S_STATISTIC_MAX_ABS:
    return fmax(max, -min);
  case R2S_STATISTIC_ABS_MEAN:
    return fabs(mean);
  }
  return NAN;
}

bool r2s_task_rule_holds(const r2s_task_rule *rule, double mean, double min, double max) {
  const double value = statistic(rule->statistic, mean, min, max);
  return rule->greater ? value > rule->threshold : value < rule->threshold;
}

/* False where the rule's period holds no sample, or one that is NaN. o: first sample of the rule's output. */
static bool holds(const r2s_task_rule *rule, const double *o, int n, int stride, double t0_ms, double dt_ms) {
  const int from = r2s_task_first_sample(rule->from_ms, n, t0_ms, dt_ms),
            to = r2s_task_first_sample(rule->to_ms, n, t0_ms, dt_ms);
  double sum = 0, max = -INFINITY, min = INFINITY;
  for (int k = from; k < to; k++) {
    const double value = o[(size_t)k * (size_t)stride];
    if (isnan(value)) return false;
    sum += value;
    max = fmax(max, value);
    min = fmin(min, value);
  }
  return from < to && r2s_task_rule_holds(rule, sum / (to - from), min, max);
}

bool r2s_task_correct(const r2s_task *task, int condition, r2s_criterion criterion, const double *o, int n,
                      double t0_ms, double dt_ms) {
  if (condition < 0 || condition >= task->n_conditions || (unsigned)criterion >= R2S_CRITERION_COUNT)
    return false;
  const r2s_task_rules *rules = &task->conditions[condition].rules[criterion];
  for (int k = 0; k < rules->count; k++)
    if (!holds(&rules->rule[k], o + rules->rule[k].output, n, task->n_outputs, t0_ms, dt_ms)) return false;
  return true;
}

bool r2s_task_ambiguous(const r2s_task *task, int condition, r2s_criterion criterion, const double *o, int n,
                        double t0_ms, double dt_ms) {
  if (!r2s_task_correct(task, condition, criterion, o, n, t0_ms, dt_ms)) return false;
  for (int c = 0; c < task->n_conditions; c++)
    if (task->conditions[c].label != task->conditions[condition].label &&
        r2s_task_correct(task, c, criterion, o, n, t0_ms, dt_ms))
      return true;
  return false;
}

/* When a condition's target of `output` is non-zero for the last time; 0: never. */
static double target_end_ms(const r2s_task_condition *condition, int output) {
  double end = 0;
  for (int p = 0; p < condition->n_targets; p++) {
    const r2s_task_target *target = &condition->targets[p];
    if (target->output == output && target->value != 0) end = fmax(end, target->to_ms);
  }
  return end;
}

/* Whether the condition's own target counts; else that of any condition does. */
static bool has_own_target(const r2s_task *task, int condition, int output) {
  return condition >= 0 && condition < task->n_conditions &&
         target_end_ms(&task->conditions[condition], output) > 0;
}

double r2s_task_target_end_ms(const r2s_task *task, int condition, int output) {
  if (has_own_target(task, condition, output)) return target_end_ms(&task->conditions[condition], output);
  double end = 0;
  for (int c = 0; c < task->n_conditions; c++) end = fmax(end, target_end_ms(&task->conditions[c], output));
  return end > 0 ? end : task->n_steps * task->dt_ms;
}

double r2s_task_target_start_ms(const r2s_task *task, int condition, int output) {
  const double end = r2s_task_target_end_ms(task, condition, output);
  const bool own = has_own_target(task, condition, output);
  double start = INFINITY;
  for (int c = 0; c < task->n_conditions; c++)
    for (int p = 0; p < task->conditions[c].n_targets && (!own || c == condition); p++) {
      const r2s_task_target *target = &task->conditions[c].targets[p];
      if (target->output == output && target->value != 0 && target->to_ms == end)
        start = fmin(start, target->from_ms);
    }
  return isinf(start) ? 0 : start;
}

double r2s_task_rise_ms(const r2s_task *task, int condition, int output, double level, const double *o, int n,
                        double t0_ms, double dt_ms) {
  if (condition < 0 || condition >= task->n_conditions) return NAN;
  const r2s_task_condition *which = &task->conditions[condition];
  double final = 0, end = -INFINITY, rise = INFINITY;
  for (int p = 0; p < which->n_targets; p++) {
    const r2s_task_target *target = &which->targets[p];
    if (target->output == output && target->value != 0 && target->to_ms > end)
      end = target->to_ms, final = target->value;
  }
  if (final == 0) return NAN;
  for (int p = 0; p < which->n_targets; p++) {
    const r2s_task_target *target = &which->targets[p];
    if (target->output != output || target->value == 0) continue;
    int to = r2s_task_first_sample(target->to_ms, n, t0_ms, dt_ms);
    for (int k = r2s_task_first_sample(target->from_ms, n, t0_ms, dt_ms); k < to; k++)
      if (o[(size_t)k * (size_t)task->n_outputs + (size_t)output] / final >= level) {
        rise = fmin(rise, t0_ms + k * dt_ms);
        break;
      }
  }
  return isinf(rise) ? NAN : rise;
}
