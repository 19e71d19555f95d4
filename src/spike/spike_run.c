/* SPDX-License-Identifier: MIT
 * The native engine: trials of any of the models, spread over threads. A trial's result follows from the
 * trial alone, whatever thread ran it. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base_clock.h"
#include "base/base_isa.h"
#include "base/base_memory.h"
#include "base/base_progress.h"
#include "base/base_threads.h"
#include "spike/spike_model.h"

typedef struct native_state {
  const r2s_spike_ops *ops;
  r2s_spike_config config;
  r2s_spike_layout layout;
  void *model; /* the ops' state */
  double build_seconds;
} native_state;

/* What the threads of one run share. */
typedef struct native_run {
  native_state *const *states; /* [n_states] of one layout */
  int n_states;                /* up to R2S_SPIKE_MOST_TOGETHER */
  const r2s_spike_trial *trials;
  int n_trials;
  r2s_spike_take take;       /* of each record; NULL: they are kept */
  void *user;                /* of take */
  int first_scale;           /* the first state's number to take */
  r2s_spike_record *records; /* [n_states x n_trials] where they are kept */
  const r2s_monitor *monitor;
  int done;          /* trials */
  int stopped;       /* no further trial shall start */
  int cancelled;     /* by the monitor: nor shall those go on that have started */
  int failed_trial;  /* lowest number of a trial that failed; n_trials: none */
  r2s_error failure; /* its error */
} native_run;

static const r2s_spike_ops *find_ops(const r2s_spike_config *config) {
  switch (config->model) {
  case R2S_SPIKE_LIF:
    return config->reference ? r2s_spike_lif_reference() : r2s_spike_lif();
  case R2S_SPIKE_LIF_UNIT:
    return r2s_spike_lif_unit();
  case R2S_SPIKE_PSC_DEXP:
  case R2S_SPIKE_PSC_ALPHA:
    return r2s_spike_psc();
  }
  return NULL;
}

static r2s_status check_model(const r2s_model *model, const r2s_spike_config *config, r2s_error *err) {
  r2s_status st = R2S_OK;
  R2S_TRY(st, r2s_spike_config_check(config, err));
  if (isnan(config->scale) && (config->model != R2S_SPIKE_PSC_ALPHA || isnan(config->weight_pa)))
    return r2s_fail(err, R2S_ERR_CONFIG, "model %s: scale is not set; expected a number > 0 (1/lambda)",
                    r2s_spike_model_name(config->model));
  st = r2s_model_check(model, err);
  if (st != R2S_OK) st = r2s_fail_context(err, st, "network");
done:
  return st;
}

static void native_free(void *opaque) {
  native_state *state = opaque;
  if (!state) return;
  if (state->ops) state->ops->free(state->model);
  free(state);
}

static r2s_status native_prepare(void **out, const r2s_model *model, const r2s_spike_config *config,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  native_state *state = NULL;
  double start = r2s_clock();
  R2S_TRY(st, check_model(model, config, err));
  R2S_ALLOC(st, &state, 1, "native engine", err);
  state->config = *config;
  R2S_TRY(st, r2s_spike_layout_make(&state->layout, model, config, err));
  state->ops = find_ops(config);
  R2S_TRY(st, state->ops->prepare(&state->model, model, config, &state->layout, err));
  state->build_seconds = r2s_clock() - start;
done:
  if (st != R2S_OK) {
    native_free(state);
    state = NULL;
  }
  *out = state;
  return st;
}

static r2s_status check_outputs(const r2s_spike_record *record, int k, r2s_error *err) {
  const double *out = record->out;
  for (int s = 0; s < record->n_samples; s++)
    for (int o = 0; o < record->n_out; o++, out++)
      if (!isfinite(*out))
        return r2s_fail(err, R2S_ERR_NUMERIC, "trial %d: output %d is %g at %g ms; expected a finite number",
                        k, o, *out, record->t0_ms + s * record->dt_ms);
  return R2S_OK;
}

/* Trial k of all networks, into records that need to be freed whatever comes of it. */
static r2s_status simulate(const native_run *run, const r2s_spike_watch *watch, void *const *workspaces,
                           int k, r2s_spike_record *records, r2s_error *err) {
  const native_state *first = run->states[0];
  const r2s_spike_trial *trial = &run->trials[k];
  r2s_status st = R2S_OK;
  int n = run->n_states, steps = r2s_spike_layout_steps(&first->layout, trial);
  void *models[R2S_SPIKE_MOST_TOGETHER];
  for (int c = 0; st == R2S_OK && c < n; c++) {
    models[c] = run->states[c]->model;
    st = r2s_spike_record_begin(&records[c], &first->layout, trial, err);
  }
  if (st == R2S_OK && first->ops->run_together)
    st = first->ops->run_together(models, workspaces, n, trial, steps, watch, records, err);
  for (int c = 0; st == R2S_OK && !first->ops->run_together && c < n; c++)
    st = first->ops->run_trial(models[c], workspaces[c], trial, steps, watch, &records[c], err);
  for (int c = 0; st == R2S_OK && c < n; c++) st = check_outputs(&records[c], k, err);
  for (int c = 0; c < n; c++) r2s_spike_record_drop(&records[c], trial);
  return st;
}

