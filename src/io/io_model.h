/* SPDX-License-Identifier: MIT
 * What the two model formats and the inspection share. */
#ifndef R2S_IO_MODEL_H
#define R2S_IO_MODEL_H

#include "base/base_error.h"
#include "io/io_mat.h"
#include "rate2spike/io.h"

/* Findings of an inspection as they are made. */
typedef struct r2s_findings {
  int n;
  r2s_finding *list;
  bool no_memory; /* an allocation failed: findings are missing, or tell of that instead of the file */
} r2s_findings;

/* findings may be NULL. */
void r2s_findings_add(r2s_findings *findings, bool is_error, const char *variable, const char *fmt, ...)
    R2S_PRINTF(4, 5);

/* A load that goes on after a damaged variable, so that an inspection can name them all. */
typedef struct r2s_model_reader {
  const char *path;
  r2s_findings *findings; /* NULL: none wanted */
  r2s_error *err;         /* the first failure */
  r2s_status st;          /* its status */
} r2s_model_reader;

/* Notes a failure of a variable. */
void r2s_model_reader_note(r2s_model_reader *reader, const char *variable, r2s_status st,
                           const r2s_error *failure);
/* Notes it where `call`, which may fill `failure`, fails. */
#define R2S_MODEL_NOTE(reader, variable, call)                                                               \
  do {                                                                                                       \
    r2s_error failure_, *const failure = &failure_;                                                          \
    const r2s_status st_ = (call);                                                                           \
    if (st_ != R2S_OK) r2s_model_reader_note((reader), (variable), st_, failure);                            \
  } while (0)

/* On failure *out is zeroed. bytes: the whole file. */
R2S_MUST_CHECK r2s_status r2s_model_read_h5(r2s_model *out, const void *bytes, size_t size,
                                            r2s_model_reader *reader);
R2S_MUST_CHECK r2s_status r2s_model_read_mat(r2s_model *out, const r2s_mat *mat, r2s_model_reader *reader);

/* r2s_model_check of what a file has or gets: `code`, or R2S_ERR_NUMERIC. */
R2S_MUST_CHECK r2s_status r2s_model_check_file(const r2s_model *model, r2s_status code, const char *path,
                                               r2s_error *err);

/* The activation of that name. */
R2S_MUST_CHECK r2s_status r2s_model_parse_activation(const char *name, const char *path, r2s_activation *out,
                                                     r2s_error *err);

/* Which format the file's first bytes show. */
typedef enum r2s_model_format { R2S_MODEL_UNKNOWN, R2S_MODEL_H5, R2S_MODEL_MAT } r2s_model_format;
r2s_model_format r2s_model_format_of(const void *bytes, size_t size);
/* The failure for a file of unknown format. */
r2s_status r2s_model_fail_format(const char *path, const void *bytes, size_t size, r2s_error *err);

#endif
