/* SPDX-License-Identifier: MIT
 * When a training is likely to end. Recipe "matched" ends a known number of steps after its noise starts,
 * which is when the task is found, as long as the noise rises. */
#include "run/run_outlook.h"

#include <math.h>
#include <stdio.h>

void r2s_run_outlook_add(r2s_run_outlook *outlook, const r2s_train_config *config,
                         const r2s_train_step *row) {
  r2s_rate_pace_begin(&outlook->pace, config);
  r2s_rate_pace_advance(&outlook->pace, config, row->accuracy);
  outlook->ramp_steps = outlook->pace.phase == R2S_RATE_RAMP ? outlook->ramp_steps + 1 : 0;
}

double r2s_run_outlook_end(const r2s_run_outlook *outlook, const r2s_train_config *config) {
  enum { SLOWEST = 2 }; /* of a ramp, in units of the fastest */
  const r2s_rate_pace *pace = &outlook->pace;
  if (!(config->noise_end > 0) || pace->phase == R2S_RATE_PLAIN) return 0;
  double left = config->final_steps;
  if (pace->phase == R2S_RATE_FINAL) {
    left -= pace->final_step; /* one that was not good enough begins again */
  } else {
    const double risen = pace->noise / config->noise_end;
    if (outlook->ramp_steps > SLOWEST * risen * config->ramp_steps) return 0;
    left += (1 - risen) * fmax(config->ramp_steps, outlook->ramp_steps / risen);
  }
  return fmin(config->max_steps, (double)pace->step + fmax(left, 1));
}

void r2s_run_outlook_tell(const r2s_run_outlook *outlook, const r2s_train_config *config,
                          const r2s_train_step *row, char *text, size_t size) {
  if (r2s_run_outlook_end(outlook, config) > 0)
    snprintf(text, size, "step %d, loss %.2f, accuracy %.2f, noise %.2f", row->step, row->loss,
             row->running_accuracy, row->noise);
  else if (!(config->noise_end > 0))
    snprintf(text, size, "step %d of at most %d, loss %.2f, accuracy %.2f", row->step, config->max_steps,
             row->loss, row->running_accuracy);
  else if (outlook->pace.phase == R2S_RATE_PLAIN)
    snprintf(text, size, "step %d of at most %d, accuracy %.2f (noise starts at %.2f), loss %.2f", row->step,
             config->max_steps, row->running_accuracy, config->pace_start, row->loss);
  else
    snprintf(text, size,
             "step %d of at most %d, accuracy %.2f (noise %.2f, rises while above %.2f), loss %.2f",
             row->step, config->max_steps, row->running_accuracy, row->noise, config->pace_up, row->loss);
}
