/* SPDX-License-Identifier: MIT
 * Characters of texts in UTF-8. */
#ifndef R2S_BASE_UTF8_H
#define R2S_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length in bytes, 1 to 4, of the character that a text begins with, and its number; 0 where the bytes are no
 * UTF-8. At the text's end: 1, and number 0. */
size_t r2s_utf8_next(const char *text, uint32_t *code);

/* Whether a character is one that a terminal obeys (C0, DEL, C1). */
static inline bool r2s_utf8_is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

#endif
