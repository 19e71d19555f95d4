/* SPDX-License-Identifier: MIT
 * Progress of a stage made of several calls. */
#include "base/base_progress.h"

static void part_progress(void *user, const char *stage, double done, double total, const char *detail) {
  const r2s_progress_part *part = user;
  (void)stage;
  double share = total > 0 ? done / total : 0;
  r2s_monitor_progress(part->outer, part->stage, part->from + share * part->length, part->total,
                       part->detail ? part->detail : detail);
}

static void part_note(void *user, r2s_note_level level, const char *text) {
  const r2s_progress_part *part = user;
  r2s_monitor_note(part->outer, level, "%s", text);
}

static bool part_cancelled(void *user) {
  const r2s_progress_part *part = user;
  return r2s_monitor_cancelled(part->outer);
}

void r2s_progress_part_init(r2s_progress_part *part, const r2s_monitor *outer, const char *stage,
                            double total) {
  *part = (r2s_progress_part){.outer = outer, .stage = stage, .total = total};
  part->monitor = (r2s_monitor){part_progress, part_note, part_cancelled, part};
}

void r2s_progress_part_next(r2s_progress_part *part, double length) {
  part->from += part->length;
  part->length = length;
}
