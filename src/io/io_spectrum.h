/* SPDX-License-Identifier: MIT
 * Eigenvalues of a weight matrix. */
#ifndef R2S_IO_SPECTRUM_H
#define R2S_IO_SPECTRUM_H

#include "rate2spike/io.h"

/* Fills spectral_radius, outlier_*, outlier, bulk_radius. W [n x n] is overwritten. */
R2S_MUST_CHECK r2s_status r2s_io_spectrum(double *W, int n, r2s_inspection *out, r2s_error *err);

#endif
