/* SPDX-License-Identifier: MIT
 * Counts trials that were right, by condition. */
#include "run/run_tally.h"

void r2s_run_tally_count(r2s_run_tally *tally, int condition, bool correct) {
  tally->n[condition]++;
  tally->correct[condition] += correct;
}

r2s_accuracy r2s_run_tally_judge(const r2s_run_tally *tally, const r2s_task *task,
                                 r2s_accuracy *by_condition) {
  int correct = 0, n = 0;
  for (int k = 0; k < task->n_conditions; k++) {
    by_condition[k] = r2s_convert_accuracy(tally->correct[k], tally->n[k]);
    correct += tally->correct[k];
    n += tally->n[k];
  }
  return r2s_convert_accuracy(correct, n);
}
