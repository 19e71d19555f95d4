/* SPDX-License-Identifier: MIT
 * Worker (bench_worker.h): optimiser steps of a network whose edges stay as they are (learning rate 0), so
 * that every step is the same work.
 *
 *   bench_step [--recipe matched|writeup|kim2019] [--task go-nogo-short] [--n 250] [--p 0.2]
 *              [--batch B] [--steps T] [--threads 1]
 *
 * Recipe matched: with its full shot noise. T other than the task's: its periods are stretched. */
#include "bench_worker.h"

#include "base/base_isa.h"
#include "rate/rate_trainer.h"
#include "rate2spike/io.h"
#include "rate2spike/rate.h"

typedef struct bench_case {
  r2s_task task;
  r2s_model model;
  r2s_trainer *trainer;
} bench_case;

/* T steps of a shorter dt would be another network; so the times of everything in the task grow with T. */
static void stretch(r2s_task *task, int n_steps) {
  double factor = (double)n_steps / task->n_steps;
  for (int c = 0; c < task->n_conditions; c++) {
    r2s_task_condition *condition = &task->conditions[c];
    for (int k = 0; k < condition->n_pulses; k++)
      condition->pulses[k].from_ms *= factor, condition->pulses[k].to_ms *= factor;
    for (int k = 0; k < condition->n_targets; k++)
      condition->targets[k].from_ms *= factor, condition->targets[k].to_ms *= factor;
    for (int r = 0; r < R2S_CRITERION_COUNT; r++)
      for (int k = 0; k < condition->rules[r].count; k++)
        condition->rules[r].rule[k].from_ms *= factor, condition->rules[r].rule[k].to_ms *= factor;
  }
  task->n_steps = n_steps;
}

/* Learning rate 0; and with shot noise, pacing that goes to full noise in the first step and stays there. */
static r2s_train_config frozen(r2s_recipe recipe, int batch) {
  r2s_train_config config = r2s_train_config_default(recipe);
  config.learning_rate = 0;
  config.max_steps = config.eval_every = 1000000000;
  config.pace_start = config.pace_up = config.pace_down = 0;
  config.pace_average = 1e-6;
  config.ramp_steps = 1;
  config.final_steps = 1000000000;
  if (batch > 0) config.batch = batch;
  return config;
}

static double step(void *state) {
  bench_case *c = state;
  r2s_error err = {0};
  r2s_train_step row;
  r2s_train_stop stop;
  double from = r2s_clock();
  bench_stop_on(r2s_trainer_step(c->trainer, &row, &stop, &err), &err);
  return r2s_clock() - from;
}

/* The first steps: until the noise is full. */
static double warm_up(bench_case *c, bool shot, int *edges) {
  r2s_error err = {0};
  r2s_train_step row = {0};
  r2s_train_stop stop;
  for (int k = 0; k < 50 && (k < 2 || (shot && row.noise < 1)); k++)
    bench_stop_on(r2s_trainer_step(c->trainer, &row, &stop, &err), &err);
  if (shot && row.noise < 1) {
    fprintf(stderr, "error: the shot noise is %g after 50 steps; expected 1\n", row.noise);
    exit(1);
  }
  *edges = row.edges;
  return row.loss;
}

int main(int argc, char **argv) {
  bench_case c = {0};
  r2s_error err = {0};
  r2s_recipe recipe = bench_recipe(bench_option(argc, argv, "recipe", "matched"));
  r2s_net_config net = r2s_net_config_default(recipe);
  r2s_train_config config = frozen(recipe, (int)bench_number(argc, argv, "batch", 0));
  r2s_neuron_params neuron = r2s_neuron_params_default();
  int threads = bench_threads(argc, argv, 1), edges;
  net.n = (int)bench_number(argc, argv, "n", 250);
  net.n_inh = net.n / 5;
  net.p_rec = bench_number(argc, argv, "p", net.p_rec);
  bench_stop_on(r2s_task_load(&c.task, bench_option(argc, argv, "task", "go-nogo-short"), &err), &err);
  int n_steps = (int)bench_number(argc, argv, "steps", c.task.n_steps);
  if (n_steps != c.task.n_steps) stretch(&c.task, n_steps);
  bench_stop_on(r2s_rate_init(&c.model, &net, &neuron, &c.task, 1, &err), &err);
  bench_stop_on(r2s_trainer_create(&c.trainer, &c.model, &c.task, &config, 1, threads, NULL, &err), &err);
  double loss = warm_up(&c, config.noise_end > 0, &edges);
  printf("{\"ready\": true, \"isa\": \"%s\", \"recipe\": \"%s\", \"n\": %d, \"p\": %g, \"edges\": %d, "
         "\"batch\": %d, "
         "\"steps\": %d, \"threads\": %d, \"code\": %s, \"loss\": %.9g}\n",
         r2s_isa_name(r2s_isa_current()), r2s_recipe_name(recipe), net.n, net.p_rec, edges, config.batch,
         n_steps, threads, c.trainer->net.by_post.tile[0].product ? "true" : "false", loss);
  bench_serve(step, &c, threads, c.trainer->threads == threads ? c.trainer->crew : NULL);
  r2s_trainer_free(c.trainer);
  r2s_model_free(&c.model);
  r2s_task_free(&c.task);
  return 0;
}
