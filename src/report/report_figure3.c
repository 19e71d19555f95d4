/* SPDX-License-Identifier: MIT
 * Figure 3: weight matrix and spectra, learning curve, rate curve. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_sort.h"
#include "model/model_spectrum.h"
#include "report/report_figure.h"

static bool gets_no_inhibition(const r2s_model *model, int i) {
  const double *mask = model->som_mask + (size_t)i * (size_t)model->n;
  for (int j = 0; j < model->n; j++)
    if (model->sign[j] < 0 && mask[j] != 0) return false;
  return true;
}

/* Of net.som_n they are the first inhibitory ones; another's network may have them anywhere. */
static bool is_som(const r2s_model *model, int i) {
  return model->dale && model->sign[i] < 0 && gets_no_inhibition(model, i);
}

int r2s_figure_som_units(const r2s_model *model) {
  int n_som = 0;
  for (int i = 0; i < model->n; i++) n_som += is_som(model, i);
  return n_som;
}

/* Order of units: E, SOM, then the other I. Gives the number of E units. */
static int order_units(const r2s_model *model, int *order) {
  int k = 0, n_exc = 0;
  for (int pass = 0; pass < 3; pass++) {
    for (int i = 0; i < model->n; i++)
      if ((model->sign[i] > 0 ? 0 : is_som(model, i) ? 1 : 2) == pass) order[k++] = i;
    if (pass == 0) n_exc = k;
  }
  return n_exc;
}

/* A panel is some 480 dots wide: units of larger networks are taken together, so many in a row and column. */
enum { MOST_CELLS = 400 };
int r2s_figure_cell(int n) {
  return (n + MOST_CELLS - 1) / MOST_CELLS;
}

/* Mean of W over the block of units from (i, j) on, in sorted order. */
static double block_mean(const r2s_model *model, const double *W, const int *order, int i, int j, int size) {
  double sum = 0;
  int count = 0;
  for (int p = i; p < i + size && p < model->n; p++)
    for (int q = j; q < j + size && q < model->n; q++, count++)
      sum += W[(size_t)order[p] * (size_t)model->n + (size_t)order[q]];
  return sum / count;
}

/* The matrix as an image. Gives the 95th percentile of |W| over the cells that are not 0: the end of the
 * colour scale; clipped: whether there are stronger ones. sizes [n x n] is scratch. */
static double put_weights(const r2s_model *model, const double *W, const int *order, double *sizes,
                          r2s_text *data, bool *clipped) {
  const int size = r2s_figure_cell(model->n);
  size_t count = 0;
  r2s_text_add(data, "# W after training%s: a row for each receiving unit\n",
               model->dale ? ", units sorted E, then I, SOM units first" : "");
  if (size > 1) r2s_text_add(data, "# means over %d x %d units\n", size, size);
  for (int i = 0; i < model->n; i += size)
    for (int j = 0; j < model->n; j += size) {
      const double w = block_mean(model, W, order, i, j, size);
      if (w != 0) sizes[count++] = fabs(w);
      r2s_text_add(data, "%.4g%c", w, j + size < model->n ? ' ' : '\n');
    }
  r2s_sort(sizes, count);
  const double limit = count ? sizes[(count - 1) * 95 / 100] : 1;
  *clipped = count && sizes[count - 1] > limit;
  return limit;
}

/* Eigenvalues of W [n x n], which is overwritten: all, or of many units' the pair that stands out. */
static r2s_status put_spectrum(double *W, int n, const char *title, r2s_text *data, double *radius,
                               double *reach, r2s_error *err) {
  r2s_status st = R2S_OK;
  const bool all = n <= R2S_MAX_SPECTRUM;
  const int count = all ? n : 2;
  double *re = NULL, *im = NULL;
  R2S_ALLOC(st, &re, (size_t)count, "eigenvalues", err);
  R2S_ALLOC(st, &im, (size_t)count, "eigenvalues", err);
  *radius = r2s_model_bulk_radius(W, n);
  if (all) {
    R2S_TRY(st, r2s_model_eigenvalues(W, n, re, im, err));
  } else {
    R2S_TRY(st, r2s_model_outlier(W, n, re, im, err));
    re[1] = re[0], im[1] = -im[0];
  }
  r2s_text_add(data, "# eigenvalues of W %s training%s: re im\n", title, all ? "" : ", those that stand out");
  *reach = fmax(*reach, *radius);
  for (int k = 0; k < count; k++) {
    r2s_text_add(data, "%.8g %.8g\n", re[k], im[k]);
    *reach = fmax(*reach, hypot(re[k], im[k])); /* not a number: none stands out */
  }
  r2s_text_put(data, "\n\n");
done:
  free(re);
  free(im);
  return st;
}

