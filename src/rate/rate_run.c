/* SPDX-License-Identifier: MIT
 * Forward runs of a rate network on trials of a set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_crew.h"
#include "base/base_flush.h"
#include "base/base_memory.h"
#include "base/base_threads.h"
#include "rate/rate_group.h"
#include "task/task_conditions.h"

/* One call's trials first..first+n-1 and where their results go. */
typedef struct run {
  const r2s_task *task;
  const r2s_rate_net *net;
  const r2s_rate_view *view;
  const r2s_rate_levels *levels;
  const int *conditions;
  uint64_t seed, first;
  r2s_trial_set set;
  int n;
  double *outputs;
  float *rates, *x;
  r2s_rate_group *workers; /* [threads] */
} run;

/* to [T x N] of one trial from a lane of from [T x N x 16] */
static void copy_lane(float *to, const float *from, size_t count, size_t lane) {
  for (size_t k = 0; k < count; k++) to[k] = from[k * R2S_LANES + lane];
}

/* The trials of the run's group number `piece`. Lanes outside of the run are run along with condition 0:
 * every lane's numbers follow from its trial alone. */
static void run_group(void *user, int piece, int thread) {
  const run *r = user;
  r2s_rate_group *group = &r->workers[thread];
  const uint64_t index = r->first / R2S_LANES + (uint64_t)piece, mode = r2s_flush_on();
  r2s_rate_outcome outcome;
  r2s_rate_trials trials = {.seed = r->seed, .set = r->set, .index = index, .active = R2S_LANES};
  size_t samples = (size_t)(r->task->n_steps - 1) * (size_t)r->net->n_out;
  size_t states = (size_t)r->task->n_steps * (size_t)r->net->n;
  for (uint64_t lane = 0; lane < R2S_LANES; lane++) {
    uint64_t trial = index * R2S_LANES + lane;
    bool ours = trial >= r->first && trial - r->first < (uint64_t)r->n;
    trials.conditions[lane] = ours ? r->conditions[trial - r->first] : 0;
  }
  r2s_rate_group_forward(group, r->net, r->view, r->levels, r->task, &trials, R2S_CRITERION_RATE, &outcome);
  for (uint64_t lane = 0; lane < R2S_LANES; lane++) {
    uint64_t k = index * R2S_LANES + lane - r->first;
    if (index * R2S_LANES + lane < r->first || k >= (uint64_t)r->n) continue;
    memcpy(r->outputs + k * samples, r2s_rate_group_output(group, r->net, (int)lane),
           samples * sizeof *r->outputs);
    if (r->rates) copy_lane(r->rates + k * states, group->work.r_trace, states, lane);
    if (r->x) copy_lane(r->x + k * states, group->work.x_trace, states, lane);
  }
  r2s_flush_restore(mode);
}

static bool is_amount(double x) {
  return x >= 0 && isfinite(x);
}

static r2s_status check(const r2s_model *model, const r2s_task *task, const r2s_rate_run_config *config,
                        r2s_error *err) {
  if (!is_amount(config->state_noise) || !is_amount(config->shot_noise) || !is_amount(config->x0_sd))
    return r2s_fail(err, R2S_ERR_ARG, "state noise %g, shot noise %g, x_0 %g; expected numbers of at least 0",
                    config->state_noise, config->shot_noise, config->x0_sd);
  if (!is_amount(config->fano_constant))
    return r2s_fail(err, R2S_ERR_ARG, "Fano factor %g; expected a number of at least 0",
                    config->fano_constant);
  r2s_status st = r2s_model_check(model, err);
  if (st == R2S_OK) st = r2s_task_check(task, err);
  return st == R2S_OK ? r2s_model_fits(model, task, err) : st;
}

/* Weights that single precision holds may make outputs that it does not. */
static r2s_status check_outputs(const run *r, r2s_error *err) {
  const size_t samples = (size_t)(r->task->n_steps - 1) * (size_t)r->net->n_out;
  for (size_t k = 0; k < (size_t)r->n * samples; k++)
    if (!isfinite(r->outputs[k]))
      return r2s_fail(err, R2S_ERR_NUMERIC,
                      "rate network: an output of trial %zu is %g; expected a finite number", k / samples,
                      r->outputs[k]);
  return R2S_OK;
}

r2s_status r2s_rate_run(const r2s_model *model, const r2s_task *task, const r2s_rate_run_config *config,
                        uint64_t seed, r2s_trial_set set, uint64_t first, int n_trials, const int *conditions,
                        double *outputs, float *rates, float *x, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_net net = {0};
  r2s_rate_group *workers = NULL;
  r2s_crew *crew = NULL;
  int *own = NULL;
  r2s_rate_levels levels = {.state_noise = config->state_noise,
                            .shot_noise = config->shot_noise,
                            .x0_sd = config->x0_sd,
                            .start_kick = config->start_kick};
  if (n_trials < 0) return r2s_fail(err, R2S_ERR_ARG, "%d trials; expected 0 or more", n_trials);
  if (n_trials == 0) return R2S_OK;
  if (first > UINT64_MAX - (uint64_t)n_trials)
    return r2s_fail(err, R2S_ERR_ARG, "%d trials from number %llu on; expected numbers below 2^64", n_trials,
                    (unsigned long long)first);
  int groups = (int)((first + (uint64_t)n_trials - 1) / R2S_LANES - first / R2S_LANES) + 1;
  int threads = r2s_threads_for(config->threads, groups);
  R2S_TRY(st, check(model, task, config, err));
  R2S_TRY(st, r2s_task_conditions(task, first, n_trials, conditions, &own, err));
  const r2s_rate_noise noise = {.shot = config->shot_noise > 0,
                                .start_kick = config->start_kick,
                                .fano = {config->fano_window_ms, config->fano_constant}};
  R2S_TRY(st, r2s_rate_net_create(&net, model, 1, &noise, NULL, err));
  R2S_ALLOC(st, &workers, (size_t)threads, "workers", err);
  for (int k = 0; k < threads; k++)
    R2S_TRY(st, r2s_rate_group_create(&workers[k], &net, task->n_steps, false, rates || x, err));
  R2S_TRY(st, r2s_crew_create(&crew, threads, err));
  r2s_rate_view view = r2s_rate_net_view(&net, &levels);
  run r = {.task = task,
           .net = &net,
           .view = &view,
           .levels = &levels,
           .conditions = own,
           .seed = seed,
           .first = first,
           .set = set,
           .n = n_trials,
           .outputs = outputs,
           .rates = rates,
           .x = x,
           .workers = workers};
  r2s_crew_run(crew, groups, run_group, &r);
  st = check_outputs(&r, err);
done:
  r2s_crew_free(crew);
  for (int k = 0; workers && k < threads; k++) r2s_rate_group_free(&workers[k]);
  free(workers);
  free(own);
  r2s_rate_net_free(&net);
  return st;
}
