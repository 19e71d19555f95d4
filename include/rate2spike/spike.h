/* SPDX-License-Identifier: MIT
 * Spiking networks with a rate network's weights: four models, several engines behind one interface.
 * Equations S1.. (lif), U1.. (lif-unit), N1.. (psc-*) of docs/equations.md. */
#ifndef RATE2SPIKE_SPIKE_H
#define RATE2SPIKE_SPIKE_H

#include "model.h"
#include "task.h"

R2S_API_BEGIN

typedef enum r2s_spike_model {
  R2S_SPIKE_LIF,      /* "lif": the authors' LIF (Kim et al. 2019), Euler, 0.05 ms */
  R2S_SPIKE_LIF_UNIT, /* "lif-unit": the write-up's dimensionless LIF, Euler, 0.1 ms */
  R2S_SPIKE_PSC_DEXP, /* "psc-dexp": NEST iaf_psc_exp_multisynapse, exact double exponential */
  R2S_SPIKE_PSC_ALPHA /* "psc-alpha": NEST iaf_psc_alpha */
} r2s_spike_model;
const char *r2s_spike_model_name(r2s_spike_model model); /* "?": no such model */

/* The step, ms, that noise_mv is given for where a step of another length gets its share of it. */
#define R2S_NOISE_STEP_MS 0.05

/* Settings of a simulation. r2s_spike_config_default(model) fills all; `scale` (models lif, lif-unit,
 * psc-dexp) must be set by the caller. */
typedef struct r2s_spike_config {
  r2s_spike_model model;
  bool reference; /* lif: the double-precision engine in the authors' order of operations */
  double scale;   /* 1/lambda; NaN by default */
  r2s_neuron_params
      neuron;          /* tau_m, t_ref, voltages, noise, dt; for psc-*, noise_mv is per 0.05 ms as in lif */
  double tau_r_ms;     /* synaptic rise, ms, up to 1e5; 0: single exponential (lif-unit: > dt/2); default 2 */
  double record_ms;    /* interval between recorded output samples, ms; default 1 */
  bool record_spikes;  /* keep unit and step of every spike */
  bool record_voltage; /* keep v of the first R2S_VOLTAGE_UNITS units at recorded samples */
  int threads;         /* <= 0: all cores */
  /* lif: how the authors' code differs from the paper's text (docs/compat.md) */
  bool tau_of_sender;     /* tau_d of the sending unit (paper) instead of the receiving (code) */
  bool readout_bias;      /* lif-unit, too: add b_out to the output */
  bool noise_per_root_dt; /* neuron.noise_mv is that of 0.05 ms: a step gets sqrt(dt/0.05 ms) of it */
  bool input_on_step;     /* u switches at its step instead of half a rate step early */
  /* lif-unit */
  bool unit_area; /* spike_amp dt/(tau_r tau_d) instead of 1/tau_r */
  /* psc-dexp and psc-alpha */
  double c_m_pf;           /* 1e-6 to 1e12; default 100 */
  double i_e_pa;           /* constant current, pA: 0 (dexp: E_L = V_th), 250 (alpha) */
  double e_l_mv;           /* resting potential, mV: -65 (alpha); NaN: neuron.v_bias_mv (dexp) */
  double weight_pa;        /* alpha: peak of one PSC for W = 1: 50; NaN: derived from scale (--matched) */
  double input_pa;         /* pA for w_in u = 1: 5 (alpha); NaN: (C_m/tau_m) 1 mV, lif's input (dexp) */
  double tau_syn_ms;       /* alpha: 35; NaN: the network's tau_d */
  double delay_ms;         /* synaptic delay, ms, up to R2S_LONGEST_MS; NaN: one resolution step */
  double readout_ms;       /* alpha: bin of the write-up's readout r = (1 - bin/tau) r + spikes; default 5 */
  const char *nest_python; /* engine nest: Python interpreter that has nest; NULL: "python3"; borrowed */
} r2s_spike_config;

r2s_spike_config r2s_spike_config_default(r2s_spike_model model);
/* psc-*: the resting potential, mV, and the current for w_in u = 1, pA, where they are NaN in config, too. */
double r2s_spike_resting_mv(const r2s_spike_config *config);
double r2s_spike_unit_input_pa(const r2s_spike_config *config);
/* lif: its unit as the rate curve, training and the predicted scale take it: noise_mv is that of a step of
 * its own dt_ms, scaled with noise_per_root_dt. */
r2s_neuron_params r2s_spike_curve_neuron(const r2s_spike_config *config);
/* A scale of NaN (not chosen yet) passes here; the engines' prepare asks for it. */
R2S_MUST_CHECK r2s_status r2s_spike_config_check(const r2s_spike_config *config, r2s_error *err);

/* One trial to simulate. */
typedef struct r2s_spike_trial {
  int condition;          /* of the task; not used by the engine, kept for the record */
  r2s_trial_id id;        /* random initial voltages and noise follow from it */
  const float *u;         /* [n_columns x n_in] input per rate step, time-major (T + 1 columns, the last 0) */
  const double *u_double; /* the same in double precision, for lif's reference engine; NULL: it takes u */
  int n_columns;
  int n_in;                  /* channels of u, checked against the network's; 0: not told, and not checked */
  double duration_ms;        /* n_columns - 1 rate steps usually */
  const double *v0;          /* [N] initial voltages, mV; NULL: random */
  const double *injected_pa; /* psc-*: [steps x N] injected current, pA, or NULL (replaces the noise); steps:
                                duration_ms/dt_ms, rounded */
  double noise_scale;        /* 1: the config's noise; 0: none */
  bool drop_spikes;          /* they are counted, but its record keeps none, whatever record_spikes is */
} r2s_spike_trial;

