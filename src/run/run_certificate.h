/* SPDX-License-Identifier: MIT
 * What the certificate is made of: gathered by run_certify.c, judged and told by run_certificate.c. */
#ifndef R2S_RUN_CERTIFICATE_H
#define R2S_RUN_CERTIFICATE_H

#include <math.h>

#include "io/io_results.h"
#include "run/run_json.h"

/* The engines of the certificate; psc-alpha has no random trials to lay beside the rate network's. */
enum { R2S_RUN_ENGINES = 3 };
typedef struct r2s_run_engine {
  const char *model, *engine;
  r2s_spike_model kind;
} r2s_run_engine;
extern const r2s_run_engine r2s_run_engines[R2S_RUN_ENGINES];

/* What an engine's file has of the trials. */
typedef struct r2s_run_side {
  r2s_spike_record *records;
  int n_records;
  int n;    /* trials that the rate network has too */
  bool *at; /* [rate.n_trials] which of the rate network's trials they are */
  r2s_spike_info info;
  bool same_trials;              /* as the rate network's; else n = 0 */
  char other[R2S_SETTINGS_SIZE]; /* settings that are not the configuration's; "": none */
  bool judged;                   /* on them, at the certificate's scale, with the configuration's settings */
  r2s_certificate_trial *trials; /* [rate.n_trials] where `at` */
  double *output_rmse;           /* [rate.n_trials x outputs] likewise, of each output */
  r2s_accuracy accuracy, by_condition[R2S_MAX_CONDITIONS];
  int ambiguous; /* correct trials that are so by the rules of another label's condition, too */
} r2s_run_side;

/* Fresh trials of the conversion: at the certificate's scale, if it has those. */
typedef struct r2s_run_held_out {
  const json_t *found;           /* SCALE of stage convert; NULL: none; borrowed */
  const json_t *chosen;          /* the SCALE that the search chose, likewise */
  const char *trials;            /* what they are of; "": not known; borrowed */
  char other[R2S_SETTINGS_SIZE]; /* as of a side */
  bool repeats;                  /* its trials are the simulated ones once more */
  bool judged;
  r2s_accuracy accuracy, by_condition[R2S_MAX_CONDITIONS];
} r2s_run_held_out;

typedef struct r2s_run_certificate {
  double scale;
  r2s_run_held_out held_out;
  r2s_rate_traces rate;
  bool *rate_correct; /* [rate.n_trials] */
  r2s_accuracy rate_accuracy, rate_by_condition[R2S_MAX_CONDITIONS];
  r2s_run_side sides[R2S_RUN_ENGINES];
} r2s_run_certificate;

/* run.json keeps 12 digits. */
static inline bool r2s_run_same_scale(double a, double b) {
  return fabs(a - b) <= 1e-9 * fabs(b);
}

/* What a result's settings have that the configuration's have not; "": nothing. */
void r2s_run_other_settings(const r2s_spike_config *config, const char *settings,
                            char other[R2S_SETTINGS_SIZE]);

/* A held-out result of run.json (SCALE, or a condition of it), as counts. */
R2S_MUST_CHECK r2s_status r2s_run_held_out_accuracy(const r2s_run *run, const json_t *found,
                                                    r2s_accuracy *out, r2s_error *err);

/* Judges it, and puts it into run.json. */
R2S_MUST_CHECK r2s_status r2s_run_certificate_json(r2s_run *run, const r2s_run_certificate *c,
                                                   r2s_error *err);

#endif
