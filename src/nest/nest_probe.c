/* SPDX-License-Identifier: MIT
 * Whether NEST is there. */
#include "base/base_clock.h"
#include "nest/nest_bridge.h"

/* Importing NEST takes a second or two, on a slow network drive more. */
enum { MOST_SECONDS = 60 };

typedef struct patience {
  const r2s_monitor *monitor; /* the caller's */
  double start;
  bool late;
} patience;

static bool is_over(void *user) {
  patience *p = user;
  p->late = r2s_clock() - p->start > MOST_SECONDS;
  return p->late || r2s_monitor_cancelled(p->monitor);
}

r2s_status r2s_nest_probe(const char *python, char *version, const r2s_monitor *monitor, r2s_error *err) {
  r2s_nest_folder folder = {0};
  patience p = {.monitor = monitor, .start = r2s_clock()};
  const r2s_monitor both = {.cancelled = is_over, .user = &p};
  r2s_status st = r2s_nest_folder_create(&folder, err);
  if (st == R2S_OK) st = r2s_nest_process_run(&folder, python, "probe", version, &both, err);
  r2s_nest_folder_remove(&folder);
  if (st != R2S_ERR_CANCELLED || !p.late) return st;
  return r2s_fail(err, R2S_ERR_EXTERNAL,
                  "%s: no answer within %d s; expected a Python interpreter that has nest",
                  python ? python : "python3", MOST_SECONDS);
}
