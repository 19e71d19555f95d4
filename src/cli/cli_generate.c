/* SPDX-License-Identifier: MIT
 * rate2spike generate: what a package of the program has beside it. */
#include <string.h>

#include "cli.h"

static int run_generate(const cli_command *command, const cli_arguments *a) {
  const char *what = a->positional[0];
  if (strcmp(what, "man") == 0)
    cli_man();
  else if (strcmp(what, "bash") == 0)
    cli_completion_bash();
  else
    return cli_usage(command, "found \"%s\"; expected %s", what, command->usage);
  return CLI_OK;
}

const cli_command cli_generate = {
    .name = "generate",
    .usage = "man | bash",
    .summary = "print the manual page, or completions for a shell",
    .text = "An installed rate2spike has both. Of one that is not installed:\n"
            "\n"
            "  source <(rate2spike generate bash)\n"
            "  autoload -U bashcompinit; bashcompinit; source <(rate2spike generate bash)    # in zsh\n"
            "  rate2spike generate man > rate2spike.1; man ./rate2spike.1",
    .options = CLI_COMMON,
    .min_positional = 1,
    .max_positional = 1,
    .run = run_generate,
};