r2s_status r2s_figure_structure(r2s_figure *figure, r2s_error *err) {
  const r2s_model *model = &figure->folder->model;
  r2s_status st = R2S_OK;
  r2s_text weights = {0}, spectrum = {0};
  double *W = NULL, radius = NAN, radius0 = NAN, reach = 1, reach0 = 1;
  double *sizes = NULL;
  int *order = NULL;
  r2s_figure_number(figure, "has_model", model->n > 0, NULL);
  r2s_figure_number(figure, "has_initial", model->n > 0 && model->w0,
                    "whether the untrained weights are known");
  if (model->n == 0) return R2S_OK;
  const size_t n = (size_t)model->n;
  R2S_ALLOC(st, &W, n * n, "weights", err);
  R2S_ALLOC(st, &sizes, n * n, "sizes of weights", err);
  R2S_ALLOC(st, &order, n, "order of units", err);
  const int n_exc = order_units(model, order);
  r2s_model_effective_w(model, false, W);
  bool clipped;
  const double limit = put_weights(model, W, order, sizes, &weights, &clipped);
  R2S_TRY(st, put_spectrum(W, model->n, "after", &spectrum, &radius, &reach, err));
  if (model->w0) {
    r2s_model_effective_w(model, true, W);
    R2S_TRY(st, put_spectrum(W, model->n, "before", &spectrum, &radius0, &reach0, err));
  }
  r2s_figure_number(figure, "n_units", model->n, NULL);
  r2s_figure_number(figure, "n_exc", n_exc, NULL);
  r2s_figure_number(figure, "n_som", r2s_figure_som_units(model), "first I units, which get no inhibition");
  r2s_figure_number(figure, "cell", r2s_figure_cell(model->n), "units a cell of A");
  r2s_figure_number(figure, "has_types", model->dale, "Dale's law: E and I units");
  r2s_figure_number(figure, "w_limit", limit,
                    "end of the colour scale: 95th percentile of |W| over what is not 0");
  r2s_figure_number(figure, "w_clipped", clipped, "whether there are stronger ones");
  r2s_figure_number(figure, "bulk_radius", radius, "sqrt(sum_j var_i W_ij) after training");
  r2s_figure_number(figure, "bulk_radius_before", radius0, "and before");
  r2s_figure_number(figure, "spectrum_limit", r2s_figure_axis(1.1 * reach),
                    "ends of the axes of B, after training");
  r2s_figure_number(figure, "spectrum_limit_before", r2s_figure_axis(1.1 * reach0), "and before");
  R2S_TRY(st, r2s_figure_data(figure, "weights", &weights, err));
  R2S_TRY(st, r2s_figure_data(figure, "spectrum", &spectrum, err));
done:
  free(W);
  free(sizes);
  free(order);
  r2s_text_free(&weights);
  r2s_text_free(&spectrum);
  return st;
}

/* Of tau, the share in percent of the units of one sign (0: of all) in each of TAU_BINS equal bins of
 * low..high. */
enum { TAU_BINS = 16 };
static void count_tau(const r2s_model *model, const double *tau_ms, int sign, double share[TAU_BINS]) {
  const double low = model->tau_min_ms, width = (model->tau_max_ms - low) / TAU_BINS;
  int n = 0;
  memset(share, 0, TAU_BINS * sizeof *share);
  for (int i = 0; i < model->n; i++) {
    const int bin = (int)((tau_ms[i] - low) / width);
    if (sign != 0 && model->sign[i] != sign) continue;
    share[bin < 0 ? 0 : bin >= TAU_BINS ? TAU_BINS - 1 : bin]++;
    n++;
  }
  for (int k = 0; k < TAU_BINS && n > 0; k++) share[k] *= 100.0 / n;
}

