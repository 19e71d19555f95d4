/* SPDX-License-Identifier: MIT
 * Eigenvalues of a weight matrix, and the radius that random-matrix theory gives their bulk. */
#ifndef R2S_REPORT_SPECTRUM_H
#define R2S_REPORT_SPECTRUM_H

#include "base/base_error.h"

/* Eigenvalues of W [n x n]: re [n], im [n]. */
R2S_MUST_CHECK r2s_status r2s_spectrum(const double *W, int n, double *re, double *im, r2s_error *err);

/* sqrt(sum over columns j of var_i W_ij): the bulk's radius of a random matrix with these column variances
 * (Rajan, Abbott 2006). */
double r2s_spectrum_bulk_radius(const double *W, int n);

#endif
