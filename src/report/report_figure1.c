/* SPDX-License-Identifier: MIT
 * Figure 1C: accuracy over the scale. */
#include <math.h>
#include <string.h>

#include "report/report_figure.h"
#include "report/report_format.h"

/* A block of rows: scale, accuracy and interval in percent, n. Gives the number of rows; trials: n of the
 * last; intervals: whether it has one. */
static int put_block(r2s_text *data, const r2s_csv *csv, const char *model, const char *set, double *trials,
                     bool *intervals) {
  int n = 0;
  *trials = NAN;
  *intervals = false;
  r2s_text_add(data, "# model %s, set %s: scale, accuracy %%, ci95 low %%, high %%, n\n", model, set);
  for (int row = 0; row < csv->n_rows; row++) {
    if (strcmp(r2s_csv_cell(csv, row, "model"), model) != 0 ||
        strcmp(r2s_csv_cell(csv, row, "set"), set) != 0)
      continue;
    r2s_text_add(data, "%.6g %.6g %.6g %.6g %g\n", r2s_csv_number(csv, row, "scale"),
                 100 * r2s_csv_number(csv, row, "accuracy"), 100 * r2s_csv_number(csv, row, "ci_low"),
                 100 * r2s_csv_number(csv, row, "ci_high"), r2s_csv_number(csv, row, "n"));
    *trials = r2s_csv_number(csv, row, "n");
    *intervals = isfinite(r2s_csv_number(csv, row, "ci_low"));
    n++;
  }
  if (n == 0) r2s_text_put(data, "nan nan nan nan nan\n"); /* keeps the number of the blocks behind it */
  r2s_text_put(data, "\n\n");
  return n;
}

/* The axis of a model's scales: its grid and a twentieth more on each side. */
static void put_range(r2s_figure *figure, const char *model, const char *low_name, const char *high_name) {
  const r2s_csv *csv = &figure->folder->conversion;
  double low = INFINITY, high = -INFINITY;
  for (int row = 0; row < csv->n_rows; row++) {
    if (strcmp(r2s_csv_cell(csv, row, "model"), model) != 0) continue;
    low = fmin(low, r2s_csv_number(csv, row, "scale"));
    high = fmax(high, r2s_csv_number(csv, row, "scale"));
  }
  const double margin = high > low ? 0.05 * (high - low) : 1;
  r2s_figure_number(figure, low_name, low - margin, NULL);
  r2s_figure_number(figure, high_name, high + margin, NULL);
}

/* An asterisk behind the title of a stage's panel where that is of other trials or settings. */
static void put_mark(r2s_figure *figure, const char *name, const char *model, const char *stage) {
  const bool other = r2s_fmt_other(figure->folder, model, r2s_folder_json(figure->folder, stage)).text[0];
  r2s_figure_string(figure, name, other ? " *" : "", NULL);
}

r2s_status r2s_figure_accuracy_of_scale(r2s_figure *figure, r2s_error *err) {
  const r2s_csv *csv = &figure->folder->conversion;
  r2s_text data = {0};
  double trials[4];
  bool intervals[4];
  int n_lif = put_block(&data, csv, "lif", "search", &trials[0], &intervals[0]);
  int n_unit = put_block(&data, csv, "lif-unit", "search", &trials[1], &intervals[1]);
  int n_predicted = put_block(&data, csv, "lif", "held_out_predicted", &trials[2], &intervals[2]);
  int n_chosen = put_block(&data, csv, "lif", "held_out", &trials[3], &intervals[3]);
  r2s_figure_number(figure, "has_lif_scales", n_lif > 0, NULL);
  r2s_figure_number(figure, "has_unit_scales", n_unit > 0, NULL);
  r2s_figure_number(figure, "has_unit_intervals", n_unit > 0 && intervals[1], NULL);
  r2s_figure_number(figure, "has_held_out_predicted", n_predicted > 0, NULL);
  r2s_figure_number(figure, "has_held_out", n_chosen > 0, NULL);
  put_range(figure, "lif", "scale_low", "scale_high");
  put_range(figure, "lif-unit", "unit_scale_low", "unit_scale_high");
  r2s_figure_number(figure, "n_search", trials[0], "trials at each scale");
  r2s_figure_number(figure, "n_unit_search", trials[1], NULL);
  r2s_figure_number(figure, "n_held_out", trials[3], "fresh trials");
  r2s_figure_number(figure, "predicted", r2s_folder_number(figure->folder, "stages/convert/predicted"),
                    "kappa, the scale that needs no search");
  r2s_figure_number(figure, "chosen", r2s_folder_number(figure->folder, "stages/convert/chosen"),
                    "by the search");
  r2s_figure_string(figure, "chosen_as", r2s_folder_scales_alike(figure->folder) ? "its middle" : "its best",
                    NULL);
  put_mark(figure, "lif_search_mark", "lif", "stages/convert");
  put_mark(figure, "unit_search_mark", "lif-unit", "stages/lif-unit");
  r2s_status st = r2s_figure_data(figure, "accuracy", &data, err);
  r2s_text_free(&data);
  return st;
}
