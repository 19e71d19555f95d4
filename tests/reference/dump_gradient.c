/* SPDX-License-Identifier: MIT
 * dump_gradient RECIPE FILE.h5: one full-size batch of a recipe's training (N = 250, T = 200, 32 trials;
 * Go-NoGo), with every random number it used, its losses and its gradients, for rate_jax.py to check.
 *
 * kim2019 is dumped with its own network (trained tau, sigmoid) on a batch of 32. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/rate_cases.h"
#include "unit/rate_twin.h"

enum { BATCH = 32, GROUPS = BATCH / R2S_LANES };

static void fail(const char *what) {
  fprintf(stderr, "dump_gradient: %s\n", what);
  exit(1);
}

static void write(hid_t file, const char *name, int rank, const hsize_t *shape, hid_t type,
                  const void *data) {
  hid_t space = H5Screate_simple(rank, shape, NULL);
  hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (set < 0 || H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) fail(name);
  H5Dclose(set);
  H5Sclose(space);
}

static void write_doubles(hid_t file, const char *name, const double *data, hsize_t rows, hsize_t columns) {
  write(file, name, 2, (hsize_t[]){rows, columns}, H5T_NATIVE_DOUBLE, data);
}

static void write_number(hid_t file, const char *name, double value) {
  write(file, name, 1, (hsize_t[]){1}, H5T_NATIVE_DOUBLE, &value);
}

/* One array of every trial of a group, as NAME_g [16 x count]. */
static void write_lanes(hid_t file, const char *name, int group, const rate_twin *twin, int array,
                        size_t count) {
  char full[64];
  double *all = malloc(R2S_LANES * count * sizeof *all);
  if (!all) fail("no memory");
  for (size_t lane = 0; lane < R2S_LANES; lane++)
    memcpy(all + lane * count, twin->array[lane][array], count * sizeof *all);
  snprintf(full, sizeof full, "%s_%d", name, group);
  write_doubles(file, full, all, R2S_LANES, count);
  free(all);
}

static void write_model(hid_t file, const r2s_model *model, const r2s_rate_net *net,
                        const r2s_rate_levels *levels) {
  hsize_t n = (hsize_t)model->n, n_in = (hsize_t)model->n_in, n_out = (hsize_t)model->n_out;
  write_doubles(file, "w", model->w, n, n);
  write_doubles(file, "sign", model->sign, 1, n);
  write_doubles(file, "w_in", model->w_in, n, n_in);
  write_doubles(file, "w_out", model->w_out, n_out, n);
  write_doubles(file, "b_out", model->b_out, 1, n_out);
  write_doubles(file, "taus_gaus", model->taus_gaus, 1, n);
  write_doubles(file, "table", &net->table.exact[0][0], R2S_RATE_COEFS, R2S_RATE_PIECES);
  write_number(file, "table_scale", net->table.scale);
  write_number(file, "table_shift", net->table.shift);
  write_number(file, "siegert", model->activation == R2S_ACTIVATION_SIEGERT);
  write_number(file, "dt_ms", model->dt_ms);
  write_number(file, "tau_min_ms", model->tau_min_ms);
  write_number(file, "tau_max_ms", model->tau_max_ms);
  write_number(file, "kappa_hz", net->kappa_hz);
  write_number(file, "state_noise", levels->state_noise);
  write_number(file, "shot_noise", levels->shot_noise);
}

