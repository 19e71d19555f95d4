/* SPDX-License-Identifier: MIT
 * Reads the authors' .mat (docs/formats.md): their variables, in single or double, with or without the
 * optional ones; and those that rate2spike adds to its own. */
#include <math.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "io/io_model.h"
#include "io/io_model_mat.h"
#include "io/io_text.h"

/* An empty array counts as absent: programs write it for what they do not know. */
static bool present(const r2s_mat *mat, const char *name) {
  const r2s_mat_var *var = r2s_mat_find(mat, name);
  return var && !(var->numeric && var->count == 0);
}

/* Reads a matrix; on failure notes it and gives NULL. An extent of 0 takes what is there. */
static double *take(r2s_model_reader *reader, const r2s_mat *mat, const char *name, r2s_mat_shape *shape) {
  double *values;
  R2S_MODEL_NOTE(reader, name, r2s_mat_matrix(mat, name, shape, &values, failure));
  return values;
}

/* The same for a variable that may be absent. */
static double *take_optional(r2s_model_reader *reader, const r2s_mat *mat, const char *name, size_t rows,
                             size_t columns, bool vector) {
  r2s_mat_shape shape = {rows, columns, vector};
  return present(mat, name) ? take(reader, mat, name, &shape) : NULL;
}

/* A new array of n times value; NULL (noted) without memory, and where the load has failed: n may then be
 * anything. */
static double *filled(r2s_model_reader *reader, const char *name, size_t n, double value) {
  double *values;
  if (reader->st != R2S_OK) return NULL;
  R2S_MODEL_NOTE(reader, name, r2s_alloc(&values, n, sizeof *values, name, failure));
  for (size_t k = 0; values && k < n; k++) values[k] = value;
  return values;
}

/* w, w_in, w_out and the sizes. Units are told by N; where that can't be read, by w, so that an inspection
 * goes on. */
static void read_weights(r2s_model_reader *reader, const r2s_mat *mat, r2s_model *model) {
  enum { MOST_UNITS = 1 << 20 };
  int64_t n;
  R2S_MODEL_NOTE(reader, "N", r2s_mat_integer(mat, "N", 1, MOST_UNITS, &n, failure));
  r2s_mat_shape w = {(size_t)n, (size_t)n, false};
  model->w = take(reader, mat, "w", &w);
  if (model->w && w.rows != w.columns)
    R2S_MODEL_NOTE(reader, "w",
                   r2s_fail(failure, R2S_ERR_FORMAT, "%s: variable w: found %zu x %zu; expected N x N",
                            mat->path, w.rows, w.columns));
  if (n == 0 && model->w) n = (int64_t)w.rows;
  r2s_mat_shape w_in = {(size_t)n, 0, false}, w_out = {0, (size_t)n, false};
  model->w_in = take(reader, mat, "w_in", &w_in);
  model->w_out = take(reader, mat, "w_out", &w_out);
  model->n = (int)n;
  model->n_in = (int)w_in.columns;
  model->n_out = (int)w_out.rows;
}

/* The diagonal of m [N x N], which must hold nothing else: w*m is then a sign for each column. */
static double *diagonal_of(r2s_model_reader *reader, const r2s_mat *mat, size_t n) {
  r2s_mat_shape shape = {n, n, false};
  double *m = take(reader, mat, "m", &shape), *sign = NULL;
  if (!m) return NULL;
  for (size_t i = 0; i < shape.rows; i++)
    for (size_t j = 0; j < shape.columns; j++) {
      double value = m[i * shape.columns + j];
      if (i == j ? fabs(value) == 1 : value == 0) continue;
      R2S_MODEL_NOTE(
          reader, "m",
          r2s_fail(failure, R2S_ERR_FORMAT,
                   "%s: variable m: found %g in row %zu, column %zu; expected +1 or -1 on the diagonal, 0 "
                   "elsewhere",
                   mat->path, value, i + 1, j + 1));
      free(m);
      return NULL;
    }
  sign = filled(reader, "m", n, 1);
  for (size_t i = 0; sign && i < n && i < shape.rows; i++) sign[i] = m[i * shape.columns + i];
  free(m);
  return sign;
}

/* A label of 0 or 1 a unit. */
static double *signs_of_inh(r2s_model_reader *reader, const r2s_mat *mat, size_t n) {
  double *sign = take_optional(reader, mat, "inh", n, 1, true);
  for (size_t i = 0; sign && i < n; i++) {
    if (sign[i] != 0 && sign[i] != 1) {
      R2S_MODEL_NOTE(reader, "inh",
                     r2s_fail(failure, R2S_ERR_FORMAT,
                              "%s: variable inh: found %g for unit %zu (from 1); expected 0 or 1", mat->path,
                              sign[i], i + 1));
      free(sign);
      return NULL;
    }
    sign[i] = sign[i] != 0 ? -1 : 1;
  }
  return sign;
}

