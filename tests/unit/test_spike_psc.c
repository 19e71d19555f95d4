/* SPDX-License-Identifier: MIT
 * Protects: the native psc engines. Propagators against numerical integration, a synaptic potential against
 * its closed form, the vector engine against its plain twin (every spike and voltage, bit by bit, on every
 * instruction set). That NEST agrees is tested live in tests/nest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "rate2spike/convert.h"
#include "rate2spike/io.h"
#include "spike/spike_psc.h"
#include "unit/psc_network.h"

/* Voltage after h with C dV/dt = -C V/tau_m + I, from V = 0, by 4th-order Runge-Kutta; state {V, I, dI}. */
static double integrate(bool alpha, double i, double d, double tau_s, double tau_m, double c_m, double h) {
  const int steps = 200;
  double x[3] = {0, i, d}, k[4][3], dt = h / steps;
  for (int s = 0; s < steps; s++) {
    for (int stage = 0; stage < 4; stage++) {
      double y[3], f = stage == 0 ? 0 : stage == 3 ? 1 : 0.5;
      for (int q = 0; q < 3; q++) y[q] = x[q] + (stage ? f * dt * k[stage - 1][q] : 0);
      k[stage][0] = -y[0] / tau_m + y[1] / c_m;
      k[stage][1] = -y[1] / tau_s + (alpha ? y[2] : 0);
      k[stage][2] = -y[2] / tau_s;
    }
    for (int q = 0; q < 3; q++) x[q] += dt / 6 * (k[0][q] + 2 * k[1][q] + 2 * k[2][q] + k[3][q]);
  }
  return x[0];
}

static void test_propagators(void **state) {
  (void)state;
  const double taus[] = {2, 5, 9.9, 10, 10.0001, 20, 35, 100}, steps[] = {0.05, 0.1, 1};
  for (size_t t = 0; t < sizeof taus / sizeof *taus; t++)
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
      double tau = taus[t], h = steps[s], p31, p32;
      double exact = integrate(false, 1, 0, tau, 10, 100, h);
      assert_true(fabs(r2s_spike_psc_p_exponential(tau, 10, 100, h) - exact) < 1e-11 * exact);
      r2s_spike_psc_p_alpha(tau, 10, 100, h, &p31, &p32);
      assert_true(fabs(p32 - exact) < 1e-11 * exact);
      exact = integrate(true, 0, 1, tau, 10, 100, h);
      assert_true(fabs(p31 - exact) <
                  1e-6 * exact); /* of small differences of tau digits are lost, as in NEST */
    }
  double p31, p32;
  r2s_spike_psc_p_alpha(10 * (1 + 1e-15), 10, 100, 0.1, &p31, &p32);
  assert_true(fabs(p31 - integrate(true, 0, 1, 10, 10, 100, 0.1)) < 1e-11);
}

typedef struct run {
  r2s_spike_layout layout;
  r2s_spike_record record;
} run;

