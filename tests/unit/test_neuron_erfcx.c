/* SPDX-License-Identifier: MIT
 * Protects: the scaled complementary error function, against scipy.special.erfcx (SciPy 1.17, printed with 17
 * digits) and against the C library's erfc where that is enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "neuron/neuron_erfcx.h"

static void test_scipy_values(void **state) {
  (void)state;
  static const struct {
    double x, value;
  } table[] = {
      {-26, 7.6577249314905682e+293},   {-10, 5.3762342836322712e+43},
      {-5, 144009798674.66104},         {-2, 108.94090438997797},
      {-1, 5.0089800807622833},         {-0.5, 1.952360489182557},
      {-0.001, 1.0011293799198491},     {0, 1},
      {1e-08, 0.99999998871620832},     {0.001, 0.99887262008115085},
      {0.1, 0.89645697996912677},       {0.25, 0.77034654773099698},
      {0.5, 0.61569034419292579},       {0.75, 0.50693765029314497},
      {1, 0.427583576155807},           {1.5, 0.3215854164543176},
      {2, 0.2553956763105058},          {3, 0.17900115118138998},
      {4, 0.13699945762506141},         {5, 0.11070463773306861},
      {6, 0.092776567800538362},        {6.28, 0.088740918706226593},
      {6.29, 0.088603198047780676},     {7, 0.07980005432915295},
      {10, 0.056140992743822588},       {20, 0.028174348741051323},
      {26, 0.021683584850562911},       {50, 0.011281536265323772},
      {100, 0.005641613782989433},      {1000, 0.00056418930145338763},
      {1e6, 5.6418958354747418e-07},    {1e10, 5.6418958354775629e-11},
      {1e150, 5.6418958354775629e-151},
  };
  for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
    double value = r2s_neuron_erfcx(table[k].x), error = fabs(value / table[k].value - 1);
    /* far below zero exp(x^2) itself is known to x^2 roundings only */
    if (error > 1e-14 + (table[k].x < 0 ? 4e-16 * table[k].x * table[k].x : 0))
      fail_msg("erfcx(%g) = %.17g, off by %g", table[k].x, value, error);
  }
}

static void test_against_erfc(void **state) {
  (void)state;
  for (double x = 0; x < 5; x += 0.0037) {
    double direct = exp(x * x) * erfc(x);
    assert_true(fabs(r2s_neuron_erfcx(x) / direct - 1) < 2e-14);
    assert_true(fabs(r2s_neuron_erfcx(-x) / (exp(x * x) * erfc(-x)) - 1) < 2e-14);
  }
}

static void test_overflow(void **state) {
  (void)state;
  assert_true(isinf(r2s_neuron_erfcx(-27)));
  assert_true(isnan(r2s_neuron_erfcx(NAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scipy_values),
      cmocka_unit_test(test_against_erfc),
      cmocka_unit_test(test_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
