/* SPDX-License-Identifier: MIT
 * Variables of a MATLAB file, whichever the version: finding, checking, converting. */
#include "io/io_mat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_h5.h"

static const uint8_t hdf5_signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

r2s_mat_kind r2s_mat_kind_of(const void *bytes, size_t size) {
  const uint8_t *b = bytes;
  if (size >= 520 && memcmp(b + 512, hdf5_signature, sizeof hdf5_signature) == 0) return R2S_MAT_V73;
  /* version 0x0100 and the byte order mark */
  if (size >= 128 && b[124] == 0 && b[125] == 1 && b[126] == 'I' && b[127] == 'M') return R2S_MAT_V5;
  return R2S_MAT_NONE;
}

r2s_status r2s_mat_read(r2s_mat *out, const char *path, const void *bytes, size_t size, r2s_error *err) {
  r2s_status st = R2S_ERR_FORMAT;
  *out = (r2s_mat){.path = path};
  switch (r2s_mat_kind_of(bytes, size)) {
  case R2S_MAT_V5:
    st = r2s_mat5_read(out, bytes, size, err);
    break;
  case R2S_MAT_V73:
    st = r2s_mat73_read(out, bytes, size, err);
    break;
  case R2S_MAT_NONE:
    st = r2s_fail(
        err, R2S_ERR_FORMAT,
        "%s: not a MATLAB file (v5 or v7.3, little-endian; MATLAB and Octave write one by save -v7), "
        "or its start is damaged",
        path);
    break;
  }
  if (st == R2S_OK && out->n == 0)
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: a MATLAB file without variables", path);
  if (st == R2S_OK && out->n == 1 && strcmp(out->vars->class_name, "struct") == 0)
    st = r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: found a struct, %s, alone; expected its members as variables (save -struct)", path,
                  out->vars->name);
  if (st != R2S_OK) r2s_mat_free(out);
  return st;
}

void r2s_mat_free(r2s_mat *mat) {
  for (int k = 0; k < mat->n; k++) free(mat->vars[k].values);
  free(mat->vars);
  *mat = (r2s_mat){0};
}

r2s_status r2s_mat_add(r2s_mat *mat, r2s_mat_var **var, r2s_error *err) {
  enum { MOST = 4096 };
  if (mat->n >= MOST) return r2s_fail(err, R2S_ERR_FORMAT, "%s: more than %d variables", mat->path, MOST);
  r2s_mat_var *vars = realloc(mat->vars, (size_t)(mat->n + 1) * sizeof *vars);
  if (!vars) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for a variable", mat->path);
  mat->vars = vars;
  *var = &vars[mat->n++];
  **var = (r2s_mat_var){0};
  return R2S_OK;
}

r2s_status r2s_mat_alloc_values(r2s_mat *mat, r2s_mat_var *var, r2s_error *err) {
  if (var->count > R2S_MAT_MAX_VALUES - mat->n_values)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: variable %s: found %zu values beside %zu of the variables before it; expected at "
                    "most %zu in a file",
                    mat->path, var->name, var->count, mat->n_values, R2S_MAT_MAX_VALUES);
  const r2s_status st = r2s_alloc(&var->values, var->count, sizeof *var->values, var->name, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "%s", mat->path);
  mat->n_values += var->count;
  return R2S_OK;
}

const r2s_mat_var *r2s_mat_find(const r2s_mat *mat, const char *name) {
  for (int k = 0; k < mat->n; k++)
    if (strcmp(mat->vars[k].name, name) == 0) return &mat->vars[k];
  return NULL;
}

/* "3 x 200", for messages. */
static const char *shape_text(const r2s_mat_var *var, char *text, size_t size) {
  size_t used = 0;
  text[0] = 0;
  for (int k = 0; k < var->rank && used < size; k++)
    used += (size_t)snprintf(text + used, size - used, "%s%zu", k ? " x " : "", var->shape[k]);
  return text;
}

