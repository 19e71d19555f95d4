/* SPDX-License-Identifier: MIT
 * curve.csv: the rate curve that networks of activation "siegert" have, the Fano factor that their shot noise
 * has, and simulated units that judge both. */
#include <math.h>
#include <stdlib.h>

#include "run/run_conversion.h"

#define LOW_MV (-8.0)
#define HIGH_MV 60.0
#define STEP_MV 0.5
#define SIGMOID_LIMIT_MV 4.0
enum { UNITS = 64 };
#define WARMUP_MS 200.0
#define DURATION_MS 2000.0

static const double simulated_mv[] = {-8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 4, 6, 8, 12, 20, 30, 40, 60};

static r2s_status put_row(r2s_run_text *text, const r2s_run *run, const r2s_neuron_curve *curve, int k,
                          double kappa, r2s_error *err) {
  const r2s_neuron_params *neuron = &run->config.lif.neuron;
  double input = curve->low_mv + k * curve->step_mv, rate = NAN, fano = NAN;
  for (size_t s = 0; s < sizeof simulated_mv / sizeof *simulated_mv; s++) {
    if (fabs(input - simulated_mv[s]) > STEP_MV / 4) continue;
    r2s_status st =
        r2s_neuron_simulate(neuron, input, UNITS, WARMUP_MS, DURATION_MS, run->config.train.fano_window_ms,
                            run->config.seed, &rate, &fano, err);
    if (st != R2S_OK) return st;
  }
  fprintf(text->stream, "%g", input);
  r2s_run_text_number(text, curve->rate_hz[k]);
  r2s_run_text_number(text, curve->slope[k]);
  r2s_run_text_number(text, curve->fano[k]);
  r2s_run_text_number(text, rate);
  r2s_run_text_number(text, fano);
  r2s_run_text_number(text, kappa / (1 + exp(-input)));
  fputc('\n', text->stream);
  return R2S_OK;
}

r2s_status r2s_run_curve_write(const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_status st = R2S_OK;
  const r2s_neuron_params *neuron = &run->config.lif.neuron;
  r2s_run_text text = {0};
  r2s_neuron_curve curve = {0};
  double kappa = r2s_neuron_sigmoid_kappa_hz(neuron, SIGMOID_LIMIT_MV);
  R2S_TRY(st, r2s_neuron_curve_make(&curve, neuron, LOW_MV, HIGH_MV, STEP_MV,
                                    run->config.train.fano_window_ms, err));
  R2S_TRY(st, r2s_run_text_open(&text, err));
  fputs("input_mv,rate_hz,slope_hz_per_mv,fano,simulated_rate_hz,simulated_fano,sigmoid_hz\n", text.stream);
  for (int k = 0; k < curve.n; k++) R2S_TRY(st, put_row(&text, run, &curve, k, kappa, err));
  R2S_TRY(st, r2s_run_text_write(&text, run, "curve.csv", err));
done:
  r2s_run_text_free(&text);
  r2s_neuron_curve_free(&curve);
  return st;
}
