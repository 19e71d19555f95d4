/* SPDX-License-Identifier: MIT
 * Times one noisy trial of model "lif" (the authors' network, N = 200, 1 s, dt 0.05 ms) on one thread, with
 * the fast engine on each instruction set and with the reference engine.
 *
 *     build/bench/bench_lif [MODEL.mat [TRIALS]]
 *
 * First it checks that all instruction sets give the same bits, and that the fast engine's spikes are the
 * reference's for the first 50 ms. Prints the fastest and the median trial. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_sort.h"
#include "rate2spike/io.h"
#include "rate2spike/spike.h"

static const char *const SETS[] = {"baseline", "avx2", "avx512"};

static void stop_on(r2s_status st, const r2s_error *err) {
  if (st == R2S_OK) return;
  fprintf(stderr, "bench_lif: %s\n", err->msg);
  exit(1);
}

/* One trial; returns its seconds. */
static double run(const r2s_model *model, const r2s_spike_config *config, const r2s_spike_trial *trial,
                  r2s_spike_record *record, char engine[32]) {
  r2s_spike_info info;
  r2s_error err = {0};
  stop_on(r2s_spike_run(r2s_spike_native(), model, config, trial, 1, record, &info, NULL, &err), &err);
  memcpy(engine, info.engine, 32);
  return info.simulate_seconds;
}

static void validate(const r2s_model *model, r2s_spike_config config, const r2s_spike_trial *trial) {
  r2s_spike_record record[3], reference;
  char engine[32];
  for (int s = 0; s < 3; s++) {
    setenv("R2S_ISA", SETS[s], 1);
    run(model, &config, trial, &record[s], engine);
  }
  config.reference = true;
  run(model, &config, trial, &reference, engine);
  uint64_t same = 0, n = record[0].n_spikes;
  bool equal = true;
  for (int s = 1; s < 3; s++)
    equal &= record[s].n_spikes == n &&
             memcmp(record[s].spikes, record[0].spikes, n * sizeof *record->spikes) == 0 &&
             memcmp(record[s].out, record[0].out, (size_t)record->n_samples * sizeof(double)) == 0;
  while (same < n && same < reference.n_spikes &&
         memcmp(&reference.spikes[same], &record->spikes[same], sizeof *record->spikes) == 0)
    same++;
  double parted_ms = same < n ? record->spikes[same].step * config.neuron.dt_ms : trial->duration_ms;
  printf("instruction sets: %s bits; the reference engine's spikes up to %g ms (%lu of %lu)\n",
         equal ? "equal" : "DIFFERENT", parted_ms, (unsigned long)same, (unsigned long)n);
  if (!equal || parted_ms < 50) exit(1);
  for (int s = 0; s < 3; s++) r2s_spike_record_free(&record[s]);
  r2s_spike_record_free(&reference);
}

static void measure(const r2s_model *model, const r2s_spike_config *config, const r2s_spike_trial *trials,
                    int n) {
  double *seconds = malloc((size_t)n * sizeof *seconds);
  if (!seconds) exit(1);
  char engine[32];
  for (int k = 0; k < n; k++) {
    r2s_spike_record record;
    seconds[k] = run(model, config, &trials[k], &record, engine);
    r2s_spike_record_free(&record);
  }
  r2s_sort(seconds, (size_t)n);
  printf("%-20s fastest %7.2f ms, median %7.2f ms of %d trials\n", engine, 1e3 * seconds[0],
         1e3 * seconds[n / 2], n);
  free(seconds);
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "tests/data/authors_gonogo.mat";
  int n = argc > 2 ? atoi(argv[2]) : 50;
  if (n < 1) {
    fprintf(stderr, "bench_lif: %s trials; expected a number >= 1\n", argv[2]);
    return 2;
  }
  r2s_model model;
  r2s_task task;
  r2s_spike_trial *trials;
  r2s_error err = {0};
  stop_on(r2s_model_load(&model, path, &err), &err);
  stop_on(r2s_task_load(&task, "go-nogo", &err), &err);
  stop_on(r2s_spike_trials_make(&trials, &task, 1, R2S_SET_BENCH, 0, n, NULL, &err), &err);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  config.threads = 1;
  config.record_spikes = true;
  validate(&model, config, &trials[0]);
  for (int s = 0; s < 3; s++) {
    setenv("R2S_ISA", SETS[s], 1);
    measure(&model, &config, trials, n);
  }
  config.reference = true;
  measure(&model, &config, trials, n < 10 ? n : 10);
  r2s_spike_trials_free(trials, n);
  r2s_task_free(&task);
  r2s_model_free(&model);
  return 0;
}
