/* SPDX-License-Identifier: MIT
 * Protects: reading a run's CSV files; a row of the wrong length is told with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "report/report_csv.h"
#include "sanitized.h"

static char path[] = "/tmp/r2s_csv_XXXXXX";

static void put_bytes(const char *text, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, size, file), size);
  fclose(file);
}

static void put_file(const char *text) {
  put_bytes(text, strlen(text));
}

static void test_cells(void **state) {
  (void)state;
  r2s_csv csv;
  r2s_error err;
  put_file("step,set,x\n1,a,0.5\r\n2,,\n3,b c,-1e3\n");
  assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_OK);
  assert_int_equal(csv.n_rows, 3);
  assert_int_equal(r2s_csv_column(&csv, "x"), 2);
  assert_int_equal(r2s_csv_column(&csv, "y"), -1);
  assert_true(r2s_csv_number(&csv, 0, "x") == 0.5);
  assert_true(isnan(r2s_csv_number(&csv, 1, "x")));
  assert_true(isnan(r2s_csv_number(&csv, 0, "set")));
  assert_true(isnan(r2s_csv_number(&csv, 0, "y")));
  assert_true(r2s_csv_number(&csv, 2, "x") == -1000);
  assert_string_equal(r2s_csv_cell(&csv, 2, "set"), "b c");
  assert_string_equal(r2s_csv_cell(&csv, 1, "set"), "");
  assert_string_equal(r2s_csv_cell(&csv, 1, "y"), "");
  r2s_csv_free(&csv);
}

static void test_damage_is_told(void **state) {
  (void)state;
  r2s_csv csv;
  r2s_error err;
  put_file("a,b\n1,2\n3\n");
  assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, ":3: 1 cells; expected 2"));
  put_file("");
  assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_ERR_FORMAT);
  assert_int_not_equal(r2s_csv_load(&csv, "/nowhere/x.csv", &err), R2S_OK);
}

/* The table was cut, or a number read that nobody wrote. */
static void test_what_is_no_number_is_told(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t size;
    const char *says;
  } cases[] = {
#define CASE(text, says) {text, sizeof text - 1, says}
      CASE("set,x\na,1\nb,0x2C\n", ":3: column x: found \"0x2C\"; expected a decimal number, or nothing"),
      CASE("set,x\na,nan\n", ":2: column x: found \"nan\""),
      CASE("set,x\na,inf\n", ":2: column x: found \"inf\""),
      CASE("set,x\na, 1\n", ":2: column x: found \" 1\""),
      CASE("set,x\na,1e999\n", ":2: column x: found \"1e999\""),
      CASE("set,x\na,1\nb,\0\nc,3\n", ":3: cell 2: found a byte of 0; expected text"),
      CASE("set,\0x\na,1\n", ":1: cell 2: found a byte of 0"),
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_csv csv;
    r2s_error err;
    put_bytes(cases[c].text, cases[c].size);
    assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_ERR_FORMAT);
    if (!strstr(err.msg, cases[c].says)) fail_msg("%s; expected %s", err.msg, cases[c].says);
    assert_null(csv.text);
  }
}

/* 20 kB: many columns, many empty lines. Room for columns x lines cells would be 800 MB. */
static void test_wide_and_empty_takes_no_memory(void **state) {
  (void)state;
  enum { COUNT = 10000 };
  static char text[2 * COUNT + 2];
  r2s_csv csv;
  r2s_error err;
  struct rlimit before, small;
  memset(text, ',', COUNT);
  memset(text + COUNT, '\n', COUNT + 1);
  put_file(text);
  assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
  small = before;
  if (!SANITIZED) small.rlim_cur = (rlim_t)256 << 20; /* the sanitizer's shadow is larger than any limit */
  assert_int_equal(setrlimit(RLIMIT_AS, &small), 0);
  r2s_status st = r2s_csv_load(&csv, path, &err);
  assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
  assert_int_equal(st, R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, ":2: 1 cells; expected 10001"));
}

/* 12.5 that is cut is 12. */
static void test_a_cut_last_cell_is_told(void **state) {
  (void)state;
  r2s_csv csv;
  r2s_error err;
  put_file("a,b\n1,12.5\n1,12");
  assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, ":3: found the file's end; expected a line's end before it"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_damage_is_told),
      cmocka_unit_test(test_what_is_no_number_is_told),
      cmocka_unit_test(test_wide_and_empty_takes_no_memory),
      cmocka_unit_test(test_a_cut_last_cell_is_told),
  };
  int file = mkstemp(path);
  if (file < 0) return 1;
  close(file);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  unlink(path);
  return failed;
}
