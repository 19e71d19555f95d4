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

static char path[] = "/tmp/r2s_csv_XXXXXX";

static void put_file(const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void test_cells(void **state) {
  (void)state;
  r2s_csv csv;
  r2s_error err;
  put_file("step,name,x\n1,a,0.5\r\n2,,\n3,b c,-1e3\n");
  assert_int_equal(r2s_csv_load(&csv, path, &err), R2S_OK);
  assert_int_equal(csv.n_rows, 3);
  assert_int_equal(r2s_csv_column(&csv, "x"), 2);
  assert_int_equal(r2s_csv_column(&csv, "y"), -1);
  assert_true(r2s_csv_number(&csv, 0, 2) == 0.5);
  assert_true(isnan(r2s_csv_number(&csv, 1, 2)));
  assert_true(isnan(r2s_csv_number(&csv, 0, 1)));
  assert_true(isnan(r2s_csv_number(&csv, 0, -1)));
  assert_true(isnan(r2s_csv_number(&csv, 3, 0)));
  assert_true(r2s_csv_number(&csv, 2, 2) == -1000);
  assert_string_equal(r2s_csv_cell(&csv, 2, 1), "b c");
  assert_string_equal(r2s_csv_cell(&csv, 1, 1), "");
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
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
  small.rlim_cur = (rlim_t)256 << 20;
#endif
  assert_int_equal(setrlimit(RLIMIT_AS, &small), 0);
  r2s_status st = r2s_csv_load(&csv, path, &err);
  assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
  assert_int_equal(st, R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, ":2: 1 cells; expected 10001"));
}

static void test_last_line_without_newline(void **state) {
  (void)state;
  r2s_csv csv;
  put_file("a,b\n1,2");
  assert_int_equal(r2s_csv_load(&csv, path, NULL), R2S_OK);
  assert_int_equal(csv.n_rows, 1);
  assert_true(r2s_csv_number(&csv, 0, 1) == 2);
  r2s_csv_free(&csv);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_damage_is_told),
      cmocka_unit_test(test_wide_and_empty_takes_no_memory),
      cmocka_unit_test(test_last_line_without_newline),
  };
  int file = mkstemp(path);
  if (file < 0) return 1;
  close(file);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  unlink(path);
  return failed;
}
