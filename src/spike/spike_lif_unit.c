/* SPDX-License-Identifier: MIT
 * Model "lif-unit": the write-up's dimensionless LIF, double precision, deterministic. In each step k, in
 * this order:
 *
 *     U1  drive = W r / scale + v_bias + w_in u          u of the rate step in which step k lies
 *     U2  v <- (1 - dt/tau_m) v + (dt/tau_m) drive       unless refractory, for t_ref after a spike
 *     U3  spike where v >= v_th: v <- v_reset, s <- s + amp
 *         amp = 1/tau_r, for which r = R tau_d at a steady rate R; or dt/(tau_r tau_d) (unit_area)
 *     U4  r <- (1 - dt/tau_d) r + dt s, s <- (1 - dt/tau_r) s
 *     U5  out = w_out r / scale
 *
 * Times in ms; v, drive and r have no unit. tau_d is the sender's. Where all tau_d are equal W r follows U4
 * itself, fed by the columns of the spiking units: then a step needs no matrix. Else networks that differ in
 * their scale alone take the product side by side, each edge's weight once for all of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_flush.h"
#include "base/base_memory.h"
#include "spike/kernels/lif_unit_step.h"
#include "spike/spike_model.h"

typedef struct lif_unit {
  r2s_spike_layout layout;
  r2s_spike_config config;
  r2s_isa isa;
  bool equal_tau_d;
  int n_padded, refractory_steps;
  r2s_lif_unit_edges edges; /* by sender: W/scale where all tau_d are equal, else W */
  r2s_lif_unit_edges rows;  /* by receiver: W; where they are not */
  double *w_in;             /* [post][channel] */
  double *w_out, *b_out;    /* [output][unit], w_out/scale; [output] */
  double *decay_d;          /* [n_padded] 1 - dt/tau_d */
  double *amp;              /* [N] of the unit's own spikes */
} lif_unit;

typedef struct lif_unit_workspace {
  r2s_lif_unit_step step; /* its arrays are ours */
  int column;             /* of u, whose input is set; -1: none */
  double *sent, *got;     /* [N x LANES] r and W r/scale of networks side by side; NULL: there were none */
  uint64_t *spiking;      /* [ceil(n_padded/64)] */
  r2s_spike_list spikes;
} lif_unit_workspace;

enum { N_ARRAYS = 7, LANES = R2S_SPIKE_MOST_TOGETHER };
_Static_assert(LANES == 2 * R2S_LIF_UNIT_LANES, "the product's widths");

static void free_edges(r2s_lif_unit_edges *edges) {
  free(edges->start);
  free(edges->other);
  free(edges->weight);
}

static void unit_free(void *state) {
  lif_unit *u = state;
  if (!u) return;
  free_edges(&u->edges);
  free_edges(&u->rows);
  free(u->w_in);
  free(u->w_out);
  free(u->b_out);
  free(u->decay_d);
  free(u->amp);
  free(u);
}

/* The edges that exist, by sender: a trained network has a few per cent of N^2. */
static r2s_status fill_edges(lif_unit *u, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_lif_unit_edges *edges = &u->edges;
  const size_t n = (size_t)model->n;
  const double scale = u->equal_tau_d ? u->config.scale : 1;
  double *W = NULL;
  edges->n = model->n;
  R2S_ALLOC(st, &W, n * n, "effective weights", err);
  r2s_model_effective_w(model, false, W);
  R2S_TRY(st, r2s_spike_scaled_check(W, model->n, u->config.scale, err));
  R2S_TRY(st, r2s_spike_edges(W, model->n, &edges->start, &edges->other, err));
  R2S_ALLOC(st, &edges->weight, edges->start[n], "weights of edges", err);
  for (size_t j = 0; j < n; j++)
    for (size_t e = edges->start[j]; e < edges->start[j + 1]; e++)
      edges->weight[e] = W[(size_t)edges->other[e] * n + j] / scale;
done:
  free(W);
  return st;
}

/* The same edges by receiver. */
static r2s_status fill_rows(r2s_lif_unit_edges *rows, const r2s_lif_unit_edges *edges, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)edges->n, count = edges->start[n];
  size_t *next = NULL; /* a row's next free place */
  rows->n = edges->n;
  R2S_ALLOC(st, &rows->start, n + 1, "edges by receiver", err);
  R2S_ALLOC(st, &rows->other, count, "senders of edges", err);
  R2S_ALLOC(st, &rows->weight, count, "weights of edges", err);
  R2S_ALLOC(st, &next, n, "edges by receiver", err);
  for (size_t e = 0; e < count; e++) rows->start[edges->other[e] + 1]++;
  for (size_t i = 0; i < n; i++) rows->start[i + 1] += rows->start[i];
  memcpy(next, rows->start, n * sizeof *next);
  for (size_t j = 0; j < n; j++)
    for (size_t e = edges->start[j]; e < edges->start[j + 1]; e++) {
      const size_t at = next[edges->other[e]]++;
      rows->other[at] = (int)j;
      rows->weight[at] = edges->weight[e];
    }