/* Trial k of all networks: kept, or taken. */
static r2s_status run_trial(const native_run *run, const r2s_spike_watch *watch, void *const *workspaces,
                            int k, r2s_error *err) {
  r2s_spike_record records[R2S_SPIKE_MOST_TOGETHER] = {0};
  const int n = run->n_states;
  r2s_status st = simulate(run, watch, workspaces, k, records, err);
  if (st == R2S_OK && !run->take) {
    for (int c = 0; c < n; c++) run->records[(size_t)c * (size_t)run->n_trials + (size_t)k] = records[c];
    return R2S_OK;
  }
  for (int c = 0; st == R2S_OK && c < n; c++)
    st = run->take(run->user, run->first_scale + c, k, &records[c], err);
  for (int c = 0; c < n; c++) r2s_spike_record_free(&records[c]);
  return st;
}

/* The failure of the lowest trial is the one that is told. */
static void keep_failure(native_run *run, int trial, r2s_status st, const r2s_error *error) {
#pragma omp critical(r2s_spike_failure)
  if (trial < run->failed_trial) {
    run->failed_trial = trial;
    run->failure = *error;
    run->failure.code = st;
  }
#pragma omp atomic write
  run->stopped = 1;
  if (st == R2S_ERR_CANCELLED)
#pragma omp atomic write
    run->cancelled = 1;
}

r2s_status r2s_spike_watch_ask(const r2s_spike_watch *watch, r2s_error *err) {
  if (!watch) return R2S_OK;
  int cancelled;
#pragma omp atomic read
  cancelled = *watch->cancelled;
  if (!cancelled && !r2s_monitor_cancelled(watch->monitor)) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CANCELLED, "interrupted");
}

static int trials_done(const native_run *run) {
  int done;
#pragma omp atomic read
  done = run->done;
  return done;
}

static void cancel(native_run *run) {
  r2s_error error = {0};
  const int done = trials_done(run);
  keep_failure(run, -1,
               r2s_fail(&error, R2S_ERR_CANCELLED, "interrupted in trial %d of %d",
                        done < run->n_trials ? done + 1 : done, run->n_trials),
               &error);
}

static void stop_if_cancelled(native_run *run) {
  if (r2s_monitor_cancelled(run->monitor)) cancel(run);
}

/* Only the calling thread talks to the monitor. */
static void report_progress(native_run *run) {
  const int done = trials_done(run);
  char detail[32];
  snprintf(detail, sizeof detail, "trial %d of %d", done, run->n_trials);
  r2s_monitor_progress(run->monitor, "simulate", done, run->n_trials, detail);
  stop_if_cancelled(run);
}

/* The calling thread, when no trial is left for it: those of the others may be long. */
static void wait_for_others(native_run *run) {
  const struct timespec pause = {.tv_nsec = 200000};
  int stopped = 0;
  while (trials_done(run) < run->n_trials) {
#pragma omp atomic read
    stopped = run->stopped;
    if (stopped) return;
    stop_if_cancelled(run);
    nanosleep(&pause, NULL);
  }
}

static void run_thread(native_run *run) {
  const r2s_spike_ops *ops = run->states[0]->ops;
  r2s_error error = {0};
  void *workspaces[R2S_SPIKE_MOST_TOGETHER] = {0};
  r2s_status st = R2S_OK;
  for (int c = 0; st == R2S_OK && c < run->n_states; c++)
    st = ops->workspace_create(&workspaces[c], run->states[c]->model, &error);
  if (st != R2S_OK) keep_failure(run, 0, st, &error);
  const bool caller = omp_get_thread_num() == 0;
  const r2s_spike_watch watch = {caller ? run->monitor : NULL, &run->cancelled};
#pragma omp for schedule(dynamic) nowait
  for (int k = 0; k < run->n_trials; k++) {
    int stopped;
#pragma omp atomic read
    stopped = run->stopped;
    if (stopped || st != R2S_OK) continue;
    r2s_status trial_st = run_trial(run, &watch, workspaces, k, &error);
    if (trial_st == R2S_ERR_CANCELLED)
      cancel(run);
    else if (trial_st != R2S_OK)
      keep_failure(run, k, trial_st, &error);
#pragma omp atomic
    run->done++;
    if (trial_st == R2S_OK && caller) report_progress(run);
  }
  if (caller) wait_for_others(run);
  for (int c = 0; c < run->n_states; c++) ops->workspace_free(workspaces[c]);
}

