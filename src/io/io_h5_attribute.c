/* SPDX-License-Identifier: MIT
 * Attributes of the root of HDF5 files: single texts and numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_h5.h"
#include "io/io_h5_error.h"
#include "io/io_text.h"

static r2s_status fail(const r2s_h5 *h5, const char *name, r2s_status code, const char *what,
                       r2s_error *err) {
  char cause[R2S_H5_CAUSE];
  r2s_h5_cause(cause);
  return r2s_fail(err, code, "%s: attribute %s: %s: %s", h5->path, name, what, cause);
}

static r2s_status fail_not_finite(const r2s_h5 *h5, const char *name, double value, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_NUMERIC, "%s: attribute %s: found %g; expected a number", h5->path, name,
                  value);
}

static r2s_status write_scalar(r2s_h5 *h5, const char *name, hid_t type, hid_t memory, const void *value,
                               r2s_error *err) {
  hid_t space = H5Screate(H5S_SCALAR), attribute = -1;
  if (space >= 0) attribute = H5Acreate2(h5->file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  bool ok = attribute >= 0 && H5Awrite(attribute, memory, value) >= 0;
  r2s_status st = ok ? R2S_OK : fail(h5, name, R2S_ERR_IO, "can't be written", err);
  if (attribute >= 0) H5Aclose(attribute);
  if (space >= 0) H5Sclose(space);
  return st;
}

r2s_status r2s_h5_write_text(r2s_h5 *h5, const char *name, const char *text, r2s_error *err) {
  hid_t type = H5Tcopy(H5T_C_S1);
  bool ok = type >= 0 && H5Tset_size(type, strlen(text) + 1) >= 0;
  r2s_status st = ok ? write_scalar(h5, name, type, type, text, err)
                     : fail(h5, name, R2S_ERR_IO, "can't be written", err);
  if (type >= 0) H5Tclose(type);
  return st;
}

r2s_status r2s_h5_write_field(r2s_h5 *h5, const char *name, const char *text, size_t size, r2s_error *err) {
  if (memchr(text, 0, size)) return r2s_h5_write_text(h5, name, text, err);
  return r2s_fail(err, R2S_ERR_ARG,
                  "%s: attribute %s: found no end of this text; expected at most %zu characters", h5->path,
                  name, size - 1);
}

r2s_status r2s_h5_write_number_or_nan(r2s_h5 *h5, const char *name, double value, r2s_error *err) {
  return write_scalar(h5, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, err);
}

r2s_status r2s_h5_write_number(r2s_h5 *h5, const char *name, double value, r2s_error *err) {
  if (isfinite(value)) return r2s_h5_write_number_or_nan(h5, name, value, err);
  return fail_not_finite(h5, name, value, err);
}

r2s_status r2s_h5_write_integer(r2s_h5 *h5, const char *name, int64_t value, r2s_error *err) {
  return write_scalar(h5, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, err);
}

r2s_status r2s_h5_write_unsigned(r2s_h5 *h5, const char *name, uint64_t value, r2s_error *err) {
  return write_scalar(h5, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value, err);
}

bool r2s_h5_has_attribute(const r2s_h5 *h5, const char *name) {
  return H5Aexists(h5->file, name) != 0; /* negative, not to be told: reading it tells why */
}

/* Of one value in the file; no text of ours is near it. */
static size_t most_bytes(H5T_class_t kind) {
  return kind == H5T_STRING ? (size_t)1 << 20 : R2S_H5_NUMBER_BYTES;
}

static bool fits(hid_t type, H5T_class_t kind) {
  H5T_class_t found = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
  if (found != kind && !(kind == H5T_FLOAT && found == H5T_INTEGER)) return false;
  return H5Tget_size(type) <= most_bytes(kind);
}

/* "a single ..." with what was found. */
static void fail_scalar(const r2s_h5 *h5, const char *name, H5T_class_t kind, hid_t type, hssize_t count,
                        r2s_error *err) {
  H5T_class_t found = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
  (void)r2s_fail(err, R2S_ERR_FORMAT,
                 "%s: attribute %s: found %lld x %s of %zu bytes; expected a single %s of at most %zu",
                 h5->path, name, (long long)count, r2s_h5_class_name(found),
                 type >= 0 ? H5Tget_size(type) : 0,
                 kind == H5T_STRING  ? "text"
                 : kind == H5T_FLOAT ? "number"
                                     : "integer",
                 most_bytes(kind));
}

/* Opens an attribute that holds one value of the given class; -1 with err filled where there is none. */
static hid_t open_scalar(r2s_h5 *h5, const char *name, H5T_class_t kind, hid_t *type, r2s_error *err) {
  *type = -1;
  if (!r2s_h5_has_attribute(h5, name)) {
    (void)r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute %s is missing", h5->path, name);
    return -1;
  }
  hid_t attribute = H5Aopen(h5->file, name, H5P_DEFAULT), space = -1;
  if (attribute >= 0) *type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
  if (space >= 0) H5Sclose(space);
  if (count == 1 && fits(*type, kind)) return attribute;
  fail_scalar(h5, name, kind, *type, count, err);
  if (*type >= 0) H5Tclose(*type);
  if (attribute >= 0) H5Aclose(attribute);
  return -1;
}

