/* SPDX-License-Identifier: MIT
 * Test trials of the trained rate network, for rate.h5. They are the trials of set "simulate", so that the
 * certificate can lay the spiking networks beside them. They have state noise and no shot noise, in any
 * recipe. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"
#include "base/base_threads.h"
#include "run/run_model.h"

/* Trials run at once, of n_trials: whole groups for each thread, and as many as the memory for r allows,
 * since every call builds the network and its threads anew. A round of the threads holds more than its r
 * anyway. */
static int chunk_size(const r2s_run *run, int n_trials) {
  const size_t most_bytes = (size_t)64 << 20;
  const int groups = (n_trials + R2S_LANES - 1) / R2S_LANES;
  const size_t round = (size_t)R2S_LANES * (size_t)r2s_threads_for(run->config.threads, groups);
  const size_t bytes = round * (size_t)run->task.n_steps * (size_t)run->model.n * sizeof(float);
  const size_t rounds = bytes < most_bytes ? most_bytes / bytes : 1;
  return round * rounds < (size_t)n_trials ? (int)(round * rounds) : n_trials;
}

r2s_rate_run_config r2s_run_model_rate_config(const r2s_run *run) {
  const r2s_train_config *train = &run->config.train;
  return (r2s_rate_run_config){
      .state_noise = train->state_noise,
      .x0_sd = train->x0_sd,
      .start_kick = r2s_train_test_kick(train, run->model.activation),
      .fano_window_ms = train->fano_window_ms,
      .fano_constant = train->fano_constant,
      .threads = run->config.threads,
  };
}

bool r2s_run_model_is_random(const r2s_run *run) {
  const r2s_rate_run_config config = r2s_run_model_rate_config(run);
  const r2s_neuron_params *neuron =
      &run->model.neuron; /* the kick is of its units that start above threshold */
  const bool kick = config.start_kick && neuron->v0_low_mv < neuron->v0_high_mv;
  return config.state_noise > 0 || config.x0_sd > 0 || kick;
}

static void average(const float *rates, size_t n_trials, size_t T, size_t n, double *mean) {
  for (size_t k = 0; k < n_trials; k++) {
    for (size_t t = 0; t < T; t++) {
      for (size_t i = 0; i < n; i++) mean[k * n + i] += (double)rates[(k * T + t) * n + i] / (double)T;
    }
  }
}

r2s_status r2s_run_model_test(const r2s_run *run, r2s_rate_traces *tests, const r2s_monitor *monitor,
                              r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_task *task = &run->task;
  size_t T = (size_t)task->n_steps, n = (size_t)run->model.n;
  int n_trials = run->config.test_trials * task->n_conditions;
  float *rates = NULL;
  *tests = (r2s_rate_traces){.n_trials = n_trials,
                             .n_samples = task->n_steps - 1,
                             .n_out = task->n_outputs,
                             .n = run->model.n,
                             .t0_ms = task->dt_ms,
                             .dt_ms = task->dt_ms};
  memcpy(tests->trials, run->trials, sizeof tests->trials);
  size_t per_trial = (T - 1) * (size_t)tests->n_out;
  R2S_ALLOC(st, &tests->conditions, (size_t)n_trials, "conditions of the test trials", err);
  R2S_ALLOC(st, &tests->out, (size_t)n_trials * per_trial, "outputs of the test trials", err);
  R2S_ALLOC(st, &tests->mean_rate, (size_t)n_trials * n, "rates of the test trials", err);
  const int chunk = chunk_size(run, n_trials);
  R2S_ALLOC(st, &rates, (size_t)chunk * T * n, "rates of the test trials", err);
  r2s_task_balance_conditions(task, 0, n_trials, tests->conditions);

  r2s_rate_run_config config = r2s_run_model_rate_config(run);
  for (int k = 0; k < n_trials; k += chunk) {
    int count = n_trials - k < chunk ? n_trials - k : chunk;
    if (r2s_monitor_cancelled(monitor))
      R2S_TRY(st, r2s_fail(err, R2S_ERR_CANCELLED, "interrupted in the test trials"));
    R2S_TRY(st,
            r2s_rate_run(&run->model, task, &config, run->config.seed, R2S_SET_SIMULATE, (uint64_t)k, count,
                         tests->conditions + k, tests->out + (size_t)k * per_trial, rates, NULL, err));
    average(rates, (size_t)count, T, n, tests->mean_rate + (size_t)k * n);
  }
done:
  free(rates);
  return st;
}
