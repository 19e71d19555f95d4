/* SPDX-License-Identifier: MIT
 * What the program's commands share: how they are described, their arguments, the terminal. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "rate2spike/rate2spike.h"

/* 2: usage or configuration */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

enum {
  CLI_MAX_SETS = 64,
  CLI_MAX_POSITIONAL = 2, /* the most that a command takes */
  CLI_PATH_SIZE = 4096,
  CLI_SET_SIZE = CLI_PATH_SIZE + 64 /* a path, and the key of its option */
};

/* Engines of --engine. */
enum { CLI_NATIVE = 1, CLI_NEST = 2 };
#define CLI_ENGINES "native or nest"

typedef enum cli_option_id {
  CLI_OPT_OUTPUT,
  CLI_OPT_SEED,
  CLI_OPT_THREADS,
  CLI_OPT_TASK,
  CLI_OPT_RECIPE,
  CLI_OPT_SET,
  CLI_OPT_SCALES,
  CLI_OPT_SCALE,
  CLI_OPT_TRIALS,
  CLI_OPT_MODEL,
  CLI_OPT_ENGINE,
  CLI_OPT_MATCHED,
  CLI_OPT_PYTHON,
  CLI_OPT_RESUME,
  CLI_OPT_MAT,
  CLI_OPT_H5,
  CLI_OPT_JSON,
  CLI_OPT_QUIET,
  CLI_OPT_NO_COLOR,
  CLI_OPT_HELP,
  CLI_OPT_COUNT
} cli_option_id;
#define CLI_BIT(id) (1u << CLI_OPT_##id)
/* What every command takes. */
#define CLI_COMMON (CLI_BIT(QUIET) | CLI_BIT(NO_COLOR) | CLI_BIT(HELP))
/* What every command with a configuration takes. */
#define CLI_CONFIG (CLI_BIT(SEED) | CLI_BIT(THREADS) | CLI_BIT(TASK) | CLI_BIT(RECIPE) | CLI_BIT(SET))

typedef struct cli_option {
  const char *name;
  char letter;          /* 0: none */
  const char *argument; /* NULL: none */
  const char *key;      /* option of the configuration that it sets; NULL: none */
  const char *doc;
  size_t member; /* of cli_arguments: its text, or a flag where it has no argument; 0: none */
} cli_option;
extern const cli_option cli_option_table[CLI_OPT_COUNT]; /* cli_arguments.c */

typedef struct cli_setting {
  char text[CLI_SET_SIZE];  /* "key=value" */
  const cli_option *option; /* which set it; NULL: --set, or no option at all */
} cli_setting;

typedef struct cli_arguments {
  const char *positional[CLI_MAX_POSITIONAL];
  int n_positional;
  const char *output;
  cli_setting sets[CLI_MAX_SETS]; /* in the order given */
  int n_sets;
  int engines; /* 0: not given */
  int models;  /* R2S_RUN_*; 0: not given */
  const char *python;
  const char *mat, *h5;
  bool resume, json, quiet, no_color, help;
  int n_words; /* of the whole command */
  const char *const *words;
} cli_arguments;

typedef struct cli_command cli_command;
struct cli_command {
  const char *name;
  const char *usage;   /* arguments, "[CONFIG.yaml | DIR] [OPTION ...]" */
  const char *summary; /* one line */
  const char *text;    /* what it does, units, examples */
  unsigned options;    /* CLI_BIT of what it takes */
  int min_positional, max_positional;
  const char *trials_keys[2]; /* what --trials sets: native trials, and NEST's */
  const char *models;         /* what --model takes, for messages and help */
  bool interruptible;         /* its work asks the monitor whether to stop */
  int (*run)(const cli_command *command, const cli_arguments *arguments);
};
extern const cli_command cli_run, cli_train, cli_convert, cli_simulate, cli_figures, cli_report, cli_inspect,
    cli_verify, cli_task, cli_export, cli_bench, cli_options, cli_generate;
extern const cli_command *const cli_commands[]; /* in the order of --help, then NULL (main.c) */

/* ---- arguments (cli_arguments.c) ---- */

