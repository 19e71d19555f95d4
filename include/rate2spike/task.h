/* SPDX-License-Identifier: MIT
 * A cognitive task as data: conditions with input pulses, targets and scoring rules.
 *
 * Times are in ms. Step t of a trial covers [t dt, (t+1) dt); a period from..to covers the steps t with
 * from <= t dt < to. Presets and user tasks are YAML files read by io.h (r2s_task_load). */
#ifndef RATE2SPIKE_TASK_H
#define RATE2SPIKE_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "trial.h"

R2S_API_BEGIN

/* Size of a text that names the trials of a set: "seed 1, task go-nogo (12 digits of its hash)". Trials of
 * the same name, set and number are the same. */
enum { R2S_TRIALS_NAME = 128 };

enum { R2S_MAX_CONDITIONS = 128, R2S_MAX_WIDTH = 4096 /* input channels, and outputs */ };

/* Which rule set judges a trial. */
typedef enum r2s_criterion {
  R2S_CRITERION_RATE,    /* the task's criterion for the rate network */
  R2S_CRITERION_SPIKING, /* the task's criterion for spiking networks */
  R2S_CRITERION_STRICT,  /* the authors' criterion (Kim et al. 2019), where it differs */
  R2S_CRITERION_PACING,  /* the running accuracy that paces recipe "matched" */
  R2S_CRITERION_COUNT
} r2s_criterion;

typedef enum r2s_statistic {
  R2S_STATISTIC_MEAN,
  R2S_STATISTIC_MAX,
  R2S_STATISTIC_MIN,
  R2S_STATISTIC_MAX_ABS, /* max |o| */
  R2S_STATISTIC_ABS_MEAN /* |mean o| */
} r2s_statistic;

typedef struct r2s_task_pulse {
  int channel; /* input channel, from 0 */
  double from_ms, to_ms;
  double value;    /* added to u in the period; -1e6 to 1e6 */
  double noise_sd; /* sd of a fresh normal added at each step, up to 1e6; 0: none */
} r2s_task_pulse;

typedef struct r2s_task_target {
  int output;            /* output, from 0 */
  double from_ms, to_ms; /* periods of one output do not overlap */
  double value;          /* -1e6 to 1e6 */
} r2s_task_target;

typedef struct r2s_task_period {
  double from_ms, to_ms;
} r2s_task_period;

/* statistic(o over [from, to)) > or < threshold; a condition's trial is correct when all its rules hold. */
typedef struct r2s_task_rule {
  int output;
  r2s_statistic statistic;
  double from_ms, to_ms;
  bool greater; /* true: statistic > threshold; false: statistic < threshold */
  double threshold;
} r2s_task_rule;

typedef struct r2s_task_rules {
  int count;
  r2s_task_rule *rule;
} r2s_task_rules;

typedef struct r2s_task_condition {
  char name[32];      /* "go", "nogo": letters, digits, _ and - (it becomes a part of column names) */
  double probability; /* the conditions' sum to 1 */
  double label;       /* the authors' eval_labels: 1 Go, 0 NoGo, +-1 */
  int n_pulses;
  r2s_task_pulse *pulses;
  int n_targets;
  r2s_task_target *targets; /* 0 outside all periods */
  r2s_task_rules rules[R2S_CRITERION_COUNT];
} r2s_task_condition;

typedef struct r2s_task {
  char name[64];
  char title[128]; /* for figures and the report */
  int n_steps;     /* T, rate steps in a trial */
  double dt_ms;    /* rate step, ms */
  int n_channels;  /* input channels */
  int n_outputs;
  int n_conditions;
  r2s_task_condition *conditions;
  int n_mask; /* periods that count in the loss; 0: all steps count */
  r2s_task_period *mask;
} r2s_task;

/* Frees what the task owns, not the struct itself; NULL is allowed. */
void r2s_task_free(r2s_task *task);

/* Whether the fields agree with each other (periods within the trial, channels in range, probabilities
 * sum to 1, a rule for each condition and criterion; the title UTF-8). The message names condition and field.
 */
R2S_MUST_CHECK r2s_status r2s_task_check(const r2s_task *task, r2s_error *err);

