/* SPDX-License-Identifier: MIT
 * Worker (bench_worker.h) that does nothing but look at the machine (bench_look.h), between the turns of
 * others that can't look themselves: a run is a look.
 *
 *   bench_look [--threads 2] */
#include "bench_worker.h"

static double look(void *state) {
  return bench_look_now(state);
}

int main(int argc, char **argv) {
  bench_look own;
  r2s_error err = {0};
  const int threads = bench_threads(argc, argv, 2);
  bench_stop_on(bench_look_create(&own, threads, NULL, &err), &err);
  printf("{\"ready\": true, \"threads\": %d}\n", threads);
  bench_serve(look, &own, threads, own.crew);
  bench_look_free(&own);
  return 0;
}