static void run_native(const r2s_model *model, const r2s_spike_config *config, const r2s_spike_trial *trial,
                       run *out) {
  r2s_error err = {0};
  void *state = NULL, *space = NULL;
  const r2s_spike_ops *ops = r2s_spike_psc();
  assert_int_equal(r2s_spike_layout_make(&out->layout, model, config, &err), R2S_OK);
  if (ops->prepare(&state, model, config, &out->layout, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_int_equal(ops->workspace_create(&space, state, &err), R2S_OK);
  assert_int_equal(r2s_spike_record_begin(&out->record, &out->layout, trial, &err), R2S_OK);
  int steps = r2s_spike_layout_steps(&out->layout, trial);
  assert_int_equal(ops->run_trial(state, space, trial, steps, NULL, &out->record, &err), R2S_OK);
  ops->workspace_free(space);
  ops->free(state);
}

static void compare_with_twin(const r2s_model *model, const r2s_spike_config *config,
                              const r2s_spike_trial *trial) {
  static const char *const isas[] = {"baseline", "avx2", "avx512"};
  r2s_error err = {0};
  r2s_spike_layout layout;
  r2s_spike_psc_net net;
  r2s_spike_list spikes = {0};
  double *v_end = malloc((size_t)model->n * sizeof *v_end);
  assert_int_equal(r2s_spike_layout_make(&layout, model, config, &err), R2S_OK);
  assert_int_equal(r2s_spike_psc_net_build(&net, model, config, &layout, &err), R2S_OK);
  int steps = r2s_spike_layout_steps(&layout, trial);
  assert_int_equal(r2s_spike_psc_reference(&net, trial, steps, &spikes, v_end, &err), R2S_OK);
  assert_true(spikes.count > 100);
  for (int isa = 0; isa <= (int)r2s_isa_current(); isa++) {
    run fast = {0};
    setenv("R2S_ISA", isas[isa], 1);
    run_native(model, config, trial, &fast);
    unsetenv("R2S_ISA");
    assert_int_equal(fast.record.n_spikes, spikes.count);
    assert_memory_equal(fast.record.spikes, spikes.events, spikes.count * sizeof *spikes.events);
    const double *v = fast.record.voltage + 8 * (fast.record.n_samples - 1);
    assert_memory_equal(v, v_end, 8 * sizeof *v);
    r2s_spike_record_free(&fast.record);
  }
  free(spikes.events);
  free(v_end);
  r2s_spike_psc_net_free(&net);
}

static void test_same_bits_as_the_plain_twin(void **state) {
  (void)state;
  const psc_recipe recipes[] = {{61, 1, 2.5, 0.2, true, 20, 100, 1},
                                {64, 2, 2.5, 0.3, false, 35, 35, 2},
                                {130, 3, 2, 0.2, true, 20, 100, 3}};
  for (int k = 0; k < 12; k++) {
    const psc_recipe *recipe = &recipes[k % 3];
    r2s_model model;
    r2s_error err = {0};
    assert_int_equal(psc_network(&model, recipe, &err), R2S_OK);
    r2s_spike_config config = r2s_spike_config_default(k % 2 ? R2S_SPIKE_PSC_ALPHA : R2S_SPIKE_PSC_DEXP);
    config.scale = 25;
    config.record_spikes = config.record_voltage = true;
    config.neuron.dt_ms = k < 6 ? 0.1 : 0.05;
    config.delay_ms = k % 4 == 0 ? NAN : 0.3;
    config.neuron.noise_mv = k < 9 ? 0.1 : 0;
    config.neuron.v0_high_mv = 30;
    if (k % 6 == 5) config.tau_syn_ms = NAN; /* each unit's tau_d */
    if (k == 11) config.neuron.t_ref_ms = 0;
    if (k == 8) config.tau_r_ms = 0; /* single exponential */
    float *u;
    r2s_spike_trial trial = psc_trial(recipe->n_in, 81, true, (uint64_t)k, &u);
    double *injected = NULL;
    if (k == 10) {
      injected = malloc(8000 * (size_t)recipe->n * sizeof *injected);
      for (int q = 0; q < 8000 * recipe->n; q++) injected[q] = 20 * sin(0.7 * q);
      trial.injected_pa = injected;
    }
    compare_with_twin(&model, &config, &trial);
    free(injected);
    free(u);
    r2s_model_free(&model);
  }
}

/* Unit 0 starts above threshold and spikes in the first step; unit 1 gets W of it. */
static void two_units(r2s_model *model, double w) {
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(model, 2, 1, 1, &err), R2S_OK);
  model->dt_ms = 5;
  model->tau_min_ms = model->tau_max_ms = 35;
  model->w[2] = w; /* [post 1][pre 0] */
}

/* The voltage of Eq. N8: W/scale mV s of charge through the double exponential and the membrane. */
static double potential(double t, double tau_m, double tau_d, double tau_r, double mv_s) {
  if (t <= 0) return 0;
  double slow = tau_d / (tau_d - tau_m) * (exp(-t / tau_d) - exp(-t / tau_m));
  double fast = tau_r / (tau_r - tau_m) * (exp(-t / tau_r) - exp(-t / tau_m));
  return 1000 * mv_s / (tau_d - tau_r) * (slow - fast);
}

static void test_synaptic_potential_has_its_closed_form(void **state) {
  (void)state;
  r2s_model model;
  two_units(&model, -2); /* inhibitory: the one spike is the only one */
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.neuron.noise_mv = 0;
  config.delay_ms = 0.4;
  config.record_voltage = config.record_spikes = true;
  float *u;
  const double v0[2] = {-30, -60};
  r2s_spike_trial trial = psc_trial(1, 41, false, 0, &u);
  trial.v0 = v0;
  run out = {0};
  run_native(&model, &config, &trial, &out);
  assert_int_equal(out.record.n_spikes, 1);
  assert_int_equal(out.record.spikes[0].step, 1);
  double worst = 0;
  for (int k = 0; k < out.record.n_samples; k++) {
    double t = out.record.t0_ms + k * out.record.dt_ms;
    double expected = -40 + (-60 + 40) * exp(-t / 10) + potential(t - 0.5, 10, 35, 2, -2.0 / 25);
    worst = fmax(worst, fabs(out.record.voltage[8 * k + 1] - expected));
  }
  assert_true(worst < 1e-10);
  free(u);
  r2s_spike_record_free(&out.record);
  r2s_model_free(&model);
}

/* Column 0 acts from update 2 on, column 1 from update 51: what is recorded first has none of it. */
static void test_the_first_columns_act_in_time(void **state) {
  (void)state;
  r2s_model model;
  two_units(&model, 0);
  model.w_in[1] = 3; /* mV at last */
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.neuron.noise_mv = 0;
  config.neuron.v0_low_mv = config.neuron.v0_high_mv = config.e_l_mv = -60;
  config.record_ms = 0.1;
  config.record_voltage = true;
  float *u;
  r2s_spike_trial trial = psc_trial(1, 41, false, 0, &u);
  u[0] = 1;
  run out = {0};
  run_native(&model, &config, &trial, &out);
  for (int update = 0; update < 100; update++) {
    const int on = update < 2 ? 0 : update < 51 ? update - 1 : 49, off = update < 51 ? 0 : update - 50;
    const double expected = -60 + 3 * (1 - exp(-0.01 * on)) * exp(-0.01 * off);
    assert_true(fabs(out.record.voltage[8 * update + 1] - expected) < 1e-12);
  }
  free(u);
  r2s_spike_record_free(&out.record);
  r2s_model_free(&model);
}

/* An alpha function of peak 50 pA for W = 1, and with the weight from the scale the charge of psc-dexp. */
static void test_alpha_charge(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  two_units(&model, 1);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  r2s_spike_layout layout;
  r2s_spike_psc_net net;
  assert_int_equal(r2s_spike_layout_make(&layout, &model, &config, &err), R2S_OK);
  assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err), R2S_OK);
  assert_int_equal(net.n_synapses, 1);
  assert_true(net.weight_pa[0] == 50 && net.target[0] == 1);
  double mv_per_pa = 10.0 / 100, charge_mv_s = 50 * exp(1.0) * 35 * mv_per_pa / 1000;
  assert_true(fabs(1 / charge_mv_s - 2.1) < 0.005); /* 50 pA is the scale 2.1 */
  r2s_spike_psc_net_free(&net);
  config.weight_pa = NAN;
  config.scale = 25;
  assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err), R2S_OK);
  assert_true(fabs(net.weight_pa[0] * exp(1.0) * 35 * mv_per_pa / 1000 - 1.0 / 25) < 1e-15);
  assert_true(fabs(net.weight_pa[0] - 4.2) < 0.005);
  r2s_spike_psc_net_free(&net);
  r2s_model_free(&model);
}

