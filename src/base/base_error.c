/* SPDX-License-Identifier: MIT
 * Status texts, error messages, and the monitor's calls. */
#include "base/base_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base_utf8.h"

const char *r2s_status_text(r2s_status status) {
  static const char *const texts[] = {
#define R2S_STATUS_TEXT(name, text) text,
      R2S_STATUS_LIST(R2S_STATUS_TEXT)
#undef R2S_STATUS_TEXT
  };
  if ((unsigned)status >= sizeof texts / sizeof *texts) return "unknown status";
  return texts[status];
}

const char *r2s_version(void) {
  return R2S_VERSION;
}

/* A message quotes what a file holds: it shall not command the terminal that it is read on. Bytes that are no
 * UTF-8 stay: names of files may have them. */
static void replace_controls(char *text) {
  uint32_t code;
  for (size_t length; *text; text += length ? length : 1) {
    length = r2s_utf8_next(text, &code);
    if (length && (code < ' ' ? code != '\n' && code != '\t' : code >= 0x7f && code <= 0x9f))
      memset(text, '?', length);
  }
}

r2s_status r2s_fail(r2s_error *err, r2s_status code, const char *fmt, ...) {
  if (err) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    replace_controls(err->msg);
    err->code = code;
  }
  return code;
}

r2s_status r2s_fail_context(r2s_error *err, r2s_status code, const char *fmt, ...) {
  if (err) {
    char text[sizeof err->msg], old[sizeof err->msg];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    replace_controls(text);
    memcpy(old, err->msg, sizeof old);
    size_t used = strlen(text);
    memcpy(err->msg, text, used + 1);
    if (used + 3 < sizeof err->msg)
      snprintf(err->msg + used, sizeof err->msg - used, ": %.*s", (int)(sizeof err->msg - used - 3), old);
    err->code = code;
  }
  return code;
}

void r2s_monitor_progress(const r2s_monitor *monitor, const char *stage, double done, double total,
                          const char *detail) {
  if (monitor && monitor->progress) monitor->progress(monitor->user, stage, done, total, detail);
}

void r2s_monitor_note(const r2s_monitor *monitor, r2s_note_level level, const char *fmt, ...) {
  if (!monitor || !monitor->note) return;
  char text[1024];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  monitor->note(monitor->user, level, text);
}

bool r2s_monitor_cancelled(const r2s_monitor *monitor) {
  return monitor && monitor->cancelled && monitor->cancelled(monitor->user);
}