/* Reads argv[1..]; 0, or CLI_USAGE after a message. */
int cli_arguments_read(cli_arguments *out, const cli_command *command, int argc, char **argv);
/* "key=value" in front of the others, so that what the user says wins; false: too long. */
bool cli_arguments_prepend(cli_arguments *arguments, const char *key, const char *value);
bool cli_arguments_has_key(const cli_arguments *arguments, const char *key);
/* The configuration of a file (NULL: the presets) with the arguments' settings. */
r2s_status cli_arguments_config(const cli_arguments *arguments, const char *path, r2s_config *out,
                                r2s_error *err);

/* ---- help (cli_help.c), manual page (cli_man.c), completions (cli_completion.c) ---- */
#define CLI_ABOUT                                                                                            \
  "Trains a rate network on a cognitive task, converts each of its units into a spiking neuron, simulates "  \
  "the spiking\n"                                                                                            \
  "network with its own engine (native) or in NEST, and says how well it converted."
#define CLI_DEFAULTS                                                                                         \
  "A default is that of a new run. A configuration or folder that is given keeps its own values, a model "   \
  "file its task and recipe."
#define CLI_EXIT_CODES "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."
/* Of commands that take a model file or the folder of a run. */
#define CLI_MODEL_OR_DIR                                                                                     \
  "A model file needs no folder. With -o it gets one, or goes on in the folder of the same network, with "   \
  "the settings given\n"                                                                                     \
  "here; with DIR, the folder's settings hold. Settings given here are kept in the folder's config.yaml, "   \
  "and hold for its\n"                                                                                       \
  "next stages.\n\n"
void cli_help_command(FILE *stream, const cli_command *command);
void cli_help_program(FILE *stream);
/* Both print to stdout. */
void cli_man(void);
void cli_completion_bash(void);

/* ---- messages (cli_message.c), all on stderr; control characters of what they quote as \n, \x1b ---- */
void cli_message_setup(bool no_color, bool quiet);
void cli_error(const char *fmt, ...) R2S_PRINTF(1, 2);
void cli_warning(const char *fmt, ...) R2S_PRINTF(1, 2);
/* One of the library, which may have several lines. */
void cli_warning_lines(const char *text);
/* Prints a wrong use of the command, and where to read more; CLI_USAGE. */
int cli_usage(const cli_command *command, const char *fmt, ...) R2S_PRINTF(2, 3);
/* After a file could not be read (errno tells why): prints that, and what was expected; CLI_USAGE. */
int cli_unreadable(const cli_command *command, const char *path, const char *expected);
/* Prints a failure; its exit code. */
int cli_fail(const r2s_error *err);

/* ---- progress and Ctrl-C (cli_progress.c, cli_interrupt.c) ---- */
/* Seconds from an arbitrary start. */
double cli_now(void);
void cli_progress_setup(bool quiet);
const r2s_monitor *cli_progress_monitor(void);
/* Ends the line of the bar, so that other output can follow. */
void cli_progress_end(void);
/* interruptible: of a command that asks; any other is ended by its first signal. */
void cli_interrupt_setup(bool interruptible);
bool cli_interrupt_pending(void);

/* ---- what a command works on (cli_target.c) ---- */
typedef struct cli_target {
  r2s_config config;
  const char *dir;      /* folder of the run; NULL: none */
  const char *model;    /* model file to import; NULL: none */
  int models;           /* R2S_RUN_* that it has to make */
  char default_dir[96]; /* results/TASK */
} cli_target;
/* For run and train: a configuration file or a run's folder or nothing. 0, or the exit code after a message.
 */
int cli_target_new(cli_target *out, const cli_command *command, const cli_arguments *arguments);
/* For convert and simulate: a run's folder or a model file. */
int cli_target_existing(cli_target *out, const cli_command *command, const cli_arguments *arguments);
/* Opens the run of either, tells it the command, and gives it the model file, if there is one. 0, or the exit
 * code after a message. *run: r2s_run_close. */
int cli_target_open(r2s_run **run, const cli_target *target, const cli_arguments *arguments);
/* For inspect, export, verify: a model file, or that in a run's folder. 0, or CLI_USAGE after a message. */
int cli_target_model(const cli_command *command, const char *argument, char path[CLI_PATH_SIZE]);
/* The folder of a run that is only read; NULL after a message. */
const char *cli_target_folder(const cli_command *command, const cli_arguments *arguments);

/* ---- results on stdout (cli_summary.c) ---- */
/* The run's JSON object, or a table for people. Returns the exit code. */
int cli_summary(const r2s_run *run, const cli_arguments *arguments, const char *dir);

#endif