/* C_m only converts mV to pA: with twice as much, weights, noise and input are twice as large, and every
 * spike is the same (a factor of two rounds nothing). */
static void test_capacitance_is_a_unit(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  if (r2s_model_load(&model, R2S_TEST_DATA "/authors_gonogo.mat", &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 25;
  config.record_spikes = true;
  float *u;
  r2s_spike_trial trial = psc_trial(model.n_in, 101, true, 3, &u);
  run usual = {0}, twice = {0};
  run_native(&model, &config, &trial, &usual);
  config.c_m_pf = 200;
  run_native(&model, &config, &trial, &twice);
  assert_true(usual.record.n_spikes > 100);
  assert_true(r2s_convert_compare(&usual.record, &twice.record).identical);
  free(u);
  r2s_spike_record_free(&usual.record);
  r2s_spike_record_free(&twice.record);
  r2s_model_free(&model);
}

/* 0.1 mV in a step of 0.05 ms, sqrt(2) times that in 0.1 ms: sd of the stationary voltage of silent units. */
static void test_noise_moves_the_voltage_as_in_lif(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(&model, 8, 1, 1, &err), R2S_OK);
  model.dt_ms = 5;
  model.tau_min_ms = model.tau_max_ms = 35;
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  config.scale = 1;
  config.e_l_mv = -80;
  config.neuron.v0_low_mv = config.neuron.v0_high_mv = -80;
  config.record_ms = 0.1;
  config.record_voltage = true;
  float *u;
  r2s_spike_trial trial = psc_trial(1, 801, false, 3, &u);
  run out = {0};
  run_native(&model, &config, &trial, &out);
  double step2 = 0, decay = exp(-0.01);
  int n = 8 * (out.record.n_samples - 1);
  for (int k = 0; k < n; k++) {
    double step = (out.record.voltage[k + 8] + 80) - decay * (out.record.voltage[k] + 80);
    step2 += step * step / n;
  }
  assert_true(fabs(sqrt(step2) - 0.1 * sqrt(2)) < 5 * 0.1 / sqrt(n));
  free(u);
  r2s_spike_record_free(&out.record);
  r2s_model_free(&model);
}

static void test_readout_that_grows_is_refused(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  two_units(&model, 1);
  const double tau_syn_ms[] = {2, 2.5, 2.6}; /* beside the bin of 5 ms */
  for (int k = 0; k < 3; k++) {
    r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
    r2s_spike_layout layout;
    r2s_spike_psc_net net;
    config.tau_syn_ms = tau_syn_ms[k];
    assert_int_equal(r2s_spike_layout_make(&layout, &model, &config, &err), R2S_OK);
    assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err),
                     k < 2 ? R2S_ERR_CONFIG : R2S_OK);
    if (k < 2) assert_non_null(strstr(err.msg, "grows without end"));
    r2s_spike_psc_net_free(&net);
  }
  r2s_model_free(&model);
}

