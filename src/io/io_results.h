/* SPDX-License-Identifier: MIT
 * Whether results that were read from a folder's files are the folder's: what both stages and report ask. */
#ifndef R2S_IO_RESULTS_H
#define R2S_IO_RESULTS_H

#include "rate2spike/io.h"

/* The attributes model and engine are those of the file's name, spikes_<model>_<engine>.h5: a copy under
 * another name would be taken for what was never simulated. */
R2S_MUST_CHECK r2s_status r2s_records_fit_name(const r2s_spike_info *info, const char *path, r2s_error *err);
/* Units (n_units = 0: not known), outputs, conditions; samples at regular times that fill the trial. */
R2S_MUST_CHECK r2s_status r2s_records_fit(const r2s_spike_record *records, int n_records,
                                          const r2s_task *task, int n_units, const char *path,
                                          r2s_error *err);
/* Trials as long as the task's. */
R2S_MUST_CHECK r2s_status r2s_records_fit_duration(const r2s_spike_record *first, const r2s_task *task,
                                                   const char *path, r2s_error *err);
/* Units, outputs, conditions, and the samples that the task has. */
R2S_MUST_CHECK r2s_status r2s_rate_traces_fit(const r2s_rate_traces *traces, const r2s_task *task,
                                              int n_units, const char *path, r2s_error *err);

#endif
