/* SPDX-License-Identifier: MIT
 * The native engine of psc-dexp and psc-alpha: all units a step at a time in vectors, spikes delivered one by
 * one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"
#include "spike/spike_psc.h"

enum { NOISE_STEPS = 16, NOISE_BLOCK = 32 };

typedef struct engine {
  r2s_spike_psc_net net;
  r2s_isa isa;
  int noise_row; /* normals of one step: N rounded up to whole blocks */
} engine;

typedef struct workspace {
  r2s_spike_psc_state state;
  double *block; /* the next arrays */
  size_t block_size;
  double *ring[2];   /* [delay_steps x n_pad] weights on their way, by the update that reads them */
  double *external;  /* [n_pad] */
  double *constant;  /* [n_pad] external current without noise */
  double *v0;        /* [N] */
  double *scratch;   /* [3 N] */
  uint64_t *spiking; /* [ceil(n_pad/64)] */
  float *normal;     /* [NOISE_STEPS x noise_row] */
  r2s_random random;
  r2s_spike_list spikes;
} workspace;

static r2s_status psc_prepare(void **state, const r2s_model *model, const r2s_spike_config *config,
                              const r2s_spike_layout *layout, r2s_error *err) {
  r2s_status st = R2S_OK;
  engine *e = NULL;
  *state = NULL;
  R2S_ALLOC(st, &e, 1, "engine", err);
  R2S_TRY(st, r2s_spike_psc_net_build(&e->net, model, config, layout, err));
  e->isa = r2s_isa_current();
  e->noise_row = (e->net.n_pad + NOISE_BLOCK - 1) / NOISE_BLOCK * NOISE_BLOCK;
  *state = e;
  e = NULL;
done:
  free(e);
  return st;
}

static void psc_free(void *state) {
  if (!state) return;
  engine *e = state;
  r2s_spike_psc_net_free(&e->net);
  free(e);
}

static void psc_workspace_free(void *space) {
  if (!space) return;
  workspace *ws = space;
  free(ws->state.units);
  free(ws->block);
  free(ws->v0);
  free(ws->scratch);
  free(ws->spiking);
  free(ws->normal);
  free(ws->spikes.events);
  free(ws);
}

static r2s_status psc_workspace_create(void **out, const void *state, r2s_error *err) {
  r2s_status st = R2S_OK;
  const engine *e = state;
  const size_t pad = (size_t)e->net.n_pad, n = (size_t)e->net.layout.n, delay = (size_t)e->net.delay_steps;
  workspace *ws = NULL;
  *out = NULL;
  R2S_ALLOC(st, &ws, 1, "workspace", err);
  ws->block_size = (2 + 2 * delay) * pad;
  R2S_ALLOC(st, &ws->state.units, pad / R2S_SPIKE_PSC_GROUP, "state of the units", err);
  R2S_ALLOC(st, &ws->block, ws->block_size, "currents of the units", err);
  R2S_ALLOC(st, &ws->v0, n, "initial voltages", err);
  R2S_ALLOC(st, &ws->scratch, 3 * n, "readout", err);
  R2S_ALLOC(st, &ws->spiking, (pad + 63) / 64, "spiking units", err);
  R2S_ALLOC(st, &ws->normal, NOISE_STEPS * (size_t)e->noise_row, "noise", err);
  double *p = ws->block;
  ws->external = p, ws->constant = p + pad;
  ws->ring[0] = p + 2 * pad, ws->ring[1] = ws->ring[0] + delay * pad;
  *out = ws;
  ws = NULL;
done:
  psc_workspace_free(ws);
  return st;
}

static double *v_of(const workspace *ws, int unit) {
  return &ws->state.units[unit / R2S_SPIKE_PSC_GROUP].v[unit % R2S_SPIKE_PSC_GROUP];
}

static double *until_of(const workspace *ws, int unit) {
  return &ws->state.units[unit / R2S_SPIKE_PSC_GROUP].until[unit % R2S_SPIKE_PSC_GROUP];
}

static void begin(const engine *e, workspace *ws, const r2s_spike_trial *trial) {
  const r2s_spike_psc_net *net = &e->net;
  memset(ws->block, 0, ws->block_size * sizeof *ws->block);
  memset(ws->state.units, 0, (size_t)(net->n_pad / R2S_SPIKE_PSC_GROUP) * sizeof *ws->state.units);
  ws->spikes.count = 0;
  r2s_spike_initial_voltages(trial, &net->neuron, net->layout.n, ws->v0);
  for (int i = 0; i < net->n_pad; i++) {
    const bool unit = i < net->layout.n; /* where there is none: under the threshold for good */
    *v_of(ws, i) = unit ? ws->v0[i] - net->e_l_mv : -INFINITY;
    *until_of(ws, i) = unit ? -1 : INFINITY;
  }
  r2s_random_seed_trial(&ws->random, trial->id, R2S_STREAM_SPIKE_NOISE);
}

/* Current of a column of u. */
static void set_constant(const r2s_spike_psc_net *net, const r2s_spike_trial *trial, int column,
                         double *constant) {
  const int n = net->layout.n, n_in = net->layout.n_in;
  memset(constant, 0, (size_t)n * sizeof *constant);
  for (int c = 0; c < n_in; c++) {
    double u = trial->u[(size_t)column * (size_t)n_in + (size_t)c];
    const double *input = net->input_pa + (size_t)c * (size_t)n;
    for (int i = 0; i < n; i++) constant[i] += input[i] * u;
  }
}

