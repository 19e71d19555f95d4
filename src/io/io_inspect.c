/* SPDX-License-Identifier: MIT
 * What is in a model file, and what is wrong or odd about it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_sort.h"
#include "io/io_model.h"
#include "io/io_spectrum.h"

/* A synaptic decay time outside of this is rather a mistake of units. */
static const double odd_below_ms = 5, odd_above_ms = 1000;
/* Where all of them are slower than this, ms may have been written for rate steps (20..100 ms for 4..20
 * steps). */
static const double slow_least_ms = 75;

static r2s_status describe_taus(const r2s_model *model, r2s_inspection *out, r2s_findings *findings,
                                r2s_error *err) {
  size_t n = (size_t)model->n;
  double *tau;
  r2s_status st = r2s_alloc(&tau, n, sizeof *tau, "time constants", err);
  if (st != R2S_OK) return st;
  r2s_model_tau_d_ms(model, tau);
  r2s_sort(tau, n);
  out->tau_min_ms = tau[0];
  out->tau_max_ms = tau[n - 1];
  out->tau_median_ms = (tau[(n - 1) / 2] + tau[n / 2]) / 2;
  free(tau);
  if (model->tau_min_ms < 1)
    r2s_findings_add(
        findings, false, "taus",
        "the least tau_d is %g ms; expected %g to %g: were taus written in seconds, not in rate steps of "
        "%g ms?",
        model->tau_min_ms, odd_below_ms, odd_above_ms, model->dt_ms);
  else if (model->tau_min_ms < odd_below_ms)
    r2s_findings_add(findings, false, "taus", "the least tau_d is %g ms; expected %g to %g",
                     model->tau_min_ms, odd_below_ms, odd_above_ms);
  else if (model->tau_min_ms >= slow_least_ms && model->tau_max_ms >= 2 * slow_least_ms)
    r2s_findings_add(
        findings, false, "taus",
        "tau_d is %g to %g ms, that is %g to %g rate steps: were taus written in ms, not in rate steps of "
        "%g ms?",
        model->tau_min_ms, model->tau_max_ms, model->tau_min_ms / model->dt_ms,
        model->tau_max_ms / model->dt_ms, model->dt_ms);
  else if (model->tau_max_ms > odd_above_ms)
    r2s_findings_add(findings, false, "taus", "the greatest tau_d is %g ms; expected %g to %g",
                     model->tau_max_ms, odd_below_ms, odd_above_ms);
  return R2S_OK;
}

/* Counts edges and cells; units without any edge, and units of both signs, are told. */
static void describe_edges(const r2s_model *model, const double *W, r2s_inspection *out,
                           r2s_findings *findings) {
  int n = model->n, mixed = 0, silent = 0;
  for (int j = 0; j < n; j++) {
    int positive = 0, negative = 0, received = 0;
    for (int i = 0; i < n; i++) {
      double weight = W[(size_t)i * (size_t)n + (size_t)j];
      positive += weight > 0;
      negative += weight < 0;
      received += W[(size_t)j * (size_t)n + (size_t)i] != 0;
      if (weight != 0 && i == j) out->autapses++;
    }
    out->edges += positive + negative;
    mixed += positive > 0 && negative > 0;
    silent += positive + negative + received == 0;
    out->n_inh += model->sign[j] < 0;
  }
  out->n_exc = n - out->n_inh;
  out->density = (double)out->edges / ((double)n * n);
  if (out->edges == 0) r2s_findings_add(findings, false, "w", "no edge is left: all effective weights are 0");
  if (mixed > 0)
    r2s_findings_add(findings, false, "w", "%d of %d units both excite and inhibit: Dale's law does not hold",
                     mixed, n);
  if (model->dale && out->n_exc == 0)
    r2s_findings_add(findings, false, "m", "no unit is excitatory: the units can only silence each other");
  if (silent > 0 && out->edges > 0)
    r2s_findings_add(findings, false, "w", "%d of %d units have no edge at all", silent, n);
}

static int zero_rows(const double *values, int rows, int columns, int row_step, int column_step) {
  int zero = 0;
  for (int i = 0; i < rows; i++) {
    bool all = true;
    for (int j = 0; all && j < columns; j++)
      all = values[(size_t)i * (size_t)row_step + (size_t)j * (size_t)column_step] == 0;
    zero += all;
  }
  return zero;
}

