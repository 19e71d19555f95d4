/* SPDX-License-Identifier: MIT
 * rate2spike task: the presets, and checks of tasks. */
#include <string.h>

#include "cli.h"

static int list(void) {
  for (int k = 0; k < r2s_task_preset_count(); k++) {
    r2s_task task;
    r2s_error err = {0};
    if (r2s_task_load(&task, r2s_task_preset_name(k), &err) != R2S_OK) return cli_fail(&err);
    printf("%-16s %s (%d steps of %g ms)\n", task.name, task.title, task.n_steps, task.dt_ms);
    r2s_task_free(&task);
  }
  return CLI_OK;
}

static int show(const char *name) {
  for (int k = 0; k < r2s_task_preset_count(); k++) {
    if (strcmp(r2s_task_preset_name(k), name) != 0) continue;
    fputs(r2s_task_preset_yaml(k), stdout);
    return CLI_OK;
  }
  cli_error(
      "no preset \"%s\"; expected a name of `rate2spike task list` (it is `task check` that reads files)",
      name);
  return CLI_USAGE;
}

static int check(const char *name) {
  r2s_task task;
  r2s_error err = {0};
  if (r2s_task_load(&task, name, &err) != R2S_OK) {
    cli_error("%s", err.msg);
    return CLI_FAILED;
  }
  printf("%s: ok; %d steps of %g ms, %d input channel%s, %d output%s, %d condition%s:", task.name,
         task.n_steps, task.dt_ms, task.n_channels, task.n_channels == 1 ? "" : "s", task.n_outputs,
         task.n_outputs == 1 ? "" : "s", task.n_conditions, task.n_conditions == 1 ? "" : "s");
  for (int k = 0; k < task.n_conditions; k++) printf(" %s", task.conditions[k].name);
  putchar('\n');
  if (r2s_task_check_criteria(&task, &err) != R2S_OK) printf("warning: %s\n", err.msg);
  r2s_task_free(&task);
  return CLI_OK;
}

static int run_task(const cli_command *command, const cli_arguments *a) {
  const char *verb = a->positional[0];
  if (strcmp(verb, "list") == 0) {
    if (a->n_positional > 1) return cli_usage(command, "unexpected argument \"%s\"", a->positional[1]);
    return list();
  }
  if (strcmp(verb, "show") != 0 && strcmp(verb, "check") != 0)
    return cli_usage(command, "found \"%s\"; expected list, show or check", verb);
  if (a->n_positional < 2) return cli_usage(command, "an argument is missing; expected task %s NAME", verb);
  return strcmp(verb, "show") == 0 ? show(a->positional[1]) : check(a->positional[1]);
}

const cli_command cli_task = {
    .name = "task",
    .usage = "list | show PRESET | check PRESET|FILE",
    .summary = "list the presets, show one as YAML, check a task file",
    .text = "A task is YAML: copy a preset, change it, and give the file to --task. Times are in ms.\n\n"
            "  rate2spike task show go-nogo-short > mine.yaml\n"
            "  rate2spike task check mine.yaml\n"
            "  rate2spike run --task mine.yaml",
    .options = CLI_COMMON,
    .min_positional = 1,
    .max_positional = 2,
    .run = run_task,
};
