/* SPDX-License-Identifier: MIT
 * Small networks, tasks and trainings for the tests of the rate network. */
#ifndef R2S_TESTS_RATE_CASES_H
#define R2S_TESTS_RATE_CASES_H

#include <stdio.h>
#include <stdlib.h>

#include "rate2spike/io.h"
#include "rate2spike/rate.h"

typedef struct rate_case {
  r2s_task task;
  r2s_model model;
  r2s_train_config train;
} rate_case;

/* A recipe on a preset, n units, trials cut to `steps` steps where above 0 (all rules then judge the end). */
static inline rate_case make_rate_case(r2s_recipe recipe, const char *preset, int n) {
  rate_case c = {.train = r2s_train_config_default(recipe)};
  r2s_error err = {0};
  r2s_net_config net = r2s_net_config_default(recipe);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  net.n = n;
  net.n_inh = n / 5;
  c.train.eval_trials = 20;
  if (r2s_task_load(&c.task, preset, &err) != R2S_OK) fprintf(stderr, "%s\n", err.msg), abort();
  if (r2s_rate_init(&c.model, &net, &neuron, &c.task, 3, &err) != R2S_OK)
    fprintf(stderr, "%s\n", err.msg), abort();
  return c;
}

static inline void free_rate_case(rate_case *c) {
  r2s_task_free(&c->task);
  r2s_model_free(&c->model);
}

static inline r2s_trainer *start_training(const rate_case *c, uint64_t seed, int threads) {
  r2s_trainer *trainer = NULL;
  r2s_error err = {0};
  if (r2s_trainer_create(&trainer, &c->model, &c->task, &c->train, seed, threads, NULL, &err) != R2S_OK)
    fprintf(stderr, "%s\n", err.msg), abort();
  return trainer;
}

/* Takes n steps; the last row. */
static inline r2s_train_step take_steps(r2s_trainer *trainer, int n) {
  r2s_train_step row = {0};
  r2s_train_stop stop;
  r2s_error err = {0};
  for (int k = 0; k < n; k++)
    if (r2s_trainer_step(trainer, &row, &stop, &err) != R2S_OK) fprintf(stderr, "%s\n", err.msg), abort();
  return row;
}

#endif
