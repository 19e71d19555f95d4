/* SPDX-License-Identifier: MIT
 * Protects: numbers are read strictly and written so that they read back the same, in any locale; lists;
 * SHA-256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_sha256.h"
#include "io/io_text.h"
#include "rate2spike/config.h"

static void test_numbers_that_are(void **state) {
  (void)state;
  const struct {
    const char *text;
    double value;
  } cases[] = {{"0.2", 0.2},
               {"1e2", 100},
               {"-5", -5},
               {"+.5", 0.5},
               {"5.", 5},
               {"0", 0},
               {"1E-3", 0.001},
               {"1e-400", 0},
               {"007", 7},
               {"1e+22", 1e22},
               {"-0", 0},
               {"4.9e-324", 4.9e-324},
               {"1.7976931348623157e308", 1.7976931348623157e308}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    double x = NAN;
    assert_true(r2s_text_to_double(cases[k].text, &x));
    assert_true(x == cases[k].value);
  }
}

static void test_numbers_that_are_not(void **state) {
  (void)state;
  static const char *const texts[] = {"",      " ",     "0.2x",  " 5",   "5 ",  "1e",  "e5",
                                      ".",     "-",     "1,5",   "0x10", "inf", "nan", "-inf",
                                      "1e999", "1_000", "1e5.0", "5ms",  "++1", "1 2"};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    double x = 42;
    int64_t i = 42;
    uint64_t u = 42;
    assert_false(r2s_text_to_double(texts[k], &x));
    assert_false(r2s_text_to_int64(texts[k], &i));
    assert_false(r2s_text_to_uint64(texts[k], &u));
    assert_true(x == 42 && i == 42 && u == 42);
  }
}

static void test_integers(void **state) {
  (void)state;
  int64_t i;
  uint64_t u;
  assert_true(r2s_text_to_int64("1e2", &i) && i == 100);
  assert_true(r2s_text_to_int64("-3", &i) && i == -3);
  assert_true(r2s_text_to_int64("2.0", &i) && i == 2);
  assert_false(r2s_text_to_int64("2.5", &i));
  assert_false(r2s_text_to_int64("1e300", &i));
  assert_false(r2s_text_to_int64("9223372036854775808", &i));
  assert_true(r2s_text_to_int64("-9223372036854775808", &i) && i == INT64_MIN);
  assert_true(r2s_text_to_uint64("18446744073709551615", &u) && u == UINT64_MAX);
  assert_false(r2s_text_to_uint64("18446744073709551616", &u));
  assert_false(r2s_text_to_uint64("-1", &u));
  assert_true(r2s_text_to_uint64("1e2", &u) && u == 100);
}

static void test_doubles_round_trip(void **state) {
  (void)state;
  uint64_t bits = 88172645463325252ull;
  char text[R2S_NUMBER_SIZE];
  for (int k = 0; k < 20000; k++) {
    bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
    double x, y;
    memcpy(&x, &bits, sizeof x);
    if (!isfinite(x)) continue;
    r2s_text_from_double(x, text);
    assert_true(r2s_text_to_double(text, &y) && x == y);
  }
  r2s_text_from_double(0.1, text);
  assert_string_equal(text, "0.1");
  r2s_text_from_double(100, text);
  assert_string_equal(text, "100");
}

/* A locale with a decimal comma changes nothing; without one on this machine there is nothing to test. */
static void test_locale(void **state) {
  (void)state;
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
  bool found = false;
  for (int k = 0; k < 3 && !found; k++) found = setlocale(LC_ALL, names[k]);
  if (!found) skip();
  double x = 0;
  char text[R2S_NUMBER_SIZE];
  bool good = r2s_text_to_double("0.25", &x) && x == 0.25;
  r2s_text_from_double(0.25, text);
  setlocale(LC_ALL, "C");
  assert_true(good);
  assert_string_equal(text, "0.25");
}

static void check_list(const char *text, int n, const double *expected) {
  double values[R2S_MAX_SCALES];
  int count;
  r2s_error err = {0};
  if (r2s_config_parse_list(text, values, R2S_MAX_SCALES, &count, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_int_equal(count, n);
  for (int k = 0; k < n; k++) assert_true(values[k] == expected[k]);
}

static void test_lists(void **state) {
  (void)state;
  check_list("20:5:75", 12, (double[]){20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75});
  check_list("20:5:34", 3, (double[]){20, 25, 30});
  check_list("3:-1:1", 3, (double[]){3, 2, 1});
  check_list("0:0.1:0.3", 4, (double[]){0, 0.1, 0.2, 3 * 0.1});
  check_list("20, 25,30", 3, (double[]){20, 25, 30});
  check_list("44", 1, (double[]){44});
  check_list("7:1:7", 1, (double[]){7});
}

static void test_lists_that_are_not(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",       "20:75", "20:5:75:1", "20:0:75", "20:-5:75", "1:1e-9:2", "a",      "20,,30",
      "20,30,", "1:2:x", ":",         "::",      "20 30",    ",",        "1:1:65", "1:nan:2"};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    double values[R2S_MAX_SCALES];
    int n;
    r2s_error err = {0};
    assert_int_equal(r2s_config_parse_list(texts[k], values, R2S_MAX_SCALES, &n, &err), R2S_ERR_CONFIG);
    assert_non_null(strstr(err.msg, texts[k]));
  }
}

/* FIPS 180-4's examples, and lengths around the padding's edge against the NIST vectors of "a" repeated. */
static void test_sha256(void **state) {
  (void)state;
  char hex[65];
  r2s_sha256("", 0, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  r2s_sha256("abc", 3, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  r2s_sha256(two, strlen(two), hex);
  assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  char *many = malloc(1000000);
  memset(many, 'a', 1000000);
  r2s_sha256(many, 1000000, hex);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(many);
}

static void test_distance(void **state) {
  (void)state;
  assert_int_equal(r2s_text_distance("", ""), 0);
  assert_int_equal(r2s_text_distance("kitten", "sitting"), 3);
  assert_int_equal(r2s_text_distance("sede", "seed"), 1);
  assert_int_equal(r2s_text_distance("", "abc"), 3);
}

/* The words come back as a shell reads them. */
static void test_words_of_a_shell(void **state) {
  (void)state;
  static const char *const words[] = {"a/b-c_1.0=x:y", "two words", "", "it's", "$HOME `x` \"y\" \\ ~ *"};
  static const char expected[] = "a/b-c_1.0=x:y|two words||it's|$HOME `x` \"y\" \\ ~ *|";
  r2s_text text = {0};
  char *command, said[128] = "";
  r2s_text_add(&text, "printf '%%s|'");
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    r2s_text_add(&text, " ");
    r2s_text_add_word(&text, words[k]);
  }
  assert_int_equal(r2s_text_take(&text, &command, NULL), R2S_OK);
  assert_non_null(strstr(command, " a/b-c_1.0=x:y "));
  FILE *shell = popen(command, "r");
  free(command);
  assert_non_null(shell);
  assert_int_equal(fread(said, 1, sizeof said - 1, shell), strlen(expected));
  assert_int_equal(pclose(shell), 0);
  assert_string_equal(said, expected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_that_are),
      cmocka_unit_test(test_numbers_that_are_not),
      cmocka_unit_test(test_integers),
      cmocka_unit_test(test_doubles_round_trip),
      cmocka_unit_test(test_locale),
      cmocka_unit_test(test_lists),
      cmocka_unit_test(test_lists_that_are_not),
      cmocka_unit_test(test_sha256),
      cmocka_unit_test(test_distance),
      cmocka_unit_test(test_words_of_a_shell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
