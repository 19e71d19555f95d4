/* SPDX-License-Identifier: MIT
 * The noisy LIF unit of the spiking network: its rate curve, its spike-count variability, and a simulation of
 * single units that judges both. */
#ifndef RATE2SPIKE_NEURON_H
#define RATE2SPIKE_NEURON_H

#include <stdint.h>

#include "status.h"

R2S_API_BEGIN

/* The longest refractory time, synaptic delay, interval between samples and bin of the readout, ms: in steps
 * they stay far below what an int holds. */
enum { R2S_LONGEST_MS = 1000 };

/* Parameters of model "lif" (Kim et al. 2019, LIF_network_fnc.m). Voltages: -1e6 to 1e6 mV. */
typedef struct r2s_neuron_params {
  double tau_m_ms;   /* membrane time constant, ms, > 0, up to R2S_LONGEST_MS; default 10 */
  double t_ref_ms;   /* refractory time, ms, 0 to R2S_LONGEST_MS; default 2 */
  double v_th_mv;    /* threshold, mV; default -40 */
  double v_reset_mv; /* reset, mV, < v_th; default -65 */
  double v_bias_mv;  /* constant drive, mV; default -40 (at threshold) */
  double noise_mv;   /* sd of the voltage noise of one step of dt, mV, >= 0; default 0.1 */
  double dt_ms;      /* step, ms, 1e-3 to tau_m; default 0.05 */
  double v0_low_mv;  /* initial voltages are uniform in [v0_low, v0_high]; default -65 */
  double v0_high_mv; /* default 30 */
} r2s_neuron_params;

/* The authors' LIF unit (Kim et al. 2019). */
r2s_neuron_params r2s_neuron_params_default(void);
/* R2S_ERR_CONFIG, with field and range, where a value is none that a unit can have. */
R2S_MUST_CHECK r2s_status r2s_neuron_params_check(const r2s_neuron_params *params, r2s_error *err);

/* Stationary rate (Hz) at constant input (mV, added to v_bias): Siegert's formula with the threshold raised
 * by 0.5826 noise for discrete time (Broadie, Glasserman, Kou 1997). Noise 0: the deterministic LIF's rate.
 * Good where dt is short for tau_m and the noise gathered in t_ref is small beside v_th - v_reset. */
double r2s_neuron_rate_hz(const r2s_neuron_params *params, double input_mv);

/* Fano factor of the spike count in windows of window_ms at constant input, from the unit's own Markov chain,
 * without sampling; 1 (its limit) where a unit never spikes. fano [n]. Windows of up to R2S_LONGEST_MS and
 * 5e4 steps. R2S_ERR_ARG for another window, and for an input that is no number or so far from threshold that
 * it is some 1e8 times the noise. The monitor (or NULL) is asked before each. */
R2S_MUST_CHECK r2s_status r2s_neuron_fano(const r2s_neuron_params *params, double window_ms,
                                          const double *input_mv, int n, double *fano,
                                          const r2s_monitor *monitor, r2s_error *err);

/* Probability that a unit spikes in the first step of a trial: v_0 and the step's noise reach threshold. */
double r2s_neuron_start_probability(const r2s_neuron_params *params);

/* Least-squares kappa (Hz) with rate(I) ~ kappa sigmoid(I) on |I| <= limit_mv: the scale that a network
 * trained with the sigmoid should have. */
double r2s_neuron_sigmoid_kappa_hz(const r2s_neuron_params *params, double limit_mv);
/* That kappa at R2S_SIGMOID_LIMIT_MV, where it is a unit of rates: NaN where the fitted sigmoid has less than
 * half of the rate curve's square, as where the threshold lies 5 mV or more above v_bias. */
double r2s_neuron_sigmoid_unit_hz(const r2s_neuron_params *params);
/* The limit at which the predicted scale, training's unit of rates and curve.csv take it: where units mostly
 * are. */
#define R2S_SIGMOID_LIMIT_MV 4.0

/* Simulates n_units independent units for warmup_ms + duration_ms at constant input; gives the mean rate (Hz)
 * and the Fano factor of counts in windows of window_ms (whole ones in duration_ms; NaN where nothing
 * spikes, and for one window of one unit). The judge of the two curves above. */
R2S_MUST_CHECK r2s_status r2s_neuron_simulate(const r2s_neuron_params *params, double input_mv, int n_units,
                                              double warmup_ms, double duration_ms, double window_ms,
                                              uint64_t seed, double *rate_hz, double *fano, r2s_error *err);

/* The curves on an even grid of inputs, for interpolation: rate nu (Hz), slope (Hz/mV), Fano factor. */
typedef struct r2s_neuron_curve {
  double low_mv, step_mv; /* input of entry k: low + k step */
  int n;
  double *rate_hz; /* [n] */
  double *slope;   /* [n] Hz/mV; its derivative */
  double *fano;    /* [n] */
} r2s_neuron_curve;

/* From low_mv to high_mv, in 2 to 1e7 entries (else R2S_ERR_ARG) of a unit that r2s_neuron_params_check
 * passes (else R2S_ERR_CONFIG); window and monitor as in r2s_neuron_fano. On failure *out is all zero. */
R2S_MUST_CHECK r2s_status r2s_neuron_curve_make(r2s_neuron_curve *out, const r2s_neuron_params *params,
                                                double low_mv, double high_mv, double step_mv,
                                                double fano_window_ms, const r2s_monitor *monitor,
                                                r2s_error *err);
void r2s_neuron_curve_free(r2s_neuron_curve *curve); /* NULL is allowed */

R2S_API_END
#endif
