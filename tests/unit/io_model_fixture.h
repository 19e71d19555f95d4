/* SPDX-License-Identifier: MIT
 * A folder for a test's files, and a model with every member set. Include after cmocka.h. */
#ifndef R2S_TEST_IO_MODEL_FIXTURE_H
#define R2S_TEST_IO_MODEL_FIXTURE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rate2spike/io.h"

static char fixture_path[64];

static inline const char *fixture_folder(void) {
  return fixture_path;
}

static inline int fixture_make_folder(void **state) {
  (void)state;
  /* in memory where there is such a folder: thousands of files are written */
  const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  snprintf(fixture_path, sizeof fixture_path, "%s/r2s_test_XXXXXX", parent);
  return mkdtemp(fixture_path) ? 0 : -1;
}

static inline int fixture_remove_folder(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", fixture_path);
  return system(command);
}

#define assert_ok(call, err)                                                                                 \
  do {                                                                                                       \
    if ((call) != R2S_OK) fail_msg("%s", (err)->msg);                                                        \
  } while (0)

/* An odd double for every k: bits that no text format and no float would keep. */
static inline double fixture_value(int k, double sign) {
  return sign * sqrt(k + 2.0) / 7;
}

static inline void fixture_model(r2s_model *model, int n, int n_in, int n_out) {
  r2s_error err = {0};
  assert_ok(r2s_model_alloc(model, n, n_in, n_out, &err), &err);
  model->w0 = calloc((size_t)(n * n), sizeof(double));
  model->w_out0 = calloc((size_t)(n_out * n), sizeof(double));
  model->taus_gaus0 = calloc((size_t)n, sizeof(double));
  assert_true(model->w0 && model->w_out0 && model->taus_gaus0);
  for (int k = 0; k < n * n; k++) {
    model->w[k] = fixture_value(k, k % 3 == 2 ? -1 : 1);
    model->w0[k] = fixture_value(k + 1, k % 3 == 1 ? -1 : 1);
    model->som_mask[k] = k % 5 != 0;
  }
  for (int k = 0; k < n * n_in; k++) model->w_in[k] = fixture_value(k + 2, k % 2 ? -1 : 1);
  for (int k = 0; k < n * n_out; k++) {
    model->w_out[k] = fixture_value(k + 3, k % 2 ? 1 : -1);
    model->w_out0[k] = fixture_value(k + 4, -1);
  }
  for (int k = 0; k < n_out; k++) model->b_out[k] = fixture_value(k + 5, 1);
  for (int i = 0; i < n; i++) {
    model->sign[i] = i % 4 == 3 ? -1 : 1;
    model->taus_gaus[i] = fixture_value(i + 6, 1);
    model->taus_gaus0[i] = fixture_value(i + 7, -1);
  }
  model->dt_ms = 5;
  model->dale = true;
  model->activation = R2S_ACTIVATION_SIEGERT;
  model->tau_min_ms = 100.0 / 3;
  model->tau_max_ms = 1000.0 / 7;
  model->kappa_hz = 44.1;
  model->neuron = r2s_neuron_params_default();
  model->neuron.t_ref_ms = 2.1;
  model->seed = UINT64_MAX - 1;
  model->train_steps = 1234567; /* more than a letter of a .mat holds */
  strcpy(model->recipe, "matched");
  strcpy(model->task, "go-nogo-short");
  strcpy(model->version, "0.1.0");
  memset(model->config_hash, 'a', 64);
}

static inline void assert_same_array(const double *a, const double *b, int count) {
  assert_true((a == NULL) == (b == NULL));
  if (a) assert_memory_equal(a, b, (size_t)count * sizeof *a);
}

static inline void assert_same_model(const r2s_model *a, const r2s_model *b) {
  int n = a->n;
  assert_true(a->n == b->n && a->n_in == b->n_in && a->n_out == b->n_out);
  assert_same_array(a->w, b->w, n * n);
  assert_same_array(a->sign, b->sign, n);
  assert_same_array(a->som_mask, b->som_mask, n * n);
  assert_same_array(a->w_in, b->w_in, n * a->n_in);
  assert_same_array(a->w_out, b->w_out, n * a->n_out);
  assert_same_array(a->b_out, b->b_out, a->n_out);
  assert_same_array(a->taus_gaus, b->taus_gaus, n);
  assert_same_array(a->w0, b->w0, n * n);
  assert_same_array(a->w_out0, b->w_out0, n * a->n_out);
  assert_same_array(a->taus_gaus0, b->taus_gaus0, n);
  assert_memory_equal(&a->neuron, &b->neuron, sizeof a->neuron);
  assert_true(a->dt_ms == b->dt_ms && a->tau_min_ms == b->tau_min_ms && a->tau_max_ms == b->tau_max_ms);
  assert_true(a->kappa_hz == b->kappa_hz && a->dale == b->dale && a->activation == b->activation);
  assert_true(a->seed == b->seed && a->train_steps == b->train_steps);
  assert_string_equal(a->recipe, b->recipe);
  assert_string_equal(a->task, b->task);
  assert_string_equal(a->version, b->version);
  assert_string_equal(a->config_hash, b->config_hash);
}

#endif
