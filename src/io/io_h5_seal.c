/* SPDX-License-Identifier: MIT
 * Checksums of an HDF5 image: of its superblock (Jenkins' lookup3, public domain, as HDF5 uses for all its
 * metadata) and of the whole (CRC-32). */
#include "io/io_h5_seal.h"

#include <string.h>
#include <zlib.h>

static const char mark[8] = "r2s-crc";

static uint32_t rotate(uint32_t x, int k) {
  return x << k | x >> (32 - k);
}

static uint32_t lookup3(const uint8_t *bytes, size_t size) {
  uint32_t a = 0xdeadbeef + (uint32_t)size, b = a, c = a, k[3];
  for (; size > 12; bytes += 12, size -= 12) {
    memcpy(k, bytes, 12);
    a += k[0], b += k[1], c += k[2];
    a -= c, a ^= rotate(c, 4), c += b;
    b -= a, b ^= rotate(a, 6), a += c;
    c -= b, c ^= rotate(b, 8), b += a;
    a -= c, a ^= rotate(c, 16), c += b;
    b -= a, b ^= rotate(a, 19), a += c;
    c -= b, c ^= rotate(b, 4), b += a;
  }
  memset(k, 0, sizeof k);
  memcpy(k, bytes, size);
  a += k[0], b += k[1], c += k[2];
  c ^= b, c -= rotate(b, 14);
  a ^= c, a -= rotate(c, 11);
  b ^= a, b -= rotate(a, 25);
  c ^= b, c -= rotate(b, 16);
  a ^= c, a -= rotate(c, 4);
  b ^= a, b -= rotate(a, 14);
  c ^= b, c -= rotate(b, 24);
  return c;
}

/* H5Fget_file_image (HDF5 1.10) clears the flag "open for writing" of a superblock of version 3 and leaves
 * its checksum as it was: no reader takes such a file. */
static void seal_superblock(uint8_t *image, size_t size) {
  /* signature 8, version 1, sizes of offsets and lengths 2, flags 1, four addresses of 8 bytes; then the
   * checksum */
  enum { VERSION = 8, SIZE_OF_OFFSETS = 9, BLOCK = 44 };
  if (size < BLOCK + 4 || image[VERSION] != 3 || image[SIZE_OF_OFFSETS] != 8) return;
  uint32_t sum = lookup3(image, BLOCK);
  memcpy(image + BLOCK, &sum, sizeof sum);
}

void r2s_h5_seal(uint8_t *image, size_t size) {
  seal_superblock(image, size);
  uint64_t sum = crc32_z(0, image, size);
  memcpy(image + size, mark, sizeof mark);
  memcpy(image + size + sizeof mark, &sum, sizeof sum);
}

bool r2s_h5_is_whole(const uint8_t *bytes, size_t size) {
  uint64_t sum;
  if (size < R2S_H5_TRAILER || memcmp(bytes + size - R2S_H5_TRAILER, mark, sizeof mark) != 0) return true;
  memcpy(&sum, bytes + size - sizeof sum, sizeof sum);
  return sum == crc32_z(0, bytes, size - R2S_H5_TRAILER);
}
