/* SPDX-License-Identifier: MIT
 * Messages on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static bool color, quiet;

void cli_message_setup(bool no_color, bool be_quiet) {
  const char *env = getenv("NO_COLOR");
  color = !no_color && !(env && *env) && isatty(STDERR_FILENO);
  quiet = be_quiet;
}

/* Control characters (C0, DEL, and C1 as UTF-8 has them) of what a message quotes as \n, \x1b, as the
 * library's own messages have them: they shall not command the terminal. lines: '\n' ends a line. */
static void put_text(const char *text, bool lines) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    const bool c1 = c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;
    if (c1) c++; /* the second byte is the character's number */
    if (!c1 && ((*c >= 0x20 && *c != 0x7f) || (lines && *c == '\n')))
      fputc(*c, stderr);
    else if (*c == '\n' || *c == '\t' || *c == '\r')
      fprintf(stderr, "\\%c", *c == '\n' ? 'n' : *c == '\t' ? 't' : 'r');
    else
      fprintf(stderr, "\\x%02x", *c);
  }
}

static void say(const char *kind, const char *ansi, const char *text, bool lines) {
  cli_progress_end();
  fprintf(stderr, "rate2spike: %s%s:%s ", color ? ansi : "", kind, color ? "\033[0m" : "");
  put_text(text, lines);
  fputc('\n', stderr);
}

static void say_error(const char *text, bool lines) {
  say("error", "\033[1;31m", text, lines);
}

static void say_warning(const char *text, bool lines) {
  if (!quiet) say("warning", "\033[1;33m", text, lines);
}

/* Room for any command's paths; a longer message is cut. */
enum { MESSAGE_SIZE = 4 * CLI_PATH_SIZE };

void cli_error(const char *fmt, ...) {
  char text[MESSAGE_SIZE];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  say_error(text, false);
}

void cli_warning(const char *fmt, ...) {
  char text[MESSAGE_SIZE];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  say_warning(text, false);
}

void cli_warning_lines(const char *text) {
  say_warning(text, true);
}

int cli_usage(const cli_command *command, const char *fmt, ...) {
  char text[MESSAGE_SIZE];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  say_error(text, false);
  fprintf(stderr, "Try: rate2spike %s --help\n", command->name);
  return CLI_USAGE;
}

int cli_unreadable(const cli_command *command, const char *path, const char *expected) {
  if (errno == ENOENT || errno == ENOTDIR)
    return cli_usage(command, "%s: no such file; expected %s", path, expected);
  return cli_usage(command, "%s: can't read it: %s; expected %s", path, strerror(errno), expected);
}

int cli_fail(const r2s_error *err) {
  say_error(err->msg[0] ? err->msg : r2s_status_text(err->code), true); /* another program's lines stay */
  return err->code == R2S_ERR_CONFIG || err->code == R2S_ERR_ARG ? CLI_USAGE : CLI_FAILED;
}
