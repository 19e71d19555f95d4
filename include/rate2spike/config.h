/* SPDX-License-Identifier: MIT
 * The configuration of a run: one struct, and one table that describes every option of it. YAML files, --set,
 * --help, docs/config.md and the resolved config.yaml all come from that table (src/io/config_table.c). */
#ifndef RATE2SPIKE_CONFIG_H
#define RATE2SPIKE_CONFIG_H

#include "rate.h"
#include "spike.h"
#include "status.h"

R2S_API_BEGIN

#define R2S_MAX_SCALES 64

typedef enum r2s_compat {
  R2S_COMPAT_KIM2019,  /* as the authors' code does */
  R2S_COMPAT_PAPER,    /* as the paper's text says */
  R2S_COMPAT_CORRECTED /* the traps removed */
} r2s_compat;

typedef struct r2s_config {
  uint64_t seed;          /* seed: master seed; default 1 */
  int threads;            /* threads: 0 = all cores */
  char task[256];         /* task: preset name or path of a YAML file; default go-nogo-short */
  r2s_recipe recipe;      /* recipe: sets the defaults of net.* and train.* */
  r2s_compat compat;      /* compat: sets the defaults of lif.tau_of_sender, readout_bias, noise_per_root_dt,
                             input_on_step; default kim2019 */
  r2s_net_config net;     /* net.* */
  r2s_train_config train; /* train.* */
  /* neuron.* is lif.neuron, the unit of the rate curve too; the other models get what they share with it
   * (tau_m, t_ref; psc-*: v_th, v_reset, tau_r; psc-dexp: v_bias, noise, v_0), lif-unit starts at its own
   * v_reset, and all get threads and record_ms, by r2s_config_load and in r2s_run_open. */
  r2s_spike_config lif;       /* lif.* */
  r2s_spike_config lif_unit;  /* lif_unit.* */
  r2s_spike_config psc_dexp;  /* psc_dexp.* */
  r2s_spike_config psc_alpha; /* psc_alpha.* */
  double scales[R2S_MAX_SCALES];
  int n_scales; /* convert.scales "20:5:75": the lif grid of 1/lambda */
  double unit_scales[R2S_MAX_SCALES];
  int n_unit_scales;  /* convert.unit_scales "1:1:20" */
  int convert_trials; /* convert.trials: at each scale; 100 */
  /* Of each of the next four, a stage runs this many times the number of conditions, each condition by its
   * probability. */
  int held_out_trials;       /* convert.held_out_trials: fresh; 100 */
  int test_trials;           /* train.test_trials: fresh trials of the trained rate network; 100 */
  int simulate_trials;       /* simulate.trials: native; 100 */
  int nest_trials;           /* simulate.nest_trials: in NEST; 20 */
  int keep_spikes;           /* simulate.keep_spikes: of this many native trials, and the first of each
                                condition; 20 */
  bool alpha_matched;        /* simulate.matched: psc-alpha with the weight derived from the scale */
  unsigned char origin[256]; /* r2s_config_origin of each option of the table */
} r2s_config;

/* Where an option's value came from, for messages and the resolved file. */
typedef enum r2s_config_origin {
  R2S_ORIGIN_DEFAULT,
  R2S_ORIGIN_RECIPE,
  R2S_ORIGIN_COMPAT,
  R2S_ORIGIN_FILE,
  R2S_ORIGIN_SET /* also what differs from the defaults where a run is opened with a struct filled in */
} r2s_config_origin;

/* All defaults of a recipe and compat. */
void r2s_config_default(r2s_config *out, r2s_recipe recipe, r2s_compat compat);

/* Reads `path` (NULL: no file), then the assignments sets[k] = "key=value" in order. Task, recipe and compat
 * are looked up first, wherever they stand, as they set other options' defaults. Errors name file, line and
 * column (or the assignment), what was found, what was expected, and the nearest known key for an unknown
 * one. */
