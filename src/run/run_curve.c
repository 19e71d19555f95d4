/* SPDX-License-Identifier: MIT
 * curve.csv: the rate curve that networks of activation "siegert" have, the Fano factor that their shot noise
 * has, and simulated units that judge both. */
#include <math.h>
#include <stdlib.h>

#include "base/base_threads.h"
#include "run/run_conversion.h"

#define LOW_MV (-8.0)
#define HIGH_MV 60.0
#define STEP_MV 0.5
enum { UNITS = 64 };
#define WARMUP_MS 200.0
#define DURATION_MS 2000.0

enum { SIMULATED = 18 };
static const double simulated_mv[SIMULATED] = {-8, -6, -5, -4, -3, -2, -1, 0,  1,
                                               2,  4,  6,  8,  12, 20, 30, 40, 60};

/* One of the inputs, simulated. */
typedef struct judge {
  double rate_hz, fano;
  r2s_status status;
  r2s_error error;
} judge;

static r2s_status simulate(const r2s_run *run, judge judges[SIMULATED], r2s_error *err) {
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  int threads = r2s_threads_for(run->config.threads, SIMULATED);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (int k = 0; k < SIMULATED; k++) {
    judge *j = &judges[k];
    *j = (judge){0};
    j->status = r2s_neuron_simulate(&neuron, simulated_mv[k], UNITS, WARMUP_MS, DURATION_MS,
                                    run->config.train.fano_window_ms, run->config.seed, &j->rate_hz, &j->fano,
                                    &j->error);
  }
  for (int k = 0; k < SIMULATED; k++)
    if (judges[k].status != R2S_OK) return r2s_fail(err, judges[k].status, "%s", judges[k].error.msg);
  return R2S_OK;
}

static void put_row(r2s_run_text *text, const r2s_neuron_curve *curve, int k, double kappa,
                    const judge judges[SIMULATED]) {
  double input = curve->low_mv + k * curve->step_mv, rate = NAN, fano = NAN;
  for (int s = 0; s < SIMULATED; s++)
    if (fabs(input - simulated_mv[s]) <= STEP_MV / 4) rate = judges[s].rate_hz, fano = judges[s].fano;
  r2s_text_add(&text->csv, "%g", input);
  r2s_run_text_number(text, curve->rate_hz[k]);
  r2s_run_text_number(text, curve->slope[k]);
  r2s_run_text_number(text, curve->fano[k]);
  r2s_run_text_number(text, rate);
  r2s_run_text_number(text, fano);
  r2s_run_text_number(text, kappa / (1 + exp(-input)));
  r2s_text_add(&text->csv, "\n");
}

r2s_status r2s_run_curve_write(const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_status st = R2S_OK;
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  r2s_run_text text = {0};
  r2s_neuron_curve curve = {0};
  judge judges[SIMULATED];
  double kappa = r2s_neuron_sigmoid_kappa_hz(&neuron, R2S_SIGMOID_LIMIT_MV);
  R2S_TRY(st, r2s_neuron_curve_make(&curve, &neuron, LOW_MV, HIGH_MV, STEP_MV,
                                    run->config.train.fano_window_ms, err));
  R2S_TRY(st, simulate(run, judges, err));
  r2s_run_text_open(&text);
  r2s_text_add(&text.csv,
               "input_mv,rate_hz,slope_hz_per_mv,fano,simulated_rate_hz,simulated_fano,sigmoid_hz\n");
  for (int k = 0; k < curve.n; k++) put_row(&text, &curve, k, kappa, judges);
  R2S_TRY(st, r2s_run_text_write(&text, run, "curve.csv", err));
done:
  r2s_run_text_free(&text);
  r2s_neuron_curve_free(&curve);
  return st;
}
