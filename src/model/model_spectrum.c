/* SPDX-License-Identifier: MIT
 * Eigenvalues by LAPACK, and the one that stands out by Arnoldi's iteration. */
#include "model/model_spectrum.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>

#include "base/base_finite.h"
#include "model/model_krylov.h"

/* OpenBLAS's, where BLAS is OpenBLAS. Its threads only get in each other's way on matrices of this size, and
 * a result should not depend on how many there are. */
extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int openblas_get_num_threads(void) __attribute__((weak));

int r2s_model_blas_threads(int n) {
  if (!openblas_set_num_threads || !openblas_get_num_threads) return n;
  const int before = openblas_get_num_threads();
  openblas_set_num_threads(n);
  return before;
}

r2s_status r2s_model_eigenvalues(double *W, int n, double *re, double *im, r2s_error *err) {
  /* LAPACKE refuses NaN alone; where a number is infinite LAPACK reads and writes beyond its arrays */
  const r2s_status st = r2s_finite_check("W", W, (size_t)n, (size_t)n, err);
  if (st != R2S_OK) return r2s_fail_context(err, st, "eigenvalues of a %d x %d matrix", n, n);
  const int threads = r2s_model_blas_threads(1);
  /* column-major: the transposed matrix has the same eigenvalues, and no copy is made */
  lapack_int info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, W, n, re, im, NULL, 1, NULL, 1);
  r2s_model_blas_threads(threads);
  if (info == 0) return R2S_OK;
  return r2s_fail(err, info == LAPACK_WORK_MEMORY_ERROR ? R2S_ERR_MEMORY : R2S_ERR_NUMERIC,
                  "eigenvalues of a %d x %d matrix: dgeev says %d", n, n, (int)info);
}

r2s_model_largest r2s_model_largest_of(const double *re, const double *im, int n) {
  r2s_model_largest out = {.next = -1};
  for (int k = 1; k < n; k++)
    if (hypot(re[k], im[k]) > hypot(re[out.at], im[out.at])) out.at = k;
  for (int k = 0; k < n; k++) {
    const bool conjugate = re[k] == re[out.at] && im[k] == -im[out.at] && im[k] != 0;
    if (k == out.at || conjugate || !(hypot(re[k], im[k]) > out.others)) continue;
    out.next = k;
    out.others = hypot(re[k], im[k]);
  }
  out.radius = hypot(re[out.at], im[out.at]);
  if (out.others <= n * DBL_EPSILON * out.radius) { /* LAPACK's rounding, machine by machine */
    out.next = -1;
    out.others = 0;
  }
  out.stands_out = out.radius > 0 && out.radius >= R2S_MODEL_STANDS_OUT * out.others;
  return out;
}

/* Vectors before the first look, and the most; twice as many from look to look. An eigenvalue converges as
 * the ratio of the next one to it, to the power of the vectors: 128 of them find what is 1.25 times as large.
 */
enum { FIRST = 16, MOST = 128 };

typedef struct dense {
  const double *W;
  int n;
} dense;

static void dense_product(const void *matrix, const double *x, double *y) {
  const dense *d = matrix;
  cblas_dgemv(CblasRowMajor, CblasNoTrans, d->n, d->n, 1, d->W, d->n, x, 1, 0, y, 1);
}

/* Whether, of the eigenvalues that m vectors show, the largest stands out, and is one of W's. */
static bool look(r2s_krylov *k, int m, double *re, double *im) {
  if (!r2s_krylov_look(k, m)) return false;
  const r2s_model_largest largest = r2s_model_largest_of(k->re, k->im, m);
  *re = k->re[largest.at];
  *im = fabs(k->im[largest.at]);
  return largest.stands_out && r2s_krylov_residual(k, m, largest.at) <= 1e-12 * largest.radius;
}

r2s_status r2s_model_outlier(const double *W, int n, double *re, double *im, r2s_error *err) {
  r2s_status st = R2S_OK;
  const dense matrix = {W, n};
  r2s_krylov k = {0};
  bool found = false, more = true;
  const int most = n / 2 < MOST ? n / 2 : MOST;
  if (most < FIRST) goto done;
  R2S_TRY(st, r2s_krylov_create(&k, n, most, dense_product, &matrix, err));
  const int threads = r2s_model_blas_threads(1);
  r2s_krylov_begin(&k, 0);
  for (int m = 0, next = FIRST; more && !found && m < most; next = 2 * next < most ? 2 * next : most) {
    while (more && m < next) more = r2s_krylov_extend(&k, m++);
    found = look(&k, m, re, im);
  }
  r2s_model_blas_threads(threads);
done:
  if (!found) *re = *im = NAN;
  r2s_krylov_free(&k);
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
