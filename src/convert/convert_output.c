/* SPDX-License-Identifier: MIT
 * The number that stands for a trial's output. */
#include "convert/convert_output.h"

#include <math.h>

#include "task/task_period.h"

double r2s_convert_mean_output(const r2s_task *task, const r2s_spike_record *record) {
  const double end = fmin(r2s_task_target_end_ms(task, record->condition, 0), record->duration_ms);
  const double start = fmax(end - R2S_OUTPUT_WINDOW_MS, r2s_task_target_start_ms(task, record->condition, 0));
  const int n = record->n_samples, from = r2s_task_first_sample(start, n, record->t0_ms, record->dt_ms),
            to = r2s_task_first_sample(end, n, record->t0_ms, record->dt_ms);
  double sum = 0;
  for (int k = from; k < to; k++) sum += record->out[(size_t)k * record->n_out];
  return to > from ? sum / (to - from) : NAN;
}
