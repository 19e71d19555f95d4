/* SPDX-License-Identifier: MIT
 * Reads spikes_<model>_<engine>.h5 back into records. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_conditions.h"
#include "io/io_h5.h"
#include "io/io_records_check.h"
#include "rate2spike/io.h"

/* Reads a dataset whose extents are known (or R2S_H5_ANY, then filled in). */
static r2s_status read_set(r2s_h5 *h5, const char *name, r2s_h5_type type, int rank, size_t *shape,
                           void *data_pointer, r2s_error *err) {
  r2s_h5_array set = {.name = name, .type = type, .rank = rank};
  memcpy(set.shape, shape, (size_t)rank * sizeof *shape);
  r2s_status st = r2s_h5_read(h5, &set, data_pointer, err);
  if (st == R2S_OK) memcpy(shape, set.shape, (size_t)rank * sizeof *shape);
  return st;
}

/* What was built, how fast, and at which scale. */
static r2s_status read_info(r2s_h5 *h5, r2s_spike_info *info, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_h5_read_number_or_nan(h5, "scale", &info->scale, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "build_seconds", &info->build_seconds, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "simulate_seconds", &info->simulate_seconds, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "weights_max_difference_pa", &info->weights_max_difference, err));
  R2S_TRY(st, r2s_h5_read_integer(h5, "weights_checked", &info->weights_checked, err));
  st = r2s_records_check_info(info, info->scale, R2S_ERR_FORMAT, h5->path, err);
done:
  return st;
}

static r2s_status read_attributes(r2s_h5 *h5, r2s_spike_record *common, r2s_spike_info *info,
                                  r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_h5_check_format(h5, "rate2spike spikes", err));
  R2S_TRY(st, r2s_h5_read_text(h5, "model", info->model, sizeof info->model, err));
  R2S_TRY(st, r2s_h5_read_text(h5, "engine", info->engine, sizeof info->engine, err));
  if (r2s_h5_has_attribute(h5, "trials"))
    R2S_TRY(st, r2s_h5_read_text(h5, "trials", info->trials, sizeof info->trials, err));
  if (r2s_h5_has_attribute(h5, "settings"))
    R2S_TRY(st, r2s_h5_read_text(h5, "settings", info->settings, sizeof info->settings, err));
  R2S_TRY(st, read_info(h5, info, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "t0_ms", &common->t0_ms, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "sample_dt_ms", &common->dt_ms, err));
  R2S_TRY(st, r2s_h5_read_number(h5, "duration_ms", &common->duration_ms, err));
  st = r2s_h5_read_number(h5, "spike_dt_ms", &common->spike_dt_ms, err);
done:
  return st;
}

/* Samples, outputs and units of a trial, checked before there is room for as many as the file claims. */
static r2s_status read_extent(r2s_h5 *h5, r2s_spike_record *common, size_t trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_h5_array out = {
      .name = "out", .type = R2S_H5_DOUBLE, .rank = 3, .shape = {trials, R2S_H5_ANY, R2S_H5_ANY}};
  r2s_h5_array counts = {.name = "counts", .type = R2S_H5_UINT32, .rank = 2, .shape = {trials, R2S_H5_ANY}};
  R2S_TRY(st, r2s_h5_find(h5, &out, err));
  R2S_TRY(st, r2s_h5_find(h5, &counts, err));
  common->n_samples = (int)out.shape[1];
  common->n_out = (int)out.shape[2];
  common->n = (int)counts.shape[1];
  st = r2s_records_check_extent(common, R2S_ERR_FORMAT, h5->path, err);
done:
  return st;
}

/* Gives each record its share of a dataset [trials x each]: a copy in the record's member. */
#define DEAL(st, member, all, each, what)                                                                    \
  for (size_t k_ = 0; k_ < trials; k_++) {                                                                   \
    R2S_ALLOC(st, &records[k_].member, (each), what, err);                                                   \
    memcpy(records[k_].member, (all) + k_ * (each), (each) * sizeof *(all));                                 \
  }

static r2s_status read_outputs(r2s_h5 *h5, r2s_spike_record *records, size_t trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t samples = (size_t)records->n_samples, outputs = (size_t)records->n_out,
               units = (size_t)records->n;
  size_t out_shape[3] = {trials, samples, outputs}, unit_shape[2] = {trials, units}, total[1] = {trials};
  double *out = NULL, *rates = NULL, *voltage = NULL;
  uint32_t *counts = NULL;
  uint64_t *n_spikes = NULL;
  R2S_TRY(st, read_set(h5, "out", R2S_H5_DOUBLE, 3, out_shape, &out, err));
  R2S_TRY(st, read_set(h5, "counts", R2S_H5_UINT32, 2, unit_shape, &counts, err));
  R2S_TRY(st, read_set(h5, "n_spikes", R2S_H5_UINT64, 1, total, &n_spikes, err));
  DEAL(st, out, out, samples * outputs, "outputs");
  DEAL(st, counts, counts, units, "spike counts");
  if (r2s_h5_has(h5, "rates_end")) {
    R2S_TRY(st, read_set(h5, "rates_end", R2S_H5_DOUBLE, 2, unit_shape, &rates, err));
    DEAL(st, rates_end, rates, units, "filtered rates");
  }
  if (r2s_h5_has(h5, "voltage")) {
    size_t shape[3] = {trials, samples, R2S_VOLTAGE_UNITS};
    R2S_TRY(st, read_set(h5, "voltage", R2S_H5_DOUBLE, 3, shape, &voltage, err));
    DEAL(st, voltage, voltage, samples * R2S_VOLTAGE_UNITS, "voltages");
  }
  for (size_t k = 0; k < trials; k++) records[k].n_spikes = n_spikes[k];
done:
  free(out), free(rates), free(voltage), free(counts), free(n_spikes);
  return st;
}

