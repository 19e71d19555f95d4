/* SPDX-License-Identifier: MIT
 * The rate network: initial draw, training by backpropagation through time, evaluation.
 * Equations R1.. of docs/equations.md. */
#ifndef RATE2SPIKE_RATE_H
#define RATE2SPIKE_RATE_H

#include "model.h"
#include "task.h"

R2S_API_BEGIN

typedef enum r2s_recipe { R2S_RECIPE_MATCHED, R2S_RECIPE_WRITEUP, R2S_RECIPE_KIM2019 } r2s_recipe;
const char *r2s_recipe_name(r2s_recipe recipe); /* "matched", "writeup", "kim2019", or "unknown" */

/* The untrained network. Defaults: matched's and writeup's; in brackets kim2019's, where they differ. */
typedef struct r2s_net_config {
  int n;        /* N, units; default 250 (200) */
  int n_inh;    /* inhibitory units, the last ones; -1: each unit with probability p_inh; default 50 (-1) */
  double p_inh; /* default 0.2 */
  double p_rec; /* probability of an edge, autapses included; default 0.2 */
  double gain;  /* g: w is |N(0, g/sqrt(N p))|, without Dale's law N(0, ...); default 2 with recipe matched,
                   else 1.5 */
  bool dale;    /* default true */
  int som_n;    /* SOM (SST) units: the first som_n inhibitory ones, or as many as there are, get no
                   inhibition; default 0 */
  double tau_min_ms;         /* range of tau_d, ms; equal: fixed; default 35 (20) */
  double tau_max_ms;         /* default 35 (100) */
  double w_out_sd;           /* default 0.003 with recipe matched, else 0.01 */
  r2s_activation activation; /* default by recipe */
  double kappa_hz;           /* unit of r for activation siegert, Hz; default NAN: r2s_rate_kappa_hz */
} r2s_net_config;

/* The unit of r, Hz, that suits a LIF unit: the sigmoid that fits its rate curve (Eq. C3), in whole Hz, 5 at
 * least. 44 for the default unit. */
double r2s_rate_kappa_hz(const r2s_neuron_params *neuron);

/* Every setting of the three recipes; r2s_train_config_default(recipe) has their values. Defaults: where
 * three are given, those of recipes matched, writeup, kim2019. */
typedef struct r2s_train_config {
  int batch;            /* trials a step; default 32, 32, 1 */
  bool balanced;        /* batches have all conditions as often as their probabilities say, if
                           r2s_task_is_correlated; default true, false, false */
  int max_steps;        /* optimiser steps at most; default 10000, 1200, 5000 */
  double learning_rate; /* Adam's; default 0.01 */
  double adam_beta1, adam_beta2, adam_epsilon; /* TensorFlow's placement: lr_t m/(sqrt(v) + eps); default 0.9,
                                                  0.999, 1e-8 */
  double clip_norm;     /* global norm of the gradient; 0: no clipping; default 1, 1, 0 */
  double state_noise;   /* sd of the noise in x at each step, not scaled by dt; default 0.1 */
  double x0_sd;         /* sd of x_0; default 0.01 */
  int target_shift;     /* o_t is paired with z_(t - target_shift): 1 (the authors', default) or 0 */
  bool train_b_out;     /* false: no readout bias (the spiking readout has none); default false, true, true */
  int eval_every;       /* optimiser steps between evaluations; default 100 */
  int eval_trials;      /* trials of an evaluation; default 100 */
  double stop_accuracy; /* stop when an evaluation reaches this accuracy (default 0.98, 1, 0.96) ... */
  double stop_loss;     /* ... and its mean loss is below this (0: not asked for; default 0, 0, 7) ... */
  int min_steps;        /* ... and more than this many steps were taken; default 0, 0, 1500 */
  /* noise-matched training (docs/noise_matched_training.md); off for the other recipes: noise_end 0.
   * Defaults: of recipe matched */
  double noise_end;      /* m_end: shot noise at the end, 1 the physical amount; 0: no shot noise */
  bool keep_state_noise; /* beside shot noise too; else that takes its place */
  bool start_kick;       /* x_0 gets the kick of the spikes of a trial's first step */
  double fano_window_ms; /* window of the Fano factor; default 50 */
  double fano_constant;  /* > 0: this in place of F(x) */
  double plain_rate;     /* learning rate before the noise, if any is to come, times train.learning_rate;
                            default 1.4 ... */
  int plain_steps;       /* ... or step/plain_steps times it, where that is more; default 150 ... */
  double plain_rate_max; /* ... but this at most; default 4; less, as the running accuracy rises from
                            pace_down to 1 (Eq. R15) */
  double pace_average;   /* weight of a step in the running accuracy; default 0.05 */
  double pace_start;     /* running accuracy that starts the noise; default 0.97 */
  double pace_up;        /* noise goes up above this; default 0.95 */
  double pace_down;      /* and down below this; default 0.8 */
  int ramp_steps;        /* steps from 0 to m_end at the fastest; default 150 */
  int final_steps;       /* steps at full noise; default 150 */
  double final_rate;     /* last learning rate in them, fraction of the first; default 1 */
  int average_steps;     /* memory of the running mean of the weights in them; 0: none; default 40 */
} r2s_train_config;

/* What a recipe sets. */
r2s_net_config r2s_net_config_default(r2s_recipe recipe);
r2s_train_config r2s_train_config_default(r2s_recipe recipe);
/* The state noise beside shot noise m. */
double r2s_train_state_noise(const r2s_train_config *train, double shot_noise);
/* Whether test trials of a network start with the kick: it is that of spikes, and activations without a unit
 * of rates were trained without it. */
