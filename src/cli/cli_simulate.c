/* SPDX-License-Identifier: MIT
 * rate2spike simulate: the spiking networks, natively or in NEST. */
#include <math.h>

#include "cli.h"

/* Returns the exit code. What was simulated natively is certified and told although NEST failed. */
static int simulate(r2s_run *run, const cli_arguments *a, const cli_target *target) {
  const r2s_monitor *monitor = cli_progress_monitor();
  const int models = target->models, engines = a->engines ? a->engines : CLI_NATIVE;
  r2s_error err = {0};
  if ((engines & CLI_NATIVE) && r2s_run_simulate_native(run, models, monitor, &err) != R2S_OK)
    return cli_fail(&err);
  int nest = CLI_OK;
  if ((engines & CLI_NEST) && r2s_run_simulate_nest(run, models, a->python, monitor, &err) != R2S_OK)
    nest = cli_fail(&err);
  if (nest != CLI_OK && !(engines & CLI_NATIVE)) return nest;
  /* an interrupt was for NEST */
  if (nest != CLI_OK && err.code == R2S_ERR_CANCELLED) monitor = NULL;
  if (target->dir && r2s_run_certify(run, monitor, &err) != R2S_OK) return cli_fail(&err);
  int code = cli_summary(run, a, target->dir);
  if (nest != CLI_OK) cli_error("stage sim-nest failed (above); what is here is without it");
  return nest != CLI_OK ? nest : code;
}

static int check_models(const cli_command *command, const cli_arguments *a) {
  if (a->models & R2S_RUN_LIF_UNIT)
    return cli_usage(command, "--model lif-unit: simulated by `rate2spike convert`; expected %s",
                     command->models);
  if ((a->engines & CLI_NEST) && a->models && !(a->models & (R2S_RUN_PSC_DEXP | R2S_RUN_PSC_ALPHA)))
    return cli_usage(command, "--engine nest has models psc-dexp and psc-alpha; found --model lif");
  return 0;
}

static bool has_scale(const cli_arguments *a) {
  for (int k = 0; k < a->n_sets; k++)
    if (a->sets[k].option == &cli_option_table[CLI_OPT_SCALE]) return true;
  return false;
}

/* The write-up's psc-alpha has no scale; --scale would change what the next stages do, and nothing here. */
static int check_scale(const cli_command *command, const cli_arguments *a, const r2s_config *config) {
  if (a->models != R2S_RUN_PSC_ALPHA || config->alpha_matched || isnan(config->psc_alpha.weight_pa) ||
      !has_scale(a))
    return 0;
  return cli_usage(command,
                   "--scale: psc-alpha alone has the write-up's weights (psc_alpha.weight_pa) and no "
                   "scale; expected --matched with it, or another model (--set lif.scale: for later stages)");
}

static int run_simulate(const cli_command *command, const cli_arguments *a) {
  static cli_target target; /* large */
  r2s_run *run;
  int code = check_models(command, a);
  if (!code) code = cli_target_existing(&target, command, a);
  if (!code) code = check_scale(command, a, &target.config);
  target.models = a->models ? a->models : R2S_RUN_ALL;
  if (!code) code = cli_target_open(&run, &target, a);
  if (code) return code;
  code = simulate(run, a, &target);
  r2s_run_close(run);
  return code;
}

const cli_command cli_simulate = {
    .name = "simulate",
    .usage = "DIR | MODEL.h5 | MODEL.mat [OPTION ...]",
    .summary = "simulate the spiking networks, natively or in NEST",
    .text = "Models:\n"
            "  lif        the noisy LIF network of Kim, Li, Sejnowski 2019 (the authors); native only\n"
            "  psc-dexp   NEST's iaf_psc_exp_multisynapse with the authors' double-exponential synapses\n"
            "  psc-alpha  NEST's iaf_psc_alpha with the parameters of the Go-NoGo write-up\n"
            "\n"
            "--trials N: in each engine that runs, N times the number of conditions in all, each condition "
            "by its probability. A\n"
            "model whose trials can't differ (no noise, a fixed initial voltage, no noise in the input; "
            "psc-alpha by default) gets\n"
            "one trial of each condition. Also makes the certificate: how the rate network and the spiking "
            "networks compare.\n"
            "\n" CLI_MODEL_OR_DIR "  rate2spike simulate results/mine --engine native,nest\n"
            "  rate2spike simulate MODEL.mat --task go-nogo --scale 25 --model lif --trials 50",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(OUTPUT) | CLI_BIT(SCALE) | CLI_BIT(TRIALS) | CLI_BIT(MODEL) |
               CLI_BIT(ENGINE) | CLI_BIT(MATCHED) | CLI_BIT(PYTHON) | CLI_BIT(JSON),
    .max_positional = 1,
    .trials_keys = {"simulate.trials", "simulate.nest_trials"},
    .models = "lif, psc-dexp or psc-alpha",
    .interruptible = true,
    .run = run_simulate,
};
