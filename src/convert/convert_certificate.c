/* SPDX-License-Identifier: MIT
 * The conversion certificate: how alike the rate network and a spiking one are, trial by trial, and whether
 * two engines give the same spikes. */
#include <math.h>

#include "rate2spike/convert.h"

/* NaN where either is constant, whose deviations would be the mean's rounding, and of two units, which lie on
 * a line whatever they do. */
static double pearson(const double *a, const uint32_t *b, int n) {
  double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  bool differ_a = false, differ_b = false;
  for (int i = 0; i < n; i++) {
    ma += a[i] / n;
    mb += (double)b[i] / n;
    differ_a |= a[i] != a[0];
    differ_b |= b[i] != b[0];
  }
  if (!differ_a || !differ_b || n < 3) return NAN;
  for (int i = 0; i < n; i++) {
    double x = a[i] - ma, y = b[i] - mb;
    aa += x * x, bb += y * y, ab += x * y;
  }
  return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

/* An output at time t, between the samples; the first or last sample outside them. */
static double output_at(const r2s_spike_record *record, int output, double t_ms) {
  const double *out = record->out + output;
  double at = (t_ms - record->t0_ms) / record->dt_ms;
  int last = record->n_samples - 1;
  if (last < 0) return NAN;
  if (at <= 0) return out[0];
  if (at >= last) return out[(size_t)last * record->n_out];
  int k = (int)at;
  double share = at - k, low = out[(size_t)k * record->n_out], high = out[(size_t)(k + 1) * record->n_out];
  return low + share * (high - low);
}

double r2s_convert_output_rmse(const r2s_certificate_rate *rate, int k, const r2s_spike_record *record,
                               int output) {
  const double *o = rate->out + (size_t)k * rate->n_samples * rate->n_out + output;
  double sum = 0;
  for (int s = 0; s < rate->n_samples; s++) {
    double d = output_at(record, output, rate->t0_ms + s * rate->dt_ms) - o[(size_t)s * rate->n_out];
    sum += d * d;
  }
  return sqrt(sum / rate->n_samples);
}

void r2s_convert_certificate(const r2s_task *task, const r2s_certificate_rate *rate,
                             const r2s_spike_record *records, int n_records, r2s_certificate_trial *out) {
  for (int k = 0; k < n_records; k++) {
    const r2s_spike_record *r = &records[k];
    const double *mean = rate->mean + (size_t)k * r->n;
    out[k].correct =
        r2s_task_correct(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    out[k].spikes = r->n_spikes;
    out[k].rate_correlation = pearson(mean, r->counts, r->n);
    out[k].output_rmse = r2s_convert_output_rmse(rate, k, r, 0);
  }
}

r2s_spike_comparison r2s_convert_compare(const r2s_spike_record *a, const r2s_spike_record *b) {
  r2s_spike_comparison c = {.identical = true,
                            .spikes_a = a->spikes ? (int64_t)a->n_spikes : 0,
                            .spikes_b = b->spikes ? (int64_t)b->n_spikes : 0,
                            .a = {-1, -1},
                            .b = {-1, -1}};
  int64_t shorter = c.spikes_a < c.spikes_b ? c.spikes_a : c.spikes_b;
  while (c.spikes_equal < shorter && a->spikes[c.spikes_equal].unit == b->spikes[c.spikes_equal].unit &&
         a->spikes[c.spikes_equal].step == b->spikes[c.spikes_equal].step)
    c.spikes_equal++;
  if (c.spikes_equal < c.spikes_a || c.spikes_equal < c.spikes_b) {
    c.identical = false;
    if (c.spikes_equal < c.spikes_a) c.a = a->spikes[c.spikes_equal];
    if (c.spikes_equal < c.spikes_b) c.b = b->spikes[c.spikes_equal];
  }
  return c;
}
