/* SPDX-License-Identifier: MIT
 * Times training steps: bench_train [TASK [RECIPE [STEPS [THREADS [SEED]]]]], by default go-nogo-short
 * matched 0 (until it stops) 2 1. One line every 100 steps, then times of all steps and of those at full
 * noise. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_sort.h"
#include "bench_worker.h"
#include "rate2spike/io.h"

enum { MAX_STEPS = 100000 };

/* Times of one kind of steps, ms. */
typedef struct times {
  const char *what;
  int n;
  double ms[MAX_STEPS];
} times;

static void report(times *t) {
  double sum = 0;
  if (t->n == 0) return;
  for (int k = 0; k < t->n; k++) sum += t->ms[k];
  r2s_sort(t->ms, (size_t)t->n);
  printf("%-22s %5d steps: min %.2f ms, median %.2f ms, mean %.2f ms, total %.2f s\n", t->what, t->n,
         t->ms[0], t->ms[t->n / 2], sum / t->n, sum / 1e3);
}

static r2s_status train(r2s_trainer *trainer, int steps, r2s_error *err) {
  static times all = {.what = "all, with evaluations"}, plain = {.what = "no shot noise"},
               full = {.what = "full shot noise"};
  r2s_status st = R2S_OK;
  r2s_train_stop stop = R2S_TRAIN_RUNNING;
  r2s_train_step row = {0};
  int full_from = 0;
  while (st == R2S_OK && stop == R2S_TRAIN_RUNNING && row.step < MAX_STEPS &&
         (steps == 0 || row.step < steps)) {
    const double start = r2s_clock();
    st = r2s_trainer_step(trainer, &row, &stop, err);
    const double ms = 1e3 * (r2s_clock() - start);
    if (row.noise >= 0.999 && !full_from) full_from = row.step;
    all.ms[all.n++] = ms;
    if (row.noise == 0 && isnan(row.eval_loss)) plain.ms[plain.n++] = ms;
    if (row.noise >= 0.999 && isnan(row.eval_loss)) full.ms[full.n++] = ms;
    if (row.step % 100 == 0 || stop != R2S_TRAIN_RUNNING)
      printf("step %d loss %.3f accuracy %.3f noise %.2f lr %.4f norm %.2f edges %d eval %.2f %.3f\n",
             row.step, row.loss, row.running_accuracy, row.noise, row.learning_rate, row.grad_norm, row.edges,
             row.eval_accuracy, row.eval_loss);
  }
  printf("%s after %d steps, full noise from step %d\n",
         stop == R2S_TRAIN_CONVERGED ? "converged" : "not converged", row.step, full_from);
  report(&plain);
  report(&full);
  report(&all);
  return st;
}

int main(int argc, char **argv) {
  r2s_status st;
  r2s_error err = {0};
  r2s_task task = {0};
  r2s_model model = {0};
  r2s_trainer *trainer = NULL;
  r2s_recipe recipe = bench_recipe(argc > 2 ? argv[2] : "matched");
  r2s_net_config net = r2s_net_config_default(recipe);
  r2s_train_config config = r2s_train_config_default(recipe);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  int steps = argc > 3 ? atoi(argv[3]) : 0, threads = argc > 4 ? atoi(argv[4]) : 2;
  uint64_t seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 1;
  st = r2s_task_load(&task, argc > 1 ? argv[1] : "go-nogo-short", &err);
  if (st == R2S_OK) st = r2s_rate_init(&model, &net, &neuron, &task, seed, &err);
  double start = r2s_clock();
  if (st == R2S_OK) st = r2s_trainer_create(&trainer, &model, &task, &config, seed, threads, NULL, &err);
  printf("created in %.1f ms\n", 1e3 * (r2s_clock() - start));
  if (st == R2S_OK) st = train(trainer, steps, &err);
  if (st != R2S_OK) fprintf(stderr, "bench_train: %s\n", err.msg);
  r2s_trainer_free(trainer);
  r2s_model_free(&model);
  r2s_task_free(&task);
  return st != R2S_OK;
}
