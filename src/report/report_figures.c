/* SPDX-License-Identifier: MIT
 * The stage "figures": what each figure shows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base_locale.h"
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
  static const char *const names[R2S_FIGURES] = {"fig1", "fig2", "fig3"};
  r2s_status (*const make[R2S_FIGURES])(r2s_figure *, r2s_error *) = {make_figure1, make_figure2,
                                                                      make_figure3};
  r2s_status st = R2S_OK;
  const r2s_locale locale = r2s_locale_c();
  r2s_figure figures[R2S_FIGURES] = {0};
  r2s_folder *folder = NULL;
  R2S_ALLOC(st, &folder, 1, "run folder", err);
  R2S_TRY(st, r2s_folder_load(folder, dir, err));
  for (int k = 0; k < R2S_FIGURES; k++) {
    r2s_figure_begin(&figures[k], names[k], folder);
    figures[k].make = make[k];
  }
  if (mkdir(figures[0].directory, 0777) != 0 && errno != EEXIST) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: %s", figures[0].directory, strerror(errno));
    goto done;
  }
  R2S_TRY(st, r2s_report_draw(figures, R2S_FIGURES, folder->config.threads, monitor, err));
done:
  r2s_locale_restore(locale);
  for (int k = 0; k < R2S_FIGURES; k++) r2s_figure_free(&figures[k]);
  if (folder) r2s_folder_free(folder);
  free(folder);
  return st;
}
