/* SPDX-License-Identifier: MIT
 * The program rate2spike: finds the command and runs it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

const cli_command *const cli_commands[] = {
    &cli_run,    &cli_train, &cli_convert, &cli_simulate, &cli_figures, &cli_report,   &cli_inspect,
    &cli_verify, &cli_task,  &cli_export,  &cli_options,  &cli_bench,   &cli_generate, NULL};

static const cli_command *find(const char *name) {
  for (int k = 0; cli_commands[k]; k++) {
    if (strcmp(cli_commands[k]->name, name) == 0) return cli_commands[k];
  }
  return NULL;
}

static int unknown(const char *name) {
  cli_error("unknown command \"%s\"", name);
  fputs("Try: rate2spike --help\n", stderr);
  return CLI_USAGE;
}

static int help(int argc, char **argv) {
  if (argc < 3) {
    cli_help_program(stdout);
    return CLI_OK;
  }
  const cli_command *command = find(argv[2]);
  if (!command) return unknown(argv[2]);
  cli_help_command(stdout, command);
  return CLI_OK;
}

/* What was printed has arrived; else an error. */
static int finish(int code) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return code;
  cli_error("stdout can't be written");
  return CLI_FAILED;
}

/* words [argc]: the whole command as it was given; reading it brings argv into another order. */
static int run_command(const cli_command *command, int argc, char **argv, const char *const *words) {
  static cli_arguments arguments; /* large */
  const int failed = cli_arguments_read(&arguments, command, argc - 1, argv + 1);
  if (failed) return failed;
  arguments.n_words = argc;
  arguments.words = words;
  if (arguments.help) {
    cli_help_command(stdout, command);
    return finish(CLI_OK);
  }
  cli_message_setup(arguments.no_color, arguments.quiet);
  cli_progress_setup(arguments.quiet);
  cli_interrupt_setup(command->interruptible);
  r2s_error err = {0};
  if (r2s_environment_check(&err) != R2S_OK) return cli_fail(&err);
  const int code = command->run(command, &arguments);
  cli_progress_end();
  return finish(code);
}

/* A file of results must not become stdout or stderr where those are closed. Read-only: to print fails as it
 * would. */
static void hold_standard_descriptors(void) {
  int fd;
  do fd = open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

int main(int argc, char **argv) {
  hold_standard_descriptors();
  cli_message_setup(false, false);
  if (argc < 2) {
    cli_help_program(stderr);
    return CLI_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
    printf("rate2spike %s\n", r2s_version());
    return finish(CLI_OK);
  }
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
    return finish(help(argc, argv));
  const cli_command *command = find(name);
  if (!command) return unknown(name);

  const char **words = malloc(((size_t)argc + 1) * sizeof *words);
  if (!words) {
    cli_error("out of memory");
    return CLI_FAILED;
  }
  for (int k = 0; k <= argc; k++) words[k] = argv[k];
  words[0] = "rate2spike";
  int code = run_command(command, argc, argv, words);
  free(words);
  return code;
}
