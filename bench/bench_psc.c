/* SPDX-License-Identifier: MIT
 * Time of one 1 s trial of psc-dexp and psc-alpha, native (each instruction set) and in NEST, one thread:
 *
 *     bench_psc [PYTHON]   PYTHON has nest (default: environment variable R2S_PYTHON; without: native only)
 *
 * Both engines must give the same spikes before anything is timed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_isa.h"
#include "rate2spike/nest.h"
#include "unit/psc_network.h"

enum { REPEATS = 10 };

typedef struct bench_case {
  const char *name;
  r2s_spike_model model;
  double density, gain, weight_pa;
  bool noise;
} bench_case;

static const bench_case cases[] = {
    {"psc-dexp, no noise", R2S_SPIKE_PSC_DEXP, 0.06, 1.5, 0, false},
    {"psc-dexp, noise", R2S_SPIKE_PSC_DEXP, 0.06, 1.5, 0, true},
    {"psc-alpha 4.2 pA", R2S_SPIKE_PSC_ALPHA, 0.06, 1.5, 4.2, false},
    {"psc-alpha 50 pA", R2S_SPIKE_PSC_ALPHA, 0.2, 1.5, 50, false},
};

static void stop(const r2s_error *err) {
  fprintf(stderr, "bench_psc: %s\n", err->msg);
  exit(1);
}

/* Shortest of several runs of one trial; its spikes in *record. */
static double time_engine(const r2s_spike_engine *engine, const r2s_model *model,
                          const r2s_spike_config *config, const r2s_spike_trial *trial, int repeats,
                          r2s_spike_record *record, double *build) {
  double best = 1e9;
  void *state;
  r2s_error err = {0};
  r2s_spike_info info;
  if (engine->prepare(&state, model, config, &err) != R2S_OK) stop(&err);
  for (int k = 0; k < repeats; k++) {
    if (k) r2s_spike_record_free(record);
    if (engine->run(state, trial, 1, record, &info, NULL, &err) != R2S_OK) stop(&err);
    if (info.simulate_seconds < best) best = info.simulate_seconds;
    *build = info.build_seconds;
  }
  engine->free(state);
  return best;
}

static void bench(const bench_case *c, const char *python) {
  static const char *const isas[] = {"baseline", "avx2", "avx512"};
  const psc_recipe recipe = {250, 1, c->gain, c->density, true, 35, 35, 1};
  r2s_model model;
  r2s_error err = {0};
  if (psc_network(&model, &recipe, &err) != R2S_OK) stop(&err);
  r2s_spike_config config = r2s_spike_config_default(c->model);
  config.scale = 25;
  if (c->model == R2S_SPIKE_PSC_ALPHA) config.weight_pa = c->weight_pa;
  if (!c->noise) config.neuron.noise_mv = 0;
  config.record_spikes = true;
  config.threads = 1;
  config.nest_python = python;
  float *u;
  r2s_spike_trial trial = psc_trial(1, 201, true, 0, &u);
  r2s_spike_record native, nest;
  double build, seconds = 0;
  int best = (int)r2s_isa_current();
  for (int isa = 0; isa <= best; isa++) {
    if (isa) r2s_spike_record_free(&native);
    setenv("R2S_ISA", isas[isa], 1);
    seconds = time_engine(r2s_spike_native(), &model, &config, &trial, REPEATS, &native, &build);
    printf("%-20s native %-9s %7.2f ms  %llu spikes\n", c->name, isas[isa], 1e3 * seconds,
           (unsigned long long)native.n_spikes);
  }
  unsetenv("R2S_ISA");
  if (python) {
    double in_nest = time_engine(r2s_nest_engine(), &model, &config, &trial, 3, &nest, &build);
    bool same = nest.n_spikes == native.n_spikes &&
                memcmp(nest.spikes, native.spikes, native.n_spikes * sizeof *nest.spikes) == 0;
    if (!c->noise && !same) {
      fprintf(stderr, "bench_psc: %s: the engines differ\n", c->name);
      exit(1);
    }
    printf("%-20s NEST             %7.2f ms  (build %.0f ms)  native is %.0f times as fast\n", c->name,
           1e3 * in_nest, 1e3 * build, in_nest / seconds);
    r2s_spike_record_free(&nest);
  }
  r2s_spike_record_free(&native);
  free(u);
  r2s_model_free(&model);
}

int main(int argc, char **argv) {
  const char *python = argc > 1 ? argv[1] : getenv("R2S_PYTHON");
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) bench(&cases[k], python);
  return 0;
}
