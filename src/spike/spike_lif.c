/* SPDX-License-Identifier: MIT
 * Model "lif", the fast engine: single precision, vectorised over the units (kernels/lif_block.c). Equations
 * and order of events are those of spike_lif_reference.c, whose twin it is but for rounding: on the same
 * noise the two part only when chaos has grown the rounding.
 *
 * A trial runs in blocks that end where the input changes, at output samples, and after MAX_BLOCK steps. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_flush.h"
#include "base/base_memory.h"
#include "spike/kernels/lif_block.h"
#include "spike/spike_lif_readout.h"
#include "spike/spike_model.h"
#include "spike/spike_noise.h"

enum { MAX_BLOCK = 64 };

static const double PEAK_MV = 30; /* a recorded spike, as in the authors' code */

typedef int (*run_block_fn)(r2s_lif_block *, int, int, const float *, r2s_spike_event *);

typedef void (*advance_readout_fn)(const r2s_lif_readout *, int, int, const r2s_spike_event *, int, double *,
                                   double *);

typedef void (*readout_outputs_fn)(const r2s_lif_readout *, const double *, double *);

typedef struct lif_state {
  r2s_spike_layout layout;
  r2s_spike_config config;
  r2s_isa isa;
  run_block_fn run_block;
  advance_readout_fn advance_readout;
  readout_outputs_fn readout_outputs;
  int n_padded;
  bool by_sender;
  size_t *start; /* as r2s_lif_block */
  int *target;
  float *weight;
  float *decay_d; /* [n_padded] */
  float *own;     /* [n_padded] */
  float *w_in;    /* [channel][n_padded] (dt/tau_m) w_in */
  float bias;     /* (dt/tau_m) v_bias */
  r2s_lif_readout readout;
} lif_state;

typedef struct lif_workspace {
  r2s_lif_block block; /* refractory_to, t_last and spiking are ours */
  float *lanes;        /* [5][n_padded]: v, y, g, base, drive */
  float *base;
  double *r, *q, *v0;      /* [N] */
  r2s_spike_event *events; /* [MAX_BLOCK x N] of one block */
  r2s_spike_noise noise;
  r2s_spike_list spikes;
} lif_workspace;

static void lif_free(void *opaque) {
  lif_state *s = opaque;
  if (!s) return;
  free(s->start);
  free(s->target);
  free(s->weight);
  free(s->decay_d);
  free(s->own);
  free(s->w_in);
  r2s_lif_readout_free(&s->readout);
  free(s);
}

/* The edges that exist, by sender, in the kernel's scaled variables (lif_block.h); spike [N]: what a spike
 * adds to a receiver's filter. */
static r2s_status fill_edges(lif_state *s, const double *W, const double *spike, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)s->layout.n;
  const double leak = s->config.neuron.dt_ms / s->config.neuron.tau_m_ms, scale = s->config.scale;
  R2S_TRY(st, r2s_spike_edges(W, s->layout.n, &s->start, &s->target, err));
  R2S_ALLOC(st, &s->weight, s->start[n], "weights of edges", err);
  for (size_t j = 0; j < n; j++)
    for (size_t e = s->start[j]; e < s->start[j + 1]; e++) {
      size_t i = (size_t)s->target[e];
      double w = W[i * n + j];
      s->weight[e] = (float)(leak * w / scale * (s->by_sender ? 1 : spike[i]));
      if (isfinite(s->weight[e])) continue;
      st = r2s_fail(err, R2S_ERR_NUMERIC,
                    "network: w[%zu][%zu] / scale = %g, with spikes of %g 1/s, is too large for single "
                    "precision",
                    i, j, w / scale, spike[i]);
      goto done;
    }
done:
  return st;
}