static void read_signs(r2s_model_reader *reader, const r2s_mat *mat, r2s_model *model) {
  size_t n = (size_t)model->n;
  if (present(mat, "m"))
    model->sign = diagonal_of(reader, mat, n);
  else if (present(mat, "inh"))
    model->sign = signs_of_inh(reader, mat, n);
  else
    R2S_MODEL_NOTE(
        reader, "m",
        r2s_fail(
            failure, R2S_ERR_FORMAT,
            "%s: variables m and inh are missing; expected one of them: it tells which units are inhibitory",
            mat->path));
}

/* Refuses a w that has the signs of m or inh already: its negative weights would be taken for absent edges,
 * and the network would lose its inhibition. (A w from before relu, which is fine, has weights of both signs
 * whatever the unit.) */
static void refuse_signs_twice(r2s_model_reader *reader, const r2s_mat *mat, const r2s_model *model) {
  const size_t n = (size_t)model->n;
  size_t negative = 0;
  for (size_t k = 0; k < n * n; k++) {
    const bool inhibitory = model->sign[k % n] < 0;
    if (inhibitory ? model->w[k] > 0 : model->w[k] < 0) return;
    negative += model->w[k] < 0;
  }
  if (negative > 0)
    R2S_MODEL_NOTE(
        reader, "w",
        r2s_fail(
            failure, R2S_ERR_FORMAT,
            "%s: variable w: found %zu negative weights, each of an inhibitory unit; expected weights of 0 "
            "or more: m or inh alone has the signs (w = abs(w))",
            mat->path, negative));
}

/* taus: one or two, in rate steps of 5 ms; ours repeats them in ms, which is exact. */
static void read_taus(r2s_model_reader *reader, const r2s_mat *mat, r2s_model *model) {
  r2s_mat_shape shape = {0, 1, true}, units = {(size_t)model->n, 1, true};
  double *taus = take(reader, mat, "taus", &shape);
  if (taus && (shape.rows > 2 || taus[0] <= 0 || taus[shape.rows - 1] < taus[0]))
    R2S_MODEL_NOTE(
        reader, "taus",
        r2s_fail(
            failure, R2S_ERR_FORMAT,
            "%s: variable taus: found %zu values, the first %g, the last %g; expected one or two (least and "
            "greatest time constant in rate steps), above 0",
            mat->path, shape.rows, taus[0], taus[shape.rows - 1]));
  bool fixed = taus && shape.rows == 1;
  model->dt_ms = R2S_AUTHORS_DT_MS;
  model->tau_min_ms = taus ? taus[0] * R2S_AUTHORS_DT_MS : 0;
  model->tau_max_ms = taus ? taus[shape.rows - 1] * R2S_AUTHORS_DT_MS : 0;
  free(taus);
  /* a fixed tau needs no taus_gaus, and without taus nothing tells whether it is fixed */
  const bool needless = (fixed || !present(mat, "taus")) && !present(mat, "taus_gaus");
  model->taus_gaus =
      needless ? filled(reader, "taus_gaus", units.rows, 0) : take(reader, mat, "taus_gaus", &units);
  model->taus_gaus0 = take_optional(reader, mat, "taus_gaus0", (size_t)model->n, 1, true);
  double *ours = take_optional(reader, mat, "r2s_tau_ms", 2, 1, true);
  bool same =
      ours && fabs(ours[0] / model->tau_min_ms - 1) < 1e-12 && fabs(ours[1] / model->tau_max_ms - 1) < 1e-12;
  if (same) model->tau_min_ms = ours[0], model->tau_max_ms = ours[1];
  free(ours);
}

/* False where it is there and can't be read. */
static bool read_text(r2s_model_reader *reader, const r2s_mat *mat, const char *name, char *text,
                      size_t size) {
  r2s_status st = R2S_OK;
  if (present(mat, name)) R2S_MODEL_NOTE(reader, name, st = r2s_mat_text(mat, name, text, size, failure));
  return st == R2S_OK;
}

static void read_number(r2s_model_reader *reader, const r2s_mat *mat, const char *name, double *value) {
  if (present(mat, name)) R2S_MODEL_NOTE(reader, name, r2s_mat_number(mat, name, value, failure));
}

/* An integer in 0..high. */
static void read_integer(r2s_model_reader *reader, const r2s_mat *mat, const char *name, int64_t high,
                         int64_t *value) {
  if (present(mat, name)) R2S_MODEL_NOTE(reader, name, r2s_mat_integer(mat, name, 0, high, value, failure));
}

