/* SPDX-License-Identifier: MIT
 * Random numbers: named streams, the same bits on every instruction set and for any number of threads.
 *
 * Philox4x32-10 (Salmon et al. 2011; Random123) keyed by the master seed turns (stream, set, index, block)
 * into the state of a generator of 16 lanes of xoshiro128 (Blackman, Vigna 2021): ++ for words and uniforms,
 * +, which is less work, for normals. Two streams never share a state. */
#ifndef R2S_BASE_RANDOM_H
#define R2S_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/base_isa.h"
#include "rate2spike/trial.h"

/* What a stream is for. The numbers are part of what a seed means: never reuse or reorder them. */
typedef enum r2s_stream {
  R2S_STREAM_CONDITION = 1,       /* drawn conditions */
  R2S_STREAM_INPUT = 2,           /* noise in u */
  R2S_STREAM_INIT_SIGN = 10,      /* initial network: which units are inhibitory */
  R2S_STREAM_INIT_EDGES = 11,     /* which edges exist, and their weights */
  R2S_STREAM_INIT_INPUT = 12,     /* w_in */
  R2S_STREAM_INIT_OUTPUT = 13,    /* w_out */
  R2S_STREAM_INIT_TAU = 14,       /* taus_gaus */
  R2S_STREAM_RATE_X0 = 20,        /* x_0 */
  R2S_STREAM_RATE_KICK = 21,      /* which units spike in the first step */
  R2S_STREAM_RATE_STATE = 22,     /* state noise */
  R2S_STREAM_RATE_SHOT = 23,      /* shot noise of the recurrent input */
  R2S_STREAM_RATE_READOUT = 24,   /* shot noise of the readout */
  R2S_STREAM_SPIKE_V0 = 30,       /* initial voltages */
  R2S_STREAM_SPIKE_NOISE = 31,    /* voltage noise */
  R2S_STREAM_SPIKE_STIMULUS = 32, /* optogenetic-like stimulation */
  R2S_STREAM_NEURON = 40,         /* single-unit simulations */
  R2S_STREAM_NEST = 50,           /* NEST's own seeds */
  R2S_STREAM_SPECTRUM = 60        /* where the search for an eigenvalue begins */
} r2s_stream;

enum { R2S_LANES = 16 };

typedef struct r2s_random {
  uint32_t s[4][R2S_LANES];  /* xoshiro128 states, by lane */
  uint32_t drawn[R2S_LANES]; /* for r2s_random_u32 */
  int left;
} r2s_random;

/* set: an r2s_trial_set, or 0 where there is none; block < 2^28. */
void r2s_random_seed(r2s_random *random, uint64_t seed, r2s_stream stream, uint32_t set, uint64_t index,
                     uint32_t block);
/* The same for a trial. */
void r2s_random_seed_trial(r2s_random *random, r2s_trial_id id, r2s_stream stream);

uint32_t r2s_random_u32(r2s_random *random);
/* The next 16 words at once; only where whole such lots were drawn before. */
void r2s_random_u32_lanes(r2s_random *random, uint32_t out[R2S_LANES]);
double r2s_random_uniform(r2s_random *random); /* [0, 1), 53 bits (two words) */

/* Standard normals by Box-Muller with polynomials for log, sin and cos (no libm), n of them; takes whole
 * blocks of 32 from the lanes, so that the numbers do not depend on how the calls are cut in multiples of 32.
 * Largest |value| 6.7. */
void r2s_random_fill_normal(r2s_random *random, float *out, size_t n, r2s_isa isa);

/* The kernel: blocks of 32 normals; s as in r2s_random. */
R2S_KERNEL_DECLARE(void, r2s_random_normal_blocks, (uint32_t s[4][R2S_LANES], float *out, size_t n_blocks));

/* Normals for 16 trials side by side, one a lane, of which one in seven is drawn (docs/decisions/006): out
 * [n_blocks x 14 x 16]; rows 0 and 1 of a block are drawn, rows 2k and 2k + 1 are those of lane l ^ k, each
 * under a random sign of its own. Within a lane all numbers are independent. Those of two lanes are
 * uncorrelated, but some have their magnitude in common: so each trial's noise is what separate draws would
 * give, while trials are not wholly independent of one another. */
enum { R2S_SHARED_COPIES = 7, R2S_SHARED_ROWS = 2 * R2S_SHARED_COPIES };
enum { R2S_SHARED_BLOCK = R2S_SHARED_ROWS * R2S_LANES };
R2S_KERNEL_DECLARE(void, r2s_random_shared_blocks, (uint32_t s[4][R2S_LANES], float *out, size_t n_blocks));

/* The plain twins of the kernels, with libm in double; judge them in the tests. */
void r2s_random_normal_blocks_reference(uint32_t s[4][R2S_LANES], double *out, size_t n_blocks);
void r2s_random_shared_blocks_reference(uint32_t s[4][R2S_LANES], double *out, size_t n_blocks);

#endif