static r2s_status fill_weights(lif_state *s, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)model->n, n_padded = (size_t)s->n_padded, n_in = (size_t)model->n_in;
  const double dt = s->config.neuron.dt_ms / 1000, tau_r = s->config.tau_r_ms / 1000;
  const double leak = s->config.neuron.dt_ms / s->config.neuron.tau_m_ms;
  double *W = NULL, *tau_d_ms = NULL, *spike = NULL;
  R2S_ALLOC(st, &W, n * n, "effective weights", err);
  R2S_ALLOC(st, &tau_d_ms, n, "tau_d", err);
  R2S_ALLOC(st, &spike, n, "spike amplitudes", err);
  r2s_model_effective_w(model, false, W);
  r2s_model_tau_d_ms(model, tau_d_ms);
  s->by_sender = false;
  for (size_t i = 0; i < n; i++) s->by_sender |= s->config.tau_of_sender && tau_d_ms[i] != tau_d_ms[0];
  for (size_t i = 0; i < n; i++) {
    double tau_d = tau_d_ms[i] / 1000;
    spike[i] = tau_r > 0 ? dt / (tau_r * tau_d) : 1 / tau_d;
    s->decay_d[i] = (float)exp(-s->config.neuron.dt_ms / tau_d_ms[i]);
    s->own[i] = (float)spike[i];
    if (!isfinite(s->own[i]))
      R2S_TRY(st, r2s_fail(err, R2S_ERR_NUMERIC,
                           "network: unit %zu (from 1) has tau_d = %g ms: its spikes of %g 1/s are too large "
                           "for single precision",
                           i + 1, tau_d_ms[i], spike[i]));
    for (size_t c = 0; c < n_in; c++) s->w_in[c * n_padded + i] = (float)(leak * model->w_in[i * n_in + c]);
  }
  s->bias = (float)(leak * s->config.neuron.v_bias_mv);
  R2S_TRY(st, fill_edges(s, W, spike, err));
done:
  free(W);
  free(tau_d_ms);
  free(spike);
  return st;
}

static r2s_status lif_prepare(void **state, const r2s_model *model, const r2s_spike_config *config,
                              const r2s_spike_layout *layout, r2s_error *err) {
  r2s_status st = R2S_OK;
  lif_state *s = NULL;
  R2S_ALLOC(st, &s, 1, "LIF engine", err);
  s->layout = *layout;
  s->config = *config;
  s->isa = r2s_isa_current();
  s->run_block = R2S_KERNEL_PICK(s->isa, r2s_lif_run_block);
  s->advance_readout = R2S_KERNEL_PICK(s->isa, r2s_lif_readout_advance);
  s->readout_outputs = R2S_KERNEL_PICK(s->isa, r2s_lif_readout_outputs);
  s->n_padded = (model->n + R2S_LIF_LANES - 1) / R2S_LIF_LANES * R2S_LIF_LANES;
  size_t n_padded = (size_t)s->n_padded;
  R2S_ALLOC(st, &s->decay_d, n_padded, "synaptic decays", err);
  R2S_ALLOC(st, &s->own, n_padded, "spike amplitudes", err);
  R2S_ALLOC(st, &s->w_in, (size_t)model->n_in * n_padded, "input weights", err);
  R2S_TRY(st, fill_weights(s, model, err));
  R2S_TRY(st, r2s_lif_readout_create(&s->readout, model, config, MAX_BLOCK, err));
done:
  if (st != R2S_OK) {
    lif_free(s);
    s = NULL;
  }
  *state = s;
  return st;
}

static void lif_workspace_free(void *opaque) {
  lif_workspace *w = opaque;
  if (!w) return;
  free(w->lanes);
  free(w->block.refractory_to);
  free(w->block.t_last);
  free(w->block.spiking);
  free(w->r);
  free(w->events);
  free(w->spikes.events);
  r2s_spike_noise_free(&w->noise);
  free(w);
}