done:
  free(next);
  return st;
}

static r2s_status fill_weights(lif_unit *u, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  R2S_TRY(st, fill_edges(u, model, err));
  if (!u->equal_tau_d) R2S_TRY(st, fill_rows(&u->rows, &u->edges, err));
  R2S_ALLOC(st, &u->w_in, n * n_in, "input weights", err);
  R2S_ALLOC(st, &u->w_out, n_out * n, "readout weights", err);
  R2S_ALLOC(st, &u->b_out, n_out, "readout bias", err);
  memcpy(u->w_in, model->w_in, n * n_in * sizeof *u->w_in);
  for (size_t k = 0; k < n_out * n; k++) u->w_out[k] = model->w_out[k] / u->config.scale;
  if (u->config.readout_bias) memcpy(u->b_out, model->b_out, n_out * sizeof *u->b_out);
done:
  return st;
}

static r2s_status unit_prepare(void **state, const r2s_model *model, const r2s_spike_config *config,
                               const r2s_spike_layout *layout, r2s_error *err) {
  r2s_status st = R2S_OK;
  lif_unit *u = NULL;
  const double dt = config->neuron.dt_ms;
  R2S_ALLOC(st, &u, 1, "dimensionless LIF", err);
  u->layout = *layout;
  u->config = *config;
  u->isa = r2s_isa_current();
  u->n_padded = (model->n + R2S_LIF_UNIT_LANES - 1) / R2S_LIF_UNIT_LANES * R2S_LIF_UNIT_LANES;
  u->refractory_steps = (int)lround(config->neuron.t_ref_ms / dt);
  R2S_ALLOC(st, &u->decay_d, (size_t)u->n_padded, "synaptic decays", err);
  R2S_ALLOC(st, &u->amp, (size_t)model->n, "spike amplitudes", err);
  r2s_model_tau_d_ms(model, u->decay_d);
  u->equal_tau_d = true;
  for (int i = 0; i < model->n; i++) u->equal_tau_d &= u->decay_d[i] == u->decay_d[0];
  for (int i = 0; i < model->n; i++) {
    double tau_d = u->decay_d[i];
    if (dt >= 2 * tau_d)
      R2S_TRY(st, r2s_fail(err, R2S_ERR_CONFIG,
                           "model lif-unit: dt = %g ms, and unit %d (from 1) has tau_d = %g ms; expected a "
                           "step below twice tau_d: the synapse grows without end",
                           dt, i + 1, tau_d));
    u->amp[i] = config->unit_area ? dt / (config->tau_r_ms * tau_d) : 1 / config->tau_r_ms;
    u->decay_d[i] = 1 - dt / tau_d;
  }
  R2S_TRY(st, fill_weights(u, model, err));
done:
  if (st != R2S_OK) {
    unit_free(u);
    u = NULL;
  }
  *state = u;
  return st;
}

static void unit_workspace_free(void *workspace) {
  lif_unit_workspace *w = workspace;
  if (!w) return;
  free(w->step.v);
  free(w->spiking);
  free(w->sent);
  free(w->got);
  free(w->spikes.events);
  free(w);
}

static r2s_status unit_workspace_create(void **workspace, const void *state, r2s_error *err) {
  r2s_status st = R2S_OK;
  const lif_unit *u = state;
  const size_t n_padded = (size_t)u->n_padded;
  const r2s_neuron_params *neuron = &u->config.neuron;
  lif_unit_workspace *w = NULL;
  double *arrays = NULL;
  R2S_ALLOC(st, &w, 1, "dimensionless LIF workspace", err);
  R2S_ALLOC(st, &arrays, N_ARRAYS * n_padded, "dimensionless LIF state", err);
  w->step = (r2s_lif_unit_step){.n_padded = u->n_padded,
                                .equal_tau_d = u->equal_tau_d,
                                .dt = neuron->dt_ms,
                                .leak = neuron->dt_ms / neuron->tau_m_ms,
                                .decay_r = 1 - neuron->dt_ms / u->config.tau_r_ms,
                                .v_th = neuron->v_th_mv,
                                .decay_d = u->decay_d,
                                .v = arrays,
                                .r = arrays + n_padded,
                                .s = arrays + 2 * n_padded,
                                .wr = arrays + 3 * n_padded,
                                .ws = arrays + 4 * n_padded,
                                .ext = arrays + 5 * n_padded,
                                .active_from = arrays + 6 * n_padded};
  R2S_ALLOC(st, &w->spiking, (n_padded + 63) / 64, "spiking units", err);
done:
  if (st != R2S_OK) {
    unit_workspace_free(w);
    w = NULL;
  }
  *workspace = w;
  return st;
}

