/* SPDX-License-Identifier: MIT
 * How the library reports failure. */
#ifndef R2S_BASE_ERROR_H
#define R2S_BASE_ERROR_H

#include "rate2spike/status.h"

/* Fills err (may be NULL) and returns code, control characters of what is quoted as \n, \x1b: return
 * r2s_fail(err, R2S_ERR_ARG, "k = %d; expected >= 0", k); */
r2s_status r2s_fail(r2s_error *err, r2s_status code, const char *fmt, ...) R2S_PRINTF(3, 4);

/* The same with what another program put out behind it, line by line. */
r2s_status r2s_fail_output(r2s_error *err, r2s_status code, const char *output, const char *fmt, ...)
    R2S_PRINTF(4, 5);

/* Puts "context: " before the message of an error that is passed on; returns err's code (or `code`). */
r2s_status r2s_fail_context(r2s_error *err, r2s_status code, const char *fmt, ...) R2S_PRINTF(3, 4);

/* Calls, and on failure goes to the function's one clean-up label with `st` set. */
#define R2S_TRY(st, call)                                                                                    \
  do {                                                                                                       \
    (st) = (call);                                                                                           \
    if ((st) != R2S_OK) goto done;                                                                           \
  } while (0)

/* The monitor's calls, safe for NULL. */
void r2s_monitor_progress(const r2s_monitor *monitor, const char *stage, double done, double total,
                          const char *detail);
void r2s_monitor_note(const r2s_monitor *monitor, r2s_note_level level, const char *fmt, ...)
    R2S_PRINTF(3, 4);
bool r2s_monitor_cancelled(const r2s_monitor *monitor);

#endif
