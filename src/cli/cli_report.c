/* SPDX-License-Identifier: MIT
 * rate2spike figures, rate2spike report: from the files of a run's folder. */
#include "cli.h"

#define SETTINGS "Settings (--seed, --threads, --set) are checked, but change no result that is shown.\n\n"
/* Like every stage on a folder. */
#define STAGE_OPTIONS                                                                                        \
  (CLI_COMMON | CLI_BIT(OUTPUT) | CLI_BIT(SEED) | CLI_BIT(THREADS) | CLI_BIT(SET) | CLI_BIT(JSON))

/* A way to make files of DIR from its results. */
typedef r2s_status (*writer)(const char *dir, const r2s_monitor *monitor, r2s_error *err);

/* Settings are checked, but the results stand: they are shown with those that made them. */
static int open_results(const cli_command *command, const cli_arguments *a, const char **dir, r2s_run **run) {
  static cli_target target;     /* large */
  static cli_arguments without; /* large */
  r2s_error err = {0};
  *dir = cli_target_folder(command, a);
  if (!*dir) return CLI_USAGE;
  int code = a->n_sets ? cli_target_existing(&target, command, a) : 0;
  if (code) return code;
  without = *a;
  without.n_sets = 0;
  code = cli_target_existing(&target, command, &without);
  if (code) return code;
  return r2s_run_view(run, *dir, &target.config, &err) == R2S_OK ? CLI_OK : cli_fail(&err);
}

/* files: what to name when it is done, up to a NULL. */
static int write_from_results(const cli_command *command, const cli_arguments *a, writer write,
                              const char *const *files) {
  const char *dir;
  r2s_run *run = NULL;
  r2s_error err = {0};
  int code = open_results(command, a, &dir, &run);
  if (code) return code;
  code = write(dir, cli_progress_monitor(), &err) == R2S_OK ? CLI_OK : cli_fail(&err);
  cli_progress_end();
  if (code == CLI_OK && a->json) code = cli_summary(run, a, dir);
  for (int k = 0; code == CLI_OK && !a->json && !a->quiet && files[k]; k++) printf("%s/%s\n", dir, files[k]);
  r2s_run_close(run);
  return code;
}

static int run_figures(const cli_command *command, const cli_arguments *a) {
  return write_from_results(command, a, r2s_report_figures, (const char *const[]){"figures", NULL});
}

const cli_command cli_figures = {
    .name = "figures",
    .usage = "DIR [OPTION ...]",
    .summary = "draw the figures of a run: PNG, SVG and PDF, with script and data",
    .text = "Reads the run's files and writes DIR/figures. To restyle a figure, edit its gnuplot script "
            "there and run "
            "gnuplot on it.\n" SETTINGS "  rate2spike figures results/mine",
    .options = STAGE_OPTIONS,
    .max_positional = 1,
    .interruptible = true,
    .run = run_figures,
};

static int run_report(const cli_command *command, const cli_arguments *a) {
  return write_from_results(command, a, r2s_report_write,
                            (const char *const[]){"REPORT.md", "report.html", NULL});
}

const cli_command cli_report = {
    .name = "report",
    .usage = "DIR [OPTION ...]",
    .summary = "write REPORT.md and report.html of a run",
    .text = "Reads the run's files and figures. report.html holds its figures: it is one file to pass "
            "on.\n" SETTINGS "  rate2spike report results/mine",
    .options = STAGE_OPTIONS,
    .max_positional = 1,
    .interruptible = true,
    .run = run_report,
};
