/* SPDX-License-Identifier: MIT
 * MATLAB files: variables of v5 (own reader and writer) and v7.3 (HDF5), read whole and checked to the last
 * byte. matio is not used: it takes the first variables of a truncated file for all of them, and was not
 * written for hostile input. It judges this code in the tests. */
#ifndef R2S_IO_MAT_H
#define R2S_IO_MAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/base_error.h"

enum { R2S_MAT_RANK = 8 };

typedef struct r2s_mat_var {
  char name[64];
  char class_name[16]; /* MATLAB's: "double", "single", "logical", "char", "int64", "struct", ... */
  bool numeric;        /* real numbers, logical or char, full: values are there */
  int rank;            /* >= 2 where numeric */
  size_t shape[R2S_MAT_RANK];
  size_t count;   /* product of shape */
  double *values; /* [count] column-major, as MATLAB has them; exact but for integers above 2^53 */
} r2s_mat_var;

typedef struct r2s_mat {
  const char *path; /* for messages; borrowed */
  int n;
  r2s_mat_var *vars;
  size_t n_values; /* of all variables */
} r2s_mat;

/* What the first bytes of a file say. */
typedef enum r2s_mat_kind { R2S_MAT_NONE, R2S_MAT_V5, R2S_MAT_V73 } r2s_mat_kind;
r2s_mat_kind r2s_mat_kind_of(const void *bytes, size_t size);

/* bytes: the whole file. */
R2S_MUST_CHECK r2s_status r2s_mat_read(r2s_mat *out, const char *path, const void *bytes, size_t size,
                                       r2s_error *err);
void r2s_mat_free(r2s_mat *mat);

/* The readers of the two versions, for r2s_mat_read: they append to out. */
R2S_MUST_CHECK r2s_status r2s_mat5_read(r2s_mat *out, const uint8_t *bytes, size_t size, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_mat73_read(r2s_mat *out, const void *bytes, size_t size, r2s_error *err);
/* Space for one more variable, zeroed; it counts from then on. */
R2S_MUST_CHECK r2s_status r2s_mat_add(r2s_mat *mat, r2s_mat_var **var, r2s_error *err);

/* Room for the values of a variable whose name and shape are known. */
R2S_MUST_CHECK r2s_status r2s_mat_alloc_values(r2s_mat *mat, r2s_mat_var *var, r2s_error *err);

/* Values of one variable at most: a damaged size must not take the machine's memory. */
#define R2S_MAT_MAX_COUNT ((size_t)1 << 28)
/* Values of all variables together: a small compressed file may claim many variables of that size. The four
 * square matrices of the largest network that is trained are half of this. */
#define R2S_MAT_MAX_VALUES ((size_t)1 << 29)

const r2s_mat_var *r2s_mat_find(const r2s_mat *mat, const char *name); /* NULL: there is none */

/* A wanted matrix; an extent of 0 takes what is there, and gets it. vector: n x 1 and 1 x n are the same
 * (wanted as rows = n, columns = 1). */
typedef struct r2s_mat_shape {
  size_t rows, columns;
  bool vector;
} r2s_mat_shape;

/* Type, shape and finiteness of a variable; then its values row-major in *values (malloc'ed). */
R2S_MUST_CHECK r2s_status r2s_mat_matrix(const r2s_mat *mat, const char *name, r2s_mat_shape *shape,
                                         double **values, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_mat_number(const r2s_mat *mat, const char *name, double *value, r2s_error *err);
/* An integer in low..high. */
R2S_MUST_CHECK r2s_status r2s_mat_integer(const r2s_mat *mat, const char *name, int64_t low, int64_t high,
                                          int64_t *value, r2s_error *err);
/* Characters, without trailing blanks. */
R2S_MUST_CHECK r2s_status r2s_mat_text(const r2s_mat *mat, const char *name, char *text, size_t size,
                                       r2s_error *err);

/* ---- writing v5 ---- */

typedef enum r2s_mat_class {
  R2S_MAT_CHAR = 4,
  R2S_MAT_DOUBLE = 6,
  R2S_MAT_LOGICAL = 9,
  R2S_MAT_INT64 = 14
} r2s_mat_class;

/* A file in the making; any failure sticks and is told by r2s_mat_save. */
typedef struct r2s_mat_writer {
  uint8_t *bytes;
  size_t size, capacity;
  bool failed;
} r2s_mat_writer;

void r2s_mat_begin(r2s_mat_writer *writer);
/* values [product of shape] column-major; converted to the class. */
void r2s_mat_put(r2s_mat_writer *writer, const char *name, r2s_mat_class type, int rank, const size_t *shape,
                 const double *values);
/* values [rows x columns] row-major. */
void r2s_mat_put_matrix(r2s_mat_writer *writer, const char *name, size_t rows, size_t columns,
                        const double *values);
void r2s_mat_put_number(r2s_mat_writer *writer, const char *name, r2s_mat_class type, double value);
void r2s_mat_put_text(r2s_mat_writer *writer, const char *name, const char *text);
/* Writes the file (r2s_io_write_atomic) and frees the writer. */
R2S_MUST_CHECK r2s_status r2s_mat_save(r2s_mat_writer *writer, const char *path, r2s_error *err);

#endif
