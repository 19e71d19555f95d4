/* SPDX-License-Identifier: MIT
 * rate2spike run: all stages, figures, report. rate2spike train: the first one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* What `present` is to be given again for, behind an interrupt. */
static void tell_how_to_present(const char *dir) {
  char *word = NULL;
  r2s_error err = {0};
  if (r2s_run_command_word(dir, &word, &err) == R2S_OK)
    cli_error("the results are in %s: go on with rate2spike figures %s; rate2spike report %s", word, word,
              word);
  free(word);
}

/* Figures and report. Without gnuplot the report is written all the same; the exit code tells. */
static int present(const char *dir) {
  r2s_error err = {0};
  int code = CLI_OK;
  if (r2s_report_figures(dir, cli_progress_monitor(), &err) != R2S_OK) code = cli_fail(&err);
  if (code == CLI_OK || err.code == R2S_ERR_EXTERNAL) {
    if (r2s_report_write(dir, cli_progress_monitor(), &err) != R2S_OK) code = cli_fail(&err);
  }
  if (err.code == R2S_ERR_CANCELLED) tell_how_to_present(dir);
  return code;
}

static r2s_status all_native(r2s_run *run, const cli_arguments *a, r2s_error *err) {
  const r2s_monitor *monitor = cli_progress_monitor();
  r2s_status st = r2s_run_train(run, a->resume, monitor, err);
  if (st == R2S_OK) st = r2s_run_convert(run, R2S_RUN_ALL, monitor, err);
  if (st == R2S_OK) st = r2s_run_simulate_native(run, R2S_RUN_ALL, monitor, err);
  return st;
}

/* What is there, and the command that goes on with it: `command`, the folder as a shell takes it, what the
 * user had said of NEST (other_python: another interpreter than the user's, or NULL) and, of a resume, the
 * configuration and the options, which config.yaml may not have; behind: more words. */
static void tell_how_to_go_on(const char *what, const char *dir, const char *command, const cli_arguments *a,
                              const char *other_python, const char *behind) {
  const char *engine = !(a->engines & CLI_NEST)      ? ""
                       : strstr(command, "simulate") ? " --engine nest"
                                                     : " --engine native,nest";
  char *word = NULL, *python = NULL, *sets = NULL, *file = NULL;
  r2s_error err = {0};
  const char *given = a->n_positional && strcmp(a->positional[0], dir) != 0 ? a->positional[0] : NULL;
  r2s_status st = r2s_run_command_word(dir, &word, &err);
  if (st == R2S_OK && given && a->resume && strstr(command, "--resume"))
    st = r2s_run_command_word(given, &file, &err);
  if (st == R2S_OK && a->resume && !(sets = cli_arguments_settings(a))) st = R2S_ERR_MEMORY;
  const char *named = other_python ? other_python : a->python;
  if (st == R2S_OK && named) st = r2s_run_command_word(named, &python, &err);
  if (st == R2S_OK)
    cli_error("%s in %s: go on with rate2spike %s %s%s%s%s%s%s%s%s%s", what, dir, command, word,
              file ? " " : "", file ? file : "", engine, python ? " --python " : "", python ? python : "",
              !sets && cli_arguments_has_key(a, "simulate.matched") ? " --matched" : "", sets ? sets : "",
              behind);
  free(sets);
  free(file);
  free(word);
  free(python);
}

/* What there is to go on with behind an interrupt; NULL: nothing. */
static const char *what_is_left(const r2s_error *err) {
  if (err->code != R2S_ERR_CANCELLED || strstr(err->msg, "before the first step")) return NULL;
  return strstr(err->msg, "checkpoint") ? "the training's state is" : "the network is";
}

/* Tells of a failure and, behind an interrupt, of the command that goes on. */
static int fail(const r2s_error *err, const char *dir, const char *command, const cli_arguments *a) {
  const char *left = what_is_left(err);
  const int code = cli_fail(err);
  if (left) tell_how_to_go_on(left, dir, command, a, NULL, "");
  return code;
}

