/* SPDX-License-Identifier: MIT
 * rate2spike export: a model file in another format. */
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

static bool is_same_file(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int run_export(const cli_command *command, const cli_arguments *a) {
  char path[CLI_PATH_SIZE];
  if (!a->mat && !a->h5) return cli_usage(command, "nothing to write; expected --mat FILE or --h5 FILE");
  if (a->mat && a->h5 && strcmp(a->mat, a->h5) == 0)
    return cli_usage(command, "found --mat and --h5 %s; expected two files", a->h5);
  if (cli_target_model(command, a->positional[0], path) != 0) return CLI_USAGE;
  for (int k = 0; k < 2; k++) {
    const char *out = k ? a->h5 : a->mat;
    if (out && is_same_file(path, out))
      return cli_usage(command, "%s is the model itself, which would be lost; expected another file", out);
  }
  r2s_model model = {0};
  r2s_error err = {0};
  r2s_status st = r2s_model_load(&model, path, &err);
  if (st == R2S_OK && a->mat) st = r2s_model_save_mat(&model, NULL, a->mat, &err);
  if (st == R2S_OK && a->h5) st = r2s_model_save_h5(&model, a->h5, &err);
  r2s_model_free(&model);
  if (st != R2S_OK) return cli_fail(&err);
  if (a->mat && !a->quiet) printf("%s\n", a->mat);
  if (a->h5 && !a->quiet) printf("%s\n", a->h5);
  return CLI_OK;
}

const cli_command cli_export = {
    .name = "export",
    .usage = "MODEL.h5 | MODEL.mat | DIR --mat FILE | --h5 FILE",
    .summary = "write a model file in another format",
    .text = "--mat writes the authors' variables as MATLAB v5, which their LIF_network_fnc.m loads. --h5 "
            "writes our format\n"
            "(docs/formats.md). The model.mat in a run's folder has the network, too, with what training and "
            "conversion found:\n"
            "losses, traces, scales.\n"
            "\n"
            "  rate2spike export results/mine --mat for_matlab.mat\n"
            "  rate2spike export THEIRS.mat --h5 theirs.h5",
    .options = CLI_COMMON | CLI_BIT(MAT) | CLI_BIT(H5),
    .min_positional = 1,
    .max_positional = 1,
    .run = run_export,
};
