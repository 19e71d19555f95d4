/* SPDX-License-Identifier: MIT
 * Protects: training.csv over a resume: every bit of every number comes back, rows after the checkpoint do
 * not, and a damaged file is refused by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/run_rows.h"
#include "unit/comma_locale.h"

static char dir[] = "/tmp/rate2spike_rows_XXXXXX";
static r2s_run run;

static int setup(void **state) {
  (void)state;
  run.dir = mkdtemp(dir);
  return run.dir ? 0 : 1;
}

static int teardown(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", dir);
  return system(command);
}

static void rows_come_back_bit_for_bit(void) {
  r2s_run_rows rows = {0}, back;
  r2s_error err = {0};
  for (int k = 1; k <= 2000; k++) {
    r2s_train_step row = {.step = k,
                          .loss = 1.0 / k,
                          .accuracy = sqrt(k),
                          .running_accuracy = 1e-300 * k,
                          .noise = 0.1,
                          .learning_rate = 0.01,
                          .grad_norm = exp(k % 100),
                          .edges = 10 * k,
                          .eval_accuracy = k % 3 ? NAN : 0.3,
                          .eval_loss = k % 3 ? NAN : 2.0 / 3};
    assert_int_equal(r2s_run_rows_add(&rows, &row, &err), R2S_OK);
    if (k % 700 == 0) assert_int_equal(r2s_run_rows_write(&rows, &run, &err), R2S_OK); /* checkpoints */
  }
  assert_int_equal(r2s_run_rows_write(&rows, &run, &err), R2S_OK);
  assert_int_equal(r2s_run_rows_read(&back, &run, 1500, &err), R2S_OK);
  assert_int_equal(back.n, 1500);
  for (int k = 0; k < back.n; k++) {
    const r2s_train_step *a = &rows.row[k], *b = &back.row[k];
    assert_int_equal(a->step, b->step);
    assert_int_equal(a->edges, b->edges);
    assert_true(a->loss == b->loss && a->accuracy == b->accuracy &&
                a->running_accuracy == b->running_accuracy);
    assert_true(a->noise == b->noise && a->learning_rate == b->learning_rate && a->grad_norm == b->grad_norm);
    assert_true(isnan(a->eval_loss) ? isnan(b->eval_loss) : a->eval_loss == b->eval_loss);
    assert_true(isnan(a->eval_accuracy) ? isnan(b->eval_accuracy) : a->eval_accuracy == b->eval_accuracy);
  }
  r2s_run_rows_free(&rows);
  r2s_run_rows_free(&back);
}

static void test_rows_come_back_bit_for_bit(void **state) {
  (void)state;
  rows_come_back_bit_for_bit();
  if (comma_locale_set(dir)) rows_come_back_bit_for_bit();
  setlocale(LC_ALL, "C");
}

static void refused_bytes(const char *text, size_t size, const char *expected) {
  r2s_run_rows rows;
  r2s_error err = {0};
  assert_int_equal(r2s_run_write(&run, "training.csv", text, size, &err), R2S_OK);
  assert_int_equal(r2s_run_rows_read(&rows, &run, 10, &err), R2S_ERR_FORMAT);
  if (!strstr(err.msg, expected)) fail_msg("\"%s\" has no \"%s\"", err.msg, expected);
  assert_null(rows.row);
}

static void refused(const char *text, const char *expected) {
  refused_bytes(text, strlen(text), expected);
}

static void test_damaged_files_are_refused_by_line(void **state) {
  (void)state;
#define HEADER                                                                                               \
  "step,loss,accuracy,running_accuracy,noise,learning_rate,grad_norm,edges,eval_accuracy,eval_loss\n"
  refused("step,loss\n1,2\n", "training.csv:1");
  refused(HEADER "1,1,1,1,1,1,1,5,,\n2,1,1,1,1,1,1,5,,", "training.csv:3"); /* cut off */
  refused(HEADER "1,1,1,1,1,1,1,5,\n", "training.csv:2");
  refused(HEADER "1,1x,1,1,1,1,1,5,,\n", "training.csv:2");
  refused(HEADER "-1,1,1,1,1,1,1,5,,\n",
          "training.csv:2: column step: found \"-1\"; expected a decimal number, wh");
  refused(HEADER "1,1,1,1,1,1,1,5.5,,\n", "training.csv:2: column edges: found \"5.5\"");
  refused(HEADER "1,0x2C,1,1,1,1,1,5,,\n",
          "training.csv:2: column loss: found \"0x2C\"; expected a decimal num");
  refused(HEADER "1,1,1,1,1,1,1,5,,nan\n", "training.csv:2: column eval_loss: found \"nan\"");
  refused(HEADER "1,1, 1,1,1,1,1,5,,\n", "training.csv:2: column accuracy: found \" 1\"");
  static const char cut[] = HEADER "1,1,1,1,1,1,1,5,,\n2,1,\0,1,1,1,1,5,,\n";
  refused_bytes(cut, sizeof cut - 1, "training.csv:3: cell 3: found a byte of 0");
}

static void test_no_file_is_no_rows(void **state) {
  (void)state;
  r2s_run_rows rows;
  r2s_error err = {0};
  assert_int_equal(r2s_run_remove(&run, "training.csv", &err), R2S_OK);
  assert_int_equal(r2s_run_rows_read(&rows, &run, 10, &err), R2S_OK);
  assert_int_equal(rows.n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows_come_back_bit_for_bit),
      cmocka_unit_test(test_damaged_files_are_refused_by_line),
      cmocka_unit_test(test_no_file_is_no_rows),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
