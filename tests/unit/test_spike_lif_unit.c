/* SPDX-License-Identifier: MIT
 * Protects: the dimensionless LIF. On every instruction set it equals a plain reading of its equations, with
 * equal and with different tau_d, and obeys r = R tau_d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_isa.h"
#include "psc_network.h"

enum { N = 40, N_IN = 2, STEPS = 3000 };

static r2s_spike_config unit_config(double scale) {
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF_UNIT);
  config.scale = scale;
  config.record_spikes = config.record_voltage = true;
  return config;
}

static void run(const r2s_model *model, const r2s_spike_config *config, const r2s_spike_trial *trial,
                r2s_spike_record *record) {
  r2s_error err = {0};
  r2s_status st = r2s_spike_run(r2s_spike_native(), model, config, trial, 1, record, NULL, NULL, &err);
  if (st != R2S_OK) fail_msg("%s", err.msg);
}

/* U1 to U5 as they are written; out [STEPS/10 x 2]; returns the number of spikes, each unit and step in turn
 */
static size_t simulate_plainly(const r2s_model *model, const r2s_spike_config *config, const float *u,
                               double *out, r2s_spike_event *spikes) {
  static double W[N * N], tau_d[N], v[N], r[N], s[N];
  int wait[N] = {0};
  size_t n_spikes = 0;
  const double dt = 0.1, tau_m = 10, tau_r = config->tau_r_ms;
  r2s_model_effective_w(model, false, W);
  r2s_model_tau_d_ms(model, tau_d);
  for (int i = 0; i < N; i++) v[i] = -0.65, r[i] = s[i] = 0;
  for (int k = 1; k <= STEPS; k++) {
    double drive[N];
    for (int i = 0; i < N; i++) {
      drive[i] = -0.4;
      for (int j = 0; j < N; j++) drive[i] += W[i * N + j] * r[j] / config->scale;
      for (int c = 0; c < N_IN; c++)
        drive[i] += model->w_in[i * N_IN + c] * (double)u[(k - 1) / 50 * N_IN + c];
    }
    for (int i = 0; i < N; i++) {
      if (wait[i] == 0)
        v[i] = (1 - dt / tau_m) * v[i] + dt / tau_m * drive[i];
      else
        wait[i]--;
      if (v[i] >= -0.4) {
        v[i] = -0.65;
        s[i] += config->unit_area ? dt / (tau_r * tau_d[i]) : 1 / tau_r;
        wait[i] = 20;
        spikes[n_spikes++] = (r2s_spike_event){i, k};
      }
      r[i] = (1 - dt / tau_d[i]) * r[i] + dt * s[i];
      s[i] = (1 - dt / tau_r) * s[i];
    }
    for (int o = 0; o < 2 && k % 10 == 0; o++) {
      double sum = 0;
      for (int i = 0; i < N; i++) sum += model->w_out[o * N + i] * r[i] / config->scale;
      out[(k / 10 - 1) * 2 + o] = sum;
    }
  }
  return n_spikes;
}

static void compare(double tau_min_ms, double tau_max_ms, bool unit_area, double scale) {
  r2s_model model;
  r2s_error err = {0};
  psc_recipe recipe = {N, N_IN, 1.5, 0.3, true, tau_min_ms, tau_max_ms, 11};
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  float *u;
  r2s_spike_trial trial = psc_trial(N_IN, STEPS / 50 + 1, true, 0, &u);
  r2s_spike_config config = unit_config(scale);
  config.unit_area = unit_area;
  r2s_spike_record record;
  run(&model, &config, &trial, &record);
  static double out[STEPS / 10 * 2];
  static r2s_spike_event spikes[N * STEPS];
  size_t n_spikes = simulate_plainly(&model, &config, u, out, spikes);
  assert_int_equal(record.n_spikes, n_spikes);
  assert_true(n_spikes > 50);
  assert_memory_equal(record.spikes, spikes, n_spikes * sizeof *spikes);
  assert_int_equal(record.n_samples, STEPS / 10);
  for (int k = 0; k < STEPS / 10 * 2; k++) assert_true(fabs(record.out[k] - out[k]) < 1e-10);
  r2s_spike_record_free(&record);
  free(u);
  r2s_model_free(&model);
}

