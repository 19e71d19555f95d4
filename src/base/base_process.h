/* SPDX-License-Identifier: MIT
 * Runs another program and waits for it. */
#ifndef R2S_BASE_PROCESS_H
#define R2S_BASE_PROCESS_H

#include <stddef.h>

#include "base/base_error.h"

/* What to run. argv[0] is looked up in PATH where it has no slash, else from our working directory, as
 * relative entries of PATH are; strings are borrowed for the call. */
typedef struct r2s_process_config {
  const char *const *argv; /* ends with NULL */
  const char *directory;   /* working directory of the program; NULL: ours */
  const char *const *env;  /* "NAME=value" to add or replace, ends with NULL; NULL: none */
  const char *remedy;      /* how to get the program, for the message when it is missing; NULL: none */
  /* called with each line (without the newline) of the program's stdout and stderr as it comes; may be NULL
   */
  void (*line)(void *user, const char *text);
  void *user;
} r2s_process_config;

typedef struct r2s_process_result {
  int exit_code;   /* -1 where a signal ended it */
  int signal;      /* 0 where it exited */
  char tail[2048]; /* the end of what it wrote to stdout and stderr */
} r2s_process_result;

/* The program gets no stdin. R2S_OK means that it ran and ended, however it ended: see the result.
 * R2S_ERR_EXTERNAL where it can't be started, R2S_ERR_CANCELLED where the monitor stopped it (SIGTERM to its
 * process group, SIGKILL after 3 s). */
R2S_MUST_CHECK r2s_status r2s_process_run(const r2s_process_config *config, r2s_process_result *out,
                                          const r2s_monitor *monitor, r2s_error *err);

/* The same, and any end but exit code 0 is R2S_ERR_EXTERNAL with the last lines that the program wrote. */
R2S_MUST_CHECK r2s_status r2s_process_check(const r2s_process_config *config, const r2s_monitor *monitor,
                                            r2s_error *err);

#endif
