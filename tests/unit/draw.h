/* SPDX-License-Identifier: MIT
 * Draws of configurations that nobody chose, the same ones in each run of a test. */
#ifndef R2S_TESTS_DRAW_H
#define R2S_TESTS_DRAW_H

#include <stdbool.h>
#include <stdint.h>

typedef struct draw {
  uint64_t state;
} draw;

static inline uint64_t draw_word(draw *d) { /* splitmix64 (Steele et al. 2014) */
  uint64_t z = d->state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* in [0, 1) */
static inline double draw_uniform(draw *d) {
  return (double)(draw_word(d) >> 11) * 0x1p-53;
}

static inline double draw_between(draw *d, double low, double high) {
  return low + (high - low) * draw_uniform(d);
}

/* low to high, both included */
static inline int draw_int(draw *d, int low, int high) {
  return low + (int)(draw_word(d) % (uint64_t)(high - low + 1));
}

static inline bool draw_bool(draw *d, double probability) {
  return draw_uniform(d) < probability;
}

/* Units: at the borders of lanes, tiles, words of bits and planes, or any number. */
static inline int draw_units(draw *d, int most) {
  static const int borders[] = {1,  2,  15, 16,  17,  27,  28,  29,  56,  57,
                                63, 64, 65, 112, 113, 127, 128, 129, 168, 225};
  const int n = borders[draw_int(d, 0, sizeof borders / sizeof *borders - 1)];
  return draw_bool(d, 0.6) && n <= most ? n : draw_int(d, 1, most);
}

#endif
