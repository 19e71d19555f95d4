/* SPDX-License-Identifier: MIT
 * rate2spike run: all stages, figures, report. rate2spike train: the first one. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* All stages but NEST's; *trained: the first one is done. */
static r2s_status all_native(r2s_run *run, const cli_arguments *a, bool *trained, r2s_error *err) {
  const r2s_monitor *monitor = cli_progress_monitor();
  r2s_status st = r2s_run_train(run, a->resume, monitor, err);
  *trained = st == R2S_OK;
  if (st == R2S_OK) st = r2s_run_convert(run, R2S_RUN_ALL, monitor, err);
  if (st == R2S_OK) st = r2s_run_simulate_native(run, R2S_RUN_ALL, monitor, err);
  return st;
}

/* A word as a shell takes it, behind an option; false: no memory. */
static bool put_word(FILE *text, const char *option, const char *value) {
  char *word;
  if (r2s_run_command_word(value, &word, NULL) != R2S_OK) return false;
  fprintf(text, " %s%s", option, word);
  free(word);
  return true;
}

/* What a command that goes on takes: the folder, what the user had said of NEST (python NULL: not which) and,
 * of a resume, the configuration and the options, which config.yaml may not have. */
static bool put_arguments(FILE *text, const char *dir, bool resumes, const cli_arguments *a,
                          const char *python) {
  const char *file = a->n_positional && strcmp(a->positional[0], dir) != 0 ? a->positional[0] : NULL;
  bool fits = put_word(text, "", dir);
  if (file && a->resume && resumes) fits = fits && put_word(text, "", file);
  if (a->engines & CLI_NEST) fputs(resumes ? " --engine native,nest" : " --engine nest", text);
  if (python) fits = fits && put_word(text, "--python ", python);
  for (int k = 0; a->resume && k < a->n_sets; k++) fits = fits && put_word(text, "--set ", a->sets[k].text);
  if (!a->resume && cli_arguments_has_key(a, "simulate.matched")) fputs(" --matched", text);
  return fits;
}

/* What is there, and the command that goes on with it; behind: more words. */
static void tell_how_to_go_on(const char *what, const char *dir, const char *command, const cli_arguments *a,
                              const char *python, const char *behind) {
  char *arguments = NULL;
  size_t size;
  FILE *text = open_memstream(&arguments, &size);
  bool fits = text && put_arguments(text, dir, strstr(command, "--resume"), a, python);
  if (text) fits = fclose(text) == 0 && fits;
  if (fits) cli_error("%s in %s: go on with rate2spike %s%s%s", what, dir, command, arguments, behind);
  free(arguments);
}

/* Tells why a stage before NEST's ended early and, behind an interrupt, what there is to go on with; the exit
 * code. */
static int fail_native(const r2s_run *run, bool trained, const char *dir, const char *command,
                       const cli_arguments *a, const r2s_error *err) {
  const int code = cli_fail(err);
  if (err->code == R2S_ERR_CANCELLED && (trained || r2s_run_can_resume(run)))
    tell_how_to_go_on(trained ? "the network is" : "the training's state is", dir, command, a, a->python, "");
  return code;
}

/* What to do where NEST, or the bridge to it, failed with `nest`. */
static void tell_of_nest(r2s_status nest, const char *dir, const cli_arguments *a) {
  const bool other_python = nest == R2S_ERR_EXTERNAL;
  tell_how_to_go_on("stage sim-nest failed (above); what is there without it is", dir, "simulate", a,
                    other_python ? "PYTHON" : a->python,
                    other_python             ? ", then figures and report (PYTHON: one that has nest)"
                    : nest == R2S_ERR_CONFIG ? ", with settings that NEST takes (--set; a network's tau_d "
                                               "stays its own), then figures and report"
                                             : ", then figures and report");
}

/* Figures and report. Without gnuplot the report is written all the same; the exit code tells. */
static int present(const char *dir) {
  r2s_error err = {0};
  char *word = NULL;
  const r2s_status drawn = r2s_report_figures(dir, cli_progress_monitor(), &err);
  int code = drawn == R2S_OK ? CLI_OK : cli_fail(&err);
  if (drawn == R2S_ERR_CANCELLED && r2s_run_command_word(dir, &word, NULL) == R2S_OK)
    cli_error("the results are in %s: go on with rate2spike figures %s; rate2spike report %s", dir, word,
              word);
  free(word);
  if (drawn == R2S_OK || drawn == R2S_ERR_EXTERNAL)
    if (r2s_report_write(dir, cli_progress_monitor(), &err) != R2S_OK) code = cli_fail(&err);
  return code;
}

static int run_stages(r2s_run *run, const cli_target *target, const cli_arguments *a) {
  r2s_error err = {0};
  const r2s_monitor *monitor = cli_progress_monitor();
  int code = CLI_OK;
  const bool with_nest = a->engines & CLI_NEST;
  if (with_nest && r2s_run_check_nest(run, a->python, monitor, &err) != R2S_OK) return cli_fail(&err);
  bool trained;
  if (all_native(run, a, &trained, &err) != R2S_OK)
    return fail_native(run, trained, target->dir, "run --resume -o", a, &err);
  /* without NEST the native results still get their figures and report */
  r2s_status nest = R2S_OK;
  if (with_nest) nest = r2s_run_simulate_nest(run, R2S_RUN_ALL, a->python, monitor, &err);
  if (nest != R2S_OK) code = cli_fail(&err);
  const bool interrupted = nest == R2S_ERR_CANCELLED;
  if (r2s_run_certify(run, interrupted ? NULL : monitor, &err) != R2S_OK)
    return fail_native(run, true, target->dir, "run --resume -o", a, &err);
  if (interrupted) {
    tell_how_to_go_on("the native results are", target->dir, "simulate", a, a->python,
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
  r2s_run *run;
  int code = cli_target_new(&target, command, a);
  if (!code) code = cli_target_open(&run, &target, a);
  if (code) return code;
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
    .text = "Does all stages and writes the results into one folder: that of -o, else results/TASK. Results "
            "of an earlier run in it\n"
            "are replaced when the new network is trained; a folder with other files is refused. The "
            "configuration is kept there as\n"
            "config.yaml. Without CONFIG.yaml or DIR the defaults hold: task go-nogo-short, recipe matched, "
            "seed 1.\n"
            "\n"
            "In training, Ctrl-C, SIGTERM or the end of the CPU time (ulimit -St) writes a checkpoint, and "
            "--resume goes on from it.\n"
            "With CONFIG.yaml, --resume also begins a run: one command for a job that may be stopped and "
            "started again at any\n"
            "moment. A training that ran out of steps goes on with --resume --set train.max_steps=N.\n"
            "\n"
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
    return fail_native(run, false, target->dir, "train --resume -o", a, &err);
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
        "The first stage of `rate2spike run`, in the same folder. DIR: the folder of a run, to train "
        "again with its config.yaml;\n"
        "results of its earlier network are replaced at the end. With CONFIG.yaml, --resume also begins a "
        "training. One that ran\n"
        "out of steps goes on with --resume --set train.max_steps=N.\n"
        "\n"
        "  rate2spike train -o results/mine --seed 7\n"
        "  rate2spike train --recipe kim2019 --task go-nogo -o results/kim\n"
        "  rate2spike train --resume -o results/mine\n"
        "  rate2spike train my.yaml --resume -o results/mine",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(OUTPUT) | CLI_BIT(RESUME) | CLI_BIT(JSON),
    .max_positional = 1,
    .interruptible = true,
    .run = run_train,
};
