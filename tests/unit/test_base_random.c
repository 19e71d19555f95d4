/* SPDX-License-Identifier: MIT
 * Protects: what a seed means. Normals have the right distribution, follow their plain twin, and are the same
 * bits on every instruction set; shared ones are so within a lane, and uncorrelated between lanes; streams
 * are distinct. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_random.h"
#include "unit/largest_difference.h"

enum { N = 1 << 20 };

static void test_normals_follow_the_plain_twin(void **state) {
  (void)state;
  static float fast[32 * 4096];
  static double plain[32 * 4096];
  r2s_random a, b;
  r2s_random_seed(&a, 7, R2S_STREAM_NEURON, 0, 3, 1);
  b = a;
  r2s_random_normal_blocks_baseline(a.s, fast, 4096);
  r2s_random_normal_blocks_reference(b.s, plain, 4096);
  /* float rounding of u near 1, where ln u is small, dominates */
  assert_true(largest_difference(fast, plain, 32 * 4096) < 4e-6);
  assert_memory_equal(a.s, b.s, sizeof a.s);
}

static void test_shared_normals_follow_the_plain_twin(void **state) {
  (void)state;
  enum { BLOCKS = 512 };
  static float fast[BLOCKS * R2S_SHARED_BLOCK];
  static double plain[BLOCKS * R2S_SHARED_BLOCK];
  r2s_random a, b;
  r2s_random_seed(&a, 7, R2S_STREAM_NEURON, 0, 3, 2);
  b = a;
  r2s_random_shared_blocks_baseline(a.s, fast, BLOCKS);
  r2s_random_shared_blocks_reference(b.s, plain, BLOCKS);
  assert_true(largest_difference(fast, plain, BLOCKS * R2S_SHARED_BLOCK) < 4e-6);
  assert_memory_equal(a.s, b.s, sizeof a.s);
}

static void test_isas_give_the_same_bits(void **state) {
  (void)state;
  static float base[3200], other[3200];
  r2s_random a, b;
  for (int isa = R2S_ISA_BASELINE; isa <= (int)r2s_isa_current(); isa++) {
    r2s_random_seed(&a, 1, R2S_STREAM_NEURON, 2, 5, 0);
    b = a;
    r2s_random_fill_normal(&a, base, 3187, R2S_ISA_BASELINE);
    r2s_random_fill_normal(&b, other, 3187, (r2s_isa)isa);
    assert_memory_equal(base, other, 3187 * sizeof *base);
    assert_memory_equal(a.s, b.s, sizeof a.s);
    r2s_random_shared_blocks_baseline(a.s, base, 14);
    R2S_KERNEL_PICK((r2s_isa)isa, r2s_random_shared_blocks)(b.s, other, 14);
    assert_memory_equal(base, other, 14 * R2S_SHARED_BLOCK * sizeof *base);
    assert_memory_equal(a.s, b.s, sizeof a.s);
  }
}

/* N normals x: moments, tails, and products with the 1st and 16th before. */
static void assert_normal(const float *x) {
  double m[5] = {0};
  int beyond2 = 0, beyond4 = 0;
  double lag1 = 0, pair = 0;
  for (int k = 0; k < N; k++) {
    assert_true(isfinite(x[k]) && fabsf(x[k]) < 6.7f);
    double p = 1;
    for (int j = 1; j <= 4; j++) m[j] += p *= x[k];
    beyond2 += fabsf(x[k]) > 2;
    beyond4 += fabsf(x[k]) > 4;
    if (k) lag1 += x[k] * x[k - 1];
    if (k >= 16) pair += x[k] * x[k - 16];
  }
  double sd = 1 / sqrt(N);
  assert_true(fabs(m[1] / N) < 4.5 * sd);
  assert_true(fabs(m[2] / N - 1) < 4.5 * sqrt(2) * sd);
  assert_true(fabs(m[3] / N) < 4.5 * sqrt(15) * sd);
  assert_true(fabs(m[4] / N - 3) < 4.5 * sqrt(96) * sd);
  assert_true(fabs(lag1 / N) < 4.5 * sd);
  assert_true(fabs(pair / N) < 4.5 * sd);
  double p2 = erfc(2 / sqrt(2)), p4 = erfc(4 / sqrt(2));
  assert_true(fabs((double)beyond2 / N - p2) < 4.5 * sqrt(p2 / N));
  assert_true(fabs((double)beyond4 / N - p4) < 4.5 * sqrt(p4 / N));
}

static void test_distribution(void **state) {
  (void)state;
  float *x = malloc(N * sizeof *x);
  r2s_random random;
  r2s_random_seed(&random, 42, R2S_STREAM_RATE_STATE, 1, 0, 0);
  r2s_random_fill_normal(&random, x, N, r2s_isa_current());
  assert_normal(x);
  free(x);
}

enum { SHARED_ROWS = N + R2S_SHARED_ROWS }; /* a lane's numbers of more than N/14 blocks */

