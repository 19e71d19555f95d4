/* SPDX-License-Identifier: MIT
 * rate2spike options: every option of the configuration. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "cli_json.h"

/* A list's range is that of each of its numbers. */
static bool has_range(const r2s_option_info *info) {
  return strcmp(info->type, "integer") == 0 || strcmp(info->type, "number") == 0 ||
         strcmp(info->type, "list") == 0;
}

static void print_range(const r2s_option_info *info) {
  if (info->choices[0]) printf(": %s", info->choices);
  if (!has_range(info) || !isfinite(info->min)) return;
  if (isfinite(info->max))
    printf(info->above_min ? ", above %.10g, up to %.10g" : ", %.10g to %.10g", info->min, info->max);
  else
    printf(info->above_min ? ", above %.10g" : ", from %.10g", info->min);
}

/* "1 step"; ms, mV and the like have no plural. */
static int unit_length(const char *unit, const char *value) {
  const int length = (int)strlen(unit);
  return strcmp(value, "1") == 0 && length > 2 && unit[length - 1] == 's' ? length - 1 : length;
}

static void print_option(const r2s_option_info *info, const char *value) {
  printf("%s = %s%s%.*s\n    %s", info->key, value, info->unit[0] ? " " : "", unit_length(info->unit, value),
         info->unit, info->doc);
  if (info->automatic[0]) printf(" auto: %s.", info->automatic);
  printf("\n    %s", info->type);
  print_range(info);
  if (info->automatic[0]) printf(", or auto");
  if (info->source[0]) printf("; %s", info->source);
  putchar('\n');
}

static json_t *limit(const r2s_option_info *info, double x) {
  return has_range(info) ? cli_json_number(x) : json_null();
}

/* value: as --set takes it. min, max: null where there is none. automatic: what "auto" means; "": not
 * allowed. */
static json_t *option_json(const r2s_option_info *info, const char *value) {
  return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:s, s:s}", "key", info->key, "value",
                   cli_json_string(value), "unit", info->unit, "about", info->doc, "type", info->type,
                   "choices", info->choices, "min", limit(info, info->min), "above_min", info->above_min,
                   "max", limit(info, info->max), "automatic", info->automatic, "source", info->source);
}

static int run_options(const cli_command *command, const cli_arguments *a) {
  static r2s_config config; /* large */
  r2s_error err = {0};
  if (cli_arguments_config(a, NULL, &config, &err) != R2S_OK) return cli_fail(&err);
  const char *prefix = a->n_positional ? a->positional[0] : "";
  int shown = 0;
  json_t *list = a->json ? json_array() : NULL;
  r2s_status st = R2S_OK;
  for (int k = 0; st == R2S_OK && k < r2s_config_option_count(); k++) {
    const r2s_option_info info = r2s_config_option(k);
    char value[R2S_CONFIG_VALUE_SIZE];
    if (strncmp(info.key, prefix, strlen(prefix)) != 0) continue;
    st = r2s_config_value(&config, k, value, sizeof value, &err);
    if (st == R2S_OK && a->json) cli_json_append(&list, option_json(&info, value));
    if (st == R2S_OK && !a->json) print_option(&info, value);
    shown++;
  }
  int code = CLI_OK;
  if (st != R2S_OK)
    code = cli_fail(&err);
  else if (!shown)
    code = cli_usage(command, "no option starts with \"%s\"", prefix);
  else if (a->json)
    code = cli_json_print(json_pack("{s:O}", "options", list));
  json_decref(list);
  return code;
}

const cli_command cli_options = {
    .name = "options",
    .usage = "[PREFIX] [OPTION ...]",
    .summary = "list the options of the configuration, with values, units and sources",
    .text = "The options of --set KEY=VALUE and of YAML files, where \"train.batch\" is batch under train. "
            "The values are the\n"
            "defaults, as the recipe and the settings given here make them. PREFIX: only options that start "
            "with it.\n"
            "\n"
            "  rate2spike options train.\n"
            "  rate2spike options --recipe kim2019",
    .options = CLI_COMMON | CLI_BIT(RECIPE) | CLI_BIT(TASK) | CLI_BIT(SET) | CLI_BIT(JSON),
    .max_positional = 1,
    .run = run_options,
};
