/* SPDX-License-Identifier: MIT
 * Worker (bench_worker.h): whole jobs.
 *
 *   bench_job --job authors    a go-nogo network by the authors' recipe: 1500 training trials and their
 *                              evaluations (100 trials every 100 steps)
 *   bench_job --job training   a network of recipe --recipe on go-nogo-short, to its last evaluation;
 *                              answers with the mean time of a step
 *   bench_job --job search     the scale search of the authors' network: 12 scales, 100 noisy trials each
 *   bench_job --job networks   --count NETWORKS of the main job, each trained, converted and certified in a
 *                              folder of its own under --folder DIR, one a thread
 *                              --scales LIST: convert.scales, e.g. 44 (the predicted scale of recipe matched)
 *   --threads T                (default 1)
 */
#include "bench_worker.h"

#include <math.h>
#include <omp.h>

#include "base/base_isa.h"

#define BENCH "bench_job"
#include "bench_network.h"

typedef struct bench_case {
  int threads, count, done;
  const char *folder, *scales;
  r2s_recipe recipe;
  uint64_t seed; /* of the next network */
  r2s_task task;
  r2s_model model;
} bench_case;

/* A network of the next seed; the number of its steps. */
static int train_next(bench_case *c, r2s_recipe recipe, int max_steps) {
  r2s_model model;
  r2s_train_stop stopped;
  int steps = train(recipe, &c->task, c->seed++, max_steps, c->threads, &model, &stopped);
  r2s_model_free(&model);
  return steps;
}

static double train_as_authors(void *state) {
  double from = r2s_clock();
  train_next(state, R2S_RECIPE_KIM2019, 1500);
  return r2s_clock() - from;
}

static double train_to_the_end(void *state) {
  bench_case *c = state;
  double from = r2s_clock();
  int steps = train_next(c, c->recipe, 0);
  return (r2s_clock() - from) / steps;
}

static double search(void *state) {
  bench_case *c = state;
  r2s_error err = {0};
  double scales[12];
  for (int k = 0; k < 12; k++) scales[k] = 20 + 5 * k;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.threads = c->threads;
  r2s_search_config grid = r2s_search_config_default();
  grid.scales = scales, grid.n_scales = 12, grid.held_out_trials = 1, grid.seed = c->seed;
  r2s_search_result result;
  double from = r2s_clock();
  bench_stop_on(r2s_convert_search(&c->model, &c->task, &config, &grid, NULL, &result, &err), &err);
  double seconds = r2s_clock() - from;
  r2s_search_result_free(&result);
  return seconds;
}

/* One network from its seed to its certificate; conversion by the predicted scale and the whole search. */
static void make_network(const r2s_config *base, const char *folder, int number) {
  r2s_error err = {0};
  r2s_run *run;
  r2s_config *config = malloc(sizeof *config); /* large */
  char dir[4096];
  if (!config) exit(1);
  *config = *base;
  config->seed = (uint64_t)number + 1;
  config->threads = 1;
  snprintf(dir, sizeof dir, "%s/%d", folder, number);
  bench_stop_on(r2s_run_open(&run, dir, config, &err), &err);
  bench_stop_on(r2s_run_train(run, false, NULL, &err), &err);
  bench_stop_on(r2s_run_convert(run, R2S_RUN_LIF, NULL, &err), &err);
  bench_stop_on(r2s_run_simulate_native(run, R2S_RUN_PSC_DEXP, NULL, &err), &err);
  bench_stop_on(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  free(config);
}

static double make_networks(void *state) {
  bench_case *c = state;
  static r2s_config config;
  r2s_error err = {0};
  char set[256];
  snprintf(set, sizeof set, "convert.scales=%s", c->scales ? c->scales : "");
  const char *sets[] = {set};
  bench_stop_on(r2s_config_load(&config, NULL, sets, c->scales ? 1 : 0, &err), &err);
  double from = r2s_clock();
#pragma omp parallel for num_threads(c->threads) schedule(dynamic, 1)
  for (int k = c->done; k < c->done + c->count; k++) make_network(&config, c->folder, k);
  c->done += c->count;
  return r2s_clock() - from;
}

int main(int argc, char **argv) {
  r2s_error err = {0};
  const char *job = bench_option(argc, argv, "job", "");
  bench_case c = {.threads = bench_threads(argc, argv, 1),
                  .count = (int)bench_number(argc, argv, "count", 4),
                  .folder = bench_option(argc, argv, "folder", NULL),
                  .scales = bench_option(argc, argv, "scales", NULL),
                  .recipe = bench_recipe(bench_option(argc, argv, "recipe", "matched")),
                  .seed = 1};
  double (*once)(void *) = strcmp(job, "authors") == 0                ? train_as_authors
                           : strcmp(job, "training") == 0             ? train_to_the_end
                           : strcmp(job, "search") == 0               ? search
                           : strcmp(job, "networks") == 0 && c.folder ? make_networks
                                                                      : NULL;
  if (!once) {
    fprintf(stderr, "error: --job %s; expected authors, training, search or networks (with --folder)\n", job);
    return 2;
  }
  bench_stop_on(r2s_task_load(&c.task, once == train_to_the_end ? "go-nogo-short" : "go-nogo", &err), &err);
  bench_stop_on(
      r2s_model_load(&c.model, bench_option(argc, argv, "file", "tests/data/authors_gonogo.mat"), &err),
      &err);
  printf("{\"ready\": true, \"job\": \"%s\", \"isa\": \"%s\", \"threads\": %d, \"count\": %d}\n", job,
         r2s_isa_name(r2s_isa_current()), c.threads, c.count);
  bench_serve(once, &c, c.threads, NULL);
  r2s_model_free(&c.model);
  r2s_task_free(&c.task);
  return 0;
}
