/* SPDX-License-Identifier: MIT
 * What a spiking trial leaves behind: outputs, counts, spikes. */
#include "spike/spike_model.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

void r2s_spike_record_free(r2s_spike_record *record) {
  if (!record) return;
  free(record->out);
  free(record->counts);
  free(record->spikes);
  free(record->rates_end);
  free(record->voltage);
  memset(record, 0, sizeof *record);
}

r2s_status r2s_spike_record_begin(r2s_spike_record *record, const r2s_spike_layout *layout,
                                  const r2s_spike_trial *trial, r2s_error *err) {
  r2s_status st = R2S_OK;
  memset(record, 0, sizeof *record);
  record->condition = trial->condition;
  record->n = layout->n;
  record->n_out = layout->n_out;
  record->n_samples = r2s_spike_layout_steps(layout, trial) / layout->steps_per_sample;
  record->dt_ms = layout->steps_per_sample * layout->dt_ms;
  record->t0_ms = record->dt_ms;
  record->spike_dt_ms = layout->dt_ms;
  record->duration_ms = trial->duration_ms;
  size_t samples = (size_t)record->n_samples;
  R2S_ALLOC(st, &record->out, samples * (size_t)layout->n_out, "recorded output", err);
  R2S_ALLOC(st, &record->counts, (size_t)layout->n, "spike counts", err);
  R2S_ALLOC(st, &record->rates_end, (size_t)layout->n, "filtered rates", err);
  if (layout->record_voltage)
    R2S_ALLOC(st, &record->voltage, samples * R2S_VOLTAGE_UNITS, "recorded voltages", err);
done:
  if (st != R2S_OK) r2s_spike_record_free(record);
  return st;
}

r2s_status r2s_spike_record_spikes(r2s_spike_record *record, const r2s_spike_list *list, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_ALLOC(st, &record->spikes, list->count, "recorded spikes", err);
  if (list->count) memcpy(record->spikes, list->events, list->count * sizeof *list->events);
done:
  return st;
}

void r2s_spike_record_drop(r2s_spike_record *record, const r2s_spike_trial *trial) {
  if (!trial->drop_spikes) return;
  free(record->spikes);
  record->spikes = NULL;
}

r2s_status r2s_spike_list_reserve(r2s_spike_list *list, size_t more, r2s_error *err) {
  if (list->capacity - list->count >= more) return R2S_OK;
  size_t capacity = list->capacity ? list->capacity : 4096;
  while (capacity - list->count < more) {
    if (capacity > SIZE_MAX / (2 * sizeof *list->events))
      return r2s_fail(err, R2S_ERR_MEMORY, "list of spikes: %zu events do not fit into memory", list->count);
    capacity *= 2;
  }
  r2s_spike_event *events = realloc(list->events, capacity * sizeof *events);
  if (!events) return r2s_fail(err, R2S_ERR_MEMORY, "list of spikes: no memory for %zu events", capacity);
  list->events = events;
  list->capacity = capacity;
  return R2S_OK;
}
