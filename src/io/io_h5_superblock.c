/* SPDX-License-Identifier: MIT
 * The checksum of HDF5's superblock: Jenkins' lookup3 (public domain), as HDF5 uses for all its metadata. */
#include "io/io_h5_superblock.h"

#include <string.h>

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

void r2s_h5_superblock_seal(uint8_t *image, size_t size) {
  /* signature 8, version 1, sizes of offsets and lengths 2, flags 1, four addresses of 8 bytes; then the
   * checksum */
  enum { VERSION = 8, SIZE_OF_OFFSETS = 9, BLOCK = 44 };
  if (size < BLOCK + 4 || image[VERSION] != 3 || image[SIZE_OF_OFFSETS] != 8) return;
  uint32_t sum = lookup3(image, BLOCK);
  memcpy(image + BLOCK, &sum, sizeof sum);
}