/* All trials of a run whose fields up to the monitor are set; on failure no record needs freeing. */
static r2s_status run_trials(native_run *run, r2s_error *err) {
  const native_state *first = run->states[0];
  const int n_trials = run->n_trials;
  if (n_trials < 0) return r2s_fail(err, R2S_ERR_ARG, "%d trials; expected 0 or more", n_trials);
  for (int k = 0; k < n_trials; k++) {
    r2s_status st = r2s_spike_trial_check(&run->trials[k], &first->layout, &first->config, k, err);
    if (st != R2S_OK) return st;
  }
  const size_t n_records = run->take ? 0 : (size_t)run->n_states * (size_t)n_trials;
  if (n_records) memset(run->records, 0, n_records * sizeof *run->records);
  run->failed_trial = n_trials;
  int threads = r2s_threads_for(first->config.threads, n_trials);
#pragma omp parallel num_threads(threads)
  run_thread(run);
  if (run->failed_trial < n_trials) {
    for (size_t k = 0; k < n_records; k++) r2s_spike_record_free(&run->records[k]);
    return r2s_fail(err, run->failure.code, "%s", run->failure.msg);
  }
  r2s_monitor_progress(run->monitor, "simulate", n_trials, n_trials, "");
  return R2S_OK;
}

static r2s_status native_run_trials(void *opaque, const r2s_spike_trial *trials, int n_trials,
                                    r2s_spike_record *records, r2s_spike_info *info,
                                    const r2s_monitor *monitor, r2s_error *err) {
  native_state *state = opaque;
  double start = r2s_clock();
  native_run run = {.states = &state,
                    .n_states = 1,
                    .trials = trials,
                    .n_trials = n_trials,
                    .records = records,
                    .monitor = monitor};
  r2s_status st = run_trials(&run, err);
  if (st != R2S_OK || !info) return st;
  memset(info, 0, sizeof *info);
  bool reference = state->config.model == R2S_SPIKE_LIF && state->config.reference;
  snprintf(info->engine, sizeof info->engine, "native %s",
           reference ? "reference" : r2s_isa_name(r2s_isa_current()));
  info->build_seconds = state->build_seconds;
  info->simulate_seconds = r2s_clock() - start;
  return R2S_OK;
}

const r2s_spike_engine *r2s_spike_native(void) {
  static const r2s_spike_engine engine = {"native", native_prepare, native_run_trials, native_free};
  return &engine;
}

r2s_status r2s_spike_run(const r2s_spike_engine *engine, const r2s_model *model,
                         const r2s_spike_config *config, const r2s_spike_trial *trials, int n_trials,
                         r2s_spike_record *records, r2s_spike_info *info, const r2s_monitor *monitor,
                         r2s_error *err) {
  void *state = NULL;
  r2s_status st = engine->prepare(&state, model, config, err);
  if (st == R2S_OK) st = engine->run(state, trials, n_trials, records, info, monitor, err);
  if (st == R2S_OK && info) info->scale = config->scale;
  engine->free(state);
  return st;
}

/* n scales, up to R2S_SPIKE_MOST_TOGETHER, by a run of which the rest is set. */
static r2s_status run_some_scales(const r2s_model *model, const r2s_spike_config *config,
                                  const double *scales, int n, native_run run, r2s_error *err) {
  r2s_status st = R2S_OK;
  void *states[R2S_SPIKE_MOST_TOGETHER] = {0};
  native_state *native[R2S_SPIKE_MOST_TOGETHER];
  for (int c = 0; c < n; c++) {
    r2s_spike_config at = *config;
    at.scale = scales[c];
    R2S_TRY(st, native_prepare(&states[c], model, &at, err));
    native[c] = states[c];
  }
  run.states = native, run.n_states = n;
  R2S_TRY(st, run_trials(&run, err));
done:
  for (int c = 0; c < n; c++) native_free(states[c]);
  return st;
}

r2s_status r2s_spike_run_scales(const r2s_model *model, const r2s_spike_config *config, const double *scales,
                                int n_scales, const r2s_spike_trial *trials, int n_trials,
                                r2s_spike_take take, void *user, const r2s_monitor *monitor, r2s_error *err) {
  if (n_scales < 0 || n_trials < 0)
    return r2s_fail(err, R2S_ERR_ARG, "%d trials at %d scales; expected 0 or more", n_trials, n_scales);
  if (!take) return r2s_fail(err, R2S_ERR_ARG, "no function to take the records; expected one");
  r2s_progress_part part;
  r2s_progress_part_init(&part, monitor, "simulate", n_scales);
  r2s_status st = R2S_OK;
  for (int done = 0, n; st == R2S_OK && done < n_scales; done += n) {
    n = n_scales - done < R2S_SPIKE_MOST_TOGETHER ? n_scales - done : R2S_SPIKE_MOST_TOGETHER;
    native_run run = {.trials = trials,
                      .n_trials = n_trials,
                      .take = take,
                      .user = user,
                      .first_scale = done,
                      .monitor = &part.monitor};
    r2s_progress_part_next(&part, n);
    st = run_some_scales(model, config, scales + done, n, run, err);
  }
  return st;
}