r2s_status r2s_h5_read_number_or_nan(r2s_h5 *h5, const char *name, double *value, r2s_error *err) {
  hid_t type, attribute = open_scalar(h5, name, H5T_FLOAT, &type, err);
  *value = 0;
  if (attribute < 0) return R2S_ERR_FORMAT;
  r2s_status st = R2S_OK;
  if (H5Aread(attribute, H5T_NATIVE_DOUBLE, value) < 0)
    st = fail(h5, name, R2S_ERR_FORMAT, "can't be read", err);
  H5Tclose(type);
  H5Aclose(attribute);
  return st;
}

r2s_status r2s_h5_read_number(r2s_h5 *h5, const char *name, double *value, r2s_error *err) {
  r2s_status st = r2s_h5_read_number_or_nan(h5, name, value, err);
  if (st == R2S_OK && !isfinite(*value)) st = fail_not_finite(h5, name, *value, err);
  return st;
}

static r2s_status fail_range(const r2s_h5 *h5, const char *name, int64_t bits, bool is_signed,
                             r2s_error *err) {
  char found[24];
  if (is_signed)
    snprintf(found, sizeof found, "%lld", (long long)bits);
  else
    snprintf(found, sizeof found, "%llu", (unsigned long long)bits);
  return r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute %s: found %s; expected %s", h5->path, name, found,
                  is_signed ? "0 to 2^64 - 1" : "at most 2^63 - 1");
}

/* Into another signedness HDF5 would clamp a number without a word: so it is read with that of the file. A
 * number that the wanted type does not hold has its first bit set, either way: as int64_t it is negative. */
static r2s_status read_bits(r2s_h5 *h5, const char *name, H5T_sign_t wanted, void *value, r2s_error *err) {
  int64_t bits = 0;
  hid_t type, attribute = open_scalar(h5, name, H5T_INTEGER, &type, err);
  memset(value, 0, sizeof bits);
  if (attribute < 0) return R2S_ERR_FORMAT;
  r2s_status st = R2S_OK;
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  if (H5Aread(attribute, is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64, &bits) < 0)
    st = fail(h5, name, R2S_ERR_FORMAT, "can't be read", err);
  else if (bits < 0 && is_signed != (wanted == H5T_SGN_2))
    st = fail_range(h5, name, bits, is_signed, err);
  if (st == R2S_OK) memcpy(value, &bits, sizeof bits);
  H5Tclose(type);
  H5Aclose(attribute);
  return st;
}

r2s_status r2s_h5_read_integer(r2s_h5 *h5, const char *name, int64_t *value, r2s_error *err) {
  return read_bits(h5, name, H5T_SGN_2, value, err);
}

r2s_status r2s_h5_read_unsigned(r2s_h5 *h5, const char *name, uint64_t *value, r2s_error *err) {
  return read_bits(h5, name, H5T_SGN_NONE, value, err);
}

/* Text of either kind that HDF5 has: of fixed length (ours, h5py's numpy strings) or variable (h5py's str).
 * *found is malloc'ed. */
static r2s_status read_found(const r2s_h5 *h5, const char *name, hid_t attribute, hid_t type, char **found,
                             r2s_error *err) {
  char *variable = NULL;
  const bool is_variable = H5Tis_variable_str(type) > 0;
  if (is_variable && H5Aread(attribute, type, &variable) < 0)
    return fail(h5, name, R2S_ERR_FORMAT, "can't be read", err);
  *found = is_variable ? strdup(variable ? variable : "") : calloc(H5Tget_size(type) + 1, 1);
  if (variable) H5free_memory(variable);
  if (!*found) return r2s_fail(err, R2S_ERR_MEMORY, "%s: attribute %s: no memory for it", h5->path, name);
  return is_variable || H5Aread(attribute, type, *found) >= 0
             ? R2S_OK
             : fail(h5, name, R2S_ERR_FORMAT, "can't be read", err);
}

r2s_status r2s_h5_read_text(r2s_h5 *h5, const char *name, char *text, size_t size, r2s_error *err) {
  hid_t type, attribute = open_scalar(h5, name, H5T_STRING, &type, err);
  char *found = NULL;
  memset(text, 0, size);
  if (attribute < 0) return R2S_ERR_FORMAT;
  r2s_status st = read_found(h5, name, attribute, type, &found, err);
  if (st == R2S_OK && strlen(found) >= size)
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute %s: found %zu characters; expected at most %zu",
                  h5->path, name, strlen(found), size - 1);
  else if (st == R2S_OK)
    memcpy(text, found, strlen(found)), r2s_text_tame(text);
  free(found);
  H5Tclose(type);
  H5Aclose(attribute);
  return st;
}

r2s_status r2s_h5_check_format(r2s_h5 *h5, const char *expected, r2s_error *err) {
  char format[64];
  r2s_status st = r2s_h5_read_text(h5, "format", format, sizeof format, err);
  if (st == R2S_OK && strcmp(format, expected) != 0)
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute format: found \"%s\"; expected \"%s\"", h5->path,
                  format, expected);
  return st;
}
