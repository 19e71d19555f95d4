/* SPDX-License-Identifier: MIT
 * HDF5 files as images in memory: opening, saving, closing, and what HDF5 says about failures. */
#include "io/io_h5.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/io_h5_error.h"
#include "io/io_h5_seal.h"
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

const char *r2s_h5_class_name(H5T_class_t kind) {
  static const char *const names[H5T_NCLASSES] = {"integer",  "float",           "time",     "string",
                                                  "bitfield", "opaque",          "compound", "reference",
                                                  "enum",     "variable length", "array"};
  return kind >= 0 && kind < H5T_NCLASSES ? names[kind] : "unreadable";
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

/* HDF5 takes two files of one name for the same file, and an image under an existing name for a mistake: so a
 * name that is this file's own and can't exist. */
static const char *image_name(const r2s_h5 *h5, char name[64]) {
  snprintf(name, 64, "/dev/null/r2s-%p", (const void *)h5);
  return name;
}

static r2s_status fail_closed(r2s_h5 *h5, r2s_status code, const char *what, const char *cause,
                              r2s_error *err) {
  r2s_status st = r2s_fail(err, code, "%s: %s: %s", h5->path, what, cause);
  r2s_h5_close(h5);
  return st;
}

r2s_status r2s_h5_create(r2s_h5 *h5, const char *path, r2s_error *err) {
  char cause[R2S_H5_CAUSE] = "", name[64];
  *h5 = (r2s_h5){.file = -1, .path = path};
  silence(h5);
  hid_t access = access_in_memory(), root = H5Pcreate(H5P_FILE_CREATE);
  /* the same content is the same file: no time of its making in the root group */
  if (access >= 0 && root >= 0 && H5Pset_obj_track_times(root, false) >= 0)
    h5->file = H5Fcreate(image_name(h5, name), H5F_ACC_TRUNC, root, access);
  if (h5->file < 0) r2s_h5_cause(cause); /* before the next call replaces it */
  if (root >= 0) H5Pclose(root);
  if (access >= 0) H5Pclose(access);
  return h5->file < 0 ? fail_closed(h5, R2S_ERR_IO, "can't make an HDF5 file", cause, err) : R2S_OK;
}

r2s_status r2s_h5_open_bytes(r2s_h5 *h5, const char *path, const void *bytes, size_t size, r2s_error *err) {
  char cause[R2S_H5_CAUSE] = "", name[64];
  *h5 = (r2s_h5){.file = -1};
  if (size == 0) return r2s_fail(err, R2S_ERR_FORMAT, "%s: empty file; expected an HDF5 file", path);
  if (!r2s_h5_is_whole(bytes, size))
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: damaged: its content does not match its checksum", path);
  h5->path = path;
  silence(h5);
  hid_t access = access_in_memory();
  if (access >= 0 && H5Pset_file_image(access, (void *)bytes, size) >= 0)
    h5->file = H5Fopen(image_name(h5, name), H5F_ACC_RDONLY, access);
  if (h5->file < 0) r2s_h5_cause(cause);
  if (access >= 0) H5Pclose(access);
  return h5->file < 0 ? fail_closed(h5, R2S_ERR_FORMAT, "not a readable HDF5 file", cause, err) : R2S_OK;
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
  if (size > 0) image = malloc((size_t)size + R2S_H5_TRAILER);
  if (size > 0 && !image) {
    st = r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for the file's %zd bytes", h5->path, size);
    r2s_h5_close(h5);
  } else if (!image || H5Fget_file_image(h5->file, image, (size_t)size) != size) {
    char cause[R2S_H5_CAUSE];
    r2s_h5_cause(cause);
    st = fail_closed(h5, R2S_ERR_IO, "can't finish the HDF5 file", cause, err);
  }
  if (st == R2S_OK) {
    const char *path = h5->path;
    r2s_h5_seal(image, (size_t)size);
    r2s_h5_close(h5);
    st = r2s_io_write_atomic(path, image, (size_t)size + R2S_H5_TRAILER, err);
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
