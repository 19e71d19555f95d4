/* SPDX-License-Identifier: MIT
 * A random sparse matrix W and a vector y, for the tests of the sparse products. */
#ifndef R2S_TEST_SPARSE_MATRIX_H
#define R2S_TEST_SPARSE_MATRIX_H

#include <stdlib.h>

#include "base/base_random.h"

typedef struct sparse_matrix {
  int n;
  size_t edges;
  uint32_t *row, *sender; /* [edges] by row, then sender */
  uint32_t *at;           /* [edges] for whom it serves */
  float *w;               /* [edges] in (-1/2, 1/2) */
  float *y;               /* [N rounded up to 16, and 32 more][lanes] in (0, 1), 0 behind N */
} sparse_matrix;

static inline sparse_matrix sparse_matrix_draw(int n, double p, uint64_t seed, size_t lanes) {
  size_t units = (size_t)n, most = units * units, entries = ((units + 15) / 16 * 16 + 32) * lanes;
  sparse_matrix m = {.n = n};
  r2s_random random;
  r2s_random_seed(&random, seed, R2S_STREAM_INIT_EDGES, 0, 0, 0);
  m.row = malloc(most * sizeof *m.row);
  m.sender = malloc(most * sizeof *m.sender);
  m.at = malloc(most * sizeof *m.at);
  m.w = malloc(most * sizeof *m.w);
  m.y = aligned_alloc(64, entries * sizeof *m.y);
  for (uint32_t i = 0; i < (uint32_t)n; i++)
    for (uint32_t j = 0; j < (uint32_t)n; j++)
      if (r2s_random_uniform(&random) < p) {
        m.row[m.edges] = i, m.sender[m.edges] = j;
        m.w[m.edges++] = (float)(r2s_random_uniform(&random) - 0.5);
      }
  for (size_t k = 0; k < entries; k++) m.y[k] = k < units * lanes ? (float)r2s_random_uniform(&random) : 0;
  return m;
}

static inline void sparse_matrix_free(sparse_matrix *m) {
  free(m->row);
  free(m->sender);
  free(m->at);
  free(m->w);
  free(m->y);
}

/* W y in double: [N x lanes], to be freed. */
static inline double *sparse_matrix_times(const sparse_matrix *m, size_t lanes) {
  double *sum = calloc((size_t)m->n * lanes, sizeof *sum);
  for (size_t e = 0; e < m->edges; e++)
    for (size_t l = 0; l < lanes; l++)
      sum[m->row[e] * lanes + l] += (double)m->w[e] * (double)m->y[m->sender[e] * lanes + l];
  return sum;
}

#endif
