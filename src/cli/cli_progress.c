/* SPDX-License-Identifier: MIT
 * Progress on stderr: a bar with the time left on a terminal, plain lines elsewhere, nothing with --quiet. */
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum { BAR = 24 };

static struct {
  bool quiet, terminal, open; /* open: the bar's line has no newline yet */
  char stage[32];
  double start_time, start_done; /* of the stage, for the time left */
  double shown_time, shown_share;
} progress;

void cli_progress_setup(bool quiet) {
  progress.quiet = quiet;
  progress.terminal = isatty(STDERR_FILENO);
}

double cli_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void format_time(char text[32], double seconds) {
  const double minutes = floor(seconds / 60), hours = floor(minutes / 60);
  if (seconds < 99.5) {
    snprintf(text, 32, "%.0f s", seconds);
  } else if (hours < 2) {
    snprintf(text, 32, "%.0f min %02.0f s", minutes, floor(seconds - 60 * minutes));
  } else {
    snprintf(text, 32, "%.0f h %02.0f min", hours, minutes - 60 * hours);
  }
}

/* share < 0: not known, and no bar. */
static void draw_line(double share, const char *left, const char *detail) {
  char bar[BAR + 1];
  for (int k = 0; k < BAR; k++) bar[k] = k < (int)(share * BAR + 0.5) ? '#' : '.';
  bar[BAR] = 0;
  char line[256];
  int n = share < 0 ? snprintf(line, sizeof line, "%-11s %s", progress.stage, detail)
                    : snprintf(line, sizeof line, "%-11s [%s] %3.0f %%  %s  %s", progress.stage, bar,
                               100 * share, left, detail);
  struct winsize window;
  int columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : 80;
  if (n >= columns)
    line[columns < (int)sizeof line ? columns - 1 : (int)sizeof line - 1] = 0; /* a wrapped line stays */
  fprintf(stderr, "\r\033[K%s", line);
  fflush(stderr);
  progress.open = true;
}

static void on_progress(void *user, const char *stage, double done, double total, const char *detail) {
  (void)user;
  const bool known = total > 0;
  double time = cli_now(), share = known ? done / total : 0;
  bool first = strncmp(progress.stage, stage, sizeof progress.stage - 1) != 0;
  if (first) {
    cli_progress_end();
    snprintf(progress.stage, sizeof progress.stage, "%s", stage);
    progress.start_time = progress.shown_time = time;
    progress.start_done = done;
    progress.shown_share = 0;
    if (!progress.terminal) progress.shown_time = 0; /* its first line at once */
  }
  bool last = share >= 1;
  double since = time - progress.shown_time, step = share - progress.shown_share;
  bool due = progress.terminal ? since > 0.1 : since > 5 || (step >= 0.1 && since > 1);
  if (!(due || (last && step > 0))) return;
  progress.shown_time = time;
  progress.shown_share = share;

  char text[32], left[48];
  double elapsed = time - progress.start_time, gained = done - progress.start_done;
  if (last) {
    format_time(text, elapsed);
    snprintf(left, sizeof left, "%s", text);
  } else if (known && gained > 0) {
    format_time(text, elapsed * (total - done) / gained);
    snprintf(left, sizeof left, "%s left", text);
  } else {
    left[0] = 0;
  }
  if (progress.terminal) {
    draw_line(known ? share : -1, left, detail);
    if (last) cli_progress_end();
  } else if (!known) {
    fprintf(stderr, "%s: %s\n", stage, detail);
  } else {
    fprintf(stderr, "%s: %.0f %%%s%s%s%s\n", stage, 100 * share, left[0] ? ", " : "", left,
            detail[0] ? ", " : "", detail);
  }
}

void cli_progress_end(void) {
  if (!progress.open) return;
  fputc('\n', stderr);
  progress.open = false;
}

static void on_note(void *user, r2s_note_level level, const char *text) {
  (void)user;
  if (level == R2S_NOTE_WARNING) {
    cli_warning_lines(text);
  } else if (!progress.quiet) {
    cli_progress_end();
    fprintf(stderr, "%s\n", text);
  }
}

static bool on_cancelled(void *user) {
  (void)user;
  return cli_interrupt_pending();
}

const r2s_monitor *cli_progress_monitor(void) {
  static const r2s_monitor loud = {on_progress, on_note, on_cancelled, NULL},
                           silent = {NULL, on_note, on_cancelled, NULL};
  return progress.quiet ? &silent : &loud;
}
