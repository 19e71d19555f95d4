/* SPDX-License-Identifier: MIT
 * Protects: what a seed's untrained network is, and that impossible settings are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "unit/rate_cases.h"

static r2s_model draw(const r2s_net_config *net, uint64_t seed) {
  r2s_task task;
  r2s_model model;
  r2s_neuron_params neuron = r2s_neuron_params_default();
  assert_int_equal(r2s_task_load(&task, "context", NULL), R2S_OK);
  assert_int_equal(r2s_rate_init(&model, net, &neuron, &task, seed, NULL), R2S_OK);
  r2s_task_free(&task);
  return model;
}

static void test_weights_have_their_distribution(void **state) {
  (void)state;
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  r2s_model model = draw(&net, 1);
  int edges = 0, inhibitory = 0;
  double square = 0, input = 0, output = 0, sd = 2 / sqrt(250 * 0.2);
  for (int k = 0; k < 250 * 250; k++) {
    assert_true(model.w[k] >= 0 && model.w[k] == (double)(float)model.w[k]);
    edges += model.w[k] > 0;
    square += model.w[k] * model.w[k];
  }
  for (int i = 0; i < 250; i++) {
    assert_true(model.sign[i] == (i < 200 ? 1 : -1));
    output += model.w_out[i] * model.w_out[i] / 250;
  }
  for (int k = 0; k < 1000; k++) input += model.w_in[k] * model.w_in[k] / 1000;
  assert_true(abs(edges - 12500) < 450); /* 4.5 sd */
  assert_true(fabs(square / edges / (sd * sd) - 1) < 0.06);
  assert_true(fabs(input - 1) < 0.2 && fabs(output / 9e-6 - 1) < 0.4);
  assert_int_equal(model.n_in, 4);
  assert_true(model.kappa_hz == 44 && model.b_out[0] == 0);
  assert_memory_equal(model.w, model.w0, 250 * 250 * sizeof(double));
  r2s_model_free(&model);
  net.n_inh = -1;
  model = draw(&net, 1);
  for (int i = 0; i < 250; i++) inhibitory += model.sign[i] < 0;
  assert_true(abs(inhibitory - 50) < 28);
  r2s_model_free(&model);
}

/* A slower unit has a smaller unit of rates; one that its noise hardly brings to threshold a least one. */
static void test_kappa_follows_the_neuron(void **state) {
  (void)state;
  r2s_neuron_params slow = r2s_neuron_params_default(), silent = slow;
  slow.t_ref_ms = 10;
  silent.v_th_mv = silent.v_bias_mv + 10;
  assert_true(r2s_rate_kappa_hz(&slow) == round(r2s_neuron_sigmoid_kappa_hz(&slow, 4)));
  const r2s_neuron_params usual = r2s_neuron_params_default();
  r2s_neuron_params other[8] = {usual, usual, usual, usual, usual, usual, usual, usual};
  other[0].t_ref_ms = 10;
  other[1].t_ref_ms = 20;
  other[2].tau_m_ms = 15;
  other[3].tau_m_ms = 20;
  other[4].noise_mv = 0.2;
  other[5].tau_m_ms = 5;
  other[6].v_reset_mv = -50;
  other[7].v_th_mv = -38;
  /* those of SciPy's quadrature of S7 and C3, and of docs/noise_matched_training.md */
  const double kappa_hz[] = {34, 27, 31, 24, 48, 79, 62, 27};
  for (int k = 0; k < 8; k++) assert_true(r2s_rate_kappa_hz(&other[k]) == kappa_hz[k]);
  assert_true(r2s_rate_kappa_hz(&silent) == 5);
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  for (int given = 0; given < 2; given++) {
    r2s_task task;
    r2s_model model;
    r2s_error err = {0};
    assert_int_equal(r2s_task_load(&task, "go-nogo", &err), R2S_OK);
    if (given) net.kappa_hz = 50;
    assert_int_equal(r2s_rate_init(&model, &net, &slow, &task, 1, &err), R2S_OK);
    assert_true(model.kappa_hz == (given ? 50 : r2s_rate_kappa_hz(&slow)));
    r2s_model_free(&model);
    r2s_task_free(&task);
  }
}

static void test_a_seed_is_a_network(void **state) {
  (void)state;
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_KIM2019);
  r2s_model a = draw(&net, 5), b = draw(&net, 5), c = draw(&net, 6);
  assert_memory_equal(a.w, b.w, 200 * 200 * sizeof(double));
  assert_memory_equal(a.taus_gaus, b.taus_gaus, 200 * sizeof(double));
  assert_memory_not_equal(a.w, c.w, 200 * 200 * sizeof(double));
  assert_memory_not_equal(a.w_in, c.w_in, 200 * sizeof(double));
  assert_true(a.kappa_hz == 0);
  r2s_model_free(&a);
  r2s_model_free(&b);
  r2s_model_free(&c);
}

static void test_som_units_get_no_inhibition(void **state) {
  (void)state;
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  net.som_n = 7;
  r2s_model model = draw(&net, 1);
  int masked = 0;
  for (int k = 0; k < 250 * 250; k++) masked += model.som_mask[k] == 0;
  assert_int_equal(masked, 7 * 50);
  assert_true(model.som_mask[200 * 250 + 200] == 0 && model.som_mask[206 * 250 + 249] == 0);
  assert_true(model.som_mask[200 * 250 + 199] == 1 && model.som_mask[207 * 250 + 249] == 1);
  r2s_model_free(&model);
}

static void test_without_dale_weights_have_both_signs(void **state) {
  (void)state;
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  net.dale = false;
  r2s_model model = draw(&net, 1);
  int negative = 0, positive = 0;
  for (int k = 0; k < 250 * 250; k++) negative += model.w[k]<0, positive += model.w[k]> 0;
  assert_true(abs(negative - positive) < 600 && negative > 5000);
  for (int i = 0; i < 250; i++) assert_true(model.sign[i] == 1);
  r2s_model_free(&model);
}

static void test_impossible_settings_are_named(void **state) {
  (void)state;
  r2s_error err = {0};
  for (int recipe = R2S_RECIPE_MATCHED; recipe <= R2S_RECIPE_KIM2019; recipe++) {
    r2s_net_config net = r2s_net_config_default((r2s_recipe)recipe);
    r2s_train_config train = r2s_train_config_default((r2s_recipe)recipe);
    assert_int_equal(r2s_net_config_check(&net, &err), R2S_OK);
    assert_int_equal(r2s_train_config_check(&train, &err), R2S_OK);
  }
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  net.tau_min_ms = 50;
  assert_int_equal(r2s_net_config_check(&net, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "net.tau_max_ms is 35; expected 50"));
  net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  net.gain = NAN;
  assert_int_equal(r2s_net_config_check(&net, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "net.gain"));
  net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  net.n_inh = 251;
  assert_int_equal(r2s_net_config_check(&net, &err), R2S_ERR_CONFIG);
  r2s_train_config train = r2s_train_config_default(R2S_RECIPE_MATCHED);
  train.pace_down = 0.99;
  assert_int_equal(r2s_train_config_check(&train, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "train.pace_down"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_weights_have_their_distribution),
                                     cmocka_unit_test(test_kappa_follows_the_neuron),
                                     cmocka_unit_test(test_a_seed_is_a_network),
                                     cmocka_unit_test(test_som_units_get_no_inhibition),
                                     cmocka_unit_test(test_without_dale_weights_have_both_signs),
                                     cmocka_unit_test(test_impossible_settings_are_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
