/* SPDX-License-Identifier: MIT
 * The number of what a text counts. */
#ifndef R2S_BASE_PLURAL_H
#define R2S_BASE_PLURAL_H

/* "%d step%s": 1 step, 0 and 2 steps. */
static inline const char *r2s_plural(double n) {
  return n == 1 ? "" : "s";
}

#endif
