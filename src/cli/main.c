/* SPDX-License-Identifier: MIT
 * The program rate2spike: finds the command and runs it. */
#include <string.h>

#include "cli.h"

static const cli_command *const commands[] = {
    &cli_run,    &cli_train, &cli_convert, &cli_simulate, &cli_figures, &cli_report, &cli_inspect,
    &cli_verify, &cli_task,  &cli_export,  &cli_options,  &cli_bench,   NULL};

static const cli_command *find(const char *name) {
  for (int k = 0; commands[k]; k++) {
    if (strcmp(commands[k]->name, name) == 0) return commands[k];
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
    cli_help_program(stdout, commands);
    return CLI_OK;
  }
  const cli_command *command = find(argv[2]);
  if (!command) return unknown(argv[2]);
  cli_help_command(stdout, command);
  return CLI_OK;
}

int main(int argc, char **argv) {
  cli_message_setup(false, false);
  if (argc < 2) {
    cli_help_program(stderr, commands);
    return CLI_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
    printf("rate2spike %s\n", r2s_version());
    return CLI_OK;
  }
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
    return help(argc, argv);
  const cli_command *command = find(name);
  if (!command) return unknown(name);

  static cli_arguments arguments; /* large */
  int failed = cli_arguments_read(&arguments, command, argc - 1, argv + 1);
  if (failed) return failed;
  argv[0] = "rate2spike";
  arguments.n_words = argc;
  arguments.words = (const char *const *)argv;
  if (arguments.help) {
    cli_help_command(stdout, command);
    return CLI_OK;
  }
  cli_message_setup(arguments.no_color, arguments.quiet);
  cli_progress_setup(arguments.quiet);
  cli_interrupt_setup();
  r2s_error err = {0};
  if (r2s_environment_check(&err) != R2S_OK) return cli_fail(&err);
  int code = command->run(command, &arguments);
  cli_progress_end();
  if (fflush(stdout) != 0 || ferror(stdout)) {
    cli_error("stdout can't be written");
    return CLI_FAILED;
  }
  return code;
}
