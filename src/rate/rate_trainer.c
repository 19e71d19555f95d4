/* SPDX-License-Identifier: MIT
 * A training: batches over threads, optimiser steps, evaluations. */
#include "rate/rate_trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_clock.h"
#include "base/base_flush.h"
#include "base/base_memory.h"
#include "base/base_threads.h"
#include "rate/rate_adam.h"
#include "rate/rate_average.h"

static int lane_groups(int trials) {
  return (trials + R2S_LANES - 1) / R2S_LANES;
}

/* Threads that may share a lane group. With fewer than two tiles each, or in larger teams, they would spend
 * their time on bringing each other's rates. */
static int most_of_team(const r2s_trainer *trainer) {
  enum { MOST = 8 };
  const int tiles = r2s_rate_code_tiles(trainer->start.n);
  if (trainer->config.batch == 1 || tiles < 4) return 1;
  return tiles / 2 < MOST ? tiles / 2 : MOST;
}

/* Threads, those of them that share a group of a batch, and groups that are at work at a time. */
static void assign_threads(r2s_trainer *trainer, int wanted, int most_groups) {
  const int team = most_of_team(trainer), shared = trainer->groups * team;
  trainer->threads = r2s_threads_for(wanted, shared > most_groups ? shared : most_groups);
  trainer->workers = trainer->threads < most_groups ? trainer->threads : most_groups;
  const int each = trainer->threads / trainer->groups;
  trainer->team_size = each < 1 ? 1 : each < team ? each : team;
}

static r2s_status create_teams(r2s_trainer *trainer, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (trainer->team_size == 1) return st;
  R2S_ALLOC(st, &trainer->team, (size_t)trainer->groups, "threads", err);
  for (int g = 0; g < trainer->groups; g++)
    R2S_TRY(st, r2s_rate_team_create(&trainer->team[g], trainer->team_size, trainer->net.n, err));
done:
  return st;
}

r2s_status r2s_trainer_create(r2s_trainer **out, const r2s_model *start, const r2s_task *task,
                              const r2s_train_config *config, uint64_t seed, int threads,
                              const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_trainer *trainer = NULL;
  *out = NULL;
  R2S_TRY(st, r2s_train_config_check(config, err));
  R2S_TRY(st, r2s_task_check(task, err));
  R2S_TRY(st, r2s_model_check(start, err));
  R2S_TRY(st, r2s_model_fits(start, task, err));
  R2S_ALLOC(st, &trainer, 1, "training", err);
  trainer->config = *config;
  trainer->seed = seed;
  trainer->groups = lane_groups(config->batch);
  trainer->balanced = config->balanced && r2s_task_is_correlated(task);
  R2S_TRY(st, r2s_model_copy(&trainer->start, start, err));
  R2S_TRY(st, r2s_task_copy(&trainer->task, task, err));
  int most = lane_groups(config->eval_trials);
  most = most > trainer->groups ? most : trainer->groups;
  assign_threads(trainer, threads, most);
  const r2s_rate_noise noise = {.shot = config->noise_end > 0,
                                .start_kick = config->start_kick,
                                .fano = {config->fano_window_ms, config->fano_constant}};
  R2S_TRY(st, r2s_rate_net_create(&trainer->net, start, trainer->team_size, &noise, monitor, err));
  trainer->trained[R2S_RATE_W] = trainer->trained[R2S_RATE_W_OUT] = true;
  trainer->trained[R2S_RATE_B_OUT] = config->train_b_out;
  trainer->trained[R2S_RATE_TAU] = start->tau_max_ms > start->tau_min_ms;
  trainer->stride = r2s_rate_net_gradient_size(&trainer->net);
  trainer->max_edges = trainer->net.count[R2S_RATE_W];
  R2S_ALLOC(st, &trainer->gradient, (size_t)trainer->groups * trainer->stride, "gradients", err);
  R2S_ALLOC(st, &trainer->conditions, (size_t)config->batch, "conditions", err);
  R2S_ALLOC(st, &trainer->trials, (size_t)most, "trials", err);
  R2S_ALLOC(st, &trainer->outcome, (size_t)most, "trials' outcomes", err);
  R2S_ALLOC(st, &trainer->worker, (size_t)trainer->workers, "workers", err);
  for (int k = 0; k < trainer->workers; k++) {
    const bool gradient = config->batch > 1 && k < trainer->groups;
    R2S_TRY(st,
            r2s_rate_group_create(&trainer->worker[k], &trainer->net, task->n_steps, gradient, false, err));
  }
  R2S_TRY(st, create_teams(trainer, err));
  R2S_TRY(st, r2s_crew_create(&trainer->crew, trainer->threads, err));
  if (config->batch == 1)
    R2S_TRY(st, r2s_rate_single_create(&trainer->single, &trainer->net, task->n_steps, err));
  *out = trainer;
done:
  if (st != R2S_OK) r2s_trainer_free(trainer);
  return st;
}

