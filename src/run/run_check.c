/* SPDX-License-Identifier: MIT
 * Whether the spiking models can be made with a run's settings. */
#include <math.h>

#include "run/run_simulation.h"

r2s_status r2s_run_check_models(const r2s_run *run, const r2s_model *network, int models, r2s_error *err) {
  const r2s_spike_engine *engine = r2s_spike_native();
  static const r2s_spike_model all[] = {R2S_SPIKE_LIF, R2S_SPIKE_LIF_UNIT, R2S_SPIKE_PSC_DEXP,
                                        R2S_SPIKE_PSC_ALPHA};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
    r2s_spike_config config = r2s_run_simulation_config(run, all[k]);
    void *state = NULL;
    if (!(models & 1 << all[k])) continue;
    if (!isfinite(config.scale)) config.scale = 1; /* nothing that is checked depends on it */
    r2s_status st = engine->prepare(&state, network, &config, err);
    engine->free(state);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}
