/* SPDX-License-Identifier: MIT
 * Reads a command's arguments: GNU long options by getopt_long, from one table. */
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "cli.h"

const cli_option cli_option_table[CLI_OPT_COUNT] = {
    [CLI_OPT_OUTPUT] = {"output", 'o', "DIR", NULL, .doc = "folder of the run",
                        .member = offsetof(cli_arguments, output)},
    [CLI_OPT_SEED] = {"seed", 0, "N", "seed", .doc = "master seed, 0 to 2^64-1 (default 1)"},
    [CLI_OPT_THREADS] = {"threads", 0, "N", "threads",
                         .doc = "threads, 0: all cores; results do not depend on it (default 0)"},
    [CLI_OPT_TASK] = {"task", 0, "NAME|FILE", "task",
                      .doc = "task: a preset or a YAML file (default go-nogo-short)"},
    [CLI_OPT_RECIPE] =
        {"recipe", 0, "NAME", "recipe",
         .doc = "how to train: matched, writeup or kim2019 (default matched; kim2019 for an authors' .mat)"},
    [CLI_OPT_SET] = {"set", 0, "KEY=VALUE", NULL, .doc = "set any option; `rate2spike options` lists them"},
    [CLI_OPT_SCALES] = {"scales", 0, "A:STEP:B", "convert.scales",
                        .doc = "grid of scales 1/lambda, or a list A,B,... (default 20:5:75)"},
    [CLI_OPT_SCALE] = {"scale", 0, "S", "lif.scale",
                       .doc = "scale 1/lambda (default: the predicted one, else the one that convert chose)"},
    [CLI_OPT_TRIALS] = {"trials", 0, "N", NULL,
                        .doc =
                            "convert: trials at each scale; simulate: trials times the number of conditions"},
    [CLI_OPT_MODEL] = {"model", 0, "NAME[,NAME]", NULL, .doc = "spiking models (default all):"},
    [CLI_OPT_ENGINE] = {"engine", 0, "NAME[,NAME]", NULL,
                        .doc = "native, nest or both (default native); `run` always runs native, too"},
    [CLI_OPT_MATCHED] = {"matched", 0, NULL, "simulate.matched",
                         .doc =
                             "simulate psc-alpha a second time, with the weight that follows from the scale"},
    [CLI_OPT_PYTHON] = {"python", 0, "PATH", NULL,
                        .doc = "Python interpreter that has nest (default python3)",
                        .member = offsetof(cli_arguments, python)},
    [CLI_OPT_RESUME] = {"resume", 0, NULL, NULL,
                        .doc = "go on from the folder's checkpoint, with its config.yaml",
                        .member = offsetof(cli_arguments, resume)},
    [CLI_OPT_MAT] = {"mat", 0, "FILE", NULL, .doc = "write the authors' .mat (v5)",
                     .member = offsetof(cli_arguments, mat)},
    [CLI_OPT_H5] = {"h5", 0, "FILE", NULL, .doc = "write our model.h5",
                    .member = offsetof(cli_arguments, h5)},
    [CLI_OPT_JSON] = {"json", 0, NULL, NULL, .doc = "one JSON object on stdout, nothing else there",
                      .member = offsetof(cli_arguments, json)},
    [CLI_OPT_QUIET] = {"quiet", 'q', NULL, NULL, .doc = "no progress, warnings or summary",
                       .member = offsetof(cli_arguments, quiet)},
    [CLI_OPT_NO_COLOR] = {"no-color", 0, NULL, NULL, .doc = "no colours (the same as NO_COLOR=1)",
                          .member = offsetof(cli_arguments, no_color)},
    [CLI_OPT_HELP] = {"help", 'h', NULL, NULL, .doc = "show this help",
                      .member = offsetof(cli_arguments, help)},
};

/* getopt_long's codes of our options: beyond all characters. */
enum { CODE = 256 };

/* KEY=VALUE without blanks around the key, so that it is found by name; returns as snprintf. */
static int put_setting(char text[CLI_SET_SIZE], const char *given) {
  static const char blanks[] = " \t\r\n";
  const char *key = given + strspn(given, blanks), *value = strchr(given, '=');
  int length = (int)(value - key);
  while (length > 0 && strchr(blanks, key[length - 1])) length--;
  return snprintf(text, CLI_SET_SIZE, "%.*s%s", length, key, value);
}

/* option: NULL for --set, whose value has its key */
static bool append_set(cli_arguments *a, const cli_option *option, const char *key, const char *value) {
  if (a->n_sets == CLI_MAX_SETS) return false;
  cli_setting *set = &a->sets[a->n_sets];
  set->option = option;
  int n = key ? snprintf(set->text, CLI_SET_SIZE, "%s=%s", key, value) : put_setting(set->text, value);
  if (n < 0 || n >= CLI_SET_SIZE) return false;
  a->n_sets++;
  return true;
}