void r2s_trainer_free(r2s_trainer *trainer) {
  if (!trainer) return;
  r2s_crew_free(trainer->crew);
  for (int k = 0; trainer->worker && k < trainer->workers; k++) r2s_rate_group_free(&trainer->worker[k]);
  free(trainer->worker);
  for (int g = 0; trainer->team && g < trainer->groups; g++) r2s_rate_team_free(&trainer->team[g]);
  free(trainer->team);
  r2s_rate_single_free(&trainer->single);
  free(trainer->gradient);
  free(trainer->conditions);
  free(trainer->trials);
  free(trainer->outcome);
  r2s_rate_net_free(&trainer->net);
  r2s_task_free(&trainer->task);
  r2s_model_free(&trainer->start);
  free(trainer);
}

/* Draws group g of n trials, which begin with the set's group `first`. */
static void draw_group(r2s_trainer *trainer, r2s_trial_set set, uint64_t first, int g, int n) {
  trainer->trials[g] =
      (r2s_rate_trials){.seed = trainer->seed,
                        .set = set,
                        .index = first + (uint64_t)g,
                        .active = n - g * R2S_LANES < R2S_LANES ? n - g * R2S_LANES : R2S_LANES,
                        .target_shift = trainer->config.target_shift};
  if (trainer->balanced && set == R2S_SET_TRAIN)
    memcpy(trainer->trials[g].conditions, trainer->conditions + g * R2S_LANES,
           (size_t)trainer->trials[g].active * sizeof *trainer->conditions);
  else
    r2s_rate_group_draw(&trainer->trials[g], &trainer->task);
}

/* n trials of a set, from its lane group `first` on; backward: with gradients of their mean loss. */
typedef struct batch {
  r2s_trainer *trainer;
  r2s_trial_set set;
  uint64_t first;
  int n;
  bool backward;
  r2s_criterion criterion;
  r2s_rate_levels levels;
  r2s_rate_view view;
} batch;

static void run_single(const batch *b) {
  r2s_trainer *trainer = b->trainer;
  uint64_t mode = r2s_flush_on();
  draw_group(trainer, b->set, b->first, 0, 1);
  r2s_rate_single_step(&trainer->single, &trainer->net, &b->view, &b->levels, &trainer->task, trainer->trials,
                       b->criterion, trainer->outcome, trainer->gradient);
  r2s_flush_restore(mode);
}

/* Lane group g of a batch, in the memory of the thread's worker. With more threads than a batch has groups,
 * in that of worker g: only the first `groups` workers have memory for the backward pass. */
static void run_group(void *user, int g, int thread) {
  const batch *b = user;
  r2s_trainer *trainer = b->trainer;
  const bool own = trainer->threads > trainer->groups && lane_groups(b->n) <= trainer->workers;
  r2s_rate_group *worker = &trainer->worker[own ? g : thread];
  r2s_rate_trials *trials = &trainer->trials[g];
  uint64_t mode = r2s_flush_on();
  draw_group(trainer, b->set, b->first, g, b->n);
  worker->work.gradient = b->backward;
  r2s_rate_group_forward(worker, &trainer->net, &b->view, &b->levels, &trainer->task, trials, b->criterion,
                         &trainer->outcome[g]);
  if (b->backward)
    r2s_rate_group_backward(worker, &trainer->net, &b->view, trials, &trainer->outcome[g], b->n,
                            trainer->gradient + (size_t)g * trainer->stride);
  r2s_flush_restore(mode);
}

/* What one member of a team does of a batch's lane group. */
static void run_member(void *user, int piece, int thread) {
  const batch *b = user;
  r2s_trainer *trainer = b->trainer;
  const int g = piece / trainer->team_size, rank = piece % trainer->team_size;
  const r2s_rate_team_task task = {.group = &trainer->worker[g],
                                   .net = &trainer->net,
                                   .view = &b->view,
                                   .levels = &b->levels,
                                   .task = &trainer->task,
                                   .trials = &trainer->trials[g],
                                   .criterion = b->criterion,
                                   .batch = b->n};
  uint64_t mode = r2s_flush_on();
  (void)thread;
  if (rank == 0) {
    draw_group(trainer, b->set, b->first, g, b->n);
    trainer->worker[g].work.gradient = true;
  }
  r2s_rate_team_step(&trainer->team[g], rank, &task, &trainer->outcome[g],
                     trainer->gradient + (size_t)g * trainer->stride);
  r2s_flush_restore(mode);
}

