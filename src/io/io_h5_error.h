/* SPDX-License-Identifier: MIT
 * What HDF5 says about its last failure. */
#ifndef R2S_IO_H5_ERROR_H
#define R2S_IO_H5_ERROR_H

#include <hdf5.h>

enum { R2S_H5_CAUSE = 160 };

/* The innermost message of HDF5's error stack. */
void r2s_h5_cause(char cause[R2S_H5_CAUSE]);
/* "integer", "string"...: what HDF5 calls a type of this class, for messages. */
const char *r2s_h5_class_name(H5T_class_t kind);

#endif
