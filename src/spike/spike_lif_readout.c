/* SPDX-License-Identifier: MIT
 * The readout of model "lif" (Eq. S5, S6), a block of steps at a time. */
#include "spike/spike_lif_readout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

void r2s_lif_readout_free(r2s_lif_readout *readout) {
  free(readout->decay);
  free(readout->couple);
  free(readout->response);
  free(readout->kick);
  free(readout->rise);
  free(readout->w_out);
  free(readout->b_out);
  memset(readout, 0, sizeof *readout);
}

static void fill_tables(r2s_lif_readout *readout, const double *tau_d_ms, double dt_ms, double tau_r_ms) {
  const int n = readout->n;
  const double dt = dt_ms / 1000, b = tau_r_ms > 0 ? exp(-dt_ms / tau_r_ms) : 0;
  readout->rise[0] = 1;
  for (int k = 1; k <= readout->max_block; k++) readout->rise[k] = readout->rise[k - 1] * b;
  for (int i = 0; i < n; i++) {
    double d = exp(-dt_ms / tau_d_ms[i]), tau_d = tau_d_ms[i] / 1000, decay = 1, couple = 0;
    readout->kick[i] = tau_r_ms > 0 ? dt / (tau_r_ms / 1000 * tau_d) : 0;
    for (int k = 0; k <= readout->max_block; k++) {
      size_t at = (size_t)k * (size_t)n + (size_t)i;
      readout->decay[at] = decay;
      readout->couple[at] = tau_r_ms > 0 ? couple : 0;
      readout->response[at] = tau_r_ms > 0 ? couple * readout->kick[i] : decay / tau_d;
      couple = d * couple + readout->rise[k];
      decay *= d;
    }
  }
}

r2s_status r2s_lif_readout_create(r2s_lif_readout *readout, const r2s_model *model,
                                  const r2s_spike_config *config, int max_block, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n = (size_t)model->n, n_out = (size_t)model->n_out, rows = (size_t)max_block + 1;
  double *tau_d_ms = NULL;
  memset(readout, 0, sizeof *readout);
  readout->n = model->n;
  readout->n_out = model->n_out;
  readout->max_block = max_block;
  R2S_ALLOC(st, &tau_d_ms, n, "tau_d", err);
  R2S_ALLOC(st, &readout->decay, rows * n, "readout decays", err);
  R2S_ALLOC(st, &readout->couple, rows * n, "readout couplings", err);
  R2S_ALLOC(st, &readout->response, rows * n, "readout responses", err);
  R2S_ALLOC(st, &readout->kick, n, "readout kicks", err);
  R2S_ALLOC(st, &readout->rise, rows, "readout rise", err);
  R2S_ALLOC(st, &readout->w_out, n_out * n, "readout weights", err);
  R2S_ALLOC(st, &readout->b_out, n_out, "readout bias", err);
  r2s_model_tau_d_ms(model, tau_d_ms);
  fill_tables(readout, tau_d_ms, config->neuron.dt_ms, config->tau_r_ms);
  for (size_t k = 0; k < n_out * n; k++) readout->w_out[k] = model->w_out[k] / config->scale;
  if (config->readout_bias) memcpy(readout->b_out, model->b_out, n_out * sizeof *readout->b_out);
done:
  free(tau_d_ms);
  if (st != R2S_OK) r2s_lif_readout_free(readout);
  return st;
}
