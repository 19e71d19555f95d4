/* SPDX-License-Identifier: MIT
 * Whether the fields of a task agree with each other. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base_error.h"
#include "base/base_utf8.h"
#include "rate2spike/task.h"
#include "task/task_criterion.h"
#include "task/task_period.h"

enum { MAX_STEPS = 1000000 };

/* Of an input, its noise or a target: as far as voltages go (neuron_params.c). The rate network is in single
 * precision, where its square, summed over any trial, must fit. */
static bool is_value(double value) {
  return fabs(value) <= 1e6;
}

const char *r2s_task_criterion_name(r2s_criterion criterion) {
  static const char *const names[R2S_CRITERION_COUNT] = {"rate", "spiking", "strict", "pacing"};
  return names[criterion];
}

/* A name that a CSV column and a file name can carry; the buffer must hold its 0. */
static bool good_name(const char *name, size_t size) {
  if (!name[0] || !memchr(name, 0, size)) return false;
  for (const char *c = name; *c; c++)
    if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", *c)) return false;
  return true;
}

/* Text that YAML can hold; the buffer must hold its 0. */
static bool good_title(const char *title, size_t size) {
  if (!memchr(title, 0, size)) return false;
  for (size_t length; *title; title += length) {
    uint32_t code;
    length = r2s_utf8_next(title, &code);
    if (length == 0) return false;
  }
  return true;
}

static r2s_status check_period(const r2s_task *task, const char *where, double from_ms, double to_ms,
                               r2s_error *err) {
  double end = task->n_steps * task->dt_ms;
  if (!(from_ms >= 0 && from_ms < to_ms && to_ms <= end + R2S_TASK_TOLERANCE_MS))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: period %g..%g ms; expected 0 <= from < to <= %g ms",
                    task->name, where, from_ms, to_ms, end);
  if (r2s_task_first_sample(from_ms, task->n_steps, 0, task->dt_ms) >=
      r2s_task_first_sample(to_ms, task->n_steps, 0, task->dt_ms))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: period %g..%g ms holds no step of %g ms", task->name,
                    where, from_ms, to_ms, task->dt_ms);
  return R2S_OK;
}

static r2s_status check_range(const r2s_task *task, const char *where, const char *what, int value, int count,
                              r2s_error *err) {
  if (value >= 0 && value < count) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: %s %d; expected 0..%d", task->name, where, what, value,
                  count - 1);
}

static r2s_status check_pulses(const r2s_task *task, const r2s_task_condition *condition, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int p = 0; p < condition->n_pulses; p++) {
    const r2s_task_pulse *pulse = &condition->pulses[p];
    char where[80];
    snprintf(where, sizeof where, "condition %s, pulse %d", condition->name, p + 1);
    R2S_TRY(st, check_range(task, where, "channel", pulse->channel, task->n_channels, err));
    R2S_TRY(st, check_period(task, where, pulse->from_ms, pulse->to_ms, err));
    if (!is_value(pulse->value) || !(pulse->noise_sd >= 0) || !is_value(pulse->noise_sd))
      return r2s_fail(err, R2S_ERR_CONFIG,
                      "task %s, %s: value %g, noise %g; expected -1e6 to 1e6, the noise 0 to 1e6", task->name,
                      where, pulse->value, pulse->noise_sd);
  }
done:
  return st;
}

static r2s_status check_targets(const r2s_task *task, const r2s_task_condition *condition, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int p = 0; p < condition->n_targets; p++) {
    const r2s_task_target *target = &condition->targets[p];
    char where[80];
    snprintf(where, sizeof where, "condition %s, target %d", condition->name, p + 1);
    R2S_TRY(st, check_range(task, where, "output", target->output, task->n_outputs, err));
    R2S_TRY(st, check_period(task, where, target->from_ms, target->to_ms, err));
    if (!is_value(target->value))
      return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: value %g; expected -1e6 to 1e6", task->name, where,
                      target->value);
    for (int q = 0; q < p; q++) {
      const r2s_task_target *other = &condition->targets[q];
      if (other->output == target->output && target->from_ms < other->to_ms - R2S_TASK_TOLERANCE_MS &&
          other->from_ms < target->to_ms - R2S_TASK_TOLERANCE_MS)
        return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: overlaps target %d of the same output", task->name,
                        where, q + 1);
    }
  }
