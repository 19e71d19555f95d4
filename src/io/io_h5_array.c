/* SPDX-License-Identifier: MIT
 * Datasets of HDF5 files: written in checksummed chunks, read with their shape and type checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_finite.h"
#include "base/base_memory.h"
#include "io/io_h5.h"
#include "io/io_h5_error.h"

/* Chunks stay far below HDF5's limit of 4 GiB; one chunk of a dataset is one checksum. */
static const size_t chunk_bytes = (size_t)16 << 20;
/* A dataset can claim any shape; with more bytes it is damaged, or no file of ours. Enough for the state of a
 * training of as many units as there may be. */
static const size_t max_bytes = (size_t)1 << 31;

static hid_t memory_type(r2s_h5_type type) {
  switch (type) {
  case R2S_H5_DOUBLE:
    return H5T_NATIVE_DOUBLE;
  case R2S_H5_INT32:
    return H5T_NATIVE_INT32;
  case R2S_H5_UINT32:
    return H5T_NATIVE_UINT32;
  case R2S_H5_INT64:
    return H5T_NATIVE_INT64;
  case R2S_H5_UINT64:
    return H5T_NATIVE_UINT64;
  case R2S_H5_UINT8:
    break;
  }
  return H5T_NATIVE_UINT8;
}

static hid_t file_type(r2s_h5_type type) {
  switch (type) {
  case R2S_H5_DOUBLE:
    return H5T_IEEE_F64LE;
  case R2S_H5_INT32:
    return H5T_STD_I32LE;
  case R2S_H5_UINT32:
    return H5T_STD_U32LE;
  case R2S_H5_INT64:
    return H5T_STD_I64LE;
  case R2S_H5_UINT64:
    return H5T_STD_U64LE;
  case R2S_H5_UINT8:
    break;
  }
  return H5T_STD_U8LE;
}

/* For messages. */
static const char *type_name(r2s_h5_type type) {
  static const char *const names[] = {
      [R2S_H5_DOUBLE] = "float64", [R2S_H5_INT32] = "int32",   [R2S_H5_UINT32] = "uint32",
      [R2S_H5_INT64] = "int64",    [R2S_H5_UINT64] = "uint64", [R2S_H5_UINT8] = "uint8"};
  return names[type];
}

/* "3 x 200", for messages. */
static const char *shape_text(const hsize_t *shape, int rank, char *text, size_t size) {
  size_t used = 0;
  snprintf(text, size, "a single number");
  for (int k = 0; k < rank && used < size; k++) {
    const char *times = k ? " x " : "";
    if (shape[k] == (hsize_t)R2S_H5_ANY)
      used += (size_t)snprintf(text + used, size - used, "%sany", times);
    else
      used += (size_t)snprintf(text + used, size - used, "%s%llu", times, (unsigned long long)shape[k]);
  }
  return text;
}

/* Elements of a dataset, in *count. A writer asks, too: what is too large to be read is not written. */
static r2s_status check_size(const r2s_h5 *h5, const r2s_h5_array *array, const hsize_t *shape, int rank,
                             size_t *count, r2s_error *err) {
  char text[120];
  const size_t most = max_bytes / H5Tget_size(memory_type(array->type));
  *count = 1;
  for (int k = 0; k < rank; k++) {
    if (shape[k] > most || *count * shape[k] > most)
      return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: found %s; expected at most %zu elements",
                      h5->path, array->name, shape_text(shape, rank, text, sizeof text), most);
    *count *= (size_t)shape[k];
  }
  return R2S_OK;
}

static r2s_status fail(const r2s_h5 *h5, const char *name, r2s_status code, const char *what,
                       r2s_error *err) {
  char cause[R2S_H5_CAUSE];
  r2s_h5_cause(cause);
  return r2s_fail(err, code, "%s: dataset %s: %s: %s", h5->path, name, what, cause);
}

/* Creation properties: chunks with a Fletcher-32 checksum (an empty dataset has no chunk). */
static hid_t checksummed(const hsize_t *shape, int rank, size_t element) {
  hid_t create = H5Pcreate(H5P_DATASET_CREATE);
  if (create >= 0) H5Pset_obj_track_times(create, false); /* the same content is the same file */
  hsize_t chunk[R2S_H5_RANK];
  size_t row = element;
  for (int k = 0; k < rank; k++) {
    if (shape[k] == 0) return create;
    chunk[k] = shape[k];
    if (k > 0) row *= shape[k];
  }
  if (chunk[0] * row > chunk_bytes) chunk[0] = row < chunk_bytes ? chunk_bytes / row : 1;
  if (H5Pset_chunk(create, rank, chunk) >= 0 && H5Pset_fletcher32(create) >= 0) return create;
  H5Pclose(create);
  return -1;
}

