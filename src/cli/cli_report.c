/* SPDX-License-Identifier: MIT
 * rate2spike figures, rate2spike report: from the files of a run's folder. */
#include "cli.h"

static int run_figures(const cli_command *command, const cli_arguments *a) {
  const char *dir = cli_target_folder(command, a);
  r2s_error err = {0};
  if (!dir) return CLI_USAGE;
  if (r2s_report_figures(dir, cli_progress_monitor(), &err) != R2S_OK) return cli_fail(&err);
  cli_progress_end();
  if (!a->quiet) printf("%s/figures\n", dir);
  return CLI_OK;
}

const cli_command cli_figures = {
    .name = "figures",
    .usage = "DIR [OPTION ...]",
    .summary = "draw the figures of a run: PNG, SVG and PDF, with script and data",
    .text = "Reads the run's files and writes DIR/figures. The gnuplot scripts and their data lie beside the "
            "pictures: change a\n"
            "script and run gnuplot on it to restyle a figure.\n\n"
            "  rate2spike figures results/mine",
    .options = CLI_COMMON | CLI_BIT(OUTPUT),
    .max_positional = 1,
    .run = run_figures,
};

static int run_report(const cli_command *command, const cli_arguments *a) {
  const char *dir = cli_target_folder(command, a);
  r2s_error err = {0};
  if (!dir) return CLI_USAGE;
  if (r2s_report_write(dir, cli_progress_monitor(), &err) != R2S_OK) return cli_fail(&err);
  cli_progress_end();
  if (!a->quiet) printf("%s/REPORT.md\n%s/report.html\n", dir, dir);
  return CLI_OK;
}

const cli_command cli_report = {
    .name = "report",
    .usage = "DIR [OPTION ...]",
    .summary = "write REPORT.md and report.html of a run",
    .text = "Reads the run's files and figures. report.html holds its figures: it is one file to pass on.\n\n"
            "  rate2spike report results/mine",
    .options = CLI_COMMON | CLI_BIT(OUTPUT),
    .max_positional = 1,
    .run = run_report,
};