#define NEST_WILL_FAIL "stage sim-nest will fail; the others run all the same."

/* Warns of what NEST will not take, as far as that is known before the training. Fails where the task or the
 * network can't be made, of which the training tells. */
static r2s_status check_for_nest(const r2s_config *config, r2s_error *err) {
  const r2s_spike_config models[] = {config->psc_dexp, config->psc_alpha};
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&config->lif);
  r2s_task task;
  r2s_model start = {0};
  r2s_status st = r2s_task_load(&task, config->task, err);
  if (st != R2S_OK) return st;
  st = r2s_rate_init(&start, &config->net, &neuron, &task, config->seed, err);
  for (size_t k = 0; k < sizeof models / sizeof *models && st == R2S_OK; k++) {
    r2s_spike_config model = models[k];
    void *state = NULL;
    if (!isfinite(model.scale)) model.scale = 1; /* nothing that is checked depends on it */
    if (r2s_nest_engine()->prepare(&state, &start, &model, err) != R2S_OK)
      cli_warning(NEST_WILL_FAIL " %s: %s", r2s_spike_model_name(model.model), err->msg);
    r2s_nest_engine()->free(state);
  }
  r2s_model_free(&start);
  r2s_task_free(&task);
  return st;
}

/* Told before the stages that take minutes, not behind them. Fails only where it is interrupted. */
static r2s_status look_for_nest(const cli_arguments *a, const r2s_config *config, r2s_error *err) {
  char version[32];
  if (!(a->engines & CLI_NEST)) return R2S_OK;
  if (check_for_nest(config, err) != R2S_OK) return R2S_OK;
  const r2s_status st = r2s_nest_probe(a->python, version, cli_progress_monitor(), err);
  if (st == R2S_ERR_CANCELLED) return st;
  if (st != R2S_OK) cli_warning(NEST_WILL_FAIL " %s", err->msg);
  return R2S_OK;
}

/* What to do where NEST, or the bridge to it, failed with `nest`. */
static void tell_of_nest(r2s_status nest, const char *dir, const cli_arguments *a) {
  const bool other_python = nest == R2S_ERR_EXTERNAL;
  tell_how_to_go_on("stage sim-nest failed (above); what is there without it is", dir, "simulate", a,
                    other_python ? "PYTHON" : NULL,
                    other_python             ? ", then figures and report (PYTHON: one that has nest)"
                    : nest == R2S_ERR_CONFIG ? ", with settings that NEST takes (--set; a network's tau_d "
                                               "stays its own), then figures and report"
                                             : ", then figures and report");
}

static int run_stages(r2s_run *run, const cli_target *target, const cli_arguments *a) {
  r2s_error err = {0};
  const r2s_monitor *monitor = cli_progress_monitor();
  int code = CLI_OK;
  if (look_for_nest(a, &target->config, &err) != R2S_OK) return cli_fail(&err);
  if (all_native(run, a, &err) != R2S_OK) return fail(&err, target->dir, "run --resume -o", a);
  /* without NEST the native results still get their figures and report */
  r2s_status nest = R2S_OK;
  if (a->engines & CLI_NEST) nest = r2s_run_simulate_nest(run, R2S_RUN_ALL, a->python, monitor, &err);
  if (nest != R2S_OK) code = cli_fail(&err);
  const bool interrupted = nest == R2S_ERR_CANCELLED;
  if (r2s_run_certify(run, interrupted ? NULL : monitor, &err) != R2S_OK)
    return fail(&err, target->dir, "run --resume -o", a);
  if (interrupted) {
    tell_how_to_go_on("the native results are", target->dir, "simulate", a, NULL,
                      ", then figures and report");
    return code;
  }
  const int presented = present(target->dir), told = cli_summary(run, a, target->dir);
  if (nest != R2S_OK) tell_of_nest(nest, target->dir, a);
  return code != CLI_OK ? code : presented != CLI_OK ? presented : told;
}

