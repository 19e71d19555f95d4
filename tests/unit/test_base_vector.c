/* SPDX-License-Identifier: MIT
 * Protects: the same bits on machines without a fused multiply-add: there r2s_vf_fused puts it together from
 * doubles. This file is compiled for the baseline; the judge is the C library's fmaf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/base_vector.h"

static uint64_t state = 1;

static uint32_t word(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 32);
}

/* any sign and mantissa, an exponent of 0 to `spread` either way */
static float draw(uint32_t spread) {
  uint32_t exponent = 127 - spread + word() % (2 * spread + 1);
  uint32_t bits = (word() & 0x807fffff) | exponent << 23;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void check(const float *a, const float *b, const float *c) {
  float got[R2S_VW];
  r2s_vf_store(got, r2s_vf_fused(r2s_vf_load(a), r2s_vf_load(b), r2s_vf_load(c)));
  for (int k = 0; k < R2S_VW; k++) {
    float expected = fmaf(a[k], b[k], c[k]);
    assert_memory_equal(&got[k], &expected, sizeof expected);
  }
}

static void test_random_operands(void **unused) {
  (void)unused;
  float a[R2S_VW], b[R2S_VW], c[R2S_VW];
  for (int n = 0; n < 1000000; n++) {
    for (int k = 0; k < R2S_VW; k++) a[k] = draw(10), b[k] = draw(10), c[k] = draw(30);
    check(a, b, c);
  }
}

/* Sums beside the middle of two floats, by less than a double can hold: rounding them twice errs. */
static void test_double_rounding(void **unused) {
  (void)unused;
  float a[R2S_VW], b[R2S_VW], c[R2S_VW];
  int twice_errs = 0;
  for (int n = 0; n < 10000; n++) {
    for (int k = 0; k < R2S_VW; k++) {
      /* a b = +-2^-24 (1 - part^2): half a unit in c's last place, but for a part in 2^44 or 2^46 */
      float part = ldexpf(1.0f, -22 - (int)(word() % 2));
      a[k] = 1.0f + part;
      b[k] = ldexpf(word() % 2 ? 1.0f - part : part - 1.0f, -24);
      c[k] = 1.0f + ldexpf((float)(1 + word() % 4096), -23);
      twice_errs += (float)((double)a[k] * (double)b[k] + (double)c[k]) != fmaf(a[k], b[k], c[k]);
    }
    check(a, b, c);
  }
  assert_true(twice_errs > 0);
}

/* Voltages of weights beyond single precision: they were no numbers without a fused multiply-add. */
static void test_infinities(void **unused) {
  (void)unused;
  const float inf = INFINITY, big = 3e38f,
              cases[][3] = {{inf, 1, -5}, {-inf, 0.5f, 5}, {1, 2, inf},    {0.1f, 3, -inf}, {inf, 1, inf},
                            {big, 10, 1}, {-big, 10, 1},   {big, 2, -big}, {big, 1, big}};
  for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
    float a[R2S_VW], b[R2S_VW], c[R2S_VW];
    for (int k = 0; k < R2S_VW; k++) a[k] = cases[n][0], b[k] = cases[n][1], c[k] = cases[n][2];
    check(a, b, c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_operands),
      cmocka_unit_test(test_double_rounding),
      cmocka_unit_test(test_infinities),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
