/* SPDX-License-Identifier: MIT
 * What comes back from NEST: checked, and read out by the same code as the native engine's spikes. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_records_check.h"
#include "nest/nest_bridge.h"

static r2s_status read_info(const r2s_nest_folder *folder, r2s_spike_info *info, r2s_error *err) {
  char path[R2S_NEST_PATH];
  r2s_status st = r2s_nest_folder_file(folder, "result.json", path, err);
  if (st != R2S_OK) return st;
  json_error_t problem, shape;
  json_t *result = json_load_file(path, 0, &problem);
  if (!result && problem.line < 0)
    return r2s_fail(err, R2S_ERR_EXTERNAL,
                    "NEST: Python ended without an error, but left no result (%s); expected a Python 3 "
                    "interpreter that runs what it is given",
                    problem.text);
  if (!result)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: line %d: %s; expected what runner.py writes", path,
                    problem.line, problem.text);
  const char *version = NULL;
  json_int_t checked = 0;
  if (json_unpack_ex(result, &shape, 0, "{s:s, s:F, s:F, s:I, s:F}", "version", &version, "build_seconds",
                     &info->build_seconds, "simulate_seconds", &info->simulate_seconds, "weights_checked",
                     &checked, "weights_max_difference", &info->weights_max_difference)) {
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: %s; expected what runner.py writes", path, shape.text);
  } else {
    snprintf(info->engine, sizeof info->engine, "nest %.24s", version);
    info->weights_checked = checked;
    st = r2s_records_check_info(info, NAN, R2S_ERR_FORMAT, path, err);
  }
  json_decref(result);
  return st;
}

/* Rows of trial, unit, step in order, all in range. */
static r2s_status check_rows(const int32_t (*rows)[3], size_t count, const r2s_spike_psc_net *net,
                             int n_trials, int most_steps, r2s_error *err) {
  for (size_t k = 0; k < count; k++) {
    const int32_t *r = rows[k], *last = k ? rows[k - 1] : (const int32_t[]){-1, 0, 0};
    bool ranges =
        r[0] >= 0 && r[0] < n_trials && r[1] >= 0 && r[1] < net->layout.n && r[2] >= 1 && r[2] <= most_steps;
    bool order = r[0] != last[0] ? r[0] > last[0] : r[2] != last[2] ? r[2] > last[2] : r[1] > last[1];
    if (!ranges || !order)
      return r2s_fail(err, R2S_ERR_FORMAT,
                      "spikes of NEST, row %zu: trial %d, unit %d, step %d; expected rising trials, steps "
                      "and units below "
                      "%d, %d and %d",
                      k, r[0], r[1], r[2], n_trials, most_steps + 1, net->layout.n);
  }
  return R2S_OK;
}

/* Spikes of a replica up to the trial's end as a list. */
static r2s_status take_spikes(const int32_t (*rows)[3], size_t count, int replica, int steps,
                              r2s_spike_list *list, r2s_error *err) {
  size_t low = 0, high = count; /* binary search for the replica's first row */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rows[middle][0] < replica)
      low = middle + 1;
    else
      high = middle;
  }
  for (high = low; high < count && rows[high][0] == replica;) high++;
  list->count = 0;
  r2s_status st = r2s_spike_list_reserve(list, high - low, err);
  for (; st == R2S_OK && low < high; low++)
    if (rows[low][2] <= steps) /* a trial shorter than the longest is cut */
      list->events[list->count++] = (r2s_spike_event){.unit = rows[low][1], .step = rows[low][2]};
  return st;
}

static r2s_status read_voltages(const r2s_nest_folder *folder, const r2s_nest_replicas *replicas,
                                int n_trials, r2s_spike_record *records, r2s_error *err) {
  r2s_nest_array array = {R2S_NEST_DOUBLE, 3, {(size_t)replicas->count, 0, R2S_VOLTAGE_UNITS}, NULL};
  void *data = NULL;
  r2s_status st = r2s_nest_array_read(folder, "result_voltage", &array, &data, err);
  if (st != R2S_OK) return st;
  const double *voltage = data;
  for (int k = 0; k < n_trials && st == R2S_OK; k++) {
    size_t samples = (size_t)records[k].n_samples;
    if (samples > array.shape[1])
      st = r2s_fail(err, R2S_ERR_FORMAT, "voltages of NEST: %zu samples; expected %zu", array.shape[1],
                    samples);
    else
      memcpy(records[k].voltage, voltage + (size_t)replicas->of[k] * array.shape[1] * R2S_VOLTAGE_UNITS,
             samples * R2S_VOLTAGE_UNITS * sizeof *voltage);
  }
  free(data);
  return st;
}

r2s_status r2s_nest_result_read(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                                const r2s_nest_replicas *replicas, const r2s_spike_trial *trials,
                                int n_trials, r2s_spike_record *records, r2s_spike_info *info,
                                r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_nest_array spikes = {R2S_NEST_INT32, 2, {0, 3, 0}, NULL};
  r2s_spike_list list = {0};
  void *data = NULL;
  double *scratch = NULL;
  int most_steps = 0;
  memset(records, 0, (size_t)n_trials * sizeof *records);
  R2S_TRY(st, read_info(folder, info, err));
  R2S_TRY(st, r2s_nest_array_read(folder, "result_spikes", &spikes, &data, err));
  R2S_ALLOC(st, &scratch, 3 * (size_t)net->layout.n, "readout", err);
  for (int k = 0; k < n_trials; k++) {
    int steps = r2s_spike_layout_steps(&net->layout, &trials[k]);
    if (steps > most_steps) most_steps = steps;
  }
  const int32_t(*rows)[3] = data;
  R2S_TRY(st, check_rows(rows, spikes.shape[0], net, replicas->count, most_steps, err));
  for (int k = 0; k < n_trials; k++) {
    int steps = r2s_spike_layout_steps(&net->layout, &trials[k]);
    R2S_TRY(st, r2s_spike_record_begin(&records[k], &net->layout, &trials[k], err));
    R2S_TRY(st, take_spikes(rows, spikes.shape[0], replicas->of[k], steps, &list, err));
    R2S_TRY(st, r2s_spike_psc_readout(net, &list, steps, scratch, &records[k], err));
    r2s_spike_record_drop(&records[k], &trials[k]);
  }
  if (net->layout.record_voltage) R2S_TRY(st, read_voltages(folder, replicas, n_trials, records, err));
done:
  if (st != R2S_OK)
    for (int k = 0; k < n_trials; k++) r2s_spike_record_free(&records[k]);
  free(list.events);
  free(scratch);
  free(data);
  return st;
}
