/* SPDX-License-Identifier: MIT
 * Flush-to-zero for fast engines and training: a float filter with tau_r = 2 ms is denormal, and slow, after
 * 175 ms of silence. The mode belongs to the thread; what was set before is put back. */
#ifndef R2S_BASE_FLUSH_H
#define R2S_BASE_FLUSH_H

#include <stdint.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

/* Switches denormals off; returns the mode to restore. */
static inline uint64_t r2s_flush_on(void) {
#if defined(__SSE__)
  unsigned int mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040); /* flush to zero, denormals are zero */
  return mode;
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | UINT64_C(1) << 24));
  return mode;
#else
  return 0;
#endif
}

static inline void r2s_flush_restore(uint64_t mode) {
#if defined(__SSE__)
  _mm_setcsr((unsigned int)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

#endif
