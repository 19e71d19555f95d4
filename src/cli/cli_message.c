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

static void say(const char *kind, const char *ansi, const char *fmt, va_list args) {
  cli_progress_end();
  fprintf(stderr, "rate2spike: %s%s:%s ", color ? ansi : "", kind, color ? "\033[0m" : "");
  vfprintf(stderr, fmt, args);
  fputc('\n', stderr);
}

void cli_error(const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  say("error", "\033[1;31m", fmt, args);
  va_end(args);
}

void cli_warning(const char *fmt, ...) {
  if (quiet) return;
  va_list args;
  va_start(args, fmt);
  say("warning", "\033[1;33m", fmt, args);
  va_end(args);
}

int cli_usage(const cli_command *command, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  say("error", "\033[1;31m", fmt, args);
  va_end(args);
  fprintf(stderr, "Try: rate2spike %s --help\n", command->name);
  return CLI_USAGE;
}

int cli_unreadable(const cli_command *command, const char *path, const char *expected) {
  if (errno == ENOENT || errno == ENOTDIR)
    return cli_usage(command, "%s: no such file; expected %s", path, expected);
  return cli_usage(command, "%s: can't read it: %s; expected %s", path, strerror(errno), expected);
}

int cli_fail(const r2s_error *err) {
  cli_error("%s", err->msg[0] ? err->msg : r2s_status_text(err->code));
  return err->code == R2S_ERR_CONFIG || err->code == R2S_ERR_ARG ? CLI_USAGE : CLI_FAILED;
}
