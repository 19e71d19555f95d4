/* SPDX-License-Identifier: MIT
 * Arrays to and from Python as .npy files (NumPy's format 1.0: magic, version, header of Python text, data).
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base_memory.h"
#include "nest/nest_bridge.h"

enum { PREFIX = 10, HEADER = 118 }; /* PREFIX + HEADER is a multiple of 64, as the format asks */

static size_t item_size(r2s_nest_type type) {
  return type == R2S_NEST_INT32 ? sizeof(int32_t) : sizeof(double);
}

static const char *type_text(r2s_nest_type type) {
  return type == R2S_NEST_INT32 ? "<i4" : "<f8"; /* little-endian, as every machine that NEST runs on */
}

static size_t count_of(const r2s_nest_array *array) {
  size_t count = 1;
  for (int k = 0; k < array->n_dims; k++) count *= array->shape[k];
  return count;
}

static r2s_status npy_path(const r2s_nest_folder *folder, const char *name, char *path, r2s_error *err) {
  char file[64];
  snprintf(file, sizeof file, "%s.npy", name);
  return r2s_nest_folder_file(folder, file, path, err);
}

r2s_status r2s_nest_array_write(const r2s_nest_folder *folder, const char *name, const r2s_nest_array *array,
                                r2s_error *err) {
  char path[R2S_NEST_PATH], shape[80], header[PREFIX + HEADER + 1];
  r2s_status st = npy_path(folder, name, path, err);
  if (st != R2S_OK) return st;
  int used = 0;
  for (int k = 0; k < array->n_dims; k++)
    used += snprintf(shape + used, sizeof shape - (size_t)used, "%zu,", array->shape[k]);
  memcpy(header, "\x93NUMPY\x01\x00", 8);
  header[8] = (char)HEADER, header[9] = 0;
  int length = snprintf(header + PREFIX, HEADER, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                        type_text(array->type), shape);
  memset(header + PREFIX + length, ' ', (size_t)(HEADER - length));
  header[PREFIX + HEADER - 1] = '\n';
  FILE *file = fopen(path, "wbe");
  if (!file) return r2s_fail(err, R2S_ERR_IO, "%s: can't be written: %s", path, strerror(errno));
  size_t count = count_of(array);
  bool written = fwrite(header, 1, PREFIX + HEADER, file) == PREFIX + HEADER &&
                 fwrite(array->data, item_size(array->type), count, file) == count;
  if (fclose(file)) written = false;
  return written ? R2S_OK : r2s_fail(err, R2S_ERR_IO, "%s: can't be written: %s", path, strerror(errno));
}

/* Reads magic and header; checks type and shape. */
static r2s_status read_header(FILE *file, const char *path, r2s_nest_array *array, r2s_error *err) {
  unsigned char prefix[PREFIX];
  char header[1024], expected[64];
  if (fread(prefix, 1, PREFIX, file) != PREFIX || memcmp(prefix, "\x93NUMPY\x01", 7) != 0)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: no NumPy array of format 1; expected what runner.py writes",
                    path);
  size_t length = (size_t)prefix[8] | (size_t)prefix[9] << 8;
  if (length >= sizeof header || fread(header, 1, length, file) != length)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: its header of %zu bytes is cut short or too long", path,
                    length);
  header[length] = 0;
  snprintf(expected, sizeof expected, "{'descr': '%s', 'fortran_order': False, 'shape': (",
           type_text(array->type));
  bool good = strncmp(header, expected, strlen(expected)) == 0;
  char *at = header + strlen(expected);
  for (int k = 0; k < array->n_dims && good; k++) {
    char *end = at;
    unsigned long long size = strtoull(at, &end, 10);
    good = end != at && (array->shape[k] == 0 || array->shape[k] == size) && size < SIZE_MAX / 64;
    array->shape[k] = (size_t)size;
    at = end + strspn(end, ", ");
  }
  if (!good || *at != ')')
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: header %.200s; expected %d dimensions of type %s", path, header,
                    array->n_dims, type_text(array->type));
  return R2S_OK;
}

/* The data behind the header: as many bytes as the header claims, told before there is room for them. */
static r2s_status read_data(FILE *file, const char *path, size_t bytes, void **data, r2s_error *err) {
  struct stat info;
  const long start = ftell(file);
  if (start < 0 || fstat(fileno(file), &info) != 0)
    return r2s_fail(err, R2S_ERR_IO, "%s: can't be read: %s", path, strerror(errno));
  const size_t found = (size_t)(info.st_size - start);
  if (found != bytes)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: too %s data: found %zu bytes after the header; expected %zu",
                    path, found < bytes ? "little" : "much", found, bytes);
  r2s_status st = r2s_alloc(data, bytes, 1, "result of NEST", err);
  if (st == R2S_OK && fread(*data, 1, bytes, file) != bytes)
    st = r2s_fail(err, R2S_ERR_IO, "%s: can't be read: %s", path, strerror(errno));
  return st;
}

r2s_status r2s_nest_array_read(const r2s_nest_folder *folder, const char *name, r2s_nest_array *array,
                               void **data, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[R2S_NEST_PATH];
  FILE *file = NULL;
  size_t bytes = item_size(array->type);
  *data = NULL;
  R2S_TRY(st, npy_path(folder, name, path, err));
  file = fopen(path, "rbe");
  if (!file) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: can't be read: %s", path, strerror(errno));
    goto done;
  }
  R2S_TRY(st, read_header(file, path, array, err));
  for (int k = 0; k < array->n_dims; k++)
    if (!r2s_size_mul(bytes, array->shape[k], &bytes)) {
      st = r2s_fail(err, R2S_ERR_FORMAT, "%s: its shape does not fit into memory", path);
      goto done;
    }
  st = read_data(file, path, bytes, data, err);
done:
  if (file) fclose(file);
  if (st != R2S_OK) {
    free(*data);
    *data = NULL;
  }
  return st;
}
