/* SPDX-License-Identifier: MIT
 * spikes_<model>_<engine>.h5: spiking trials of one model and engine. The spikes of all trials are one list
 * with the trials' offsets; what only some records have (rates_end, voltage) is stored where all have it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_conditions.h"
#include "io/io_h5.h"
#include "io/io_records_check.h"
#include "rate2spike/io.h"

/* The arrays of all records side by side. */
typedef struct columns {
  size_t trials, n, n_out, samples, spikes;
  int32_t *conditions, *spike_unit, *spike_step;
  double *out, *rates_end, *voltage;
  uint32_t *counts;
  uint64_t *n_spikes;
  int64_t *spike_offset;
} columns;

static void columns_free(columns *c) {
  free(c->conditions), free(c->spike_unit), free(c->spike_step);
  free(c->out), free(c->rates_end), free(c->voltage);
  free(c->counts), free(c->n_spikes), free(c->spike_offset);
}

static r2s_status check_alike(const r2s_spike_record *records, int n_records, const char *path,
                              r2s_error *err) {
  if (n_records < 1) return r2s_fail(err, R2S_ERR_ARG, "%s: no trials to save", path);
  const r2s_spike_record *a = &records[0];
  for (int k = 1; k < n_records; k++) {
    const r2s_spike_record *b = &records[k];
    if (a->n != b->n || a->n_out != b->n_out || a->n_samples != b->n_samples || a->t0_ms != b->t0_ms ||
        a->dt_ms != b->dt_ms || a->spike_dt_ms != b->spike_dt_ms || a->duration_ms != b->duration_ms)
      return r2s_fail(err, R2S_ERR_ARG, "%s: trial %d differs from trial 0 in units, samples or duration",
                      path, k);
  }
  return R2S_OK;
}

/* What could not be read again is not written. */
static r2s_status check_all(const r2s_spike_record *records, int n_records, const r2s_spike_config *config,
                            const r2s_spike_info *info, const char *path, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (config->model < R2S_SPIKE_LIF || config->model > R2S_SPIKE_PSC_ALPHA)
    return r2s_fail(err, R2S_ERR_ARG, "%s: spiking model %d; expected 0 to %d", path, (int)config->model,
                    (int)R2S_SPIKE_PSC_ALPHA);
  for (int k = 0; k < n_records; k++) R2S_TRY(st, r2s_records_check(&records[k], k, R2S_ERR_ARG, path, err));
  R2S_TRY(st, check_alike(records, n_records, path, err));
  st = r2s_records_check_info(info, config->scale, R2S_ERR_ARG, path, err);
done:
  return st;
}

static r2s_status gather_samples(columns *c, const r2s_spike_record *records, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t out = c->samples * c->n_out, voltage = c->samples * R2S_VOLTAGE_UNITS;
  bool all_rates = true, all_voltages = true;
  for (size_t k = 0; k < c->trials; k++) {
    all_rates = all_rates && records[k].rates_end;
    all_voltages = all_voltages && records[k].voltage;
  }
  R2S_ALLOC(st, &c->conditions, c->trials, "conditions", err);
  R2S_ALLOC(st, &c->n_spikes, c->trials, "numbers of spikes", err);
  R2S_ALLOC(st, &c->out, c->trials * out, "outputs", err);
  R2S_ALLOC(st, &c->counts, c->trials * c->n, "spike counts", err);
  if (all_rates) R2S_ALLOC(st, &c->rates_end, c->trials * c->n, "filtered rates", err);
  if (all_voltages) R2S_ALLOC(st, &c->voltage, c->trials * voltage, "voltages", err);
  for (size_t k = 0; k < c->trials; k++) {
    const r2s_spike_record *r = &records[k];
    c->conditions[k] = r->condition;
    c->n_spikes[k] = r->n_spikes;
    memcpy(c->out + k * out, r->out, out * sizeof *c->out);
    memcpy(c->counts + k * c->n, r->counts, c->n * sizeof *c->counts);
    if (all_rates) memcpy(c->rates_end + k * c->n, r->rates_end, c->n * sizeof *c->rates_end);
    if (all_voltages) memcpy(c->voltage + k * voltage, r->voltage, voltage * sizeof *c->voltage);
  }
done:
  return st;
}

static r2s_status gather_spikes(columns *c, const r2s_spike_record *records, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_ALLOC(st, &c->spike_offset, c->trials + 1, "spike offsets", err);
  for (size_t k = 0; k < c->trials; k++) {
    if (records[k].spikes) c->spikes += records[k].n_spikes;
    c->spike_offset[k + 1] = (int64_t)c->spikes;
  }
  R2S_ALLOC(st, &c->spike_unit, c->spikes, "units of spikes", err);
  R2S_ALLOC(st, &c->spike_step, c->spikes, "steps of spikes", err);
  for (size_t k = 0, at = 0; k < c->trials; k++)
    for (uint64_t s = 0; records[k].spikes && s < records[k].n_spikes; s++, at++) {
      c->spike_unit[at] = records[k].spikes[s].unit;
      c->spike_step[at] = records[k].spikes[s].step;
    }
done:
  return st;
}

/* The file names do not tell everyone: "psc-alpha-matched" is model psc-alpha, its weight from the scale. */
static bool is_matched(const r2s_spike_config *config) {
  return config->model == R2S_SPIKE_PSC_ALPHA && isnan(config->weight_pa);
}

