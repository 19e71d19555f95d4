/* SPDX-License-Identifier: MIT
 * The three recipes' settings, and whether given settings make sense. */
#include <math.h>

#include "base/base_error.h"
#include "rate/rate_rows.h"
#include "rate2spike/rate.h"

enum { MAX_BATCH = 65536 };

const char *r2s_recipe_name(r2s_recipe recipe) {
  switch (recipe) {
  case R2S_RECIPE_MATCHED:
    return "matched";
  case R2S_RECIPE_WRITEUP:
    return "writeup";
  case R2S_RECIPE_KIM2019:
    return "kim2019";
  }
  return "unknown";
}

r2s_net_config r2s_net_config_default(r2s_recipe recipe) {
  r2s_net_config net = {.n = 250,
                        .n_inh = 50,
                        .p_inh = 0.2,
                        .p_rec = 0.2,
                        .gain = 1.5,
                        .dale = true,
                        .som_n = 0,
                        .tau_min_ms = 35,
                        .tau_max_ms = 35,
                        .w_out_sd = 0.01,
                        .activation = R2S_ACTIVATION_SIGMOID,
                        .kappa_hz = NAN};
  if (recipe == R2S_RECIPE_MATCHED) {
    net.activation = R2S_ACTIVATION_SIEGERT;
    net.gain = 2;
    net.w_out_sd = 0.003;
  }
  if (recipe == R2S_RECIPE_KIM2019) { /* the authors' Go-NoGo networks */
    net.n = 200;
    net.n_inh = -1;
    net.tau_min_ms = 20;
    net.tau_max_ms = 100;
  }
  return net;
}

r2s_train_config r2s_train_config_default(r2s_recipe recipe) {
  r2s_train_config train = {.batch = 32,
                            .balanced = true,
                            .max_steps = 10000,
                            .learning_rate = 0.01,
                            .adam_beta1 = 0.9,
                            .adam_beta2 = 0.999,
                            .adam_epsilon = 1e-8,
                            .clip_norm = 1,
                            .state_noise = 0.1,
                            .x0_sd = 0.01,
                            .target_shift = 1,
                            .train_b_out = false,
                            .eval_every = 100,
                            .eval_trials = 100,
                            .stop_accuracy = 0.98,
                            .stop_loss = 0,
                            .min_steps = 0,
                            .noise_end = 1,
                            .keep_state_noise = false,
                            .start_kick = true,
                            .fano_window_ms = 50,
                            .fano_constant = 0,
                            .plain_rate = 1.4,
                            .plain_steps = 150,
                            .plain_rate_max = 4,
                            .pace_average = 0.05,
                            .pace_start = 0.97,
                            .pace_up = 0.95,
                            .pace_down = 0.8,
                            .ramp_steps = 150,
                            .final_steps = 150,
                            .final_rate = 1,
                            .average_steps = 40};
  if (recipe == R2S_RECIPE_MATCHED) return train;
  train.balanced = false;
  train.plain_rate = train.plain_rate_max = 1;
  train.train_b_out = true;
  train.noise_end = 0;
  train.start_kick = false;
  if (recipe == R2S_RECIPE_WRITEUP) {
    train.max_steps = 1200;
    train.stop_accuracy = 1;
    return train;
  }
  train.batch = 1;
  train.max_steps = 5000;
  train.clip_norm = 0;
  train.stop_accuracy = 0.96; /* the authors' "> 0.95" of 100 trials */
  train.stop_loss = 7;
  train.min_steps = 1500; /* COMPAT(kim2019): asked for in Go-NoGo */
  return train;
}

double r2s_train_state_noise(const r2s_train_config *train, double shot_noise) {
  return shot_noise > 0 && !train->keep_state_noise ? 0 : train->state_noise;
}

bool r2s_train_test_kick(const r2s_train_config *train, r2s_activation activation) {
  return train->start_kick && (activation == R2S_ACTIVATION_SIEGERT || activation == R2S_ACTIVATION_SIGMOID);
}

/* One number of a configuration and the range it must lie in. */
typedef struct range {
  const char *key;
  double value, min, max;
} range;

static r2s_status check_ranges(const range *ranges, size_t n, r2s_error *err) {
  for (size_t k = 0; k < n; k++)
    if (!(ranges[k].value >= ranges[k].min && ranges[k].value <= ranges[k].max))
      return r2s_fail(err, R2S_ERR_CONFIG, "%s is %g; expected %g to %g", ranges[k].key, ranges[k].value,
                      ranges[k].min, ranges[k].max);
  return R2S_OK;
}

