/* SPDX-License-Identifier: MIT
 * Characters of texts in UTF-8. */
#ifndef R2S_BASE_UTF8_H
#define R2S_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length in bytes, 1 to 4, of the character that a text begins with, and its number; 0 where the bytes are no
 * UTF-8. At the text's end: 1, and number 0. */
size_t r2s_utf8_next(const char *text, uint32_t *code);

#endif
