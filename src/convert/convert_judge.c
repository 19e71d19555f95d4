/* SPDX-License-Identifier: MIT
 * The certificate's verdict, from accuracies and their intervals. */
#include "rate2spike/convert.h"

static const double WHOLE = R2S_CONVERTS_FROM, PART = R2S_IN_PART_FROM;

const char *r2s_verdict_name(r2s_verdict verdict) {
  static const char *const names[] = {"converts", "converts in part", "does not convert",
                                      "too few trials to say", "not measured"};
  const size_t known = sizeof names / sizeof *names;
  return (size_t)verdict < known ? names[verdict] : "unknown";
}

bool r2s_convert_is_ambiguous(int ambiguous, int n) {
  return ambiguous > (1 - WHOLE) * n;
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

/* By this accuracy alone. */
static r2s_judgement judge_one(r2s_spike_model model, int row, r2s_accuracy a) {
  const bool whole = a.accuracy >= WHOLE, part = a.accuracy >= PART;
  const double limit = whole ? WHOLE : PART;
  const bool sure = part ? a.low >= limit : a.high < PART;
  return (r2s_judgement){.verdict = !sure   ? R2S_VERDICT_TOO_FEW
                                    : whole ? R2S_VERDICT_CONVERTS
                                    : part  ? R2S_VERDICT_IN_PART
                                            : R2S_VERDICT_NOT,
                         .model = model,
                         .decisive = a,
                         .limit = limit,
                         .row = row,
                         .condition = -1};
}

/* The higher, the more it weighs against the network. Doubt about 95 % weighs less than a sure part. */
static int weight(const r2s_judgement *judgement) {
  switch (judgement->verdict) {
  case R2S_VERDICT_NOT:
    return 4;
  case R2S_VERDICT_TOO_FEW:
    return judgement->decisive.low < PART ? 3 : 1;
  case R2S_VERDICT_IN_PART:
    return 2;
  case R2S_VERDICT_CONVERTS:
    return 0;
  default:
    return -1; /* nothing yet */
  }
}

static bool is_worse(const r2s_judgement *a, const r2s_judgement *b) {
  if (weight(a) != weight(b)) return weight(a) > weight(b);
  if (a->verdict == R2S_VERDICT_NOT) return a->decisive.high < b->decisive.high;
  if (a->verdict == R2S_VERDICT_IN_PART) return a->decisive.accuracy < b->decisive.accuracy;
  return a->decisive.low < b->decisive.low;
}

/* The condition that is surely below 75 %, the worst of all; not measured: there is none. */
static r2s_judgement judge_conditions(const r2s_judged *rows, int n) {
  r2s_judgement out = {.verdict = R2S_VERDICT_NOT_MEASURED};
  for (int k = 0; k < n; k++)
    for (int c = 0; rows[k].by_condition && c < rows[k].n_conditions; c++) {
      const r2s_accuracy a = rows[k].by_condition[c];
      if (!(a.n > 0 && a.high < PART) || (weight(&out) >= 0 && a.high >= out.decisive.high)) continue;
      out = judge_one(rows[k].model, k, a);
      out.verdict = R2S_VERDICT_IN_PART;
      out.condition = c;
    }
  return out;
}

r2s_judgement r2s_convert_judge(const r2s_judged *rows, int n) {
  r2s_judgement out = {.verdict = R2S_VERDICT_NOT_MEASURED, .row = -1, .condition = -1}, doubt = out;
  for (int k = 0; k < n; k++) {
    const r2s_accuracy own = rows[k].accuracy;
    if (!(own.n > 0)) continue; /* nothing was measured */
    r2s_judgement one = judge_one(rows[k].model, -1, over_all(rows, n, rows[k].model));
    if (is_worse(&one, &out)) out = one;
    one = judge_one(rows[k].model, k, own);
    if (own.high < WHOLE) {
      if (is_worse(&one, &out)) out = one;
    } else if (own.accuracy < WHOLE && is_repeated(rows, n, k)) {
      one.verdict = R2S_VERDICT_TOO_FEW;
      one.limit = WHOLE;
      if (is_worse(&one, &doubt)) doubt = one;
    }
  }
  const r2s_judgement condition = judge_conditions(rows, n);
  if (weight(&condition) > weight(&out)) return condition;
  return out.verdict == R2S_VERDICT_CONVERTS && doubt.verdict == R2S_VERDICT_TOO_FEW ? doubt : out;
}
