/* SPDX-License-Identifier: MIT
 * training.csv: one row an optimiser step, kept over a resume. */
#ifndef R2S_RUN_ROWS_H
#define R2S_RUN_ROWS_H

#include "rate2spike/rate.h"
#include "run/run_folder.h"

typedef struct r2s_run_rows {
  r2s_train_step *row;
  int n, capacity;
  r2s_text csv; /* the file, as far as row n_written; a later write adds what is new */
  int n_written;
} r2s_run_rows;

R2S_MUST_CHECK r2s_status r2s_run_rows_add(r2s_run_rows *rows, const r2s_train_step *row, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_run_rows_write(r2s_run_rows *rows, const r2s_run *run, r2s_error *err);
/* Rows up to last_step; none where there is no file. */
R2S_MUST_CHECK r2s_status r2s_run_rows_read(r2s_run_rows *rows, const r2s_run *run, int64_t last_step,
                                            r2s_error *err);
void r2s_run_rows_free(r2s_run_rows *rows);

#endif
