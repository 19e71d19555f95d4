/* SPDX-License-Identifier: MIT
 * Protects: run.json where memory is short. A stage fails, or what it writes is whole: no member is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/io.h"
#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"

static int allocations, fail_at; /* of jansson; 0: none */

static void *allocate(size_t size) {
  return ++allocations == fail_at ? NULL : malloc(size);
}

static r2s_config config;
static char dir[256];

static r2s_run *open_run(void) {
  r2s_run *run;
  r2s_error err = {0};
  assert_ok(r2s_run_open(&run, dir, &config, &err), &err);
  return run;
}

static r2s_status stage(r2s_run *run, r2s_error *err) {
  r2s_status st = r2s_run_simulate_native(run, R2S_RUN_PSC_ALPHA, NULL, err);
  return st == R2S_OK ? r2s_run_certify(run, NULL, err) : st;
}

/* Times differ. */
static void drop_seconds(json_t *object) {
  static const char *const names[] = {"seconds", "build_seconds", "simulate_seconds"};
  const char *key;
  json_t *value;
  for (int k = 0; k < 3; k++) json_object_del(object, names[k]);
  json_object_foreach(object, key, value) drop_seconds(value);
}

static json_t *result(void) {
  char path[300];
  snprintf(path, sizeof path, "%s/run.json", dir);
  json_t *json = json_load_file(path, 0, NULL);
  assert_non_null(json);
  drop_seconds(json);
  return json;
}

static void test_whole_or_an_error(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=20", "net.n_inh=5", "train.max_steps=2", "train.test_trials=1"};
  r2s_error err = {0};
  snprintf(dir, sizeof dir, "%s/run", fixture_folder());
  assert_ok(r2s_config_load(&config, NULL, sets, 4, &err), &err);
  r2s_run *run = open_run();
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  json_set_alloc_funcs(allocate, free);
  allocations = 0;
  assert_ok(stage(run, &err), &err);
  const int n = allocations;
  json_t *whole = result();
  int failed = 0;
  for (int k = 1; k <= n; k++) {
    allocations = 0;
    fail_at = k;
    const r2s_status st = stage(run, &err);
    fail_at = 0;
    json_t *json = result();
    if (st == R2S_OK && !json_equal(json, whole)) fail_msg("allocation %d: a part is missing", k);
    if (st != R2S_OK) assert_int_equal(st, R2S_ERR_MEMORY);
    failed += st != R2S_OK;
    json_decref(json);
  }
  assert_true(failed > n / 2);
  json_decref(whole);
  r2s_run_close(run);
  json_set_alloc_funcs(malloc, free);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole_or_an_error)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