static r2s_status lif_workspace_create(void **workspace, const void *state, r2s_error *err) {
  r2s_status st = R2S_OK;
  const lif_state *s = state;
  const size_t n = (size_t)s->layout.n, n_padded = (size_t)s->n_padded;
  const r2s_neuron_params *neuron = &s->config.neuron;
  lif_workspace *w = NULL;
  R2S_ALLOC(st, &w, 1, "LIF workspace", err);
  R2S_ALLOC(st, &w->lanes, 5 * n_padded, "LIF state", err);
  R2S_ALLOC(st, &w->r, 3 * n, "readout state", err);
  R2S_ALLOC(st, &w->events, MAX_BLOCK * n, "spikes of a block", err);
  R2S_TRY(st, r2s_spike_noise_create(&w->noise, n, MAX_BLOCK, s->isa, err));
  w->q = w->r + n;
  w->v0 = w->r + 2 * n;
  w->base = w->lanes + 3 * n_padded;
  w->block = (r2s_lif_block){.n = s->layout.n,
                             .n_padded = s->n_padded,
                             .v = w->lanes,
                             .y = w->lanes + n_padded,
                             .g = w->lanes + 2 * n_padded,
                             .base = w->base,
                             .drive = w->lanes + 4 * n_padded,
                             .decay_d = s->decay_d,
                             .start = s->start,
                             .target = s->target,
                             .weight = s->weight,
                             .own = s->own,
                             .by_sender = s->by_sender,
                             .keep = (float)(1 - neuron->dt_ms / neuron->tau_m_ms),
                             .v_th = (float)neuron->v_th_mv,
                             .v_reset = (float)neuron->v_reset_mv,
                             .refractory_steps = (int)(neuron->t_ref_ms / neuron->dt_ms - 0.5),
                             .dt = neuron->dt_ms / 1000,
                             .t_ref = neuron->t_ref_ms / 1000};
  R2S_ALLOC(st, &w->block.refractory_to, n_padded, "refractory times", err);
  R2S_ALLOC(st, &w->block.t_last, n, "times of spikes", err);
  R2S_ALLOC(st, &w->block.spiking, 2 * (n_padded / 64 + 1), "spiking units", err);
  bool rises = s->config.tau_r_ms > 0;
  w->block.decay_r = rises ? (float)exp(-neuron->dt_ms / s->config.tau_r_ms) : 0;
  w->block.arrive = rises ? w->block.g : w->block.y;
done:
  if (st != R2S_OK) {
    lif_workspace_free(w);
    w = NULL;
  }
  *workspace = w;
  return st;
}

static void start_trial(const lif_state *s, lif_workspace *w, const r2s_spike_trial *trial) {
  r2s_lif_block *block = &w->block;
  const int n = s->layout.n;
  memset(w->lanes, 0, 5 * (size_t)s->n_padded * sizeof *w->lanes);
  memset(w->r, 0, 3 * (size_t)n * sizeof *w->r);
  r2s_spike_initial_voltages(trial, &s->config.neuron, n, w->v0);
  memset(block->t_last, 0, (size_t)n * sizeof *block->t_last);
  const int refractory_to = r2s_lif_refractory_end(block, 0, 0);
  for (int i = 0; i < s->n_padded; i++) {
    bool real = i < n;
    block->v[i] =
        real ? (float)w->v0[i] : -1e30f; /* the padding is refractory for good, far below threshold */
    block->refractory_to[i] = real ? refractory_to : INT32_MAX;
  }
  block->noise_mv = (float)(r2s_spike_curve_neuron(&s->config).noise_mv * trial->noise_scale);
  r2s_spike_noise_seed(&w->noise, trial->id);
  w->spikes.count = 0;
}

/* Eq. S1 in the kernel's scale */
static void set_input(const lif_state *s, const float *u, float *restrict base) {
  for (int i = 0; i < s->layout.n; i++) base[i] = s->bias;
  for (int c = 0; c < s->layout.n_in; c++) {
    const float *restrict w_in = s->w_in + (size_t)c * (size_t)s->n_padded;
    for (int i = 0; i < s->layout.n; i++) base[i] += w_in[i] * u[c];
  }
}

/* The last step of the block that starts with step k. */
static int block_end(const lif_state *s, int k, int steps) {
  const int per_sample = s->layout.steps_per_sample, next_sample = ((k - 1) / per_sample + 1) * per_sample;
  const bool on_step = s->config.input_on_step;
  int end = k + MAX_BLOCK - 1;
  if (end > next_sample) end = next_sample;
  if (end > steps) end = steps;
  while (r2s_spike_column(&s->layout, end, on_step) != r2s_spike_column(&s->layout, k, on_step)) end--;
  return end;
}

static r2s_status record_spikes(const lif_state *s, lif_workspace *w, int n_events, r2s_spike_record *record,
                                r2s_error *err) {
  for (int q = 0; q < n_events; q++) record->counts[w->events[q].unit]++;
  record->n_spikes += (uint64_t)n_events;
  if (!s->layout.record_spikes || n_events == 0) return R2S_OK;
  r2s_status st = r2s_spike_list_reserve(&w->spikes, (size_t)n_events, err);
  if (st != R2S_OK) return st;
  memcpy(w->spikes.events + w->spikes.count, w->events, (size_t)n_events * sizeof *w->events);
  w->spikes.count += (size_t)n_events;
  return R2S_OK;
}

