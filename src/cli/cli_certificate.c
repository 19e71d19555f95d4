/* SPDX-License-Identifier: MIT
 * The certificate of a run, in words for people. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "cli_certificate.h"
#include "cli_found.h"

const char *cli_certificate_other_trials(const json_t *certificate, const json_t *result) {
  const char *usual = json_string_value(json_object_get(certificate, "trials_of"));
  const char *own = json_string_value(json_object_get(result, "trials_of"));
  if (!usual || !own || strcmp(usual, own) == 0) return "";
  return own[0] ? own : "trials unknown";
}

/* A row of the certificate, where it says nothing about its scale, trials and settings. */
static bool row_not_judged(const json_t *certificate, const json_t *one, const char *model,
                           const char *engine, bool first) {
  const char *trials = cli_certificate_other_trials(certificate, one),
             *settings = json_string_value(json_object_get(one, "other_settings"));
  if (!json_is_false(json_object_get(one, "judged"))) return false;
  const double scale = cli_found_number(one, "scale");
  printf("%s%s, %s (scale %.*g%s%s%s%s)",
         first ? "Not judged, measured at another scale, on other trials or with other settings: " : "; ",
         model, engine, r2s_convert_scale_digits(scale, cli_found_number(certificate, "scale")), scale,
         *trials ? ", " : "", trials, settings ? ", " : "", settings ? settings : "");
  return true;
}

static void not_judged(const json_t *certificate) {
  size_t k;
  const json_t *one;
  bool found = row_not_judged(certificate, json_object_get(certificate, "held_out"), "lif", "held out", true);
  json_array_foreach(json_object_get(certificate, "engines"), k, one) {
    found |=
        row_not_judged(certificate, one, cli_found_text(one, "model"), cli_found_text(one, "engine"), !found);
  }
  if (found) puts(".");
}

/* Words for a part of what is decisive. */
typedef struct measurement {
  char text[160];
} measurement;

/* Whose accuracy it is: "psc-dexp, NEST, condition catch". */
static measurement measured(const json_t *decisive) {
  measurement out;
  const char *of = json_string_value(json_object_get(decisive, "of")),
             *condition = json_string_value(json_object_get(decisive, "condition"));
  int used = snprintf(out.text, sizeof out.text, "%.30s", cli_found_text(decisive, "model"));
  if (of)
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", %.30s",
                     strcmp(of, "nest") == 0 ? "NEST" : of);
  if (condition) snprintf(out.text + used, sizeof out.text - (size_t)used, ", condition %.60s", condition);
  return out;
}

/* How the rate network does in the condition that the verdict hangs on: what it doesn't do can't be
 * converted. */
static void rate_in_condition(const json_t *decisive) {
  const json_t *rate = json_object_get(decisive, "rate");
  if (!json_is_number(json_object_get(rate, "accuracy"))) return;
  const json_t *high = json_array_get(json_object_get(rate, "ci95"), 1);
  const double most = json_is_number(high) ? json_number_value(high) : cli_found_number(rate, "accuracy");
  printf(" The rate network is right in %.1f %% of its trials of that condition (n = %d)%s.",
         cli_found_percent(rate, "accuracy"), (int)cli_found_number(rate, "n"),
         most < R2S_IN_PART_FROM ? ": it has not learnt it" : "");
}

/* What makes that measurement longer. */
static const char *more_trials(const json_t *decisive) {
  const char *of = json_string_value(json_object_get(decisive, "of"));
  return !of                           ? "simulate --trials"
         : strcmp(of, "nest") == 0     ? "simulate --engine nest --trials"
         : strcmp(of, "held out") == 0 ? "convert --set convert.held_out_trials"
                                       : "simulate --trials";
}

/* In place of an interval: chance has no part in trials that repeat. */
static measurement interval(const json_t *decisive, bool repeats) {
  measurement out = {"no interval: nothing random tells the trials of a condition apart"};
  if (!repeats)
    snprintf(out.text, sizeof out.text, "95 %% interval %.1f - %.1f", cli_found_low(decisive),
             cli_found_high(decisive));
  return out;
}