/* Exact as a text only. */
static r2s_status parse_seed(const r2s_mat *mat, uint64_t *seed, r2s_error *err) {
  char text[32];
  const r2s_status st = r2s_mat_text(mat, "r2s_seed", text, sizeof text, err);
  if (st != R2S_OK || r2s_text_to_uint64(text, seed)) return st;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: variable r2s_seed: found \"%s\"; expected 0 to 2^64 - 1 in digits", mat->path, text);
}

/* Without a word about Dale's law in the file: a negative sign means that it holds, and so does a matrix
 * without negative weights (for which it makes no difference). */
static bool guess_dale(const r2s_model *model) {
  size_t n = (size_t)model->n;
  for (size_t i = 0; i < n; i++)
    if (model->sign[i] < 0) return true;
  for (size_t k = 0; k < n * n; k++)
    if (model->w[k] < 0) return false;
  return true;
}

/* A file of ours has all our variables, the first of them at its start and the last at its end: where one is
 * absent, the file was cut between two variables, which nothing else would tell. */
static void require_ours(r2s_model_reader *reader, const r2s_mat *mat) {
  static const char *const last = "r2s_w_out0";
  if (r2s_mat_find(mat, "r2s_version") && !r2s_mat_find(mat, last))
    R2S_MODEL_NOTE(reader, last,
                   r2s_fail(failure, R2S_ERR_FORMAT,
                            "%s: variable %s is missing: the file was cut, or changed by another program",
                            mat->path, last));
}

static void read_provenance(r2s_model_reader *reader, const r2s_mat *mat, r2s_model *model) {
  enum { UNKNOWN = -1 };
  char activation[32] = "sigmoid";
  int64_t dale = UNKNOWN;
  if (read_text(reader, mat, "activation", activation, sizeof activation))
    R2S_MODEL_NOTE(reader, "activation",
                   r2s_model_parse_activation(activation, mat->path, &model->activation, failure));
  read_text(reader, mat, "r2s_recipe", model->recipe, sizeof model->recipe);
  read_text(reader, mat, "r2s_task", model->task, sizeof model->task);
  read_text(reader, mat, "r2s_version", model->version, sizeof model->version);
  read_text(reader, mat, "r2s_config_hash", model->config_hash, sizeof model->config_hash);
  if (present(mat, "r2s_seed")) R2S_MODEL_NOTE(reader, "r2s_seed", parse_seed(mat, &model->seed, failure));
  const bool theirs = !r2s_mat_find(mat, "r2s_version"); /* tr is the number of the last step then, from 0 */
  read_integer(reader, mat, "tr", (int64_t)1e15 - theirs, &model->train_steps);
  if (theirs && present(mat, "tr")) model->train_steps++;
  read_number(reader, mat, "r2s_kappa_hz", &model->kappa_hz);
  read_number(reader, mat, "r2s_dt_ms", &model->dt_ms);
  read_integer(reader, mat, "r2s_dale", 1, &dale);
  if (reader->st == R2S_OK) model->dale = dale == UNKNOWN ? guess_dale(model) : dale != 0;
}

static void read_neuron(r2s_model_reader *reader, const r2s_mat *mat, r2s_model *model) {
  model->neuron = r2s_neuron_params_default();
  double *p = take_optional(reader, mat, "r2s_neuron", R2S_MAT_NEURON, 1, true);
  if (p) r2s_mat_unpack_neuron(p, &model->neuron);
  free(p);
}

r2s_status r2s_model_read_mat(r2s_model *out, const r2s_mat *mat, r2s_model_reader *reader) {
  r2s_model model = {0};
  *out = model;
  read_weights(reader, mat, &model);
  size_t n = (size_t)model.n, n_out = (size_t)model.n_out;
  read_signs(reader, mat, &model);
  read_taus(reader, mat, &model);
  model.som_mask = present(mat, "som_m") ? take_optional(reader, mat, "som_m", n, n, false)
                                         : filled(reader, "som_m", n * n, 1);
  model.b_out = present(mat, "b_out") ? take_optional(reader, mat, "b_out", n_out, 1, true)
                                      : filled(reader, "b_out", n_out, 0);
  model.w0 = take_optional(reader, mat, "w0", n, n, false);
  model.w_out0 = take_optional(reader, mat, "r2s_w_out0", n_out, n, false);
  require_ours(reader, mat);
  if (reader->st == R2S_OK) refuse_signs_twice(reader, mat, &model);
  read_neuron(reader, mat, &model);
  read_provenance(reader, mat, &model);
  if (reader->st == R2S_OK)
    R2S_MODEL_NOTE(reader, "", r2s_model_check_file(&model, R2S_ERR_FORMAT, mat->path, failure));
  if (reader->st == R2S_OK)
    *out = model;
  else
    r2s_model_free(&model);
  return reader->st;
}
