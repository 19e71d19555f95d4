/* SPDX-License-Identifier: MIT
 * Conversion: which scale, how well it works there, and the certificate that says so. */
#ifndef RATE2SPIKE_CONVERT_H
#define RATE2SPIKE_CONVERT_H

#include "model.h"
#include "spike.h"
#include "task.h"

R2S_API_BEGIN

/* k correct of n with the Wilson score interval (Wilson 1927) at 95 %. */
typedef struct r2s_accuracy {
  int correct, n;
  double accuracy;  /* correct/n; NaN (as the interval) for n = 0, and where there is no such count */
  double low, high; /* ci95 */
} r2s_accuracy;
r2s_accuracy r2s_convert_accuracy(int correct, int n);

/* The scale that the network should have without any search: kappa of a siegert network, that of
 * r2s_neuron_sigmoid_unit_hz for the sigmoid, which may be NaN; NaN for relu and softplus. */
double r2s_convert_predicted_scale(const r2s_model *model, const r2s_neuron_params *neuron);

/* The end of the target, ms, over which an output is averaged where a single number stands for it. */
#define R2S_OUTPUT_WINDOW_MS 100.0

typedef struct r2s_scale_result {
  double scale;
  r2s_accuracy accuracy; /* the task's spiking criterion: every rule, of whichever output */
  r2s_accuracy strict;   /* the authors' criterion */
  r2s_accuracy by_condition[R2S_MAX_CONDITIONS];
  double rate_hz; /* mean rate of all units and trials */
  /* [n_conditions x n_outputs] of the task, in the search's `outputs`: mean of the output in the last 100 ms
   * of the condition's target for it, or of the task's last one, where it has none; NaN: not measured */
  double *out_mean;
  double *out_sd; /* likewise, sd over trials */
} r2s_scale_result;

typedef struct r2s_search_result {
  int n_scales;
  r2s_scale_result *scales; /* ascending, each once; the predicted scale is one of them */
  double predicted;         /* NaN where there is none */
  double chosen; /* most accurate; ties: the middle (the lower of two) of the longest, and first, run of best
                    scales */
  r2s_scale_result held_out;           /* the chosen scale on fresh trials */
  r2s_scale_result held_out_predicted; /* the predicted scale on the same fresh trials; n = 0 where none */
  double *outputs; /* [(n_scales + 2) x 2 x n_conditions x n_outputs] what all their out_mean and out_sd point
                      into */
} r2s_search_result;
void r2s_search_result_free(r2s_search_result *result); /* NULL is allowed */

/* Whether outputs that are sampled each record_ms can be judged: that is a step or more, a trial of the task
 * has a sample, and one wherever its spiking and the authors' criterion look. Else R2S_ERR_ARG or what
 * r2s_task_check_samples gives. */
R2S_MUST_CHECK r2s_status r2s_convert_check_record(const r2s_task *task, double record_ms, r2s_error *err);

/* What a search tries; borrowed for the call. */
typedef struct r2s_search_config {
  const double *scales; /* [n_scales] 1/lambda, > 0; no default: must be set */
  int n_scales;
  double predicted;      /* one more scale; default NaN: none */
  int n_trials;          /* at each scale, the same at each, > 0; default 100 */
  int held_out_trials;   /* fresh ones at the chosen and the predicted scale, >= 0; default 100 */
  const int *conditions; /* [n_trials] of these, and of the held-out ones, which are n_trials at most;
                            default NULL: balanced over the task's */
  uint64_t seed;         /* of the trials; default 1 */
} r2s_search_config;
r2s_search_config r2s_search_config_default(void);

/* Measures the trials at each scale, then the held-out ones. config gives all but the scale. R2S_ERR_ARG also
 * where the model has no scale (psc-alpha with a weight_pa); where config.record_ms leaves a criterion
 * without a sample, what r2s_convert_check_record gives. */
R2S_MUST_CHECK r2s_status r2s_convert_search(const r2s_model *model, const r2s_task *task,
                                             const r2s_spike_config *config, const r2s_search_config *search,
                                             const r2s_monitor *monitor, r2s_search_result *out,
                                             r2s_error *err);

/* Statistics of a set of records of one engine, judged by the task. */
typedef struct r2s_stage_stats {
  r2s_accuracy accuracy; /* spiking criterion */
  r2s_accuracy strict;   /* the authors' */
  r2s_accuracy by_condition[R2S_MAX_CONDITIONS];
  double rate_mean_hz[R2S_MAX_CONDITIONS]; /* over units, mean over trials, by condition */
  double rate_max_hz[R2S_MAX_CONDITIONS];  /* likewise */
  double rate_e_hz[R2S_MAX_CONDITIONS];    /* mean of the E units; NaN without Dale's law */
  double rate_i_hz[R2S_MAX_CONDITIONS];    /* of the I units */
  double spikes[R2S_MAX_CONDITIONS];       /* mean spike count of a trial */
  double rise_ms[R2S_MAX_CONDITIONS];      /* median of r2s_task_rise_ms over the trials that rise to half the
                                              target; NaN: none */
  double out_mean[R2S_MAX_CONDITIONS];     /* of output 0, as in r2s_scale_result */
  double out_sd[R2S_MAX_CONDITIONS];       /* its sd over trials */
} r2s_stage_stats;
/* Of n_records trials; accuracies, rates and outputs are NaN where there is no trial of a condition. */
void r2s_convert_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                       int n_records, r2s_stage_stats *out);