static void describe_interfaces(const r2s_model *model, r2s_findings *findings) {
  int no_output = zero_rows(model->w_out, model->n_out, model->n, model->n, 1);
  int no_input = zero_rows(model->w_in, model->n_in, model->n, 1, model->n_in);
  if (no_output > 0)
    r2s_findings_add(findings, false, "w_out", "%d of %d outputs read no unit: their weights are all 0",
                     no_output, model->n_out);
  if (no_input > 0)
    r2s_findings_add(findings, false, "w_in",
                     "%d of %d input channels reach no unit: their weights are all 0", no_input, model->n_in);
  size_t odd = 0, n = (size_t)model->n;
  for (size_t k = 0; k < n * n; k++) odd += model->som_mask[k] != 0 && model->som_mask[k] != 1;
  if (odd > 0) r2s_findings_add(findings, false, "som_m", "%zu values are neither 0 nor 1", odd);
}

/* The networks are in single precision, and refuse what that can't hold. */
static void describe_precision(const r2s_model *model, r2s_findings *findings) {
  const size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  const struct {
    const char *name;
    const double *values;
    size_t rows, columns;
  } arrays[] = {{"w", model->w, n, n},
                {"w_in", model->w_in, n, n_in},
                {"w_out", model->w_out, n_out, n},
                {"b_out", model->b_out, n_out, 1},
                {"taus_gaus", model->taus_gaus, n, 1}};
  for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) {
    const size_t count = arrays[a].rows * arrays[a].columns;
    size_t k = 0;
    while (k < count && isfinite((float)arrays[a].values[k])) k++;
    if (k < count)
      r2s_findings_add(
          findings, false, arrays[a].name,
          "found %g in row %zu, column %zu (from 1): no number of single precision, up to 3.4e38, "
          "so that no network can be made of it",
          arrays[a].values[k], k / arrays[a].columns + 1, k % arrays[a].columns + 1);
  }
}

/* Weights that the mask makes infinite have no eigenvalues: a finding beside all else. */
static r2s_status describe_spectrum(double *W, int n, r2s_inspection *out, r2s_findings *findings,
                                    r2s_error *err) {
  r2s_error why;
  const r2s_status st = r2s_io_spectrum(W, n, out, &why);
  if (st == R2S_OK) return st;
  if (st != R2S_ERR_NUMERIC) return r2s_fail(err, st, "%s", why.msg);
  out->spectral_radius = out->outlier_re = out->outlier_im = out->bulk_radius = NAN;
  r2s_findings_add(findings, false, "w", "%s", why.msg);
  return R2S_OK;
}

static r2s_status describe(const r2s_model *model, r2s_inspection *out, r2s_findings *findings,
                           r2s_error *err) {
  size_t n = (size_t)model->n;
  double *W = NULL;
  r2s_status st = R2S_OK;
  out->loaded = true;
  out->n = model->n, out->n_in = model->n_in, out->n_out = model->n_out;
  R2S_ALLOC(st, &W, n * n, "effective weights", err);
  R2S_TRY(st, describe_taus(model, out, findings, err));
  r2s_model_effective_w(model, false, W);
  describe_edges(model, W, out, findings);
  describe_interfaces(model, findings);
  describe_precision(model, findings);
  st = describe_spectrum(W, model->n, out, findings, err);
done:
  free(W);
  return st;
}

/* The labels exc and inh beside the signs that the dynamics use. */
static void compare_labels(const r2s_mat *mat, const r2s_model *model, r2s_findings *findings) {
  static const char *const labels[] = {"exc", "inh"};
  r2s_mat nameless = *mat; /* borrows; messages of it begin with ": ", and a long path can't fill them */
  nameless.path = "";
  for (int l = 0; l < 2; l++) {
    r2s_mat_shape shape = {(size_t)model->n, 1, true};
    double *values = NULL;
    r2s_error failure;
    if (!r2s_mat_find(mat, labels[l])) continue;
    r2s_status st = r2s_mat_matrix(&nameless, labels[l], &shape, &values, &failure);
    findings->no_memory |= st == R2S_ERR_MEMORY;
    if (st != R2S_OK) {
      r2s_findings_add(findings, true, labels[l], "%s", failure.msg + strspn(failure.msg, ": "));
      continue;
    }
    int wrong = 0, first = 0;
    for (int i = model->n; i-- > 0;)
      if ((values[i] != 0) != (l == 0 ? model->sign[i] > 0 : model->sign[i] < 0)) wrong++, first = i + 1;
    if (wrong > 0)
      r2s_findings_add(
          findings, true, labels[l],
          "%d of %d units are labelled otherwise than m has them (first: unit %d, from 1); the dynamics "
          "follow m",
          wrong, model->n, first);
    free(values);
  }
}

