/* SPDX-License-Identifier: MIT
 * Whether NEST is there. */
#include <time.h>

#include "nest/nest_bridge.h"

/* Importing NEST takes a second or two, on a slow network drive more. */
enum { MOST_SECONDS = 60 };

static bool is_late(void *user) {
  return time(NULL) - *(const time_t *)user > MOST_SECONDS;
}

r2s_status r2s_nest_probe(const char *python, char *version, r2s_error *err) {
  r2s_nest_folder folder = {0};
  time_t start = time(NULL);
  const r2s_monitor monitor = {.cancelled = is_late, .user = &start};
  r2s_status st = r2s_nest_folder_create(&folder, err);
  if (st == R2S_OK) st = r2s_nest_process_run(&folder, python, "probe", version, &monitor, err);
  r2s_nest_folder_remove(&folder);
  if (st != R2S_ERR_CANCELLED) return st;
  return r2s_fail(err, R2S_ERR_EXTERNAL,
                  "%s: no answer within %d s; expected a Python interpreter that has nest",
                  python ? python : "python3", MOST_SECONDS);
}