/* What an output does in the trials of a condition: rise_ms, out_mean and out_sd of r2s_stage_stats, which
 * are those of output 0. */
typedef struct r2s_output_stats {
  double rise_ms, mean, sd;
} r2s_output_stats;
r2s_output_stats r2s_convert_output_stats(const r2s_task *task, const r2s_spike_record *records,
                                          int n_records, int condition, int output);

/* The rate network's trials. A rate's unit is free: correlations do not depend on it. */
typedef struct r2s_certificate_rate {
  double t0_ms, dt_ms; /* sample s of out is at t0_ms + s dt_ms */
  int n_samples, n_out;
  const double *mean; /* [n_trials x N] time-averaged r of each unit */
  const double *out;  /* [n_trials x n_samples x n_out] */
} r2s_certificate_rate;

/* One trial of a spiking engine beside the same trial of the rate network. */
typedef struct r2s_certificate_trial {
  bool correct; /* spiking criterion */
  uint64_t spikes;
  double rate_correlation; /* Pearson over units, time-averaged r against spikes; NaN where one is constant,
                              and of two units */
  double output_rmse;      /* of output 0, at the rate network's samples */
} r2s_certificate_trial;

/* Trial k of records beside trial k of rate, of as many units and outputs; out [n_records]. */
void r2s_convert_certificate(const r2s_task *task, const r2s_certificate_rate *rate,
                             const r2s_spike_record *records, int n_records, r2s_certificate_trial *out);
/* output_rmse of any output, of trial k of rate and its record. */
double r2s_convert_output_rmse(const r2s_certificate_rate *rate, int k, const r2s_spike_record *record,
                               int output);

/* A network does the task from this accuracy on, and from the second in part. */
#define R2S_CONVERTS_FROM 0.95
#define R2S_IN_PART_FROM 0.75
/* A share in percent with one decimal, as reports print it. None is rounded up to a limit of the verdict, or
 * to 100. Eight decimals of the share count: 0.6275, whose double is a little less, is 62.75 %. */
double r2s_convert_percent(double share);
/* The bounds of its interval, rounded outwards: 0.9497 does not reach 95. */
double r2s_convert_low_percent(double low);
double r2s_convert_high_percent(double high);
/* Significant digits of a scale beside the certificate's: 4, or 12 where they differ only behind these. */
int r2s_convert_scale_digits(double scale, double certified);

/* What a certificate says about a network at one scale. */
typedef enum r2s_verdict {
  R2S_VERDICT_CONVERTS,
  R2S_VERDICT_IN_PART,
  R2S_VERDICT_NOT,
  R2S_VERDICT_TOO_FEW, /* trials: the interval reaches across the limit that the accuracies keep or miss */
  R2S_VERDICT_NOT_MEASURED /* nothing at this scale */
} r2s_verdict;
/* "converts", "converts in part", "does not convert", "too few trials to say", "not measured"; "unknown" of
 * no verdict */
const char *r2s_verdict_name(r2s_verdict verdict);

/* One accuracy that the certificate is judged on. */
typedef struct r2s_judged {
  r2s_spike_model model;
  r2s_trial_set set; /* whose trials */
  r2s_accuracy accuracy;
  const r2s_accuracy *by_condition; /* [n_conditions] of the same trials, or NULL */
  int n_conditions;
} r2s_judged;

typedef struct r2s_judgement {
  r2s_verdict verdict;
  r2s_spike_model model; /* which it hangs on, */
  r2s_accuracy decisive; /* and its accuracy; neither is set where nothing was measured */
  double limit;          /* 0.95 or 0.75: what the decisive accuracy is held against */
  int row;               /* of rows, whose accuracy it is; -1: that over all trials of the model */
  int condition;         /* of that row, whose accuracy it is; -1: that of all */
} r2s_judgement;

/* Each model is judged by all its trials: which limit its accuracy keeps, 95 %, or 75 %, or none, and whether
 * that is sure: its lower bound is not below the limit, or its upper bound is below 75 %. Trials of different
 * sets add up; of one set that an engine repeated, the measurement with the most counts. A row that is surely
 * below 95 % is judged by itself, too. Another engine's row need prove nothing alone (40 trials in NEST are a
 * check of 200 native ones), but where it is below 95 % and may be above, the network is not sure to convert.
 * Where a row is surely below 75 % in a condition, however rare, the network converts in part at best. The
 * verdict is that of the worst; `decisive` is its accuracy. */
r2s_judgement r2s_convert_judge(const r2s_judged *rows, int n);

/* Whether an accuracy says little of the outputs: of n trials more are right by another label's rules, too
 * (r2s_task_ambiguous), than may be wrong in a network that converts. */
bool r2s_convert_is_ambiguous(int ambiguous, int n);

/* Spike trains of the same trial in two engines. */
typedef struct r2s_spike_comparison {
  bool identical;
  int64_t spikes_a, spikes_b;
  int64_t spikes_equal; /* up to the first difference */
  r2s_spike_event a, b; /* first difference; unit -1 where that side has no more spikes */
} r2s_spike_comparison;
/* Of the spikes that the records have (record_spikes): none without a list. */
r2s_spike_comparison r2s_convert_compare(const r2s_spike_record *a, const r2s_spike_record *b);

R2S_API_END
#endif