typedef struct r2s_spike_event {
  int32_t unit; /* from 0 */
  int32_t step; /* LIF step k = 1.. (time k dt); NEST: stamp in resolution steps */
} r2s_spike_event;

/* Units, the first ones, whose voltage is recorded. */
enum { R2S_VOLTAGE_UNITS = 8 };

/* What a trial gave. Filled by the engine; r2s_spike_record_free frees it. */
typedef struct r2s_spike_record {
  int condition;
  int n; /* units */
  int n_out;
  int n_samples;
  double t0_ms, dt_ms;     /* sample k of out is at t0_ms + k dt_ms */
  double *out;             /* [n_samples x n_out] */
  uint32_t *counts;        /* [N] spikes of each unit */
  uint64_t n_spikes;       /* all spikes, whether recorded or not */
  r2s_spike_event *spikes; /* [n_spikes] in order of step, then unit; NULL unless record_spikes */
  double spike_dt_ms;      /* ms per unit of `step` */
  double duration_ms;
  double *rates_end; /* [N] filtered rates r at the end (lif: Hz) or NULL */
  double *voltage;   /* [n_samples x R2S_VOLTAGE_UNITS] mV (lif-unit: dimensionless), 30 at a spike (lif), 0
                        for units that are not there; or NULL */
} r2s_spike_record;
void r2s_spike_record_free(r2s_spike_record *record); /* NULL is allowed */

/* Size of a text that tells the settings of a simulation (r2s_spike_settings). */
enum { R2S_SETTINGS_SIZE = 1024 };

/* What an engine tells about itself after run; and, of trials kept in a file, what they are trials of. */
typedef struct r2s_spike_info {
  char trials[R2S_TRIALS_NAME];     /* in files: what they are trials of; "": not known */
  char settings[R2S_SETTINGS_SIZE]; /* in files: r2s_spike_settings of their config; "": not known */
  double scale;                     /* config's 1/lambda (r2s_spike_run and files); NaN: the model had none */
  char model[32];                   /* in files: its name, as spikes_<model>_<engine>.h5; "": not known */
  char engine[32];                  /* "native avx2", "nest 3.10.0" */
  double build_seconds;
  double simulate_seconds;
  int64_t weights_checked;       /* NEST: synapses read back; 0 natively */
  double weights_max_difference; /* NEST: largest |read back - sent|, pA */
} r2s_spike_info;

/* An engine: prepare once for a model and config, run any trials, free. Model and config are copied. */
typedef struct r2s_spike_engine {
  const char *name; /* "native" or "nest" */
  /* *state is what the other two take; `free` takes it after a failure, too (it may be NULL then) */
  r2s_status (*prepare)(void **state, const r2s_model *model, const r2s_spike_config *config, r2s_error *err);
  /* records [n_trials] are filled; on failure none needs freeing */
  r2s_status (*run)(void *state, const r2s_spike_trial *trials, int n_trials, r2s_spike_record *records,
                    r2s_spike_info *info, const r2s_monitor *monitor, r2s_error *err);
  void (*free)(void *state); /* NULL is allowed */
} r2s_spike_engine;

/* The engine built into the library. Same bits for any number of threads and on every instruction set. */
const r2s_spike_engine *r2s_spike_native(void);

/* prepare + run + free. */
R2S_MUST_CHECK r2s_status r2s_spike_run(const r2s_spike_engine *engine, const r2s_model *model,
                                        const r2s_spike_config *config, const r2s_spike_trial *trials,
                                        int n_trials, r2s_spike_record *records, r2s_spike_info *info,
                                        const r2s_monitor *monitor, r2s_error *err);

/* Takes the record of trials[trial] at scales[scale], which is valid during the call only. Called once for
 * each, in any order, by several threads at a time. What fails here ends the run. */
typedef r2s_status (*r2s_spike_take)(void *user, int scale, int trial, const r2s_spike_record *record,
                                     r2s_error *err);

/* The same trials at several scales on the native engine: bit by bit what r2s_spike_run gives for each scale
 * (config->scale is not read), in less time, because a trial's noise is drawn once for many scales. No
 * record is kept. On failure some may have been taken. */
R2S_MUST_CHECK r2s_status r2s_spike_run_scales(const r2s_model *model, const r2s_spike_config *config,
                                               const double *scales, int n_scales,
                                               const r2s_spike_trial *trials, int n_trials,
                                               r2s_spike_take take, void *user, const r2s_monitor *monitor,
                                               r2s_error *err);

/* Allocates and makes trials first..first+n-1 of a set for a task, conditions[k] each (NULL: balanced).
 * first + n: at most 2^31 - 1. */
R2S_MUST_CHECK r2s_status r2s_spike_trials_make(r2s_spike_trial **out, const r2s_task *task, uint64_t seed,
                                                r2s_trial_set set, uint64_t first, int n,
                                                const int *conditions, r2s_error *err);
void r2s_spike_trials_free(r2s_spike_trial *trials, int n); /* NULL is allowed */

R2S_API_END
#endif
