/* SPDX-License-Identifier: MIT
 * Protects: the progress of a stage of several calls, each with its share of the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/base_progress.h"

typedef struct heard {
  double done, total;
  char stage[32], detail[32], note[32];
} heard;

static void hear_progress(void *user, const char *stage, double done, double total, const char *detail) {
  heard *h = user;
  h->done = done, h->total = total;
  snprintf(h->stage, sizeof h->stage, "%s", stage);
  snprintf(h->detail, sizeof h->detail, "%s", detail);
}

static void hear_note(void *user, r2s_note_level level, const char *text) {
  heard *h = user;
  assert_int_equal(level, R2S_NOTE_WARNING);
  snprintf(h->note, sizeof h->note, "%s", text);
}

static bool cancelled(void *user) {
  (void)user;
  return true;
}

static void test_shares(void **state) {
  (void)state;
  heard h = {0};
  const r2s_monitor outer = {hear_progress, hear_note, cancelled, &h};
  r2s_progress_part part;
  r2s_progress_part_init(&part, &outer, "convert", 40);
  r2s_progress_part_next(&part, 30);
  r2s_monitor_progress(&part.monitor, "simulate", 1, 2, "trial 1 of 2");
  assert_true(h.done == 15 && h.total == 40);
  assert_string_equal(h.stage, "convert");
  assert_string_equal(h.detail, "trial 1 of 2");
  r2s_progress_part_next(&part, 10);
  part.detail = "held-out trials";
  r2s_monitor_progress(&part.monitor, "simulate", 0, 0, "");
  assert_true(h.done == 30);
  r2s_monitor_progress(&part.monitor, "simulate", 5, 5, "");
  assert_true(h.done == 40);
  assert_string_equal(h.detail, "held-out trials");
  r2s_monitor_note(&part.monitor, R2S_NOTE_WARNING, "%s", "slow");
  assert_string_equal(h.note, "slow");
  assert_true(r2s_monitor_cancelled(&part.monitor));
}

/* Parts within a part, and without anybody who listens. */
static void test_nested(void **state) {
  (void)state;
  heard h = {0};
  const r2s_monitor outer = {.progress = hear_progress, .user = &h};
  for (int listens = 0; listens < 2; listens++) {
    r2s_progress_part stage, call;
    r2s_progress_part_init(&stage, listens ? &outer : NULL, "convert", 4);
    r2s_progress_part_next(&stage, 1);
    r2s_progress_part_next(&stage, 3);
    r2s_progress_part_init(&call, &stage.monitor, "search", 2);
    r2s_progress_part_next(&call, 2);
    r2s_monitor_progress(&call.monitor, "simulate", 1, 3, "");
    assert_false(r2s_monitor_cancelled(&call.monitor));
    assert_true(h.done == (listens ? 2 : 0));
  }
  assert_string_equal(h.stage, "convert");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shares), cmocka_unit_test(test_nested)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
