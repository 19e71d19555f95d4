/* SPDX-License-Identifier: MIT
 * The numbers that stand for an output: of a trial, and of the trials of a condition. */
#include "convert/convert_output.h"

#include <float.h>
#include <math.h>

#include "task/task_period.h"

double r2s_convert_mean_output(const r2s_task *task, const r2s_spike_record *record, int output) {
  const int c = record->condition;
  const double end = fmin(r2s_task_target_end_ms(task, c, output), record->duration_ms);
  const double start = fmax(end - R2S_OUTPUT_WINDOW_MS, r2s_task_target_start_ms(task, c, output));
  const int n = record->n_samples, from = r2s_task_first_sample(start, n, record->t0_ms, record->dt_ms),
            to = r2s_task_first_sample(end, n, record->t0_ms, record->dt_ms);
  double sum = 0;
  for (int k = from; k < to; k++) sum += record->out[(size_t)k * record->n_out + output];
  return to > from ? sum / (to - from) : NAN;
}

/* The trials of a condition, one of whose outputs rises. */
typedef struct rises {
  const r2s_task *task;
  const r2s_spike_record *records;
  int n_records, condition, output;
} rises;

/* Their times on the two sides of one. */
typedef struct sides {
  int n_below;         /* at `split` or before */
  double below, above; /* the latest of those, and the earliest of the others; -inf, inf: none */
} sides;

static sides rises_around(const rises *all, double split_ms) {
  sides s = {.below = -INFINITY, .above = INFINITY};
  for (int k = 0; k < all->n_records; k++) {
    const r2s_spike_record *r = &all->records[k];
    if (r->condition != all->condition) continue;
    const double at = r2s_task_rise_ms(all->task, all->condition, all->output, 0.5, r->out, r->n_samples,
                                       r->t0_ms, r->dt_ms);
    if (!isfinite(at)) continue;
    s.n_below += at <= split_ms;
    if (at <= split_ms && at > s.below) s.below = at;
    if (at > split_ms && at < s.above) s.above = at;
  }
  return s;
}

/* The k-th, from 0, of the rises between `low` and `high`, which are two of them; in halves of that span,
 * since nothing may be allocated here: a failure could not be told. */
static double ordered_rise(const rises *all, double low, double high, int k) {
  while (low < high) {
    const sides s = rises_around(all, fmin(low + (high - low) / 2, nextafter(high, low)));
    if (k < s.n_below)
      high = s.below;
    else
      low = s.above;
  }
  return low;
}

/* NaN where no trial of the condition rises. */
static double median_rise(const rises *all) {
  const sides ends = rises_around(all, DBL_MAX);
  const double low = rises_around(all, -DBL_MAX).above, high = ends.below;
  const int n = ends.n_below;
  if (n == 0) return NAN;
  const double upper = ordered_rise(all, low, high, n / 2);
  return n % 2 ? upper : (ordered_rise(all, low, high, n / 2 - 1) + upper) / 2;
}

r2s_output_stats r2s_convert_output_stats(const r2s_task *task, const r2s_spike_record *records,
                                          int n_records, int condition, int output) {
  int count = 0;
  double sum = 0, squares = 0;
  for (int k = 0; k < n_records; k++) {
    if (records[k].condition != condition) continue;
    sum += r2s_convert_mean_output(task, &records[k], output);
    count++;
  }
  const double mean = sum / count; /* NaN where the condition has no trial */
  for (int k = 0; k < n_records; k++) {
    if (records[k].condition != condition) continue;
    const double d = r2s_convert_mean_output(task, &records[k], output) - mean;
    squares += d * d;
  }
  return (r2s_output_stats){.rise_ms = median_rise(&(rises){task, records, n_records, condition, output}),
                            .mean = mean,
                            .sd = count > 1 ? sqrt(squares / (count - 1)) : NAN};
}