/* A batch's groups, by a thread each or by teams: whichever has been faster. */
static void run_batch(batch *b) {
  r2s_trainer *trainer = b->trainer;
  if (!trainer->team) {
    r2s_crew_run(trainer->crew, trainer->groups, run_group, b);
    return;
  }
  const int by_team = r2s_rate_choice_next(&trainer->choice);
  const double from = r2s_clock();
  if (by_team)
    r2s_crew_run(trainer->crew, trainer->groups * trainer->team_size, run_member, b);
  else
    r2s_crew_run(trainer->crew, trainer->groups, run_group, b);
  r2s_rate_choice_add(&trainer->choice, by_team, r2s_clock() - from);
}

static void run_groups(r2s_trainer *trainer, r2s_trial_set set, uint64_t first, int n, bool backward,
                       r2s_criterion criterion) {
  batch b = {.trainer = trainer,
             .set = set,
             .first = first,
             .n = n,
             .backward = backward,
             .criterion = criterion,
             .levels = {.state_noise = r2s_train_state_noise(&trainer->config, trainer->pace.noise),
                        .shot_noise = trainer->pace.noise,
                        .x0_sd = trainer->config.x0_sd,
                        .start_kick = trainer->config.start_kick}};
  b.view = r2s_rate_net_view(&trainer->net, &b.levels);
  if (backward) r2s_rate_net_renew_slots(&trainer->net);
  if (backward && n == 1) {
    run_single(&b);
    return;
  }
  r2s_rate_net_fill_rows(&trainer->net);
  if (backward)
    run_batch(&b);
  else
    r2s_crew_run(trainer->crew, lane_groups(n), run_group, &b);
}

/* Means over the trials of the last run_groups, in the order of the trials. */
static void average(const r2s_trainer *trainer, int n, double *loss, double *accuracy) {
  *loss = *accuracy = 0;
  for (int k = 0; k < n; k++) {
    const r2s_rate_outcome *outcome = &trainer->outcome[k / R2S_LANES];
    *loss += outcome->loss[k % R2S_LANES] / n;
    *accuracy += outcome->correct[k % R2S_LANES];
  }
  *accuracy /= n;
}

/* The groups' gradients summed in their order into the first. */
static void sum_gradients(r2s_trainer *trainer) {
  size_t size = r2s_rate_net_gradient_size(&trainer->net);
  for (int g = 1; g < trainer->groups; g++)
    for (size_t k = 0; k < size; k++)
      trainer->gradient[k] += trainer->gradient[(size_t)g * trainer->stride + k];
}

static bool has_mean(const r2s_trainer *trainer) {
  return r2s_rate_pace_averaged(&trainer->pace, &trainer->config) > 0;
}

/* Evaluates what r2s_trainer_model gives: the running mean of the weights, where there is one. */
static void evaluate(r2s_trainer *trainer, r2s_train_step *row) {
  if (has_mean(trainer)) r2s_rate_average_swap(&trainer->net);
  int n = trainer->config.eval_trials;
  uint64_t first = (uint64_t)trainer->pace.evaluations * (uint64_t)lane_groups(n);
  run_groups(trainer, R2S_SET_EVALUATE, first, n, false, R2S_CRITERION_RATE);
  average(trainer, n, &row->eval_loss, &row->eval_accuracy);
  if (has_mean(trainer)) r2s_rate_average_swap(&trainer->net);
  trainer->pace.evaluations++;
}

/* Why the optimiser can't take this step. Where dt/tau_d is above 2 Eq. R1 grows without bounds. */
static r2s_status refuse_step(const r2s_trainer *trainer, const r2s_train_step *row, r2s_error *err) {
  const r2s_rate_net *net = &trainer->net;
  const double value = isfinite(row->loss) ? row->grad_norm : row->loss;
  char number[32] = "not a number";
  if (!isnan(value)) snprintf(number, sizeof number, "%g", value);
  return r2s_fail(err, R2S_ERR_NUMERIC,
                  "training step %d (shot noise %g, learning rate %g): %s is %s; expected a finite loss, and "
                  "a gradient whose norm is at most 1e18, or clipped (train.clip_norm); %s",
                  row->step, row->noise, row->learning_rate,
                  isfinite(row->loss) ? "the gradient's norm" : "the loss", number,
                  net->dt_ms > 2 * net->tau_min_ms
                      ? "steps of more than twice net.tau_min_ms let the network's states grow without bounds"
                      : "a smaller train.learning_rate or net.gain may help");
}

