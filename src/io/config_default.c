/* SPDX-License-Identifier: MIT
 * Defaults of a configuration: those of the modules, of the recipe, of the compat level. */
#include "io/config_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* docs/compat.md says why for each. */
static void set_compat(r2s_spike_config *lif, r2s_compat compat) {
  bool paper = compat == R2S_COMPAT_PAPER, corrected = compat == R2S_COMPAT_CORRECTED;
  lif->tau_of_sender = paper;
  lif->readout_bias = corrected;
  lif->noise_per_root_dt = corrected;
  lif->input_on_step = paper || corrected;
}

static void fill(r2s_config *config, r2s_recipe recipe, r2s_compat compat) {
  memset(config, 0, sizeof *config);
  config->seed = 1;
  snprintf(config->task, sizeof config->task, "go-nogo-short");
  config->recipe = recipe;
  config->compat = compat;
  config->net = r2s_net_config_default(recipe);
  config->train = r2s_train_config_default(recipe);
  config->lif = r2s_spike_config_default(R2S_SPIKE_LIF);
  config->lif_unit = r2s_spike_config_default(R2S_SPIKE_LIF_UNIT);
  config->psc_dexp = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config->psc_alpha = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  set_compat(&config->lif, compat);
  for (double scale = 20; scale <= 75; scale += 5) config->scales[config->n_scales++] = scale;
  for (double scale = 1; scale <= 20; scale += 1) config->unit_scales[config->n_unit_scales++] = scale;
  config->convert_trials = config->held_out_trials = config->test_trials = config->simulate_trials = 100;
  config->nest_trials = config->keep_spikes = 20;
}

/* A recipe or compat option is one whose default differs from that of another recipe or compat level. */
static void mark_differences(r2s_config *config, const r2s_config *other, r2s_config_origin origin) {
  for (int k = 0; r2s_config_options[k].key; k++) {
    char a[R2S_CONFIG_VALUE_SIZE], b[R2S_CONFIG_VALUE_SIZE];
    if (r2s_config_options[k].offset == offsetof(r2s_config, recipe)) continue;
    if (r2s_config_options[k].offset == offsetof(r2s_config, compat)) continue;
    if (r2s_config_value(config, k, a, sizeof a, NULL) != R2S_OK) continue;
    if (r2s_config_value(other, k, b, sizeof b, NULL) != R2S_OK) continue;
    if (strcmp(a, b)) config->origin[k] = (unsigned char)origin;
  }
}

void r2s_config_default(r2s_config *out, r2s_recipe recipe, r2s_compat compat) {
  fill(out, recipe, compat);
  for (int other = R2S_RECIPE_MATCHED; other <= R2S_RECIPE_KIM2019; other++) {
    r2s_config config;
    fill(&config, (r2s_recipe)other, compat);
    mark_differences(out, &config, R2S_ORIGIN_RECIPE);
  }
  for (int other = R2S_COMPAT_KIM2019; other <= R2S_COMPAT_CORRECTED; other++) {
    r2s_config config;
    fill(&config, recipe, (r2s_compat)other);
    mark_differences(out, &config, R2S_ORIGIN_COMPAT);
  }
  r2s_config_share(out);
}

void r2s_config_share(r2s_config *config) {
  const r2s_spike_config *lif = &config->lif;
  r2s_spike_config *models[] = {&config->lif, &config->lif_unit, &config->psc_dexp, &config->psc_alpha};
  r2s_spike_config *psc[] = {&config->psc_dexp, &config->psc_alpha};
  for (int k = 0; k < 4; k++) {
    models[k]->threads = config->threads;
    models[k]->neuron.tau_m_ms = lif->neuron.tau_m_ms;
    models[k]->neuron.t_ref_ms = lif->neuron.t_ref_ms;
    models[k]->record_ms = lif->record_ms;
  }
  config->psc_dexp.tau_r_ms = config->psc_alpha.tau_r_ms = lif->tau_r_ms; /* psc-alpha: of its readout N9 */
  config->lif_unit.neuron.v0_low_mv = config->lif_unit.neuron.v0_high_mv = config->lif_unit.neuron.v_reset_mv;
  for (int k = 0; k < 2; k++) {
    psc[k]->neuron.v_th_mv = lif->neuron.v_th_mv;
    psc[k]->neuron.v_reset_mv = lif->neuron.v_reset_mv;
  }
  r2s_neuron_params *dexp = &config->psc_dexp.neuron;
  dexp->v_bias_mv = lif->neuron.v_bias_mv;
  dexp->v0_low_mv = lif->neuron.v0_low_mv;
  dexp->v0_high_mv = lif->neuron.v0_high_mv;
  /* psc-* take the noise of a step of 0.05 ms; that of another step, unless scaled already, is the same
   * diffusion */
  dexp->noise_mv = lif->neuron.noise_mv;
  if (!lif->noise_per_root_dt && lif->neuron.dt_ms != R2S_NOISE_STEP_MS)
    dexp->noise_mv *= sqrt(R2S_NOISE_STEP_MS / lif->neuron.dt_ms);
}

/* A program may have filled in the struct without a word of where a value came from. */
void r2s_config_complete(r2s_config *config) {
  r2s_config standard;
  char own[R2S_CONFIG_VALUE_SIZE], usual[R2S_CONFIG_VALUE_SIZE];
  r2s_config_default(&standard, config->recipe, config->compat);
  for (int k = 0; r2s_config_options[k].key; k++) {
    const r2s_config_origin origin = r2s_config_option_origin(config, k);
    if (origin == R2S_ORIGIN_FILE || origin == R2S_ORIGIN_SET) continue;
    if (r2s_config_value(config, k, own, sizeof own, NULL) != R2S_OK ||
        r2s_config_value(&standard, k, usual, sizeof usual, NULL) != R2S_OK || strcmp(own, usual) != 0)
      config->origin[k] = R2S_ORIGIN_SET;
  }
  r2s_config_share(config);
}
