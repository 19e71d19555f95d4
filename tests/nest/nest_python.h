/* SPDX-License-Identifier: MIT
 * Which Python the live tests use. */
#ifndef R2S_TEST_NEST_PYTHON_H
#define R2S_TEST_NEST_PYTHON_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* NULL where there is none: the test says so and is skipped (exit code 77). A Python that is there but lacks
 * NEST is a failure. */
static inline const char *nest_python(void) {
  const char *python = getenv("R2S_PYTHON");
  if (!python || !*python) python = R2S_TEST_PYTHON;
  if (!*python) python = R2S_TEST_VENV;
  if (access(python, X_OK) == 0) return python;
  fprintf(stderr, "no Python at %s: skipped (set R2S_PYTHON)\n", python);
  return NULL;
}

#endif