r2s_status r2s_trainer_step(r2s_trainer *trainer, r2s_train_step *row, r2s_train_stop *stop, r2s_error *err) {
  const r2s_train_config *config = &trainer->config;
  r2s_rate_pace *pace = &trainer->pace;
  r2s_rate_pace_begin(pace, config);
  *row = (r2s_train_step){.step = (int)pace->step + 1,
                          .noise = pace->noise,
                          .learning_rate = r2s_rate_pace_learning_rate(pace, config),
                          .eval_accuracy = NAN,
                          .eval_loss = NAN};
  *stop = R2S_TRAIN_RUNNING;
  if (trainer->balanced)
    r2s_task_draw_balanced(&trainer->task, (r2s_trial_id){trainer->seed, R2S_SET_TRAIN, (uint64_t)pace->step},
                           config->batch, trainer->conditions);
  run_groups(trainer, R2S_SET_TRAIN, (uint64_t)pace->step * (uint64_t)trainer->groups, config->batch, true,
             R2S_CRITERION_PACING);
  average(trainer, config->batch, &row->loss, &row->accuracy);
  sum_gradients(trainer);
  row->grad_norm = r2s_rate_adam_norm(&trainer->net, trainer->trained, trainer->gradient);
  const bool clipped = config->clip_norm > 0 && row->grad_norm > config->clip_norm;
  /* the optimiser's squares are of single precision */
  if (!isfinite(row->loss) || !isfinite(row->grad_norm) || (!clipped && row->grad_norm > 1e18))
    return refuse_step(trainer, row, err);
  const double factor = clipped ? config->clip_norm / row->grad_norm : 1;
  r2s_rate_adam_step(&trainer->net, trainer->trained, trainer->gradient, factor, config, row->learning_rate,
                     pace->step + 1);
  r2s_rate_net_refresh(&trainer->net);
  row->edges = (int)trainer->net.count[R2S_RATE_W];
  r2s_rate_pace_advance(pace, config, row->accuracy);
  row->running_accuracy = pace->running;
  int averaged = r2s_rate_pace_averaged(pace, config);
  if (averaged > 0) r2s_rate_average_add(&trainer->net, averaged, config->average_steps);
  if (r2s_rate_pace_evaluates(pace, config)) evaluate(trainer, row);
  *stop = r2s_rate_pace_stop(pace, config, row->eval_accuracy, row->eval_loss);
  return R2S_OK;
}

r2s_train_stop r2s_trainer_stop(const r2s_trainer *trainer, const r2s_train_step *last) {
  return r2s_rate_pace_stop(&trainer->pace, &trainer->config, last->eval_accuracy, last->eval_loss);
}

/* The names are of this training, not of what it started from. Recipe and configuration are the caller's to
 * fill in: a trainer knows numbers only. */
static void name_training(const r2s_trainer *trainer, r2s_model *out) {
  out->seed = trainer->seed;
  out->train_steps = trainer->start.train_steps + trainer->pace.step;
  snprintf(out->task, sizeof out->task, "%s", trainer->task.name);
  snprintf(out->version, sizeof out->version, "%s", r2s_version());
  out->recipe[0] = out->config_hash[0] = 0;
}

r2s_status r2s_trainer_model(const r2s_trainer *trainer, r2s_model *out, r2s_error *err) {
  const r2s_rate_net *net = &trainer->net;
  float *const *value = has_mean(trainer) ? net->mean : net->value;
  r2s_status st = r2s_model_copy(out, &trainer->start, err);
  if (st != R2S_OK) return st;
  size_t n = (size_t)net->n;
  /* edges that were alive at the start and are not in the lists have died */
  for (size_t at = 0; at < n * n; at++)
    if (out->som_mask[at] != 0 && (!out->dale || (float)out->w[at] > 0)) out->w[at] = 0;
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++)
    out->w[net->post[e] * n + net->pre[e]] = (double)value[R2S_RATE_W][e];
  for (size_t k = 0; k < net->count[R2S_RATE_W_OUT]; k++) out->w_out[k] = (double)value[R2S_RATE_W_OUT][k];
  for (size_t k = 0; k < net->count[R2S_RATE_B_OUT]; k++) out->b_out[k] = (double)value[R2S_RATE_B_OUT][k];
  for (size_t k = 0; k < net->count[R2S_RATE_TAU]; k++) out->taus_gaus[k] = (double)value[R2S_RATE_TAU][k];
  name_training(trainer, out);
  return R2S_OK;
}
