/* SPDX-License-Identifier: MIT
 * The two largest eigenvalues of many units' weights by Arnoldi's iteration, the first one kept in the basis
 * (deflation) while the second is sought. Within the bulk of a random matrix of n units eigenvalues lie
 * dense, but all directions count: m vectors leave an error of exp(-m^2/4n) on its edge. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "model/model_krylov.h"
#include "model/model_spectrum.h"

/* With fewer units LAPACK is as fast. Vectors before the first look, a quarter more from look to look; at
 * most MOST_PER_ROOT sqrt(n), where a random matrix needs 11. */
enum { FEWEST_UNITS = 1000, FIRST = 16, MOST_PER_ROOT = 14 };
/* How far an eigenvalue may be from one of W's, in parts of itself. */
static const double SETTLED = 1e-13;

/* The weights that are not 0, row by row. */
typedef struct sparse {
  int n;
  size_t *starts; /* [n + 1] of each row, in columns and values */
  int *columns;
  double *values;
} sparse;

static void sparse_free(sparse *s) {
  free(s->starts);
  free(s->columns);
  free(s->values);
}

static r2s_status sparse_create(sparse *out, const double *W, int n, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t size = (size_t)n * (size_t)n;
  size_t count = 0;
  *out = (sparse){.n = n};
  for (size_t k = 0; k < size; k++) count += W[k] != 0;
  R2S_ALLOC(st, &out->starts, (size_t)n + 1, "edges", err);
  R2S_ALLOC(st, &out->columns, count, "edges", err);
  R2S_ALLOC(st, &out->values, count, "edges", err);
  size_t next = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      const double w = W[(size_t)i * (size_t)n + (size_t)j];
      if (w == 0) continue;
      out->columns[next] = j;
      out->values[next++] = w;
    }
    out->starts[i + 1] = next;
  }
done:
  return st;
}

static void sparse_product(const void *matrix, const double *x, double *y) {
  const sparse *s = matrix;
  for (int i = 0; i < s->n; i++) {
    double sums[4] = {0}; /* one sum would wait for itself */
    size_t k = s->starts[i];
    const size_t end = s->starts[i + 1];
    for (; k + 4 <= end; k += 4)
      for (size_t l = 0; l < 4; l++) sums[l] += s->values[k + l] * x[s->columns[k + l]];
    for (; k < end; k++) sums[0] += s->values[k] * x[s->columns[k]];
    y[i] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

/* Adds vectors behind number `from` until the largest eigenvalue that they show is W's, and `both` asks for,
 * the next one. Returns how many columns there are; 0: they do not settle. */
static int search(r2s_krylov *k, int from, bool both, r2s_model_largest *largest) {
  bool more = true;
  for (int m = from, next = FIRST; more && m < k->most; next += next / 4) {
    while (more && m < next && m < k->most) more = r2s_krylov_extend(k, m++);
    if (!r2s_krylov_look(k, m)) return 0;
    *largest = r2s_model_largest_of(k->re, k->im, m);
    const bool first =
                   largest->radius > 0 && r2s_krylov_residual(k, m, largest->at) <= SETTLED * largest->radius,
               second = largest->next >= 0 &&
                        r2s_krylov_residual(k, m, largest->next) <= SETTLED * largest->others;
    if (first && (second || !both)) return m;
  }
  return 0;
}

r2s_status r2s_model_leading(const double *W, int n, double *re, double *im, r2s_model_largest *largest,
                             r2s_error *err) {
  r2s_status st = R2S_OK;
  sparse matrix = {0};
  r2s_krylov k = {0};
  int found = 0;
  if (n < FEWEST_UNITS) goto done;
  R2S_TRY(st, sparse_create(&matrix, W, n, err));
  R2S_TRY(st, r2s_krylov_create(&k, n, (int)(MOST_PER_ROOT * sqrt(n)), sparse_product, &matrix, err));
  const int threads = r2s_model_blas_threads(1);
  r2s_krylov_begin(&k, 0);
  const int columns = search(&k, 0, false, largest);
  if (columns) { /* from a new start, as one alone can't show a multiple eigenvalue twice */
    const int kept = r2s_krylov_keep(&k, columns, largest->at);
    r2s_krylov_begin(&k, kept);
    found = search(&k, kept, true, largest);
  }
  r2s_model_blas_threads(threads);
done:
  *re = found ? k.re[largest->at] : NAN;
  *im = found ? fabs(k.im[largest->at]) : NAN;
  r2s_krylov_free(&k);
  sparse_free(&matrix);
  return st;
}