/* Copies the task, deeply; one that r2s_task_check refuses is not copied. On failure *out is all zero. */
R2S_MUST_CHECK r2s_status r2s_task_copy(r2s_task *out, const r2s_task *task, r2s_error *err);

/* The condition of a random trial, drawn by the conditions' probabilities. */
int r2s_task_draw_condition(const r2s_task *task, r2s_trial_id id);

/* Conditions of n trials that are drawn together: each comes as often as its probability says, n p rounded
 * down or up, in random order, and each trial alone has the conditions' probabilities (systematic sampling:
 * Madow 1949). batch.index: number of the batch. */
void r2s_task_draw_balanced(const r2s_task *task, r2s_trial_id batch, int n, int *conditions);

/* Whether, over the conditions, some input at some moment is correlated with some output's target (summed
 * over the trial). Not so in xor, whose target only both inputs together tell. */
bool r2s_task_is_correlated(const r2s_task *task);

/* Conditions [n] of trials first, first + 1, ... where every condition shall come as often as its probability
 * says: after any number of trials a condition's count is less than 1 off its expectation (Tijdeman 1980).
 * For two equally likely conditions 0, 1, 0, 1, ... In O(first + n); first + n <= INT_MAX. */
void r2s_task_balance_conditions(const r2s_task *task, int first, int n, int *conditions);

/* Writes one trial: u [n_steps x n_channels], z [n_steps x n_outputs], mask [n_steps] (0 or 1). Any of
 * them may be NULL. Noise in u follows from id alone. */
void r2s_task_make_trial(const r2s_task *task, int condition, r2s_trial_id id, float *u, float *z,
                         float *mask);

/* Judges an output trace o [n x n_outputs], sample k taken at time t0_ms + k dt_ms (a sample belongs to a
 * period if from <= time < to, with a tolerance of 1e-6 ms). False where a rule's period holds no sample, or
 * one that is not a number, and where there is no such condition or criterion. */
bool r2s_task_correct(const r2s_task *task, int condition, r2s_criterion criterion, const double *o, int n,
                      double t0_ms, double dt_ms);

/* Whether a correct trace is that by the rules of a condition with another label, too, as where "max > 0.7"
 * and "min < -0.7" both hold. */
bool r2s_task_ambiguous(const r2s_task *task, int condition, r2s_criterion criterion, const double *o, int n,
                        double t0_ms, double dt_ms);

/* Whether each rule of a criterion has a sample of n in its period, sample k taken at t0_ms + k dt_ms; else
 * no trial could be correct. The message names condition and period. R2S_ERR_ARG: there is no such criterion.
 */
R2S_MUST_CHECK r2s_status r2s_task_check_samples(const r2s_task *task, r2s_criterion criterion, int n,
                                                 double t0_ms, double dt_ms, r2s_error *err);

/* Whether the criteria ask for what the targets teach: an output that is the target, at the rate network's
 * samples, is right in every condition, and one of 0 not in all of them; and each output has a target or a
 * criterion; and what is wrong by criterion rate where it is another condition's target is so by criterion
 * pacing. A task that fails (R2S_ERR_CONFIG) can be trained and judged all the same: this is a warning. The
 * message names the criterion or output, and the condition where there is one. */
R2S_MUST_CHECK r2s_status r2s_task_check_criteria(const r2s_task *task, r2s_error *err);

/* When (ms) the target of `output` is non-zero for the last time in a condition: what comes after it is not
 * asked for. In any condition where it never is there, and for condition -1; the trial's end where it never
 * is. */
double r2s_task_target_end_ms(const r2s_task *task, int condition, int output);

/* The onset of that target: of those that end then, the first one's. The trial's start where there is none.
 */
double r2s_task_target_start_ms(const r2s_task *task, int condition, int output);

/* The time (ms, from the trial's start; never before the target's onset) of the first sample at which the
 * target of `output` is non-zero and the output has gone `level` of the way from 0 to the target's last
 * non-zero value; NaN where it never has, or where there is no such condition. Used for "latency of the
 * output's rise" (level 0.5). */
double r2s_task_rise_ms(const r2s_task *task, int condition, int output, double level, const double *o, int n,
                        double t0_ms, double dt_ms);

R2S_API_END
#endif