static void test_bad_settings_and_weights_are_named(void **state) {
  (void)state;
  r2s_model model;
  r2s_error err = {0};
  two_units(&model, 1);
  const struct {
    double delay_ms, t_ref_ms, tau_r_ms, scale;
    const char *text;
  } cases[] = {{0.25, 2, 2, 25, "delay = 0.25 ms"},
               {NAN, 2.03, 2, 25, "neuron.t_ref = 2.03 ms"},
               {NAN, 2, 35, 25, "tau_d = tau_r = 35 ms"},
               {NAN, 2, 2, NAN, "scale = nan"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
    config.delay_ms = cases[k].delay_ms;
    config.neuron.t_ref_ms = cases[k].t_ref_ms;
    config.tau_r_ms = cases[k].tau_r_ms;
    config.scale = cases[k].scale;
    r2s_spike_layout layout;
    r2s_spike_psc_net net;
    assert_int_equal(r2s_spike_layout_make(&layout, &model, &config, &err), R2S_OK);
    assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err), R2S_ERR_CONFIG);
    if (!strstr(err.msg, cases[k].text)) fail_msg("%s", err.msg);
  }
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  r2s_spike_layout layout;
  r2s_spike_psc_net net;
  config.scale = 25;
  assert_int_equal(r2s_spike_layout_make(&layout, &model, &config, &err), R2S_OK);
  model.w[2] = NAN;
  assert_int_equal(r2s_spike_psc_net_build(&net, &model, &config, &layout, &err), R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "synapse 0 is nan"));
  r2s_model_free(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_propagators),
      cmocka_unit_test(test_same_bits_as_the_plain_twin),
      cmocka_unit_test(test_synaptic_potential_has_its_closed_form),
      cmocka_unit_test(test_the_first_columns_act_in_time),
      cmocka_unit_test(test_alpha_charge),
      cmocka_unit_test(test_capacitance_is_a_unit),
      cmocka_unit_test(test_noise_moves_the_voltage_as_in_lif),
      cmocka_unit_test(test_readout_that_grows_is_refused),
      cmocka_unit_test(test_bad_settings_and_weights_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
