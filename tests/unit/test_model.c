/* SPDX-License-Identifier: MIT
 * Protects: the weights and time constants that the dynamics see (Eq. R2, R3), and that a copy is a whole
 * one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/model.h"

static r2s_model make(int n, int n_in, int n_out) {
  r2s_model model;
  r2s_error err;
  assert_int_equal(r2s_model_alloc(&model, n, n_in, n_out, &err), R2S_OK);
  return model;
}

static void test_alloc(void **state) {
  (void)state;
  r2s_model model = make(3, 2, 1);
  assert_int_equal(model.n, 3);
  assert_int_equal(model.n_in, 2);
  assert_int_equal(model.n_out, 1);
  for (int k = 0; k < 9; k++) {
    assert_true(model.w[k] == 0);
    assert_true(model.som_mask[k] == 1);
  }
  for (int i = 0; i < 3; i++) assert_true(model.sign[i] == 1);
  assert_null(model.w0);
  assert_null(model.w_out0);
  assert_null(model.taus_gaus0);
  r2s_model_free(&model);
  assert_null(model.w);
  assert_int_equal(model.n, 0);
  r2s_model_free(&model);
  r2s_model_free(NULL);
}

static void test_bad_sizes_are_refused(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err;
  assert_int_equal(r2s_model_alloc(&model, 0, 1, 1, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "0 units"));
  assert_int_equal(r2s_model_alloc(&model, 1, -1, 1, NULL), R2S_ERR_ARG);
  assert_int_equal(r2s_model_alloc(&model, 1, 1, 0, NULL), R2S_ERR_ARG);
  assert_null(model.w);
}

/* by hand: w (2 x 2), unit 1 inhibitory, the edge 1 -> 0 masked */
static void test_effective_w_with_dale(void **state) {
  (void)state;
  r2s_model model = make(2, 1, 1);
  const double w[4] = {0.5, 2, -3, 0.25}, mask[4] = {1, 0, 1, 1};
  double W[4];
  model.dale = true;
  memcpy(model.w, w, sizeof w);
  memcpy(model.som_mask, mask, sizeof mask);
  model.sign[1] = -1;
  r2s_model_effective_w(&model, false, W);
  assert_true(W[0] == 0.5);   /* 0 -> 0 */
  assert_true(W[1] == 0);     /* 1 -> 0: masked */
  assert_true(W[2] == 0);     /* 0 -> 1: relu */
  assert_true(W[3] == -0.25); /* 1 -> 1: the sign is the sender's */
  r2s_model_free(&model);
}

static void test_effective_w_without_dale(void **state) {
  (void)state;
  r2s_model model = make(2, 1, 1);
  const double w[4] = {0.5, 2, -3, 0.25};
  double W[4];
  memcpy(model.w, w, sizeof w);
  model.sign[1] = -1; /* not used */
  model.som_mask[0] = 0;
  r2s_model_effective_w(&model, false, W);
  assert_true(W[0] == 0 && W[1] == 2 && W[2] == -3 && W[3] == 0.25);
  r2s_model_free(&model);
}

static void test_initial_weights_and_nan(void **state) {
  (void)state;
  r2s_model model = make(1, 1, 1);
  double W;
  model.dale = true;
  model.w[0] = 1;
  model.w0 = malloc(sizeof *model.w0);
  model.w0[0] = 7;
  r2s_model_effective_w(&model, true, &W);
  assert_true(W == 7);
  model.w[0] = NAN; /* must not pass as an absent edge */
  r2s_model_effective_w(&model, false, &W);
  assert_true(isnan(W));
  r2s_model_free(&model);
}

static void test_tau_d(void **state) {
  (void)state;
  r2s_model model = make(3, 1, 1);
  double tau[3];
  model.tau_min_ms = 20;
  model.tau_max_ms = 100;
  model.taus_gaus[0] = 0;
  model.taus_gaus[1] = log(3); /* sigmoid 3/4 */
  model.taus_gaus[2] = -1000;
  r2s_model_tau_d_ms(&model, tau);
  assert_true(fabs(tau[0] - 60) < 1e-12);
  assert_true(fabs(tau[1] - 80) < 1e-12);
  assert_true(tau[2] == 20);
  model.tau_min_ms = model.tau_max_ms = 35;
  r2s_model_tau_d_ms(&model, tau);
  for (int i = 0; i < 3; i++) assert_true(tau[i] == 35);
  r2s_model_free(&model);
}

static void fill(double *x, int count, double from) {
  for (int k = 0; k < count; k++) x[k] = from + k;
}

static void test_copy(void **state) {
  (void)state;
  r2s_model model = make(2, 3, 2), copy;
  r2s_error err;
  fill(model.w, 4, 1);
  fill(model.sign, 2, 10);
  fill(model.som_mask, 4, 20);
  fill(model.w_in, 6, 30);
  fill(model.w_out, 4, 40);
  fill(model.b_out, 2, 50);
  fill(model.taus_gaus, 2, 60);
  model.w_out0 = malloc(4 * sizeof(double));
  fill(model.w_out0, 4, 70);
  model.kappa_hz = 44;
  strcpy(model.task, "go-nogo");
  assert_int_equal(r2s_model_copy(&copy, &model, &err), R2S_OK);
  assert_true(copy.w != model.w && copy.w_out0 != model.w_out0);
  assert_memory_equal(copy.w, model.w, 4 * sizeof(double));
  assert_memory_equal(copy.sign, model.sign, 2 * sizeof(double));
  assert_memory_equal(copy.som_mask, model.som_mask, 4 * sizeof(double));
  assert_memory_equal(copy.w_in, model.w_in, 6 * sizeof(double));
  assert_memory_equal(copy.w_out, model.w_out, 4 * sizeof(double));
  assert_memory_equal(copy.b_out, model.b_out, 2 * sizeof(double));
  assert_memory_equal(copy.taus_gaus, model.taus_gaus, 2 * sizeof(double));
  assert_memory_equal(copy.w_out0, model.w_out0, 4 * sizeof(double));
  assert_null(copy.w0);
  assert_null(copy.taus_gaus0);
  assert_true(copy.kappa_hz == 44);
  assert_string_equal(copy.task, "go-nogo");
  r2s_model_free(&copy);
  assert_true(model.w[3] == 4); /* the original keeps its own */
  r2s_model_free(&model);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(r2s_activation_name(R2S_ACTIVATION_SIGMOID), "sigmoid");
  assert_string_equal(r2s_activation_name(R2S_ACTIVATION_SIEGERT), "siegert");
  assert_string_equal(r2s_activation_name(R2S_ACTIVATION_RELU), "clipped_relu");
  assert_string_equal(r2s_activation_name(R2S_ACTIVATION_SOFTPLUS), "softplus");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_alloc),
      cmocka_unit_test(test_bad_sizes_are_refused),
      cmocka_unit_test(test_effective_w_with_dale),
      cmocka_unit_test(test_effective_w_without_dale),
      cmocka_unit_test(test_initial_weights_and_nan),
      cmocka_unit_test(test_tau_d),
      cmocka_unit_test(test_copy),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
