/* SPDX-License-Identifier: MIT
 * What an inspection tells of a weight matrix's eigenvalues: its radius, and whether one stands out of the
 * bulk (as training makes it). */
#include "io/io_spectrum.h"

#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "model/model_spectrum.h"

static void describe(double re, double im, r2s_model_largest largest, int n, r2s_inspection *out) {
  out->outlier_re = re;
  out->outlier_im = fabs(im);
  out->spectral_radius = largest.radius;
  out->bulk_radius = largest.others;
  out->outlier = n > 1 && largest.stands_out;
}

/* From all eigenvalues. */
static r2s_status describe_all(double *W, int n, r2s_inspection *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *re = NULL, *im = NULL;
  R2S_ALLOC(st, &re, (size_t)n, "eigenvalues", err);
  R2S_ALLOC(st, &im, (size_t)n, "eigenvalues", err);
  R2S_TRY(st, r2s_model_eigenvalues(W, n, re, im, err));
  const r2s_model_largest largest = r2s_model_largest_of(re, im, n);
  describe(re[largest.at], im[largest.at], largest, n, out);
done:
  free(re);
  free(im);
  return st;
}

r2s_status r2s_io_spectrum(double *W, int n, r2s_inspection *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_model_largest largest;
  double re, im;
  if (n > R2S_MAX_SPECTRUM) {
    R2S_TRY(st, r2s_model_outlier(W, n, &out->outlier_re, &out->outlier_im, err));
    out->spectral_radius = hypot(out->outlier_re, out->outlier_im);
    out->outlier = isfinite(out->spectral_radius);
    out->bulk_radius = NAN;
    goto done;
  }
  R2S_TRY(st, r2s_model_leading(W, n, &re, &im, &largest, err));
  if (isfinite(re))
    describe(re, im, largest, n, out);
  else
    st = describe_all(W, n, out, err);
done:
  return st;
}
