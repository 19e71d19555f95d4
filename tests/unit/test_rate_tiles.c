/* SPDX-License-Identifier: MIT
 * Protects: the products of one trial along tiles. They give what a plain sum gives, and the same bits on
 * every instruction set with fused multiply-adds; a weight that has its sender's place in its last bits is
 * off by half of what these bits are worth, and by no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate/rate_single.h"
#include "unit/sparse_matrix.h"

static uint32_t bits_of(float w) {
  uint32_t bits;
  memcpy(&bits, &w, sizeof bits);
  return bits;
}

static void test_a_weight_names_its_sender(void **state) {
  (void)state;
  r2s_random random;
  r2s_random_seed(&random, 1, R2S_STREAM_INIT_EDGES, 0, 0, 0);
  for (uint32_t k = 0; k < 100000; k++) {
    float w = (float)((r2s_random_uniform(&random) - 0.5) * ldexp(1, (int)(k % 60) - 40));
    float tagged = r2s_rate_tile_weight(w, k);
    assert_int_equal(bits_of(tagged) % 32, k % 32);
    assert_true(fabs((double)tagged - (double)w) <= 17 * 0x1p-23 * fabs((double)w));
  }
  /* powers of two, where the last place is worth less below */
  for (uint32_t k = 0; k < 64; k++)
    assert_true(fabs((double)r2s_rate_tile_weight(-1, k) + 1) <= 16 * 0x1p-23);
}

static void test_no_weight_stays_none(void **state) {
  (void)state;
  const float none[] = {0.0f, -0.0f, 0x1p-149f, -0x1p-145f};
  for (uint32_t k = 0; k < 32; k++)
    for (size_t q = 0; q < sizeof none / sizeof *none; q++)
      assert_int_equal(bits_of(r2s_rate_tile_weight(none[q], k)), 0);
  for (uint32_t k = 0; k < 32; k++) assert_true(isnan(r2s_rate_tile_weight(NAN, k)));
}

/* W y along tiles, [N rounded up to 16]; the caller frees it. */
static float *product(const sparse_matrix *m, r2s_isa isa) {
  r2s_rate_tiles tiles;
  r2s_rate_net net = {.n = m->n};
  net.count[R2S_RATE_W] = m->edges;
  float *out = calloc(((size_t)m->n + 15) / 16 * 16, sizeof *out);
  assert_int_equal(r2s_rate_tiles_create(&tiles, &net, isa, NULL), R2S_OK);
  r2s_rate_tiles_build(&tiles, m->edges, m->row, m->sender);
  for (size_t e = 0; e < m->edges; e++) tiles.w[tiles.at[e]] = r2s_rate_tile_weight(m->w[e], m->sender[e]);
  R2S_KERNEL_PICK(isa, r2s_rate_single_product)(&tiles, m->y, out);
  r2s_rate_tiles_free(&tiles);
  return out;
}

static void check_sums(const sparse_matrix *m, const float *out) {
  double *sum = sparse_matrix_times(m, 1);
  for (size_t i = 0; i < (size_t)m->n; i++) assert_true(fabs(sum[i] - (double)out[i]) < 1e-5);
  free(sum);
}

/* Units that fill no group, windows at the end, receivers without edges, no edges at all, all edges. */
static void test_products_are_sums(void **state) {
  (void)state;
  const struct {
    int n;
    double p;
  } cases[] = {{1, 1},     {2, 0.5}, {15, 0.3},  {16, 1},    {17, 0.2},   {31, 1},
               {33, 0.02}, {130, 0}, {200, 0.2}, {250, 0.6}, {301, 0.06}, {64, 1}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    sparse_matrix m = sparse_matrix_draw(cases[k].n, cases[k].p, k + 1, 1);
    float *fused = NULL;
    for (int isa = R2S_ISA_BASELINE; isa <= (int)r2s_isa_current(); isa++) {
      float *out = product(&m, (r2s_isa)isa);
      check_sums(&m, out);
      if (fused) assert_memory_equal(fused, out, (size_t)m.n * sizeof *out);
      if (isa != R2S_ISA_AVX2)
        free(out);
      else
        fused = out;
    }
    free(fused);
    sparse_matrix_free(&m);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_weight_names_its_sender),
      cmocka_unit_test(test_no_weight_stays_none),
      cmocka_unit_test(test_products_are_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
