/* SPDX-License-Identifier: MIT
 * Worker (bench_worker.h) that measures what the machine can do at that moment (bench_peak.h) and answers
 * with the seconds that a step of bench_step would take at least (bench_bounds.h): so a bound meets the same
 * neighbours as the step that it is compared with. bench_step's options.
 *
 *   bench_bound [--recipe writeup|matched|kim2019] [--n 250] [--p 0.2] [--batch 32] [--threads 1]
 */
#include <omp.h>

#include "base/base_isa.h"
#include "bench_bounds.h"
#include "rate2spike/io.h"

enum { REPEATS = 5 /* of each short series: a cold one tells nothing */ };

typedef struct bench_case {
  int n, batch, steps, threads;
  bool wide, matched;
  bench_product product;
  double edges;
  bench_single single;
  bench_gradient gradient[BENCH_MOST_THREADS]; /* of each thread */
  char *buffer[BENCH_MOST_THREADS];
} bench_case;

/* Seconds of the step on this thread. */
static double step_seconds(const bench_case *c) {
  const int thread = omp_get_thread_num();
  const bench_peak peak =
      bench_peak_measure(c->wide, &c->product, &c->gradient[thread], REPEATS, c->buffer[thread]);
  const bench_bounds bounds = bench_bounds_of(&peak);
  const int groups = (c->batch + R2S_LANES - 1) / R2S_LANES;
  const double cycles = c->batch == 1
                            ? bench_bound_single(&peak, &c->single)
                            : groups * bench_bound_group(&bounds, c->n, c->edges, c->steps, c->matched);
  return 1e-9 * cycles / peak.ghz;
}

/* However the work is divided, threads do no more than the sum of what each does. */
static double once(void *state) {
  const bench_case *c = state;
  double rate = 0;
#pragma omp parallel num_threads(c->threads) reduction(+ : rate)
  rate = 1 / step_seconds(c);
  return 1 / rate;
}

/* Tiles of W and of its transpose. */
static void count_tiles(bench_case *c, const r2s_rate_net *net, r2s_isa isa) {
  r2s_error err = {0};
  r2s_rate_tiles tiles;
  const size_t edges = net->count[R2S_RATE_W];
  c->single =
      (bench_single){.vectors = (c->n + R2S_LANES - 1) / R2S_LANES, .edges = c->edges, .steps = c->steps};
  bench_stop_on(r2s_rate_tiles_create(&tiles, net, isa, &err), &err);
  r2s_rate_tiles_build(&tiles, edges, net->post, net->pre);
  c->single.tiles += tiles.start[tiles.groups];
  r2s_rate_tiles_build(&tiles, edges, net->pre, net->post);
  c->single.tiles += tiles.start[tiles.groups];
  r2s_rate_tiles_free(&tiles);
}

int main(int argc, char **argv) {
  const char *recipe = bench_option(argc, argv, "recipe", "writeup");
  const r2s_isa isa = r2s_isa_current();
  bench_case c = {.batch = (int)bench_number(argc, argv, "batch", strcmp(recipe, "kim2019") == 0 ? 1 : 32),
                  .threads = bench_threads(argc, argv, 1),
                  .wide = isa == R2S_ISA_AVX512,
                  .matched = strcmp(recipe, "matched") == 0};
  r2s_net_config net_config = r2s_net_config_default(R2S_RECIPE_WRITEUP);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  r2s_error err = {0};
  r2s_task task;
  r2s_model model;
  r2s_rate_net net;
  if (isa == R2S_ISA_BASELINE) {
    fprintf(stderr, "error: no bound for %s\n", r2s_isa_name(isa));
    return 1;
  }
  net_config.n = c.n = (int)bench_number(argc, argv, "n", 250);
  net_config.n_inh = c.n / 5;
  net_config.p_rec = bench_number(argc, argv, "p", net_config.p_rec);
  bench_stop_on(r2s_task_load(&task, "go-nogo-short", &err), &err);
  bench_stop_on(r2s_rate_init(&model, &net_config, &neuron, &task, 1, &err), &err);
  bench_stop_on(r2s_rate_net_create(&net, &model, 1, &(r2s_rate_noise){0}, NULL, &err), &err);
  c.steps = task.n_steps;
  c.edges = (double)net.count[R2S_RATE_W];
  c.product = bench_product_make(c.wide, net.by_post.tile[0].product, c.n, c.edges);
  if (c.batch == 1) count_tiles(&c, &net, isa);
  for (int k = 0; k < c.threads; k++) {
    c.gradient[k] = bench_gradient_make(&net.slots);
    c.buffer[k] = bench_peak_buffer();
  }
  printf("{\"ready\": true, \"peer\": \"bound\", \"threads\": %d, \"edges\": %g}\n", c.threads, c.edges);
  bench_serve(once, &c, c.threads, NULL);
  for (int k = 0; k < c.threads; k++) {
    bench_gradient_free(&c.gradient[k]);
    free(c.buffer[k]);
  }
  bench_list_free(&c.product.list);
  r2s_rate_net_free(&net);
  r2s_model_free(&model);
  r2s_task_free(&task);
  return 0;
}
