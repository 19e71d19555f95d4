/* SPDX-License-Identifier: MIT
 * Random trials of a task: which condition, and the input, target and mask of one trial. */
#include <math.h>
#include <string.h>

#include "base/base_random.h"
#include "rate2spike/task.h"
#include "task/task_period.h"

int r2s_task_draw_condition(const r2s_task *task, r2s_trial_id id) {
  r2s_random random;
  r2s_random_seed_trial(&random, id, R2S_STREAM_CONDITION);
  double left = r2s_random_uniform(&random);
  int last = 0; /* rounding of the sum must not draw a condition of probability 0 */
  for (int c = 0; c < task->n_conditions; c++) {
    if (task->conditions[c].probability <= 0) continue;
    last = c;
    left -= task->conditions[c].probability;
    if (left < 0) return c;
  }
  return last;
}

/* n points at distances of 1/n, of which a condition takes those in its part of [0, 1); then shuffled. */
void r2s_task_draw_balanced(const r2s_task *task, r2s_trial_id batch, int n, int *conditions) {
  r2s_random random;
  r2s_random_seed(&random, batch.seed, R2S_STREAM_CONDITION, (uint32_t)batch.set, batch.index, 1);
  const double first = r2s_random_uniform(&random);
  double end = 0;
  int k = 0, last = 0;
  for (int c = 0; c < task->n_conditions; c++) {
    if (task->conditions[c].probability <= 0) continue;
    last = c;
    end += n * task->conditions[c].probability;
    while (k < n && k + first < end) conditions[k++] = c;
  }
  while (k < n) conditions[k++] = last; /* rounding of the sum */
  for (k = n - 1; k > 0; k--) {
    int other = (int)(r2s_random_uniform(&random) * (k + 1)), moved = conditions[k];
    conditions[k] = conditions[other];
    conditions[other] = moved;
  }
}

/* Tijdeman (1980), The chairman assignment problem: of the conditions that lag behind their expectation by at
 * least 1/(2n - 2), the one that will first lag by 1 - 1/(2n - 2). No condition is ever further off than
 * that. Where probabilities add up to less than 1 by rounding, none may lag so far: the one that lags most.
 */
static int next_condition(const r2s_task *task, double trial, const int count[R2S_MAX_CONDITIONS]) {
  const int n = task->n_conditions;
  const double share = 1.0 / (2 * n - 2);
  double earliest = INFINITY, most = -INFINITY;
  int chosen = 0;
  for (int c = 0; c < n; c++) {
    const double p = task->conditions[c].probability, lag = trial * p - count[c];
    if (p <= 0) continue;
    if (earliest == INFINITY && lag > most) most = lag, chosen = c;
    if (lag < share - 1e-9) continue;
    const double deadline = (1 - share - lag) / p;
    if (deadline < earliest - 1e-9) earliest = deadline, chosen = c;
  }
  return chosen;
}

void r2s_task_balance_conditions(const r2s_task *task, int first, int n, int *conditions) {
  int count[R2S_MAX_CONDITIONS] = {0};
  for (int k = 0; k < first + n; k++) {
    const int c = task->n_conditions < 2 ? 0 : next_condition(task, k + 1.0, count);
    count[c]++;
    if (k >= first) conditions[k - first] = c;
  }
}

static void add_noise(float *u, int n, int stride, double sd, r2s_random *random) {
  float normal[256];
  r2s_isa isa = r2s_isa_current();
  for (int k = 0; k < n; k++) {
    if (k % 256 == 0) r2s_random_fill_normal(random, normal, (size_t)(n - k < 256 ? n - k : 256), isa);
    u[(size_t)k * (size_t)stride] += (float)(sd * (double)normal[k % 256]);
  }
}

static void make_input(const r2s_task *task, const r2s_task_condition *condition, r2s_trial_id id, float *u) {
  r2s_random random;
  int n = task->n_steps, stride = task->n_channels;
  memset(u, 0, (size_t)n * (size_t)stride * sizeof *u);
  r2s_random_seed_trial(&random, id, R2S_STREAM_INPUT);
  for (int p = 0; p < condition->n_pulses; p++) {
    const r2s_task_pulse *pulse = &condition->pulses[p];
    int from = r2s_task_first_sample(pulse->from_ms, n, 0, task->dt_ms);
    int to = r2s_task_first_sample(pulse->to_ms, n, 0, task->dt_ms);
    float *first = u + (size_t)from * (size_t)stride + pulse->channel;
    for (int k = 0; k < to - from; k++) first[(size_t)k * (size_t)stride] += (float)pulse->value;
    if (pulse->noise_sd > 0) add_noise(first, to - from, stride, pulse->noise_sd, &random);
  }
}

static void make_target(const r2s_task *task, const r2s_task_condition *condition, float *z) {
  size_t stride = (size_t)task->n_outputs;
  memset(z, 0, (size_t)task->n_steps * stride * sizeof *z);
  for (int p = 0; p < condition->n_targets; p++) {
    const r2s_task_target *target = &condition->targets[p];
    int from = r2s_task_first_sample(target->from_ms, task->n_steps, 0, task->dt_ms);
    int to = r2s_task_first_sample(target->to_ms, task->n_steps, 0, task->dt_ms);
    for (int t = from; t < to; t++) z[(size_t)t * stride + (size_t)target->output] = (float)target->value;
  }
}

static void make_mask(const r2s_task *task, float *mask) {
  for (int t = 0; t < task->n_steps; t++) mask[t] = task->n_mask == 0;
  for (int p = 0; p < task->n_mask; p++) {
    int to = r2s_task_first_sample(task->mask[p].to_ms, task->n_steps, 0, task->dt_ms);
    for (int t = r2s_task_first_sample(task->mask[p].from_ms, task->n_steps, 0, task->dt_ms); t < to; t++)
      mask[t] = 1;
  }
}

void r2s_task_make_trial(const r2s_task *task, int condition, r2s_trial_id id, float *u, float *z,
                         float *mask) {
  if (u) make_input(task, &task->conditions[condition], id, u);
  if (z) make_target(task, &task->conditions[condition], z);
  if (mask) make_mask(task, mask);
}
