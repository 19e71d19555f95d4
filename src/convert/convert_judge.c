/* SPDX-License-Identifier: MIT
 * The certificate's verdict, from accuracies and their intervals. */
#include <math.h>

#include "rate2spike/convert.h"

static const double WHOLE = R2S_CONVERTS_FROM, PART = R2S_IN_PART_FROM;

const char *r2s_verdict_name(r2s_verdict verdict) {
  static const char *const names[] = {"converts", "converts in part", "does not convert",
                                      "too few trials to say", "not measured"};
  const size_t known = sizeof names / sizeof *names;
  return (size_t)verdict < known ? names[verdict] : "unknown";
}

/* Whether another row has more of the same trials (or as many, and is lower, or comes first). */
static bool is_repeated(const r2s_judged *rows, int n, int k) {
  const r2s_accuracy *own = &rows[k].accuracy;
  for (int m = 0; m < n; m++) {
    const r2s_accuracy *other = &rows[m].accuracy;
    if (m == k || rows[m].model != rows[k].model || rows[m].set != rows[k].set) continue;
    if (other->n != own->n ? other->n > own->n
                           : other->correct < own->correct || (other->correct == own->correct && m < k))
      return true;
  }
  return false;
}

/* Over all trials of a model, each once. */
static r2s_accuracy over_all(const r2s_judged *rows, int n, r2s_spike_model model) {
  int correct = 0, trials = 0;
  for (int k = 0; k < n; k++) {
    if (rows[k].model != model || is_repeated(rows, n, k)) continue;
    correct += rows[k].accuracy.correct;
    trials += rows[k].accuracy.n;
  }
  return r2s_convert_accuracy(correct, trials);
}

r2s_judgement r2s_convert_judge(const r2s_judged *rows, int n) {
  r2s_judgement weakest = {.verdict = R2S_VERDICT_NOT_MEASURED}, worst = weakest; /* by lower, upper bound */
  double lowest = INFINITY;
  bool any = false;
  for (int k = 0; k < n; k++) {
    if (!(rows[k].accuracy.n > 0)) continue; /* nothing was measured */
    r2s_accuracy all = over_all(rows, n, rows[k].model);
    lowest = fmin(lowest, rows[k].accuracy.accuracy);
    if (!any || all.low < weakest.decisive.low) weakest.model = rows[k].model, weakest.decisive = all;
    const r2s_accuracy lower = all.high < rows[k].accuracy.high ? all : rows[k].accuracy;
    if (!any || lower.high < worst.decisive.high) worst.model = rows[k].model, worst.decisive = lower;
    any = true;
  }
  if (!any) return weakest;
  bool kept = lowest >= PART;
  r2s_judgement out = kept ? weakest : worst;
  out.limit = lowest >= WHOLE ? WHOLE : PART;
  bool sure = kept ? out.decisive.low >= out.limit : out.decisive.high < PART;
  out.verdict = !sure             ? R2S_VERDICT_TOO_FEW
                : lowest >= WHOLE ? R2S_VERDICT_CONVERTS
                : kept            ? R2S_VERDICT_IN_PART
                                  : R2S_VERDICT_NOT;
  return out;
}
