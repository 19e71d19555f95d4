/* SPDX-License-Identifier: MIT
 * Writes MAT files v5, uncompressed: the format that every MATLAB, Octave and scipy reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_mat.h"
#include "rate2spike/io.h"

enum {
  TYPE_INT8 = 1,
  TYPE_UINT8 = 2,
  TYPE_UINT16 = 4,
  TYPE_INT32 = 5,
  TYPE_UINT32 = 6,
  TYPE_DOUBLE = 9,
  TYPE_INT64 = 12,
  TYPE_MATRIX = 14
};
enum { HEADER = 128, FLAG_LOGICAL = 0x200 };

static void *reserve(r2s_mat_writer *writer, size_t size) {
  if (writer->failed) return NULL;
  if (writer->capacity - writer->size < size) {
    size_t capacity = 2 * (writer->size + size) + 4096;
    uint8_t *bytes = capacity > size ? realloc(writer->bytes, capacity) : NULL;
    if (!bytes) {
      writer->failed = true;
      return NULL;
    }
    writer->bytes = bytes;
    writer->capacity = capacity;
  }
  void *place = writer->bytes + writer->size;
  memset(place, 0, size);
  writer->size += size;
  return place;
}

static void put_u32(r2s_mat_writer *writer, uint32_t value) {
  void *place = reserve(writer, sizeof value);
  if (place) memcpy(place, &value, sizeof value);
}

/* A tag and room for its data, padded to 8 bytes. */
static uint8_t *put_element(r2s_mat_writer *writer, uint32_t type, size_t size) {
  put_u32(writer, type);
  put_u32(writer, (uint32_t)size);
  return reserve(writer, (size + 7) / 8 * 8);
}

void r2s_mat_begin(r2s_mat_writer *writer) {
  *writer = (r2s_mat_writer){0};
  char *header = reserve(writer, HEADER);
  if (!header) return;
  int length = snprintf(header, 116, "MATLAB 5.0 MAT-file, written by rate2spike %s", r2s_version());
  memset(header + length, ' ', 116 - (size_t)length);
  memcpy(header + 124, (const uint8_t[]){0, 1, 'I', 'M'}, 4);
}

/* The smallest element type of each class, which is also what MATLAB writes. */
static uint32_t stored_type(r2s_mat_class type) {
  switch (type) {
  case R2S_MAT_CHAR:
    return TYPE_UINT16;
  case R2S_MAT_LOGICAL:
    return TYPE_UINT8;
  case R2S_MAT_INT64:
    return TYPE_INT64;
  case R2S_MAT_DOUBLE:
    break;
  }
  return TYPE_DOUBLE;
}

static size_t stored_size(r2s_mat_class type) {
  return type == R2S_MAT_CHAR ? 2 : type == R2S_MAT_LOGICAL ? 1 : 8;
}

static void store(uint8_t *place, r2s_mat_class type, const double *values, size_t count) {
  if (type == R2S_MAT_DOUBLE && count > 0) memcpy(place, values, count * sizeof *values);
  for (size_t k = 0; k < count && type != R2S_MAT_DOUBLE; k++) {
    if (type == R2S_MAT_INT64) {
      const int64_t wide = (int64_t)values[k];
      memcpy(place + 8 * k, &wide, 8);
    } else if (type == R2S_MAT_CHAR) {
      const uint16_t letter = (uint16_t)values[k];
      memcpy(place + 2 * k, &letter, 2);
    } else {
      place[k] = values[k] != 0;
    }
  }
}

void r2s_mat_put(r2s_mat_writer *writer, const char *name, r2s_mat_class type, int rank, const size_t *shape,
                 const double *values) {
  size_t count = 1, name_size = strlen(name);
  for (int k = 0; k < rank; k++) count *= shape[k];
  if (count > UINT32_MAX / 16) writer->failed = true; /* a v5 element holds less than 4 GiB */
  put_u32(writer, TYPE_MATRIX);
  size_t at = writer->size;
  put_u32(writer, 0); /* size: filled in below */
  uint8_t *flags = put_element(writer, TYPE_UINT32, 8);
  uint32_t word = (uint32_t)type | (type == R2S_MAT_LOGICAL ? FLAG_LOGICAL : 0);
  if (flags) memcpy(flags, &word, sizeof word);
  uint8_t *dims = put_element(writer, TYPE_INT32, 4 * (size_t)rank);
  for (int k = 0; dims && k < rank; k++) {
    int32_t extent = (int32_t)shape[k];
    memcpy(dims + 4 * k, &extent, sizeof extent);
  }
  uint8_t *label = put_element(writer, TYPE_INT8, name_size);
  if (label) memcpy(label, name, name_size);
  uint8_t *data = put_element(writer, stored_type(type), count * stored_size(type));
  if (data) store(data, type, values, count);
  if (writer->failed) return;
  uint32_t size = (uint32_t)(writer->size - at - 4);
  memcpy(writer->bytes + at, &size, sizeof size);
}

void r2s_mat_put_matrix(r2s_mat_writer *writer, const char *name, size_t rows, size_t columns,
                        const double *values) {
  double *turned = malloc((rows * columns + 1) * sizeof *turned);
  if (!turned) {
    writer->failed = true;
    return;
  }
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j];
  r2s_mat_put(writer, name, R2S_MAT_DOUBLE, 2, (const size_t[]){rows, columns}, turned);
  free(turned);
}

void r2s_mat_put_number(r2s_mat_writer *writer, const char *name, r2s_mat_class type, double value) {
  r2s_mat_put(writer, name, type, 2, (const size_t[]){1, 1}, &value);
}

void r2s_mat_put_text(r2s_mat_writer *writer, const char *name, const char *text) {
  double letters[256];
  size_t length = strlen(text);
  if (length > 256) length = 256;
  for (size_t k = 0; k < length; k++) letters[k] = (unsigned char)text[k];
  r2s_mat_put(writer, name, R2S_MAT_CHAR, 2, (const size_t[]){length > 0, length}, letters);
}

r2s_status r2s_mat_save(r2s_mat_writer *writer, const char *path, r2s_error *err) {
  r2s_status st = writer->failed
                      ? r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for it, or an array above 2 GiB", path)
                      : r2s_io_write_atomic(path, writer->bytes, writer->size, err);
  free(writer->bytes);
  *writer = (r2s_mat_writer){0};
  return st;
}
