/* SPDX-License-Identifier: MIT
 * Model "lif" in double precision, every operation in the order of the authors' LIF_network_fnc.m (Kim et al.
 * 2019): given the same v_0 and no noise it gives their spikes, every one. Judge of the fast engine
 * (spike_lif.c) and engine of `verify`. Equations S1..S6 of docs/equations.md.
 *
 * Don't simplify the arithmetic: dt/tau_m taken first, or t_last = k dt, moves spikes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "spike/spike_model.h"
#include "spike/spike_noise.h"

static const double PEAK_MV = 30; /* the authors record a spike as this voltage */

typedef struct lif_reference {
  r2s_spike_layout layout;
  r2s_spike_config config;
  double dt, tau_m, t_ref, tau_r; /* s */
  double noise_mv;                /* sd of a step */
  double *W;                      /* [pre][post], W/scale */
  double *w_in;                   /* [post][channel] */
  double *w_out;                  /* [output][unit], w_out/scale */
  double *b_out;                  /* [output]; 0 without readout_bias */
  double *tau_d, *decay_d;        /* [N] s, exp(-dt/tau_d) */
  double decay_r;                 /* exp(-dt/tau_r) */
} lif_reference;

typedef struct lif_reference_workspace {
  double *v, *ipsc, *h, *r, *hr, *t_last, *ext, *jd; /* [N] */
  int *spikers;                                      /* [N] units that spike in this step */
  r2s_spike_noise noise;
  r2s_spike_list spikes;
} lif_reference_workspace;

static void reference_free(void *state) {
  lif_reference *s = state;
  if (!s) return;
  free(s->W);
  free(s->w_in);
  free(s->w_out);
  free(s->b_out);
  free(s->tau_d);
  free(s->decay_d);
  free(s);
}

/* Eq. R3 in seconds, as the authors compute it from taus in rate steps */
static void fill_tau_d(lif_reference *s, const r2s_model *model) {
  double low = model->tau_min_ms / model->dt_ms, high = model->tau_max_ms / model->dt_ms;
  for (int i = 0; i < model->n; i++) {
    double steps = low == high ? low : 1 / (1 + exp(-model->taus_gaus[i])) * (high - low) + low;
    s->tau_d[i] = steps * model->dt_ms / 1000;
    s->decay_d[i] = exp(-s->dt / s->tau_d[i]);
  }
}

static r2s_status fill_weights(lif_reference *s, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out;
  double *rows = NULL;
  R2S_ALLOC(st, &rows, n * n, "effective weights", err);
  R2S_ALLOC(st, &s->W, n * n, "scaled weights", err);
  R2S_ALLOC(st, &s->w_in, n * n_in, "input weights", err);
  R2S_ALLOC(st, &s->w_out, n_out * n, "readout weights", err);
  R2S_ALLOC(st, &s->b_out, n_out, "readout bias", err);
  r2s_model_effective_w(model, false, rows);
  R2S_TRY(st, r2s_spike_scaled_check(rows, model->n, s->config.scale, err));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) s->W[j * n + i] = rows[i * n + j] / s->config.scale;
  memcpy(s->w_in, model->w_in, n * n_in * sizeof *s->w_in);
  for (size_t k = 0; k < n_out * n; k++) s->w_out[k] = model->w_out[k] / s->config.scale;
  if (s->config.readout_bias) memcpy(s->b_out, model->b_out, n_out * sizeof *s->b_out);
done:
  free(rows);
  return st;
}

static r2s_status reference_prepare(void **state, const r2s_model *model, const r2s_spike_config *config,
                                    const r2s_spike_layout *layout, r2s_error *err) {
  r2s_status st = R2S_OK;
  lif_reference *s = NULL;
  R2S_ALLOC(st, &s, 1, "reference LIF", err);
  s->layout = *layout;
  s->config = *config;
  s->dt = config->neuron.dt_ms / 1000;
  s->tau_m = config->neuron.tau_m_ms / 1000;
  s->t_ref = config->neuron.t_ref_ms / 1000;
  s->tau_r = config->tau_r_ms / 1000;
  s->decay_r = s->tau_r > 0 ? exp(-s->dt / s->tau_r) : 0;
  s->noise_mv = r2s_spike_curve_neuron(config).noise_mv;
  R2S_ALLOC(st, &s->tau_d, (size_t)model->n, "tau_d", err);
  R2S_ALLOC(st, &s->decay_d, (size_t)model->n, "synaptic decays", err);
  fill_tau_d(s, model);
  R2S_TRY(st, fill_weights(s, model, err));
done:
  if (st != R2S_OK) {
    reference_free(s);
    s = NULL;
  }
  *state = s;
  return st;
}

