/* SPDX-License-Identifier: MIT
 * The checksum behind our HDF5 files. HDF5 has checksums of its own parts, but its library does not come
 * through every damaged file unharmed (1.10.8: "infinite loop closing library"), so damage is found before it
 * reads. */
#ifndef R2S_IO_H5_SEAL_H
#define R2S_IO_H5_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "r2s-crc" and 0, then the CRC-32 of all bytes before as uint64, little-endian. Readers of HDF5 ignore what
 * is behind the end that the superblock tells; a program that changes the file cuts it off. */
#define R2S_H5_TRAILER ((size_t)16)

/* Makes image [size] a file, and writes the trailer to image [size..size + R2S_H5_TRAILER). */
void r2s_h5_seal(uint8_t *image, size_t size);

/* False where there is a trailer that does not fit. */
bool r2s_h5_is_whole(const uint8_t *bytes, size_t size);

#endif
