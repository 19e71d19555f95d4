/* SPDX-License-Identifier: MIT
 * Whether spiking trials are such as a file may hold. */
#include "io/io_records_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "task/task_period.h"

static const double rounding = 1e-6; /* relative, of times that are whole steps */

static r2s_status check_times(const r2s_spike_record *record, r2s_status code, const char *path,
                              r2s_error *err) {
  const struct {
    const char *name;
    double ms;
  } times[] = {{"sample_dt_ms", record->dt_ms},
               {"duration_ms", record->duration_ms},
               {"spike_dt_ms", record->spike_dt_ms}};
  for (size_t k = 0; k < sizeof times / sizeof *times; k++)
    if (!(times[k].ms > 0 && times[k].ms <= R2S_TASK_LONGEST_MS))
      return r2s_fail(err, code, "%s: attribute %s: found %g; expected more than 0 and at most %g ms", path,
                      times[k].name, times[k].ms, R2S_TASK_LONGEST_MS);
  if (isfinite(record->t0_ms)) return R2S_OK;
  return r2s_fail(err, code, "%s: attribute t0_ms: found %g; expected a number", path, record->t0_ms);
}

/* At least one sample, output and unit; and no more samples than the trial is long. */
static r2s_status check_sizes(const r2s_spike_record *record, r2s_status code, const char *path,
                              r2s_error *err) {
  if (record->n_samples < 1 || record->n_out < 1)
    return r2s_fail(err, code,
                    "%s: dataset out: found %d samples of %d outputs; expected at least one of each", path,
                    record->n_samples, record->n_out);
  if (record->n < 1)
    return r2s_fail(err, code, "%s: dataset counts: found %d units; expected at least one", path, record->n);
  if (record->n_samples * record->dt_ms > record->duration_ms * (1 + rounding))
    return r2s_fail(err, code,
                    "%s: dataset out: found %d samples, one each %g ms; expected no more than fit into "
                    "duration_ms %g",
                    path, record->n_samples, record->dt_ms, record->duration_ms);
  return R2S_OK;
}

/* The trial's counts add up to its n_spikes. */
static r2s_status check_counts(const r2s_spike_record *record, int trial, r2s_status code, const char *path,
                               r2s_error *err) {
  uint64_t sum = 0;
  for (int i = 0; i < record->n; i++) sum += record->counts[i];
  if (sum == record->n_spikes) return R2S_OK;
  return r2s_fail(err, code,
                  "%s: dataset counts: found %llu spikes in trial %d (from 0); expected %llu as in n_spikes",
                  path, (unsigned long long)sum, trial, (unsigned long long)record->n_spikes);
}

/* The steps of a trial are numbers of 32 bits. */
static int last_step(const r2s_spike_record *record) {
  double steps = floor(record->duration_ms / record->spike_dt_ms * (1 + rounding));
  return steps < INT32_MAX ? (int)steps : INT32_MAX;
}

static r2s_status check_spike(const r2s_spike_record *record, r2s_spike_event spike, int last,
                              r2s_status code, const char *path, r2s_error *err) {
  if (spike.unit < 0 || spike.unit >= record->n)
    return r2s_fail(err, code, "%s: dataset spike_unit: found %d; expected 0 to %d", path, (int)spike.unit,
                    record->n - 1);
  if (spike.step < 1 || spike.step > last)
    return r2s_fail(err, code, "%s: dataset spike_step: found %d; expected 1 to %d", path, (int)spike.step,
                    last);
  return R2S_OK;
}

/* Each spike is one of a unit and step that there are, and each unit's are as many as counts has of it. */
static r2s_status check_spikes(const r2s_spike_record *record, r2s_status code, const char *path,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  uint32_t *left = NULL;
  const int last = last_step(record);
  R2S_ALLOC(st, &left, (size_t)record->n, "spikes of each unit", err);
  memcpy(left, record->counts, (size_t)record->n * sizeof *left);
  for (uint64_t s = 0; s < record->n_spikes; s++) {
    R2S_TRY(st, check_spike(record, record->spikes[s], last, code, path, err));
    const int unit = record->spikes[s].unit;
    if (left[unit]-- == 0)
      R2S_TRY(st, r2s_fail(err, code,
                           "%s: dataset spike_unit: found more than %u spikes of unit %d (from 0) in a "
                           "trial; expected as many as in counts",
                           path, (unsigned)record->counts[unit], unit));
  }
done: /* as many in all: where none has more, none has fewer */
  free(left);
  return st;
}

r2s_status r2s_records_check_extent(const r2s_spike_record *record, r2s_status code, const char *path,
                                    r2s_error *err) {
  const r2s_status st = check_times(record, code, path, err);
  return st == R2S_OK ? check_sizes(record, code, path, err) : st;
}

r2s_status r2s_records_check(const r2s_spike_record *record, int trial, r2s_status code, const char *path,
                             r2s_error *err) {
  r2s_status st = r2s_records_check_extent(record, code, path, err);
  if (st == R2S_OK) st = check_counts(record, trial, code, path, err);
  if (st == R2S_OK && record->spikes) st = check_spikes(record, code, path, err);
  return st;
}

r2s_status r2s_records_check_info(const r2s_spike_info *info, double scale, r2s_status code, const char *path,
                                  r2s_error *err) {
  const struct {
    const char *name;
    double value;
  } amounts[] = {{"build_seconds", info->build_seconds},
                 {"simulate_seconds", info->simulate_seconds},
                 {"weights_max_difference_pa", info->weights_max_difference}};
  if (!isnan(scale) && !(scale > 0 && isfinite(scale)))
    return r2s_fail(err, code, "%s: attribute scale: found %g; expected more than 0, or NaN", path, scale);
  for (size_t k = 0; k < sizeof amounts / sizeof *amounts; k++)
    if (!(amounts[k].value >= 0 && isfinite(amounts[k].value)))
      return r2s_fail(err, code, "%s: attribute %s: found %g; expected 0 or more", path, amounts[k].name,
                      amounts[k].value);
  if (info->weights_checked < 0)
    return r2s_fail(err, code, "%s: attribute weights_checked: found %lld; expected 0 or more", path,
                    (long long)info->weights_checked);
  return R2S_OK;
}