R2S_MUST_CHECK r2s_status r2s_config_load(r2s_config *out, const char *path, const char *const *sets,
                                          int n_sets, r2s_error *err);

/* Whether every option is in its range, and the options fit each other; r2s_config_load and r2s_run_open ask.
 */
R2S_MUST_CHECK r2s_status r2s_config_check(const r2s_config *config, r2s_error *err);

/* The resolved configuration as YAML, every option with its value, unit and description as a comment;
 * malloc'ed. One that r2s_config_check refuses, or whose task is no UTF-8, is not written. */
R2S_MUST_CHECK r2s_status r2s_config_yaml(const r2s_config *config, char **yaml, r2s_error *err);

/* SHA-256 (hex, 64 characters and 0) of the options' canonical text, without threads (results do not depend
 * on them). A task in a file is left out: r2s_task_trials_name knows it. */
R2S_MUST_CHECK r2s_status r2s_config_hash(const r2s_config *config, char hash[72], r2s_error *err);
/* The same of what a training depends on (models and checkpoints keep it): the options of r2s_config_trains
 * but train.max_steps, seed, and what the task says but its title, wherever its file is. */
R2S_MUST_CHECK r2s_status r2s_config_training_hash(const r2s_config *config, const r2s_task *task,
                                                   char hash[72], r2s_error *err);
/* *trained: whether a model or checkpoint with this hash is of the same training; the kinds of hash that
 * earlier files have are known, too. Fails as r2s_config_training_hash does. */
R2S_MUST_CHECK r2s_status r2s_config_trained(const r2s_config *config, const r2s_task *task, const char *hash,
                                             bool *trained, r2s_error *err);
/* Whether a training depends on this option, beside task and seed: net.*, train.* but train.test_trials,
 * neuron.*, lif.noise_per_root_dt. */
bool r2s_config_trains(const char *key);

/* One row of the table, for --help, docs/config.md and the report's table of parameters. */
typedef struct r2s_option_info {
  const char *key;       /* "train.learning_rate" */
  const char *type;      /* "integer", "number", "boolean", "text", "choice", "list" of numbers */
  const char *unit;      /* "ms", "" */
  const char *choices;   /* "sigmoid|siegert|..." or "" */
  double min, max;       /* inclusive range of numbers; -inf, inf: none */
  bool above_min;        /* min itself is not in the range */
  const char *automatic; /* what the value "auto" (NaN in r2s_config) means; "" where there is none */
  const char *doc;       /* one sentence */
  const char *source;    /* equation, paper or NEST model page */
} r2s_option_info;
/* Options 0..count-1 in the order of docs/config.md; of another k: empty texts. */
int r2s_config_option_count(void);
r2s_option_info r2s_config_option(int k);
/* Bytes that the value of any option fits into: a list of R2S_MAX_SCALES numbers is the longest. */
#define R2S_CONFIG_VALUE_SIZE (R2S_MAX_SCALES * 32)
/* The value of option k as text, as --set takes it. R2S_ERR_ARG where there is no such option or its value
 * needs more than size bytes; R2S_ERR_CONFIG where a text has no end, or a list more than R2S_MAX_SCALES
 * numbers. */
R2S_MUST_CHECK r2s_status r2s_config_value(const r2s_config *config, int k, char *text, size_t size,
                                           r2s_error *err);
/* Who set option k; R2S_ORIGIN_DEFAULT for another k. */
r2s_config_origin r2s_config_option_origin(const r2s_config *config, int k);

/* docs/config.md: all options with their defaults, made from the table; malloc'ed. */
R2S_MUST_CHECK r2s_status r2s_config_markdown(char **text, r2s_error *err);

/* Parses "20:5:75" (first:step:last), "20,25,30" or "44" into values; at most max. */
R2S_MUST_CHECK r2s_status r2s_config_parse_list(const char *text, double *values, int max, int *n,
                                                r2s_error *err);

R2S_API_END
#endif
