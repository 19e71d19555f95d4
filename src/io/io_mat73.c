/* SPDX-License-Identifier: MIT
 * MAT files v7.3: HDF5 with a dataset a variable, in column-major order: HDF5's extents are MATLAB's
 * backwards. */
#include <stdio.h>
#include <string.h>

#include "io/io_h5.h"
#include "io/io_h5_error.h"
#include "io/io_mat.h"
#include "io/io_text.h"

typedef struct walk {
  r2s_mat *mat;
  r2s_error *err;
  r2s_status st;
} walk;

static r2s_status damaged(const r2s_mat *mat, const char *name, r2s_error *err) {
  char cause[R2S_H5_CAUSE];
  r2s_h5_cause(cause);
  return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: damaged: %s", mat->path, name, cause);
}

/* What is no array of numbers. MATLAB's cells are references; others' programs store booleans as an enum, and
 * texts as strings. */
static const char *other_class(H5T_class_t kind) {
  return kind == H5T_COMPOUND ? "complex" : kind == H5T_REFERENCE ? "cell" : r2s_h5_class_name(kind);
}

/* The attribute MATLAB_class; where another program left it out, or it is no short text, "double". */
static void read_class(hid_t object, r2s_mat_var *var) {
  char text[64] = "double";
  if (H5Aexists(object, "MATLAB_class") > 0) {
    hid_t attribute = H5Aopen(object, "MATLAB_class", H5P_DEFAULT);
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    /* H5Aread writes all elements, however many there are */
    bool fits = type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                H5Tget_size(type) < sizeof text && space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (fits) {
      memset(text, 0, sizeof text);
      if (H5Aread(attribute, type, text) < 0) text[0] = 0;
    }
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
  }
  snprintf(var->class_name, sizeof var->class_name, "%.15s", text);
  r2s_text_tame(var->class_name);
}

/* An empty array is stored as its extents, marked by the attribute MATLAB_empty. */
static bool is_marked(hid_t object, const char *name) {
  return H5Aexists(object, name) > 0;
}

static bool read_shape(hid_t set, r2s_mat_var *var) {
  hsize_t extents[R2S_MAT_RANK];
  hid_t space = H5Dget_space(set);
  if (space < 0) return false;
  int rank = H5Sget_simple_extent_ndims(space);
  bool ok = rank >= 0 && rank <= R2S_MAT_RANK && H5Sget_simple_extent_dims(space, extents, NULL) == rank;
  H5Sclose(space);
  if (!ok) return false;
  var->count = 1;
  for (int k = 0; k < rank; k++) {
    hsize_t extent = extents[rank - 1 - k];
    if (extent > R2S_MAT_MAX_COUNT || var->count * extent > R2S_MAT_MAX_COUNT) return false;
    var->shape[k] = (size_t)extent;
    var->count *= (size_t)extent;
  }
  for (; rank < 2; rank++) var->shape[rank] = 1;
  var->rank = rank;
  return true;
}

static r2s_status elsewhere(const r2s_mat *mat, const char *name, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: variable %s: its data are in another file; expected them in this one", mat->path,
                  name);
}

static r2s_status read_dataset(r2s_mat *mat, hid_t set, r2s_mat_var *var, r2s_error *err) {
  r2s_status st = R2S_OK;
  hid_t type = H5Dget_type(set);
  H5T_class_t kind = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
  size_t element = type >= 0 ? H5Tget_size(type) : 0;
  if (type >= 0) H5Tclose(type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    snprintf(var->class_name, sizeof var->class_name, "%s", other_class(kind));
    return R2S_OK;
  }
  if (element > R2S_H5_NUMBER_BYTES)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: found elements of %zu bytes; expected at most %d",
                    mat->path, var->name, element, R2S_H5_NUMBER_BYTES);
  if (r2s_h5_stored_elsewhere(set)) return elsewhere(mat, var->name, err);
  if (!read_shape(set, var))
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: damaged: impossible shape", mat->path, var->name);
  if (is_marked(set, "MATLAB_empty")) {
    var->rank = 2;
    var->shape[0] = var->shape[1] = var->count = 0;
  }
  if (var->count > 0) st = r2s_h5_check_data(set, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "%s: variable %s", mat->path, var->name);
  st = r2s_mat_alloc_values(mat, var, err);
  if (st != R2S_OK) return st;
  if (var->count > 0 && H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, var->values) < 0)
    return damaged(mat, var->name, err);
  var->numeric = true;
  return R2S_OK;
}

static herr_t read_link(hid_t group, const char *name, const H5L_info_t *info, void *user) {
  (void)info;
  walk *w = user;
  r2s_mat_var *var;
  if (name[0] == '#') return 0; /* #refs#, #subsystem#: what cells and objects point to */
  w->st = r2s_mat_add(w->mat, &var, w->err);
  if (w->st != R2S_OK) return -1;
  snprintf(var->name, sizeof var->name, "%s", name);
  r2s_text_tame(var->name);
  if (r2s_h5_leads_elsewhere(group, name)) {
    w->st = elsewhere(w->mat, var->name, w->err);
    return -1;
  }
  hid_t object = H5Oopen(group, name, H5P_DEFAULT);
  if (object < 0) {
    w->st = damaged(w->mat, var->name, w->err);
    return -1;
  }
  read_class(object, var);
  if (H5Iget_type(object) == H5I_DATASET)
    w->st = read_dataset(w->mat, object, var, w->err);
  else
    snprintf(var->class_name, sizeof var->class_name,
             is_marked(object, "MATLAB_sparse") ? "sparse" : "struct");
  H5Oclose(object);
  return w->st == R2S_OK ? 0 : -1;
}

r2s_status r2s_mat73_read(r2s_mat *out, const void *bytes, size_t size, r2s_error *err) {
  r2s_h5 h5;
  walk w = {.mat = out, .err = err};
  r2s_status st = r2s_h5_open_bytes(&h5, out->path, bytes, size, err);
  if (st != R2S_OK) return st;
  /* in whatever order they are stored: to sort them, HDF5 1.10 makes a table, and frees what it never filled
   * where the list is damaged */
  if (H5Literate(h5.file, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, read_link, &w) < 0 && w.st == R2S_OK)
    w.st = damaged(out, "(list of variables)", err);
  r2s_h5_close(&h5);
  return w.st;
}
