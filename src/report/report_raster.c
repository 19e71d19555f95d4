/* SPDX-License-Identifier: MIT
 * The raster of figure 2A. Of very many spikes (SVG took 233 MB, and gnuplot 4.5 GB for the PDF, of 3000
 * units at 376 Hz) each moves to the middle of a cell, by a quarter of a mark's size at most, and neighbours
 * in a row of cells become one bar: as large as their marks, and in their place. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "report/report_figure.h"

/* Spikes of a figure that are drawn one by one: 10 MB of SVG. Cells of half a mark (the least one, SVG's) in
 * a panel of 2.775 x 1.3 inches (two conditions; those of more are narrower). */
enum { MOST_MARKS = 100000, COLUMNS = 528, ROWS = 248 };

/* A block of the raster: of one trial the units of one type, at positions from..end - 1 of n. */
typedef struct block {
  const r2s_spike_record *shown; /* NULL: none */
  const int *position;           /* [n] of each unit */
  int n, from, end;
} block;

static bool is_in(const block *b, const r2s_spike_event *event) {
  return b->position[event->unit] >= b->from && b->position[event->unit] < b->end;
}

static void put_spikes(const block *b, r2s_text *data) {
  r2s_text_put(data, "-1 -1\n");
  for (uint64_t s = 0; b->shown && s < b->shown->n_spikes; s++) {
    const r2s_spike_event *event = &b->shown->spikes[s];
    if (is_in(b, event))
      r2s_text_add(data, "%.6g %d\n", event->step * b->shown->spike_dt_ms, b->position[event->unit]);
  }
}

/* cells [ROWS x COLUMNS]: overwritten */
static void put_bars(const block *b, bool *cells, r2s_text *data) {
  r2s_text_put(data, "-1e9 -1e9 -1e9\n");
  if (!b->shown) return;
  const double column_ms = b->shown->duration_ms / COLUMNS, row_units = (double)b->n / ROWS;
  memset(cells, 0, (size_t)ROWS * COLUMNS * sizeof *cells);
  for (uint64_t s = 0; s < b->shown->n_spikes; s++) {
    const r2s_spike_event *event = &b->shown->spikes[s];
    const int column = (int)(event->step * b->shown->spike_dt_ms / column_ms),
              row = (int)((b->position[event->unit] + 0.5) / row_units);
    if (is_in(b, event)) cells[row * COLUMNS + (column < COLUMNS ? column : COLUMNS - 1)] = true;
  }
  for (int row = 0; row < ROWS; row++)
    for (int from = 0, to; from < COLUMNS; from = to + 1) {
      for (to = from; to < COLUMNS && cells[row * COLUMNS + to];) to++;
      if (to > from)
        r2s_text_add(data, "%.6g %.6g %.6g\n", (from + 0.5) * column_ms, (to - 0.5) * column_ms,
                     (row + 0.5) * row_units);
    }
}

/* The record of a condition that is shown; NULL: none. */
static const r2s_spike_record *shown_of(const r2s_sim *sim, int condition) {
  const int first = r2s_figure_first_trial(sim, condition);
  return first < sim->n_records ? &sim->records[first] : NULL;
}

static bool are_too_many(const r2s_figure *figure, const r2s_sim *sim) {
  uint64_t spikes = 0;
  for (int c = 0; c < figure->n_conditions; c++) {
    const r2s_spike_record *shown = shown_of(sim, c);
    spikes += shown ? shown->n_spikes : 0;
  }
  return spikes > MOST_MARKS;
}

r2s_status r2s_figure_raster(r2s_figure *figure, const r2s_sim *sim, const int *position, int n_exc,
                             r2s_text *data, r2s_error *err) {
  r2s_status st = R2S_OK;
  const bool dale = r2s_folder_dale(figure->folder), merged = are_too_many(figure, sim);
  const char *const blocks[2] = {dale ? "E" : "all units", dale ? "I" : "none"};
  bool *cells = NULL;
  const int n = sim->records[0].n;
  R2S_ALLOC(st, &cells, (size_t)ROWS * COLUMNS, "cells of the raster", err);
  r2s_figure_number(figure, "spikes_merged", merged, "into bars, as there are very many");
  r2s_text_add(data, "# spikes of one trial; for each condition a block of %s and one of %s\n", blocks[0],
               blocks[1]);
  if (merged)
    r2s_text_put(
        data, "# very many: those closer than half a mark are one bar; all are in the run's spike file\n"
              "# t_ms of the first, of the last, position (-1e9, outside the axes, is there so that a silent "
              "block keeps its place)\n");
  else
    r2s_text_put(
        data, "# t_ms position (-1 -1, outside the axes, is there so that a silent block keeps its place)\n");
  for (int c = 0; c < figure->n_conditions; c++)
    for (int inhibitory = 0; inhibitory < 2; inhibitory++) {
      const block b = {shown_of(sim, c), position, n, inhibitory ? n_exc : 0, inhibitory ? n : n_exc};
      r2s_text_add(data, "# %s, %s\n", r2s_folder_condition(figure->folder, c), blocks[inhibitory]);
      if (merged)
        put_bars(&b, cells, data);
      else
        put_spikes(&b, data);
      r2s_text_put(data, "\n\n");
    }
done:
  free(cells);
  return st;
}
