/* SPDX-License-Identifier: MIT
 * Protects: the readouts of psc-dexp and psc-alpha (shared by the native engine and NEST) against their
 * definitions as sums over spikes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "spike/spike_psc.h"
#include "unit/psc_network.h"

enum { N = 20, STEPS = 3007, SPIKES = 900 }; /* the last sample is not the end of the trial */

typedef struct setting {
  r2s_model model;
  r2s_spike_config config;
  r2s_spike_layout layout;
  r2s_spike_psc_net net;
  r2s_spike_list spikes;
  r2s_spike_record record;
  double tau_d[N], scratch[3 * N];
  int steps; /* of the trial; with spikes in the first and the last one */
} setting;

static void begin(setting *s, r2s_spike_config config, int steps) {
  s->steps = steps;
  const psc_recipe recipe = {N, 1, 1, 0.5, true, 20, 100, 1};
  r2s_error err = {0};
  assert_int_equal(psc_network(&s->model, &recipe, &err), R2S_OK);
  s->config = config;
  s->config.record_spikes = true;
  assert_int_equal(r2s_spike_layout_make(&s->layout, &s->model, &s->config, &err), R2S_OK);
  if (r2s_spike_psc_net_build(&s->net, &s->model, &s->config, &s->layout, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  r2s_model_tau_d_ms(&s->model, s->tau_d);
  assert_int_equal(r2s_spike_list_reserve(&s->spikes, SPIKES, &err), R2S_OK);
  for (int k = 0; k < SPIKES; k++) /* several in a step, in each part of a sample, none in some steps */
    s->spikes.events[s->spikes.count++] =
        (r2s_spike_event){.unit = 7 * k % N, .step = 1 + k * (steps - 1) / (SPIKES - 1)};
  r2s_spike_trial trial = {.duration_ms = steps * s->layout.dt_ms};
  assert_int_equal(r2s_spike_record_begin(&s->record, &s->layout, &trial, &err), R2S_OK);
  assert_int_equal(r2s_spike_psc_readout(&s->net, &s->spikes, steps, s->scratch, &s->record, &err), R2S_OK);
  assert_int_equal(s->record.n_spikes, SPIKES);
  assert_int_equal(s->record.n_samples, steps / s->layout.steps_per_sample);
}

static void end(setting *s) {
  r2s_spike_record_free(&s->record);
  free(s->spikes.events);
  r2s_spike_psc_net_free(&s->net);
  r2s_model_free(&s->model);
}

/* Hz: the double exponential of unit area at time t (ms) after a spike; single where tau_r = 0. */
static double kernel_hz(double t, double tau_d, double tau_r) {
  if (t < 0) return 0;
  return 1000 * (exp(-t / tau_d) - (tau_r > 0 ? exp(-t / tau_r) : 0)) / (tau_d - tau_r);
}

static double rate_at(const setting *s, int unit, double t_ms) {
  double sum = 0, h = s->layout.dt_ms;
  for (int k = 0; k < SPIKES; k++)
    if (s->spikes.events[k].unit == unit)
      sum += kernel_hz(t_ms - h * s->spikes.events[k].step + 1e-9 * h, s->tau_d[unit], s->config.tau_r_ms);
  return sum;
}

static void check_filtered(r2s_spike_config config) {
  setting s = {0};
  begin(&s, config, STEPS);
  for (int k = 0; k < s.record.n_samples; k += 13)
    for (int o = 0; o < 2; o++) {
      double t = s.record.t0_ms + k * s.record.dt_ms, expected = 0;
      for (int i = 0; i < N; i++) expected += s.model.w_out[o * N + i] * rate_at(&s, i, t) / s.config.scale;
      assert_true(fabs(s.record.out[2 * k + o] - expected) < 1e-8);
    }
  for (int i = 0; i < N; i++)
    assert_true(fabs(s.record.rates_end[i] - rate_at(&s, i, s.steps * s.layout.dt_ms)) < 1e-6);
  end(&s);
}

static void test_filtered(void **state) {
  (void)state;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 30;
  check_filtered(config);
  config.tau_r_ms = 0;
  check_filtered(config);
  config =
      r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA); /* with the weight from the scale: the same decoder */
  config.weight_pa = NAN;
  config.scale = 44;
  check_filtered(config);
}

/* The write-up's r = (1 - 5/35) r + spikes of the 5 ms; between the ends of bins the output stays. */
static void check_binned(int steps) {
  setting s = {0};
  begin(&s, r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA), steps);
  double r[N] = {0}, out[2] = {0};
  int next = 0;
  for (int ms = 1; ms <= s.record.n_samples; ms++) {
    if (ms % 5 == 0) {
      for (int i = 0; i < N; i++) r[i] *= 1 - 5.0 / 35;
      for (; next < SPIKES && s.spikes.events[next].step <= ms * 10; next++)
        r[s.spikes.events[next].unit] += 1;
      for (int o = 0; o < 2; o++) {
        out[o] = 0;
        for (int i = 0; i < N; i++) out[o] += s.model.w_out[o * N + i] * r[i];
      }
    }
    for (int o = 0; o < 2; o++) assert_true(fabs(s.record.out[2 * (ms - 1) + o] - out[o]) < 1e-12);
  }
  for (int i = 0; i < N; i++) assert_true(fabs(s.record.rates_end[i] - r[i]) < 1e-12);
  end(&s);
}

static void test_binned(void **state) {
  (void)state;
  check_binned(STEPS);
  check_binned(3000); /* the last bin, the last sample and the trial end together */
}

/* The rates at the end are of the whole trial, wherever its last output sample lies: there are bins behind
 * it, the last of which may end with the trial. */
static void check_end(int steps) {
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  setting often = {0}, rarely = {0};
  begin(&often, config, steps);
  config.record_ms = 70;
  begin(&rarely, config, steps);
  assert_int_equal(rarely.record.n_samples, 4); /* to 280 of 300 ms */
  assert_memory_equal(often.record.rates_end, rarely.record.rates_end, N * sizeof(double));
  end(&often);
  end(&rarely);
}

static void test_the_end_does_not_hang_on_the_samples(void **state) {
  (void)state;
  check_end(STEPS);
  check_end(3000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_filtered),
      cmocka_unit_test(test_binned),
      cmocka_unit_test(test_the_end_does_not_hang_on_the_samples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
