/* SPDX-License-Identifier: MIT
 * Eigenvalues by LAPACK. */
#include "report/report_spectrum.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"

/* OpenBLAS's, where LAPACK is OpenBLAS. Its threads only get in each other's way on matrices of this size,
 * and a result should not depend on how many there are. */
extern void openblas_set_num_threads(int n) __attribute__((weak));

r2s_status r2s_spectrum(const double *W, int n, double *re, double *im, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *copy = NULL;
  R2S_ALLOC(st, &copy, (size_t)n * (size_t)n, "matrix for its eigenvalues", err);
  memcpy(copy, W, (size_t)n * (size_t)n * sizeof *copy);
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  /* column-major: the transposed matrix has the same eigenvalues, and no copy is made */
  lapack_int info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, copy, n, re, im, NULL, 1, NULL, 1);
  if (info != 0)
    st = r2s_fail(err, R2S_ERR_NUMERIC, "eigenvalues of a %d x %d matrix: dgeev says %d", n, n, (int)info);
done:
  free(copy);
  return st;
}

double r2s_spectrum_bulk_radius(const double *W, int n) {
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
