/* SPDX-License-Identifier: MIT
 * What a set of spiking trials says: accuracy, rates, spikes, latency, output, by condition. */
#include <float.h>
#include <math.h>

#include "convert/convert_output.h"

/* Rates of one trial, Hz: mean and largest of all units, means of the E and the I units (NaN without Dale's
 * law, where a unit is neither). */
static void trial_rates(const r2s_model *model, const r2s_spike_record *record, double *mean, double *max,
                        double *exc, double *inh) {
  double seconds = record->duration_ms / 1000, sum_e = 0, sum_i = 0;
  int n_e = 0;
  uint32_t largest = 0;
  for (int i = 0; i < record->n; i++) {
    if (model->sign[i] > 0) {
      sum_e += record->counts[i];
      n_e++;
    } else {
      sum_i += record->counts[i];
    }
    if (record->counts[i] > largest) largest = record->counts[i];
  }
  *mean = (sum_e + sum_i) / record->n / seconds;
  *max = largest / seconds;
  *exc = model->dale && n_e ? sum_e / n_e / seconds : NAN;
  *inh = model->dale && n_e < record->n ? sum_i / (record->n - n_e) / seconds : NAN;
}

/* The trials of a condition whose outputs rise. */
typedef struct rises {
  const r2s_task *task;
  const r2s_spike_record *records;
  int n_records, condition;
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
    const double at =
        r2s_task_rise_ms(all->task, all->condition, 0, 0.5, r->out, r->n_samples, r->t0_ms, r->dt_ms);
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

static void condition_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                            int n_records, int c, r2s_stage_stats *out) {
  int count = 0, right = 0;
  double mean = 0, max = 0, exc = 0, inh = 0, spikes = 0, o = 0, o2 = 0;
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    if (r->condition != c) continue;
    double m, x, e, i, end = r2s_convert_mean_output(task, r);
    trial_rates(model, r, &m, &x, &e, &i);
    mean += m, max += x, exc += e, inh += i, spikes += (double)r->n_spikes, o += end;
    right += r2s_task_correct(task, c, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    count++;
  }
  o /= count;
  for (int k = 0; k < n_records; k++) {
    if (records[k].condition != c) continue;
    double d = r2s_convert_mean_output(task, &records[k]) - o;
    o2 += d * d;
  }
  out->by_condition[c] = r2s_convert_accuracy(right, count);
  out->rate_mean_hz[c] = mean / count; /* NaN where the condition has no trial */
  out->rate_max_hz[c] = max / count;
  out->rate_e_hz[c] = exc / count;
  out->rate_i_hz[c] = inh / count;
  out->spikes[c] = spikes / count;
  out->out_mean[c] = o;
  out->out_sd[c] = count > 1 ? sqrt(o2 / (count - 1)) : NAN;
  out->rise_ms[c] = median_rise(&(rises){task, records, n_records, c});
}

void r2s_convert_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                       int n_records, r2s_stage_stats *out) {
  *out = (r2s_stage_stats){0};
  int correct = 0, strict = 0, n = 0;
  for (int c = 0; c < task->n_conditions && c < R2S_MAX_CONDITIONS; c++) {
    condition_stats(model, task, records, n_records, c, out);
    correct += out->by_condition[c].correct;
    n += out->by_condition[c].n;
  }
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    strict +=
        r2s_task_correct(task, r->condition, R2S_CRITERION_STRICT, r->out, r->n_samples, r->t0_ms, r->dt_ms);
  }
  out->accuracy = r2s_convert_accuracy(correct, n);
  out->strict = r2s_convert_accuracy(strict, n);
}
