/* SPDX-License-Identifier: MIT
 * Whether a run's settings make spiking models, and files that can be read again. */
#include <math.h>

#include "io/config_table.h"
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

r2s_status r2s_run_check_models(const r2s_run *run, const r2s_model *network, int models, r2s_error *err) {
  const r2s_spike_engine *engine = r2s_spike_native();
  for (int model = R2S_SPIKE_LIF; model <= R2S_SPIKE_PSC_ALPHA; model++) {
    r2s_spike_config config = *r2s_config_model(&run->config, (r2s_spike_model)model);
    void *state = NULL;
    if (!(models & 1 << model)) continue;
    if (!isfinite(config.scale)) config.scale = 1; /* nothing that is checked depends on it */
    r2s_status st = engine->prepare(&state, network, &config, err);
    engine->free(state);
    if (st != R2S_OK) return st;
  }
  return r2s_run_check_trials(run, network->n, err);
}
