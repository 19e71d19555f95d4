/* SPDX-License-Identifier: MIT
 * Figures and report of a run folder. They read its files (docs/formats.md) and nothing else, so they can be
 * remade at any time. */
#ifndef RATE2SPIKE_REPORT_H
#define RATE2SPIKE_REPORT_H

#include "status.h"

R2S_API_BEGIN

/* Of a task's outputs so many, from the first on, are shown where all would be too many: in figures, single
 * trials and the program's summary. */
enum { R2S_FIGURE_OUTPUTS = 4 };

/* Writes figures/fig{1,2,3}.{png,svg,pdf} with the gnuplot scripts and data that made them. Parts whose data
 * are not there (no NEST run, say) are left out, with the reason in the panel. R2S_ERR_EXTERNAL without
 * gnuplot (scripts and data are written all the same). */
R2S_MUST_CHECK r2s_status r2s_report_figures(const char *dir, const r2s_monitor *monitor, r2s_error *err);

/* Writes REPORT.md and the self-contained report.html. Nothing is written where the monitor says stop. */
R2S_MUST_CHECK r2s_status r2s_report_write(const char *dir, const r2s_monitor *monitor, r2s_error *err);

R2S_API_END
#endif
