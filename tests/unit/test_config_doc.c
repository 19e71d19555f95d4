/* SPDX-License-Identifier: MIT
 * Protects: docs/config.md is what the table of options says, and the configurations of configs/ load.
 * R2S_UPDATE=1 in the environment rewrites docs/config.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/config.h"
#include "rate2spike/io.h"

#define ROOT R2S_TEST_DATA "/../../"

static void test_config_md(void **state) {
  (void)state;
  char *made, *committed;
  size_t size;
  r2s_error err = {0};
  if (r2s_config_markdown(&made, &err) != R2S_OK) fail_msg("%s", err.msg);
  const char *update = getenv("R2S_UPDATE");
  if (update && !strcmp(update, "1")) {
    FILE *file = fopen(ROOT "docs/config.md", "wb");
    assert_non_null(file);
    assert_true(fputs(made, file) >= 0);
    assert_int_equal(fclose(file), 0);
  }
  if (r2s_io_read_all(ROOT "docs/config.md", &committed, &size, &err) != R2S_OK) fail_msg("%s", err.msg);
  if (strcmp(made, committed) != 0)
    fail_msg("docs/config.md is not what src/io/config_table.c says; remake it: R2S_UPDATE=1 "
             "build/tests/test_config_doc");
  free(made);
  free(committed);
}

static r2s_config load(const char *path) {
  r2s_config config;
  r2s_error err = {0};
  if (r2s_config_load(&config, path, NULL, 0, &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_task task;
  if (r2s_task_load(&task, config.task, &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_task_free(&task);
  return config;
}

static void test_configs_load(void **state) {
  (void)state;
  r2s_config config = load(ROOT "configs/gonogo.yaml"), defaults;
  r2s_error err = {0};
  char a[72], b[72];
  assert_int_equal(r2s_config_load(&defaults, NULL, NULL, 0, &err), R2S_OK);
  assert_int_equal(r2s_config_hash(&config, a, &err), R2S_OK);
  assert_int_equal(r2s_config_hash(&defaults, b, &err), R2S_OK);
  assert_string_equal(a, b); /* the main job is the default */
  config = load(ROOT "configs/kim2019.yaml");
  assert_int_equal(config.recipe, R2S_RECIPE_KIM2019);
  assert_int_equal(config.train.batch, 1);
  config = load(ROOT "configs/writeup.yaml");
  assert_int_equal(config.recipe, R2S_RECIPE_WRITEUP);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_config_md), cmocka_unit_test(test_configs_load)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
