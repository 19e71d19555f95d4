/* SPDX-License-Identifier: MIT
 * The Fano factor of the spike count in a window, from the density of interspike intervals. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "neuron/neuron_chain.h"

/* Steps of a window at most: the work grows with their square, and takes seconds for this many. */
static const double MOST_STEPS = 5e4;

/* Renewal density h_k = f_k + sum_j f_j h_{k-j}, in place of f. */
static void renew(const r2s_neuron_isi *isi, double *h) {
  int first = 0, end = isi->n;
  while (first < end && isi->density[first] == 0) first++;
  while (end > first && isi->density[end - 1] == 0) end--;
  for (int k = 0; k < isi->n; k++) {
    double sum = isi->density[k];
    for (int j = first; j < end && j < k; j++) sum += isi->density[j] * h[k - 1 - j];
    h[k] = sum;
  }
}

/* Eq. S9, for the equilibrium renewal process in a window of T steps (Cox 1962): with nu spikes a step
 * E N = nu T,  E N(N - 1) = 2 nu sum_{k < T} (T - k) h_k,  F = Var N/E N. */
static r2s_status fano_at(const r2s_neuron_params *params, double window_ms, double input_mv, double *fano,
                          r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_neuron_isi isi = {0};
  double *h = NULL;
  R2S_TRY(st, r2s_neuron_isi_make(&isi, params, input_mv, window_ms, 1, err));
  R2S_ALLOC(st, &h, (size_t)isi.n, "renewal density", err);
  renew(&isi, h);
  double window = window_ms / isi.step_ms, sum = 0;
  for (int k = 1; k < window; k++) sum += (1 - k / window) * h[k - 1];
  *fano = fmax(1 + 2 * sum - window / isi.mean, 0);
done:
  free(h);
  r2s_neuron_isi_free(&isi);
  return st;
}

/* Without noise: a clock, whose counts are floor or floor + 1 of the window in intervals. */
static double clock_fano(const r2s_neuron_params *params, double window_ms, double input_mv) {
  double count = r2s_neuron_rate_hz(params, input_mv) / 1000 * window_ms, part = count - floor(count);
  return count > 0 ? part * (1 - part) / count : 1;
}

r2s_status r2s_neuron_fano(const r2s_neuron_params *params, double window_ms, const double *input_mv, int n,
                           double *fano, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_neuron_params_check(params, err));
  if (!(window_ms > 0) || window_ms > R2S_LONGEST_MS || window_ms > MOST_STEPS * params->dt_ms)
    return r2s_fail(err, R2S_ERR_ARG,
                    "Fano factor in windows of %g ms; expected more than 0, up to %g, and %g steps at most",
                    window_ms, (double)R2S_LONGEST_MS, MOST_STEPS);
  for (int k = 0; k < n; k++)
    if (r2s_monitor_cancelled(monitor)) /* each may take half a second: long refractory times */
      return r2s_fail(err, R2S_ERR_CANCELLED, "interrupted in the Fano factors of the rate curve");
    else if (isnan(input_mv[k]))
      return r2s_fail(err, R2S_ERR_ARG, "Fano factor at an input of %g mV; expected a number", input_mv[k]);
    else if (params->noise_mv == 0)
      fano[k] = clock_fano(params, window_ms, input_mv[k]);
    else
      R2S_TRY(st, fano_at(params, window_ms, input_mv[k], &fano[k], err));
done:
  return st;
}
