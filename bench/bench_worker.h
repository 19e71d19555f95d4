/* SPDX-License-Identifier: MIT
 * The programs of bench/run are workers: each says in one line of JSON that it is ready and what it works on;
 * for every line with a number N that it reads, it does its work N times and prints one line {"seconds":
 * [...], "looks": [...]}. So bench/run can let several of them work in turns, and what slows the machine down
 * slows all of them. Before that it does N / 2 runs that are not timed, since others have just had the
 * caches. Before the first run and after each it looks at what the machine gives (bench_look.h). */
#ifndef R2S_BENCH_WORKER_H
#define R2S_BENCH_WORKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/base_clock.h"
#include "bench_look.h"
#include "rate2spike/rate.h"

static inline void bench_stop_on(r2s_status st, const r2s_error *err) {
  if (st == R2S_OK) return;
  fprintf(stderr, "error: %s\n", err->msg);
  exit(1);
}

/* The value of --name VALUE, else `otherwise`. */
static inline const char *bench_option(int argc, char **argv, const char *name, const char *otherwise) {
  for (int k = 1; k + 1 < argc; k++)
    if (strncmp(argv[k], "--", 2) == 0 && strcmp(argv[k] + 2, name) == 0) return argv[k + 1];
  return otherwise;
}

static inline double bench_number(int argc, char **argv, const char *name, double otherwise) {
  const char *text = bench_option(argc, argv, name, NULL);
  if (!text) return otherwise;
  char *end;
  double value = strtod(text, &end);
  if (*text && !*end) return value;
  fprintf(stderr, "error: --%s %s; expected a number\n", name, text);
  exit(2);
}

/* --threads */
static inline int bench_threads(int argc, char **argv, int otherwise) {
  const double threads = bench_number(argc, argv, "threads", otherwise);
  if (threads >= 1 && threads <= BENCH_MOST_THREADS && threads == (int)threads) return (int)threads;
  fprintf(stderr, "error: --threads %g; expected 1 to %d\n", threads, BENCH_MOST_THREADS);
  exit(2);
}

/* The recipe of that name. */
static inline r2s_recipe bench_recipe(const char *name) {
  for (int k = R2S_RECIPE_MATCHED; k <= R2S_RECIPE_KIM2019; k++)
    if (strcmp(name, r2s_recipe_name((r2s_recipe)k)) == 0) return (r2s_recipe)k;
  fprintf(stderr, "error: recipe %s; expected matched, writeup or kim2019\n", name);
  exit(2);
}

/* CPU time of all threads. */
static inline double bench_process_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of the shortest of `repeats` runs of `measure`, which returns its seconds. */
static inline double bench_least(double (*measure)(void), int repeats) {
  double best = 1e9;
  for (int k = 0; k < repeats; k++) {
    const double seconds = measure();
    if (seconds < best) best = seconds;
  }
  return best;
}

/* Seconds of a run. */
static inline double bench_run_once(double (*once)(void *state), void *state) {
  const double seconds = once(state);
  if (seconds > 0 && seconds < 1e9) return seconds;
  fprintf(stderr, "error: a run took %g s\n", seconds);
  exit(1);
}

/* n runs, and what the machine gave before and after each, as the two lists of an answer. Returns the CPU
 * time of all runs. */
static inline double bench_answer(double (*once)(void *state), void *state, int n, bench_look *look) {
  double cpu = 0, *looks = calloc((size_t)n + 1, sizeof *looks);
  if (!looks) exit(1);
  printf("{\"seconds\": [");
  looks[0] = bench_look_now(look);
  for (int k = 0; k < n; k++) {
    const double from = bench_process_now();
    printf("%s%.9f", k ? ", " : "", bench_run_once(once, state));
    cpu += bench_process_now() - from;
    looks[k + 1] = bench_look_now(look);
  }
  printf("], \"looks\": [");
  for (int k = 0; k <= n; k++) printf("%s%.9f", k ? ", " : "", looks[k]);
  free(looks);
  return cpu;
}

/* Answers lines until there are no more; once(state) does the work, on so many threads, and returns its
 * seconds. crew: these threads, or NULL (bench_look_create). cpu: the mean CPU time of a run, whose own parts
 * can't be told: the system reads other threads' clocks at its ticks, and takes from them later what the host
 * of a virtual machine took. */
static inline void bench_serve(double (*once)(void *state), void *state, int threads, r2s_crew *crew) {
  r2s_error err = {0};
  bench_look look;
  bench_stop_on(r2s_environment_check(&err), &err); /* another instruction set than asked for tells nothing */
  bench_stop_on(bench_look_create(&look, threads, crew, &err), &err);
  char line[64];
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    struct rusage usage;
    const int n = atoi(line);
    for (int k = 0; k < n / 2; k++) bench_run_once(once, state);
    const double cpu = bench_answer(once, state, n, &look) / (n > 0 ? n : 1);
    getrusage(RUSAGE_SELF, &usage);
    printf("], \"cpu\": %.9f, \"max_rss_mb\": %.1f}\n", cpu, (double)usage.ru_maxrss / 1024);
    fflush(stdout);
  }
  bench_look_free(&look);
}

#endif
