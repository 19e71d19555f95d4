/* SPDX-License-Identifier: MIT
 * Checked, aligned, zeroed allocation. */
#include "base/base_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

bool r2s_size_mul(size_t a, size_t b, size_t *out) {
  if (b != 0 && a > SIZE_MAX / b) return false;
  *out = a * b;
  return true;
}

r2s_status r2s_alloc(void *out_pointer, size_t count, size_t size, const char *what, r2s_error *err) {
  void *p = NULL;
  size_t bytes;
  memcpy(out_pointer, &p, sizeof p);
  if (!r2s_size_mul(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
    return r2s_fail(err, R2S_ERR_MEMORY, "%s: %zu x %zu bytes overflow the address space", what, count, size);
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (bytes == 0) bytes = ALIGNMENT;
  p = aligned_alloc(ALIGNMENT, bytes);
  if (!p) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for %zu bytes", what, bytes);
  memset(p, 0, bytes);
  memcpy(out_pointer, &p, sizeof p);
  return R2S_OK;
}
