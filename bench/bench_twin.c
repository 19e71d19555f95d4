/* SPDX-License-Identifier: MIT
 * Why perfect rate networks fail as spiking ones: networks of recipe writeup, and what is left of their
 * accuracy when the rate network is given, one by one, the three things that the spiking one has
 * (docs/noise_matched_training.md).
 *
 *     bench_twin [FROM [TO]]     seeds, default 1 6
 *
 * Each entry: accuracy in 100 Go | 100 NoGo trials of go-nogo-short. Nothing is trained but by the recipe. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BENCH "bench_twin"
#include "bench_network.h"

enum { TRIALS = 200, MAX_STEPS = 1000 };

static void print_accuracy(const int correct[2]) {
  printf(" %.2f | %.2f  ", correct[0] / (TRIALS / 2.0), correct[1] / (TRIALS / 2.0));
  fflush(stdout);
}

/* The rate network, with the rate curve, shot noise and start of the spiking one or without. */
static void run_rate(const r2s_model *model, const r2s_task *task, uint64_t seed, bool curve, double shot,
                     bool kick) {
  static double out[TRIALS * MAX_STEPS];
  int conditions[TRIALS], correct[2] = {0};
  r2s_model twin = *model; /* borrows its arrays */
  if (curve) {
    twin.kappa_hz = r2s_convert_predicted_scale(model, &model->neuron);
    twin.activation = R2S_ACTIVATION_SIEGERT;
  }
  r2s_rate_run_config config = {
      .state_noise = 0.1, .shot_noise = shot, .x0_sd = 0.01, .start_kick = kick, .fano_window_ms = 50};
  for (int k = 0; k < TRIALS; k++) conditions[k] = k % 2;
  MUST(r2s_rate_run(&twin, task, &config, seed, R2S_SET_BENCH, 0, TRIALS, conditions, out, NULL, NULL, &err));
  int samples = task->n_steps - 1;
  for (int k = 0; k < TRIALS; k++)
    correct[k % 2] += r2s_task_correct(task, k % 2, R2S_CRITERION_SPIKING, out + (size_t)k * (size_t)samples,
                                       samples, task->dt_ms, task->dt_ms);
  print_accuracy(correct);
}

static void run_lif(const r2s_model *model, const r2s_task *task, uint64_t seed) {
  static r2s_spike_record records[TRIALS];
  r2s_spike_trial *trials = NULL;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  int correct[2] = {0};
  config.scale = r2s_convert_predicted_scale(model, &config.neuron);
  MUST(r2s_spike_trials_make(&trials, task, seed, R2S_SET_BENCH, 0, TRIALS, NULL, &err));
  MUST(r2s_spike_run(r2s_spike_native(), model, &config, trials, TRIALS, records, NULL, NULL, &err));
  for (int k = 0; k < TRIALS; k++) {
    const r2s_spike_record *r = &records[k];
    correct[r->condition] +=
        r2s_task_correct(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    r2s_spike_record_free(&records[k]);
  }
  r2s_spike_trials_free(trials, TRIALS);
  print_accuracy(correct);
}

int main(int argc, char **argv) {
  r2s_task task;
  long from = argc > 1 ? strtol(argv[1], NULL, 10) : 1, to = argc > 2 ? strtol(argv[2], NULL, 10) : from + 5;
  MUST(r2s_task_load(&task, "go-nogo-short", &err));
  if (task.n_steps > MAX_STEPS || task.n_outputs != 1 || task.n_conditions != 2) return 1;
  printf("seed steps  as trained    + start kick  + shot noise  + rate curve  + all three   the LIF\n");
  for (long seed = from; seed <= to; seed++) {
    r2s_model model;
    r2s_train_stop stopped;
    printf("%4ld %5d ", seed, train(R2S_RECIPE_WRITEUP, &task, (uint64_t)seed, 0, 0, &model, &stopped));
    run_rate(&model, &task, (uint64_t)seed, false, 0, false);
    run_rate(&model, &task, (uint64_t)seed, false, 0, true);
    run_rate(&model, &task, (uint64_t)seed, false, 1, false);
    run_rate(&model, &task, (uint64_t)seed, true, 0, false);
    run_rate(&model, &task, (uint64_t)seed, true, 1, true);
    run_lif(&model, &task, (uint64_t)seed);
    printf("\n");
    r2s_model_free(&model);
  }
  r2s_task_free(&task);
  return 0;
}
