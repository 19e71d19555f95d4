/* SPDX-License-Identifier: MIT
 * curve.csv: the rate curve that networks of activation "siegert" have, the Fano factor that their shot noise
 * has, and simulated units that judge both. */
#include <math.h>

#include "base/base_threads.h"
#include "run/run_conversion.h"

#define LOW_MV (-8.0)
#define HIGH_MV 60.0
#define STEP_MV 0.5
enum { UNITS = 64 };
#define WARMUP_MS 200.0
#define DURATION_MS 2000.0

enum { SIMULATED = R2S_RUN_CURVE_INPUTS };
static const double simulated_mv[SIMULATED] = {-8, -6, -5, -4, -3, -2, -1, 0,  1,
                                               2,  4,  6,  8,  12, 20, 30, 40, 60};

/* As many at a time as there are threads: only the calling one may ask the monitor, between them. */
static r2s_status simulate(r2s_run_curve *curve, const r2s_run *run, const r2s_monitor *monitor,
                           r2s_error *err) {
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  const int threads = r2s_threads_for(run->config.threads, SIMULATED);
  r2s_status status[SIMULATED];
  r2s_error error[SIMULATED];
  for (int from = 0; from < SIMULATED; from += threads) {
    const int to = from + threads < SIMULATED ? from + threads : SIMULATED;
    if (r2s_monitor_cancelled(monitor))
      return r2s_fail(err, R2S_ERR_CANCELLED, "interrupted in the simulated units of the rate curve");
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int k = from; k < to; k++)
      status[k] = r2s_neuron_simulate(&neuron, simulated_mv[k], UNITS, WARMUP_MS, DURATION_MS,
                                      run->config.train.fano_window_ms, run->config.seed,
                                      &curve->simulated_hz[k], &curve->simulated_fano[k], &error[k]);
    for (int k = from; k < to; k++)
      if (status[k] != R2S_OK) return r2s_fail(err, status[k], "%s", error[k].msg);
  }
  return R2S_OK;
}

r2s_status r2s_run_curve_make(r2s_run_curve *out, const r2s_run *run, const r2s_monitor *monitor,
                              r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  *out = (r2s_run_curve){0};
  if (!run->dir) return st;
  R2S_TRY(st, r2s_neuron_curve_make(&out->theory, &neuron, LOW_MV, HIGH_MV, STEP_MV,
                                    run->config.train.fano_window_ms, monitor, err));
  R2S_TRY(st, simulate(out, run, monitor, err));
done:
  if (st != R2S_OK) r2s_run_curve_free(out);
  return st;
}

void r2s_run_curve_free(r2s_run_curve *curve) {
  r2s_neuron_curve_free(&curve->theory);
}

static void put_row(r2s_run_text *text, const r2s_run_curve *curve, int k, double kappa) {
  const r2s_neuron_curve *theory = &curve->theory;
  double input = theory->low_mv + k * theory->step_mv, rate = NAN, fano = NAN;
  for (int s = 0; s < SIMULATED; s++)
    if (fabs(input - simulated_mv[s]) <= STEP_MV / 4)
      rate = curve->simulated_hz[s], fano = curve->simulated_fano[s];
  r2s_text_add(&text->csv, "%g", input);
  r2s_run_text_number(text, theory->rate_hz[k]);
  r2s_run_text_number(text, theory->slope[k]);
  r2s_run_text_number(text, theory->fano[k]);
  r2s_run_text_number(text, rate);
  r2s_run_text_number(text, fano);
  r2s_run_text_number(text, kappa / (1 + exp(-input)));
  r2s_text_add(&text->csv, "\n");
}

r2s_status r2s_run_curve_write(const r2s_run_curve *curve, const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  const double kappa = r2s_neuron_sigmoid_kappa_hz(&neuron, R2S_SIGMOID_LIMIT_MV);
  r2s_run_text text;
  r2s_run_text_open(&text);
  r2s_text_add(&text.csv,
               "input_mv,rate_hz,slope_hz_per_mv,fano,simulated_rate_hz,simulated_fano,sigmoid_hz\n");
  for (int k = 0; k < curve->theory.n; k++) put_row(&text, curve, k, kappa);
  r2s_status st = r2s_run_text_write(&text, run, "curve.csv", err);
  r2s_run_text_free(&text);
  return st;
}