static void lint_mat(const r2s_mat *mat, const r2s_model *model, r2s_findings *findings) {
  size_t negative = 0, n = (size_t)model->n;
  compare_labels(mat, model, findings);
  for (size_t k = 0; model->dale && k < n * n; k++) negative += model->w[k] < 0;
  if (negative > 0)
    r2s_findings_add(
        findings, false, "w",
        "%zu weights are negative before the signs of m are applied, against Dale's law: taken as absent "
        "edges here, but the authors' MATLAB code would use them with the wrong sign",
        negative);
  for (int k = 0; k < mat->n; k++) {
    const r2s_mat_var *var = &mat->vars[k];
    size_t bad = 0;
    if (var->count == 1 && strncmp(var->name, "eval_", 5) == 0) continue; /* NaN: unknown */
    for (size_t i = 0; var->numeric && i < var->count; i++) bad += !isfinite(var->values[i]);
    if (bad > 0)
      r2s_findings_add(findings, false, var->name,
                       "%zu of %zu values are not finite (not needed to simulate)", bad, var->count);
  }
}

static void inspect_mat(r2s_model *model, const void *bytes, size_t size, r2s_inspection *out,
                        r2s_model_reader *reader) {
  r2s_error failure;
  r2s_mat mat;
  bool v5 = r2s_mat_kind_of(bytes, size) == R2S_MAT_V5;
  snprintf(out->format, sizeof out->format, "%s", v5 ? "mat v5" : "mat v7.3");
  r2s_status st = r2s_mat_read(&mat, reader->path, bytes, size, &failure);
  if (st != R2S_OK)
    r2s_model_reader_note(reader, "file", st, &failure);
  else if (r2s_model_read_mat(model, &mat, reader) == R2S_OK)
    lint_mat(&mat, model, reader->findings);
  r2s_mat_free(&mat);
}

r2s_status r2s_model_inspect(const char *path, r2s_inspection *out, r2s_model *model, r2s_error *err) {
  char *bytes = NULL;
  size_t size = 0;
  r2s_model found = {0};
  r2s_findings findings = {0};
  r2s_model_reader reader = {.path = path, .findings = &findings};
  *out = (r2s_inspection){0};
  if (model) *model = found;
  r2s_status st = r2s_io_read_all(path, &bytes, &size, err);
  if (st != R2S_OK) return st;
  switch (r2s_model_format_of(bytes, size)) {
  case R2S_MODEL_H5:
    snprintf(out->format, sizeof out->format, "hdf5");
    st = r2s_model_read_h5(&found, bytes, size, &reader);
    break;
  case R2S_MODEL_MAT:
    inspect_mat(&found, bytes, size, out, &reader);
    break;
  case R2S_MODEL_UNKNOWN:
    R2S_MODEL_NOTE(&reader, "file", r2s_model_fail_format(path, bytes, size, failure));
    break;
  }
  free(bytes);
  st = found.n > 0 ? describe(&found, out, &findings, err) : R2S_OK;
  if (st == R2S_OK && findings.no_memory) st = r2s_fail(err, R2S_ERR_MEMORY, "%s: out of memory", path);
  out->n_findings = findings.n;
  out->findings = findings.list;
  if (model && st == R2S_OK)
    *model = found;
  else
    r2s_model_free(&found);
  if (st != R2S_OK) r2s_inspection_free(out);
  return st;
}

void r2s_inspection_free(r2s_inspection *inspection) {
  if (!inspection) return;
  free(inspection->findings);
  *inspection = (r2s_inspection){0};
}
