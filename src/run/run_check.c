/* SPDX-License-Identifier: MIT
 * Whether a run's settings make spiking models, and files that can be read again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_table.h"
#include "rate2spike/nest.h"
#include "run/run_folder.h"

/* The files of all trials can be read again: half of what may be is left to the spikes. */
r2s_status r2s_run_check_trials(const r2s_run *run, int n_units, r2s_error *err) {
  const r2s_config *c = &run->config;
  const r2s_task *task = &run->task;
  const double duration_ms = task->n_steps * task->dt_ms;
  const struct {
    const char *key;
    int trials;
    double samples;
  } sets[] = {{"train.test_trials", c->test_trials, task->n_steps},
              {"simulate.trials", c->simulate_trials, duration_ms / c->lif.record_ms},
              {"simulate.nest_trials", c->nest_trials, duration_ms / c->lif.record_ms}};
  for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
    enum { EACH = 12, MORE = 24 }; /* bytes for a unit's count and rate, and for the rest */
    const double bytes = task->n_conditions *
                         (sizeof(double) * sets[k].samples * task->n_outputs + (double)EACH * n_units + MORE),
                 most = floor((double)R2S_IO_MOST / 2 / bytes);
    if (sets[k].trials > most)
      return r2s_fail(
          err, R2S_ERR_CONFIG,
          "%s is %d; expected at most %.0f, as %.0f samples of each trial of task \"%s\" are kept",
          sets[k].key, sets[k].trials, most, sets[k].samples, task->name);
  }
  return R2S_OK;
}

void r2s_run_note_criteria(const r2s_run *run, const r2s_monitor *monitor) {
  r2s_error odd;
  if (r2s_task_check_criteria(&run->task, &odd) != R2S_OK)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING, "%s", odd.msg);
}

/* Whether the engine can be prepared for one of the models. */
static r2s_status check_model(const r2s_run *run, const r2s_model *network, r2s_spike_model model,
                              const r2s_spike_engine *engine, r2s_error *err) {
  r2s_spike_config config = *r2s_config_model(&run->config, model);
  void *state = NULL;
  if (!isfinite(config.scale)) config.scale = 1; /* nothing that is checked depends on it */
  const r2s_status st = engine->prepare(&state, network, &config, err);
  engine->free(state);
  return st;
}

r2s_status r2s_run_check_models(const r2s_run *run, const r2s_model *network, int models, r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int k = R2S_SPIKE_LIF; k <= R2S_SPIKE_PSC_ALPHA; k++)
    if (models & 1 << k) R2S_TRY(st, check_model(run, network, (r2s_spike_model)k, r2s_spike_native(), err));
  st = r2s_run_check_trials(run, network->n, err);
done:
  return st;
}

r2s_status r2s_run_find_nest(r2s_run *run, const char *python, const r2s_monitor *monitor, r2s_error *err) {
  if (!python) python = "python3";
  if (run->nest_python && strcmp(run->nest_python, python) == 0) return R2S_OK;
  free(run->nest_python);
  run->nest_python = NULL;
  const r2s_status st = r2s_nest_probe(python, run->nest_version, monitor, err);
  if (st != R2S_OK) return st;
  run->nest_python = strdup(python);
  return run->nest_python ? R2S_OK : r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for its name", python);
}

#define NEST_WILL_FAIL "stage sim-nest will fail; the others run all the same."

r2s_status r2s_run_check_nest(r2s_run *run, const char *python, const r2s_monitor *monitor, r2s_error *err) {
  static const r2s_spike_model models[] = {R2S_SPIKE_PSC_DEXP, R2S_SPIKE_PSC_ALPHA};
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  r2s_model start;
  r2s_error why;
  if (r2s_rate_init(&start, &run->config.net, &neuron, &run->task, run->config.seed, NULL) != R2S_OK)
    return R2S_OK; /* the training tells of it */
  for (int k = 0; k < 2; k++)
    if (check_model(run, &start, models[k], r2s_nest_engine(), &why) != R2S_OK)
      r2s_monitor_note(monitor, R2S_NOTE_WARNING, NEST_WILL_FAIL " %s: %s", r2s_spike_model_name(models[k]),
                       why.msg);
  r2s_model_free(&start);
  const r2s_status st = r2s_run_find_nest(run, python, monitor, &why);
  if (st == R2S_ERR_CANCELLED) return r2s_fail(err, st, "%s", why.msg);
  if (st != R2S_OK) r2s_monitor_note(monitor, R2S_NOTE_WARNING, NEST_WILL_FAIL " %s", why.msg);
  return R2S_OK;
}
