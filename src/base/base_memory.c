/* SPDX-License-Identifier: MIT
 * Checked, aligned, zeroed allocation. */
#include "base/base_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20 };

bool r2s_size_mul(size_t a, size_t b, size_t *out) {
  if (b != 0 && a > SIZE_MAX / b) return false;
  *out = a * b;
  return true;
}

/* Zeroed memory; a large array asks for huge pages: histories of a training are walked through in each step,
 * and in small pages that would be more of them than the processor keeps the addresses of. */
static void *zeroed(size_t bytes) {
  bool huge = bytes >= HUGE_PAGE && bytes <= SIZE_MAX - HUGE_PAGE;
  size_t unit = huge ? HUGE_PAGE : ALIGNMENT;
  bytes = (bytes + unit - 1) / unit * unit;
  void *p = aligned_alloc(unit, bytes);
  if (!p) return NULL;
#if defined(MADV_HUGEPAGE)
  if (huge) madvise(p, bytes, MADV_HUGEPAGE); /* only a wish */
#endif
  return memset(p, 0, bytes);
}

r2s_status r2s_alloc(void *out_pointer, size_t count, size_t size, const char *what, r2s_error *err) {
  void *p = NULL;
  size_t bytes;
  memcpy(out_pointer, &p, sizeof p);
  if (!r2s_size_mul(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
    return r2s_fail(err, R2S_ERR_MEMORY, "%s: %zu x %zu bytes overflow the address space", what, count, size);
  p = zeroed(bytes ? bytes : ALIGNMENT);
  if (!p) return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for %zu bytes", what, bytes);
  memcpy(out_pointer, &p, sizeof p);
  return R2S_OK;
}
