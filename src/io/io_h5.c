/* SPDX-License-Identifier: MIT
 * HDF5 files as images in memory: opening, saving, closing, and what HDF5 says about failures. */
#include "io/io_h5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_h5_error.h"
#include "rate2spike/io.h"

static void silence(r2s_h5 *h5) {
  H5Eget_auto2(H5E_DEFAULT, &h5->report, &h5->report_data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* The innermost message: the cause. */
static herr_t keep_cause(unsigned depth, const H5E_error2_t *entry, void *text) {
  if (depth == 0 && entry->desc) snprintf(text, R2S_H5_CAUSE, "%s", entry->desc);
  return 0;
}

void r2s_h5_cause(char cause[R2S_H5_CAUSE]) {
  snprintf(cause, R2S_H5_CAUSE, "no reason given");
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_cause, cause);
}

/* File access through memory. Format 1.10: every piece of metadata has a checksum. */
static hid_t access_in_memory(void) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  if (H5Pset_fapl_core(access, 1 << 20, 0) < 0 ||
      H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0) {
    H5Pclose(access);
    return -1;
  }
  return access;
}

static r2s_status fail_open(r2s_h5 *h5, r2s_status code, const char *what, r2s_error *err) {
  char cause[R2S_H5_CAUSE];
  r2s_h5_cause(cause);
  r2s_status st = r2s_fail(err, code, "%s: %s: %s", h5->path, what, cause);
  r2s_h5_close(h5);
  return st;
}

r2s_status r2s_h5_create(r2s_h5 *h5, const char *path, r2s_error *err) {
  *h5 = (r2s_h5){.file = -1, .path = path};
  silence(h5);
  hid_t access = access_in_memory();
  if (access >= 0) {
    h5->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
  }
  return h5->file < 0 ? fail_open(h5, R2S_ERR_IO, "can't make an HDF5 file", err) : R2S_OK;
}

r2s_status r2s_h5_open_bytes(r2s_h5 *h5, const char *path, const void *bytes, size_t size, r2s_error *err) {
  *h5 = (r2s_h5){.file = -1, .path = path};
  silence(h5);
  hid_t access = access_in_memory();
  if (access >= 0) {
    if (size > 0 && H5Pset_file_image(access, (void *)bytes, size) >= 0)
      h5->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
  }
  return h5->file < 0 ? fail_open(h5, R2S_ERR_FORMAT, "not a readable HDF5 file", err) : R2S_OK;
}

r2s_status r2s_h5_open(r2s_h5 *h5, const char *path, r2s_error *err) {
  char *bytes = NULL;
  size_t size = 0;
  *h5 = (r2s_h5){.file = -1};
  r2s_status st = r2s_io_read_all(path, &bytes, &size, err);
  if (st == R2S_OK) st = r2s_h5_open_bytes(h5, path, bytes, size, err);
  free(bytes);
  return st;
}

r2s_status r2s_h5_save(r2s_h5 *h5, r2s_error *err) {
  r2s_status st = R2S_OK;
  void *image = NULL;
  ssize_t size = -1;
  if (H5Fflush(h5->file, H5F_SCOPE_GLOBAL) >= 0) size = H5Fget_file_image(h5->file, NULL, 0);
  if (size > 0) image = malloc((size_t)size);
  if (!image || H5Fget_file_image(h5->file, image, (size_t)size) != size)
    st = fail_open(h5, R2S_ERR_IO, "can't finish the HDF5 file", err);
  if (st == R2S_OK) {
    const char *path = h5->path;
    r2s_h5_close(h5);
    st = r2s_io_write_atomic(path, image, (size_t)size, err);
  }
  free(image);
  return st;
}

void r2s_h5_close(r2s_h5 *h5) {
  if (!h5->path) return;
  if (h5->file >= 0) H5Fclose(h5->file);
  H5Eset_auto2(H5E_DEFAULT, h5->report, h5->report_data);
  *h5 = (r2s_h5){.file = -1};
}
