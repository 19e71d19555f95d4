/* SPDX-License-Identifier: MIT
 * What a command works on: a new run, the folder of one, or a model file; and its configuration. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

/* A pipe, as of a shell's <(...), which gives what it has once. */
static bool is_pipe(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISFIFO(info.st_mode);
}

static int load(cli_target *out, const cli_arguments *a, const char *config_path) {
  r2s_error err = {0};
  r2s_task task = {0};
  r2s_status st = cli_arguments_config(a, config_path, &out->config, &err);
  if (st == R2S_OK && is_pipe(out->config.task)) {
    cli_error("task %s: found a pipe; expected a file, as a task is read more than once", out->config.task);
    return CLI_USAGE;
  }
  if (st == R2S_OK) st = r2s_task_load(&task, out->config.task, &err);
  if (st != R2S_OK) {
    cli_fail(&err);
    return st == R2S_ERR_MEMORY ? CLI_FAILED : CLI_USAGE; /* whatever is wrong with it */
  }
  /* where a run goes that names no folder */
  snprintf(out->default_dir, sizeof out->default_dir, "results/%s", task.name);
  r2s_task_free(&task);
  return 0;
}

/* A folder's config.yaml holds every option of its recipe and compat: naming another one would change nothing
 * but the name. */
static int check_names(const cli_command *command, const cli_arguments *a, const char *path,
                       const r2s_config *wanted) {
  static r2s_config kept; /* large */
  r2s_error err = {0};
  if (!cli_arguments_has_key(a, "recipe") && !cli_arguments_has_key(a, "compat")) return 0;
  if (r2s_config_load(&kept, path, NULL, 0, &err) != R2S_OK) return cli_fail(&err);
  if (kept.recipe == wanted->recipe && kept.compat == wanted->compat) return 0;
  return cli_usage(
      command,
      "%s: made with recipe %s and another recipe or compat is asked for, but it sets each of their "
      "options; expected single options by --set, or a new folder",
      path, r2s_recipe_name(kept.recipe));
}

static bool is_given(const r2s_config *config, int option) {
  const r2s_config_origin origin = r2s_config_option_origin(config, option);
  return origin == R2S_ORIGIN_FILE || origin == R2S_ORIGIN_SET;
}

/* A folder's config.yaml was written with every option. One that is cut is YAML all the same, and what is
 * lost would change to the defaults without a word. It lacks the last option; one of an earlier version,
 * which may lack others, does not. */
static void warn_of_missing(const r2s_config *config, const char *path) {
  static bool told; /* figures and report with settings read it twice */
  const int count = r2s_config_option_count();
  char named[240] = "";
  int n = 0;
  size_t used = 0;
  if (told || is_given(config, count - 1)) return;
  for (int k = 0; k < count; k++)
    if (!is_given(config, k) && n++ < 3)
      used += (size_t)snprintf(named + used, sizeof named - used, "%s%s", n > 1 ? ", " : "",
                               r2s_config_option(k).key);
  cli_warning("%s: lacks %d of its options (%s%s), for which the defaults are taken; expected every option",
              path, n, named, n > 3 ? ", ..." : "");
  told = true;
}

/* Whether a folder is one that no run begins in. */
static bool has_files(const char *dir) {
  DIR *folder = opendir(dir);
  int n = 0;
  while (folder && readdir(folder)) n++;
  if (folder) closedir(folder);
  return n > 2; /* . and .. */
}

static int no_config(const cli_command *command, const cli_arguments *a, const char *path, const char *dir) {
  static const char what[] = "no such file; expected the folder of a run, which has its config.yaml";
  char *word = NULL;
  if (!a->resume || has_files(dir) || r2s_run_command_word(dir, &word, NULL) != R2S_OK)
    return cli_usage(command, "%s: %s", path, what);
  const int code =
      cli_usage(command, "%s: %s. Where there may be none yet: rate2spike %s CONFIG.yaml --resume -o %s",
                path, what, command->name, word);
  free(word);
  return code;
}

/* The configuration of a run's folder; with --resume, that of the training which was stopped before it could
 * replace the run. */
static int load_folder(cli_target *out, const cli_command *command, const cli_arguments *a, const char *dir) {
  char path[CLI_PATH_SIZE];
  r2s_error err = {0};
  if (a->output && strcmp(a->output, dir) != 0)
    return cli_usage(command, "found both a folder %s and -o %s; expected one of them", dir, a->output);
  if (r2s_run_mend(dir, &err) != R2S_OK) return cli_fail(&err);
  int n = snprintf(path, sizeof path, "%s/" R2S_RUN_NEXT "/config.yaml", dir);
  if (!a->resume || (size_t)n >= sizeof path || access(path, F_OK) != 0)
    n = snprintf(path, sizeof path, "%s/config.yaml", dir);
  if (n < 0 || (size_t)n >= sizeof path) return cli_usage(command, "%.60s...: this path is too long", dir);
  if (access(path, F_OK) != 0 && errno == ENOENT) return no_config(command, a, path, dir);
  out->dir = dir;
  int failed = load(out, a, path);
  if (!failed) failed = check_names(command, a, path, &out->config);
  if (!failed) warn_of_missing(&out->config, path);
  return failed;
}