static r2s_status require(const r2s_mat *mat, const char *name, const char *expected, const r2s_mat_var **var,
                          r2s_error *err) {
  *var = r2s_mat_find(mat, name);
  if (!*var) return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s is missing", mat->path, name);
  if (!(*var)->numeric)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: found class %s; expected %s", mat->path, name,
                    (*var)->class_name, expected);
  return R2S_OK;
}

static void extent_text(size_t extent, char text[24]) {
  if (extent)
    snprintf(text, 24, "%zu", extent);
  else
    snprintf(text, 24, "any");
}

r2s_status r2s_mat_matrix(const r2s_mat *mat, const char *name, r2s_mat_shape *shape, double **values,
                          r2s_error *err) {
  const r2s_mat_var *var;
  *values = NULL;
  r2s_status st = require(mat, name, "a full array of real numbers", &var, err);
  if (st != R2S_OK) return st;
  size_t rows = var->shape[0], columns = var->shape[1];
  bool flat = true;
  for (int k = 2; k < var->rank; k++) flat = flat && var->shape[k] == 1;
  if (shape->vector && rows == 1) rows = columns, columns = 1;
  if (!flat || var->count == 0 || strcmp(var->class_name, "char") == 0 ||
      (shape->rows && rows != shape->rows) || (shape->columns && columns != shape->columns)) {
    char found[120], wanted_rows[24], wanted_columns[24];
    extent_text(shape->rows, wanted_rows);
    extent_text(shape->columns, wanted_columns);
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: found %s (%s); expected %s x %s numbers",
                    mat->path, name, shape_text(var, found, sizeof found), var->class_name, wanted_rows,
                    wanted_columns);
  }
  R2S_TRY(st, r2s_alloc(values, var->count, sizeof **values, name, err));
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) (*values)[i * columns + j] = var->values[j * rows + i];
  char label[80];
  snprintf(label, sizeof label, "variable %s", name);
  R2S_TRY(st, r2s_io_check_finite(mat->path, label, *values, rows, columns, err));
  shape->rows = rows;
  shape->columns = columns;
done:
  if (st != R2S_OK) {
    free(*values);
    *values = NULL;
  }
  return st;
}

r2s_status r2s_mat_number(const r2s_mat *mat, const char *name, double *value, r2s_error *err) {
  r2s_mat_shape one = {1, 1, false};
  double *values;
  r2s_status st = r2s_mat_matrix(mat, name, &one, &values, err);
  *value = st == R2S_OK ? values[0] : 0;
  free(values);
  return st;
}

r2s_status r2s_mat_integer(const r2s_mat *mat, const char *name, int64_t low, int64_t high, int64_t *value,
                           r2s_error *err) {
  double number;
  *value = 0;
  r2s_status st = r2s_mat_number(mat, name, &number, err);
  if (st != R2S_OK) return st;
  if (number != floor(number) || number < (double)low || number > (double)high)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: variable %s: found %.17g; expected an integer from %lld to %lld", mat->path, name,
                    number, (long long)low, (long long)high);
  *value = (int64_t)number;
  return R2S_OK;
}

r2s_status r2s_mat_text(const r2s_mat *mat, const char *name, char *text, size_t size, r2s_error *err) {
  const r2s_mat_var *var;
  r2s_status st = require(mat, name, "a text", &var, err);
  memset(text, 0, size);
  if (st != R2S_OK) return st;
  if (strcmp(var->class_name, "char") != 0 || (var->count > 0 && var->shape[0] != 1) || var->count >= size) {
    char found[120];
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: variable %s: found %s (%s); expected a text of less than %zu characters", mat->path,
                    name, shape_text(var, found, sizeof found), var->class_name, size);
  }
  for (size_t k = 0; k < var->count; k++) {
    double c = var->values[k];
    text[k] = c >= 32 && c < 127 ? (char)c : '?';
  }
  for (size_t k = var->count; k > 0 && text[k - 1] == ' '; k--) text[k - 1] = 0;
  return R2S_OK;
}
