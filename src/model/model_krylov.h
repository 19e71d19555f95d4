/* SPDX-License-Identifier: MIT
 * A few eigenvalues of a large matrix by Arnoldi's iteration (Saad 2011, Numerical Methods for Large
 * Eigenvalue Problems, section 6.2). */
#ifndef R2S_MODEL_KRYLOV_H
#define R2S_MODEL_KRYLOV_H

#include "base/base_error.h"

/* y [n] = W x */
typedef void (*r2s_krylov_product)(const void *matrix, const double *x, double *y);

/* An orthonormal basis of the vectors W^k v, and W in it: W v_j = sum_i h_ij v_i. */
typedef struct r2s_krylov {
  int n, most; /* units, and columns of h at most */
  r2s_krylov_product product;
  const void *matrix;
  double *v;       /* [most + 1 x n] */
  double *h;       /* [most + 1 x most] */
  double *h_m;     /* its first m rows and columns, overwritten */
  double *vectors; /* [m x m] the eigenvectors of these; of a conjugate pair real and imaginary part */
  double *re, *im; /* [m] and eigenvalues */
  double *part;    /* [most + 1] scratch */
  double *kept;    /* [2 x n] likewise */
} r2s_krylov;

/* Free it whatever comes of this. */
R2S_MUST_CHECK r2s_status r2s_krylov_create(r2s_krylov *out, int n, int most, r2s_krylov_product product,
                                            const void *matrix, r2s_error *err);
void r2s_krylov_free(r2s_krylov *k);
/* Vector j: random, orthogonal to those before. */
void r2s_krylov_begin(r2s_krylov *k, int j);
/* Vector j + 1 from W times vector j. False: there is no further one, and what those so far show is exact. */
bool r2s_krylov_extend(r2s_krylov *k, int j);
/* Eigenvalues and eigenvectors of what m vectors show. False: LAPACK finds none. */
bool r2s_krylov_look(r2s_krylov *k, int m);
/* How far number `at` of them, and its vector, are from being W's: |W x - lambda x|. */
double r2s_krylov_residual(const r2s_krylov *k, int m, int at);
/* Replaces the basis by the eigenvector of number `at`, or the two of a pair, of which `at` is the first;
 * gives how many there are. A basis that is begun behind them shows W's other eigenvalues beside these. */
int r2s_krylov_keep(r2s_krylov *k, int m, int at);

#endif
