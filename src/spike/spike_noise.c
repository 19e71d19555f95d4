/* SPDX-License-Identifier: MIT
 * The voltage noise of a trial, cut from a stream that comes in blocks of 32. */
#include "spike/spike_noise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

enum { BLOCK = 32, READ_BEYOND = 16 };

r2s_status r2s_spike_noise_create(r2s_spike_noise *noise, size_t n, size_t max_steps, r2s_isa isa,
                                  r2s_error *err) {
  r2s_status st = R2S_OK;
  memset(noise, 0, sizeof *noise);
  size_t count = 0;
  if (!r2s_size_mul(n, max_steps, &count) || count > SIZE_MAX - BLOCK - READ_BEYOND)
    return r2s_fail(err, R2S_ERR_MEMORY, "noise buffer: %zu units x %zu steps is too large", n, max_steps);
  noise->n = n;
  noise->max_steps = max_steps;
  noise->isa = isa;
  R2S_ALLOC(st, &noise->buffer, count + BLOCK + READ_BEYOND, "noise buffer", err);
done:
  return st;
}

void r2s_spike_noise_free(r2s_spike_noise *noise) {
  free(noise->buffer);
  noise->buffer = NULL;
}

void r2s_spike_noise_seed(r2s_spike_noise *noise, r2s_trial_id id) {
  r2s_random_seed_trial(&noise->random, id, R2S_STREAM_SPIKE_NOISE);
  noise->at = noise->left = 0;
}

const float *r2s_spike_noise_next(r2s_spike_noise *noise, size_t steps) {
  assert(steps <= noise->max_steps);
  size_t need = steps * noise->n;
  if (noise->left < need) {
    size_t blocks = (need - noise->left + BLOCK - 1) / BLOCK;
    memmove(noise->buffer, noise->buffer + noise->at, noise->left * sizeof *noise->buffer);
    r2s_random_fill_normal(&noise->random, noise->buffer + noise->left, blocks * BLOCK, noise->isa);
    noise->left += blocks * BLOCK;
    noise->at = 0;
  }
  const float *normals = noise->buffer + noise->at;
  noise->at += need;
  noise->left -= need;
  return normals;
}
