/* SPDX-License-Identifier: MIT
 * The LIF unit's curves on an even grid of inputs, as training interpolates them. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "neuron/neuron_chain.h"

void r2s_neuron_curve_free(r2s_neuron_curve *curve) {
  if (!curve) return;
  free(curve->rate_hz);
  free(curve->slope);
  free(curve->fano);
  *curve = (r2s_neuron_curve){0};
}

/* Entries of the grid at which the Fano factor is computed: it bends on the scale of s = noise
 * sqrt(tau_m/dt), the membrane's noise, and (nearly a clock) whenever one more spike fits into the window.
 * Where no spike is to be expected it is 1 without computation. */
static int choose_nodes(const r2s_neuron_curve *curve, const r2s_neuron_params *p, double window_ms,
                        int *node) {
  double s = p->noise_mv * sqrt(p->tau_m_ms / p->dt_ms), window_s = window_ms / 1000;
  int n = 0, last = 0;
  for (int k = 0; k < curve->n; k++) {
    bool spikes = k + 1 < curve->n && curve->rate_hz[k + 1] * window_s > 1e-7;
    double input = curve->low_mv + k * curve->step_mv;
    bool far = (k - last) * curve->step_mv >= 0.15 * s + 0.05 * fabs(input);
    bool more = fabs(curve->rate_hz[k] - curve->rate_hz[last]) * window_s >= 0.1;
    if (k == 0 || k + 1 == curve->n || p->noise_mv == 0 || (spikes && (far || more))) node[n++] = last = k;
  }
  return n;
}

/* Fritsch, Carlson (1980), slope at an inner node from the secants beside it: no overshoot between nodes */
static double monotone_slope(double left, double right, double secant_left, double secant_right) {
  if (secant_left * secant_right <= 0) return 0;
  double a = 2 * right + left, b = right + 2 * left;
  return (a + b) / (a / secant_left + b / secant_right);
}

static void interpolate(const int *node, int n, double step_mv, double *fano) {
  double slope = 0; /* at the left end of the interval */
  for (int k = 0; k + 1 < n; k++) {
    int a = node[k], b = node[k + 1];
    double width = (b - a) * step_mv, secant = (fano[b] - fano[a]) / width, end = 0;
    if (k + 2 < n) {
      double next = (node[k + 2] - b) * step_mv;
      end = monotone_slope(width, next, secant, (fano[node[k + 2]] - fano[b]) / next);
    }
    for (int j = a + 1; j < b; j++) {
      double t = (double)(j - a) / (b - a), c = 1 - t;
      fano[j] = c * c * (1 + 2 * t) * fano[a] + t * t * (1 + 2 * c) * fano[b] +
                width * (c * c * t * slope - t * t * c * end);
    }
    slope = end;
  }
}

static r2s_status fill_fano(r2s_neuron_curve *curve, const r2s_neuron_params *params, double window_ms,
                            const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  int *node = NULL;
  R2S_ALLOC(st, &node, (size_t)curve->n, "Fano nodes", err);
  int n = choose_nodes(curve, params, window_ms, node);
  for (int k = 0; k < n; k++) {
    double input = curve->low_mv + node[k] * curve->step_mv;
    R2S_TRY(st, r2s_neuron_fano(params, window_ms, &input, 1, &curve->fano[node[k]], monitor, err));
  }
  interpolate(node, n, curve->step_mv, curve->fano);
done:
  free(node);
  return st;
}

r2s_status r2s_neuron_curve_make(r2s_neuron_curve *out, const r2s_neuron_params *params, double low_mv,
                                 double high_mv, double step_mv, double fano_window_ms,
                                 const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_neuron_curve curve = {.low_mv = low_mv, .step_mv = step_mv};
  *out = (r2s_neuron_curve){0};
  R2S_TRY(st, r2s_neuron_params_check(params, err));
  double entries = floor((high_mv - low_mv) / step_mv + 1e-6) + 1;
  if (!(step_mv > 0 && entries >= 2 && entries <= 1e7))
    return r2s_fail(err, R2S_ERR_ARG,
                    "rate curve from %g to %g mV in steps of %g mV; expected 2 to 1e7 entries", low_mv,
                    high_mv, step_mv);
  curve.n = (int)entries;
  R2S_ALLOC(st, &curve.rate_hz, (size_t)curve.n, "rate curve", err);
  R2S_ALLOC(st, &curve.slope, (size_t)curve.n, "rate curve", err);
  R2S_ALLOC(st, &curve.fano, (size_t)curve.n, "Fano curve", err);
  for (int k = 0; k < curve.n; k++) {
    double input = low_mv + k * step_mv;
    curve.rate_hz[k] = r2s_neuron_rate_hz(params, input);
    curve.slope[k] = r2s_neuron_rate_slope(params, input, curve.rate_hz[k]);
  }
  R2S_TRY(st, fill_fano(&curve, params, fano_window_ms, monitor, err));
done:
  if (st != R2S_OK)
    r2s_neuron_curve_free(&curve);
  else
    *out = curve;
  return st;
}
