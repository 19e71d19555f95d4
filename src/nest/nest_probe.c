/* SPDX-License-Identifier: MIT
 * Whether NEST is there. */
#include "nest/nest_bridge.h"

r2s_status r2s_nest_probe(const char *python, char *version, r2s_error *err) {
  r2s_nest_folder folder = {0};
  r2s_status st = r2s_nest_folder_create(&folder, err);
  if (st == R2S_OK) st = r2s_nest_process_run(&folder, python, "probe", version, NULL, err);
  r2s_nest_folder_remove(&folder);
  return st;
}