bool cli_arguments_prepend(cli_arguments *a, const char *key, const char *value) {
  if (!append_set(a, NULL, key, value)) return false;
  const cli_setting last = a->sets[a->n_sets - 1];
  memmove(a->sets + 1, a->sets, (size_t)(a->n_sets - 1) * sizeof *a->sets);
  a->sets[0] = last;
  return true;
}

bool cli_arguments_has_key(const cli_arguments *a, const char *key) {
  size_t length = strlen(key);
  for (int k = 0; k < a->n_sets; k++) {
    if (strncmp(a->sets[k].text, key, length) == 0 && a->sets[k].text[length] == '=') return true;
  }
  return false;
}

/* The library knows of --set only; a user who gave --scale finds that in the message. */
static void name_option(const cli_arguments *a, r2s_error *err) {
  static const char set[] = "--set ";
  const size_t before = strlen(set);
  if (strncmp(err->msg, set, before) != 0) return;
  for (int k = 0; k < a->n_sets; k++) {
    const cli_option *option = a->sets[k].option;
    const char *text = a->sets[k].text;
    const size_t length = strlen(text);
    if (!option || strncmp(err->msg + before, text, length) != 0 || err->msg[before + length] != ':')
      continue;
    const r2s_error found = *err;
    snprintf(err->msg, sizeof err->msg, "--%s%s%s%s", option->name, option->argument ? " " : "",
             option->argument ? strchr(text, '=') + 1 : "", found.msg + before + length);
    return;
  }
}

r2s_status cli_arguments_config(const cli_arguments *a, const char *path, r2s_config *out, r2s_error *err) {
  const char *sets[CLI_MAX_SETS];
  for (int k = 0; k < a->n_sets; k++) sets[k] = a->sets[k].text;
  r2s_status st = r2s_config_load(out, path, sets, a->n_sets, err);
  if (st != R2S_OK) name_option(a, err);
  return st;
}

/* Whether that is the word of `length` characters. */
static bool is_named(const char *name, const char *word, size_t length) {
  return strlen(name) == length && strncmp(name, word, length) == 0;
}

/* The bits of a comma-separated list of names; -1 after a message. */
static int read_list(const cli_command *command, const char *option, const char *text,
                     const char *const *names, const int *bits, int n, const char *expected) {
  int found = 0;
  for (const char *at = text;;) {
    size_t length = strcspn(at, ",");
    int k = 0;
    while (k < n && !is_named(names[k], at, length)) k++;
    if (k == n) {
      cli_usage(command, "--%s: found \"%.*s\"; expected %s, or several with commas", option, (int)length, at,
                expected);
      return -1;
    }
    found |= bits[k];
    if (at[length] == 0) return found;
    at += length + 1;
  }
}

static int read_models(const cli_command *command, const char *text) {
  static const char *const names[] = {"lif", "lif-unit", "psc-dexp", "psc-alpha"};
  static const int bits[] = {R2S_RUN_LIF, R2S_RUN_LIF_UNIT, R2S_RUN_PSC_DEXP, R2S_RUN_PSC_ALPHA};
  return read_list(command, "model", text, names, bits, 4, command->models);
}

static int read_engines(const cli_command *command, const char *text) {
  static const char *const names[] = {"native", "nest"};
  static const int bits[] = {CLI_NATIVE, CLI_NEST};
  return read_list(command, "engine", text, names, bits, 2, CLI_ENGINES);
}

static int apply(cli_arguments *a, const cli_command *command, cli_option_id id, const char *value) {
  const cli_option *option = &cli_option_table[id];
  void *member = (char *)a + option->member;
  bool kept = true;
  switch (id) {
  case CLI_OPT_SET:
    if (!strchr(value, '=')) return cli_usage(command, "--set %s: expected KEY=VALUE", value);
    kept = append_set(a, NULL, NULL, value);
    break;
  case CLI_OPT_TRIALS:
    for (int k = 0; k < 2 && kept && command->trials_keys[k]; k++)
      kept = append_set(a, option, command->trials_keys[k], value);
    break;
  case CLI_OPT_MODEL:
    a->models = read_models(command, value);
    return a->models < 0 ? CLI_USAGE : 0;
  case CLI_OPT_ENGINE:
    a->engines = read_engines(command, value);
    return a->engines < 0 ? CLI_USAGE : 0;
  default:
    if (option->key)
      kept = append_set(a, option, option->key, value ? value : "true");
    else if (option->argument)
      *(const char **)member = value;
    else
      *(bool *)member = true;
  }
  if (!kept)
    return cli_usage(command,
                     a->n_sets == CLI_MAX_SETS
                         ? "--%s: too many settings; expected at most %d"
                         : "--%s: too long; expected a value of less than %d characters",
                     option->name, a->n_sets == CLI_MAX_SETS ? CLI_MAX_SETS : CLI_PATH_SIZE);
  return 0;
}

