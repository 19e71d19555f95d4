/* SPDX-License-Identifier: MIT
 * training.csv. Numbers have 17 digits, so that a resumed run writes the same file as one that never stopped.
 */
#include "run/run_rows.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_read_csv.h"
#include "io/io_text.h"

static const char header[] =
    "step,loss,accuracy,running_accuracy,noise,learning_rate,grad_norm,edges,eval_accuracy,eval_loss\n";

r2s_status r2s_run_rows_add(r2s_run_rows *rows, const r2s_train_step *row, r2s_error *err) {
  if (rows->n == rows->capacity) {
    int capacity = rows->capacity ? 2 * rows->capacity : 1024;
    r2s_train_step *grown = realloc(rows->row, (size_t)capacity * sizeof *grown);
    if (!grown) return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for %d rows of training.csv", capacity);
    rows->row = grown;
    rows->capacity = capacity;
  }
  rows->row[rows->n++] = *row;
  return R2S_OK;
}

static void put(r2s_text *csv, double x, const char *end) {
  if (isfinite(x)) r2s_text_add(csv, "%.17g", x);
  r2s_text_add(csv, "%s", end);
}

static void put_row(r2s_text *csv, const r2s_train_step *r) {
  r2s_text_add(csv, "%d,", r->step);
  put(csv, r->loss, ",");
  put(csv, r->accuracy, ",");
  put(csv, r->running_accuracy, ",");
  put(csv, r->noise, ",");
  put(csv, r->learning_rate, ",");
  put(csv, r->grad_norm, ",");
  r2s_text_add(csv, "%d,", r->edges);
  put(csv, r->eval_accuracy, ",");
  put(csv, r->eval_loss, "\n");
}

/* Numbers are formatted once: a checkpoint comes every few seconds, and a training may have a million rows.
 */
r2s_status r2s_run_rows_write(r2s_run_rows *rows, const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  const r2s_locale locale = r2s_locale_c();
  if (rows->csv.size == 0) r2s_text_add(&rows->csv, "%s", header);
  for (; rows->n_written < rows->n; rows->n_written++) put_row(&rows->csv, &rows->row[rows->n_written]);
  r2s_locale_restore(locale);
  const r2s_status st = r2s_text_check(&rows->csv, err);
  if (st != R2S_OK) return st;
  return r2s_run_write(run, "training.csv", rows->csv.data, rows->csv.size, err);
}

enum { CELLS = 10, STEP = 0, EDGES = 7 };

static bool is_count(double x, double least) {
  return x >= least && x <= INT_MAX && x == floor(x);
}

/* Gives back the wrong column, or CELLS. An empty cell is NaN. */
static int parse_cells(const char *line, double cell[CELLS]) {
  for (int k = 0; k < CELLS; k++) {
    char text[64];
    const size_t length = strcspn(line, ",\n");
    cell[k] = NAN;
    snprintf(text, sizeof text, "%.*s", (int)length, line);
    if (length >= sizeof text || (length && !r2s_text_to_double(text, &cell[k]))) return k;
    line += length + 1;
  }
  return !is_count(cell[STEP], 1) ? STEP : !is_count(cell[EDGES], 0) ? EDGES : CELLS;
}

/* At most 60 characters of a line or cell. */
static int shown(const char *text, const char *ends) {
  const size_t length = strcspn(text, ends);
  return length < 60 ? (int)length : 60;
}

static const char *nth_cell(const char *line, int n) {
  for (; n > 0; n--) line = strchr(line, ',') + 1;
  return line;
}

/* path and number: the line's place, for messages. */
static r2s_status parse_row(const char *line, const char *path, int number, r2s_train_step *row,
                            r2s_error *err) {
  double cell[CELLS];
  int cells = 1;
  for (const char *c = line; *c && *c != '\n'; c++) cells += *c == ',';
  if (cells != CELLS || !strchr(line, '\n'))
    return r2s_fail(err, R2S_ERR_FORMAT, "%s:%d: found \"%.*s\"; expected 10 numbers and a line's end", path,
                    number, shown(line, "\n"), line);
  const int wrong = parse_cells(line, cell);
  if (wrong < CELLS) {
    const char *name = nth_cell(header, wrong), *found = nth_cell(line, wrong);
    return r2s_fail(err, R2S_ERR_FORMAT, "%s:%d: column %.*s: found \"%.*s\"; expected a decimal number, %s",
                    path, number, shown(name, ",\n"), name, shown(found, ",\n"), found,
                    wrong == STEP    ? "whole and from 1"
                    : wrong == EDGES ? "whole and from 0"
                                     : "or nothing");
  }
  *row = (r2s_train_step){(int)cell[STEP], cell[1], cell[2],          cell[3], cell[4],
                          cell[5],         cell[6], (int)cell[EDGES], cell[8], cell[9]};
  return R2S_OK;
}

r2s_status r2s_run_rows_read(r2s_run_rows *rows, const r2s_run *run, int64_t last_step, r2s_error *err) {
  *rows = (r2s_run_rows){0};
  if (!r2s_run_has_file(run, "training.csv")) return R2S_OK;
  char path[R2S_PATH_SIZE], *text = NULL;
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_run_path(run, "training.csv", path, err));
  R2S_TRY(st, r2s_io_read_csv(path, &text, err));
  if (strncmp(text, header, sizeof header - 1) != 0)
    R2S_TRY(st, r2s_fail(err, R2S_ERR_FORMAT, "%s:1: expected the header \"step,loss,...,eval_loss\"", path));
  const char *line = text + sizeof header - 1;
  for (int number = 2; *line; number++) {
    r2s_train_step row = {0};
    R2S_TRY(st, parse_row(line, path, number, &row, err));
    if (row.step <= last_step) R2S_TRY(st, r2s_run_rows_add(rows, &row, err));
    line = strchr(line, '\n') + 1;
  }
done:
  free(text);
  if (st != R2S_OK) r2s_run_rows_free(rows);
  return st;
}

void r2s_run_rows_free(r2s_run_rows *rows) {
  free(rows->row);
  r2s_text_free(&rows->csv);
  *rows = (r2s_run_rows){0};
}
