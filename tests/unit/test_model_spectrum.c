/* SPDX-License-Identifier: MIT
 * Protects: eigenvalues of weight matrices. All of them where they are known; the one that stands out, which
 * Arnoldi's iteration must find where LAPACK does, and only there; the bulk's radius. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_random.h"
#include "model/model_spectrum.h"

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void test_eigenvalues(void **state) {
  (void)state;
  /* block of a rotation by 90 degrees times 2 (+-2i), and a triangular block (3, 5) */
  double W[] = {0, -2, 0, 0, 2, 0, 0, 0, 0, 0, 3, 7, 0, 0, 0, 5};
  double re[4], im[4];
  assert_int_equal(r2s_model_eigenvalues(W, 4, re, im, NULL), R2S_OK);
  qsort(re, 4, sizeof *re, compare);
  qsort(im, 4, sizeof *im, compare);
  const double expected_re[] = {0, 0, 3, 5}, expected_im[] = {-2, 0, 0, 2};
  for (int k = 0; k < 4; k++) {
    assert_true(fabs(re[k] - expected_re[k]) < 1e-12);
    assert_true(fabs(im[k] - expected_im[k]) < 1e-12);
  }
  r2s_error err = {0};
  W[5] = NAN;
  assert_int_equal(r2s_model_eigenvalues(W, 4, re, im, &err), R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "eigenvalues of a 4 x 4 matrix: W: 1 of 16 values are not finite"));
}

static void test_the_largest(void **state) {
  (void)state;
  static const double re[] = {1, -3, -3, 0, -3, -3}, im[] = {0, 4, -4, 2, 4, -4}, near[] = {1, 1.19}, zero[2],
                      rounding[] = {1e-17, 2.5, -2e-16, 0}, small[] = {1e-14, 2.5, -2e-16, 0};
  const r2s_model_largest pair = r2s_model_largest_of(re, im, 4), twice = r2s_model_largest_of(re, im, 6),
                          alone = r2s_model_largest_of(re, im, 1);
  assert_true(pair.at == 1 && pair.radius == 5 && pair.others == 2 && pair.stands_out);
  assert_true(twice.at == 1 && twice.radius == 5 && twice.others == 5 && !twice.stands_out);
  assert_true(alone.at == 0 && alone.radius == 1 && alone.others == 0 && alone.stands_out);
  assert_false(r2s_model_largest_of(zero, zero, 2).stands_out);
  assert_false(r2s_model_largest_of(near, zero, 2).stands_out);
  /* which differs from machine to machine */
  assert_true(r2s_model_largest_of(rounding, (double[4]){0}, 4).others == 0);
  assert_true(r2s_model_largest_of(small, (double[4]){0}, 4).others == 1e-14);
}

/* LAPACK wrote beyond its arrays, on the heap. */
static void test_infinite_weights(void **state) {
  (void)state;
  enum { UNITS = 40 };
  double *W = malloc(UNITS * UNITS * sizeof *W), *re = malloc(UNITS * sizeof *re),
         *im = malloc(UNITS * sizeof *im), found_re, found_im;
  assert_true(W && re && im);
  for (int k = 0; k < UNITS * UNITS; k++) W[k] = k % 3 == 0 ? INFINITY : k % 3 - 1;
  r2s_error err = {0};
  assert_int_equal(r2s_model_outlier(W, UNITS, &found_re, &found_im, &err), R2S_OK);
  assert_true(isnan(found_re));
  assert_int_equal(r2s_model_eigenvalues(W, UNITS, re, im, &err), R2S_ERR_NUMERIC);
  free(W), free(re), free(im);
}

enum { N = 200 };

/* Independent entries, of sd .1 in the first half of the columns and .3 in the others. */
static void random_matrix(double W[N * N]) {
  static float x[N * N];
  r2s_random random;
  r2s_random_seed(&random, 3, R2S_STREAM_NEURON, 0, 0, 0);
  r2s_random_fill_normal(&random, x, N * N, r2s_isa_current());
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) W[i * N + j] = 0.1 * (j < N / 2 ? 1 : 3) * x[i * N + j];
}

/* Girko's circular law: of a matrix of independent entries, about all eigenvalues lie within the radius. */
static void test_bulk_radius(void **state) {
  (void)state;
  static double W[N * N], re[N], im[N];
  random_matrix(W);
  const double radius = r2s_model_bulk_radius(W, N), theory = sqrt(N * (0.5 * 0.01 + 0.5 * 0.09));
  assert_true(fabs(radius / theory - 1) < 0.03);
  assert_int_equal(r2s_model_eigenvalues(W, N, re, im, NULL), R2S_OK);
  int outside = 0, outer = 0;
  for (int k = 0; k < N; k++) {
    outside += hypot(re[k], im[k]) > 1.1 * radius;
    outer += hypot(re[k], im[k]) > 0.8 * radius;
  }
  assert_true(outside <= 4);
  assert_true(outer > 10);
}

