/* SPDX-License-Identifier: MIT
 * rate.h5: fresh trials of the trained rate network. */
#include <math.h>
#include <stdlib.h>

#include "io/io_conditions.h"
#include "io/io_h5.h"
#include "io/io_results.h"

/* For a save and for a load. */
static r2s_status check_traces(const r2s_rate_traces *traces, r2s_status code, const char *path,
                               r2s_error *err) {
  if (traces->n_trials < 1 || traces->n_samples < 1 || traces->n_out < 1 || traces->n < 1)
    return r2s_fail(
        err, code,
        "%s: %d trials of %d samples, %d outputs (dataset out), %d units (mean_rate); expected at "
        "least one of each",
        path, traces->n_trials, traces->n_samples, traces->n_out, traces->n);
  if (!(traces->dt_ms > 0 && isfinite(traces->dt_ms)))
    return r2s_fail(err, code, "%s: attribute dt_ms: found %g; expected more than 0", path, traces->dt_ms);
  return R2S_OK;
}

r2s_status r2s_rate_traces_save(const r2s_rate_traces *traces, const char *path, r2s_error *err) {
  r2s_h5 h5 = {0};
  size_t trials = (size_t)traces->n_trials;
  r2s_h5_array conditions = {.name = "conditions",
                             .type = R2S_H5_INT32,
                             .rank = 1,
                             .shape = {trials},
                             .unit = "1",
                             .about = R2S_CONDITIONS_ABOUT};
  r2s_h5_array out = {.name = "out",
                      .type = R2S_H5_DOUBLE,
                      .rank = 3,
                      .shape = {trials, (size_t)traces->n_samples, (size_t)traces->n_out},
                      .unit = "1",
                      .about = "output [trial][sample][output]; sample k at t0_ms + k dt_ms"};
  r2s_h5_array mean_rate = {.name = "mean_rate",
                            .type = R2S_H5_DOUBLE,
                            .rank = 2,
                            .shape = {trials, (size_t)traces->n},
                            .unit = "1",
                            .about = "time-averaged rate r [trial][unit]"};
  r2s_status st = R2S_OK;
  R2S_TRY(st, check_traces(traces, R2S_ERR_ARG, path, err));
  R2S_TRY(st, r2s_io_check_conditions(traces->conditions, trials, R2S_ERR_ARG, path, err));
  R2S_TRY(st, r2s_h5_create(&h5, path, err));
  R2S_TRY(st, r2s_h5_write_text(&h5, "format", "rate2spike rate", err));
  R2S_TRY(st, r2s_h5_write_field(&h5, "trials", traces->trials, sizeof traces->trials, err));
  R2S_TRY(st, r2s_h5_write_number(&h5, "t0_ms", traces->t0_ms, err));
  R2S_TRY(st, r2s_h5_write_number(&h5, "dt_ms", traces->dt_ms, err));
  R2S_TRY(st, r2s_h5_write(&h5, &conditions, traces->conditions, err));
  R2S_TRY(st, r2s_h5_write(&h5, &out, traces->out, err));
  R2S_TRY(st, r2s_h5_write(&h5, &mean_rate, traces->mean_rate, err));
  st = r2s_h5_save(&h5, err);
done:
  r2s_h5_close(&h5);
  return st;
}

r2s_status r2s_rate_traces_load(r2s_rate_traces *out, const char *path, r2s_error *err) {
  r2s_h5 h5;
  r2s_rate_traces traces = {0};
  size_t trials = 0;
  r2s_status st = R2S_OK;
  *out = traces;
  R2S_TRY(st, r2s_h5_open(&h5, path, err));
  R2S_TRY(st, r2s_h5_check_format(&h5, "rate2spike rate", err));
  if (r2s_h5_has_attribute(&h5, "trials"))
    R2S_TRY(st, r2s_h5_read_text(&h5, "trials", traces.trials, sizeof traces.trials, err));
  R2S_TRY(st, r2s_h5_read_number(&h5, "t0_ms", &traces.t0_ms, err));
  R2S_TRY(st, r2s_h5_read_number(&h5, "dt_ms", &traces.dt_ms, err));
  R2S_TRY(st, r2s_io_read_conditions(&h5, &trials, &traces.conditions, err));
  r2s_h5_array samples = {
      .name = "out", .type = R2S_H5_DOUBLE, .rank = 3, .shape = {trials, R2S_H5_ANY, R2S_H5_ANY}};
  R2S_TRY(st, r2s_h5_read(&h5, &samples, &traces.out, err));
  r2s_h5_array rates = {.name = "mean_rate", .type = R2S_H5_DOUBLE, .rank = 2, .shape = {trials, R2S_H5_ANY}};
  R2S_TRY(st, r2s_h5_read(&h5, &rates, &traces.mean_rate, err));
  traces.n_trials = (int)trials;
  traces.n_samples = (int)samples.shape[1];
  traces.n_out = (int)samples.shape[2];
  traces.n = (int)rates.shape[1];
  st = check_traces(&traces, R2S_ERR_FORMAT, path, err);
done:
  r2s_h5_close(&h5);
  if (st == R2S_OK)
    *out = traces;
  else
    r2s_rate_traces_free(&traces);
  return st;
}

r2s_status r2s_rate_traces_fit(const r2s_rate_traces *traces, const r2s_task *task, int n_units,
                               const char *path, r2s_error *err) {
  const double rounding_ms = 1e-6 * task->dt_ms;
  if (n_units && traces->n != n_units)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: %d units; expected %d as in model.h5", path, traces->n,
                    n_units);
  if (traces->n_out != task->n_outputs)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: %d outputs; expected %d as in task %s", path, traces->n_out,
                    task->n_outputs, task->name);
  if (!(fabs(traces->dt_ms - task->dt_ms) <= rounding_ms) ||
      !(fabs(traces->t0_ms - task->dt_ms) <= rounding_ms))
    return r2s_fail(
        err, R2S_ERR_FORMAT,
        "%s: attributes t0_ms and dt_ms: found %g and %g; expected %g for both, the step of task %s", path,
        traces->t0_ms, traces->dt_ms, task->dt_ms, task->name);
  if (traces->n_samples != task->n_steps - 1)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset out: found %d samples; expected %d as in task %s", path,
                    traces->n_samples, task->n_steps - 1, task->name);
  for (int k = 0; k < traces->n_trials; k++)
    if (traces->conditions[k] < 0 || traces->conditions[k] >= task->n_conditions)
      return r2s_fail(err, R2S_ERR_FORMAT, "%s: trial %d has condition %d; expected 0 to %d as in task %s",
                      path, k, traces->conditions[k], task->n_conditions - 1, task->name);
  return R2S_OK;
}

void r2s_rate_traces_free(r2s_rate_traces *traces) {
  if (!traces) return;
  free(traces->conditions);
  free(traces->out);
  free(traces->mean_rate);
  *traces = (r2s_rate_traces){0};
}