static void reference_workspace_free(void *workspace) {
  lif_reference_workspace *w = workspace;
  if (!w) return;
  free(w->v);
  free(w->spikers);
  free(w->spikes.events);
  r2s_spike_noise_free(&w->noise);
  free(w);
}

static r2s_status reference_workspace_create(void **workspace, const void *state, r2s_error *err) {
  r2s_status st = R2S_OK;
  const lif_reference *s = state;
  size_t n = (size_t)s->layout.n;
  lif_reference_workspace *w = NULL;
  R2S_ALLOC(st, &w, 1, "reference LIF workspace", err);
  R2S_ALLOC(st, &w->v, 8 * n, "reference LIF state", err);
  double **views[] = {&w->ipsc, &w->h, &w->r, &w->hr, &w->t_last, &w->ext, &w->jd};
  for (size_t k = 0; k < sizeof views / sizeof *views; k++) *views[k] = w->v + (k + 1) * n;
  R2S_ALLOC(st, &w->spikers, n, "spiking units", err);
  R2S_TRY(st, r2s_spike_noise_create(&w->noise, n, 1, r2s_isa_current(), err));
done:
  if (st != R2S_OK) {
    reference_workspace_free(w);
    w = NULL;
  }
  *workspace = w;
  return st;
}

/* Eq. S1: ext = w_in u, in order of channel and fused: the bits of the matrix product under Octave (OpenBLAS)
 */
static void set_input(const lif_reference *s, const r2s_spike_trial *trial, int column, double *ext) {
  int n_in = s->layout.n_in;
  size_t at = (size_t)column * (size_t)n_in;
  for (int i = 0; i < s->layout.n; i++) {
    ext[i] = 0;
    for (int c = 0; c < n_in; c++) {
      double u = trial->u_double ? trial->u_double[at + (size_t)c] : (double)trial->u[at + (size_t)c];
      ext[i] = fma(s->w_in[i * n_in + c], u, ext[i]);
    }
  }
}

/* The paper's text: each synapse filters with tau_d of its sender, IPSC = W r */
static void sum_senders(const lif_reference *s, lif_reference_workspace *w) {
  int n = s->layout.n;
  for (int i = 0; i < n; i++) w->ipsc[i] = 0;
  for (int j = 0; j < n; j++)
    if (w->r[j] != 0)
      for (int i = 0; i < n; i++) w->ipsc[i] += s->W[(size_t)j * (size_t)n + (size_t)i] * w->r[j];
}

/* Eq. S2: membranes; returns the number of units at or above threshold, listed in spikers */
static int advance_membranes(const lif_reference *s, lif_reference_workspace *w, double t, double noise_mv) {
  const float *normals = noise_mv != 0 ? r2s_spike_noise_next(&w->noise, 1) : NULL;
  int n_spikers = 0;
  for (int i = 0; i < s->layout.n; i++) {
    double I = w->ipsc[i] + s->config.neuron.v_bias_mv;
    I = I + w->ext[i];
    double active = t > w->t_last[i] + s->t_ref;
    double dv = active * (-w->v[i] + I) / s->tau_m;
    w->v[i] = w->v[i] + s->dt * dv;
    if (normals) w->v[i] += noise_mv * (double)normals[i];
    if (w->v[i] >= s->config.neuron.v_th_mv) w->spikers[n_spikers++] = i;
  }
  return n_spikers;
}

/* Eq. S4, S5: synapses and readout filters */
static void advance_filters(const lif_reference *s, lif_reference_workspace *w) {
  bool by_receiver = !s->config.tau_of_sender;
  for (int i = 0; i < s->layout.n; i++) {
    double tau_d = s->tau_d[i], decay_d = s->decay_d[i];
    double spiked = w->v[i] >= s->config.neuron.v_th_mv;
    if (s->tau_r == 0) {
      if (by_receiver) w->ipsc[i] = w->ipsc[i] * decay_d + w->jd[i] / tau_d;
      w->r[i] = w->r[i] * decay_d + spiked / tau_d;
    } else {
      if (by_receiver) {
        w->ipsc[i] = w->ipsc[i] * decay_d + w->h[i] * s->dt;
        w->h[i] = w->h[i] * s->decay_r + w->jd[i] / (s->tau_r * tau_d);
      }
      w->r[i] = w->r[i] * decay_d + w->hr[i] * s->dt;
      w->hr[i] = w->hr[i] * s->decay_r + spiked / (s->tau_r * tau_d);
    }
  }
}