/* What r2s_model_outlier finds in W, beside the largest of all eigenvalues; whether that stands out. */
static bool compare_outlier(const double W[N * N], double *re, double *im) {
  static double copy[N * N], all_re[N], all_im[N];
  int largest = 0;
  double other = 0;
  memcpy(copy, W, sizeof copy);
  assert_int_equal(r2s_model_eigenvalues(copy, N, all_re, all_im, NULL), R2S_OK);
  assert_int_equal(r2s_model_outlier(W, N, re, im, NULL), R2S_OK);
  for (int k = 1; k < N; k++)
    if (hypot(all_re[k], all_im[k]) > hypot(all_re[largest], all_im[largest])) largest = k;
  const double radius = hypot(all_re[largest], all_im[largest]);
  for (int k = 0; k < N; k++)
    if (k != largest && !(all_im[k] == -all_im[largest] && all_im[k] != 0))
      other = fmax(other, hypot(all_re[k], all_im[k]));
  if (radius == 0 || radius < R2S_MODEL_STANDS_OUT * other) {
    assert_true(isnan(*re) && isnan(*im));
    return false;
  }
  assert_true(fabs(*re - all_re[largest]) < 1e-10 * radius);
  assert_true(fabs(*im - fabs(all_im[largest])) < 1e-10 * radius);
  return true;
}

/* A real one from the weights' mean, one of either sign, a pair, and none. */
static void test_outlier(void **state) {
  (void)state;
  static double W[N * N];
  double re, im;
  random_matrix(W);
  assert_false(compare_outlier(W, &re, &im));
  for (int k = 0; k < N * N; k++) W[k] += 0.05;
  assert_true(compare_outlier(W, &re, &im) && re > 9 && im == 0);
  for (int k = 0; k < N * N; k++) W[k] = -W[k];
  assert_true(compare_outlier(W, &re, &im) && re < -9 && im == 0);
  random_matrix(W); /* two halves that inhibit and excite each other: +- i .1 N/2 */
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      if ((i < N / 2) != (j < N / 2)) W[i * N + j] += i < N / 2 ? -0.1 : 0.1;
  assert_true(compare_outlier(W, &re, &im) && im > 9 && fabs(re) < 3);
}

/* One of 1.4 times the others; the only one (rank 1); a multiple one, taken for one. */
static void test_near_and_lonely_outliers(void **state) {
  (void)state;
  static double W[N * N];
  double re, im;
  random_matrix(W);
  for (int k = 0; k < N * N; k++) W[k] += 0.024;
  assert_true(compare_outlier(W, &re, &im) && re > 4 && re < 5);
  for (int k = 0; k < N * N; k++) W[k] = 0.01;
  assert_true(compare_outlier(W, &re, &im) && fabs(re - 2) < 1e-12);
  memset(W, 0, sizeof W);
  for (int i = 0; i < N; i++) W[i * N + i] = 1;
  assert_int_equal(r2s_model_outlier(W, N, &re, &im, NULL), R2S_OK);
  assert_true(fabs(re - 1) < 1e-12 && im == 0);
}

/* Of three units by themselves, along (1, -2, 1), wherever they are: a start without a part along it would
 * find the eigenvalue of the others, 1. */
static void test_an_outlier_of_few_units(void **state) {
  (void)state;
  static double W[N * N];
  static const double y[] = {1, -2, 1};
  double re, im;
  for (int at = 0; at < N - 3; at += 5) {
    random_matrix(W);
    for (int k = 0; k < N * N; k++) W[k] = 0.05 * W[k] + 0.005;
    for (int k = 0; k < 3; k++)
      for (int i = 0; i < N; i++) W[(at + k) * N + i] = W[i * N + at + k] = 0;
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) W[(at + i) * N + at + j] = 2 * y[i] * y[j] / 6;
    assert_true(compare_outlier(W, &re, &im) && fabs(re - 2) < 1e-9);
  }
}

