/* SPDX-License-Identifier: MIT
 * Figure 2: raster and population rates (NEST's where there are any), and the accuracy of each stage. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "report/report_figure.h"
#include "report/report_format.h"

static const double BIN_MS = 10;
/* The axis of the rates leaves out this long, at most a quarter of the trial: at the start most units fire at
 * once. */
static const double START_MS = 50;

/* Position of each unit in the raster: E first, then I. Gives the number of E units. */
static int sort_units(const r2s_model *model, int n, int *position) {
  int next = 0, n_exc = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < n; i++) {
      bool inhibitory = model->n == n && model->sign[i] < 0;
      if (inhibitory == (pass == 1)) position[i] = next++;
      n_exc += pass == 0 && !inhibitory;
    }
  return n_exc;
}

/* Silent trials behind them have their spikes, too, but would lower a mean. */
int r2s_figure_kept_trials(const r2s_sim *sim) {
  int kept = 0;
  while (kept < sim->n_records && sim->records[kept].spikes) kept++;
  return kept;
}

int r2s_figure_first_trial(const r2s_sim *sim, int condition) {
  int k = 0;
  while (k < sim->n_records && (sim->records[k].condition != condition || !sim->records[k].spikes)) k++;
  return k;
}

/* Population rates of E and I in bins, mean over the condition's trials of the first n_kept, or its first. */
static r2s_status put_rates(r2s_figure *figure, const r2s_sim *sim, const int *position, int n_exc,
                            r2s_text *data, double *largest, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *counts = NULL;
  const double duration_ms = sim->records[0].duration_ms;
  const double start_ms = fmin(START_MS, duration_ms / 4);
  const int n_kept = r2s_figure_kept_trials(sim);
  const int n = sim->records[0].n, n_bins = (int)ceil(duration_ms / BIN_MS - 1e-9);
  R2S_ALLOC(st, &counts, 2 * (size_t)n_bins, "population rates", err);
  r2s_text_add(data, "# population rates; one block a condition\n# t_ms (middle of the bin) %s trials\n",
               r2s_folder_dale(figure->folder) ? "E_hz I_hz" : "all_hz none_hz");
  for (int c = 0; c < figure->n_conditions; c++) {
    int n_trials = 0;
    memset(counts, 0, 2 * (size_t)n_bins * sizeof *counts);
    const int first = r2s_figure_first_trial(sim, c), end = first < n_kept ? n_kept : first + 1;
    for (int k = first; k < end && k < sim->n_records; k++) {
      const r2s_spike_record *r = &sim->records[k];
      if (r->condition != c) continue;
      n_trials++;
      for (uint64_t s = 0; s < r->n_spikes; s++) {
        /* step k, from 1, ends at k dt: it is of the bin that it lies in */
        int bin = (int)((r->spikes[s].step - 1) * r->spike_dt_ms / BIN_MS + 1e-9);
        if (bin < 0) bin = 0;
        if (bin >= n_bins) bin = n_bins - 1;
        counts[2 * bin + (position[r->spikes[s].unit] >= n_exc)]++;
      }
    }
    r2s_text_add(data, "# %s\n", r2s_folder_condition(figure->folder, c));
    for (int bin = 0; bin < n_bins; bin++) {
      const double from_ms = bin * BIN_MS, wide_ms = fmin(BIN_MS, duration_ms - from_ms); /* the last one */
      const double e = (double)n_trials * n_exc * wide_ms * 1e-3,
                   i = (double)n_trials * (n - n_exc) * wide_ms * 1e-3;
      const double e_hz = e > 0 ? counts[2 * bin] / e : NAN, i_hz = i > 0 ? counts[2 * bin + 1] / i : NAN;
      r2s_text_add(data, "%.6g %.5g %.5g %d\n", from_ms + 0.5 * wide_ms, e_hz, i_hz, n_trials);
      if (from_ms + 0.5 * wide_ms > start_ms) *largest = fmax(*largest, fmax(e_hz, i_hz));
    }
    r2s_text_put(data, "\n\n");
  }
done:
  free(counts);
  return st;
}

/* 0: at the certificate's scale, or a model without one; 1: at another; 2: other trials or settings. */
static int distance(const r2s_folder *folder, r2s_sim_kind kind) {
  const double scale = folder->sims[kind].info.scale,
               certified = r2s_folder_number(folder, "certificate/scale");
  if (r2s_fmt_other_sim(folder, kind).text[0]) return 2;
  return fabs(scale - certified) > 1e-9 * certified;
}

int r2s_figure_choose(const r2s_folder *folder, const r2s_sim_kind *kinds, size_t n) {
  for (int most = 0; most <= 2; most++)
    for (size_t k = 0; k < n; k++)
      if (folder->sims[kinds[k]].n_records > 0 && distance(folder, kinds[k]) <= most) return (int)kinds[k];
  return -1;
}