/* Eq. S3: J = sum of the spiking columns of W, in order of unit */
static void sum_columns(const lif_reference *s, lif_reference_workspace *w, int n_spikers) {
  int n = s->layout.n;
  memset(w->jd, 0, (size_t)n * sizeof *w->jd);
  for (int k = 0; k < n_spikers; k++) {
    const double *column = s->W + (size_t)w->spikers[k] * (size_t)n;
    for (int i = 0; i < n; i++) w->jd[i] += column[i];
  }
}

/* Eq. S6 */
static void record_sample(const lif_reference *s, const lif_reference_workspace *w, size_t sample,
                          r2s_spike_record *record) {
  const size_t n = (size_t)s->layout.n, n_out = (size_t)s->layout.n_out;
  for (size_t o = 0; o < n_out; o++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += s->w_out[o * n + i] * w->r[i];
    record->out[sample * n_out + o] = sum + s->b_out[o];
  }
  if (record->voltage)
    for (size_t i = 0; i < n && i < R2S_VOLTAGE_UNITS; i++)
      record->voltage[sample * R2S_VOLTAGE_UNITS + i] =
          w->v[i] >= s->config.neuron.v_th_mv ? PEAK_MV : w->v[i];
}

/* t_last, the record, and the reset by way of the peak, as written */
static r2s_status take_spikes(const lif_reference *s, lif_reference_workspace *w, int k, double t,
                              int n_spikers, r2s_spike_record *record, r2s_error *err) {
  if (s->layout.record_spikes) {
    r2s_status st = r2s_spike_list_reserve(&w->spikes, (size_t)n_spikers, err);
    if (st != R2S_OK) return st;
  }
  for (int q = 0; q < n_spikers; q++) {
    int i = w->spikers[q];
    w->t_last[i] = w->t_last[i] + (t - w->t_last[i]);
    w->v[i] = w->v[i] + (PEAK_MV - w->v[i]);
    w->v[i] = w->v[i] + (s->config.neuron.v_reset_mv - w->v[i]);
    record->counts[i]++;
    if (s->layout.record_spikes) w->spikes.events[w->spikes.count++] = (r2s_spike_event){i, k};
  }
  record->n_spikes += (uint64_t)n_spikers;
  return R2S_OK;
}

static r2s_status reference_run_trial(const void *state, void *workspace, const r2s_spike_trial *trial,
                                      int steps, const r2s_spike_watch *watch, r2s_spike_record *record,
                                      r2s_error *err) {
  r2s_status st = R2S_OK;
  const lif_reference *s = state;
  lif_reference_workspace *w = workspace;
  size_t n = (size_t)s->layout.n;
  int per_sample = s->layout.steps_per_sample, column = -1;
  double noise_mv = s->noise_mv * trial->noise_scale;
  memset(w->v, 0, 8 * n * sizeof *w->v);
  r2s_spike_initial_voltages(trial, &s->config.neuron, (int)n, w->v);
  r2s_spike_noise_seed(&w->noise, trial->id);
  w->spikes.count = 0;
  for (int k = 1; k <= steps; k++) {
    double t = s->dt * k;
    int next = r2s_spike_column(&s->layout, k, s->config.input_on_step);
    if (next != column) set_input(s, trial, next, w->ext);
    column = next;
    if (s->config.tau_of_sender) sum_senders(s, w);
    int n_spikers = advance_membranes(s, w, t, noise_mv);
    sum_columns(s, w, n_spikers);
    advance_filters(s, w);
    if (k % per_sample == 0) {
      record_sample(s, w, (size_t)(k / per_sample - 1), record);
      R2S_TRY(st, r2s_spike_watch_ask(watch, err));
    }
    R2S_TRY(st, take_spikes(s, w, k, t, n_spikers, record, err));
  }
  for (size_t i = 0; i < n; i++) R2S_TRY(st, r2s_spike_voltage_check((int)i, w->v[i], err));
  memcpy(record->rates_end, w->r, n * sizeof *w->r);
  if (s->layout.record_spikes) R2S_TRY(st, r2s_spike_record_spikes(record, &w->spikes, err));
done:
  return st;
}

const r2s_spike_ops *r2s_spike_lif_reference(void) {
  static const r2s_spike_ops ops = {.prepare = reference_prepare,
                                    .free = reference_free,
                                    .workspace_create = reference_workspace_create,
                                    .workspace_free = reference_workspace_free,
                                    .run_trial = reference_run_trial};
  return &ops;
}
