/* SPDX-License-Identifier: MIT
 * Protects: the YAML reader. Every node knows its place, and what is not plain YAML is refused with line and
 * column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_yaml.h"

static void test_tree(void **state) {
  (void)state;
  static const char text[] = "# comment\na: 1\nb:\n  c: [x, 'y z']\n  d: {}\n";
  r2s_yaml yaml;
  r2s_error err = {0};
  if (r2s_yaml_parse(&yaml, "f", text, strlen(text), &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_int_equal(yaml.root->kind, R2S_YAML_MAP);
  assert_int_equal(yaml.root->count, 2);
  const r2s_yaml_node *a = r2s_yaml_get(yaml.root, "a"), *b = r2s_yaml_get(yaml.root, "b");
  assert_string_equal(a->text, "1");
  assert_int_equal(a->line, 2);
  assert_int_equal(a->column, 4);
  assert_int_equal(a->key_column, 1);
  const r2s_yaml_node *c = r2s_yaml_get(b, "c");
  assert_int_equal(c->kind, R2S_YAML_SEQUENCE);
  assert_int_equal(c->count, 2);
  assert_string_equal(c->first->next->text, "y z");
  assert_int_equal(c->first->next->line, 4);
  assert_int_equal(c->first->next->column, 10);
  assert_null(r2s_yaml_get(b, "x"));
  r2s_yaml_free(&yaml);
}

static void refuse(const char *text, size_t size, const char *message) {
  r2s_yaml yaml;
  r2s_error err = {0};
  assert_int_equal(r2s_yaml_parse(&yaml, "f", text, size, &err), R2S_ERR_CONFIG);
  if (strncmp(err.msg, message, strlen(message)) != 0)
    fail_msg("found '%s'; expected '%s'", err.msg, message);
  assert_null(yaml.root);
}

static void test_refused(void **state) {
  (void)state;
  const struct {
    const char *text, *message;
  } cases[] = {
      {"", "f:1:1: the file is empty"},
      {"# only a comment\n", "f:1:1: the file is empty"},
      {"---\n...\n", "f:1:1: the file is empty"},
      {"a: 1\nb: 2\na: 3\n", "f:3:1: key 'a' again; it is already in line 1"},
      {"a: &x 1\n", "f:1:4: an anchor"},
      {"a: *x\n", "f:1:4: an alias"},
      {"a: !!int 1\n", "f:1:4: a tag"},
      {"a: 1\n---\nb: 2\n", "f:2:1: a second document"},
      {"a: [1, 2\nb: 3\n", "f:2:"},
      {"a: 1\n\tb: 2\n", "f:2:"},
      {"? [a]\n: 1\n", "f:1:3: a list or map as a key"},
      {"a: \"\\0\"\n", "f:1:4: a zero byte in a value"},
      {"a: 1\nb: \xff\n", "f:2:"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    refuse(cases[k].text, strlen(cases[k].text), cases[k].message);
  refuse("a: 1\0b", 6, "f:1:");
}

static void test_limits(void **state) {
  (void)state;
  size_t size = R2S_YAML_MAX_SIZE + 1;
  char *text = malloc(size);
  memset(text, '[', size);
  refuse(text, 1000, "f:1:25: nested deeper than 24 levels");
  refuse(text, size, "f: 1048577 bytes");
  text[0] = '[';
  for (size_t k = 1; k + 1 < 2 * (R2S_YAML_MAX_NODES + 10); k += 2) text[k] = '1', text[k + 1] = ',';
  refuse(text, 2 * R2S_YAML_MAX_NODES + 10, "f:1:");
  size = 0;
  for (int k = 0; k <= R2S_YAML_MAX_TAGS; k++) size += (size_t)sprintf(text + size, "%%TAG !%d! x\n", k);
  size += (size_t)sprintf(text + size, "---\na: 1\n");
  refuse(text, size,
         "f: found more than 100 times %TAG; tags are not supported"); /* many of them took 10 s */
  const char *fewer = strchr(text, '\n') + 1;
  r2s_yaml yaml;
  assert_int_equal(r2s_yaml_parse(&yaml, "f", fewer, size - (size_t)(fewer - text), NULL), R2S_OK);
  r2s_yaml_free(&yaml);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tree), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