bool r2s_train_test_kick(const r2s_train_config *train, r2s_activation activation);
/* R2S_ERR_CONFIG, with option and range, where a value is out of its range (docs/config.md) or does not fit
 * another one: more SOM units than inhibitory ones, tau_max below tau_min, pace_down above pace_up. For
 * measurements n = 1, gain = 0 and learning_rate = 0 are taken here, which r2s_config_check refuses. */
R2S_MUST_CHECK r2s_status r2s_net_config_check(const r2s_net_config *net, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_train_config_check(const r2s_train_config *train, r2s_error *err);

/* Draws the untrained network for a task (w, sign, w_in, w_out, taus_gaus and the *0 copies). */
R2S_MUST_CHECK r2s_status r2s_rate_init(r2s_model *out, const r2s_net_config *net,
                                        const r2s_neuron_params *neuron, const r2s_task *task, uint64_t seed,
                                        r2s_error *err);

/* One row of training.csv: an optimiser step. */
typedef struct r2s_train_step {
  int step;        /* from 1 */
  double loss;     /* batch mean of the trials' losses */
  double accuracy; /* of the batch, pacing criterion */
  double running_accuracy;
  double noise; /* m, fraction of the physical shot noise */
  double learning_rate;
  double grad_norm;     /* before clipping */
  int edges;            /* edges alive */
  double eval_accuracy; /* NaN where this step was not evaluated */
  double eval_loss;     /* NaN likewise */
} r2s_train_step;

typedef enum r2s_train_stop {
  R2S_TRAIN_RUNNING,
  R2S_TRAIN_CONVERGED, /* the recipe's criterion holds */
  R2S_TRAIN_EXHAUSTED  /* max_steps reached without it */
} r2s_train_stop;

/* A training in progress: weights, optimiser state, pacing. One thread calls it; it uses `threads` inside,
 * and gives the same bits for any number of them. */
typedef struct r2s_trainer r2s_trainer;

/* Starts from `start` (copied): a fresh r2s_rate_init or somebody's trained network. Its parameters must be
 * numbers in single precision, as the network is (up to 3.4e38: R2S_ERR_NUMERIC). threads <= 0: all cores.
 * The monitor (or NULL) is asked while the table of the shot noise is made, and not kept. */
R2S_MUST_CHECK r2s_status r2s_trainer_create(r2s_trainer **out, const r2s_model *start, const r2s_task *task,
                                             const r2s_train_config *config, uint64_t seed, int threads,
                                             const r2s_monitor *monitor, r2s_error *err);
void r2s_trainer_free(r2s_trainer *trainer); /* NULL is allowed */

/* One optimiser step. R2S_ERR_NUMERIC (step and cause in the message) on NaN or infinity: the weights are
 * then as before the step. */
R2S_MUST_CHECK r2s_status r2s_trainer_step(r2s_trainer *trainer, r2s_train_step *row, r2s_train_stop *stop,
                                           r2s_error *err);
/* Whether a training is over whose last step gave `last`: what r2s_trainer_step said of it, for a restored
 * one.
 */
r2s_train_stop r2s_trainer_stop(const r2s_trainer *trainer, const r2s_train_step *last);

/* The network as it is now; in the final phase, with the running mean of its weights. Task, version and seed
 * are those of this training, train_steps counts the start's, too, and recipe and config_hash are "": the
 * caller's to set. Free with r2s_model_free. */
R2S_MUST_CHECK r2s_status r2s_trainer_model(const r2s_trainer *trainer, r2s_model *out, r2s_error *err);

/* The complete state as one malloc'ed block of bytes, for checkpoints: restoring it and going on gives the
 * same bits as never having stopped. To be restored into a trainer made of the same start, task,
 * configuration and seed; of these, sizes, seed and configuration (but for max_steps, which may be raised)
 * are compared. Keep the last r2s_train_step, too, which r2s_trainer_stop asks for. Where restoring fails the
 * trainer is as it was. */
R2S_MUST_CHECK r2s_status r2s_trainer_state(const r2s_trainer *trainer, void **bytes, size_t *size,
                                            r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_trainer_restore(r2s_trainer *trainer, const void *bytes, size_t size,
                                              r2s_error *err);

/* How trials are run forward; as the fields of r2s_train_config. */
typedef struct r2s_rate_run_config {
  double state_noise;    /* sd a step, beside the shot noise too */
  double shot_noise;     /* m of Eq. R9, 1: the physical amount; 0: none, and fano_* change nothing */
  double x0_sd;          /* sd of x_0 */
  bool start_kick;       /* x_0 gets the kick of the spikes of a trial's first step */
  double fano_window_ms; /* window of the Fano factor, ms */
  double fano_constant;  /* > 0: this in place of F(x) */
  int threads;           /* 0: as many as the machine has cores */
} r2s_rate_run_config;
/* Runs the rate network forward on n_trials trials, whose ids are (seed, set, first + k). conditions
 * [n_trials] (NULL: balanced, with first + n_trials up to 2^31 - 1); outputs [n_trials x (T-1) x n_out],
 * sample k at (k + 1) dt; rates [n_trials x T x N] of r or NULL; x likewise. An output that is no finite
 * number, or a parameter that is none in single precision: R2S_ERR_NUMERIC. Up to 8191 units. */
R2S_MUST_CHECK r2s_status r2s_rate_run(const r2s_model *model, const r2s_task *task,
                                       const r2s_rate_run_config *config, uint64_t seed, r2s_trial_set set,
                                       uint64_t first, int n_trials, const int *conditions, double *outputs,
                                       float *rates, float *x, r2s_error *err);

R2S_API_END
#endif
