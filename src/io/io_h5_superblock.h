/* SPDX-License-Identifier: MIT
 * The first block of an HDF5 image. */
#ifndef R2S_IO_H5_SUPERBLOCK_H
#define R2S_IO_H5_SUPERBLOCK_H

#include <stddef.h>
#include <stdint.h>

/* H5Fget_file_image (HDF5 1.10) clears the flag "open for writing" of a superblock of version 3 and leaves
 * its checksum as it was: no reader takes such a file. Puts the right checksum. */
void r2s_h5_superblock_seal(uint8_t *image, size_t size);

#endif
