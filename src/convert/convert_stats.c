/* SPDX-License-Identifier: MIT
 * What a set of spiking trials says: accuracy, rates, spikes, latency, output, by condition. */
#include <math.h>

#include "rate2spike/convert.h"

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

static void condition_stats(const r2s_model *model, const r2s_task *task, const r2s_spike_record *records,
                            int n_records, int c, r2s_stage_stats *out) {
  int count = 0, right = 0;
  double mean = 0, max = 0, exc = 0, inh = 0, spikes = 0;
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    if (r->condition != c) continue;
    double m, x, e, i;
    trial_rates(model, r, &m, &x, &e, &i);
    mean += m, max += x, exc += e, inh += i, spikes += (double)r->n_spikes;
    right += r2s_task_correct(task, c, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    count++;
  }
  const r2s_output_stats output = r2s_convert_output_stats(task, records, n_records, c, 0);
  out->by_condition[c] = r2s_convert_accuracy(right, count);
  out->rate_mean_hz[c] = mean / count; /* NaN where the condition has no trial */
  out->rate_max_hz[c] = max / count;
  out->rate_e_hz[c] = exc / count;
  out->rate_i_hz[c] = inh / count;
  out->spikes[c] = spikes / count;
  out->out_mean[c] = output.mean;
  out->out_sd[c] = output.sd;
  out->rise_ms[c] = output.rise_ms;
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
