/* SPDX-License-Identifier: MIT
 * Every option of a run, one row each. Defaults are not here: they are those of the modules
 * (r2s_train_config_default and so on; config_default.c). */
#include "io/config_table.h"

#include <math.h>

/* The field's C type says the kind, so that a row can't lie about it. */
#define KIND(field)                                                                                          \
  _Generic(((r2s_config *)0)->field, int                                                                     \
           : R2S_OPTION_INTEGER, uint64_t                                                                    \
           : R2S_OPTION_SEED, double                                                                         \
           : R2S_OPTION_NUMBER, bool                                                                         \
           : R2S_OPTION_BOOLEAN, unsigned                                                                    \
           : R2S_OPTION_CHOICE, char *                                                                       \
           : R2S_OPTION_TEXT, double *                                                                       \
           : R2S_OPTION_LIST)
#define AT(field) .kind = KIND(field), .offset = offsetof(r2s_config, field)
#define RANGE(low, high) .min = (low), .max = (high)
#define AT_LEAST(low) .min = (low), .max = INFINITY
#define ABOVE(low) .min = (low), .max = INFINITY, .above_min = true
#define ABOVE_TO(low, high) RANGE(low, high), .above_min = true
#define SPAN ABOVE_TO(0, R2S_LONGEST_MS)
#define VOLTAGE RANGE(-1e6, 1e6)
#define MOST_PA 1e15 /* 1 V times C_m/tau_m of the largest C_m and 1 ms */
#define CURRENT RANGE(-MOST_PA, MOST_PA)
#define SHARE_OF_ONE RANGE(0, 1)
#define COUNT_MAX 1000000000

/* Of a number of trials. */
#define SHARED                                                                                               \
  "in all, shared among the conditions by their probabilities (if these are equal: this many of each)."

#define KIM "Kim et al. 2019"
#define MAIN_PY KIM ", rate/main.py"
#define MODEL_PY KIM ", rate/model.py"
#define LIF_M KIM ", LIF_network_fnc.m"
#define SEARCH_M KIM ", lambda_grid_search.m"
#define MATCHED "docs/noise_matched_training.md"
#define WRITEUP "Go-NoGo write-up"
#define DEXP "NEST iaf_psc_exp_multisynapse"
#define ALPHA "NEST iaf_psc_alpha"