static void test_equals_its_equations(void **state) {
  (void)state;
  static const char *const isas[] = {"baseline", "avx2", "avx512"};
  for (int isa = 0, best = (int)r2s_isa_current(); isa <= best; isa++) {
    setenv("R2S_ISA", isas[isa], 1);
    compare(35, 35, false, 20);
    compare(20, 100, false, 20);
    compare(35, 35, true, 1);
    compare(20, 100, true, 1);
    unsetenv("R2S_ISA");
  }
}

static void test_steady_rate_times_tau_d(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(&model, 1, 1, 1, &err), R2S_OK);
  model.dt_ms = 5;
  model.tau_min_ms = model.tau_max_ms = 35;
  model.w_in[0] = 0.6;
  model.w_out[0] = 1;
  float u[201];
  for (int k = 0; k < 201; k++) u[k] = 1;
  r2s_spike_trial trial = {.u = u, .n_columns = 201, .duration_ms = 1000, .noise_scale = 1};
  r2s_spike_config config = unit_config(1);
  config.record_ms = 0.1;
  r2s_spike_record record;
  run(&model, &config, &trial, &record);
  assert_true(record.n_spikes > 100);
  /* drive 0.2: from -0.65 to -0.4 with 0.85 and 0.6 below; then 20 steps */
  int interval = (int)ceil(log(0.6 / 0.85) / log(1 - 0.01)) + 20;
  int last = record.spikes[record.n_spikes - 1].step;
  for (uint64_t k = 1; k < record.n_spikes; k++)
    assert_int_equal(record.spikes[k].step - record.spikes[k - 1].step, interval);
  double mean = 0;
  for (int k = last - 10 * interval; k < last; k++) mean += record.out[k - 1] / (10 * interval);
  assert_true(fabs(mean - 35 / (0.1 * interval)) < 1e-6 * mean);
  r2s_spike_record_free(&record);
  r2s_model_free(&model);
}

/* Refractory steps are rounded: 0.3/0.1 is a little less than 3. */
static void test_refractory_steps_are_rounded(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(&model, 1, 1, 1, &err), R2S_OK);
  model.dt_ms = 5;
  model.tau_min_ms = model.tau_max_ms = 35;
  model.w_in[0] = 0.6;
  float u[41];
  for (int k = 0; k < 41; k++) u[k] = 1;
  r2s_spike_trial trial = {.u = u, .n_columns = 41, .duration_ms = 200, .noise_scale = 1};
  r2s_spike_config config = unit_config(1);
  config.neuron.t_ref_ms = 0.3;
  r2s_spike_record record;
  run(&model, &config, &trial, &record);
  assert_true(record.n_spikes > 20);
  const int interval = (int)ceil(log(0.6 / 0.85) / log(1 - 0.01)) + 3; /* as in the test before this one */
  for (uint64_t k = 1; k < record.n_spikes; k++)
    assert_int_equal(record.spikes[k].step - record.spikes[k - 1].step, interval);
  r2s_spike_record_free(&record);
  r2s_model_free(&model);
}

static void test_readout_bias(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  psc_recipe recipe = {N, N_IN, 1.5, 0.3, true, 35, 35, 11};
  assert_int_equal(psc_network(&model, &recipe, &err), R2S_OK);
  model.b_out[0] = 0.25, model.b_out[1] = -3;
  float *u;
  r2s_spike_trial trial = psc_trial(N_IN, STEPS / 50 + 1, true, 0, &u);
  r2s_spike_config config = unit_config(20);
  r2s_spike_record without, with;
  run(&model, &config, &trial, &without);
  config.readout_bias = true;
  run(&model, &config, &trial, &with);
  for (int k = 0; k < with.n_samples; k++) {
    assert_true(fabs(with.out[2 * k] - without.out[2 * k] - 0.25) < 1e-12);
    assert_true(fabs(with.out[2 * k + 1] - without.out[2 * k + 1] + 3) < 1e-12);
  }
  r2s_spike_record_free(&with);
  r2s_spike_record_free(&without);
  free(u);
  r2s_model_free(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equals_its_equations),
      cmocka_unit_test(test_steady_rate_times_tau_d),
      cmocka_unit_test(test_refractory_steps_are_rounded),
      cmocka_unit_test(test_readout_bias),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
