/* SPDX-License-Identifier: MIT
 * Protects: JSON that is built where memory is short is whole or NULL, and never lacks a member; names that
 * are no UTF-8 are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"

static int allocations, fail_at; /* 0: none */

static void *allocate(size_t size) {
  return ++allocations == fail_at ? NULL : malloc(size);
}

/* With more members than a table of jansson starts with, and a text that outgrows its first buffer. */
static char *build(void) {
  json_t *object = json_object(), *list = json_array();
  for (int k = 0; k < 20; k++) {
    char key[] = "a member with a long name  ";
    key[sizeof key - 2] = (char)('a' + k);
    r2s_json_append(&list, json_integer(k));
    r2s_json_add(&object, key, r2s_json_string("text"));
  }
  r2s_json_add(&object, "list", list);
  char *text = r2s_json_text(object);
  json_decref(object);
  return text;
}

static void test_whole_or_null(void **state) {
  (void)state;
  json_set_alloc_funcs(allocate, free);
  char *whole = build();
  const int n = allocations;
  assert_non_null(whole);
  assert_non_null(strstr(whole, "    19\n"));
  assert_true(n > 60);
  for (fail_at = 1; fail_at <= n; fail_at++) {
    allocations = 0;
    char *text = build();
    if (text) assert_string_equal(text, whole);
    free(text);
  }
  fail_at = 0;
  free(whole);
  json_set_alloc_funcs(malloc, free);
}

static void test_what_failed_stays_failed(void **state) {
  (void)state;
  json_t *object = json_object(), *array = json_array();
  r2s_json_add(&object, "a", NULL);
  assert_null(object);
  r2s_json_add(&object, "b", json_true());
  assert_null(object);
  r2s_json_append(&array, NULL);
  r2s_json_append(&array, json_true());
  assert_null(array);
  assert_null(r2s_json_text(NULL));
}

static void test_names_that_are_no_utf8(void **state) {
  (void)state;
  json_t *latin = r2s_json_string("Z\xfcrich"), *utf8 = r2s_json_string("Zürich");
  assert_string_equal(json_string_value(latin), "Z?rich");
  assert_string_equal(json_string_value(utf8), "Zürich");
  json_decref(latin);
  json_decref(utf8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_or_null),
      cmocka_unit_test(test_what_failed_stays_failed),
      cmocka_unit_test(test_names_that_are_no_utf8),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
