/* SPDX-License-Identifier: MIT
 * Eigenvalues of a weight matrix W [n x n], and the radius that random-matrix theory gives their bulk. */
#ifndef R2S_MODEL_SPECTRUM_H
#define R2S_MODEL_SPECTRUM_H

#include "base/base_error.h"

/* Sets the threads of OpenBLAS, where BLAS is OpenBLAS: its own only get in each other's way on matrices of a
 * network's size, and a result should not depend on how many there are. Returns how many there were, for the
 * caller's own work to find again. */
int r2s_model_blas_threads(int n);

/* All of them: re [n], im [n]. W is overwritten. Some 25 n^3 operations: minutes for 4000 units.
 * R2S_ERR_NUMERIC where a number of W is not finite, or LAPACK finds no eigenvalues. */
R2S_MUST_CHECK r2s_status r2s_model_eigenvalues(double *W, int n, double *re, double *im, r2s_error *err);

/* Of eigenvalues, the one that is largest in magnitude. */
typedef struct r2s_model_largest {
  int at;          /* its number; of a conjugate pair the first */
  double radius;   /* its magnitude */
  int next;        /* the number of the largest of the others, its conjugate aside; -1: none */
  double others;   /* the magnitude of that; 0: none, or nothing but rounding */
  bool stands_out; /* above 0, and at least R2S_MODEL_STANDS_OUT times as large as all others */
} r2s_model_largest;
#define R2S_MODEL_STANDS_OUT 1.2
r2s_model_largest r2s_model_largest_of(const double *re, const double *im, int n); /* n > 0 */

/* The largest where it stands out, as that of a network under Dale's law does; im >= 0. By Arnoldi's
 * iteration: some 30 products with W. A multiple one is taken for one. NaN: none was found; one of less
 * than 1.25 times the others may be missed, and all are with fewer than 32 units. */
R2S_MUST_CHECK r2s_status r2s_model_outlier(const double *W, int n, double *re, double *im, r2s_error *err);

/* The largest, as re and im >= 0, and how large the others are, by Arnoldi's iteration with some 10 sqrt(n)
 * products: as good as r2s_model_eigenvalues, in a quarter of the time for 3000 units. largest->at and next
 * are of no use. NaN: they did not settle, or are fewer than 1000 units', and it takes all eigenvalues. */
R2S_MUST_CHECK r2s_status r2s_model_leading(const double *W, int n, double *re, double *im,
                                            r2s_model_largest *largest, r2s_error *err);

/* sqrt(sum over columns j of var_i W_ij): the bulk's radius of a random matrix with these column variances
 * (Rajan, Abbott 2006). */
double r2s_model_bulk_radius(const double *W, int n);

#endif
