/* SPDX-License-Identifier: MIT
 * Worker (bench_worker.h): one spiking trial of 1 s on one thread, natively or in NEST.
 *
 *   bench_trial --model lif [--file tests/data/authors_gonogo.mat] [--scale 25] [--trials 40]
 *   bench_trial --model psc-dexp|psc-alpha [--noise 1] [--peak 4.2] [--engine nest --python PYTHON]
 *
 * lif: the authors' network with its noise, Go and NoGo by turns, every trial another one; "spikes" are the
 * mean counts of --trials of each kind. psc-*: a random network of N = 250, 6 % of the edges, always the
 * same trial; its spikes are in the answer as a count and a hash, for a comparison of the engines. Seconds
 * are those of the simulation alone. */
#include "bench_worker.h"

#include "base/base_isa.h"
#include "rate2spike/io.h"
#include "rate2spike/nest.h"
#include "unit/psc_network.h"

typedef struct bench_case {
  const r2s_spike_engine *engine;
  void *prepared;
  r2s_spike_trial *trials;
  int n_trials, next;
  char name[32]; /* of the engine, as it tells */
} bench_case;

static double run(bench_case *c, const r2s_spike_trial *trial, r2s_spike_record *record) {
  r2s_error err = {0};
  r2s_spike_info info;
  bench_stop_on(c->engine->run(c->prepared, trial, 1, record, &info, NULL, &err), &err);
  memcpy(c->name, info.engine, sizeof c->name);
  return info.simulate_seconds;
}

static double once(void *state) {
  bench_case *c = state;
  r2s_spike_record record;
  double seconds = run(c, &c->trials[c->next++ % c->n_trials], &record);
  r2s_spike_record_free(&record);
  return seconds;
}

static void serve_lif(bench_case *c, r2s_spike_config *config, int argc, char **argv) {
  r2s_model model;
  r2s_task task;
  r2s_error err = {0};
  double spikes[2] = {0};
  config->scale = bench_number(argc, argv, "scale", 25);
  const int counted = (int)bench_number(argc, argv, "trials", 40);
  c->n_trials = 2 * counted;
  bench_stop_on(
      r2s_model_load(&model, bench_option(argc, argv, "file", "tests/data/authors_gonogo.mat"), &err), &err);
  bench_stop_on(r2s_task_load(&task, "go-nogo", &err), &err);
  bench_stop_on(r2s_spike_trials_make(&c->trials, &task, 1, R2S_SET_BENCH, 0, c->n_trials, NULL, &err), &err);
  bench_stop_on(c->engine->prepare(&c->prepared, &model, config, &err), &err);
  for (int k = 0; k < c->n_trials; k++) {
    r2s_spike_record record;
    run(c, &c->trials[k], &record);
    spikes[record.condition] += (double)record.n_spikes / counted;
    r2s_spike_record_free(&record);
  }
  printf(
      "{\"ready\": true, \"engine\": \"%s\", \"n\": %d, \"threads\": 1, \"spikes\": {\"%s\": %.1f, \"%s\": "
      "%.1f}}\n",
      c->name, model.n, task.conditions[0].name, spikes[0], task.conditions[1].name, spikes[1]);
  bench_serve(once, c, 1, NULL);
  r2s_spike_trials_free(c->trials, c->n_trials);
  r2s_task_free(&task);
  r2s_model_free(&model);
}

/* FNV-1a of units and steps */
static uint64_t hash(const r2s_spike_record *record) {
  const unsigned char *bytes = (const unsigned char *)record->spikes;
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t k = 0; k < record->n_spikes * sizeof *record->spikes; k++)
    h = (h ^ bytes[k]) * UINT64_C(0x100000001b3);
  return h;
}

static void serve_psc(bench_case *c, r2s_spike_config *config, int argc, char **argv) {
  const psc_recipe recipe = {250, 1, 1.5, 0.06, true, 35, 35, 1};
  r2s_model model;
  r2s_error err = {0};
  r2s_spike_record record;
  float *u;
  config->scale = 25;
  if (config->model == R2S_SPIKE_PSC_ALPHA) config->weight_pa = bench_number(argc, argv, "peak", 4.2);
  if (bench_number(argc, argv, "noise", 1) == 0) config->neuron.noise_mv = 0;
  config->nest_python = bench_option(argc, argv, "python", NULL);
  bench_stop_on(psc_network(&model, &recipe, &err), &err);
  r2s_spike_trial trial = psc_trial(1, 201, true, 0, &u);
  c->trials = &trial;
  c->n_trials = 1;
  bench_stop_on(c->engine->prepare(&c->prepared, &model, config, &err), &err);
  run(c, &trial, &record);
  printf("{\"ready\": true, \"engine\": \"%s\", \"n\": %d, \"threads\": 1, \"spikes\": %llu, \"hash\": "
         "\"%016llx\"}\n",
         c->name, model.n, (unsigned long long)record.n_spikes, (unsigned long long)hash(&record));
  r2s_spike_record_free(&record);
  bench_serve(once, c, 1, NULL);
  free(u);
  r2s_model_free(&model);
}

int main(int argc, char **argv) {
  const char *name = bench_option(argc, argv, "model", "lif");
  bool nest = strcmp(bench_option(argc, argv, "engine", "native"), "nest") == 0;
  bench_case c = {.engine = nest ? r2s_nest_engine() : r2s_spike_native()};
  int model = R2S_SPIKE_LIF;
  while (model <= R2S_SPIKE_PSC_ALPHA && strcmp(name, r2s_spike_model_name((r2s_spike_model)model)) != 0)
    model++;
  if (model > R2S_SPIKE_PSC_ALPHA || model == R2S_SPIKE_LIF_UNIT) {
    fprintf(stderr, "error: --model %s; expected lif, psc-dexp or psc-alpha\n", name);
    return 2;
  }
  r2s_spike_config config = r2s_spike_config_default((r2s_spike_model)model);
  config.threads = 1;
  config.record_spikes = model != R2S_SPIKE_LIF;
  if (model == R2S_SPIKE_LIF)
    serve_lif(&c, &config, argc, argv);
  else
    serve_psc(&c, &config, argc, argv);
  c.engine->free(c.prepared);
  return 0;
}