/* Nothing to go on with: no edges, a chain (nilpotent), weights that are no numbers, few units. */
static void test_no_outlier(void **state) {
  (void)state;
  static double W[N * N];
  double re, im;
  assert_false(compare_outlier(W, &re, &im));
  for (int i = 1; i < N; i++) W[i * N + i - 1] = 1;
  assert_int_equal(r2s_model_outlier(W, N, &re, &im, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  W[3] = NAN;
  assert_int_equal(r2s_model_outlier(W, N, &re, &im, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  const double few[] = {0, 0, 0, 2};
  assert_int_equal(r2s_model_outlier(few, 2, &re, &im, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
}

enum { MANY = 1000 };

/* Independent entries of mean `mean` on a fifth of the edges, others 0, as before a training. */
static void sparse_matrix(double *W, double mean) {
  r2s_random random;
  r2s_random_seed(&random, 4, R2S_STREAM_NEURON, 0, 0, 0);
  for (int k = 0; k < MANY * MANY; k++) {
    const double edge = r2s_random_uniform(&random), weight = r2s_random_uniform(&random);
    W[k] = edge < 0.2 ? 0.2 * (weight - 0.5) + mean : 0;
  }
}

/* What r2s_model_leading finds, beside all eigenvalues. */
static void compare_leading(const double *W, double *re, r2s_model_largest *found) {
  const size_t size = (size_t)MANY * MANY;
  double *copy = malloc(size * sizeof *copy), *all_re = malloc(MANY * sizeof *all_re),
         *all_im = malloc(MANY * sizeof *all_im), im;
  assert_true(copy && all_re && all_im);
  memcpy(copy, W, size * sizeof *copy);
  assert_int_equal(r2s_model_eigenvalues(copy, MANY, all_re, all_im, NULL), R2S_OK);
  const r2s_model_largest all = r2s_model_largest_of(all_re, all_im, MANY);
  assert_int_equal(r2s_model_leading(W, MANY, re, &im, found, NULL), R2S_OK);
  assert_true(fabs(*re - all_re[all.at]) < 1e-10 * all.radius);
  assert_true(fabs(im - fabs(all_im[all.at])) < 1e-10 * all.radius);
  assert_true(fabs(found->radius - all.radius) < 1e-10 * all.radius);
  assert_true(fabs(found->others - all.others) < 1e-10 * all.radius);
  assert_int_equal(found->stands_out, all.stands_out);
  free(copy), free(all_re), free(all_im);
}

/* One that stands out of a bulk; the bulk alone; two halves of the network that are the same, so that the one
 * that stands out of either is there twice, and none stands out of the whole. */
static void test_leading(void **state) {
  (void)state;
  double *W = malloc((size_t)MANY * MANY * sizeof *W), re;
  r2s_model_largest found;
  assert_non_null(W);
  sparse_matrix(W, 0.05);
  compare_leading(W, &re, &found);
  assert_true(re > 9 && found.others > 0.5 && found.others < 2 && found.stands_out);
  sparse_matrix(W, 0);
  compare_leading(W, &re, &found);
  assert_true(found.radius < 2 && !found.stands_out);
  sparse_matrix(W, 0.05);
  for (int i = 0; i < MANY; i++)
    for (int j = 0; j < MANY; j++) {
      const bool same_half = (i < MANY / 2) == (j < MANY / 2);
      W[i * MANY + j] = same_half ? W[i % (MANY / 2) * MANY + j % (MANY / 2)] : 0;
    }
  compare_leading(W, &re, &found);
  assert_true(re > 4 && found.others > 4 && !found.stands_out);
  free(W);
}

/* It says so where it can't tell: too few units, all others 0, infinite weights, a chain. */
static void test_leading_leaves_to_lapack(void **state) {
  (void)state;
  double *W = calloc((size_t)MANY * MANY, sizeof *W), re, im;
  r2s_model_largest found;
  assert_non_null(W);
  assert_int_equal(r2s_model_leading(W, MANY, &re, &im, &found, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  for (int i = 1; i < MANY; i++) W[i * MANY + i - 1] = 1;
  assert_int_equal(r2s_model_leading(W, MANY, &re, &im, &found, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  for (int k = 0; k < MANY * MANY; k++) W[k] = 0.01;
  assert_int_equal(r2s_model_leading(W, MANY, &re, &im, &found, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  W[7] = INFINITY;
  assert_int_equal(r2s_model_leading(W, MANY, &re, &im, &found, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  assert_int_equal(r2s_model_leading(W, MANY - 1, &re, &im, &found, NULL), R2S_OK);
  assert_true(isnan(re) && isnan(im));
  free(W);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_eigenvalues),
      cmocka_unit_test(test_the_largest),
      cmocka_unit_test(test_infinite_weights),
      cmocka_unit_test(test_bulk_radius),
      cmocka_unit_test(test_outlier),
      cmocka_unit_test(test_near_and_lonely_outliers),
      cmocka_unit_test(test_an_outlier_of_few_units),
      cmocka_unit_test(test_no_outlier),
      cmocka_unit_test(test_leading),
      cmocka_unit_test(test_leading_leaves_to_lapack),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
