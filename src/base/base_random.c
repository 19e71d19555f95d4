/* SPDX-License-Identifier: MIT
 * Seeding of named streams, scalar draws, and the plain twins of the normals' kernels. */
#include "base/base_random.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>

void r2s_random_seed(r2s_random *random, uint64_t seed, r2s_stream stream, uint32_t set, uint64_t index,
                     uint32_t block) {
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  for (uint32_t lane = 0; lane < R2S_LANES; lane++) {
    philox4x32_ctr_t counter = {
        {(uint32_t)stream | set << 16, (uint32_t)index, (uint32_t)(index >> 32), block << 4 | lane}};
    philox4x32_ctr_t word = philox4x32(counter, key);
    for (int k = 0; k < 4; k++) random->s[k][lane] = word.v[k];
    if (!(word.v[0] | word.v[1] | word.v[2] | word.v[3]))
      random->s[0][lane] = 1; /* the one forbidden state */
  }
  random->left = 0;
}

void r2s_random_seed_trial(r2s_random *random, r2s_trial_id id, r2s_stream stream) {
  r2s_random_seed(random, id.seed, stream, (uint32_t)id.set, id.index, 0);
}

static uint32_t rotate(uint32_t x, int k) {
  return x << k | x >> (32 - k);
}

/* A lane's xoshiro128 one step further. */
static void step(uint32_t s[4][R2S_LANES], int lane) {
  uint32_t s0 = s[0][lane], s1 = s[1][lane], s2 = s[2][lane], s3 = s[3][lane], t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotate(s3, 11);
  s[0][lane] = s0, s[1][lane] = s1, s[2][lane] = s2, s[3][lane] = s3;
}

/* xoshiro128++ 1.0 */
static uint32_t next(uint32_t s[4][R2S_LANES], int lane) {
  uint32_t result = rotate(s[0][lane] + s[3][lane], 7) + s[0][lane];
  step(s, lane);
  return result;
}

/* xoshiro128+ 1.0, for numbers that become floats */
static uint32_t next_for_float(uint32_t s[4][R2S_LANES], int lane) {
  uint32_t result = s[0][lane] + s[3][lane];
  step(s, lane);
  return result;
}

void r2s_random_u32_lanes(r2s_random *random, uint32_t out[R2S_LANES]) {
  for (int lane = 0; lane < R2S_LANES; lane++) out[lane] = next(random->s, lane);
}

uint32_t r2s_random_u32(r2s_random *random) {
  if (random->left == 0) {
    r2s_random_u32_lanes(random, random->drawn);
    random->left = R2S_LANES;
  }
  return random->drawn[R2S_LANES - random->left--];
}

double r2s_random_uniform(r2s_random *random) {
  uint64_t high = r2s_random_u32(random) >> 6, low = r2s_random_u32(random) >> 5;
  return (double)(high << 27 | low) * 0x1p-53;
}

void r2s_random_fill_normal(r2s_random *random, float *out, size_t n, r2s_isa isa) {
  size_t whole = n / 32, rest = n % 32;
  R2S_KERNEL_PICK(isa, r2s_random_normal_blocks)(random->s, out, whole);
  if (rest) {
    float last[32];
    R2S_KERNEL_PICK(isa, r2s_random_normal_blocks)(random->s, last, 1);
    memcpy(out + 32 * whole, last, rest * sizeof *last);
  }
}

void r2s_random_normal_blocks_reference(uint32_t s[4][R2S_LANES], double *out, size_t n_blocks) {
  const double pi = acos(-1.0);
  for (size_t block = 0; block < n_blocks; block++, out += 32)
    for (int lane = 0; lane < R2S_LANES; lane++) {
      uint32_t a = next_for_float(s, lane), b = next_for_float(s, lane);
      double radius = sqrt(-2 * log(((double)(a & 0x7fffffff) + 0.5) * 0x1p-31));
      double angle = pi * (double)(int32_t)b * 0x1p-32;
      out[lane] = radius * cos(angle) * (a & 0x80000000 ? -1 : 1);
      out[lane + R2S_LANES] = radius * sin(angle);
    }
}

void r2s_random_shared_blocks_reference(uint32_t s[4][R2S_LANES], double *out, size_t n_blocks) {
  for (size_t block = 0; block < n_blocks; block++, out += R2S_SHARED_BLOCK) {
    r2s_random_normal_blocks_reference(s, out, 1);
    for (int lane = 0; lane < R2S_LANES; lane++) {
      uint32_t signs = next_for_float(s, lane);
      for (int row = 2; row < R2S_SHARED_ROWS; row++, signs <<= 1) {
        double other = out[(row % 2) * R2S_LANES + (lane ^ (row / 2))];
        out[row * R2S_LANES + lane] = signs & 0x80000000 ? -other : other;
      }
    }
  }
}
