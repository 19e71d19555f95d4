/* SPDX-License-Identifier: MIT
 * The stage "figures": all data and scripts first, so that they are there even without gnuplot; then the
 * drawing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base_memory.h"
#include "rate2spike/report.h"
#include "report/report_figure.h"

static r2s_status make_figure1(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_figure_targets(figure, err));
  R2S_TRY(st, r2s_figure_rate_traces(figure, "rate", err));
  R2S_TRY(st, r2s_figure_sim_traces(figure, "lif", R2S_SIM_LIF, err));
  R2S_TRY(st, r2s_figure_sim_traces(figure, "lif_unit", R2S_SIM_LIF_UNIT, err));
  R2S_TRY(st, r2s_figure_accuracy_of_scale(figure, err));
done:
  return st;
}

static r2s_status make_figure2(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_sim *sims = figure->folder->sims;
  bool dexp = sims[R2S_SIM_DEXP_NEST].n_records > 0, alpha = sims[R2S_SIM_ALPHA_NEST].n_records > 0;
  R2S_TRY(st, r2s_figure_targets(figure, err));
  R2S_TRY(st, r2s_figure_spikes(figure, err));
  R2S_TRY(st, r2s_figure_sim_traces(figure, "dexp", dexp ? R2S_SIM_DEXP_NEST : R2S_SIM_DEXP_NATIVE, err));
  R2S_TRY(st, r2s_figure_sim_traces(figure, "alpha", alpha ? R2S_SIM_ALPHA_NEST : R2S_SIM_ALPHA_NATIVE, err));
  r2s_figure_string(figure, "dexp_engine", dexp ? "NEST" : "native, no NEST run", NULL);
  r2s_figure_string(figure, "alpha_engine", alpha ? "NEST" : "native, no NEST run", NULL);
  R2S_TRY(st, r2s_figure_stages(figure, err));
done:
  return st;
}

static r2s_status make_figure3(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_figure_structure(figure, err));
  R2S_TRY(st, r2s_figure_training(figure, err));
  R2S_TRY(st, r2s_figure_curve(figure, err));
done:
  return st;
}

r2s_status r2s_report_figures(const char *dir, const r2s_monitor *monitor, r2s_error *err) {
  static const char *const names[] = {"fig1", "fig2", "fig3"};
  r2s_status (*const make[])(r2s_figure *, r2s_error *) = {make_figure1, make_figure2, make_figure3};
  enum { N = sizeof names / sizeof *names };
  r2s_status st = R2S_OK;
  r2s_figure figures[N] = {0};
  r2s_folder *folder = NULL;
  R2S_ALLOC(st, &folder, 1, "run folder", err);
  R2S_TRY(st, r2s_folder_load(folder, dir, err));
  for (int k = 0; k < N; k++) r2s_figure_begin(&figures[k], names[k], folder);
  if (mkdir(figures[0].directory, 0777) != 0 && errno != EEXIST) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: %s", figures[0].directory, strerror(errno));
    goto done;
  }
  for (int k = 0; k < N; k++) {
    R2S_TRY(st, make[k](&figures[k], err));
    R2S_TRY(st, r2s_figure_script(&figures[k], err));
  }
  for (int k = 0; k < N; k++) {
    r2s_monitor_progress(monitor, "figures", k, N, names[k]);
    R2S_TRY(st, r2s_figure_draw(&figures[k], monitor, err));
  }
  r2s_monitor_progress(monitor, "figures", N, N, "");
done:
  for (int k = 0; k < N; k++) r2s_figure_free(&figures[k]);
  if (folder) r2s_folder_free(folder);
  free(folder);
  return st;
}
