/* SPDX-License-Identifier: MIT
 * The tables that stage convert writes (docs/formats.md). */
#ifndef R2S_RUN_CONVERSION_H
#define R2S_RUN_CONVERSION_H

#include "run/run_folder.h"

/* conversion.csv: what run.json has of stages convert and lif-unit. */
R2S_MUST_CHECK r2s_status r2s_run_conversion_write(const r2s_run *run, r2s_error *err);
/* curve.csv: the LIF unit's rate and Fano factor from theory and from simulated units. */
R2S_MUST_CHECK r2s_status r2s_run_curve_write(const r2s_run *run, r2s_error *err);

#endif
