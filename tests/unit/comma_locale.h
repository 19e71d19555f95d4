/* SPDX-License-Identifier: MIT
 * A locale with a decimal comma, for tests of what must not depend on it. */
#ifndef R2S_TESTS_COMMA_LOCALE_H
#define R2S_TESTS_COMMA_LOCALE_H

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of this machine; else made in `dir` by localedef, where its sources are there. False where there is none.
 */
static inline bool comma_locale_set(const char *dir) {
  static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE.UTF-8"};
  char command[256];
  bool found = false;
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/localedef 2>&1", dir,
           dir);
  for (int k = 0; k < 4 && !found; k++) {
    if (k == 3 && (system(command) != 0 || setenv("LOCPATH", dir, 1) != 0)) return false;
    found = setlocale(LC_ALL, names[k]);
  }
  return found && strcmp(localeconv()->decimal_point, ",") == 0;
}

#endif