static void start_trial(const lif_unit *u, lif_unit_workspace *w, const r2s_spike_trial *trial) {
  const size_t n = (size_t)u->layout.n, n_padded = (size_t)u->n_padded;
  memset(w->step.v, 0, N_ARRAYS * n_padded * sizeof *w->step.v);
  r2s_spike_initial_voltages(trial, &u->config.neuron, (int)n, w->step.v);
  for (size_t i = n; i < n_padded; i++) w->step.v[i] = -INFINITY, w->step.active_from[i] = INFINITY;
  w->spikes.count = 0;
  w->column = -1;
}

static void set_input(const lif_unit *u, const float *input, double *ext) {
  int n_in = u->layout.n_in;
  for (int i = 0; i < u->layout.n; i++) {
    ext[i] = u->config.neuron.v_bias_mv;
    for (int c = 0; c < n_in; c++) ext[i] += u->w_in[i * n_in + c] * (double)input[c];
  }
}

/* sum += factor (column of W of this sender) */
static void add_column(const lif_unit *u, int sender, double factor, double *restrict sum) {
  const r2s_lif_unit_edges *edges = &u->edges;
  for (size_t e = edges->start[sender]; e < edges->start[sender + 1]; e++)
    sum[edges->other[e]] += factor * edges->weight[e];
}

/* U3 */
static r2s_status take_spikes(const lif_unit *u, lif_unit_workspace *w, int k, r2s_spike_record *record,
                              r2s_error *err) {
  const r2s_lif_unit_step *step = &w->step;
  for (int word = 0; word * 64 < u->n_padded; word++)
    for (uint64_t bits = w->spiking[word]; bits; bits &= bits - 1) {
      int i = word * 64 + __builtin_ctzll(bits);
      step->v[i] = u->config.neuron.v_reset_mv;
      step->s[i] += u->amp[i];
      step->active_from[i] = k + 1 + u->refractory_steps;
      if (u->equal_tau_d) add_column(u, i, u->amp[i], step->ws);
      record->counts[i]++;
      record->n_spikes++;
      if (!u->layout.record_spikes) continue;
      r2s_status st = r2s_spike_list_reserve(&w->spikes, 1, err);
      if (st != R2S_OK) return st;
      w->spikes.events[w->spikes.count++] = (r2s_spike_event){i, k};
    }
  return R2S_OK;
}

/* U5 */
static void record_sample(const lif_unit *u, const lif_unit_workspace *w, size_t sample,
                          r2s_spike_record *record) {
  const size_t n = (size_t)u->layout.n, n_out = (size_t)u->layout.n_out;
  for (size_t o = 0; o < n_out; o++) {
    double sum = u->b_out[o];
    for (size_t i = 0; i < n; i++) sum += u->w_out[o * n + i] * w->step.r[i];
    record->out[sample * n_out + o] = sum;
  }
  if (record->voltage)
    for (size_t i = 0; i < n && i < R2S_VOLTAGE_UNITS; i++)
      record->voltage[sample * R2S_VOLTAGE_UNITS + i] = w->step.v[i];
}

/* Step k, but for W r. */
static r2s_status advance(const lif_unit *u, lif_unit_workspace *w, const r2s_spike_trial *trial, int k,
                          r2s_spike_record *record, r2s_error *err) {
  const int column = r2s_spike_column(&u->layout, k, true), per_sample = u->layout.steps_per_sample;
  if (column != w->column) set_input(u, trial->u + (size_t)column * (size_t)u->layout.n_in, w->step.ext);
  w->column = column;
  R2S_KERNEL_PICK(u->isa, r2s_lif_unit_membranes)(&w->step, k, w->spiking);
  r2s_status st = take_spikes(u, w, k, record, err);
  if (st != R2S_OK) return st;
  R2S_KERNEL_PICK(u->isa, r2s_lif_unit_filters)(&w->step);
  if (k % per_sample == 0) record_sample(u, w, (size_t)(k / per_sample - 1), record);
  return R2S_OK;
}

enum { FEW = 2 /* networks that are faster one by one, without their silent units */ };

static r2s_status make_room(const lif_unit *u, lif_unit_workspace *w, r2s_error *err) {
  r2s_status st = R2S_OK;
  if (w->got) return R2S_OK;
  R2S_ALLOC(st, &w->sent, (size_t)u->layout.n * LANES, "rates side by side", err);
  R2S_ALLOC(st, &w->got, (size_t)u->layout.n * LANES, "input side by side", err);
done:
  return st;
}

