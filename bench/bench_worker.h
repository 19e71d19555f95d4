/* SPDX-License-Identifier: MIT
 * The programs of bench/run are workers: each says in one line of JSON that it is ready and what it works on;
 * for every line with a number N that it reads, it does its work N times and prints one line {"seconds":
 * [...]}. So bench/run can let several of them work in turns, and what slows the machine down slows all of
 * them. */
#ifndef R2S_BENCH_WORKER_H
#define R2S_BENCH_WORKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/base_clock.h"
#include "rate2spike/rate.h"

/* Of this thread: what others take of the core does not count. */
static inline double bench_cpu_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

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

/* Answers lines until there are no more; once(state) does the work and returns its seconds. cpu: the least
 * CPU time of a run. */
static inline void bench_serve(double (*once)(void *state), void *state) {
  char line[64];
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    struct rusage usage;
    double cpu = 1e9;
    printf("{\"seconds\": [");
    for (int k = 0, n = atoi(line); k < n; k++) {
      double from = bench_process_now();
      printf("%s%.9f", k ? ", " : "", once(state));
      double taken = bench_process_now() - from;
      if (taken < cpu) cpu = taken;
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("], \"cpu\": %.9f, \"max_rss_mb\": %.1f}\n", cpu, (double)usage.ru_maxrss / 1024);
    fflush(stdout);
  }
}

#endif