/* clang-format off */
const r2s_option r2s_config_options[] = {
{"task", AT(task), .doc = "The task: a preset's name, or the path of a YAML file.", .source = "rate2spike task list"},
{"recipe", AT(recipe), .choices = "matched|writeup|kim2019",
 .doc = "How the rate network is trained; sets the defaults of net.* and train.*.", .source = MATCHED},
{"compat", AT(compat), .choices = "kim2019|paper|corrected",
 .doc = "Which to follow where the authors' code and their paper differ; sets the defaults of the lif.* options named in docs/compat.md.",
 .source = "docs/compat.md"},
{"seed", AT(seed), AT_LEAST(0), .doc = "Master seed: all random numbers of a run follow from it.", .source = ""},
{"threads", AT(threads), RANGE(0, 4096), .doc = "Threads; 0: all cores. Results do not depend on it.", .source = ""},

{"net.n", AT(net.n), RANGE(2, 8191), .unit = "units", .doc = "N, units of the network.", .source = WRITEUP "; " MAIN_PY},
{"net.n_inh", AT(net.n_inh), RANGE(-1, 8191), .unit = "units",
 .doc = "Number of inhibitory units, which are the last units; -1: each unit is inhibitory with probability net.p_inh. If net.n is given and this is not, the share of inhibitory units stays the same (a fifth).", .source = WRITEUP},
{"net.p_inh", AT(net.p_inh), SHARE_OF_ONE, .doc = "Probability of a unit to be inhibitory, if net.n_inh is -1.", .source = MODEL_PY},
{"net.p_rec", AT(net.p_rec), RANGE(1e-6, 1), .doc = "Connection probability in the untrained network, autapses included.", .source = MODEL_PY},
{"net.gain", AT(net.gain), ABOVE_TO(0, 1000), .doc = "g: an untrained weight is the magnitude of a normally distributed number with standard deviation g/sqrt(N p_rec). With net.dale false it is the number itself.", .source = MODEL_PY ": 1.5; " MATCHED},
{"net.dale", AT(net.dale), .doc = "Dale's law: a unit either excites all its targets or inhibits all of them.", .source = KIM},
{"net.som_n", AT(net.som_n), RANGE(0, 8191), .unit = "units", .doc = "SOM (SST) units: the first inhibitory units, which receive no inhibition.", .source = MODEL_PY},
{"net.tau_min_ms", AT(net.tau_min_ms), RANGE(1e-3, 1e5), .unit = "ms", .doc = "Shortest synaptic decay time tau_d; equal to net.tau_max_ms: one fixed tau_d.", .source = MAIN_PY ", decay_taus"},
{"net.tau_max_ms", AT(net.tau_max_ms), RANGE(1e-3, 1e5), .unit = "ms", .doc = "Longest synaptic decay time tau_d.", .source = MAIN_PY ", decay_taus"},
{"net.w_out_sd", AT(net.w_out_sd), RANGE(0, 1000), .doc = "Standard deviation of the untrained readout weights.", .source = MAIN_PY ": 0.01; " MATCHED},
{"net.activation", AT(net.activation), .choices = "sigmoid|siegert|clipped_relu|softplus",
 .doc = "Activation function r = f(x); siegert is the LIF unit's rate curve divided by kappa. clipped_relu and softplus have no kappa, so they need train.noise_end 0 and train.start_kick false, as in recipes writeup and kim2019.", .source = MATCHED},
{"net.kappa_hz", AT(net.kappa_hz), RANGE(1e-3, 1e5), .unit = "Hz", .automatic = "the kappa of the sigmoid that fits the LIF unit's rate curve best, in whole Hz, at least 5 (44 for the default unit)", .doc = "kappa: the rate that r = 1 stands for, with activation siegert; it is the predicted scale.", .source = MATCHED},

{"train.batch", AT(train.batch), RANGE(1, 65536), .unit = "trials", .doc = "Batch size: number of trials in an optimiser step.", .source = MAIN_PY ": 1"},
{"train.balanced", AT(train.balanced), .doc = "In each batch, every condition comes as often as its probability says. This holds only for tasks whose inputs and targets are correlated over the conditions (those of xor are not). Otherwise each trial draws its condition.", .source = MATCHED},
{"train.max_steps", AT(train.max_steps), RANGE(1, COUNT_MAX), .unit = "steps", .doc = "Largest number of optimiser steps.", .source = WRITEUP},
{"train.learning_rate", AT(train.learning_rate), ABOVE_TO(0, 1000), .doc = "Adam's learning rate.", .source = MAIN_PY},
{"train.adam_beta1", AT(train.adam_beta1), RANGE(0, 0.999999), .doc = "Adam's decay of the first moment.", .source = "Kingma, Ba 2015"},
{"train.adam_beta2", AT(train.adam_beta2), RANGE(0, 0.99999999), .doc = "Adam's decay of the second moment.", .source = "Kingma, Ba 2015"},
{"train.adam_epsilon", AT(train.adam_epsilon), RANGE(1e-30, 1), .doc = "Adam's epsilon, placed as in TensorFlow: lr_t m/(sqrt(v) + epsilon).", .source = "TensorFlow 1, AdamOptimizer"},
{"train.clip_norm", AT(train.clip_norm), RANGE(0, 1e9), .doc = "Largest global norm of the gradient; 0: no clipping.", .source = WRITEUP},
{"train.state_noise", AT(train.state_noise), RANGE(0, 1000), .doc = "Standard deviation of the noise added to x at each step, not scaled by dt.", .source = MODEL_PY},
{"train.x0_sd", AT(train.x0_sd), RANGE(0, 1000), .doc = "Standard deviation of x at the start of a trial.", .source = MODEL_PY},
{"train.target_shift", AT(train.target_shift), RANGE(0, 1), .unit = "steps", .doc = "The loss pairs the output at step t with the target at step t - shift; 1 is the authors' off-by-one.", .source = MODEL_PY ", loss_op"},
{"train.train_b_out", AT(train.train_b_out), .doc = "Train a readout bias b_out; the spiking readout uses it only with lif.readout_bias.", .source = MODEL_PY},
{"train.eval_every", AT(train.eval_every), RANGE(1, COUNT_MAX), .unit = "steps", .doc = "Optimiser steps between two evaluations.", .source = MAIN_PY},
{"train.eval_trials", AT(train.eval_trials), RANGE(1, 1000000), .unit = "trials", .doc = "Trials of an evaluation.", .source = MAIN_PY},
{"train.stop_accuracy", AT(train.stop_accuracy), SHARE_OF_ONE, .doc = "Training stops at an evaluation with at least this accuracy, if train.stop_loss and train.min_steps allow it.", .source = MAIN_PY},
{"train.stop_loss", AT(train.stop_loss), RANGE(0, 1e9), .doc = "Training stops only at an evaluation whose mean loss is below this; 0: at any loss.", .source = MAIN_PY},
{"train.min_steps", AT(train.min_steps), RANGE(0, COUNT_MAX), .unit = "steps", .doc = "Training stops only after more than this many steps.", .source = MAIN_PY},
{"train.noise_end", AT(train.noise_end), RANGE(0, 1000), .doc = "m_end: amount of shot noise at the end of training; 1: that of the spiking network, 0: none.", .source = MATCHED},
{"train.keep_state_noise", AT(train.keep_state_noise), .doc = "Keep train.state_noise when the shot noise begins; otherwise the shot noise takes its place.", .source = MATCHED},
{"train.start_kick", AT(train.start_kick), .doc = "x_0 gets the effect of the spikes that many units fire in the first step of a trial.", .source = MATCHED},
{"train.fano_window_ms", AT(train.fano_window_ms), RANGE(1, R2S_LONGEST_MS), .unit = "ms", .doc = "Window of the spike counts whose Fano factor sets the shot noise.", .source = MATCHED},
{"train.fano_constant", AT(train.fano_constant), RANGE(0, 1000), .doc = "Above 0: this Fano factor for all inputs; 0: that of the LIF unit, which depends on its input.", .source = MATCHED},
{"train.plain_rate", AT(train.plain_rate), RANGE(1e-6, 1000), .doc = "Before the shot noise begins (if train.noise_end is above 0), the learning rate is train.learning_rate times a factor: the larger of train.plain_rate and a growing one. That is step/train.plain_steps, but at most train.plain_rate_max, and shrinks to 0 as the running accuracy rises from train.pace_down to 1.", .source = MATCHED},
{"train.plain_steps", AT(train.plain_steps), RANGE(1, COUNT_MAX), .unit = "steps", .doc = "Before the shot noise, the learning rate grows with the steps in which the task is not found; the larger this is, the more slowly (see train.plain_rate).", .source = MATCHED},
{"train.plain_rate_max", AT(train.plain_rate_max), RANGE(1e-6, 1000), .doc = "Before the shot noise: the largest learning rate, as a multiple of train.learning_rate (see train.plain_rate).", .source = MATCHED},
{"train.pace_average", AT(train.pace_average), RANGE(1e-6, 1), .doc = "Weight of the latest batch in the running accuracy (by the pacing rules of the task), which controls the shot noise.", .source = MATCHED},
{"train.pace_start", AT(train.pace_start), SHARE_OF_ONE, .doc = "The shot noise begins when the running accuracy is above this.", .source = MATCHED},
{"train.pace_up", AT(train.pace_up), SHARE_OF_ONE, .doc = "The shot noise grows while the running accuracy is above this.", .source = MATCHED},
{"train.pace_down", AT(train.pace_down), SHARE_OF_ONE, .doc = "The shot noise shrinks while the running accuracy is below this. Above it the learning rate before the noise falls again (see train.plain_rate).", .source = MATCHED},
{"train.ramp_steps", AT(train.ramp_steps), RANGE(1, COUNT_MAX), .unit = "steps", .doc = "Smallest number of steps in which the shot noise grows from none to train.noise_end.", .source = MATCHED},
{"train.final_steps", AT(train.final_steps), RANGE(0, COUNT_MAX), .unit = "steps", .doc = "Steps at full shot noise (final phase).", .source = MATCHED},
{"train.final_rate", AT(train.final_rate), SHARE_OF_ONE, .doc = "Final phase: the learning rate falls linearly from train.learning_rate to this share of it.", .source = MATCHED},
{"train.average_steps", AT(train.average_steps), RANGE(0, COUNT_MAX), .unit = "steps", .doc = "Final phase: number of steps that the running mean of the weights remembers; the network with this mean is evaluated and kept. 0: the last weights are kept.", .source = MATCHED},
{"train.test_trials", AT(test_trials), RANGE(1, 1000000), .unit = "trials", .doc = "Fresh trials on which the trained rate network is tested: this many times the number of conditions " SHARED, .source = ""},

{"neuron.tau_m_ms", AT(lif.neuron.tau_m_ms), SPAN, .unit = "ms", .doc = "Membrane time constant of all spiking models and of the rate curve.", .source = LIF_M},
{"neuron.t_ref_ms", AT(lif.neuron.t_ref_ms), RANGE(0, R2S_LONGEST_MS), .unit = "ms", .doc = "Refractory time of all spiking models and of the rate curve.", .source = LIF_M},
{"neuron.v_th_mv", AT(lif.neuron.v_th_mv), VOLTAGE, .unit = "mV", .doc = "Threshold of lif, psc-dexp, psc-alpha and the rate curve.", .source = LIF_M},
{"neuron.v_reset_mv", AT(lif.neuron.v_reset_mv), VOLTAGE, .unit = "mV", .doc = "Reset voltage of lif, psc-dexp, psc-alpha and the rate curve; below the threshold.", .source = LIF_M},
{"neuron.v_bias_mv", AT(lif.neuron.v_bias_mv), VOLTAGE, .unit = "mV", .doc = "Constant drive, as the voltage at which a unit without a threshold would rest; for lif, the rate curve and, if psc_dexp.e_l_mv is auto, psc-dexp. At threshold by default.", .source = LIF_M},
{"neuron.noise_mv", AT(lif.neuron.noise_mv), RANGE(0, 1e6), .unit = "mV", .doc = "Standard deviation of the voltage noise in one step of neuron.dt_ms (with lif.noise_per_root_dt: of 0.05 ms), for lif, the rate curve, and psc-dexp, which gets the same diffusion.", .source = LIF_M},
{"neuron.dt_ms", AT(lif.neuron.dt_ms), RANGE(0.001, 5), .unit = "ms", .doc = "Step of model lif.", .source = LIF_M},
{"neuron.v0_low_mv", AT(lif.neuron.v0_low_mv), VOLTAGE, .unit = "mV", .doc = "Initial voltages of lif and psc-dexp are uniform from this to neuron.v0_high_mv.", .source = LIF_M},
{"neuron.v0_high_mv", AT(lif.neuron.v0_high_mv), VOLTAGE, .unit = "mV", .doc = "Initial voltages of lif and psc-dexp are uniform from neuron.v0_low_mv to this.", .source = LIF_M},
{"neuron.tau_r_ms", AT(lif.tau_r_ms), RANGE(0, 1e5), .unit = "ms", .doc = "Synaptic rise time of lif and psc-dexp, and rise time of the readout of psc-alpha if its weight follows from the scale; 0: single-exponential synapses.", .source = LIF_M},

{"lif.scale", AT(lif.scale), ABOVE(0), .automatic = "the predicted scale, or, if there is none, the scale that convert chose", .doc = "Scale 1/lambda of lif in stage simulate.", .source = SEARCH_M},
{"lif.reference", AT(lif.reference), .doc = "Use the double-precision engine with the authors' order of operations; slow.", .source = LIF_M},
{"lif.tau_of_sender", AT(lif.tau_of_sender), .doc = "Synapses decay with tau_d of the sending unit instead of the receiving one.", .source = "docs/compat.md"},
{"lif.readout_bias", AT(lif.readout_bias), .doc = "The spiking readout adds b_out.", .source = "docs/compat.md"},
{"lif.noise_per_root_dt", AT(lif.noise_per_root_dt), .doc = "neuron.noise_mv is the noise of a step of 0.05 ms, and is scaled with sqrt(neuron.dt_ms/0.05).", .source = "docs/compat.md"},
{"lif.input_on_step", AT(lif.input_on_step), .doc = "The input switches at the beginning of its rate step instead of half a rate step early.", .source = "docs/compat.md"},

{"lif_unit.dt_ms", AT(lif_unit.neuron.dt_ms), RANGE(0.001, 5), .unit = "ms", .doc = "Step of model lif-unit.", .source = WRITEUP " (inferred)"},
{"lif_unit.tau_r_ms", AT(lif_unit.tau_r_ms), ABOVE_TO(0, 1e5), .unit = "ms", .doc = "Synaptic rise time of model lif-unit; more than half a step.", .source = WRITEUP},
{"lif_unit.v_th", AT(lif_unit.neuron.v_th_mv), VOLTAGE, .doc = "Threshold, dimensionless.", .source = WRITEUP},
{"lif_unit.v_reset", AT(lif_unit.neuron.v_reset_mv), VOLTAGE, .doc = "Reset and initial voltage, dimensionless.", .source = WRITEUP " (inferred)"},
{"lif_unit.v_bias", AT(lif_unit.neuron.v_bias_mv), VOLTAGE, .doc = "Constant drive, dimensionless.", .source = WRITEUP},
{"lif_unit.unit_area", AT(lif_unit.unit_area), .doc = "A spike adds dt/(tau_r tau_d) to the synapse instead of 1/tau_r (for which r is the rate times tau_d).", .source = WRITEUP},

{"psc_dexp.scale", AT(psc_dexp.scale), ABOVE(0), .automatic = "as lif.scale", .doc = "Scale 1/lambda of psc-dexp in stage simulate.", .source = SEARCH_M},
{"psc_dexp.dt_ms", AT(psc_dexp.neuron.dt_ms), RANGE(0.001, 5), .unit = "ms", .doc = "Time step of model psc-dexp.", .source = "NEST, resolution"},
{"psc_dexp.c_m_pf", AT(psc_dexp.c_m_pf), RANGE(1e-6, 1e12), .unit = "pF", .doc = "Membrane capacitance; only converts mV to pA.", .source = DEXP},
{"psc_dexp.i_e_pa", AT(psc_dexp.i_e_pa), CURRENT, .unit = "pA", .doc = "Constant current.", .source = DEXP},
{"psc_dexp.e_l_mv", AT(psc_dexp.e_l_mv), VOLTAGE, .unit = "mV", .automatic = "neuron.v_bias_mv", .doc = "Resting potential.", .source = DEXP},
{"psc_dexp.input_pa", AT(psc_dexp.input_pa), CURRENT, .unit = "pA", .automatic = "(C_m/tau_m) 1 mV, the same input as in lif", .doc = "Current for w_in u = 1.", .source = DEXP},
{"psc_dexp.delay_ms", AT(psc_dexp.delay_ms), SPAN, .unit = "ms", .automatic = "one step of the resolution", .doc = "Synaptic delay (NEST's own default is 1 ms).", .source = "NEST, Connect"},

{"psc_alpha.scale", AT(psc_alpha.scale), ABOVE(0), .automatic = "as psc_dexp.scale", .doc = "Scale 1/lambda of psc-alpha, from which the weight is derived, where psc_alpha.weight_pa is auto and with simulate.matched.", .source = SEARCH_M},
{"psc_alpha.dt_ms", AT(psc_alpha.neuron.dt_ms), RANGE(0.001, 5), .unit = "ms", .doc = "Time step of model psc-alpha.", .source = "NEST, resolution"},
{"psc_alpha.c_m_pf", AT(psc_alpha.c_m_pf), RANGE(1e-6, 1e12), .unit = "pF", .doc = "Membrane capacitance.", .source = WRITEUP "; " ALPHA},
{"psc_alpha.i_e_pa", AT(psc_alpha.i_e_pa), CURRENT, .unit = "pA", .doc = "Constant current; with neuron.tau_m_ms 10 and C_m 100 pF, E_L + (tau_m/C_m) I_e is the threshold of -40 mV.", .source = WRITEUP},
{"psc_alpha.e_l_mv", AT(psc_alpha.e_l_mv), VOLTAGE, .unit = "mV", .doc = "Resting potential.", .source = WRITEUP},
{"psc_alpha.weight_pa", AT(psc_alpha.weight_pa), ABOVE_TO(0, MOST_PA), .unit = "pA", .automatic = "1000 ms (C_m/tau_m)/(scale e tau_syn), which gives a synapse the same area as in lif", .doc = "Peak of one postsynaptic current for W = 1.", .source = WRITEUP},
{"psc_alpha.input_pa", AT(psc_alpha.input_pa), CURRENT, .unit = "pA", .doc = "Current for w_in u = 1.", .source = WRITEUP},
{"psc_alpha.tau_syn_ms", AT(psc_alpha.tau_syn_ms), ABOVE_TO(0, 1e5), .unit = "ms", .automatic = "the network's tau_d", .doc = "Time constant of the alpha function, excitatory and inhibitory.", .source = WRITEUP},
{"psc_alpha.delay_ms", AT(psc_alpha.delay_ms), SPAN, .unit = "ms", .automatic = "one step of the resolution", .doc = "Synaptic delay (NEST's own default is 1 ms).", .source = "NEST, Connect"},
{"psc_alpha.readout_ms", AT(psc_alpha.readout_ms), SPAN, .unit = "ms", .doc = "Bin of the readout r = (1 - bin/tau_syn) r + spikes.", .source = WRITEUP},
{"psc_alpha.noise_mv", AT(psc_alpha.neuron.noise_mv), RANGE(0, 1e6), .unit = "mV", .doc = "Voltage noise, as neuron.noise_mv of a 0.05 ms step; 0: none.", .source = WRITEUP},
{"psc_alpha.v0_low_mv", AT(psc_alpha.neuron.v0_low_mv), VOLTAGE, .unit = "mV", .doc = "Initial voltages are uniform from this to psc_alpha.v0_high_mv.", .source = WRITEUP},
{"psc_alpha.v0_high_mv", AT(psc_alpha.neuron.v0_high_mv), VOLTAGE, .unit = "mV", .doc = "Initial voltages are uniform from psc_alpha.v0_low_mv to this.", .source = WRITEUP},

{"convert.scales", AT(scales), .count_offset = offsetof(r2s_config, n_scales), ABOVE(0), .doc = "Scales 1/lambda at which model lif is measured: first:step:last, or a list.", .source = SEARCH_M},
{"convert.unit_scales", AT(unit_scales), .count_offset = offsetof(r2s_config, n_unit_scales), ABOVE(0), .doc = "Scales 1/lambda at which model lif-unit is measured: first:step:last, or a list.", .source = WRITEUP},
{"convert.trials", AT(convert_trials), RANGE(1, 1000000), .unit = "trials", .doc = "Trials at each scale, balanced over the conditions; every scale gets the same trials. If nothing random makes the trials of a condition differ, there is one trial of each condition.", .source = SEARCH_M},
{"convert.held_out_trials", AT(held_out_trials), RANGE(1, 1000000), .unit = "trials", .doc = "Fresh trials at the chosen and the predicted scale: this many times the number of conditions " SHARED, .source = "docs/compat.md"},

{"simulate.trials", AT(simulate_trials), RANGE(1, 1000000), .unit = "trials", .doc = "Trials in the native engine: this many times the number of conditions " SHARED, .source = ""},
{"simulate.nest_trials", AT(nest_trials), RANGE(1, 100000), .unit = "trials", .doc = "Trials in NEST: this many times the number of conditions " SHARED, .source = ""},
{"simulate.keep_spikes", AT(keep_spikes), RANGE(0, 1000000), .unit = "trials", .doc = "Number of trials of each model in the native engine whose spikes are kept. These are the first trials; the first trial of each condition is kept, too. Spike counts and outputs of all trials are kept, and in NEST all spikes.", .source = ""},
{"simulate.matched", AT(alpha_matched), .doc = "Simulate psc-alpha a second time, with the weight derived from psc_alpha.scale instead of psc_alpha.weight_pa.", .source = "docs/nest.md"},
{"simulate.record_ms", AT(lif.record_ms), SPAN, .unit = "ms", .doc = "Interval between recorded samples of the output, all models.", .source = ""},
{.key = NULL}};
/* clang-format on */

/* gcc and clang take an enum without negative values for unsigned; KIND and the parser rely on it. */
_Static_assert(sizeof(r2s_recipe) == sizeof(unsigned) && sizeof(r2s_compat) == sizeof(unsigned) &&
                   sizeof(r2s_activation) == sizeof(unsigned),
               "choices are stored as unsigned");
_Static_assert(sizeof r2s_config_options / sizeof *r2s_config_options - 1 <=
                   sizeof(((r2s_config *)0)->origin),
               "r2s_config.origin has a place for every option");