done:
  return st;
}

static bool has_sample(const r2s_task_rule *rule, int n, double t0_ms, double dt_ms) {
  return r2s_task_first_sample(rule->from_ms, n, t0_ms, dt_ms) <
         r2s_task_first_sample(rule->to_ms, n, t0_ms, dt_ms);
}

r2s_status r2s_task_check_samples(const r2s_task *task, r2s_criterion criterion, int n, double t0_ms,
                                  double dt_ms, r2s_error *err) {
  if ((unsigned)criterion >= R2S_CRITERION_COUNT)
    return r2s_fail(err, R2S_ERR_ARG, "criterion %d; expected 0 to %d", (int)criterion,
                    R2S_CRITERION_COUNT - 1);
  r2s_status st = r2s_task_check(task, err);
  if (st != R2S_OK) return st;
  for (int c = 0; c < task->n_conditions; c++) {
    const r2s_task_rules *rules = &task->conditions[c].rules[criterion];
    for (int k = 0; k < rules->count; k++)
      if (!has_sample(&rules->rule[k], n, t0_ms, dt_ms))
        return r2s_fail(err, R2S_ERR_CONFIG,
                        "task %s, condition %s, criterion %s, rule %d: no sample of the output in its period "
                        "%g..%g ms; expected at least one",
                        task->name, task->conditions[c].name, r2s_task_criterion_name(criterion), k + 1,
                        rules->rule[k].from_ms, rules->rule[k].to_ms);
  }
  return R2S_OK;
}

static r2s_status check_rules(const r2s_task *task, const r2s_task_condition *condition, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int c = 0; c < R2S_CRITERION_COUNT; c++) {
    const r2s_task_rules *rules = &condition->rules[c];
    if (rules->count < 1)
      return r2s_fail(err, R2S_ERR_CONFIG,
                      "task %s, condition %s: criterion %s has no rule; expected at least one", task->name,
                      condition->name, r2s_task_criterion_name(c));
    for (int k = 0; k < rules->count; k++) {
      const r2s_task_rule *rule = &rules->rule[k];
      char where[96];
      snprintf(where, sizeof where, "condition %s, criterion %s, rule %d", condition->name,
               r2s_task_criterion_name(c), k + 1);
      R2S_TRY(st, check_range(task, where, "output", rule->output, task->n_outputs, err));
      R2S_TRY(st,
              check_range(task, where, "statistic", (int)rule->statistic, R2S_STATISTIC_ABS_MEAN + 1, err));
      R2S_TRY(st, check_period(task, where, rule->from_ms, rule->to_ms, err));
      if (c != R2S_CRITERION_SPIKING && !has_sample(rule, task->n_steps - 1, task->dt_ms, task->dt_ms))
        return r2s_fail(
            err, R2S_ERR_CONFIG,
            "task %s, %s: period %g..%g ms holds no output of the rate network, which come at %g, "
            "%g ... ms",
            task->name, where, rule->from_ms, rule->to_ms, task->dt_ms, 2 * task->dt_ms);
      if (!isfinite(rule->threshold))
        return r2s_fail(err, R2S_ERR_CONFIG, "task %s, %s: threshold %g; expected a finite number",
                        task->name, where, rule->threshold);
    }
  }
done:
  return st;
}

static r2s_status check_count(const r2s_task *task, const r2s_task_condition *condition, const char *what,
                              int count, const void *list, r2s_error *err) {
  if (count > 0 && !list)
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s, condition %s: %d %s, but no array of them", task->name,
                    condition->name, count, what);
  if (count >= 0 && count <= MAX_STEPS) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG, "task %s, condition %s: %d %s; expected 0 to %d", task->name,
                  condition->name, count, what, MAX_STEPS);
}

