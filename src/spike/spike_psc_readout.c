/* SPDX-License-Identifier: MIT
 * From spikes to the network's output, the same code for the native engine and for NEST (Eqs. N9, N10). */
#include <string.h>

#include "base/base_flush.h"
#include "spike/spike_psc.h"

static void write_output(const r2s_spike_psc_net *net, const double *rates, double *out) {
  const int n = net->layout.n;
  for (int o = 0; o < net->layout.n_out; o++) {
    const double *w = net->w_out + (size_t)o * (size_t)n;
    double sum = 0;
    for (int i = 0; i < n; i++) sum += w[i] * rates[i];
    out[o] = sum;
  }
}

/* Carries both exponentials of each unit `steps` on, and adds the spikes of these steps. Returns the next
 * spike. */
static size_t filter(const r2s_spike_psc_net *net, const r2s_spike_list *spikes, size_t next, int from,
                     int steps, double *slow, double *fast) {
  const int n = net->layout.n, end = from + steps;
  const double *decay = net->decay + (size_t)steps * (size_t)n;
  for (int i = 0; i < n; i++) slow[i] *= decay[i], fast[i] *= net->decay_rise[steps];
  for (; next < spikes->count && spikes->events[next].step <= end; next++) {
    int unit = spikes->events[next].unit, age = end - spikes->events[next].step;
    slow[unit] += net->decay[(size_t)age * (size_t)n + (size_t)unit];
    fast[unit] += net->decay_rise[age];
  }
  return next;
}

/* Eq. N9 */
static void read_filtered(const r2s_spike_psc_net *net, const r2s_spike_list *spikes, int steps,
                          double *scratch, r2s_spike_record *record) {
  const int n = net->layout.n, per_sample = net->layout.steps_per_sample;
  double *slow = scratch, *fast = slow + n, *rates = fast + n;
  size_t next = 0;
  int step = 0;
  for (int k = 0; step < steps; k++) {
    int span = step + per_sample <= steps ? per_sample : steps - step;
    next = filter(net, spikes, next, step, span, slow, fast);
    step += span;
    for (int i = 0; i < n; i++) rates[i] = net->gain_hz[i] * (slow[i] - fast[i]);
    if (k < record->n_samples) write_output(net, rates, record->out + (size_t)k * (size_t)net->layout.n_out);
  }
  memcpy(record->rates_end, rates, (size_t)n * sizeof *rates);
}

static size_t count_bin(const r2s_spike_psc_net *net, const r2s_spike_list *spikes, size_t next, int bin_end,
                        double *rates) {
  for (int i = 0; i < net->layout.n; i++) rates[i] *= net->decay[i];
  for (; next < spikes->count && spikes->events[next].step <= bin_end; next++)
    rates[spikes->events[next].unit] += 1;
  return next;
}

/* Eq. N10; a sample has the value of the last bin that has ended. */
static void read_binned(const r2s_spike_psc_net *net, const r2s_spike_list *spikes, int steps,
                        double *scratch, r2s_spike_record *record) {
  const int n = net->layout.n, n_out = net->layout.n_out;
  double *rates = scratch;
  size_t next = 0;
  int bin_end = net->bin_steps;
  for (int k = 0; k < record->n_samples; k++) {
    double *out = record->out + (size_t)k * (size_t)n_out;
    if (k) memcpy(out, out - n_out, (size_t)n_out * sizeof *out);
    int sample = (k + 1) * net->layout.steps_per_sample;
    for (; bin_end <= sample && bin_end <= steps; bin_end += net->bin_steps) {
      next = count_bin(net, spikes, next, bin_end, rates);
      write_output(net, rates, out);
    }
  }
  for (; bin_end <= steps; bin_end += net->bin_steps) next = count_bin(net, spikes, next, bin_end, rates);
  memcpy(record->rates_end, rates, (size_t)n * sizeof *rates);
}

r2s_status r2s_spike_psc_readout(const r2s_spike_psc_net *net, const r2s_spike_list *spikes, int steps,
                                 double *scratch, r2s_spike_record *record, r2s_error *err) {
  memset(scratch, 0, 3 * (size_t)net->layout.n * sizeof *scratch);
  for (size_t k = 0; k < spikes->count; k++) record->counts[spikes->events[k].unit]++;
  record->n_spikes = spikes->count;
  const uint64_t mode = r2s_flush_on(); /* after a second of silence the rise is denormal, and slow */
  if (net->decoder == R2S_SPIKE_PSC_FILTERED)
    read_filtered(net, spikes, steps, scratch, record);
  else
    read_binned(net, spikes, steps, scratch, record);
  r2s_flush_restore(mode);
  return net->layout.record_spikes ? r2s_spike_record_spikes(record, spikes, err) : R2S_OK;
}
