/* SPDX-License-Identifier: MIT
 * Recorded runs of the authors' LIF code, for `rate2spike verify` (docs/formats.md). */
#include <stdlib.h>

#include "base/base_memory.h"
#include "io/io_mat.h"
#include "rate2spike/io.h"

/* Seconds in the file, ms here. */
static r2s_status read_ms(const r2s_mat *mat, const char *name, double *ms, r2s_error *err) {
  double seconds;
  *ms = 0;
  r2s_status st = r2s_mat_number(mat, name, &seconds, err);
  if (st != R2S_OK) return st;
  if (seconds < 0 || seconds > 1)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: found %g; expected seconds from 0 to 1", mat->path,
                    name, seconds);
  *ms = seconds * 1000;
  return R2S_OK;
}

/* u [channels x columns] becomes time-major. */
static r2s_status read_input(const r2s_mat *mat, r2s_case *c, r2s_error *err) {
  r2s_mat_shape shape = {0, 0, false};
  double *u = NULL;
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_mat_matrix(mat, "u", &shape, &u, err));
  c->n_in = (int)shape.rows;
  c->n_columns = (int)shape.columns;
  R2S_ALLOC(st, &c->u, shape.rows * shape.columns, "input u", err);
  for (size_t k = 0; k < shape.rows; k++)
    for (size_t t = 0; t < shape.columns; t++) c->u[t * shape.rows + k] = u[k * shape.columns + t];
done:
  free(u);
  return st;
}

static bool is_empty(const r2s_mat *mat, const char *name) {
  const r2s_mat_var *var = r2s_mat_find(mat, name);
  return var && var->numeric && var->count == 0;
}

static bool is_index(double value, double most) {
  return value >= 1 && value <= most && value == (double)(int64_t)value;
}

/* The comparison goes through both lists side by side. */
static r2s_status check_order(const r2s_case *c, const char *path, r2s_error *err) {
  for (int64_t k = 1; k < c->n_spikes; k++) {
    const r2s_spike_event a = c->spikes[k - 1], b = c->spikes[k];
    if (a.step > b.step || (a.step == b.step && a.unit >= b.unit))
      return r2s_fail(
          err, R2S_ERR_FORMAT,
          "%s: variables unit, step: found unit %d in step %d behind unit %d in step %d; expected "
          "them in order of step, then unit",
          path, b.unit + 1, b.step, a.unit + 1, a.step);
  }
  return R2S_OK;
}

/* unit and step: one entry a spike; both empty where there was none. */
static r2s_status read_spikes(const r2s_mat *mat, r2s_case *c, r2s_error *err) {
  r2s_status st = R2S_OK;
  double *unit = NULL, *step = NULL;
  r2s_mat_shape shape = {0, 1, true};
  if (is_empty(mat, "unit") && is_empty(mat, "step")) {
    R2S_ALLOC(st, &c->spikes, 0, "spikes", err);
    return R2S_OK;
  }
  R2S_TRY(st, r2s_mat_matrix(mat, "unit", &shape, &unit, err));
  R2S_TRY(st, r2s_mat_matrix(mat, "step", &shape, &step, err));
  R2S_ALLOC(st, &c->spikes, shape.rows, "spikes", err);
  c->n_spikes = (int64_t)shape.rows;
  for (size_t k = 0; k < shape.rows; k++) {
    if (!is_index(unit[k], c->n) || !is_index(step[k], INT32_MAX)) {
      st = r2s_fail(
          err, R2S_ERR_FORMAT,
          "%s: variables unit, step: found unit %g in step %g for spike %zu; expected units from 1 to %d, "
          "steps from 1",
          mat->path, unit[k], step[k], k + 1, c->n);
      goto done;
    }
    c->spikes[k] = (r2s_spike_event){.unit = (int32_t)unit[k] - 1, .step = (int32_t)step[k]};
  }
  st = check_order(c, mat->path, err);
done:
  free(unit);
  free(step);
  return st;
}

static r2s_status read_case(const r2s_mat *mat, r2s_case *c, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_mat_shape units = {0, 1, true}, outputs = {0, 0, false};
  R2S_TRY(st, r2s_mat_matrix(mat, "v0", &units, &c->v0, err));
  c->n = (int)units.rows;
  R2S_TRY(st, read_input(mat, c, err));
  R2S_TRY(st, r2s_mat_number(mat, "scaling_factor", &c->scale, err));
  if (!(c->scale > 0)) {
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: variable scaling_factor: found %g; expected a number above 0",
                  mat->path, c->scale);
    goto done;
  }
  R2S_TRY(st, read_ms(mat, "tref", &c->t_ref_ms, err));
  R2S_TRY(st, read_ms(mat, "tr", &c->tau_r_ms, err));
  R2S_TRY(st, r2s_mat_matrix(mat, "out1", &outputs, &c->out1, err));
  c->out_rows = (int)outputs.rows;
  c->out_columns = (int)outputs.columns;
  st = read_spikes(mat, c, err);
done:
  return st;
}

r2s_status r2s_case_load(r2s_case *out, const char *path, r2s_error *err) {
  char *bytes = NULL;
  size_t size = 0;
  r2s_mat mat = {0};
  r2s_case c = {0};
  *out = c;
  r2s_status st = r2s_io_read_all(path, &bytes, &size, err);
  if (st == R2S_OK) st = r2s_mat_read(&mat, path, bytes, size, err);
  if (st == R2S_OK) st = read_case(&mat, &c, err);
  r2s_mat_free(&mat);
  free(bytes);
  if (st == R2S_OK)
    *out = c;
  else
    r2s_case_free(&c);
  return st;
}

void r2s_case_free(r2s_case *c) {
  if (!c) return;
  free(c->v0);
  free(c->u);
  free(c->out1);
  free(c->spikes);
  *c = (r2s_case){0};
}
