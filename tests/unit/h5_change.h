/* SPDX-License-Identifier: MIT
 * Writes other values into a good HDF5 file, as no save of ours does. Include after cmocka.h. */
#ifndef R2S_TESTS_H5_CHANGE_H
#define R2S_TESTS_H5_CHANGE_H

#include <hdf5.h>

static inline void change_attribute(const char *path, const char *name, hid_t type, const void *value) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), attribute = H5Aopen(file, name, H5P_DEFAULT);
  assert_true(attribute >= 0 && H5Awrite(attribute, type, value) >= 0);
  H5Aclose(attribute);
  H5Fclose(file);
}

/* One of another type; value is as in the file. */
static inline void retype_attribute(const char *path, const char *name, hid_t type, const void *value) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
  assert_true(file >= 0 && H5Adelete(file, name) >= 0);
  const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(attribute >= 0 && H5Awrite(attribute, type, value) >= 0);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Fclose(file);
}

/* All values of a dataset. */
static inline void change_dataset(const char *path, const char *name, hid_t type, const void *values) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), set = H5Dopen2(file, name, H5P_DEFAULT);
  assert_true(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Dclose(set);
  H5Fclose(file);
}

#endif