/* Makes ws->state.external: what reaches the units from outside in this update. */
static void set_external(const engine *e, workspace *ws, const r2s_spike_trial *trial, int update,
                         double noise_pa) {
  const r2s_spike_psc_net *net = &e->net;
  const int n = net->layout.n;
  int column = r2s_spike_psc_column(&net->layout, update, trial->n_columns);
  if (column >= 0 && column != r2s_spike_psc_column(&net->layout, update - 1, trial->n_columns))
    set_constant(net, trial, column, ws->constant);
  ws->state.external = ws->constant;
  if (noise_pa > 0) {
    int row = update % NOISE_STEPS;
    if (row == 0) r2s_random_fill_normal(&ws->random, ws->normal, NOISE_STEPS * (size_t)e->noise_row, e->isa);
    R2S_KERNEL_PICK(e->isa, r2s_spike_psc_add_noise)
    (ws->external, ws->constant, ws->normal + (size_t)row * (size_t)e->noise_row, noise_pa, net->n_pad);
    ws->state.external = ws->external;
  } else if (trial->injected_pa && update >= 2) {
    const double *injected = trial->injected_pa + (size_t)(update - 1) * (size_t)n;
    for (int i = 0; i < n; i++) ws->external[i] = ws->constant[i] + injected[i];
    ws->state.external = ws->external;
  }
}

/* Resets the units that reached the threshold, and sends their weights on their way. */
static void spike(const r2s_spike_psc_net *net, workspace *ws, int update, int slot) {
  const double reset = net->neuron.v_reset_mv - net->e_l_mv;
  double *positive = ws->ring[0] + (size_t)slot * (size_t)net->n_pad;
  double *negative = net->alpha ? ws->ring[1] + (size_t)slot * (size_t)net->n_pad : positive;
  for (int word = 0; word < (net->n_pad + 63) / 64; word++)
    for (uint64_t bits = ws->spiking[word]; bits; bits &= bits - 1) {
      int j = 64 * word + __builtin_ctzll(bits);
      *v_of(ws, j) = reset;
      *until_of(ws, j) = update + net->ref_steps;
      ws->spikes.events[ws->spikes.count++] = (r2s_spike_event){.unit = j, .step = update + 1};
      size_t s = net->start[j];
      for (; s < net->split[j]; s++) positive[net->target[s]] += net->weight_pa[s];
      for (; s < net->start[j + 1]; s++) negative[net->target[s]] += net->weight_pa[s];
    }
}

static void record_voltage(const r2s_spike_psc_net *net, const workspace *ws, int sample,
                           r2s_spike_record *record) {
  for (int i = 0; i < R2S_VOLTAGE_UNITS && i < net->layout.n; i++)
    record->voltage[R2S_VOLTAGE_UNITS * (size_t)sample + (size_t)i] = *v_of(ws, i) + net->e_l_mv;
}

static r2s_status psc_run_trial(const void *state, void *space, const r2s_spike_trial *trial, int steps,
                                const r2s_spike_watch *watch, r2s_spike_record *record, r2s_error *err) {
  r2s_status st = R2S_OK;
  const engine *e = state;
  const r2s_spike_psc_net *net = &e->net;
  workspace *ws = space;
  const double noise_pa = r2s_spike_psc_noise_pa(net, trial);
  const int per_sample = net->layout.steps_per_sample;
  void (*step)(const r2s_spike_psc_propagators *, const r2s_spike_psc_state *, double, uint64_t *) =
      net->alpha ? R2S_KERNEL_PICK(e->isa, r2s_spike_psc_step_alpha)
                 : R2S_KERNEL_PICK(e->isa, r2s_spike_psc_step_dexp);
  begin(e, ws, trial);
  for (int update = 0; update < steps; update++) {
    set_external(e, ws, trial, update, noise_pa);
    /* a spike of this update arrives delay_steps updates later, in the slot that this update has just emptied
     */
    int slot = update % net->delay_steps;
    for (int k = 0; k < 2; k++) ws->state.arriving[k] = ws->ring[k] + (size_t)slot * (size_t)net->n_pad;
    step(&net->propagators, &ws->state, update, ws->spiking);
    R2S_TRY(st, r2s_spike_list_reserve(&ws->spikes, (size_t)net->layout.n,
                                       err)); /* grows in the first trials only */
    spike(net, ws, update, slot);
    if ((update + 1) % per_sample != 0) continue;
    if (record->voltage) record_voltage(net, ws, (update + 1) / per_sample - 1, record);
    R2S_TRY(st, r2s_spike_watch_ask(watch, err));
  }
  for (int i = 0; i < net->layout.n; i++) R2S_TRY(st, r2s_spike_voltage_check(i, *v_of(ws, i), err));
  st = r2s_spike_psc_readout(net, &ws->spikes, steps, ws->scratch, record, err);
done:
  return st;
}

const r2s_spike_ops *r2s_spike_psc(void) {
  static const r2s_spike_ops ops = {.prepare = psc_prepare,
                                    .free = psc_free,
                                    .workspace_create = psc_workspace_create,
                                    .workspace_free = psc_workspace_free,
                                    .run_trial = psc_run_trial};
  return &ops;
}
