/* SPDX-License-Identifier: MIT
 * --help, from the tables of commands and options. */
#include "cli.h"

void cli_help_command(FILE *stream, const cli_command *command) {
  fprintf(stream, "usage: rate2spike %s %s\n\n%s\n\n%s\n\nOptions:\n", command->name, command->usage,
          command->summary, command->text);
  for (int id = 0; id < CLI_OPT_COUNT; id++) {
    if (!(command->options & (1u << id))) continue;
    const cli_option *option = &cli_option_table[id];
    char left[64];
    snprintf(left, sizeof left, "%c%c%s--%s%s%s", option->letter ? '-' : ' ',
             option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
             option->argument ? " " : "", option->argument ? option->argument : "");
    fprintf(stream, "  %-28s %s%s%s\n", left, option->doc, id == CLI_OPT_MODEL ? " " : "",
            id == CLI_OPT_MODEL ? command->models : "");
  }
  if ((command->options & CLI_BIT(SEED)) && command->max_positional) fputs("\n" CLI_DEFAULTS "\n", stream);
  fputs("\n" CLI_EXIT_CODES "\n", stream);
}

void cli_help_program(FILE *stream) {
  fputs("usage: rate2spike COMMAND [ARGUMENT ...]\n\n" CLI_ABOUT "\n\nCommands:\n", stream);
  for (int k = 0; cli_commands[k]; k++)
    fprintf(stream, "  %-10s %s\n", cli_commands[k]->name, cli_commands[k]->summary);
  fputs("  help       help on a command: rate2spike help run\n"
        "  version    the version\n\n"
        "Start with: rate2spike run\n",
        stream);
}
