/* SPDX-License-Identifier: MIT
 * Decodes UTF-8 (RFC 3629): the shortest form only, no surrogates, up to U+10FFFF. */
#include "base/base_utf8.h"

#include <stdbool.h>

size_t r2s_utf8_next(const char *text, uint32_t *code) {
  static const struct {
    unsigned char mask, lead;
    uint32_t least;
  } forms[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
  const unsigned char *bytes = (const unsigned char *)text;
  size_t more = 0;
  while (more < 4 && (bytes[0] & forms[more].mask) != forms[more].lead) more++;
  if (more == 4) return 0;
  *code = bytes[0] & (unsigned char)~forms[more].mask;
  for (size_t k = 1; k <= more; k++) {
    if ((bytes[k] & 0xc0) != 0x80) return 0; /* the text's 0, too */
    *code = *code << 6 | (bytes[k] & 0x3f);
  }
  const bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
  return *code < forms[more].least || *code > 0x10ffff || surrogate ? 0 : more + 1;
}
