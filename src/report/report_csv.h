/* SPDX-License-Identifier: MIT
 * Reads the CSV files of a run folder: a line of column names, then plain cells without quotes. */
#ifndef R2S_REPORT_CSV_H
#define R2S_REPORT_CSV_H

#include "base/base_error.h"

typedef struct r2s_csv {
  int n_rows, n_columns;
  char **names; /* [n_columns] */
  char **cells; /* [n_rows x n_columns] */
  char *text;   /* what names and cells point into */
} r2s_csv;

/* Every row must have as many cells as the first line: words in columns model, set and condition, decimal
 * numbers or nothing in all others. */
R2S_MUST_CHECK r2s_status r2s_csv_load(r2s_csv *out, const char *path, r2s_error *err);
void r2s_csv_free(r2s_csv *csv);

/* Number of the column of that name; -1: there is none. */
int r2s_csv_column(const r2s_csv *csv, const char *name);
/* The cell of a row in the column of that name; "" where there is no such column. */
const char *r2s_csv_cell(const r2s_csv *csv, int row, const char *name);
/* NaN where the cell is empty or not a number */
double r2s_csv_number(const r2s_csv *csv, int row, const char *name);
/* The largest number of the column of that name; 0 where there is none. */
double r2s_csv_largest(const r2s_csv *csv, const char *name);
/* Whether it has a number. */
bool r2s_csv_has_values(const r2s_csv *csv, const char *name);

#endif
