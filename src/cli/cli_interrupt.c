/* SPDX-License-Identifier: MIT
 * Ctrl-C, SIGTERM, a closed terminal (SIGHUP) and the end of the CPU time that is allowed (SIGXCPU, ulimit
 * -St): the first asks the library to stop at the next safe point, a second one ends the program; so does the
 * first in a command that has no safe points. What is ignored as the program starts (nohup, background jobs
 * of scripts) stays ignored. A reader of our output that is gone (`| head -1`) ends commands that only print;
 * in one that works the writing fails, and the work goes on. A file that may not grow further (ulimit -f) is
 * an error of its writing, not the program's end. */
#include <signal.h>

#include "cli.h"

static volatile sig_atomic_t pending;

static void on_signal(int number) {
  (void)number;
  pending = 1;
}

static void catch_signal(int number, int flags) {
  struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | flags};
  sigemptyset(&action.sa_mask);
  if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(number, &action, NULL);
}

void cli_interrupt_setup(bool interruptible) {
  static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
  signal(SIGXFSZ, SIG_IGN);
  if (!interruptible) return;
  signal(SIGPIPE, SIG_IGN);
  /* SA_RESETHAND: the second one has its default effect */
  for (int k = 0; k < 3; k++) catch_signal(stops[k], (int)SA_RESETHAND);
  catch_signal(SIGXCPU, 0); /* comes each second; the hard limit ends the program */
}

bool cli_interrupt_pending(void) {
  return pending != 0;
}
