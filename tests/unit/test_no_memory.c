/* SPDX-License-Identifier: MIT
 * Protects: calls whose k-th allocation fails, for every k: an error that says so, and not that a file is
 * damaged, a training another one, or a network without faults. (Linked with --wrap: allocations of HDF5,
 * libyaml and jansson are not among them; those of jansson are in test_run_memory. A call of zlib counts as
 * one.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"
#include "unit/smallest_training.h"

static int allocations, fail_at; /* 0: none */

static bool fails(void) {
  if (!fail_at || ++allocations != fail_at) return false;
  errno = ENOMEM;
  return true;
}

/* The linker puts these in the library's calls' place, and the C library's behind the __real ones. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
int __real_inflate(z_streamp stream, int flush);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_inflate(z_streamp stream, int flush);

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text) {
  return fails() ? NULL : __real_strdup(text);
}

int __wrap_inflate(z_streamp stream, int flush) {
  return fails() ? Z_MEM_ERROR : __real_inflate(stream, flush);
}

static r2s_config config, later; /* later: of a given network, without net.* */
static r2s_task task;
static r2s_model model;
static char dir[256], given[256], h5[256], mat[256], hash[72];

/* ---- calls ---- */

typedef r2s_status call(r2s_error *err);

static r2s_status save_h5(r2s_error *err) {
  return r2s_model_save_h5(&model, h5, err);
}

static r2s_status save_mat(r2s_error *err) {
  return r2s_model_save_mat(&model, NULL, mat, err);
}

static r2s_status inspect(const char *path, r2s_error *err) {
  r2s_inspection found;
  r2s_status st = r2s_model_inspect(path, &found, NULL, err);
  if (st == R2S_OK) assert_true(found.loaded);
  r2s_inspection_free(&found);
  return st;
}

static r2s_status inspect_h5(r2s_error *err) {
  return inspect(h5, err);
}

static r2s_status inspect_mat(r2s_error *err) {
  return inspect(mat, err);
}

static r2s_status inspect_other(r2s_error *err) {
  r2s_inspection found;
  r2s_status st = r2s_model_inspect("/dev/null", &found, NULL, err);
  if (st == R2S_OK) assert_true(!found.loaded && found.n_findings == 1);
  r2s_inspection_free(&found);
  return st;
}

static r2s_status load_compressed(r2s_error *err) {
  r2s_case recorded;
  r2s_status st = r2s_case_load(&recorded, R2S_TEST_DATA "/lif64_go_25_double.mat", err);
  r2s_case_free(&recorded);
  return st;
}

static r2s_status compare_hash(r2s_error *err) {
  bool trained;
  r2s_status st = r2s_config_trained(&config, &task, hash, &trained, err);
  if (st == R2S_OK) assert_true(trained);
  return st;
}

static r2s_status resume(r2s_error *err) {
  r2s_run *run;
  r2s_status st = r2s_run_open(&run, dir, &config, err);
  if (st == R2S_OK) st = r2s_run_train(run, true, NULL, err);
  r2s_run_close(run);
  return st;
}

static r2s_status give_again(r2s_error *err) {
  r2s_run *run;
  r2s_status st = r2s_run_open(&run, given, &later, err);
  if (st == R2S_OK) st = r2s_run_import(run, h5, R2S_RUN_ALL, NULL, err);
  r2s_run_close(run);
  return st;
}

/* ---- */

static void expect_errors(call *work) {
  r2s_error err;
  r2s_status st = R2S_ERR_MEMORY;
  int k = 0;
  for (; st != R2S_OK; fail_at = 0) {
    err = (r2s_error){0};
    allocations = 0;
    fail_at = ++k;
    st = work(&err);
    if (st != R2S_OK && st != R2S_ERR_MEMORY) fail_msg("allocation %d: %s", k, err.msg);
    if (st != R2S_OK) assert_true(err.code == st && err.msg[0]);
  }
  assert_true(k > 1 && allocations < k); /* succeeded because none failed */
}

static void test_models(void **state) {
  (void)state;
  expect_errors(save_h5);
  expect_errors(save_mat);
  expect_errors(inspect_h5);
  expect_errors(inspect_mat);
  expect_errors(inspect_other);
  expect_errors(load_compressed);
}

static void test_resume(void **state) {
  (void)state;
  expect_errors(compare_hash);
  expect_errors(resume);
}

static void test_a_given_network(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_ok(give_again(&err), &err);
  expect_errors(give_again);
}

static int setup(void **state) {
  static const char *const sets[] = {SMALLEST_NET, SMALLEST_TRAINING};
  r2s_error err = {0};
  r2s_run *run;
  if (fixture_make_folder(state)) return 1;
  snprintf(dir, sizeof dir, "%s/run", fixture_folder());
  snprintf(given, sizeof given, "%s/given", fixture_folder());
  snprintf(h5, sizeof h5, "%s/other.h5", fixture_folder());
  snprintf(mat, sizeof mat, "%s/other.mat", fixture_folder());
  assert_ok(r2s_config_load(&config, NULL, sets, 8, &err), &err);
  assert_ok(r2s_config_load(&later, NULL, sets + 2, 6, &err), &err);
  assert_ok(r2s_task_load(&task, config.task, &err), &err);
  assert_ok(r2s_config_hash(&config, hash, &err),
            &err); /* as an earlier version had it: the last that is tried */
  fixture_model(&model, 4, 1, 1);
  for (int k = 0; k < 16; k++) model.w[k] = fabs(model.w[k]);
  assert_ok(r2s_run_open(&run, dir, &config, &err), &err);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  r2s_run_close(run);
  return 0;
}

static int teardown(void **state) {
  r2s_model_free(&model);
  r2s_task_free(&task);
  return fixture_remove_folder(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_models), cmocka_unit_test(test_resume),
                                     cmocka_unit_test(test_a_given_network)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