static r2s_status write_attributes(r2s_h5 *h5, const r2s_spike_record *first, const r2s_spike_config *config,
                                   const r2s_spike_info *info, r2s_error *err) {
  r2s_status st = R2S_OK;
  char settings[R2S_SETTINGS_SIZE];
  r2s_spike_settings(config, settings);
  R2S_TRY(st, r2s_h5_write_text(h5, "format", "rate2spike spikes", err));
  R2S_TRY(st, r2s_h5_write_text(h5, "model", r2s_spike_model_name(config->model), err));
  R2S_TRY(st, r2s_h5_write_integer(h5, "matched", is_matched(config), err));
  R2S_TRY(st, r2s_h5_write_field(h5, "engine", info->engine, sizeof info->engine, err));
  R2S_TRY(st, r2s_h5_write_field(h5, "trials", info->trials, sizeof info->trials, err));
  R2S_TRY(st, r2s_h5_write_text(h5, "settings", settings, err));
  R2S_TRY(st, r2s_h5_write_number_or_nan(h5, "scale", config->scale, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "dt_ms", config->neuron.dt_ms, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "t0_ms", first->t0_ms, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "sample_dt_ms", first->dt_ms, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "duration_ms", first->duration_ms, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "spike_dt_ms", first->spike_dt_ms, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "build_seconds", info->build_seconds, err));
  R2S_TRY(st, r2s_h5_write_number(h5, "simulate_seconds", info->simulate_seconds, err));
  R2S_TRY(st, r2s_h5_write_integer(h5, "weights_checked", info->weights_checked, err));
  st = r2s_h5_write_number(h5, "weights_max_difference_pa", info->weights_max_difference, err);
done:
  return st;
}

/* Of the filtered rates: a spike adds unit area (Hz) or one (r = R tau). */
static const char *rate_unit(const r2s_spike_config *config) {
  const bool table = config->model == R2S_SPIKE_PSC_ALPHA && !is_matched(config);
  return config->model == R2S_SPIKE_LIF_UNIT || table ? "1" : "Hz";
}

static const char *voltage_unit(const r2s_spike_config *config) {
  return config->model == R2S_SPIKE_LIF_UNIT ? "1" : "mV";
}

static r2s_status write_columns(r2s_h5 *h5, const columns *c, const r2s_spike_config *config,
                                r2s_error *err) {
  const struct {
    r2s_h5_array set;
    const void *data;
  } sets[] = {
      {{"conditions", R2S_H5_INT32, 1, {c->trials}, "1", R2S_CONDITIONS_ABOUT}, c->conditions},
      {{"out",
        R2S_H5_DOUBLE,
        3,
        {c->trials, c->samples, c->n_out},
        "1",
        "output [trial][sample][output]; sample k at t0_ms + k sample_dt_ms"},
       c->out},
      {{"counts", R2S_H5_UINT32, 2, {c->trials, c->n}, "1", "spikes of each unit [trial][unit]"}, c->counts},
      {{"n_spikes", R2S_H5_UINT64, 1, {c->trials}, "1", "spikes of each trial, recorded or not"},
       c->n_spikes},
      {{"spike_offset",
        R2S_H5_INT64,
        1,
        {c->trials + 1},
        "1",
        "the spikes of trial k are entries spike_offset[k]..spike_offset[k+1]-1"},
       c->spike_offset},
      {{"spike_unit", R2S_H5_INT32, 1, {c->spikes}, "1", "unit of each spike, from 0"}, c->spike_unit},
      {{"spike_step",
        R2S_H5_INT32,
        1,
        {c->spikes},
        "spike_dt_ms",
        "time of each spike in steps of spike_dt_ms"},
       c->spike_step},
      {{"rates_end",
        R2S_H5_DOUBLE,
        2,
        {c->trials, c->n},
        rate_unit(config),
        "filtered rates at the end [trial][unit]"},
       c->rates_end},
      {{"voltage",
        R2S_H5_DOUBLE,
        3,
        {c->trials, c->samples, R2S_VOLTAGE_UNITS},
        voltage_unit(config),
        "voltage of the first 8 units [trial][sample][unit]"},
       c->voltage}};
  for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
    if (!sets[k].data) continue;
    r2s_status st = r2s_h5_write(h5, &sets[k].set, sets[k].data, err);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}

r2s_status r2s_records_save(const r2s_spike_record *records, int n_records, const r2s_spike_config *config,
                            const r2s_spike_info *info, const char *path, r2s_error *err) {
  static const r2s_spike_info none = {0};
  r2s_h5 h5 = {0};
  columns c = {0};
  if (!info) info = &none;
  r2s_status st = check_all(records, n_records, config, info, path, err);
  if (st != R2S_OK) return st;
  c.trials = (size_t)n_records;
  c.n = (size_t)records[0].n, c.n_out = (size_t)records[0].n_out, c.samples = (size_t)records[0].n_samples;
  R2S_TRY(st, gather_samples(&c, records, err));
  R2S_TRY(st, r2s_io_check_conditions(c.conditions, c.trials, R2S_ERR_ARG, path, err));
  R2S_TRY(st, gather_spikes(&c, records, err));
  R2S_TRY(st, r2s_h5_create(&h5, path, err));
  R2S_TRY(st, write_attributes(&h5, &records[0], config, info, err));
  R2S_TRY(st, write_columns(&h5, &c, config, err));
  st = r2s_h5_save(&h5, err);
done:
  r2s_h5_close(&h5);
  columns_free(&c);
  return st;
}