/* getopt_long takes --scale for --scales where a command has no --scale: the name as it was given, where it
 * is that of another option than the one which was found; else NULL. */
static const char *foreign_name(const struct option *longs, char *const *argv, int next, const char *value) {
  const char *word = argv[next - 1];
  if (value && value == word) word = argv[next - 2];
  if (strncmp(word, "--", 2) != 0) return NULL;
  const char *name = word + 2;
  const size_t length = strcspn(name, "=");
  for (const struct option *own = longs; own->name; own++)
    if (is_named(own->name, name, length)) return NULL;
  for (int k = 0; k < CLI_OPT_COUNT; k++)
    if (is_named(cli_option_table[k].name, name, length)) return word;
  return NULL;
}

/* --trials is for the engines that run. */
static void drop_trials_of_other_engines(cli_arguments *a, const cli_command *command) {
  const int engines = a->engines ? a->engines : CLI_NATIVE;
  const bool runs[] = {engines & CLI_NATIVE, engines & CLI_NEST};
  int kept = 0;
  for (int k = 0; k < a->n_sets; k++) {
    bool other = false;
    for (int e = 0; e < 2 && a->sets[k].option == &cli_option_table[CLI_OPT_TRIALS]; e++) {
      const char *key = command->trials_keys[e];
      other |= key && !runs[e] && strncmp(a->sets[k].text, key, strlen(key)) == 0;
    }
    if (!other) a->sets[kept++] = a->sets[k];
  }
  a->n_sets = kept;
}

/* DIR/ is DIR, in what is printed, too. */
static char *without_slash(char *path) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') path[--length] = 0;
  return path;
}

/* A command's options as getopt_long takes them. */
static void list_options(const cli_command *command, struct option longs[CLI_OPT_COUNT + 1],
                         char shorts[2 * CLI_OPT_COUNT + 2]) {
  strcpy(shorts, ":"); /* a missing argument gives ':' */
  for (int id = 0; id < CLI_OPT_COUNT; id++) {
    const cli_option *option = &cli_option_table[id];
    if (!(command->options & (1u << id))) continue;
    *longs++ =
        (struct option){option->name, option->argument ? required_argument : no_argument, NULL, CODE + id};
    if (option->letter) {
      char text[3] = {option->letter, option->argument ? ':' : 0, 0};
      strcat(shorts, text);
    }
  }
  *longs = (struct option){0};
}

int cli_arguments_read(cli_arguments *out, const cli_command *command, int argc, char **argv) {
  struct option longs[CLI_OPT_COUNT + 1];
  char shorts[2 * CLI_OPT_COUNT + 2];
  memset(out, 0, sizeof *out);
  list_options(command, longs, shorts);
  opterr = 0;
  for (int code; (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
    const char *word = argv[optind - 1];
    if (code == ':') return cli_usage(command, "%s: expected an argument", word);
    if (code == '?') {
      if (optopt && optopt < CODE) return cli_usage(command, "unknown option -%c", optopt);
      if (optopt) return cli_usage(command, "%s: this option takes no argument", word);
      return cli_usage(command, "unknown option %s", word);
    }
    int id = code - CODE;
    for (int k = 0; code < CODE && k < CLI_OPT_COUNT; k++) {
      if (cli_option_table[k].letter == code) id = k;
    }
    const char *foreign = code >= CODE ? foreign_name(longs, argv, optind, optarg) : NULL;
    if (foreign) return cli_usage(command, "unknown option %s (of other commands)", foreign);
    if (id == CLI_OPT_OUTPUT) without_slash(optarg);
    int failed = apply(out, command, (cli_option_id)id, optarg);
    if (failed) return failed;
  }
  drop_trials_of_other_engines(out, command);
  for (int k = optind; k < argc; k++) {
    if (out->n_positional == command->max_positional)
      return out->help ? 0 : cli_usage(command, "unexpected argument \"%s\"", argv[k]);
    if (!*argv[k] && !out->help)
      return cli_usage(command, "found an empty argument; expected %s", command->usage);
    out->positional[out->n_positional++] = without_slash(argv[k]);
  }
  if (!out->help && out->n_positional < command->min_positional)
    return cli_usage(command, "an argument is missing; expected %s", command->usage);
  return 0;
}
