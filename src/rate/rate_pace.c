/* SPDX-License-Identifier: MIT
 * Pacing (Eq. R12, R15): plain training, shot noise that follows the running accuracy, a final phase at full
 * noise. */
#include "rate/rate_pace.h"

#include <math.h>

/* Eq. R15. Large steps find a task, and lose edges for good: the nearer the network is to the noise, the
 * smaller they get. */
static double plain_factor(const r2s_rate_pace *pace, const r2s_train_config *config) {
  const double grown = fmin((double)pace->step / config->plain_steps, config->plain_rate_max);
  const double missing = (1 - pace->running) / (1 - config->pace_down);
  return fmin(fmax(grown * fmin(missing, 1), config->plain_rate), config->plain_rate_max);
}

double r2s_rate_pace_learning_rate(const r2s_rate_pace *pace, const r2s_train_config *config) {
  if (pace->phase == R2S_RATE_PLAIN && config->noise_end > 0)
    return config->learning_rate * plain_factor(pace, config);
  if (pace->phase != R2S_RATE_FINAL || config->final_steps == 0) return config->learning_rate;
  double done = (pace->final_step + 1.0) / config->final_steps;
  return config->learning_rate * (1 - (1 - config->final_rate) * done);
}

static bool final_is_over(const r2s_rate_pace *pace, const r2s_train_config *config) {
  return pace->phase == R2S_RATE_FINAL && pace->final_step >= config->final_steps;
}

void r2s_rate_pace_begin(r2s_rate_pace *pace, const r2s_train_config *config) {
  if (final_is_over(pace, config)) pace->phase = R2S_RATE_RAMP;
}

void r2s_rate_pace_advance(r2s_rate_pace *pace, const r2s_train_config *config, double accuracy) {
  pace->step++;
  pace->running += config->pace_average * (accuracy - pace->running);
  if (config->noise_end <= 0) return;
  if (pace->phase == R2S_RATE_FINAL) {
    pace->final_step++;
    return;
  }
  if (pace->phase == R2S_RATE_PLAIN && pace->running > config->pace_start) pace->phase = R2S_RATE_RAMP;
  if (pace->phase != R2S_RATE_RAMP) return;
  double change = config->noise_end / config->ramp_steps;
  if (pace->running > config->pace_up) {
    pace->noise = fmin(pace->noise + change, config->noise_end);
    if (pace->noise > config->noise_end * (1 - 1e-9)) {
      pace->noise = config->noise_end;
      pace->phase = R2S_RATE_FINAL;
      pace->final_step = 0;
    }
  } else if (pace->running < config->pace_down) {
    pace->noise = fmax(pace->noise - change, 0);
  }
}

int r2s_rate_pace_averaged(const r2s_rate_pace *pace, const r2s_train_config *config) {
  return pace->phase == R2S_RATE_FINAL && config->average_steps > 0 ? pace->final_step : 0;
}

bool r2s_rate_pace_evaluates(const r2s_rate_pace *pace, const r2s_train_config *config) {
  return pace->step % config->eval_every == 0 || final_is_over(pace, config);
}

r2s_train_stop r2s_rate_pace_stop(const r2s_rate_pace *pace, const r2s_train_config *config,
                                  double eval_accuracy, double eval_loss) {
  bool evaluated = !isnan(eval_accuracy);
  bool passed = evaluated && eval_accuracy >= config->stop_accuracy &&
                (config->stop_loss == 0 || eval_loss < config->stop_loss) && pace->step > config->min_steps;
  if (passed && (config->noise_end <= 0 || final_is_over(pace, config))) return R2S_TRAIN_CONVERGED;
  return pace->step >= config->max_steps ? R2S_TRAIN_EXHAUSTED : R2S_TRAIN_RUNNING;
}
