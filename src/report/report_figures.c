/* SPDX-License-Identifier: MIT
 * The stage "figures": what each figure shows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base_locale.h"
#include "base/base_memory.h"
#include "io/io_leftovers.h"
#include "rate2spike/report.h"
#include "report/report_figure.h"
#include "report/report_format.h"

#define DRAWN(name) "figures/" name ".png", "figures/" name ".svg", "figures/" name ".pdf"
#define DATA(name, part) "figures/" name "_" part ".dat"

const char *const r2s_figures_files[] = {
    DRAWN("fig1"),
    DRAWN("fig2"),
    DRAWN("fig3"),
    "figures/fig1.gp",
    "figures/fig2.gp",
    "figures/fig3.gp",
    DATA("fig1", "target"),
    DATA("fig1", "rate"),
    DATA("fig1", "lif"),
    DATA("fig1", "lif_unit"),
    DATA("fig1", "accuracy"),
    DATA("fig2", "target"),
    DATA("fig2", "raster"),
    DATA("fig2", "rates"),
    DATA("fig2", "dexp"),
    DATA("fig2", "alpha"),
    DATA("fig2", "accuracy"),
    DATA("fig3", "weights"),
    DATA("fig3", "spectrum"),
    DATA("fig3", "training"),
    DATA("fig3", "curve"),
    DATA("fig3", "tau"),
    R2S_DRAWN_FROM,
    NULL,
};

static r2s_status make_figure1(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_figure_targets(figure, err));
  R2S_TRY(st, r2s_figure_rate_traces(figure, "rate", err));
  r2s_figure_string(figure, "lif_title", r2s_fmt_sim(figure->folder, R2S_SIM_LIF, "LIF network").text,
                    "an asterisk: of other trials or settings than the configuration's");
  r2s_figure_string(figure, "unit_title",
                    r2s_fmt_sim(figure->folder, R2S_SIM_LIF_UNIT, "Dimensionless LIF network").text, NULL);
  R2S_TRY(st, r2s_figure_sim_traces(figure, "lif", R2S_SIM_LIF, err));
  R2S_TRY(st, r2s_figure_sim_traces(figure, "lif_unit", R2S_SIM_LIF_UNIT, err));
  R2S_TRY(st, r2s_figure_accuracy_of_scale(figure, err));
done:
  return st;
}

/* NEST's or the native engine's trials of a model, whichever can be shown; else those of another task. */
static r2s_sim_kind choose(const r2s_folder *folder, r2s_sim_kind nest, r2s_sim_kind native) {
  const int shown = r2s_figure_choose(folder, (const r2s_sim_kind[]){nest, native}, 2);
  if (shown >= 0) return (r2s_sim_kind)shown;
  return folder->sims[nest].of_others ? nest : native;
}

/* Traces of a model and what they are of: "NEST, 1/λ = 44". */
static r2s_status put_engine(r2s_figure *figure, const char *name, r2s_sim_kind kind, r2s_error *err) {
  char variable[32];
  snprintf(variable, sizeof variable, "%s_engine", name);
  r2s_figure_string(figure, variable,
                    r2s_fmt_sim(figure->folder, kind, r2s_fmt_engine(r2s_sim_engine(kind)).text).text, NULL);
  return r2s_figure_sim_traces(figure, name, kind, err);
}

static r2s_status make_figure2(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_folder *folder = figure->folder;
  R2S_TRY(st, r2s_figure_targets(figure, err));
  R2S_TRY(st, r2s_figure_spikes(figure, err));
  R2S_TRY(st, put_engine(figure, "dexp", choose(folder, R2S_SIM_DEXP_NEST, R2S_SIM_DEXP_NATIVE), err));
  R2S_TRY(st, put_engine(figure, "alpha", choose(folder, R2S_SIM_ALPHA_NEST, R2S_SIM_ALPHA_NATIVE), err));
  R2S_TRY(st, r2s_figure_stages(figure, err));
done:
  return st;
}

static r2s_status make_figure3(r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_figure_structure(figure, err));
  R2S_TRY(st, r2s_figure_training(figure, err));
  R2S_TRY(st, r2s_figure_curve(figure, err));
  R2S_TRY(st, r2s_figure_time_constants(figure, err));
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
  R2S_TRY(st, r2s_folder_load(folder, dir, monitor, err));
  for (int k = 0; k < R2S_FIGURES; k++) {
    r2s_figure_begin(&figures[k], names[k], folder);
    figures[k].make = make[k];
  }
  if (mkdir(figures[0].directory, 0777) != 0 && errno != EEXIST) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: %s", figures[0].directory, strerror(errno));
    goto done;
  }
  r2s_io_remove_leftovers(figures[0].directory);
  R2S_TRY(st, r2s_report_draw(figures, R2S_FIGURES, folder->config.threads, monitor, err));
  R2S_TRY(st, r2s_drawn_record(folder, err));
done:
  r2s_locale_restore(locale);
  for (int k = 0; k < R2S_FIGURES; k++) r2s_figure_free(&figures[k]);
  if (folder) r2s_folder_free(folder);
  free(folder);
  return st;
}
