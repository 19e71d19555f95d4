/* SPDX-License-Identifier: MIT
 * What spiking trials in a file must be: the same for those that are saved and those that are read. */
#ifndef R2S_IO_RECORDS_CHECK_H
#define R2S_IO_RECORDS_CHECK_H

#include "base/base_error.h"
#include "rate2spike/spike.h"

/* Whether a trial's members fit each other. trial: its number; failures have `code` and name path and the
 * file's dataset or attribute. */
R2S_MUST_CHECK r2s_status r2s_records_check(const r2s_spike_record *record, int trial, r2s_status code,
                                            const char *path, r2s_error *err);
/* Only its times and numbers of samples, outputs and units: before its values are read. */
R2S_MUST_CHECK r2s_status r2s_records_check_extent(const r2s_spike_record *record, r2s_status code,
                                                   const char *path, r2s_error *err);
/* The same of the simulation: its scale, its seconds, its weights. */
R2S_MUST_CHECK r2s_status r2s_records_check_info(const r2s_spike_info *info, double scale, r2s_status code,
                                                 const char *path, r2s_error *err);

#endif
