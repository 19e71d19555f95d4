/* SPDX-License-Identifier: MIT
 * A run that keeps nothing on disk. */
#ifndef TEST_RUN_FIXTURE_H
#define TEST_RUN_FIXTURE_H

#include "rate2spike/run.h"

/* With these settings; 0, as a setup of cmocka gives back, or -1. */
static inline int fixture_open_run(r2s_run **run, const char *const *sets, int n_sets) {
  static r2s_config config; /* large */
  return r2s_config_load(&config, NULL, sets, n_sets, NULL) == R2S_OK &&
                 r2s_run_open(run, NULL, &config, NULL) == R2S_OK
             ? 0
             : -1;
}

#endif
