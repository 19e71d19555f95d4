/* SPDX-License-Identifier: MIT
 * Numbers of files have a decimal point, whatever locale the calling program has set. The locale belongs to
 * the thread; what was set before is put back. */
#ifndef R2S_BASE_LOCALE_H
#define R2S_BASE_LOCALE_H

#include <locale.h>

typedef struct r2s_locale {
  locale_t c, before;
} r2s_locale;

/* Locale "C" for this thread, until r2s_locale_restore. */
static inline r2s_locale r2s_locale_c(void) {
  r2s_locale locale = {.c = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
  if (locale.c) locale.before = uselocale(locale.c);
  return locale;
}

static inline void r2s_locale_restore(r2s_locale locale) {
  if (!locale.c) return;
  uselocale(locale.before);
  freelocale(locale.c);
}

#endif