int r2s_figure_raster_kind(const r2s_folder *folder) {
  static const r2s_sim_kind order[] = {R2S_SIM_DEXP_NEST, R2S_SIM_ALPHA_NEST, R2S_SIM_DEXP_NATIVE,
                                       R2S_SIM_ALPHA_NATIVE, R2S_SIM_LIF};
  static const r2s_sim_kind dexps[] = {R2S_SIM_DEXP_NEST, R2S_SIM_DEXP_NATIVE};
  if (folder->sims[R2S_SIM_DEXP_NEST].n_records > 0) return r2s_figure_choose(folder, dexps, 2);
  return r2s_figure_choose(folder, order, sizeof order / sizeof *order);
}

/* Which conditions have a trial, and in which of them it has no spikes. */
static void put_presence(r2s_figure *figure, const r2s_sim *sim) {
  double has_trial[R2S_FIGURE_CONDITIONS], is_silent[R2S_FIGURE_CONDITIONS];
  for (int c = 0; c < figure->n_conditions; c++) {
    const int k = r2s_figure_first_trial(sim, c);
    has_trial[c] = k < sim->n_records;
    is_silent[c] = k < sim->n_records && sim->records[k].n_spikes == 0;
  }
  r2s_figure_array(figure, "has_trial", has_trial, figure->n_conditions, NULL);
  r2s_figure_array(figure, "is_silent", is_silent, figure->n_conditions, NULL);
}

r2s_status r2s_figure_spikes(r2s_figure *figure, r2s_error *err) {
  const r2s_folder *folder = figure->folder;
  r2s_status st = R2S_OK;
  r2s_text raster = {0}, rates = {0};
  double largest = 0;
  int *position = NULL;
  const int shown = r2s_figure_raster_kind(folder);
  r2s_figure_number(figure, "has_spikes", shown >= 0, NULL);
  if (shown < 0) {
    bool of_others = false;
    for (int kind = 0; kind < R2S_SIM_COUNT; kind++) of_others |= folder->sims[kind].of_others;
    r2s_figure_string(figure, "no_spikes", r2s_figure_no_trials(of_others), NULL);
    return R2S_OK;
  }
  const r2s_sim *sim = &folder->sims[shown];
  const int n = sim->records[0].n;
  R2S_ALLOC(st, &position, (size_t)n, "order of units", err);
  const int n_exc = sort_units(&folder->model, n, position);
  r2s_figure_string(figure, "spikes_of",
                    r2s_fmt_sim(folder, (r2s_sim_kind)shown, r2s_sim_label((r2s_sim_kind)shown)).text,
                    "model and engine of the raster");
  r2s_figure_number(figure, "spikes_in_nest", strcmp(r2s_sim_engine((r2s_sim_kind)shown), "nest") == 0, NULL);
  r2s_figure_number(figure, "n_units", n, NULL);
  r2s_figure_number(figure, "unit_tick", ceil(r2s_figure_axis(n / 6.0)), NULL);
  r2s_figure_number(figure, "n_exc", n_exc, NULL);
  r2s_figure_number(figure, "has_types", r2s_folder_dale(folder), "Dale's law: E and I units");
  put_presence(figure, sim);
  R2S_TRY(st, r2s_figure_raster(figure, sim, position, n_exc, &raster, err));
  R2S_TRY(st, put_rates(figure, sim, position, n_exc, &rates, &largest, err));
  r2s_figure_number(figure, "rate_top", r2s_figure_axis(1.1 * largest), "end of the rates' axis, Hz");
  R2S_TRY(st, r2s_figure_data(figure, "raster", &raster, err));
  R2S_TRY(st, r2s_figure_data(figure, "rates", &rates, err));
done:
  free(position);
  r2s_text_free(&raster);
  r2s_text_free(&rates);
  return st;
}

/* The bars of 2C, from the top: label, accuracy, model, and what tells its trials and settings (NULL: the
 * same). */
static const struct {
  const char *label, *path, *model, *made;
} bars[] = {
    {"rate network", "stages/train", NULL, NULL},
    {"LIF at κ", "stages/convert/held_out_predicted", "lif", "stages/convert"},
    {"LIF, best scale", "stages/convert/held_out", "lif", "stages/convert"},
    {"LIF, native", "stages/sim-native/models/lif", "lif", NULL},
    {"dimensionless LIF, λ = 1", "stages/lif-unit", "lif-unit", NULL},
    {"psc-dexp, native", "stages/sim-native/models/psc-dexp", "psc-dexp", NULL},
    {"psc-dexp, NEST", "stages/sim-nest/models/psc-dexp", "psc-dexp", NULL},
    {"psc-alpha, native", "stages/sim-native/models/psc-alpha", "psc-alpha", NULL},
    {"psc-alpha, NEST", "stages/sim-nest/models/psc-alpha", "psc-alpha", NULL},
    {"matched alpha, native", "stages/sim-native/models/psc-alpha-matched", "psc-alpha-matched", NULL},
    {"matched alpha, NEST", "stages/sim-nest/models/psc-alpha-matched", "psc-alpha-matched", NULL},
};
enum { BEST_SCALE = 2, N_BARS = sizeof bars / sizeof *bars };

