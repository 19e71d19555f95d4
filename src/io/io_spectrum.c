/* SPDX-License-Identifier: MIT
 * Eigenvalues of a weight matrix: its radius, and whether one stands out of the bulk (as training makes it).
 */
#include "io/io_spectrum.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"

static const double stands_out = 1.2;

r2s_status r2s_io_spectrum(double *W, int n, r2s_inspection *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *re = NULL, *im = NULL;
  int largest = 0, info;
  R2S_ALLOC(st, &re, (size_t)n, "eigenvalues", err);
  R2S_ALLOC(st, &im, (size_t)n, "eigenvalues", err);
  /* the transpose has the same eigenvalues, and needs no copy */
  info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, W, n, re, im, NULL, 1, NULL, 1);
  if (info != 0) {
    st = r2s_fail(err, R2S_ERR_NUMERIC, "eigenvalues of w: LAPACK's dgeev failed with %d", info);
    goto done;
  }
  for (int k = 1; k < n; k++)
    if (hypot(re[k], im[k]) > hypot(re[largest], im[largest])) largest = k;
  out->outlier_re = re[largest];
  out->outlier_im = fabs(im[largest]);
  out->spectral_radius = hypot(re[largest], im[largest]);
  out->bulk_radius = 0;
  for (int k = 0; k < n; k++) {
    bool itself = k == largest || (re[k] == re[largest] && im[k] == -im[largest] && im[k] != 0);
    if (!itself) out->bulk_radius = fmax(out->bulk_radius, hypot(re[k], im[k]));
  }
  out->outlier = n > 1 && out->spectral_radius > 0 && out->spectral_radius >= stands_out * out->bulk_radius;
done:
  free(re);
  free(im);
  return st;
}