r2s_status r2s_net_config_check(const r2s_net_config *net, r2s_error *err) {
  const range ranges[] = {{"net.n", net->n, 1, R2S_RATE_MAX_UNITS},
                          {"net.n_inh", net->n_inh, -1, net->n},
                          {"net.p_inh", net->p_inh, 0, 1},
                          {"net.p_rec", net->p_rec, 1e-6, 1},
                          {"net.gain", net->gain, 0, 1000},
                          {"net.som_n", net->som_n, 0, net->n},
                          {"net.tau_min_ms", net->tau_min_ms, 1e-3, 1e5},
                          {"net.tau_max_ms", net->tau_max_ms, net->tau_min_ms, 1e5},
                          {"net.w_out_sd", net->w_out_sd, 0, 1000},
                          {"net.activation", (double)net->activation, 0, R2S_ACTIVATION_SOFTPLUS},
                          {"net.kappa_hz", isnan(net->kappa_hz) ? 1 : net->kappa_hz, 1e-3, 1e5}};
  r2s_status st = check_ranges(ranges, sizeof ranges / sizeof *ranges, err);
  if (st == R2S_OK && !net->dale && net->som_n > 0)
    return r2s_fail(
        err, R2S_ERR_CONFIG,
        "net.som_n is %d; expected 0 with net.dale = false: without Dale's law no unit is inhibitory",
        net->som_n);
  if (st == R2S_OK && net->n_inh >= 0 && net->som_n > net->n_inh)
    return r2s_fail(err, R2S_ERR_CONFIG, "net.som_n is %d; expected at most net.n_inh = %d", net->som_n,
                    net->n_inh);
  return st;
}

r2s_status r2s_train_config_check(const r2s_train_config *train, r2s_error *err) {
  const double huge = 1e9;
  const range ranges[] = {{"train.batch", train->batch, 1, MAX_BATCH},
                          {"train.max_steps", train->max_steps, 1, huge},
                          {"train.learning_rate", train->learning_rate, 0, 1000},
                          {"train.adam_beta1", train->adam_beta1, 0, 0.999999},
                          {"train.adam_beta2", train->adam_beta2, 0, 0.99999999},
                          {"train.adam_epsilon", train->adam_epsilon, 1e-30, 1},
                          {"train.clip_norm", train->clip_norm, 0, huge},
                          {"train.state_noise", train->state_noise, 0, 1000},
                          {"train.x0_sd", train->x0_sd, 0, 1000},
                          {"train.target_shift", train->target_shift, 0, 1},
                          {"train.eval_every", train->eval_every, 1, huge},
                          {"train.eval_trials", train->eval_trials, 1, 1e6},
                          {"train.stop_accuracy", train->stop_accuracy, 0, 1},
                          {"train.stop_loss", train->stop_loss, 0, huge},
                          {"train.min_steps", train->min_steps, 0, huge},
                          {"train.noise_end", train->noise_end, 0, 1000},
                          {"train.fano_window_ms", train->fano_window_ms, 1, R2S_LONGEST_MS},
                          {"train.fano_constant", train->fano_constant, 0, 1000},
                          {"train.plain_rate", train->plain_rate, 1e-6, 1000},
                          {"train.plain_steps", train->plain_steps, 1, huge},
                          {"train.plain_rate_max", train->plain_rate_max, 1e-6, 1000},
                          {"train.pace_average", train->pace_average, 1e-6, 1},
                          {"train.pace_start", train->pace_start, 0, 1},
                          {"train.pace_up", train->pace_up, 0, 1},
                          {"train.pace_down", train->pace_down, 0, 1},
                          {"train.ramp_steps", train->ramp_steps, 1, huge},
                          {"train.final_steps", train->final_steps, 0, huge},
                          {"train.final_rate", train->final_rate, 0, 1},
                          {"train.average_steps", train->average_steps, 0, huge}};
  r2s_status st = check_ranges(ranges, sizeof ranges / sizeof *ranges, err);
  if (st == R2S_OK && train->pace_down > train->pace_up)
    return r2s_fail(err, R2S_ERR_CONFIG, "train.pace_down is %g; expected at most train.pace_up = %g",
                    train->pace_down, train->pace_up);
  return st;
}
