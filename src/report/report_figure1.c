/* SPDX-License-Identifier: MIT
 * Figure 1C: accuracy over the scale. */
#include <math.h>
#include <string.h>

#include "report/report_figure.h"
#include "report/report_format.h"

/* What a block of rows holds. */
typedef struct block {
  bool found;     /* any row */
  double trials;  /* n of the last */
  bool intervals; /* whether that has one */
} block;

/* A row: scale, accuracy and interval in percent, n. */
static block put_block(r2s_text *data, const r2s_csv *csv, const char *model, const char *set) {
  block out = {.trials = NAN};
  r2s_text_add(data, "# model %s, set %s: scale, accuracy %%, ci95 low %%, high %%, n\n", model, set);
  for (int row = 0; row < csv->n_rows; row++) {
    if (strcmp(r2s_csv_cell(csv, row, "model"), model) != 0 ||
        strcmp(r2s_csv_cell(csv, row, "set"), set) != 0)
      continue;
    r2s_text_add(data, "%.6g %.6g %.6g %.6g %g\n", r2s_csv_number(csv, row, "scale"),
                 100 * r2s_csv_number(csv, row, "accuracy"), 100 * r2s_csv_number(csv, row, "ci_low"),
                 100 * r2s_csv_number(csv, row, "ci_high"), r2s_csv_number(csv, row, "n"));
    out = (block){true, r2s_csv_number(csv, row, "n"), isfinite(r2s_csv_number(csv, row, "ci_low"))};
  }
  if (!out.found) r2s_text_put(data, "nan nan nan nan nan\n"); /* keeps the number of the blocks behind it */
  r2s_text_put(data, "\n\n");
  return out;
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
  const bool other =
      r2s_fmt_other(figure->folder, model, r2s_folder_json(figure->folder, "%s", stage)).text[0];
  r2s_figure_string(figure, name, other ? " *" : "", NULL);
}

r2s_status r2s_figure_accuracy_of_scale(r2s_figure *figure, r2s_error *err) {
  const r2s_csv *csv = &figure->folder->conversion;
  r2s_text data = {0};
  const block lif = put_block(&data, csv, "lif", "search"),
              unit = put_block(&data, csv, "lif-unit", "search"),
              predicted = put_block(&data, csv, "lif", "held_out_predicted"),
              chosen = put_block(&data, csv, "lif", "held_out");
  r2s_figure_number(figure, "has_lif_scales", lif.found, NULL);
  r2s_figure_number(figure, "has_unit_scales", unit.found, NULL);
  r2s_figure_number(figure, "has_unit_intervals", unit.intervals, NULL);
  r2s_figure_number(figure, "has_held_out_predicted", predicted.found, NULL);
  r2s_figure_number(figure, "has_held_out", chosen.found, NULL);
  put_range(figure, "lif", "scale_low", "scale_high");
  put_range(figure, "lif-unit", "unit_scale_low", "unit_scale_high");
  r2s_figure_number(figure, "n_search", lif.trials, "trials at each scale");
  r2s_figure_number(figure, "n_unit_search", unit.trials, NULL);
  r2s_figure_number(figure, "n_held_out", chosen.trials, "fresh trials");
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
