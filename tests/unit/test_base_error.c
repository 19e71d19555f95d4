/* SPDX-License-Identifier: MIT
 * Protects: messages. What they quote of a file commands no terminal and passes for no other line; what
 * another program put out stays in lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/base_error.h"

static void test_quoted_texts_command_no_terminal(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_int_equal(
      r2s_fail(&err, R2S_ERR_CONFIG, "a.yaml:3: \"%s\"", "k\x1b[2J\x7f\nrate2spike: error: x\r\t"),
      R2S_ERR_CONFIG);
  assert_string_equal(err.msg, "a.yaml:3: \"k\\x1b[2J\\x7f\\nrate2spike: error: x\\r\\t\"");
  /* of one byte or of two; other letters, and names that are no UTF-8, stay */
  assert_int_equal(r2s_fail(&err, R2S_ERR_IO, "%s", "\xc3\xa9 \xc2\x9b \xc2\x85 \x9b\xff \xe2\x80\xa6"),
                   R2S_ERR_IO);
  assert_string_equal(err.msg, "\xc3\xa9 \\x9b \\x85 \x9b\xff \xe2\x80\xa6");
  assert_int_equal(r2s_fail_context(&err, R2S_ERR_IO, "condition %s", "\a\n"), R2S_ERR_IO);
  assert_string_equal(err.msg, "condition \\x07\\n: \xc3\xa9 \\x9b \\x85 \x9b\xff \xe2\x80\xa6");
  assert_int_equal(r2s_fail(NULL, R2S_ERR_IO, "%s", "\a"), R2S_ERR_IO);
}

/* What has no room is cut before an escape, not within one. */
static void test_long_texts_are_cut(void **state) {
  (void)state;
  char text[2000];
  r2s_error err = {0};
  memset(text, '\x1b', sizeof text - 1);
  text[sizeof text - 1] = 0;
  r2s_fail(&err, R2S_ERR_FORMAT, "%s", text);
  assert_int_equal(strlen(err.msg), (sizeof err.msg - 1) / 4 * 4);
  assert_string_equal(err.msg + strlen(err.msg) - 4, "\\x1b");
  r2s_fail_context(&err, R2S_ERR_FORMAT, "%s", "file");
  assert_memory_equal(err.msg, "file: \\x1b", 10);
}

static void test_output_stays_in_lines(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_fail_output(&err, R2S_ERR_EXTERNAL, "Traceback:\n \x1b[1mline 2\n", "a\nprogram: ");
  assert_string_equal(err.msg, "a\\nprogram: Traceback:\n \\x1b[1mline 2\n");
  assert_int_equal(r2s_fail_context(&err, err.code, "NEST"), R2S_ERR_EXTERNAL);
  assert_string_equal(err.msg, "NEST: a\\nprogram: Traceback:\n \\x1b[1mline 2\n");
}

static void keep_note(void *user, r2s_note_level level, const char *text) {
  (void)level;
  snprintf(user, 64, "%s", text);
}

static void test_notes_command_no_terminal(void **state) {
  (void)state;
  char note[64];
  const r2s_monitor monitor = {.note = keep_note, .user = note};
  r2s_monitor_note(&monitor, R2S_NOTE_INFO, "found %s\nand more", "\x1b[31m");
  assert_string_equal(note, "found \\x1b[31m\nand more");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_quoted_texts_command_no_terminal),
      cmocka_unit_test(test_long_texts_are_cut),
      cmocka_unit_test(test_output_stays_in_lines),
      cmocka_unit_test(test_notes_command_no_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
