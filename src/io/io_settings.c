/* SPDX-License-Identifier: MIT
 * What a spiking network was simulated with, as text, so that results can be told apart. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "io/io_text.h"
#include "rate2spike/io.h"

enum {
  LIF = 1 << R2S_SPIKE_LIF,
  UNIT = 1 << R2S_SPIKE_LIF_UNIT,
  DEXP = 1 << R2S_SPIKE_PSC_DEXP,
  ALPHA = 1 << R2S_SPIKE_PSC_ALPHA,
  PSC = DEXP | ALPHA,
  ALL = LIF | UNIT | PSC
};

typedef struct setting {
  const char *name;
  int models; /* which read it */
  size_t offset;
  bool is_bool; /* else double */
} setting;

#define NUMBER(models, name)                                                                                 \
  { #name, models, offsetof(r2s_spike_config, name), false }
#define NEURON(models, name)                                                                                 \
  { #name, models, offsetof(r2s_spike_config, neuron.name), false }
#define SWITCH(models, name)                                                                                 \
  { #name, models, offsetof(r2s_spike_config, name), true }

/* All but the scale and the choice of the reference engine, which files keep apart, and what changes no
 * result. */
static const setting settings[] = {NEURON(ALL, tau_m_ms),
                                   NEURON(ALL, t_ref_ms),
                                   NEURON(ALL, v_th_mv),
                                   NEURON(ALL, v_reset_mv),
                                   NEURON(ALL, v_bias_mv),
                                   NEURON(LIF | PSC, noise_mv),
                                   NEURON(ALL, dt_ms),
                                   NEURON(ALL, v0_low_mv),
                                   NEURON(ALL, v0_high_mv),
                                   NUMBER(ALL, tau_r_ms),
                                   NUMBER(ALL, record_ms),
                                   SWITCH(LIF, tau_of_sender),
                                   SWITCH(LIF | UNIT, readout_bias),
                                   SWITCH(LIF, noise_per_root_dt),
                                   SWITCH(LIF, input_on_step),
                                   SWITCH(UNIT, unit_area),
                                   NUMBER(PSC, c_m_pf),
                                   NUMBER(PSC, i_e_pa),
                                   NUMBER(PSC, e_l_mv),
                                   NUMBER(ALPHA, weight_pa),
                                   NUMBER(PSC, input_pa),
                                   NUMBER(ALPHA, tau_syn_ms),
                                   NUMBER(PSC, delay_ms),
                                   NUMBER(ALPHA, readout_ms)};

/* psc-alpha reads tau_r only where its weight comes from the scale (the rise of readout N9), and v_bias only
 * where no resting potential is given. */
static bool is_read(const setting *s, const r2s_spike_config *config) {
  if (!(s->models & 1 << config->model)) return false;
  if (config->model != R2S_SPIKE_PSC_ALPHA) return true;
  if (s->offset == offsetof(r2s_spike_config, tau_r_ms)) return isnan(config->weight_pa);
  if (s->offset == offsetof(r2s_spike_config, neuron.v_bias_mv)) return isnan(config->e_l_mv);
  return true;
}

static void value_text(const r2s_spike_config *config, const setting *s, char text[R2S_NUMBER_SIZE]) {
  const void *field = (const char *)config + s->offset;
  if (s->is_bool)
    strcpy(text, *(const bool *)field ? "true" : "false");
  else if (isnan(*(const double *)field))
    strcpy(text, "auto");
  else
    r2s_text_from_double(*(const double *)field, text);
}

void r2s_spike_settings(const r2s_spike_config *config, char text[R2S_SETTINGS_SIZE]) {
  size_t used = 0;
  text[0] = 0;
  if ((unsigned)config->model > R2S_SPIKE_PSC_ALPHA) return;
  for (size_t k = 0; k < sizeof settings / sizeof *settings; k++) {
    char value[R2S_NUMBER_SIZE];
    if (!is_read(&settings[k], config)) continue;
    value_text(config, &settings[k], value);
    used += (size_t)snprintf(text + used, R2S_SETTINGS_SIZE - used, "%s%s=%s", used ? " " : "",
                             settings[k].name, value);
  }
}

/* Whether `words` has the word of `length` bytes. */
static bool has_word(const char *words, const char *word, size_t length) {
  while (*words) {
    const size_t own = strcspn(words, " ");
    if (own == length && memcmp(words, word, length) == 0) return true;
    words += own + strspn(words + own, " ");
  }
  return false;
}

void r2s_spike_settings_other(const char *found, const char *expected, char text[R2S_SETTINGS_SIZE]) {
  size_t used = 0;
  text[0] = 0;
  while (*found) {
    const size_t length = strcspn(found, " ");
    if (!has_word(expected, found, length) && used + length + 2 < R2S_SETTINGS_SIZE)
      used += (size_t)snprintf(text + used, R2S_SETTINGS_SIZE - used, "%s%.*s", used ? " " : "", (int)length,
                               found);
    found += length + strspn(found + length, " ");
  }
}
