/* SPDX-License-Identifier: MIT
 * The voltage noise of a trial: standard normals, N for each step in order of unit. Number (k - 1) N + i of
 * the trial's stream belongs to step k and unit i, in every engine, so that engines can be compared on the
 * same noise. */
#ifndef R2S_SPIKE_NOISE_H
#define R2S_SPIKE_NOISE_H

#include "base/base_random.h"

typedef struct r2s_spike_noise {
  r2s_random random;
  r2s_isa isa;
  size_t n;         /* N */
  size_t max_steps; /* of one r2s_spike_noise_next */
  float *buffer;
  size_t at, left; /* numbers made and not yet used: buffer[at .. at + left) */
} r2s_spike_noise;

R2S_MUST_CHECK r2s_status r2s_spike_noise_create(r2s_spike_noise *noise, size_t n, size_t max_steps,
                                                 r2s_isa isa, r2s_error *err);
void r2s_spike_noise_free(r2s_spike_noise *noise); /* frees the buffer, not the struct */
/* Starts the noise of a trial. */
void r2s_spike_noise_seed(r2s_spike_noise *noise, r2s_trial_id id);
/* The next steps x N normals, [step][unit]; valid until the next call. 16 floats behind them can be read. */
const float *r2s_spike_noise_next(r2s_spike_noise *noise, size_t steps);

#endif