/* The verdict with n and interval of what it hangs on. */
static void verdict_line(const json_t *certificate) {
  const char *verdict = json_string_value(json_object_get(certificate, "verdict"));
  if (!verdict) return; /* damaged */
  const json_t *decisive = json_object_get(certificate, "decisive"), *ci = json_object_get(decisive, "ci95");
  const bool too_few = strcmp(verdict, "too few trials to say") == 0,
             repeats = json_is_true(json_object_get(decisive, "repeats"));
  if (strcmp(verdict, "not measured") == 0) {
    printf("\nCertificate: nothing was measured at scale %.4g.", cli_found_number(certificate, "scale"));
    return;
  }
  printf("\nCertificate: %s%s at scale %.4g", too_few ? verdict : "the network ",
         too_few ? " whether the network converts" : verdict, cli_found_number(certificate, "scale"));
  if (json_is_object(decisive))
    printf(" (%s: %.1f %%, n = %d, %s; limit %.0f)", measured(decisive).text,
           cli_found_percent(decisive, "accuracy"), (int)cli_found_number(decisive, "n"),
           interval(decisive, repeats).text, 100 * cli_found_number(decisive, "limit"));
  putchar('.');
  rate_in_condition(decisive);
  if (too_few && !repeats && json_number_value(json_array_get(ci, 1)) < R2S_CONVERTS_FROM)
    printf(" It is surely below 95 %%.");
  if (too_few && repeats)
    printf(" One trial of each condition tells little.");
  else if (too_few)
    printf(" More trials tell (%s).", more_trials(decisive));
}

void cli_certificate_better_scale(const json_t *better, const char *word) {
  if (json_is_object(better))
    printf("lif does better at the search's scale (%.1f %% of fresh trials): rate2spike simulate %s --scale "
           "%.12g\n",
           cli_found_percent(better, "accuracy"), word, cli_found_number(better, "scale"));
}

/* What follows "task " in the name of a stage's trials; "" where there is none. */
static const char *task_of(const json_t *object) {
  const char *trials = json_string_value(json_object_get(object, "trials_of"));
  const char *task = trials ? strstr(trials, "task ") : NULL;
  return task ? task : "";
}

static void untested_line(const json_t *list) {
  const size_t n = json_array_size(list);
  if (n) printf(" No trial of condition%s ", n > 1 ? "s" : "");
  for (size_t k = 0; k < n; k++)
    printf("%s'%.40s'", k ? ", " : "", json_string_value(json_array_get(list, k)));
  if (n) printf(" was judged: nothing is known of %s.", n > 1 ? "these" : "it");
}

static void compared_line(const json_t *list) {
  size_t k, identical = 0;
  const json_t *one;
  json_array_foreach(list, k, one) identical += json_is_true(json_object_get(one, "identical"));
  if (k) printf(" Deterministic trials with the same spikes natively and in NEST: %zu of %zu.", identical, k);
}

/* The worst of what is judged. */
static void ambiguous_line(const json_t *list) {
  size_t k;
  const json_t *one, *worst = NULL;
  double most = 0;
  json_array_foreach(list, k, one) {
    const int count = (int)cli_found_number(one, "ambiguous"), n = (int)cli_found_number(one, "n");
    if (!json_is_true(json_object_get(one, "judged")) || !r2s_convert_is_ambiguous(count, n) ||
        (double)count / n <= most)
      continue;
    most = (double)count / n;
    worst = one;
  }
  if (worst)
    printf(" In %d of its %d trials %s is right by the rules of a condition with another label, too: these "
           "rules do not tell whether the output is the right one (docs/compat.md).",
           (int)cli_found_number(worst, "ambiguous"), (int)cli_found_number(worst, "n"),
           cli_found_text(worst, "model"));
}

/* How the rate network does in these trials, where that bears on the verdict. */
static void rate_line(const json_t *certificate, const json_t *train) {
  const json_t *rate = json_object_get(certificate, "rate"), *share = json_object_get(rate, "accuracy");
  const double right = json_is_number(share) ? json_number_value(share) : NAN,
               percent = cli_found_percent(rate, "accuracy");
  const char *stop = json_string_value(json_object_get(train, "stop"));
  const bool given = stop && strcmp(stop, "imported") == 0; /* its task may be any */
  if (json_is_object(train) && strcmp(task_of(train), task_of(certificate)) != 0)
    printf(" The network was %s on another task; as a rate network it is right in %.1f %% of these trials.",
           given ? "first tested" : "trained", percent);
  else if (right < R2S_IN_PART_FROM)
    printf(" The rate network has not learnt the task (%.1f %%): there is little to convert.", percent);
  else if (right < R2S_CONVERTS_FROM)
    printf(" The rate network itself is right in %.1f %% of these trials.", percent);
}

void cli_certificate_print(const json_t *certificate, const json_t *stages) {
  if (!json_is_object(certificate)) return;
  verdict_line(certificate);
  untested_line(json_object_get(certificate, "untested"));
  ambiguous_line(json_object_get(certificate, "engines"));
  compared_line(json_object_get(certificate, "native_vs_nest"));
  rate_line(certificate, json_object_get(stages, "train"));
  putchar('\n');
  not_judged(certificate);
}