static float *draw_shared(void) {
  const size_t blocks = SHARED_ROWS / R2S_SHARED_ROWS;
  float *x = malloc(blocks * R2S_SHARED_BLOCK * sizeof *x);
  r2s_random random;
  r2s_random_seed(&random, 43, R2S_STREAM_RATE_SHOT, 1, 0, 0);
  R2S_KERNEL_PICK(r2s_isa_current(), r2s_random_shared_blocks)(random.s, x, blocks);
  return x;
}

/* Each trial's noise alone: as if it had been drawn number by number. Squares, too, are uncorrelated within a
 * block: no magnitude comes twice. */
static void test_shared_normals_of_a_lane_are_independent(void **state) {
  (void)state;
  float *x = draw_shared(), *one = malloc(N * sizeof *one);
  for (int lane = 0; lane < R2S_LANES; lane += 5) {
    for (size_t k = 0; k < N; k++) one[k] = x[k * R2S_LANES + (size_t)lane];
    assert_normal(one);
    for (int lag = 1; lag < R2S_SHARED_ROWS; lag++) {
      double product = 0, squares = 0;
      for (int k = lag; k < N; k++) {
        double now = one[k], before = one[k - lag];
        product += now * before;
        squares += (now * now - 1) * (before * before - 1);
      }
      assert_true(fabs(product / N) < 4.5 / sqrt(N));
      assert_true(fabs(squares / N) < 4.5 * 2 / sqrt(N));
    }
  }
  free(x);
  free(one);
}

/* Trials: no two numbers of a block are correlated, whatever lanes they are in, and so neither are sums over
 * the lanes. */
static void test_shared_normals_of_two_lanes_are_uncorrelated(void **state) {
  (void)state;
  enum { BLOCKS = N / R2S_SHARED_ROWS };
  float *x = draw_shared();
  double *product = calloc(R2S_SHARED_BLOCK * R2S_SHARED_BLOCK, sizeof *product);
  for (int block = 0; block < BLOCKS / 8; block++) {
    const float *v = x + (size_t)block * R2S_SHARED_BLOCK;
    for (int i = 0; i < R2S_SHARED_BLOCK; i++)
      for (int j = 0; j < i; j++) product[i * R2S_SHARED_BLOCK + j] += (double)v[i] * (double)v[j];
  }
  /* 5.5 sd for each of 25000 products; those of one magnitude have 3 times the variance */
  for (int i = 0; i < R2S_SHARED_BLOCK; i++)
    for (int j = 0; j < i; j++)
      assert_true(fabs(product[i * R2S_SHARED_BLOCK + j]) < 5.5 * sqrt(3.0 * (BLOCKS / 8)));
  free(product);
  free(x);
}

static void test_streams_differ(void **state) {
  (void)state;
  r2s_random a, b;
  const uint64_t keys[][5] = {
      {1, R2S_STREAM_SPIKE_V0, 0, 0, 0},          {2, R2S_STREAM_SPIKE_V0, 0, 0, 0},
      {1, R2S_STREAM_SPIKE_NOISE, 0, 0, 0},       {1, R2S_STREAM_SPIKE_V0, 1, 0, 0},
      {1, R2S_STREAM_SPIKE_V0, 0, 1, 0},          {1, R2S_STREAM_SPIKE_V0, 0, 0, 1},
      {1ull << 32, R2S_STREAM_SPIKE_V0, 0, 0, 0}, {1, R2S_STREAM_SPIKE_V0, 0, 1ull << 32, 0}};
  const int n = sizeof keys / sizeof *keys;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++) {
      r2s_random_seed(&a, keys[i][0], (r2s_stream)keys[i][1], (uint32_t)keys[i][2], keys[i][3],
                      (uint32_t)keys[i][4]);
      r2s_random_seed(&b, keys[j][0], (r2s_stream)keys[j][1], (uint32_t)keys[j][2], keys[j][3],
                      (uint32_t)keys[j][4]);
      for (int l = 0; l < R2S_LANES; l++)
        for (int m = 0; m < R2S_LANES; m++) assert_false(a.s[0][l] == b.s[0][m] && a.s[1][l] == b.s[1][m]);
    }
}

static void test_uniform(void **state) {
  (void)state;
  r2s_random random;
  r2s_random_seed(&random, 9, R2S_STREAM_SPIKE_V0, 0, 0, 0);
  double sum = 0, square = 0;
  for (int k = 0; k < N; k++) {
    double u = r2s_random_uniform(&random);
    assert_true(u >= 0 && u < 1);
    sum += u, square += u * u;
  }
  assert_true(fabs(sum / N - 0.5) < 4.5 * sqrt(1.0 / 12 / N));
  assert_true(fabs(square / N - 1.0 / 3) < 4.5 * sqrt(4.0 / 45 / N));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_normals_follow_the_plain_twin),
      cmocka_unit_test(test_shared_normals_follow_the_plain_twin),
      cmocka_unit_test(test_isas_give_the_same_bits),
      cmocka_unit_test(test_distribution),
      cmocka_unit_test(test_shared_normals_of_a_lane_are_independent),
      cmocka_unit_test(test_shared_normals_of_two_lanes_are_uncorrelated),
      cmocka_unit_test(test_streams_differ),
      cmocka_unit_test(test_uniform),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
