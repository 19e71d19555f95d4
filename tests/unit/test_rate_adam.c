/* SPDX-License-Identifier: MIT
 * Protects: Adam's step (Eq. R11) over all tensors of a network, against the formula in double precision;
 * tensors that are not trained stay; the gradient's norm counts the trained ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "rate/rate_adam.h"

enum { TOTAL = 10 };
static const size_t counts[R2S_RATE_TENSORS] = {4, 3, 1, 2};

typedef struct fixture {
  r2s_rate_net net;
  float value[TOTAL], first[TOTAL], second[TOTAL];
} fixture;

static void set_up(fixture *f) {
  memset(f, 0, sizeof *f);
  for (size_t tensor = 0, at = 0; tensor < R2S_RATE_TENSORS; at += counts[tensor++]) {
    f->net.count[tensor] = counts[tensor];
    f->net.value[tensor] = f->value + at;
    f->net.first[tensor] = f->first + at;
    f->net.second[tensor] = f->second + at;
  }
  for (int k = 0; k < TOTAL; k++) f->value[k] = 0.3f * (float)k - 1;
}

static float gradient_at(int k, int step) {
  return (float)((0.5 + sin(1.7 * k + step)) * pow(10, k % 4 - 3)); /* 1e-3 to 1 */
}

static void test_fifty_steps_follow_the_formula(void **state) {
  (void)state;
  fixture f;
  const bool trained[R2S_RATE_TENSORS] = {true, true, false, true};
  const double a = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, factor = 0.5;
  r2s_train_config config = {.adam_beta1 = beta1, .adam_beta2 = beta2, .adam_epsilon = epsilon};
  double theta[TOTAL], m[TOTAL] = {0}, v[TOTAL] = {0};
  set_up(&f);
  for (int k = 0; k < TOTAL; k++) theta[k] = f.value[k];
  for (int step = 1; step <= 50; step++) {
    float gradient[TOTAL];
    double rate = a * sqrt(1 - pow(beta2, step)) / (1 - pow(beta1, step));
    for (int k = 0; k < TOTAL; k++) {
      gradient[k] = gradient_at(k, step);
      double g = factor * (double)gradient[k];
      m[k] = beta1 * m[k] + (1 - beta1) * g;
      v[k] = beta2 * v[k] + (1 - beta2) * g * g;
      if (k != 7) theta[k] -= rate * m[k] / (sqrt(v[k]) + epsilon); /* 7: b_out, not trained */
    }
    r2s_rate_adam_step(&f.net, trained, gradient, factor, &config, a, step);
    for (int k = 0; k < TOTAL; k++)
      if (fabs((double)f.value[k] - theta[k]) >= 2e-6)
        fail_msg("step %d, %d: %.9g, %.9g", step, k, (double)f.value[k], theta[k]);
  }
  assert_true(f.first[7] == 0 && f.second[7] == 0);
  assert_true(fabs(theta[0] + 1) > 0.05); /* the steps went somewhere */
}

/* A first step has the length of the learning rate, whatever the gradient's size: the bias corrections
 * cancel. */
static void test_the_first_step_is_the_learning_rate(void **state) {
  (void)state;
  fixture f;
  const bool trained[R2S_RATE_TENSORS] = {true, true, true, true};
  r2s_train_config config = {.adam_beta1 = 0.9, .adam_beta2 = 0.999, .adam_epsilon = 1e-8};
  float gradient[TOTAL];
  set_up(&f);
  for (int k = 0; k < TOTAL; k++) gradient[k] = k % 2 ? 1e-3f * (float)(k + 1) : -10.0f * (float)(k + 1);
  r2s_rate_adam_step(&f.net, trained, gradient, 1, &config, 0.01, 1);
  for (int k = 0; k < TOTAL; k++) {
    double moved = (double)f.value[k] - (0.3 * k - 1);
    assert_true(fabs(moved - (k % 2 ? -0.01 : 0.01)) < 1e-5);
  }
}

static void test_norm(void **state) {
  (void)state;
  fixture f;
  float gradient[TOTAL];
  set_up(&f);
  for (int k = 0; k < TOTAL; k++) gradient[k] = (float)(k + 1);
  const bool all[R2S_RATE_TENSORS] = {true, true, true, true},
             some[R2S_RATE_TENSORS] = {false, true, false, true};
  assert_true(fabs(r2s_rate_adam_norm(&f.net, all, gradient) - sqrt(385)) < 1e-12);
  assert_true(fabs(r2s_rate_adam_norm(&f.net, some, gradient) - sqrt(25 + 36 + 49 + 81 + 100)) < 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fifty_steps_follow_the_formula),
      cmocka_unit_test(test_the_first_step_is_the_learning_rate),
      cmocka_unit_test(test_norm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
