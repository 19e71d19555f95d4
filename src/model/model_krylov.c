/* SPDX-License-Identifier: MIT
 * Arnoldi's iteration. */
#include "model/model_krylov.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_finite.h"
#include "base/base_memory.h"
#include "base/base_random.h"

r2s_status r2s_krylov_create(r2s_krylov *out, int n, int most, r2s_krylov_product product, const void *matrix,
                             r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t columns = (size_t)most, square = columns * columns;
  *out = (r2s_krylov){.n = n, .most = most, .product = product, .matrix = matrix};
  R2S_ALLOC(st, &out->v, (columns + 1) * (size_t)n, "Krylov space", err);
  R2S_ALLOC(st, &out->h, square + columns, "Krylov space", err);
  R2S_ALLOC(st, &out->h_m, square, "Krylov space", err);
  R2S_ALLOC(st, &out->vectors, square, "Krylov space", err);
  R2S_ALLOC(st, &out->re, columns, "Krylov space", err);
  R2S_ALLOC(st, &out->im, columns, "Krylov space", err);
  R2S_ALLOC(st, &out->part, columns + 1, "Krylov space", err);
  R2S_ALLOC(st, &out->kept, 2 * (size_t)n, "Krylov space", err);
done:
  return st;
}

void r2s_krylov_free(r2s_krylov *k) {
  double *arrays[] = {k->v, k->h, k->h_m, k->vectors, k->re, k->im, k->part, k->kept};
  for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) free(arrays[a]);
  *k = (r2s_krylov){0};
}

static double *vector(const r2s_krylov *k, int j) {
  return k->v + (size_t)j * (size_t)k->n;
}

/* Of x what is orthogonal to the first `count` vectors; its parts along them to column `column` of h. */
static void make_orthogonal(r2s_krylov *k, int count, double *x, int column) {
  for (int pass = 0; count > 0 && pass < 2; pass++) { /* once leaves rounding errors along the others */
    cblas_dgemv(CblasRowMajor, CblasNoTrans, count, k->n, 1, k->v, k->n, x, 1, 0, k->part, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, count, k->n, -1, k->v, k->n, k->part, 1, 1, x, 1);
    for (int i = 0; column >= 0 && i < count; i++) k->h[i * k->most + column] += k->part[i];
  }
}

void r2s_krylov_begin(r2s_krylov *k, int j) {
  double *v = vector(k, j);
  r2s_random random;
  r2s_random_seed(&random, 1, R2S_STREAM_SPECTRUM, (uint64_t)j, 0, 0);
  /* from 0.5 to 1.5: a pattern could lack an eigenvector of a regular W */
  for (int i = 0; i < k->n; i++) v[i] = 0.5 + r2s_random_uniform(&random);
  make_orthogonal(k, j, v, -1);
  cblas_dscal(k->n, 1 / cblas_dnrm2(k->n, v, 1), v, 1);
}

bool r2s_krylov_extend(r2s_krylov *k, int j) {
  double *next = vector(k, j + 1);
  k->product(k->matrix, vector(k, j), next);
  const double before = cblas_dnrm2(k->n, next, 1);
  make_orthogonal(k, j + 1, next, j);
  const double norm = cblas_dnrm2(k->n, next, 1);
  k->h[(j + 1) * k->most + j] = norm;
  if (!(norm > 1e-14 * before)) return false;
  cblas_dscal(k->n, 1 / norm, next, 1);
  return true;
}

bool r2s_krylov_look(r2s_krylov *k, int m) {
  for (int i = 0; i < m; i++) memcpy(k->h_m + i * m, k->h + i * k->most, (size_t)m * sizeof *k->h);
  if (r2s_finite_check("h_m", k->h_m, (size_t)m, (size_t)m, NULL) != R2S_OK) return false;
  return LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'V', m, k->h_m, m, k->re, k->im, NULL, m, k->vectors, m) == 0;
}

double r2s_krylov_residual(const r2s_krylov *k, int m, int at) {
  const int first = k->im[at] < 0 ? at - 1 : at; /* of a pair, whose second one is the conjugate */
  const double *last = k->vectors + (m - 1) * m + first;
  return k->h[m * k->most + m - 1] * (k->im[at] != 0 ? hypot(last[0], last[1]) : fabs(last[0]));
}

int r2s_krylov_keep(r2s_krylov *k, int m, int at) {
  const int kept = k->im[at] != 0 ? 2 : 1;
  const size_t n = (size_t)k->n;
  for (int j = 0; j < kept; j++)
    cblas_dgemv(CblasRowMajor, CblasTrans, m, k->n, 1, k->v, k->n, k->vectors + at + j, m, 0,
                k->kept + (size_t)j * n, 1);
  memcpy(k->v, k->kept, (size_t)kept * n * sizeof *k->v);
  memset(k->h, 0, (size_t)(k->most + 1) * (size_t)k->most * sizeof *k->h);
  for (int j = 0; j < kept; j++) {
    make_orthogonal(k, j, vector(k, j), -1);
    cblas_dscal(k->n, 1 / cblas_dnrm2(k->n, vector(k, j), 1), vector(k, j), 1);
  }
  for (int j = 0; j < kept; j++) { /* W of them is within them */
    k->product(k->matrix, vector(k, j), k->kept);
    make_orthogonal(k, kept, k->kept, j);
  }
  return kept;
}
