/* SPDX-License-Identifier: MIT
 * The dataset `conditions` of rate.h5 and spikes_*.h5. */
#include "io/io_conditions.h"

#include <stdlib.h>

#include "rate2spike/task.h"

r2s_status r2s_io_check_conditions(const int32_t *conditions, size_t trials, r2s_status code,
                                   const char *path, r2s_error *err) {
  for (size_t k = 0; k < trials; k++)
    if (conditions[k] < 0 || conditions[k] >= R2S_MAX_CONDITIONS)
      return r2s_fail(err, code, "%s: dataset conditions: found %d for trial %zu (from 0); expected 0 to %d",
                      path, (int)conditions[k], k, R2S_MAX_CONDITIONS - 1);
  return R2S_OK;
}

r2s_status r2s_io_read_conditions(r2s_h5 *h5, size_t *trials, int32_t **conditions, r2s_error *err) {
  r2s_h5_array set = {.name = "conditions", .type = R2S_H5_INT32, .rank = 1, .shape = {R2S_H5_ANY}};
  r2s_status st = r2s_h5_read(h5, &set, conditions, err);
  if (st != R2S_OK) return st;
  *trials = set.shape[0];
  if (*trials == 0) {
    free(*conditions);
    *conditions = NULL;
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset conditions: found 0 trials; expected at least one",
                    h5->path);
  }
  st = r2s_io_check_conditions(*conditions, *trials, R2S_ERR_FORMAT, h5->path, err);
  if (st == R2S_OK) return st;
  free(*conditions);
  *conditions = NULL;
  return st;
}
