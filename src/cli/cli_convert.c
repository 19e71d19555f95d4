/* SPDX-License-Identifier: MIT
 * rate2spike convert: which scale. */
#include "cli.h"

static int run_convert(const cli_command *command, const cli_arguments *a) {
  static cli_target target; /* large */
  int code = cli_target_existing(&target, command, a);
  if (code) return code;
  int models = a->models ? a->models : R2S_RUN_LIF | R2S_RUN_LIF_UNIT;
  if (models & ~(R2S_RUN_LIF | R2S_RUN_LIF_UNIT))
    return cli_usage(command, "--model: found a model without a scale search; expected %s", command->models);
  target.models = models;
  r2s_run *run;
  r2s_error err = {0};
  code = cli_target_open(&run, &target, a);
  if (code) return code;
  const r2s_status st = r2s_run_convert(run, models, cli_progress_monitor(), &err);
  code = st == R2S_OK ? cli_summary(run, a, target.dir) : cli_fail(&err);
  r2s_run_close(run);
  return code;
}

const cli_command cli_convert = {
    .name = "convert",
    .usage = "DIR | MODEL.h5 | MODEL.mat [OPTION ...]",
    .summary = "search the scale 1/lambda, and measure it on fresh trials",
    .text = "Measures the accuracy of the spiking network at each scale of a grid and at the predicted "
            "scale, with 95 % Wilson\n"
            "intervals. The random trials are the same at every scale (--trials: of all conditions "
            "together). Then measures the\n"
            "chosen and the predicted scale in fresh trials.\n"
            "\n"
            "DIR: the folder of a run. MODEL: our format or that of Kim, Li, Sejnowski 2019 (the authors). "
            "An authors' .mat does not\n"
            "name its task: give --task.\n" CLI_MODEL_OR_DIR "  rate2spike convert results/mine\n"
            "  rate2spike convert MODEL.mat --task go-nogo --scales 20:5:75 --trials 100 --json",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(OUTPUT) | CLI_BIT(SCALES) | CLI_BIT(TRIALS) |
               CLI_BIT(MODEL) | CLI_BIT(JSON),
    .max_positional = 1,
    .trials_keys = {"convert.trials"},
    .models = "lif or lif-unit",
    .interruptible = true,
    .run = run_convert,
};