/* The summed gradient of the groups, edges spread over [N x N]. */
static void write_gradient(hid_t file, const r2s_rate_net *net, const float *gradient) {
  size_t n = (size_t)net->n, size = r2s_rate_net_gradient_size(net);
  double *w = calloc(n * n, sizeof *w), *rest = calloc(size, sizeof *rest);
  if (!w || !rest) fail("no memory");
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++) w[net->post[e] * n + net->pre[e]] = (double)gradient[e];
  for (size_t k = 0; k < size; k++) rest[k] = (double)gradient[k];
  const double *at = rest + net->count[R2S_RATE_W];
  write_doubles(file, "g_w", w, n, n);
  write_doubles(file, "g_w_out", at, (hsize_t)net->n_out, n);
  at += net->count[R2S_RATE_W_OUT];
  write_doubles(file, "g_b_out", at, 1, (hsize_t)net->n_out);
  at += net->count[R2S_RATE_B_OUT];
  write_doubles(file, "g_taus_gaus", at, 1, n);
  free(w);
  free(rest);
}

int main(int argc, char **argv) {
  static rate_twin twin;
  r2s_error err = {0};
  r2s_rate_net net;
  r2s_rate_group group;
  double losses[BATCH];
  if (argc != 3) fail("usage: dump_gradient RECIPE FILE.h5");
  r2s_recipe recipe = R2S_RECIPE_MATCHED;
  while (recipe < R2S_RECIPE_KIM2019 && strcmp(argv[1], r2s_recipe_name(recipe)) != 0) recipe++;
  rate_case c = make_rate_case(recipe, recipe == R2S_RECIPE_KIM2019 ? "go-nogo" : "go-nogo-short", 250);
  r2s_rate_levels levels = {c.train.state_noise, c.train.noise_end, c.train.x0_sd, c.train.start_kick};
  for (int j = 0; j < 250; j++) c.model.w_out[j] *= 10; /* outputs and gradients of ordinary size */
  const r2s_rate_noise noise = {levels.shot_noise > 0, levels.start_kick, {50, 0}};
  if (r2s_rate_net_create(&net, &c.model, 1, &noise, NULL, &err) != R2S_OK ||
      r2s_rate_group_create(&group, &net, c.task.n_steps, true, true, &err) != R2S_OK)
    fail(err.msg);
  r2s_rate_view view = r2s_rate_net_view(&net, &levels);
  size_t size = r2s_rate_net_gradient_size(&net), T = (size_t)c.task.n_steps, n = (size_t)net.n;
  float *gradient = calloc(2 * size, sizeof *gradient);
  hid_t file = H5Fcreate(argv[2], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0 || !gradient) fail("can't create the file");
  for (int g = 0; g < GROUPS; g++) {
    r2s_rate_outcome outcome;
    r2s_rate_trials trials = {.seed = 4, .index = (uint64_t)g, .active = R2S_LANES, .target_shift = 1};
    trials.set = R2S_SET_TRAIN;
    r2s_rate_group_draw(&trials, &c.task);
    r2s_rate_group_forward(&group, &net, &view, &levels, &c.task, &trials, R2S_CRITERION_PACING, &outcome);
    make_twin(&twin, &group, &net, &c.model, &levels, &trials);
    write_lanes(file, "u", g, &twin, 0, T * (size_t)net.n_in);
    write_lanes(file, "target", g, &twin, 1, T * (size_t)net.n_out);
    write_lanes(file, "x0", g, &twin, 3, n);
    write_lanes(file, "state", g, &twin, 4, T * n);
    write_lanes(file, "shot", g, &twin, 5, T * n);
    write_lanes(file, "readout", g, &twin, 6, T);
    free_twin(&twin);
    memcpy(losses + g * R2S_LANES, outcome.loss, sizeof outcome.loss);
    r2s_rate_group_backward(&group, &net, &view, &trials, &outcome, BATCH, gradient + size);
    for (size_t k = 0; k < size; k++) gradient[k] += gradient[size + k];
  }
  write_model(file, &c.model, &net, &levels);
  write_doubles(file, "losses", losses, 1, BATCH);
  write_gradient(file, &net, gradient);
  if (H5Fclose(file) < 0) fail("can't write the file");
  free(gradient);
  r2s_rate_group_free(&group);
  r2s_rate_net_free(&net);
  free_rate_case(&c);
  return 0;
}