/* What has a bar's accuracy: of the rate network the certificate, where there is one, on its trials. */
static const json_t *bar_of(const r2s_folder *folder, int k) {
  const json_t *certified = k == 0 ? r2s_folder_json(folder, "certificate/rate") : NULL;
  return certified ? certified : r2s_folder_json(folder, "%s", bars[k].path);
}

/* Whether a bar is of other trials or settings than the configuration's. */
static bool is_other(const r2s_folder *folder, int k) {
  const json_t *made = bars[k].made ? r2s_folder_json(folder, "%s", bars[k].made) : bar_of(folder, k);
  return r2s_fmt_other(folder, bars[k].model, made).text[0] != 0;
}

/* The scale of a simulation's bar; NaN: none, or told by its name. */
static double bar_scale(const r2s_folder *folder, int k) {
  if (strncmp(bars[k].path, "stages/sim-", 11) != 0) return NAN;
  return r2s_folder_member(r2s_folder_json(folder, "%s", bars[k].path), "scale");
}

/* Whether a simulation is at another scale than the certificate's, or than another where there is none. */
static bool scales_differ(const r2s_folder *folder) {
  double usual = r2s_folder_number(folder, "certificate/scale");
  for (int k = 0; k < N_BARS; k++) {
    const double scale = bar_scale(folder, k);
    if (isnan(usual)) usual = scale;
    if (fabs(scale - usual) > 1e-9 * usual) return true;
  }
  return false;
}

/* A bar's name, with its scale where these differ, and an asterisk for other trials. */
static r2s_short bar_label(const r2s_folder *folder, int k) {
  r2s_short out;
  const double scale = bar_scale(folder, k);
  const bool no_best = k == BEST_SCALE && r2s_folder_scales_alike(folder);
  int used = snprintf(out.text, sizeof out.text, "%s", no_best ? "LIF, middle scale" : bars[k].label);
  if (isfinite(scale) && scales_differ(folder))
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, " at %.4g", scale);
  if (is_other(folder, k)) snprintf(out.text + used, sizeof out.text - (size_t)used, " *");
  return out;
}

/* The n of most bars, the largest of them: bars of any other n are hatched. Those of trials that would only
 * repeat do not count where there are others. */
static int usual_n(const r2s_json_accuracy *a) {
  int n = 0, most = 0;
  bool random = false;
  for (int k = 0; k < N_BARS; k++) random |= a[k].n > 0 && isfinite(a[k].low);
  for (int k = 0; k < N_BARS; k++) {
    int equal = 0;
    for (int m = 0; m < N_BARS; m++) equal += a[m].n == a[k].n;
    if (a[k].n == 0 || (random && !isfinite(a[k].low)) || equal < most || (equal == most && a[k].n < n))
      continue;
    n = a[k].n;
    most = equal;
  }
  return n;
}

r2s_status r2s_figure_stages(r2s_figure *figure, r2s_error *err) {
  r2s_json_accuracy a[N_BARS];
  r2s_text data = {0};
  int rows = 0, hatched = 0;
  for (int k = 0; k < N_BARS; k++) a[k] = r2s_folder_accuracy(bar_of(figure->folder, k));
  const int usual = usual_n(a);
  r2s_text_put(&data, "# row label accuracy_% ci95_low_% ci95_high_% n hatched text\n");
  for (int k = 0; k < N_BARS; k++)
    if (a[k].n > 0) {
      hatched += a[k].n != usual && a[k].accuracy > 0; /* a bar without length shows nothing */
      r2s_text_add(&data, "%d \"%s\" %.6g %.6g %.6g %d %d \"%s\"\n", ++rows,
                   bar_label(figure->folder, k).text, 100 * a[k].accuracy, 100 * a[k].low, 100 * a[k].high,
                   a[k].n, a[k].n != usual, r2s_fmt_accuracy(a[k]).text);
    }
  r2s_figure_number(figure, "has_bars", rows > 0, NULL);
  r2s_figure_number(figure, "n_bars", rows, NULL);
  r2s_figure_number(figure, "n_hatched", hatched, NULL);
  r2s_figure_number(figure, "usual_n", usual, "bars of any other n are hatched");
  r2s_figure_number(figure, "has_paper", r2s_folder_go_nogo(figure->folder),
                    "Kim, Li, Sejnowski 2019, figure 7: 98.8 ± 4.7 %, mean ± sd of 100 Go-NoGo networks");
  r2s_status st = rows ? r2s_figure_data(figure, "accuracy", &data, err) : R2S_OK;
  r2s_text_free(&data);
  return st;
}
