/* SPDX-License-Identifier: MIT
 * HDF5 files, as whole images in memory: what goes to or comes from the disk goes through r2s_io_write_atomic
 * and r2s_io_read_all, so that a full disk or a damaged file system never meets the HDF5 library. Metadata
 * and data carry checksums. HDF5's own error messages are silenced while a file is open. One thread at a
 * time. */
#ifndef R2S_IO_H5_H
#define R2S_IO_H5_H

#include <hdf5.h>
#include <stdint.h>

#include "base/base_error.h"

typedef struct r2s_h5 {
  hid_t file;
  const char *path;   /* for messages; borrowed */
  H5E_auto2_t report; /* HDF5's error handler, put back on close */
  void *report_data;
} r2s_h5;

/* Element types; in the file little-endian of the same width. */
typedef enum r2s_h5_type {
  R2S_H5_DOUBLE,
  R2S_H5_INT32,
  R2S_H5_UINT32,
  R2S_H5_INT64,
  R2S_H5_UINT64,
  R2S_H5_UINT8
} r2s_h5_type;

enum { R2S_H5_RANK = 3 };
/* No number that is read is wider: HDF5 converts elements of any size that a file claims, 4 GiB each. */
enum { R2S_H5_NUMBER_BYTES = 8 };
#define R2S_H5_ANY SIZE_MAX /* an extent that is not known before reading */

/* A dataset: [shape[0] x ... x shape[rank-1]], row-major. */
typedef struct r2s_h5_array {
  const char *name;
  r2s_h5_type type;
  int rank;
  size_t shape[R2S_H5_RANK];
  const char *unit;  /* attribute "unit"; NULL: none (writing only, as the next) */
  const char *about; /* attribute "description" */
} r2s_h5_array;

/* A new file, in memory until r2s_h5_save, which always closes it. */
R2S_MUST_CHECK r2s_status r2s_h5_create(r2s_h5 *h5, const char *path, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_save(r2s_h5 *h5, r2s_error *err);
/* Reads path; or takes its bytes, already read (copied). */
R2S_MUST_CHECK r2s_status r2s_h5_open(r2s_h5 *h5, const char *path, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_open_bytes(r2s_h5 *h5, const char *path, const void *bytes, size_t size,
                                            r2s_error *err);
void r2s_h5_close(r2s_h5 *h5); /* of a zeroed or closed one: nothing */

R2S_MUST_CHECK r2s_status r2s_h5_write(r2s_h5 *h5, const r2s_h5_array *array, const void *data,
                                       r2s_error *err);
/* *data is malloc'ed. Extents given in shape are required; R2S_H5_ANY is replaced by what was found. Numbers
 * are converted; R2S_H5_DOUBLE must be finite. */
R2S_MUST_CHECK r2s_status r2s_h5_read(r2s_h5 *h5, r2s_h5_array *array, void *data_pointer, r2s_error *err);
/* Finds type and shape as r2s_h5_read does, without reading the data: to check them before allocating. */
R2S_MUST_CHECK r2s_status r2s_h5_find(r2s_h5 *h5, r2s_h5_array *array, r2s_error *err);
bool r2s_h5_has(const r2s_h5 *h5, const char *name);
/* Whether the data are in another file, which is never read: behind a link of this name in group (only hard
 * links are followed), or by a dataset's external storage or virtual layout. */
bool r2s_h5_leads_elsewhere(hid_t group, const char *name);
bool r2s_h5_stored_elsewhere(hid_t set);
/* All data of a dataset (of at least one element) are there, in chunks as long as they should be: HDF5 gives
 * zeros or what lies in memory for what is not. The message has no name: r2s_fail_context. */
R2S_MUST_CHECK r2s_status r2s_h5_check_data(hid_t set, r2s_error *err);

/* Attributes of the root. */
bool r2s_h5_has_attribute(const r2s_h5 *h5, const char *name);
R2S_MUST_CHECK r2s_status r2s_h5_write_text(r2s_h5 *h5, const char *name, const char *text, r2s_error *err);
/* Writes a text that is a struct's array of `size` bytes: R2S_ERR_ARG where it has no 0. */
R2S_MUST_CHECK r2s_status r2s_h5_write_field(r2s_h5 *h5, const char *name, const char *text, size_t size,
                                             r2s_error *err);
/* R2S_ERR_NUMERIC where the number is not finite, as r2s_h5_read_number would refuse it. */
R2S_MUST_CHECK r2s_status r2s_h5_write_number(r2s_h5 *h5, const char *name, double value, r2s_error *err);
/* For a number that may be missing: NaN then. Read it with r2s_h5_read_number_or_nan. */
R2S_MUST_CHECK r2s_status r2s_h5_write_number_or_nan(r2s_h5 *h5, const char *name, double value,
                                                     r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_write_integer(r2s_h5 *h5, const char *name, int64_t value, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_write_unsigned(r2s_h5 *h5, const char *name, uint64_t value, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_read_text(r2s_h5 *h5, const char *name, char *text, size_t size,
                                           r2s_error *err);
/* Fails where attribute `format` is not the expected text. */
R2S_MUST_CHECK r2s_status r2s_h5_check_format(r2s_h5 *h5, const char *expected, r2s_error *err);
/* R2S_ERR_NUMERIC where it is not finite. */
R2S_MUST_CHECK r2s_status r2s_h5_read_number(r2s_h5 *h5, const char *name, double *value, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_read_number_or_nan(r2s_h5 *h5, const char *name, double *value,
                                                    r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_read_integer(r2s_h5 *h5, const char *name, int64_t *value, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_h5_read_unsigned(r2s_h5 *h5, const char *name, uint64_t *value, r2s_error *err);

/* "not a finite number" with variable and place (1-based row and column); R2S_OK where all are finite. */
R2S_MUST_CHECK r2s_status r2s_io_check_finite(const char *path, const char *name, const double *values,
                                              size_t rows, size_t columns, r2s_error *err);

#endif
