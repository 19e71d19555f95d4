/* SPDX-License-Identifier: MIT
 * Whether a configuration makes sense: each option in its range, and the modules' own checks of fields
 * against each other. */
#include <math.h>
#include <string.h>

#include "io/config_table.h"

/* A field holds what its option allows; a number may be NaN where the option may be auto. */
static bool is_allowed(const r2s_config *config, const r2s_option *option) {
  const void *field = (const char *)config + option->offset;
  switch (option->kind) {
  case R2S_OPTION_INTEGER:
    return r2s_config_in_range(option, *(const int *)field);
  case R2S_OPTION_NUMBER: {
    const double x = *(const double *)field;
    return (isnan(x) && option->automatic) || r2s_config_in_range(option, x);
  }
  case R2S_OPTION_CHOICE: {
    unsigned word, known = 1;
    memcpy(&word, field, sizeof word);
    for (const char *c = option->choices; *c; c++) known += *c == '|';
    return word < known;
  }
  case R2S_OPTION_TEXT: {
    const char *end = memchr(field, 0, sizeof config->task);
    return end && end != field;
  }
  case R2S_OPTION_LIST: {
    int n;
    memcpy(&n, (const char *)config + option->count_offset, sizeof n);
    if (n < 1 || n > R2S_MAX_SCALES) return false;
    for (int k = 0; k < n; k++)
      if (!r2s_config_in_range(option, ((const double *)field)[k])) return false;
    return true;
  }
  case R2S_OPTION_SEED:
  case R2S_OPTION_BOOLEAN:
    break;
  }
  return true;
}

r2s_status r2s_config_check(const r2s_config *config, r2s_error *err) {
  r2s_status st = R2S_OK;
  char expected[256];
  for (int k = 0; r2s_config_options[k].key; k++) {
    if (is_allowed(config, &r2s_config_options[k])) continue;
    r2s_config_expected(k, expected, sizeof expected);
    return r2s_fail(err, R2S_ERR_CONFIG, "%s is out of range; expected %s", r2s_config_options[k].key,
                    expected);
  }
  R2S_TRY(st, r2s_net_config_check(&config->net, err));
  R2S_TRY(st, r2s_train_config_check(&config->train, err));
  R2S_TRY(st, r2s_neuron_params_check(&config->lif.neuron, err));
  for (int model = R2S_SPIKE_LIF; model <= R2S_SPIKE_PSC_ALPHA; model++)
    R2S_TRY(st, r2s_spike_config_check(r2s_config_model(config, (r2s_spike_model)model), err));
done:
  return st;
}
