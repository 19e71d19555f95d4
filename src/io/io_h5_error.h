/* SPDX-License-Identifier: MIT
 * What HDF5 says about its last failure. */
#ifndef R2S_IO_H5_ERROR_H
#define R2S_IO_H5_ERROR_H

enum { R2S_H5_CAUSE = 160 };

/* The innermost message of HDF5's error stack. */
void r2s_h5_cause(char cause[R2S_H5_CAUSE]);

#endif
