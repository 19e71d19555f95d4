/* SPDX-License-Identifier: MIT
 * rate2spike verify: reruns a recorded run of the authors' code, spike by spike. */
#include <unistd.h>

#include "cli.h"
#include "cli_json.h"

static json_t *event_json(r2s_spike_event event) {
  return event.unit < 0 ? json_null()
                        : json_pack("{s:i, s:i}", "unit", (int)event.unit, "step", (int)event.step);
}

static int print_json(const r2s_verification *v) {
  json_t *difference = v->identical ? json_null()
                                    : json_pack("{s:o, s:o}", "expected", event_json(v->expected), "found",
                                                event_json(v->found));
  json_t *object =
      json_pack("{s:b, s:I, s:I, s:I, s:o, s:o, s:i}", "identical", v->identical, "spikes",
                (json_int_t)v->spikes_expected, "spikes_found", (json_int_t)v->spikes_found, "spikes_equal",
                (json_int_t)v->spikes_equal, "first_difference", difference, "out_max_difference",
                cli_json_number(v->out_max_difference), "out_max_output", v->out_max_output);
  return cli_json_print(object);
}

static void print_event(const char *label, r2s_spike_event event) {
  if (event.unit < 0) {
    printf("  %s: no more spikes\n", label);
  } else {
    printf("  %s: unit %d at step %d\n", label, (int)event.unit + 1, (int)event.step);
  }
}

static void print_text(const r2s_verification *v) {
  if (v->identical) {
    printf("identical: %lld of %lld spikes\n", (long long)v->spikes_equal, (long long)v->spikes_expected);
  } else {
    printf("different: the first %lld of %lld spikes are the same\n", (long long)v->spikes_equal,
           (long long)v->spikes_expected);
  }
  if (!v->identical) {
    printf("first difference (units from 1, as in the file):\n");
    print_event("expected", v->expected);
    print_event("found", v->found);
  }
  printf("largest difference of out1: %.3g", v->out_max_difference);
  if (v->n_out > 1) printf(" (in row %d of %d)", v->out_max_output + 1, v->n_out);
  printf("\n");
}

static int run_verify(const cli_command *command, const cli_arguments *a) {
  const char *recorded = a->positional[1];
  char model[CLI_PATH_SIZE];
  if (cli_target_model(command, a->positional[0], model) != 0) return CLI_USAGE;
  if (access(recorded, R_OK) != 0) return cli_unreadable(command, recorded, "a recorded run (.mat)");
  /* no progress beside the one answer */
  const r2s_monitor monitor = {.cancelled = cli_progress_monitor()->cancelled};
  r2s_verification v;
  r2s_error err = {0};
  if (r2s_run_verify(model, recorded, &v, &monitor, &err) != R2S_OK) return cli_fail(&err);
  int code = CLI_OK;
  if (a->json)
    code = print_json(&v);
  else
    print_text(&v);
  return v.identical ? code : CLI_FAILED;
}

const cli_command cli_verify = {
    .name = "verify",
    .usage = "MODEL CASE.mat [OPTION ...]",
    .summary = "rerun a recorded run of the authors' LIF code, spike by spike",
    .text = "Reruns the case without noise, in the double-precision engine. Exit code 1 if a spike differs.\n"
            "\n"
            "MODEL: .h5 or .mat, or the folder of a run. CASE.mat has v0 [N x 1] in mV, u [channels x "
            "columns] (a column for each\n"
            "rate step, and one more), scaling_factor, tref and tr in s, and the result of the authors' "
            "code: the spikes as unit and\n"
            "step (both from 1), and out1 [outputs x samples] (every 20 steps).\n"
            "\n"
            "  rate2spike verify MODEL.mat CASE.mat",
    .options = CLI_COMMON | CLI_BIT(JSON),
    .min_positional = 2,
    .max_positional = 2,
    .interruptible = true,
    .run = run_verify,
};
