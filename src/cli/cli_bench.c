/* SPDX-License-Identifier: MIT
 * rate2spike bench: what the parts of the main job take on this machine. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "cli_json.h"

enum { STEPS = 20, TRIALS = 16, ROWS = 5 };

/* What is measured. */
typedef struct bench_row {
  char work[64];
  double ms;
  double spikes;   /* a trial; NaN: none */
  char engine[32]; /* "native avx2"; "": none */
} bench_row;

/* ms an optimiser step */
static r2s_status bench_train(const r2s_config *config, const r2s_task *task, r2s_model *trained, double *ms,
                              r2s_error *err) {
  r2s_model start = {0};
  r2s_trainer *trainer = NULL;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&config->lif);
  r2s_status st = r2s_rate_init(&start, &config->net, &neuron, task, config->seed, err);
  if (st == R2S_OK)
    st = r2s_trainer_create(&trainer, &start, task, &config->train, config->seed, config->threads, NULL, err);
  double from = cli_now();
  for (int k = 0; st == R2S_OK && k < STEPS; k++) {
    r2s_train_step row;
    r2s_train_stop stop;
    if (k == 1) from = cli_now(); /* the first one warms up */
    st = r2s_trainer_step(trainer, &row, &stop, err);
  }
  *ms = (cli_now() - from) * 1e3 / (STEPS - 1);
  if (st == R2S_OK) st = r2s_trainer_model(trainer, trained, err);
  r2s_trainer_free(trainer);
  r2s_model_free(&start);
  return st;
}

/* Of a trial. */
static r2s_status bench_spikes(const r2s_config *config, const r2s_task *task, const r2s_model *model,
                               const r2s_spike_config *spike, bench_row *row, r2s_error *err) {
  r2s_spike_trial *trials = NULL;
  r2s_spike_info info = {0};
  r2s_spike_record records[TRIALS];
  memset(records, 0, sizeof records);
  r2s_status st = r2s_spike_trials_make(&trials, task, config->seed, R2S_SET_BENCH, 0, TRIALS, NULL, err);
  double from = cli_now();
  if (st == R2S_OK)
    st = r2s_spike_run(r2s_spike_native(), model, spike, trials, TRIALS, records, &info, NULL, err);
  row->ms = (cli_now() - from) * 1e3 / TRIALS;
  row->spikes = 0;
  snprintf(row->engine, sizeof row->engine, "%s", info.engine);
  for (int k = 0; k < TRIALS; k++) {
    row->spikes += (double)records[k].n_spikes / TRIALS;
    r2s_spike_record_free(&records[k]);
  }
  r2s_spike_trials_free(trials, TRIALS);
  return st;
}

/* rows [ROWS]: the optimiser step, then a trial of each spiking model; *n: units. */
static r2s_status bench_all(const r2s_config *config, const r2s_task *task, bench_row *rows, int *n,
                            r2s_error *err) {
  r2s_model model = {0};
  rows[0] = (bench_row){.work = "training, optimiser step", .spikes = NAN};
  r2s_status st = bench_train(config, task, &model, &rows[0].ms, err);
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&config->lif);
  const r2s_spike_config *configs[] = {&config->lif, &config->lif_unit, &config->psc_dexp,
                                       &config->psc_alpha};
  for (int k = 0; k < ROWS - 1 && st == R2S_OK; k++) {
    bench_row *row = &rows[k + 1];
    r2s_spike_config spike = *configs[k];
    spike.scale = k == R2S_SPIKE_LIF_UNIT ? 1 : r2s_convert_predicted_scale(&model, &neuron);
    if (!isfinite(spike.scale)) spike.scale = 25; /* the authors' */
    spike.threads = config->threads;
    st = bench_spikes(config, task, &model, &spike, row, err);
    snprintf(row->work, sizeof row->work, "%s, trial", r2s_spike_model_name(spike.model));
  }
  *n = model.n;
  r2s_model_free(&model);
  return st;
}

static void print_text(const bench_row *rows, int n, const r2s_config *config, const r2s_task *task) {
  printf("%-28s %8.2f ms   N = %d, batch %d, %d steps\n", rows[0].work, rows[0].ms, n, config->train.batch,
         task->n_steps);
  for (int k = 1; k < ROWS; k++)
    printf("%-28s %8.2f ms   %g ms of model time, %.0f spikes\n", rows[k].work, rows[k].ms,
           task->n_steps * task->dt_ms, rows[k].spikes);
}

static int print_json(const bench_row *rows, int n, const r2s_config *config, const r2s_task *task) {
  json_t *works = json_array();
  for (int k = 0; k < ROWS; k++)
    cli_json_append(&works, json_pack("{s:s, s:f, s:o}", "work", rows[k].work, "ms", rows[k].ms, "spikes",
                                      cli_json_number(rows[k].spikes)));
  return cli_json_print(json_pack("{s:s, s:s, s:i, s:i, s:i, s:s, s:i, s:f, s:o}", "version", r2s_version(),
                                  "engine", rows[1].engine, "threads", config->threads, "n", n, "batch",
                                  config->train.batch, "task", task->name, "steps", task->n_steps, "trial_ms",
                                  task->n_steps * task->dt_ms, "works", works));
}

static int run_bench(const cli_command *command, const cli_arguments *a) {
  (void)command;
  static r2s_config config; /* large */
  r2s_task task;
  r2s_error err = {0};
  if (cli_arguments_config(a, NULL, &config, &err) != R2S_OK) return cli_fail(&err);
  if (r2s_task_load(&task, config.task, &err) != R2S_OK) return cli_fail(&err);
  bench_row rows[ROWS];
  int n = 0;
  r2s_status st = bench_all(&config, &task, rows, &n, &err);
  int code = CLI_OK;
  if (st != R2S_OK)
    code = cli_fail(&err);
  else if (a->json)
    code = print_json(rows, n, &config, &task);
  else
    print_text(rows, n, &config, &task);
  r2s_task_free(&task);
  return code;
}

const cli_command cli_bench = {
    .name = "bench",
    .usage = "[OPTION ...]",
    .summary = "measure training and simulation on this machine",
    .text = "Wall times over all threads, with a network that has hardly been trained. Takes a few seconds.\n"
            "\n"
            "  rate2spike bench --threads 1",
    .options = CLI_COMMON | CLI_CONFIG | CLI_BIT(JSON),
    .run = run_bench,
};