/* Offsets within the list, growing; a trial has all of its spikes or none. */
static r2s_status check_offsets(const r2s_h5 *h5, const r2s_spike_record *records, const int64_t *offset,
                                size_t trials, size_t spikes, r2s_error *err) {
  bool right = offset[0] == 0 && offset[trials] == (int64_t)spikes;
  for (size_t k = 0; right && k < trials; k++) {
    right = offset[k + 1] >= offset[k] && offset[k + 1] <= (int64_t)spikes;
    uint64_t count = right ? (uint64_t)(offset[k + 1] - offset[k]) : 0;
    right = right && (count == 0 || count == records[k].n_spikes);
  }
  if (right) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: dataset spike_offset: does not fit to n_spikes and the %zu spikes of spike_unit",
                  h5->path, spikes);
}

static r2s_status deal_spikes(r2s_spike_record *record, const int32_t *unit, const int32_t *step,
                              r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_ALLOC(st, &record->spikes, record->n_spikes, "spikes", err);
  for (uint64_t s = 0; s < record->n_spikes; s++)
    record->spikes[s] = (r2s_spike_event){.unit = unit[s], .step = step[s]};
done:
  return st;
}

static r2s_status read_spikes(r2s_h5 *h5, r2s_spike_record *records, size_t trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t bounds[1] = {trials + 1}, spikes[1] = {R2S_H5_ANY};
  int64_t *offset = NULL;
  int32_t *unit = NULL, *step = NULL;
  R2S_TRY(st, read_set(h5, "spike_offset", R2S_H5_INT64, 1, bounds, &offset, err));
  R2S_TRY(st, read_set(h5, "spike_unit", R2S_H5_INT32, 1, spikes, &unit, err));
  R2S_TRY(st, read_set(h5, "spike_step", R2S_H5_INT32, 1, spikes, &step, err));
  R2S_TRY(st, check_offsets(h5, records, offset, trials, spikes[0], err));
  /* a silent trial's list of spikes is complete whether it was recorded or not */
  for (size_t k = 0; k < trials; k++)
    if (offset[k + 1] > offset[k] || records[k].n_spikes == 0)
      R2S_TRY(st, deal_spikes(&records[k], unit + offset[k], step + offset[k], err));
done:
  free(offset), free(unit), free(step);
  return st;
}

r2s_status r2s_records_load(r2s_spike_record **records, int *n_records, r2s_spike_info *info,
                            const char *path, r2s_error *err) {
  r2s_h5 h5;
  r2s_spike_record common = {0}, *list = NULL;
  r2s_spike_info found = {0};
  int32_t *conditions = NULL;
  size_t trials = 0;
  r2s_status st = R2S_OK;
  *records = NULL;
  *n_records = 0;
  R2S_TRY(st, r2s_h5_open(&h5, path, err));
  R2S_TRY(st, read_attributes(&h5, &common, &found, err));
  R2S_TRY(st, r2s_io_read_conditions(&h5, &trials, &conditions, err));
  R2S_TRY(st, read_extent(&h5, &common, trials, err));
  R2S_ALLOC(st, &list, trials, "records", err);
  for (size_t k = 0; k < trials; k++) {
    list[k] = common;
    list[k].condition = conditions[k];
  }
  R2S_TRY(st, read_outputs(&h5, list, trials, err));
  R2S_TRY(st, read_spikes(&h5, list, trials, err));
  for (size_t k = 0; k < trials; k++)
    R2S_TRY(st, r2s_records_check(&list[k], (int)k, R2S_ERR_FORMAT, path, err));
done:
  r2s_h5_close(&h5);
  free(conditions);
  if (st != R2S_OK) {
    r2s_records_free(list, (int)trials);
    return st;
  }
  *records = list;
  *n_records = (int)trials;
  if (info) *info = found;
  return R2S_OK;
}

void r2s_records_free(r2s_spike_record *records, int n_records) {
  if (!records) return;
  for (int k = 0; k < n_records; k++) r2s_spike_record_free(&records[k]);
  free(records);
}
