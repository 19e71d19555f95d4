/* SPDX-License-Identifier: MIT
 * What a set of spiking trials says: accuracy, rates, spikes, latency, output, by condition. */
#include <math.h>
#include <stdlib.h>

#include "convert/convert_output.h"

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

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

static double median_rise(const r2s_task *task, const r2s_spike_record *records, int n_records,
                          int condition) {
  double *rise = malloc(sizeof *rise * (size_t)(n_records ? n_records : 1));
  if (!rise) return NAN;
  int n = 0;
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    if (r->condition != condition) continue;
    double at = r2s_task_rise_ms(task, condition, 0, 0.5, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    if (isfinite(at)) rise[n++] = at;
  }
  qsort(rise, (size_t)n, sizeof *rise, by_value);
  double median = n == 0 ? NAN : n % 2 ? rise[n / 2] : (rise[n / 2 - 1] + rise[n / 2]) / 2;
  free(rise);
  return median;
}

static void condition_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                            int n_records, int c, int *correct, int *strict, int *n, r2s_stage_stats *out) {
  int count = 0, right = 0, right_strict = 0;
  double mean = 0, max = 0, exc = 0, inh = 0, spikes = 0, o = 0, o2 = 0;
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    if (r->condition != c) continue;
    double m, x, e, i, end = r2s_convert_mean_output(task, r);
    trial_rates(model, r, &m, &x, &e, &i);
    mean += m, max += x, exc += e, inh += i, spikes += (double)r->n_spikes, o += end;
    right += r2s_task_correct(task, c, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    right_strict += r2s_task_correct(task, c, R2S_CRITERION_STRICT, r->out, r->n_samples, r->t0_ms, r->dt_ms);
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
  out->rise_ms[c] = median_rise(task, records, n_records, c);
  *correct += right, *strict += right_strict, *n += count;
}

void r2s_convert_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                       int n_records, r2s_stage_stats *out) {
  *out = (r2s_stage_stats){0};
  int correct = 0, strict = 0, n = 0;
  for (int c = 0; c < task->n_conditions && c < R2S_MAX_CONDITIONS; c++)
    condition_stats(model, task, records, n_records, c, &correct, &strict, &n, out);
  out->accuracy = r2s_convert_accuracy(correct, n);
  out->strict = r2s_convert_accuracy(strict, n);
}
