/* SPDX-License-Identifier: MIT
 * The settings of a spiking model in a configuration. */
#include <math.h>
#include <string.h>

#include "io/config_table.h"

const r2s_spike_config *r2s_config_model(const r2s_config *config, r2s_spike_model model) {
  const r2s_spike_config *models[] = {[R2S_SPIKE_LIF] = &config->lif,
                                      [R2S_SPIKE_LIF_UNIT] = &config->lif_unit,
                                      [R2S_SPIKE_PSC_DEXP] = &config->psc_dexp,
                                      [R2S_SPIKE_PSC_ALPHA] = &config->psc_alpha};
  return models[model];
}

bool r2s_config_simulation(const r2s_config *config, const char *name, r2s_spike_config *out) {
  for (int model = R2S_SPIKE_LIF; model <= R2S_SPIKE_PSC_ALPHA; model++)
    if (strcmp(name, r2s_spike_model_name((r2s_spike_model)model)) == 0) {
      *out = *r2s_config_model(config, (r2s_spike_model)model);
      return true;
    }
  if (strcmp(name, "psc-alpha-matched") != 0) return false;
  *out = config->psc_alpha;
  out->weight_pa = NAN; /* derived from the scale */
  return true;
}
