/* SPDX-License-Identifier: MIT
 * The 16-bit numbers of the edges' gradient: how exact they are, that sums of their products do not overflow,
 * and that what is no number is not lost. In the baseline's vectors; the instruction sets are compared with
 * the twin, and so with each other, in test_rate_gradient. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/base_random.h"
#include "rate/rate_edge_gradient.h"

enum { N = 3, UNIT = R2S_RATE_PAIRS * R2S_LANES };

typedef struct fixture {
  float planes[R2S_RATE_BLOCK * N * R2S_LANES];
  uint32_t pair[N * UNIT];
  float step[N];
  r2s_rate_fixed fixed;
} fixture;

static float *place(fixture *f, int step, int unit, int lane) {
  return &f->planes[(step * N + unit) * R2S_LANES + lane];
}

/* Normals, of units of very different size. */
static void set_up(fixture *f, float most) {
  static const float scale[N] = {1, 1e-6f, 300};
  r2s_random random;
  *f = (fixture){0};
  f->fixed = (r2s_rate_fixed){f->pair, f->step};
  r2s_random_seed(&random, 1, R2S_STREAM_NEURON, 0, 0, 0);
  r2s_random_fill_normal(&random, f->planes, sizeof f->planes / sizeof *f->planes, R2S_ISA_BASELINE);
  for (int t = 0; t < R2S_RATE_BLOCK; t++)
    for (int i = 0; i < N; i++)
      for (int lane = 0; lane < R2S_LANES; lane++) *place(f, t, i, lane) *= scale[i];
  r2s_rate_fix(f->planes, N * R2S_LANES, 0, N, R2S_RATE_PAIRS, most, &f->fixed);
}

/* The number that stands for a step's. */
static int16_t fixed_of(const fixture *f, int step, int unit, int lane) {
  uint32_t pair = f->pair[unit * UNIT + step / 2 * R2S_LANES + lane];
  return (int16_t)(step % 2 ? pair >> 16 : pair & 0xffff);
}

static void test_a_number_is_off_by_half_a_step_at_most(void **state) {
  (void)state;
  static fixture f;
  set_up(&f, R2S_RATE_SENT_MOST);
  for (int i = 0; i < N; i++) {
    double largest = 0;
    for (int t = 0; t < R2S_RATE_BLOCK; t++)
      for (int lane = 0; lane < R2S_LANES; lane++) {
        double value = (double)*place(&f, t, i, lane), step = (double)f.step[i];
        assert_true(fabs(fixed_of(&f, t, i, lane) * step - value) <= 0.501 * step);
        largest = fmax(largest, fabs(value));
      }
    assert_true(fabs((double)f.step[i] * R2S_RATE_SENT_MOST / largest - 1) < 1e-6);
  }
}

/* What the edges' gradient takes of a block: of each part, the sum over its steps and over lanes part, part +
 * 4, ... of four edges from unit i to unit i, which are alike. */
static void sum_of_products(const fixture *e, const fixture *sent, int i, int32_t out[4]) {
  enum { ALIKE = R2S_RATE_SLOTS_FOUR };
  const r2s_rate_numbers own = r2s_rate_numbers_of(e->pair + i * UNIT, R2S_LANES, R2S_RATE_PAIRS);
  const uint32_t *y[ALIKE];
  r2s_dots dots[ALIKE] = {0};
  r2s_vi folded[R2S_PARTS];
  int32_t sum[ALIKE][4];
  for (int k = 0; k < ALIKE; k++) y[k] = sent->pair + i * UNIT;
  r2s_rate_sum_pairs(0, R2S_RATE_PAIRS, &own, y, dots);
  r2s_dots_fold4_of_four(dots, folded);
  memcpy(sum, folded, sizeof sum);
  for (int k = 1; k < ALIKE; k++) assert_memory_equal(sum[k], sum[0], sizeof *sum);
  memcpy(out, sum[0], sizeof *sum);
}

static void test_the_largest_sum_of_a_block_fits(void **state) {
  (void)state;
  static fixture e, sent;
  set_up(&e, R2S_RATE_E_MOST);
  set_up(&sent, R2S_RATE_SENT_MOST);
  for (int sign = -1; sign <= 1; sign += 2) {
    for (size_t k = 0; k < sizeof e.planes / sizeof *e.planes; k++)
      e.planes[k] = -0.7f, sent.planes[k] = 3.0f * (float)sign;
    r2s_rate_fix(e.planes, N * R2S_LANES, 0, N, R2S_RATE_PAIRS, R2S_RATE_E_MOST, &e.fixed);
    r2s_rate_fix(sent.planes, N * R2S_LANES, 0, N, R2S_RATE_PAIRS, R2S_RATE_SENT_MOST, &sent.fixed);
    const int32_t most = R2S_RATE_BLOCK * (R2S_LANES / 4) * R2S_RATE_SENT_MOST * R2S_RATE_E_MOST;
    int32_t sum[4];
    sum_of_products(&e, &sent, 1, sum);
    for (int part = 0; part < 4; part++) assert_true(sum[part] == -sign * most);
  }
}

static void test_a_sum_is_that_of_the_products(void **state) {
  (void)state;
  static fixture e, sent;
  set_up(&e, R2S_RATE_E_MOST);
  set_up(&sent, R2S_RATE_SENT_MOST);
  for (int i = 0; i < N; i++) {
    int32_t sum[4], expected[4] = {0};
    sum_of_products(&e, &sent, i, sum);
    for (int t = 0; t < R2S_RATE_BLOCK; t++)
      for (int lane = 0; lane < R2S_LANES; lane++)
        expected[lane % 4] += fixed_of(&e, t, i, lane) * fixed_of(&sent, t, i, lane);
    assert_memory_equal(sum, expected, sizeof sum);
  }
}

/* Else a gradient that is not finite would pass for a small one. */
static void test_what_is_not_finite_stays_so(void **state) {
  (void)state;
  static fixture f;
  const float wrong[] = {NAN, -NAN, INFINITY, -INFINITY};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    set_up(&f, R2S_RATE_SENT_MOST);
    *place(&f, 5, 1, 9) = wrong[k];
    r2s_rate_fix(f.planes, N * R2S_LANES, 0, N, R2S_RATE_PAIRS, R2S_RATE_SENT_MOST, &f.fixed);
    assert_false(isfinite(f.step[1]));
    assert_true(isfinite(f.step[0]) && isfinite(f.step[2]));
  }
}

static void test_next_to_nothing_is_nothing(void **state) {
  (void)state;
  static fixture f;
  set_up(&f, R2S_RATE_SENT_MOST);
  for (size_t k = 0; k < sizeof f.planes / sizeof *f.planes; k++) f.planes[k] = k % 3 ? 1e-31f : 0;
  r2s_rate_fix(f.planes, N * R2S_LANES, 0, N, R2S_RATE_PAIRS, R2S_RATE_SENT_MOST, &f.fixed);
  for (size_t k = 0; k < N * UNIT; k++) assert_int_equal(f.pair[k], 0);
  for (int i = 0; i < N; i++) assert_true(f.step[i] >= 0 && f.step[i] < 1e-30f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_number_is_off_by_half_a_step_at_most),
      cmocka_unit_test(test_the_largest_sum_of_a_block_fits),
      cmocka_unit_test(test_a_sum_is_that_of_the_products),
      cmocka_unit_test(test_what_is_not_finite_stays_so),
      cmocka_unit_test(test_next_to_nothing_is_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