int cli_target_new(cli_target *out, const cli_command *command, const cli_arguments *a) {
  memset(out, 0, sizeof *out);
  const char *path = a->n_positional ? a->positional[0] : NULL;
  if (path && is_folder(path)) return load_folder(out, command, a, path);
  if (path && access(path, R_OK) != 0)
    return cli_unreadable(command, path, "a configuration (YAML) or the folder of a run");
  if (path && (ends_with(path, ".mat") || ends_with(path, ".h5")))
    return cli_usage(command,
                     "%s: a model file; expected a configuration (YAML) or the folder of a run: `rate2spike "
                     "convert` and `simulate` take a network that is there",
                     path);
  if (a->resume && !path && a->output) return load_folder(out, command, a, a->output);
  int failed = load(out, a, path);
  if (!failed && a->resume && !path) return load_folder(out, command, a, out->default_dir);
  out->dir = a->output ? a->output : out->default_dir;
  return failed;
}

/* What a model file tells of its task and training, where the user says nothing. */
static int adopt_from_model(const cli_command *command, cli_arguments *a, const char *path) {
  r2s_model model;
  r2s_error err = {0};
  if (r2s_model_load(&model, path, &err) != R2S_OK) return cli_fail(&err);
  bool fits = true;
  int code = 0;
  if (!cli_arguments_has_key(a, "task")) {
    if (model.task[0] && !r2s_task_is_preset(model.task)) {
      code = cli_usage(command, "%s was trained on task \"%.80s\", which is no preset; expected --task FILE",
                       path, model.task);
    } else if (model.task[0]) {
      fits = cli_arguments_prepend(a, "task", model.task);
    } else {
      code = cli_usage(command, "%s does not say which task it was trained on; expected --task NAME or FILE",
                       path);
    }
  }
  /* a network that is not ours was trained by the authors' recipe, as far as can be known */
  if (!cli_arguments_has_key(a, "recipe"))
    fits = fits && cli_arguments_prepend(a, "recipe", model.recipe[0] ? model.recipe : "kim2019");
  r2s_model_free(&model);
  return fits ? code : cli_usage(command, "too many settings");
}

int cli_target_existing(cli_target *out, const cli_command *command, const cli_arguments *a) {
  memset(out, 0, sizeof *out);
  const char *path = a->n_positional ? a->positional[0] : a->output;
  if (!path)
    return cli_usage(command, "an argument is missing; expected the folder of a run, or a model file");
  if (is_folder(path)) return load_folder(out, command, a, path);
  if (access(path, R_OK) != 0)
    return cli_unreadable(command, path, "the folder of a run, or a model file (.h5, .mat)");
  if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
    return cli_usage(command,
                     "%s: a configuration; expected the folder of a run, or a model file (.h5, .mat)", path);
  static cli_arguments with_model; /* large */
  with_model = *a;
  int failed = adopt_from_model(command, &with_model, path);
  if (failed) return failed;
  out->model = path;
  out->dir = a->output;
  return load(out, &with_model, NULL);
}

int cli_target_open(r2s_run **run, const cli_target *target, const cli_arguments *a) {
  r2s_error err = {0};
  *run = NULL;
  r2s_status st = target->dir ? r2s_run_mend(target->dir, &err) : R2S_OK; /* -o of a given configuration */
  if (st == R2S_OK) st = r2s_run_open(run, target->dir, &target->config, &err);
  if (st == R2S_OK) st = r2s_run_set_command(*run, a->n_words, a->words, &err);
  if (st == R2S_OK && target->model)
    st = r2s_run_import(*run, target->model, target->models, cli_progress_monitor(), &err);
  if (st == R2S_OK) return 0;
  r2s_run_close(*run);
  return cli_fail(&err);
}

const char *cli_target_folder(const cli_command *command, const cli_arguments *a) {
  const char *dir = a->n_positional ? a->positional[0] : a->output;
  if (!dir) {
    cli_usage(command, "an argument is missing; expected the folder of a run");
    return NULL;
  }
  if (!is_folder(dir)) {
    cli_usage(command, "%s: no such folder; expected the folder of a run", dir);
    return NULL;
  }
  return dir;
}

int cli_target_model(const cli_command *command, const char *argument, char path[CLI_PATH_SIZE]) {
  const bool folder = is_folder(argument);
  int n = snprintf(path, CLI_PATH_SIZE, "%s%s", argument, folder ? "/model.h5" : "");
  if (n < 0 || n >= CLI_PATH_SIZE) return cli_usage(command, "%.60s...: this path is too long", argument);
  if (access(path, R_OK) == 0) return 0;
  return cli_unreadable(command, path,
                        folder ? "a trained network, as `train` and `convert MODEL -o DIR` make"
                               : "a model file (.h5, .mat), or the folder of a run");
}
