/* SPDX-License-Identifier: MIT
 * Ctrl-C, SIGTERM and a closed terminal (SIGHUP, but under nohup): the first asks the library to stop at the
 * next safe point, a second one ends the program. A file that may not grow further (ulimit -f) is an error of
 * its writing, not the program's end. */
#include <signal.h>

#include "cli.h"

static volatile sig_atomic_t pending;

static void on_signal(int number) {
  (void)number;
  pending = 1;
}

void cli_interrupt_setup(void) {
  /* SA_RESETHAND: the second one has its default effect */
  struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
  signal(SIGXFSZ, SIG_IGN);
}

bool cli_interrupt_pending(void) {
  return pending != 0;
}