static bool describe(hid_t object, const char *name, const char *text) {
  if (!text) return true;
  hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), attribute = -1;
  bool ok = false;
  if (H5Tset_size(type, text[0] ? strlen(text) : 1) >= 0)
    attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute >= 0) {
    ok = H5Awrite(attribute, type, text) >= 0;
    ok = H5Aclose(attribute) >= 0 && ok;
  }
  H5Sclose(space);
  H5Tclose(type);
  return ok;
}

r2s_status r2s_h5_write(r2s_h5 *h5, const r2s_h5_array *array, const void *data, r2s_error *err) {
  r2s_status st = R2S_OK;
  hsize_t shape[R2S_H5_RANK];
  size_t columns = 1, count;
  for (int k = 0; k < array->rank; k++) shape[k] = array->shape[k];
  for (int k = 1; k < array->rank; k++) columns *= array->shape[k];
  st = check_size(h5, array, shape, array->rank, &count, err);
  if (st == R2S_OK && array->type == R2S_H5_DOUBLE && columns > 0)
    st = r2s_io_check_finite(h5->path, array->name, data, array->shape[0], columns, err);
  if (st != R2S_OK) return st;
  hid_t type = file_type(array->type), set = -1;
  hid_t space = H5Screate_simple(array->rank, shape, NULL);
  hid_t create = checksummed(shape, array->rank, H5Tget_size(type));
  if (space >= 0 && create >= 0)
    set = H5Dcreate2(h5->file, array->name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
  if (set < 0 || H5Dwrite(set, memory_type(array->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0 ||
      !describe(set, "unit", array->unit) || !describe(set, "description", array->about))
    st = fail(h5, array->name, R2S_ERR_IO, "can't be written", err);
  if (set >= 0 && H5Dclose(set) < 0 && st == R2S_OK)
    st = fail(h5, array->name, R2S_ERR_IO, "can't be written", err);
  if (create >= 0) H5Pclose(create);
  if (space >= 0) H5Sclose(space);
  return st;
}

bool r2s_h5_has(const r2s_h5 *h5, const char *name) {
  return H5Lexists(h5->file, name, H5P_DEFAULT) != 0; /* negative, not to be told: opening it tells why */
}

static r2s_status check_type(const r2s_h5 *h5, hid_t set, const r2s_h5_array *array, r2s_error *err) {
  hid_t type = H5Dget_type(set);
  H5T_class_t kind = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
  size_t bytes = type >= 0 ? H5Tget_size(type) : 0;
  if (type >= 0) H5Tclose(type);
  bool known = kind == H5T_INTEGER || (kind == H5T_FLOAT && array->type == R2S_H5_DOUBLE);
  if (known && bytes <= R2S_H5_NUMBER_BYTES) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: dataset %s: found elements of %zu bytes (%s); expected %s of at most %d", h5->path,
                  array->name, bytes, r2s_h5_class_name(kind),
                  array->type == R2S_H5_DOUBLE ? "numbers" : "integers", R2S_H5_NUMBER_BYTES);
}

/* Shape of an open dataset against what is wanted; *count elements. */
static r2s_status check_shape(r2s_h5 *h5, hid_t set, r2s_h5_array *array, size_t *count, r2s_error *err) {
  hsize_t shape[8], wanted[R2S_H5_RANK];
  char found_text[120], wanted_text[120];
  hid_t space = H5Dget_space(set);
  int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
  const bool is_null = space >= 0 && H5Sget_simple_extent_type(space) == H5S_NULL;
  bool known = rank >= 0 && rank <= 8 && H5Sget_simple_extent_dims(space, shape, NULL) == rank;
  if (space >= 0) H5Sclose(space);
  if (!known) return fail(h5, array->name, R2S_ERR_FORMAT, "its shape can't be read", err);
  bool same = rank == array->rank && !is_null;
  for (int k = 0; k < array->rank; k++) wanted[k] = (hsize_t)array->shape[k];
  for (int k = 0; same && k < rank; k++) same = wanted[k] == (hsize_t)R2S_H5_ANY || wanted[k] == shape[k];
  if (!same)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: found %s; expected %s", h5->path, array->name,
                    is_null ? "no elements (a null dataspace)"
                            : shape_text(shape, rank, found_text, sizeof found_text),
                    shape_text(wanted, array->rank, wanted_text, sizeof wanted_text));
  for (int k = 0; k < rank; k++) array->shape[k] = (size_t)shape[k];
  return check_size(h5, array, shape, rank, count, err);
}

bool r2s_h5_leads_elsewhere(hid_t group, const char *name) {
  H5L_info_t link;
  return H5Lget_info(group, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD;
}

bool r2s_h5_stored_elsewhere(hid_t set) {
  hid_t create = H5Dget_create_plist(set);
  if (create < 0) return true;
  bool here = H5Pget_external_count(create) == 0 && H5Pget_layout(create) != H5D_VIRTUAL;
  H5Pclose(create);
  return !here;
}

static r2s_status fail_elsewhere(const r2s_h5 *h5, const char *name, const char *what, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: %s; expected it in this file", h5->path, name, what);
}

static r2s_status check_set(r2s_h5 *h5, hid_t set, r2s_h5_array *array, size_t *count, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (r2s_h5_stored_elsewhere(set))
    return fail_elsewhere(h5, array->name, "its data are in another file", err);
  R2S_TRY(st, check_type(h5, set, array, err));
  R2S_TRY(st, check_shape(h5, set, array, count, err));
  if (*count > 0) st = r2s_h5_check_data(set, err);
  if (st != R2S_OK) st = r2s_fail_context(err, st, "%s: dataset %s", h5->path, array->name);
done:
  return st;
}

/* Opens a dataset such as is wanted, of *count elements; *set is -1 on failure. */
static r2s_status open_set(r2s_h5 *h5, r2s_h5_array *array, hid_t *set, size_t *count, r2s_error *err) {
  *set = -1;
  if (!r2s_h5_has(h5, array->name))
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s is missing", h5->path, array->name);
  if (r2s_h5_leads_elsewhere(h5->file, array->name))
    return fail_elsewhere(h5, array->name, "found a link to it", err);
  *set = H5Dopen2(h5->file, array->name, H5P_DEFAULT);
  if (*set < 0) return fail(h5, array->name, R2S_ERR_FORMAT, "can't be opened", err);
  const r2s_status st = check_set(h5, *set, array, count, err);
  if (st != R2S_OK) H5Dclose(*set), *set = -1;
  return st;
}

/* HDF5 would give the nearest integer of the memory's type without a word. */
static H5T_conv_ret_t on_conversion(H5T_conv_except_t what, hid_t from, hid_t to, void *in, void *out,
                                    void *is_beyond) {
  (void)from, (void)to, (void)in, (void)out;
  if (what != H5T_CONV_EXCEPT_RANGE_HI && what != H5T_CONV_EXCEPT_RANGE_LOW) return H5T_CONV_UNHANDLED;
  *(bool *)is_beyond = true;
  return H5T_CONV_ABORT;
}

static r2s_status read_values(const r2s_h5 *h5, hid_t set, const r2s_h5_array *array, void *data,
                              r2s_error *err) {
  r2s_status st = R2S_OK;
  bool is_beyond = false;
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  const bool ok =
      transfer >= 0 &&
      (array->type == R2S_H5_DOUBLE || H5Pset_type_conv_cb(transfer, on_conversion, &is_beyond) >= 0) &&
      H5Dread(set, memory_type(array->type), H5S_ALL, H5S_ALL, transfer, data) >= 0;
  if (is_beyond)
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: found an integer out of range; expected ones of %s",
                  h5->path, array->name, type_name(array->type));
  else if (!ok)
    st = fail(h5, array->name, R2S_ERR_FORMAT, "can't be read", err);
  if (transfer >= 0) H5Pclose(transfer);
  return st;
}

r2s_status r2s_h5_find(r2s_h5 *h5, r2s_h5_array *array, r2s_error *err) {
  hid_t set;
  size_t count;
  const r2s_status st = open_set(h5, array, &set, &count, err);
  if (set >= 0) H5Dclose(set);
  return st;
}

r2s_status r2s_h5_read(r2s_h5 *h5, r2s_h5_array *array, void *data_pointer, r2s_error *err) {
  r2s_status st = R2S_OK;
  void *data = NULL;
  size_t count = 0;
  hid_t set = -1;
  memcpy(data_pointer, &data, sizeof data);
  R2S_TRY(st, open_set(h5, array, &set, &count, err));
  R2S_TRY(st, r2s_alloc(&data, count, H5Tget_size(memory_type(array->type)), array->name, err));
  R2S_TRY(st, read_values(h5, set, array, data, err));
  if (array->type == R2S_H5_DOUBLE && count > 0)
    st = r2s_io_check_finite(h5->path, array->name, data, array->shape[0], count / array->shape[0], err);
done:
  if (set >= 0) H5Dclose(set);
  if (st != R2S_OK) {
    free(data);
    data = NULL;
  }
  memcpy(data_pointer, &data, sizeof data);
  return st;
}

r2s_status r2s_io_check_finite(const char *path, const char *name, const double *values, size_t rows,
                               size_t columns, r2s_error *err) {
  const r2s_status st = r2s_finite_check(name, values, rows, columns, err);
  return st == R2S_OK ? st : r2s_fail_context(err, st, "%s", path);
}
