/* SPDX-License-Identifier: MIT
 * Do networks convert without a choice of scale, seed after seed? Trains, converts and simulates seeds FROM
 * to TO with recipes matched and writeup on task go-nogo-short, and prints the table of docs/seeds.md, a row
 * as soon as it is there.
 *
 *   seeds [FROM [TO]]     (default 1 20)
 *
 * Nothing is chosen on the trials that are counted: "predicted" is kappa, resp. the sigmoid's least-squares
 * kappa, on 100 fresh trials of each condition; "searched" is the search's best scale on the same trials. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/rate2spike.h"

/* What is kept of a seed and a recipe: accuracies, and the scale of the search's best one. */
enum { STEPS, RATE, LIF, DEXP, SEARCHED, SCALE, COLUMNS };
enum { RECIPES = 2 };
static const char *const recipes[RECIPES] = {"matched", "writeup"};

static double number(const json_t *json, const char *a, const char *b) {
  const json_t *value = json_object_get(json, a);
  return json_number_value(b ? json_object_get(value, b) : value);
}

static r2s_status stages(const r2s_config *config, char **json, r2s_error *err) {
  r2s_run *run = NULL;
  r2s_status st = r2s_run_open(&run, NULL, config, err);
  if (st == R2S_OK) st = r2s_run_train(run, false, NULL, err);
  if (st == R2S_OK) st = r2s_run_convert(run, R2S_RUN_LIF, NULL, err);
  if (st == R2S_OK) st = r2s_run_simulate_native(run, R2S_RUN_PSC_DEXP, NULL, err);
  if (st == R2S_OK) st = r2s_run_json(run, json, err);
  r2s_run_close(run);
  return st;
}

static void measure(const char *recipe, int seed, double out[COLUMNS]) {
  static r2s_config config; /* large */
  char set_recipe[64], set_seed[32], *text = NULL;
  snprintf(set_recipe, sizeof set_recipe, "recipe=%s", recipe);
  snprintf(set_seed, sizeof set_seed, "seed=%d", seed);
  const char *const sets[] = {set_recipe, set_seed};
  r2s_error err = {0};
  if (r2s_config_load(&config, NULL, sets, 2, &err) != R2S_OK || stages(&config, &text, &err) != R2S_OK) {
    fprintf(stderr, "seeds: recipe %s, seed %d: %s\n", recipe, seed, err.msg);
    exit(1);
  }
  json_t *json = json_loads(text, 0, NULL), *stage = json_object_get(json, "stages");
  const json_t *convert = json_object_get(stage, "convert");
  out[STEPS] = number(stage, "train", "steps");
  out[RATE] = number(stage, "train", "accuracy");
  out[LIF] = number(convert, "accuracy", NULL); /* fresh trials at the predicted scale */
  out[DEXP] = number(stage, "sim-native", "accuracy");
  out[SEARCHED] = number(convert, "held_out", "accuracy");
  out[SCALE] = number(convert, "chosen", NULL);
  json_decref(json);
  free(text);
}

static void print_row(const char *name, double value[RECIPES][COLUMNS]) {
  printf("| %s ", name);
  for (int k = 0; k < RECIPES; k++) {
    const double *v = value[k];
    printf("| %.0f | %.3f | **%.3f** | %.3f | %.3f at %.3g ", v[STEPS], v[RATE], v[LIF], v[DEXP], v[SEARCHED],
           v[SCALE]);
  }
  puts("|");
  fflush(stdout);
}

int main(int argc, char **argv) {
  int from = argc > 1 ? atoi(argv[1]) : 1, to = argc > 2 ? atoi(argv[2]) : argc > 1 ? from : 20;
  if (argc > 3 || from < 0 || to < from) {
    fputs("usage: seeds [FROM [TO]]\n", stderr);
    return 2;
  }
  printf("| seed ");
  for (int k = 0; k < RECIPES; k++)
    printf("| %s: steps | rate network | lif, predicted scale | psc-dexp, predicted scale | lif, best scale "
           "of a search ",
           recipes[k]);
  puts("|\n|-|-|-|-|-|-|-|-|-|-|-|");
  double mean[RECIPES][COLUMNS] = {{0}}, lowest[RECIPES][COLUMNS];
  for (int seed = from; seed <= to; seed++) {
    double value[RECIPES][COLUMNS];
    char name[16];
    for (int k = 0; k < RECIPES; k++) {
      measure(recipes[k], seed, value[k]);
      for (int c = 0; c < COLUMNS; c++) {
        mean[k][c] += value[k][c] / (to - from + 1);
        if (seed == from || value[k][c] < lowest[k][c]) lowest[k][c] = value[k][c];
      }
    }
    snprintf(name, sizeof name, "%d", seed);
    print_row(name, value);
  }
  print_row("mean", mean);
  print_row("lowest", lowest);
  return 0;
}