/* W r of all networks, a lane each; the lanes that are left are of none. */
static void multiply_together(void *const *states, void *const *workspaces, int count) {
  const lif_unit *lead = states[0];
  const lif_unit_workspace *own = workspaces[0];
  const size_t width = count > R2S_LIF_UNIT_LANES ? LANES : R2S_LIF_UNIT_LANES, n = (size_t)lead->layout.n;
  double factor[LANES] = {0}, *r[LANES], *wr[LANES];
  for (int c = 0; c < count; c++) {
    const r2s_lif_unit_step *step = &((const lif_unit_workspace *)workspaces[c])->step;
    factor[c] = 1 / ((const lif_unit *)states[c])->config.scale;
    r[c] = step->r, wr[c] = step->wr;
  }
  for (size_t i = 0; i < n; i++)
    for (int c = 0; c < count; c++) own->sent[i * width + (size_t)c] = r[c][i];
  R2S_KERNEL_PICK(lead->isa, r2s_lif_unit_product)(&lead->rows, width, own->sent, factor, own->got);
  for (size_t i = 0; i < n; i++)
    for (int c = 0; c < count; c++) wr[c][i] = own->got[i * width + (size_t)c];
}

/* W r of one network: the same bits. */
static void multiply_alone(const lif_unit *u, const r2s_lif_unit_step *step) {
  const size_t n = (size_t)u->layout.n;
  const double factor = 1 / u->config.scale;
  memset(step->wr, 0, n * sizeof *step->wr);
  for (size_t j = 0; j < n; j++)
    if (step->r[j] != 0) add_column(u, (int)j, step->r[j], step->wr);
  for (size_t i = 0; i < n; i++) step->wr[i] *= factor;
}

static void multiply(void *const *states, void *const *workspaces, int count) {
  if (count > FEW)
    multiply_together(states, workspaces, count);
  else
    for (int c = 0; c < count; c++)
      multiply_alone(states[c], &((const lif_unit_workspace *)workspaces[c])->step);
}

static r2s_status finish_trial(const lif_unit *u, const lif_unit_workspace *w, r2s_spike_record *record,
                               r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int i = 0; i < u->layout.n; i++) R2S_TRY(st, r2s_spike_voltage_check(i, w->step.v[i], err));
  memcpy(record->rates_end, w->step.r, (size_t)u->layout.n * sizeof *w->step.r);
  if (u->layout.record_spikes) R2S_TRY(st, r2s_spike_record_spikes(record, &w->spikes, err));
done:
  return st;
}

/* All steps of networks that wait for each other in each of them, or of one. */
static r2s_status run_steps(void *const *states, void *const *workspaces, int count,
                            const r2s_spike_trial *trial, int steps, const r2s_spike_watch *watch,
                            r2s_spike_record *records, r2s_error *err) {
  const lif_unit *lead = states[0];
  r2s_status st = R2S_OK;
  if (count > FEW) R2S_TRY(st, make_room(lead, workspaces[0], err));
  for (int c = 0; c < count; c++) start_trial(states[c], workspaces[c], trial);
  for (int k = 1; k <= steps; k++) {
    if (!lead->equal_tau_d) multiply(states, workspaces, count);
    for (int c = 0; c < count; c++)
      R2S_TRY(st, advance(states[c], workspaces[c], trial, k, &records[c], err));
    if (k % lead->layout.steps_per_sample == 0) R2S_TRY(st, r2s_spike_watch_ask(watch, err));
  }
  for (int c = 0; c < count; c++) R2S_TRY(st, finish_trial(lead, workspaces[c], &records[c], err));
done:
  return st;
}

static r2s_status unit_run_together(void *const *states, void *const *workspaces, int count,
                                    const r2s_spike_trial *trial, int steps, const r2s_spike_watch *watch,
                                    r2s_spike_record *records, r2s_error *err) {
  const int side_by_side = ((const lif_unit *)states[0])->equal_tau_d ? 1 : count;
  const uint64_t mode = r2s_flush_on(); /* after a second of silence rates are denormal, and slow */
  r2s_status st = R2S_OK;
  for (int c = 0; st == R2S_OK && c < count; c += side_by_side)
    st = run_steps(states + c, workspaces + c, side_by_side, trial, steps, watch, records + c, err);
  r2s_flush_restore(mode);
  return st;
}

const r2s_spike_ops *r2s_spike_lif_unit(void) {
  static const r2s_spike_ops ops = {.prepare = unit_prepare,
                                    .free = unit_free,
                                    .workspace_create = unit_workspace_create,
                                    .workspace_free = unit_workspace_free,
                                    .run_together = unit_run_together};
  return &ops;
}
