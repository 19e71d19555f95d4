/* SPDX-License-Identifier: MIT
 * training.csv. Numbers have 17 digits, so that a resumed run writes the same file as one that never stopped.
 */
#include "run/run_rows.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static void put(FILE *stream, double x, const char *end) {
  if (isfinite(x)) fprintf(stream, "%.17g", x);
  fputs(end, stream);
}

r2s_status r2s_run_rows_write(const r2s_run_rows *rows, const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_run_text text;
  r2s_status st = r2s_run_text_open(&text, err);
  if (st != R2S_OK) return st;
  fputs(header, text.stream);
  for (int k = 0; k < rows->n; k++) {
    const r2s_train_step *r = &rows->row[k];
    fprintf(text.stream, "%d,", r->step);
    put(text.stream, r->loss, ",");
    put(text.stream, r->accuracy, ",");
    put(text.stream, r->running_accuracy, ",");
    put(text.stream, r->noise, ",");
    put(text.stream, r->learning_rate, ",");
    put(text.stream, r->grad_norm, ",");
    fprintf(text.stream, "%d,", r->edges);
    put(text.stream, r->eval_accuracy, ",");
    put(text.stream, r->eval_loss, "\n");
  }
  st = r2s_run_text_write(&text, run, "training.csv", err);
  r2s_run_text_free(&text);
  return st;
}

/* One line; false where it is not a row. An empty field is NaN. */
static bool parse_row(const char *line, r2s_train_step *row) {
  double field[10];
  const char *at = line;
  for (int k = 0; k < 10; k++) {
    char *end = NULL;
    bool empty = *at == ',' || *at == '\n' || *at == 0;
    field[k] = empty ? NAN : strtod(at, &end);
    if (!empty) {
      if (end == at) return false;
      at = end;
    }
    if (*at != (k < 9 ? ',' : '\n')) return false;
    at++;
  }
  if (!(field[0] >= 1 && field[0] <= INT_MAX) || !(field[7] >= 0 && field[7] <= INT_MAX)) return false;
  *row = (r2s_train_step){(int)field[0], field[1], field[2],      field[3], field[4],
                          field[5],      field[6], (int)field[7], field[8], field[9]};
  return true;
}

r2s_status r2s_run_rows_read(r2s_run_rows *rows, const r2s_run *run, int last_step, r2s_error *err) {
  *rows = (r2s_run_rows){0};
  if (!r2s_run_has_file(run, "training.csv")) return R2S_OK;
  char path[R2S_PATH_SIZE], *text = NULL;
  size_t size = 0;
  r2s_status st = R2S_OK;
  const r2s_locale locale = r2s_locale_c();
  R2S_TRY(st, r2s_run_path(run, "training.csv", path, err));
  R2S_TRY(st, r2s_io_read_all(path, &text, &size, err));
  if (strncmp(text, header, sizeof header - 1) != 0)
    R2S_TRY(st, r2s_fail(err, R2S_ERR_FORMAT, "%s:1: expected the header \"step,loss,...,eval_loss\"", path));
  const char *line = text + sizeof header - 1;
  for (int number = 2; *line; number++) {
    r2s_train_step row = {0};
    const char *next = strchr(line, '\n');
    if (!next || !parse_row(line, &row))
      R2S_TRY(st, r2s_fail(err, R2S_ERR_FORMAT, "%s:%d: found \"%.60s\"; expected 10 numbers", path, number,
                           line));
    if (row.step <= last_step) R2S_TRY(st, r2s_run_rows_add(rows, &row, err));
    line = next + 1;
  }
done:
  r2s_locale_restore(locale);
  free(text);
  if (st != R2S_OK) r2s_run_rows_free(rows);
  return st;
}

void r2s_run_rows_free(r2s_run_rows *rows) {
  free(rows->row);
  *rows = (r2s_run_rows){0};
}