/* Opens the folder that the arguments name, and does `work` on it. */
static int on_folder(const cli_command *command, const cli_arguments *a,
                     int (*work)(r2s_run *, const cli_target *, const cli_arguments *)) {
  static cli_target target; /* large */
  int code = cli_target_new(&target, command, a);
  if (code) return code;
  r2s_run *run = NULL;
  r2s_error err = {0};
  if (r2s_run_open(&run, target.dir, &target.config, &err) != R2S_OK) return cli_fail(&err);
  if (r2s_run_set_command(run, a->n_words, a->words, &err) != R2S_OK) {
    r2s_run_close(run);
    return cli_fail(&err);
  }
  code = work(run, &target, a);
  r2s_run_close(run);
  return code;
}

static int run_run(const cli_command *command, const cli_arguments *a) {
  return on_folder(command, a, run_stages);
}

const cli_command cli_run = {
    .name = "run",
    .usage = "[CONFIG.yaml | DIR] [OPTION ...]",
    .summary = "train, convert, simulate, figures and report, into one folder",
    .text =
        "Without a configuration the presets hold: task go-nogo-short, recipe matched, seed 1. The "
        "folder is that of -o,\n"
        "or results/TASK; results of an earlier run in it are replaced, and a folder with other files is "
        "refused. The\n"
        "configuration is kept there as config.yaml. Ctrl-C in training (or SIGTERM, or the end of its CPU "
        "time, ulimit -St)\n"
        "writes a checkpoint; --resume goes on. With CONFIG.yaml, --resume begins where nothing is there "
        "yet: "
        "one command for\n"
        "a job that may be stopped and started again at any moment. A training that ran out of steps goes on "
        "with\n"
        "--resume --set train.max_steps=N.\n\n"
        "  rate2spike run\n"
        "  rate2spike run --engine native,nest --python build/venv/bin/python -o results/mine\n"
        "  rate2spike run my.yaml --set train.max_steps=3000 --seed 7\n"
        "  rate2spike run --resume -o results/mine\n"
        "  rate2spike run my.yaml --resume -o results/mine",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(OUTPUT) | CLI_BIT(ENGINE) | CLI_BIT(MATCHED) |
               CLI_BIT(PYTHON) | CLI_BIT(RESUME) | CLI_BIT(JSON),
    .max_positional = 1,
    .interruptible = true,
    .run = run_run,
};

static int train_stage(r2s_run *run, const cli_target *target, const cli_arguments *a) {
  r2s_error err = {0};
  if (r2s_run_train(run, a->resume, cli_progress_monitor(), &err) != R2S_OK)
    return fail(&err, target->dir, "train --resume -o", a);
  return cli_summary(run, a, target->dir);
}

static int run_train(const cli_command *command, const cli_arguments *a) {
  return on_folder(command, a, train_stage);
}

const cli_command cli_train = {
    .name = "train",
    .usage = "[CONFIG.yaml | DIR] [OPTION ...]",
    .summary = "train a rate network: model.h5, model.mat, training.csv, rate.h5",
    .text =
        "The first stage of `rate2spike run`, with the same folder. DIR: the folder of a run, to train "
        "anew with its\n"
        "config.yaml (results made from its earlier network are removed). With CONFIG.yaml, --resume begins "
        "where nothing\n"
        "is there yet. A training that ran out of steps goes on with more: --resume --set "
        "train.max_steps=N.\n\n"
        "  rate2spike train -o results/mine --seed 7\n"
        "  rate2spike train --recipe kim2019 --task go-nogo -o results/kim\n"
        "  rate2spike train --resume -o results/mine\n"
        "  rate2spike train my.yaml --resume -o results/mine",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(OUTPUT) | CLI_BIT(RESUME) | CLI_BIT(JSON),
    .max_positional = 1,
    .interruptible = true,
    .run = run_train,
};