static r2s_status check_condition(const r2s_task *task, int c, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_task_condition *condition = &task->conditions[c];
  if (!good_name(condition->name, sizeof condition->name))
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "task %s: condition %d is named '%.31s'; expected 1 to 31 letters, digits, '_' or '-'",
                    task->name, c + 1, condition->name);
  for (int d = 0; d < c; d++)
    if (!strcmp(task->conditions[d].name, condition->name))
      return r2s_fail(err, R2S_ERR_CONFIG, "task %s: two conditions are named '%s'", task->name,
                      condition->name);
  if (!(condition->probability >= 0 && condition->probability <= 1))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s, condition %s: probability %g; expected 0 to 1", task->name,
                    condition->name, condition->probability);
  if (!isfinite(condition->label))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s, condition %s: label %g; expected a finite number",
                    task->name, condition->name, condition->label);
  R2S_TRY(st, check_count(task, condition, "pulses", condition->n_pulses, condition->pulses, err));
  R2S_TRY(st, check_count(task, condition, "targets", condition->n_targets, condition->targets, err));
  for (int k = 0; k < R2S_CRITERION_COUNT; k++)
    R2S_TRY(st, check_count(task, condition, r2s_task_criterion_name(k), condition->rules[k].count,
                            condition->rules[k].rule, err));
  R2S_TRY(st, check_pulses(task, condition, err));
  R2S_TRY(st, check_targets(task, condition, err));
  R2S_TRY(st, check_rules(task, condition, err));
done:
  return st;
}

static r2s_status check_sizes(const r2s_task *task, r2s_error *err) {
  const struct {
    const char *name;
    int value, min, max;
  } sizes[] = {{"steps", task->n_steps, 2, MAX_STEPS},
               {"input channels", task->n_channels, 1, R2S_MAX_WIDTH},
               {"outputs", task->n_outputs, 1, R2S_MAX_WIDTH},
               {"conditions", task->n_conditions, 1, R2S_MAX_CONDITIONS},
               {"mask periods", task->n_mask, 0, MAX_STEPS}};
  if (!good_name(task->name, sizeof task->name))
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "a task is named '%.63s'; expected 1 to 63 letters, digits, '_' or '-'", task->name);
  if (!good_title(task->title, sizeof task->title))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s: its title is no text of at most %zu bytes in UTF-8",
                    task->name, sizeof task->title - 1);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
    if (sizes[k].value < sizes[k].min || sizes[k].value > sizes[k].max)
      return r2s_fail(err, R2S_ERR_CONFIG, "task %s: %d %s; expected %d to %d", task->name, sizes[k].value,
                      sizes[k].name, sizes[k].min, sizes[k].max);
  if (!task->conditions || (task->n_mask > 0 && !task->mask))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s: %d conditions and %d mask periods, but no array of %s",
                    task->name, task->n_conditions, task->n_mask,
                    task->conditions ? "periods" : "conditions");
  if (!(task->dt_ms > 0 && task->n_steps * task->dt_ms <= R2S_TASK_LONGEST_MS))
    return r2s_fail(err, R2S_ERR_CONFIG,
                    "task %s: step of %g ms, %d of them; expected more than 0, and a trial of up to %g ms",
                    task->name, task->dt_ms, task->n_steps, R2S_TASK_LONGEST_MS);
  return R2S_OK;
}

r2s_status r2s_task_check(const r2s_task *task, r2s_error *err) {
  r2s_status st = R2S_OK;
  double sum = 0;
  R2S_TRY(st, check_sizes(task, err));
  for (int c = 0; c < task->n_conditions; c++) {
    R2S_TRY(st, check_condition(task, c, err));
    sum += task->conditions[c].probability;
  }
  if (!(fabs(sum - 1) < 1e-6))
    return r2s_fail(err, R2S_ERR_CONFIG, "task %s: the conditions' probabilities sum to %g; expected 1",
                    task->name, sum);
  for (int p = 0; p < task->n_mask; p++) {
    char where[32];
    snprintf(where, sizeof where, "mask period %d", p + 1);
    R2S_TRY(st, check_period(task, where, task->mask[p].from_ms, task->mask[p].to_ms, err));
  }
done:
  return st;
}
