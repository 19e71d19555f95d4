/* SPDX-License-Identifier: MIT
 * rate2spike options: every option of the configuration. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static void print_range(const r2s_option_info *info) {
  if (info->choices && info->choices[0]) {
    printf(": %s", info->choices);
  } else if (strcmp(info->type, "integer") != 0 && strcmp(info->type, "number") != 0) {
    return;
  } else if (isfinite(info->min) && isfinite(info->max)) {
    printf(info->above_min ? ", above %g to %g" : ", %g to %g", info->min, info->max);
  } else if (isfinite(info->min)) {
    printf(info->above_min ? ", above %g" : ", from %g", info->min);
  } else if (isfinite(info->max)) {
    printf(", up to %g", info->max);
  }
}

static int print_option(const r2s_config *config, int k) {
  r2s_option_info info = r2s_config_option(k);
  char value[1024];
  r2s_error err = {0};
  if (r2s_config_value(config, k, value, sizeof value, &err) != R2S_OK) return cli_fail(&err);
  printf("%s = %s%s%s\n    %s\n    %s", info.key, value, info.unit[0] ? " " : "", info.unit, info.doc,
         info.type);
  print_range(&info);
  if (info.source[0]) printf("; %s", info.source);
  putchar('\n');
  return CLI_OK;
}

static int run_options(const cli_command *command, const cli_arguments *a) {
  static r2s_config config; /* large */
  const char *sets[CLI_MAX_SETS];
  for (int k = 0; k < a->n_sets; k++) sets[k] = a->set_text[k];
  r2s_error err = {0};
  if (r2s_config_load(&config, NULL, sets, a->n_sets, &err) != R2S_OK) return cli_fail(&err);
  const char *prefix = a->n_positional ? a->positional[0] : "";
  int shown = 0;
  for (int k = 0; k < r2s_config_option_count(); k++) {
    if (strncmp(r2s_config_option(k).key, prefix, strlen(prefix)) != 0) continue;
    int code = print_option(&config, k);
    if (code) return code;
    shown++;
  }
  return shown ? CLI_OK : cli_usage(command, "no option starts with \"%s\"", prefix);
}

const cli_command cli_options = {
    .name = "options",
    .usage = "[PREFIX] [OPTION ...]",
    .summary = "list the options of the configuration, with values, units and sources",
    .text = "For --set KEY=VALUE, and for the YAML file, where \"train.batch\" is batch under train. Values "
            "are the defaults, as the\n"
            "recipe and the settings given here make them.\n\n"
            "  rate2spike options train.\n"
            "  rate2spike options --recipe kim2019",
    .options = CLI_COMMON | CLI_BIT(RECIPE) | CLI_BIT(TASK) | CLI_BIT(SET),
    .max_positional = 1,
    .run = run_options,
};
