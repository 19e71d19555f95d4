/* SPDX-License-Identifier: MIT
 * The certificate's verdict, from accuracies and their intervals. */
#include <math.h>
#include <stddef.h>

#include "rate2spike/convert.h"

static const double WHOLE = 0.95, PART = 0.75;

const char *r2s_verdict_name(r2s_verdict verdict) {
  static const char *const names[] = {"converts", "converts in part", "does not convert",
                                      "too few trials to say", "not measured"};
  return names[verdict];
}

/* Of a model's measurements, whether b says more than a: more trials, or as many and lower. */
static bool says_more(const r2s_accuracy *a, const r2s_accuracy *b) {
  return b->n > a->n || (b->n == a->n && b->low < a->low);
}

/* The measurement that its model's certainty hangs on. */
static const r2s_judged *best_measured(const r2s_judged *rows, int n, r2s_spike_model model) {
  const r2s_judged *best = NULL;
  for (int k = 0; k < n; k++) {
    if (rows[k].model == model && (!best || says_more(&best->accuracy, &rows[k].accuracy))) best = &rows[k];
  }
  return best;
}

r2s_judgement r2s_convert_judge(const r2s_judged *rows, int n) {
  if (n == 0) return (r2s_judgement){.verdict = R2S_VERDICT_NOT_MEASURED};
  double lowest = INFINITY;
  const r2s_judged *weakest = NULL, *worst = NULL; /* by the lower bound; by the upper one */
  for (int k = 0; k < n; k++) {
    const r2s_judged *best = best_measured(rows, n, rows[k].model);
    lowest = fmin(lowest, rows[k].accuracy.accuracy);
    if (!weakest || best->accuracy.low < weakest->accuracy.low) weakest = best;
    if (!worst || rows[k].accuracy.high < worst->accuracy.high) worst = &rows[k];
  }
  r2s_judgement out = {.limit = lowest >= WHOLE ? WHOLE : PART};
  bool kept = lowest >= PART, sure = kept ? weakest->accuracy.low >= out.limit : worst->accuracy.high < PART;
  out.decisive = kept ? *weakest : *worst;
  out.verdict = !sure             ? R2S_VERDICT_TOO_FEW
                : lowest >= WHOLE ? R2S_VERDICT_CONVERTS
                : kept            ? R2S_VERDICT_IN_PART
                                  : R2S_VERDICT_NOT;
  return out;
}
