/* SPDX-License-Identifier: MIT
 * Eigenvalues by LAPACK, and the one that stands out by Arnoldi's iteration (Saad 2011, Numerical Methods for
 * Large Eigenvalue Problems, section 6.2). */
#include "model/model_spectrum.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_finite.h"
#include "base/base_memory.h"
#include "base/base_random.h"

/* OpenBLAS's, where BLAS is OpenBLAS. Its threads only get in each other's way on matrices of this size, and
 * a result should not depend on how many there are. */
extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int openblas_get_num_threads(void) __attribute__((weak));

/* Returns how many there were, for the caller's own work to find again. */
static int use_threads(int n) {
  if (!openblas_set_num_threads || !openblas_get_num_threads) return n;
  const int before = openblas_get_num_threads();
  openblas_set_num_threads(n);
  return before;
}

r2s_status r2s_model_eigenvalues(double *W, int n, double *re, double *im, r2s_error *err) {
  /* LAPACKE refuses NaN alone; where a number is infinite LAPACK reads and writes beyond its arrays */
  const r2s_status st = r2s_finite_check("W", W, (size_t)n, (size_t)n, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "eigenvalues of a %d x %d matrix", n, n);
  const int threads = use_threads(1);
  /* column-major: the transposed matrix has the same eigenvalues, and no copy is made */
  lapack_int info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, W, n, re, im, NULL, 1, NULL, 1);
  use_threads(threads);
  if (info == 0) return R2S_OK;
  return r2s_fail(err, info == LAPACK_WORK_MEMORY_ERROR ? R2S_ERR_MEMORY : R2S_ERR_NUMERIC,
                  "eigenvalues of a %d x %d matrix: dgeev says %d", n, n, (int)info);
}

r2s_model_largest r2s_model_largest_of(const double *re, const double *im, int n) {
  r2s_model_largest out = {0};
  for (int k = 1; k < n; k++)
    if (hypot(re[k], im[k]) > hypot(re[out.at], im[out.at])) out.at = k;
  for (int k = 0; k < n; k++) {
    const bool conjugate = re[k] == re[out.at] && im[k] == -im[out.at] && im[k] != 0;
    if (k != out.at && !conjugate) out.others = fmax(out.others, hypot(re[k], im[k]));
  }
  out.radius = hypot(re[out.at], im[out.at]);
  if (out.others <= n * DBL_EPSILON * out.radius) out.others = 0; /* LAPACK's rounding, machine by machine */
  out.stands_out = out.radius > 0 && out.radius >= R2S_MODEL_STANDS_OUT * out.others;
  return out;
}

/* Vectors before the first look, and the most; twice as many from look to look. An eigenvalue converges as
 * the ratio of the next one to it, to the power of the vectors: 128 of them find what is 1.25 times as large.
 */
enum { FIRST = 16, MOST = 128 };

/* An orthonormal basis of the vectors W^k v, and W in it. */
typedef struct krylov {
  double *v;                   /* [MOST + 1 x n] */
  double h[(MOST + 1) * MOST]; /* [MOST + 1 x MOST]: W v_j = sum_i h_ij v_i */
  double h_m[MOST * MOST];     /* its first m rows and columns, overwritten */
  double vectors[MOST * MOST]; /* eigenvectors of it */
  double re[MOST], im[MOST];   /* and eigenvalues */
} krylov;

/* Random numbers from 0.5 to 1.5: a pattern could lack an eigenvector of a regular W. */
static void begin(krylov *k, int n) {
  r2s_random random;
  r2s_random_seed(&random, 1, R2S_STREAM_SPECTRUM, 0, 0, 0);
  for (int i = 0; i < n; i++) k->v[i] = 0.5 + r2s_random_uniform(&random);
  cblas_dscal(n, 1 / cblas_dnrm2(n, k->v, 1), k->v, 1);
}

/* Vector j + 1 from W times vector j. False: there is no further one, and what those so far show is exact. */
static bool extend(krylov *k, const double *W, int n, int j) {
  double *next = k->v + (size_t)(j + 1) * (size_t)n, part[MOST];
  cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1, W, n, next - n, 1, 0, next, 1);
  const double before = cblas_dnrm2(n, next, 1);
  for (int pass = 0; pass < 2; pass++) { /* once leaves rounding errors along the others */
    cblas_dgemv(CblasRowMajor, CblasNoTrans, j + 1, n, 1, k->v, n, next, 1, 0, part, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, j + 1, n, -1, k->v, n, part, 1, 1, next, 1);
    for (int i = 0; i <= j; i++) k->h[i * MOST + j] += part[i];
  }
  const double norm = cblas_dnrm2(n, next, 1);
  k->h[(j + 1) * MOST + j] = norm;
  if (!(norm > 1e-14 * before)) return false;
  cblas_dscal(n, 1 / norm, next, 1);
  return true;
}

/* Whether, of the eigenvalues that m vectors show, the largest stands out, and is one of W's. */
static bool look(krylov *k, int m, double *re, double *im) {
  for (int i = 0; i < m; i++) memcpy(k->h_m + i * m, k->h + i * MOST, (size_t)m * sizeof *k->h);
  if (r2s_finite_check("h_m", k->h_m, (size_t)m, (size_t)m, NULL) != R2S_OK) return false;
  if (LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'V', m, k->h_m, m, k->re, k->im, NULL, m, k->vectors, m) != 0)
    return false;
  const r2s_model_largest largest = r2s_model_largest_of(k->re, k->im, m);
  const bool pair = k->im[largest.at] != 0; /* the conjugate is the next one */
  const double *last = k->vectors + (m - 1) * m + largest.at;
  *re = k->re[largest.at];
  *im = fabs(k->im[largest.at]);
  const double residual = k->h[m * MOST + m - 1] * (pair ? hypot(last[0], last[1]) : fabs(last[0]));
  return largest.stands_out && residual <= 1e-12 * largest.radius;
}

r2s_status r2s_model_outlier(const double *W, int n, double *re, double *im, r2s_error *err) {
  r2s_status st = R2S_OK;
  krylov *k = NULL;
  bool found = false;
  const int most = n / 2 < MOST ? n / 2 : MOST;
  if (most < FIRST) goto done;
  R2S_ALLOC(st, &k, 1, "Krylov space", err);
  R2S_ALLOC(st, &k->v, (size_t)(MOST + 1) * (size_t)n, "Krylov space", err);
  const int threads = use_threads(1);
  begin(k, n);
  bool more = true;
  for (int m = 0, next = FIRST; more && !found && m < most; next = 2 * next < most ? 2 * next : most) {
    while (more && m < next) more = extend(k, W, n, m++);
    found = look(k, m, re, im);
  }
  use_threads(threads);
done:
  if (!found) *re = *im = NAN;
  if (k) free(k->v);
  free(k);
  return st;
}

double r2s_model_bulk_radius(const double *W, int n) {
  double square = 0;
  for (int j = 0; j < n; j++) {
    double sum = 0, sum2 = 0;
    for (int i = 0; i < n; i++) {
      const double w = W[(size_t)i * (size_t)n + (size_t)j];
      sum += w;
      sum2 += w * w;
    }
    square += sum2 / n - sum / n * (sum / n);
  }
  return sqrt(fmax(square, 0));
}
