/* SPDX-License-Identifier: MIT
 * Reads the CSV files of a run folder. */
#include "report/report_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_read_csv.h"
#include "io/io_text.h"

static int count_cells(const char *line) {
  int n = 1;
  for (; *line && *line != '\n'; line++) n += *line == ',';
  return n;
}

/* Cuts the line at its commas. */
static void cut_line(char *line, char **cells) {
  for (char *cell = line; cell; cells++) {
    *cells = cell;
    cell = strchr(cell, ',');
    if (cell) *cell++ = 0;
  }
}

/* Ends the line, which check_lines has seen whole, with a 0 and gives the next one; NULL: there is none. */
static char *end_line(char *line) {
  char *newline = strchr(line, '\n');
  if (newline > line && newline[-1] == '\r') newline[-1] = 0;
  *newline = 0;
  return newline[1] ? newline + 1 : NULL;
}

/* Lines with another number of cells than the first: told before there is room for them all, which of a
 * damaged file can be much more than the file. A file that is cut within its last cell has another number
 * there. */
static r2s_status check_lines(const char *text, const char *path, int n_columns, r2s_error *err) {
  int number = 1;
  for (const char *line = strchr(text, '\n'); line && line[1]; line = strchr(line, '\n')) {
    const int n = count_cells(++line);
    number++;
    if (n != n_columns)
      return r2s_fail(err, R2S_ERR_FORMAT, "%s:%d: %d cells; expected %d", path, number, n, n_columns);
    if (!strchr(line, '\n'))
      return r2s_fail(err, R2S_ERR_FORMAT,
                      "%s:%d: found the file's end; expected a line's end before it: it is cut", path,
                      number);
  }
  return R2S_OK;
}

/* The columns that hold words; all others have numbers, or nothing where there is no value. */
static bool has_words(const char *column) {
  return strcmp(column, "model") == 0 || strcmp(column, "set") == 0 || strcmp(column, "condition") == 0;
}

static const char *cell_at(const r2s_csv *csv, int row, int column) {
  return csv->cells[(size_t)row * (size_t)csv->n_columns + (size_t)column];
}

static r2s_status check_numbers(const r2s_csv *csv, const char *path, r2s_error *err) {
  double value;
  for (int column = 0; column < csv->n_columns; column++) {
    if (has_words(csv->names[column])) continue;
    for (int row = 0; row < csv->n_rows; row++) {
      const char *cell = cell_at(csv, row, column);
      if (*cell && !r2s_text_to_double(cell, &value))
        return r2s_fail(err, R2S_ERR_FORMAT,
                        "%s:%d: column %.60s: found \"%.60s\"; expected a decimal number, or nothing", path,
                        row + 2, csv->names[column], cell);
    }
  }
  return R2S_OK;
}

r2s_status r2s_csv_load(r2s_csv *out, const char *path, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n_lines = 0;
  *out = (r2s_csv){0};
  R2S_TRY(st, r2s_io_read_csv(path, &out->text, err));
  for (size_t k = 0; out->text[k]; k++) n_lines += out->text[k] == '\n';
  if (n_lines == 0) {
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: no complete line; expected a line of column names", path);
    goto done;
  }
  out->n_columns = count_cells(out->text);
  R2S_TRY(st, check_lines(out->text, path, out->n_columns, err));
  char *line = out->text, *next = end_line(line);
  R2S_ALLOC(st, &out->names, (size_t)out->n_columns, "column names", err);
  R2S_ALLOC(st, &out->cells, n_lines * (size_t)out->n_columns, "table", err);
  cut_line(line, out->names);
  while ((line = next)) {
    next = end_line(line);
    cut_line(line, out->cells + (size_t)out->n_rows++ * (size_t)out->n_columns);
  }
  st = check_numbers(out, path, err);
done:
  if (st != R2S_OK) r2s_csv_free(out);
  return st;
}

void r2s_csv_free(r2s_csv *csv) {
  free(csv->names);
  free(csv->cells);
  free(csv->text);
  *csv = (r2s_csv){0};
}

int r2s_csv_column(const r2s_csv *csv, const char *name) {
  for (int k = 0; k < csv->n_columns; k++)
    if (strcmp(csv->names[k], name) == 0) return k;
  return -1;
}

const char *r2s_csv_cell(const r2s_csv *csv, int row, const char *name) {
  const int column = r2s_csv_column(csv, name);
  return column < 0 ? "" : cell_at(csv, row, column);
}

double r2s_csv_number(const r2s_csv *csv, int row, const char *name) {
  double value;
  return r2s_text_to_double(r2s_csv_cell(csv, row, name), &value) ? value : NAN;
}

double r2s_csv_largest(const r2s_csv *csv, const char *name) {
  double value = 0;
  for (int row = 0; row < csv->n_rows; row++) value = fmax(value, r2s_csv_number(csv, row, name));
  return value;
}

bool r2s_csv_has_values(const r2s_csv *csv, const char *name) {
  for (int row = 0; row < csv->n_rows; row++)
    if (isfinite(r2s_csv_number(csv, row, name))) return true;
  return false;
}