/* Output and voltages after step k, the last of a block with these events */
static void record_sample(const lif_state *s, const lif_workspace *w, int k, int n_events,
                          r2s_spike_record *record) {
  const size_t sample = (size_t)(k / s->layout.steps_per_sample - 1);
  s->readout_outputs(&s->readout, w->r, record->out + sample * (size_t)s->layout.n_out);
  if (!record->voltage) return;
  double *voltage = record->voltage + sample * R2S_VOLTAGE_UNITS;
  for (int i = 0; i < s->layout.n && i < R2S_VOLTAGE_UNITS; i++) voltage[i] = (double)w->block.v[i];
  for (int q = n_events - 1; q >= 0 && w->events[q].step == k; q--)
    if (w->events[q].unit < R2S_VOLTAGE_UNITS) voltage[w->events[q].unit] = PEAK_MV;
}

/* One network through steps k..end, which are one block; tables: its readout's, or those of another network
 * with the same, which are in the cache then. */
static r2s_status run_block(const lif_state *s, const r2s_lif_readout *tables, lif_workspace *w,
                            const r2s_spike_trial *trial, int k, int end, const float *normals,
                            r2s_spike_record *record, r2s_error *err) {
  const bool on_step = s->config.input_on_step;
  int column = r2s_spike_column(&s->layout, k, on_step);
  if (k == 1 || column != r2s_spike_column(&s->layout, k - 1, on_step))
    set_input(s, trial->u + (size_t)column * (size_t)s->layout.n_in, w->base);
  int n_events = s->run_block(&w->block, k, end - k + 1, normals, w->events);
  s->advance_readout(tables, k, end - k + 1, w->events, n_events, w->r, w->q);
  r2s_status st = record_spikes(s, w, n_events, record, err);
  if (st == R2S_OK && end % s->layout.steps_per_sample == 0) record_sample(s, w, end, n_events, record);
  return st;
}

static r2s_status finish_trial(const lif_state *s, const lif_workspace *w, r2s_spike_record *record,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int i = 0; i < s->layout.n; i++) R2S_TRY(st, r2s_spike_voltage_check(i, (double)w->block.v[i], err));
  memcpy(record->rates_end, w->r, (size_t)s->layout.n * sizeof *w->r);
  if (s->layout.record_spikes) R2S_TRY(st, r2s_spike_record_spikes(record, &w->spikes, err));
done:
  return st;
}

/* Networks that differ in their weights alone, in turns through each block: the first one's noise, which is
 * the trial's, serves all. */
static r2s_status run_blocks(void *const *states, void *const *workspaces, int count,
                             const r2s_spike_trial *trial, int steps, const r2s_spike_watch *watch,
                             r2s_spike_record *records, r2s_error *err) {
  const lif_state *lead = states[0];
  lif_workspace *lead_work = workspaces[0];
  r2s_status st = R2S_OK;
  for (int c = 0; c < count; c++) start_trial(states[c], workspaces[c], trial);
  for (int k = 1, end; st == R2S_OK && k <= steps; k = end + 1) {
    end = block_end(lead, k, steps);
    const float *normals =
        lead_work->block.noise_mv > 0 ? r2s_spike_noise_next(&lead_work->noise, (size_t)(end - k + 1)) : NULL;
    for (int c = 0; st == R2S_OK && c < count; c++)
      st = run_block(states[c], &lead->readout, workspaces[c], trial, k, end, normals, &records[c], err);
    if (st == R2S_OK && end % lead->layout.steps_per_sample == 0) st = r2s_spike_watch_ask(watch, err);
  }
  for (int c = 0; st == R2S_OK && c < count; c++)
    st = finish_trial(states[c], workspaces[c], &records[c], err);
  return st;
}

static r2s_status lif_run_together(void *const *states, void *const *workspaces, int count,
                                   const r2s_spike_trial *trial, int steps, const r2s_spike_watch *watch,
                                   r2s_spike_record *records, r2s_error *err) {
  uint64_t mode = r2s_flush_on();
  r2s_status st = run_blocks(states, workspaces, count, trial, steps, watch, records, err);
  r2s_flush_restore(mode);
  return st;
}

const r2s_spike_ops *r2s_spike_lif(void) {
  static const r2s_spike_ops ops = {.prepare = lif_prepare,
                                    .free = lif_free,
                                    .workspace_create = lif_workspace_create,
                                    .workspace_free = lif_workspace_free,
                                    .run_together = lif_run_together};
  return &ops;
}
