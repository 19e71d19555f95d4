/* SPDX-License-Identifier: MIT
 * Protects: Adam's arithmetic with TensorFlow's epsilon (Eq. R11), the norm over the trained tensors, and
 * what an optimiser step does with a gradient above the clip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "rate/rate_adam.h"
#include "unit/rate_cases.h"

enum { N = 5 };

/* a step written out in double */
typedef struct plain {
  double w, m, v;
} plain;

static void plain_step(plain *p, double g, const r2s_train_config *config, double rate, int step) {
  p->m = config->adam_beta1 * p->m + (1 - config->adam_beta1) * g;
  p->v = config->adam_beta2 * p->v + (1 - config->adam_beta2) * g * g;
  double corrected = rate * sqrt(1 - pow(config->adam_beta2, step)) / (1 - pow(config->adam_beta1, step));
  p->w -= corrected * p->m / (sqrt(p->v) + config->adam_epsilon);
}

static r2s_rate_net make_net(rate_case *c) {
  r2s_rate_net net;
  *c = make_rate_case(R2S_RECIPE_KIM2019, "go-nogo", N);
  assert_int_equal(r2s_rate_net_create(&net, &c->model, 1, &(r2s_rate_noise){0}, NULL, NULL), R2S_OK);
  return net;
}

static void test_steps_are_adams(void **state) {
  (void)state;
  rate_case c;
  r2s_rate_net net = make_net(&c);
  const bool trained[R2S_RATE_TENSORS] = {true, true, false, true};
  size_t size = r2s_rate_net_gradient_size(&net), at = 0;
  float *gradient = calloc(size, sizeof *gradient), bias = net.value[R2S_RATE_B_OUT][0];
  plain *expected = calloc(size, sizeof *expected);
  c.train.adam_epsilon = 1e-3; /* large, so that its place matters */
  for (int t = 0; t < R2S_RATE_TENSORS; t++)
    for (size_t k = 0; k < net.count[t]; k++) expected[at++].w = (double)net.value[t][k];
  for (int step = 1; step <= 7; step++) {
    double factor = step == 3 ? 0.25 : 1, rate = 0.01 / step;
    for (size_t k = 0; k < size; k++) {
      gradient[k] = (float)(sin((double)(3 * k + 1) * step) * pow(10, (double)(k % 5) - 3));
      plain_step(&expected[k], factor * (double)gradient[k], &c.train, rate, step);
    }
    r2s_rate_adam_step(&net, trained, gradient, factor, &c.train, rate, step);
  }
  at = 0;
  for (int t = 0; t < R2S_RATE_TENSORS; t++)
    for (size_t k = 0; k < net.count[t]; k++, at++)
      if (trained[t]) assert_true(fabs((double)net.value[t][k] - expected[at].w) < 1e-6);
  assert_true(net.value[R2S_RATE_B_OUT][0] == bias && net.first[R2S_RATE_B_OUT][0] == 0);
  free(gradient);
  free(expected);
  r2s_rate_net_free(&net);
  free_rate_case(&c);
}

static void test_the_norm_is_that_of_the_trained(void **state) {
  (void)state;
  rate_case c;
  r2s_rate_net net = make_net(&c);
  size_t size = r2s_rate_net_gradient_size(&net), edges = net.count[R2S_RATE_W];
  float *gradient = calloc(size, sizeof *gradient);
  const bool all[R2S_RATE_TENSORS] = {true, true, true, true},
             some[R2S_RATE_TENSORS] = {true, true, false, true};
  gradient[0] = 3;
  gradient[edges] = 4;      /* w_out */
  gradient[edges + N] = 12; /* b_out */
  gradient[size - 1] = 84;  /* taus_gaus */
  assert_true(r2s_rate_adam_norm(&net, all, gradient) == 85);
  assert_true(fabs(r2s_rate_adam_norm(&net, some, gradient) - sqrt(25 + 84 * 84)) < 1e-12);
  free(gradient);
  r2s_rate_net_free(&net);
  free_rate_case(&c);
}

/* The moments after one step from rest tell the gradient that Adam saw: m = (1 - beta1) g. */
static void test_the_clip_bounds_the_norm_of_a_step(void **state) {
  (void)state;
  double norm[2];
  for (int clipped = 0; clipped < 2; clipped++) {
    rate_case c = make_rate_case(R2S_RECIPE_WRITEUP, "go-nogo-short", 30);
    for (int k = 0; k < 30; k++) c.model.w_out[k] *= 300;
    c.train.clip_norm = clipped ? 0.5 : 0;
    c.train.learning_rate = 0; /* edges stay */
    r2s_trainer *trainer = start_training(&c, 1, 1);
    r2s_train_step row = take_steps(trainer, 1);
    void *bytes;
    size_t size;
    assert_int_equal(r2s_trainer_state(trainer, &bytes, &size, NULL), R2S_OK);
    double sum = 0;
    const char *names[] = {"w.first", "w_out.first", "b_out.first"};
    for (int k = 0; k < 3; k++)
      for (const char *p = bytes; p < (const char *)bytes + size - 32; p++)
        if (memcmp(p, names[k], strlen(names[k]) + 1) == 0 && (p == (const char *)bytes || p[-1] != '_')) {
          uint64_t length;
          memcpy(&length, p + 24, sizeof length);
          for (uint64_t at = 0; at < length; at += 4) {
            float m;
            memcpy(&m, p + 32 + at, sizeof m);
            sum += pow((double)m / 0.1, 2);
          }
        }
    norm[clipped] = sqrt(sum);
    assert_true(row.grad_norm > 1);
    assert_true(fabs(norm[clipped] / (clipped ? 0.5 : row.grad_norm) - 1) < 1e-5);
    free(bytes);
    r2s_trainer_free(trainer);
    free_rate_case(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps_are_adams),
                                     cmocka_unit_test(test_the_norm_is_that_of_the_trained),
                                     cmocka_unit_test(test_the_clip_bounds_the_norm_of_a_step)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
