/* SPDX-License-Identifier: MIT
 * Protects: work that is done. A training that is cancelled in its test trials is not lost: it goes on from
 * its checkpoint, takes no further step, and gives the same network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rate2spike/io.h"
#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"

enum { STEPS = 3 };
/* Cancels what comes after the last step. */
static void see_step(void *user, const char *stage, double done, double total, const char *detail) {
  (void)total, (void)detail;
  if (strcmp(stage, "train") == 0 && done >= STEPS) *(bool *)user = true;
}

static bool is_over(void *user) {
  return *(bool *)user;
}

static const char *in_dir(const char *name) {
  static char path[2][256];
  static int turn;
  turn = !turn;
  snprintf(path[turn], sizeof path[turn], "%s/%s", fixture_folder(), name);
  return path[turn];
}

static void same_weights(const char *a, const char *b) {
  r2s_model x, y;
  r2s_error err = {0};
  assert_ok(r2s_model_load(&x, a, &err), &err);
  assert_ok(r2s_model_load(&y, b, &err), &err);
  assert_int_equal(x.train_steps, STEPS);
  assert_int_equal(y.train_steps, STEPS);
  assert_memory_equal(x.w, y.w, (size_t)x.n * (size_t)x.n * sizeof *x.w);
  assert_memory_equal(x.w_out, y.w_out, (size_t)x.n * sizeof *x.w_out);
  r2s_model_free(&x);
  r2s_model_free(&y);
}

static void test_cancelled_in_the_test_trials(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5", "train.max_steps=3", "train.test_trials=2"};
  r2s_config config;
  r2s_error err = {0};
  r2s_run *run;
  assert_ok(r2s_config_load(&config, NULL, sets, 4, &err), &err);
  assert_ok(r2s_run_open(&run, in_dir("whole"), &config, &err), &err);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  r2s_run_close(run);

  bool over = false;
  const r2s_monitor monitor = {.progress = see_step, .cancelled = is_over, .user = &over};
  assert_ok(r2s_run_open(&run, in_dir("parts"), &config, &err), &err);
  assert_int_equal(r2s_run_train(run, false, &monitor, &err), R2S_ERR_CANCELLED);
  assert_non_null(strstr(err.msg, "--resume -o"));
  assert_int_equal(access(in_dir("parts/checkpoint.h5"), F_OK), 0);
  over = true;
  assert_int_equal(r2s_run_train(run, true, &monitor, &err), R2S_ERR_CANCELLED); /* again: nothing leaks */
  assert_ok(r2s_run_train(run, true, NULL, &err), &err);
  r2s_run_close(run);
  assert_int_not_equal(access(in_dir("parts/checkpoint.h5"), F_OK), 0);
  same_weights(in_dir("whole/model.h5"), in_dir("parts/model.h5"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cancelled_in_the_test_trials)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
