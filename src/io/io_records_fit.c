/* SPDX-License-Identifier: MIT
 * Whether the trials of a spikes file are what the folder takes them for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base_error.h"
#include "io/io_results.h"

static const double rounding = 1e-6; /* relative, of times that are whole steps */

r2s_status r2s_records_fit_name(const r2s_spike_info *info, const char *path, r2s_error *err) {
  char own[128];
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const int engine = (int)strcspn(info->engine, " "); /* "native avx2", "nest 3.10.0" */
  snprintf(own, sizeof own, "spikes_%s_%.*s.h5", info->model, engine, info->engine);
  if (strcmp(name, own) == 0) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: attributes model and engine: found \"%s\" and \"%s\", as of %s; expected those of the "
                  "file's name: simulate anew",
                  path, info->model, info->engine, own);
}

static r2s_status fit_samples(const r2s_spike_record *r, const char *path, r2s_error *err) {
  if (!(fabs(r->t0_ms - r->dt_ms) <= r->dt_ms * rounding))
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: attribute t0_ms: found %g; expected %g, the first sample's time, as sample_dt_ms",
                    path, r->t0_ms, r->dt_ms);
  /* as the engines count them, in whole steps */
  const double steps = round(r->duration_ms / r->spike_dt_ms), each = round(r->dt_ms / r->spike_dt_ms);
  if (r->n_samples != floor(steps / each))
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: dataset out: found %d samples; expected one each %g ms in all %g ms", path,
                    r->n_samples, r->dt_ms, r->duration_ms);
  return R2S_OK;
}

r2s_status r2s_records_fit(const r2s_spike_record *records, int n_records, const r2s_task *task, int n_units,
                           const char *path, r2s_error *err) {
  const r2s_spike_record *first = &records[0]; /* all are alike in all but their condition */
  if (n_units && first->n != n_units)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: %d units; expected %d as in model.h5: simulate anew", path,
                    first->n, n_units);
  if (first->n_out != task->n_outputs)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: %d outputs; expected %d as in task %s: simulate anew", path,
                    first->n_out, task->n_outputs, task->name);
  for (int k = 0; k < n_records; k++)
    if (records[k].condition < 0 || records[k].condition >= task->n_conditions)
      return r2s_fail(err, R2S_ERR_FORMAT, "%s: trial %d has condition %d; expected 0 to %d as in task %s",
                      path, k, records[k].condition, task->n_conditions - 1, task->name);
  return fit_samples(first, path, err);
}

r2s_status r2s_records_fit_duration(const r2s_spike_record *first, const r2s_task *task, const char *path,
                                    r2s_error *err) {
  const double duration_ms = task->n_steps * task->dt_ms;
  if (fabs(first->duration_ms - duration_ms) <= duration_ms * rounding) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute duration_ms: found %g; expected the %g ms of task %s",
                  path, first->duration_ms, duration_ms, task->name);
}