r2s_status r2s_figure_time_constants(r2s_figure *figure, r2s_error *err) {
  const r2s_model *model = &figure->folder->model;
  const bool varied = model->n > 0 && model->tau_max_ms > model->tau_min_ms;
  r2s_status st = R2S_OK;
  r2s_text data = {0};
  double *tau_ms = NULL, share[3][TAU_BINS];
  r2s_figure_number(figure, "has_tau", varied, "whether each unit has a synaptic decay time of its own");
  if (!varied) return R2S_OK;
  const double width = (model->tau_max_ms - model->tau_min_ms) / TAU_BINS;
  const bool started = model->taus_gaus0 != NULL;
  R2S_ALLOC(st, &tau_ms, (size_t)model->n, "time constants", err);
  r2s_model_tau_d_ms(model, tau_ms);
  count_tau(model, tau_ms, model->dale ? 1 : 0, share[0]);
  count_tau(model, tau_ms, -1, share[1]);
  if (started) {
    r2s_model before = *model; /* borrows all */
    before.taus_gaus = before.taus_gaus0;
    r2s_model_tau_d_ms(&before, tau_ms);
    count_tau(model, tau_ms, 0, share[2]);
  }
  r2s_text_add(&data, "# units by tau_d, in percent\n# from_ms to_ms %s of_all_before\n",
               model->dale ? "of_E of_I" : "of_all -");
  for (int k = 0; k < TAU_BINS; k++) {
    const double from_ms = model->tau_min_ms + k * width;
    r2s_text_add(&data, "%.6g %.6g %.4g %.4g", from_ms, from_ms + width, share[0][k], share[1][k]);
    r2s_text_add(&data, " %.4g\n", started ? share[2][k] : NAN);
  }
  r2s_figure_number(figure, "tau_low", model->tau_min_ms, NULL);
  r2s_figure_number(figure, "tau_high", model->tau_max_ms, NULL);
  r2s_figure_number(figure, "tau_tick", r2s_figure_axis((model->tau_max_ms - model->tau_min_ms) / 5), NULL);
  r2s_figure_number(figure, "has_tau_before", started, NULL);
  st = r2s_figure_data(figure, "tau", &data, err);
done:
  free(tau_ms);
  r2s_text_free(&data);
  return st;
}

static void copy_columns(const r2s_csv *csv, const char *const *names, int n, r2s_text *data) {
  r2s_text_put(data, "#");
  for (int k = 0; k < n; k++) r2s_text_add(data, " %s", names[k]);
  r2s_text_put(data, "\n");
  for (int row = 0; row < csv->n_rows; row++) {
    for (int k = 0; k < n; k++) {
      double value = r2s_csv_number(csv, row, names[k]);
      if (isfinite(value))
        r2s_text_add(data, "%.8g%c", value, k + 1 < n ? ' ' : '\n');
      else
        r2s_text_add(data, "nan%c", k + 1 < n ? ' ' : '\n');
    }
  }
}

r2s_status r2s_figure_training(r2s_figure *figure, r2s_error *err) {
  static const char *const names[] = {"step",  "loss",          "accuracy",  "running_accuracy",
                                      "noise", "eval_accuracy", "eval_loss", "learning_rate"};
  const r2s_csv *csv = &figure->folder->training;
  r2s_text data = {0};
  r2s_figure_number(figure, "has_training", csv->n_rows > 0, NULL);
  if (csv->n_rows == 0) return R2S_OK;
  copy_columns(csv, names, sizeof names / sizeof *names, &data);
  r2s_figure_number(figure, "n_steps", r2s_csv_largest(csv, "step"), NULL);
  r2s_figure_number(figure, "loss_max", r2s_csv_largest(csv, "loss"), NULL);
  r2s_figure_number(figure, "step_tick", r2s_figure_axis(r2s_csv_largest(csv, "step") / 5), NULL);
  r2s_figure_number(figure, "has_evaluations", r2s_csv_has_values(csv, "eval_accuracy"), NULL);
  r2s_figure_number(figure, "noise_end", r2s_csv_largest(csv, "noise"),
                    "largest fraction of the physical shot noise");
  r2s_status st = r2s_figure_data(figure, "training", &data, err);
  r2s_text_free(&data);
  return st;
}

r2s_status r2s_figure_curve(r2s_figure *figure, r2s_error *err) {
  static const char *const names[] = {"input_mv",          "rate_hz",        "fano",
                                      "simulated_rate_hz", "simulated_fano", "sigmoid_hz"};
  const r2s_csv *csv = &figure->folder->curve;
  r2s_text data = {0};
  r2s_figure_number(figure, "has_curve", csv->n_rows > 0, NULL);
  if (csv->n_rows == 0) return R2S_OK;
  copy_columns(csv, names, sizeof names / sizeof *names, &data);
  r2s_figure_number(figure, "has_simulated", r2s_csv_largest(csv, "simulated_rate_hz") > 0, NULL);
  r2s_figure_number(figure, "kappa", r2s_folder_number(figure->folder, "stages/convert/predicted"), "Hz");
  r2s_status st = r2s_figure_data(figure, "curve", &data, err);
  r2s_text_free(&data);
  return st;
}
