/* SPDX-License-Identifier: MIT
 * The tables that stage convert writes (docs/formats.md). */
#ifndef R2S_RUN_CONVERSION_H
#define R2S_RUN_CONVERSION_H

#include "rate2spike/neuron.h"
#include "run/run_folder.h"

/* conversion.csv: what run.json has of stages convert and lif-unit. */
R2S_MUST_CHECK r2s_status r2s_run_conversion_write(const r2s_run *run, r2s_error *err);

/* The LIF unit's rate and Fano factor from theory, and from a simulation at some of the inputs. */
enum { R2S_RUN_CURVE_INPUTS = 18 };
typedef struct r2s_run_curve {
  r2s_neuron_curve theory;
  double simulated_hz[R2S_RUN_CURVE_INPUTS], simulated_fano[R2S_RUN_CURVE_INPUTS];
} r2s_run_curve;

/* Nothing where the run has no folder. May take seconds (long refractory times), in which it can be
 * cancelled. On failure there is nothing to free. */
R2S_MUST_CHECK r2s_status r2s_run_curve_make(r2s_run_curve *out, const r2s_run *run,
                                             const r2s_monitor *monitor, r2s_error *err);
void r2s_run_curve_free(r2s_run_curve *curve);
/* curve.csv */
R2S_MUST_CHECK r2s_status r2s_run_curve_write(const r2s_run_curve *curve, const r2s_run *run, r2s_error *err);

#endif
