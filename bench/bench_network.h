/* SPDX-License-Identifier: MIT
 * A network trained by a recipe's own settings, for the benches that look into networks. Define BENCH, the
 * program's name, before including this. */
#ifndef BENCH_NETWORK_H
#define BENCH_NETWORK_H

#include <stdio.h>
#include <stdlib.h>

#include "rate2spike/rate2spike.h"

static void stop(const r2s_error *err) {
  fprintf(stderr, BENCH ": %s\n", err->msg);
  exit(1);
}

#define MUST(call)                                                                                           \
  do {                                                                                                       \
    r2s_error err = {0};                                                                                     \
    if ((call) != R2S_OK) stop(&err);                                                                        \
  } while (0)

/* The steps taken, at most max_steps (0: the recipe's own); threads 0: all; *stopped says why it ended. The
 * model is the caller's. */
static int train(r2s_recipe recipe, const r2s_task *task, uint64_t seed, int max_steps, int threads,
                 r2s_model *model, r2s_train_stop *stopped) {
  r2s_net_config net = r2s_net_config_default(recipe);
  r2s_train_config config = r2s_train_config_default(recipe);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  r2s_trainer *trainer = NULL;
  r2s_train_step row = {0};
  *stopped = R2S_TRAIN_RUNNING;
  if (max_steps) config.max_steps = max_steps;
  MUST(r2s_rate_init(model, &net, &neuron, task, seed, &err));
  MUST(r2s_trainer_create(&trainer, model, task, &config, seed, threads, NULL, &err));
  while (*stopped == R2S_TRAIN_RUNNING) MUST(r2s_trainer_step(trainer, &row, stopped, &err));
  r2s_model_free(model);
  MUST(r2s_trainer_model(trainer, model, &err));
  r2s_trainer_free(trainer);
  return row.step;
}

#endif
