/* SPDX-License-Identifier: MIT
 * The command line: the command, then a line for each of its words. */
#include <getopt.h>
#include <string.h>

#include "cli/cli.h"
#include "fuzz.h"

enum { MAX_WORDS = 100 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static cli_arguments arguments; /* large */
  static r2s_config config;
  r2s_error err = {0};
  char *text = malloc(size + 1), *words[MAX_WORDS + 1], *rest = text;
  int n = 0;
  FUZZ_EXPECT(text);
  memcpy(text, bytes, size);
  text[size] = 0;
  while (n < MAX_WORDS && rest) words[n++] = strsep(&rest, "\n");
  words[n] = NULL;
  for (int k = 0; cli_commands[k]; k++) {
    if (strcmp(cli_commands[k]->name, words[0]) != 0) continue;
    optind = 0; /* getopt begins anew */
    if (cli_arguments_read(&arguments, cli_commands[k], n, words) != 0) break;
    if (cli_arguments_config(&arguments, NULL, &config, &err) != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  }
  free(text);
  return 0;
}
