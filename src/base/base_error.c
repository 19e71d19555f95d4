/* SPDX-License-Identifier: MIT
 * Status texts, error messages, and the monitor's calls. */
#include "base/base_error.h"

#include <assert.h>
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

/* A message quotes what a file holds: that shall not command the terminal on which it is read, nor pass for a
 * line of ours. lines: '\n' ends a line and stays. Bytes that are no UTF-8 stay: names of files may have
 * them. What has no room is cut. */
static void escape_controls(char *text, size_t size, bool lines) {
  char old[sizeof((r2s_error *)0)->msg], one[8];
  size_t length, used = 0;
  uint32_t code;
  assert(size > 0 && size <= sizeof old);
  snprintf(old, sizeof old, "%s", text);
  text[0] = 0;
  for (const char *from = old; *from; from += length) {
    length = r2s_utf8_next(from, &code);
    const bool control = length && r2s_utf8_is_control(code) && !(lines && code == '\n');
    if (length == 0) length = 1;
    if (!control)
      snprintf(one, sizeof one, "%.*s", (int)length, from);
    else if (code == '\n' || code == '\t' || code == '\r')
      snprintf(one, sizeof one, "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
    else
      snprintf(one, sizeof one, "\\x%02x", (unsigned)code);
    if (used + strlen(one) >= size) break;
    used += (size_t)snprintf(text + used, size - used, "%s", one);
  }
}

static void set_message(r2s_error *err, r2s_status code, const char *fmt, va_list args) {
  vsnprintf(err->msg, sizeof err->msg, fmt, args);
  escape_controls(err->msg, sizeof err->msg, false);
  err->code = code;
}

r2s_status r2s_fail(r2s_error *err, r2s_status code, const char *fmt, ...) {
  if (err) {
    va_list args;
    va_start(args, fmt);
    set_message(err, code, fmt, args);
    va_end(args);
  }
  return code;
}

r2s_status r2s_fail_output(r2s_error *err, r2s_status code, const char *output, const char *fmt, ...) {
  if (err) {
    va_list args;
    va_start(args, fmt);
    set_message(err, code, fmt, args);
    va_end(args);
    const size_t used = strlen(err->msg), room = sizeof err->msg - used;
    snprintf(err->msg + used, room, "%s", output);
    escape_controls(err->msg + used, room, true);
  }
  return code;
}

r2s_status r2s_fail_context(r2s_error *err, r2s_status code, const char *fmt, ...) {
  if (err) {
    const r2s_error old = *err;
    va_list args;
    va_start(args, fmt);
    set_message(err, code, fmt, args);
    va_end(args);
    const size_t used = strlen(err->msg);
    if (used + 3 < sizeof err->msg)
      snprintf(err->msg + used, sizeof err->msg - used, ": %.*s", (int)(sizeof err->msg - used - 3), old.msg);
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
  escape_controls(text, sizeof text, true); /* an error that it tells may have another program's lines */
  monitor->note(monitor->user, level, text);
}

bool r2s_monitor_cancelled(const r2s_monitor *monitor) {
  return monitor && monitor->cancelled && monitor->cancelled(monitor->user);
}
