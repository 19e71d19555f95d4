/* SPDX-License-Identifier: MIT
 * The plain twin of spike_psc_trial.c: the update of Eqs. N1, N2 one unit after the other, as NEST's model
 * pages and sources order it. Slow; the tests ask it for the fast engine's spikes, bit by bit. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_random.h"
#include "spike/spike_psc.h"

typedef struct unit {
  double v; /* V - E_L */
  double current[2], slope[2];
  int refractory; /* updates left */
} unit;

typedef struct plain {
  unit *units;      /* [N] */
  bool *spiked;     /* [steps x N] */
  double *arriving; /* [2 x N] */
  double *external; /* [N] */
  float *normal;    /* [N] and more, whole blocks */
  double *v0;       /* [N] */
} plain;

/* Summed weights that reach every unit in this update, senders in order: [0] weights >= 0 (psc-dexp: all),
 * [1] < 0. */
static void collect_arriving(const r2s_spike_psc_net *net, plain *p, int update) {
  const int n = net->layout.n, sent = update - net->delay_steps;
  memset(p->arriving, 0, 2 * (size_t)n * sizeof *p->arriving);
  for (int j = 0; j < n && sent >= 0; j++) {
    if (!p->spiked[(size_t)sent * (size_t)n + (size_t)j]) continue;
    for (size_t s = net->start[j]; s < net->start[j + 1]; s++) {
      bool apart = net->alpha && net->weight_pa[s] < 0;
      p->arriving[(apart ? n : 0) + net->target[s]] += net->weight_pa[s];
    }
  }
}

static void step_dexp(const r2s_spike_psc_net *net, const plain *p, int i, double y0) {
  const r2s_spike_psc_propagators *c = &net->propagators;
  const r2s_spike_psc_factors *f = &c->factors[i / R2S_SPIKE_PSC_GROUP];
  const int k = i % R2S_SPIKE_PSC_GROUP;
  unit *x = &p->units[i];
  if (x->refractory == 0)
    x->v = c->p33 * x->v + c->p30 * (y0 + c->i_e) + f->p3[k] * x->current[0] + c->p_rise * x->current[1];
  else
    x->refractory--;
  double w = p->arriving[i];
  x->current[0] = f->p11[k] * x->current[0] + w;
  x->current[1] = c->p11_rise * x->current[1] - w;
}

static void step_alpha(const r2s_spike_psc_net *net, const plain *p, int i, double y0) {
  const r2s_spike_psc_propagators *c = &net->propagators;
  const r2s_spike_psc_factors *f = &c->factors[i / R2S_SPIKE_PSC_GROUP];
  const int k = i % R2S_SPIKE_PSC_GROUP;
  unit *x = &p->units[i];
  if (x->refractory == 0)
    x->v = c->p30 * (y0 + c->i_e) + f->p31[k] * x->slope[0] + f->p3[k] * x->current[0] +
           f->p31[k] * x->slope[1] + f->p3[k] * x->current[1] + c->em1 * x->v + x->v;
  else
    x->refractory--;
  for (int sign = 0; sign < 2; sign++) {
    x->current[sign] = f->p21[k] * x->slope[sign] + f->p11[k] * x->current[sign];
    x->slope[sign] = f->p11[k] * x->slope[sign];
    x->slope[sign] += f->amplitude[k] * p->arriving[sign * net->layout.n + i];
  }
}

/* y0 of every unit in this update. */
static void external_current(const r2s_spike_psc_net *net, const r2s_spike_trial *trial, int update,
                             r2s_random *random, plain *p) {
  const int n = net->layout.n, n_in = net->layout.n_in;
  const double noise_pa = r2s_spike_psc_noise_pa(net, trial);
  int column = r2s_spike_psc_column(&net->layout, update, trial->n_columns);
  if (noise_pa > 0)
    r2s_random_fill_normal(random, p->normal, ((size_t)net->n_pad + 31) / 32 * 32, R2S_ISA_BASELINE);
  for (int i = 0; i < n; i++) {
    double y0 = 0;
    for (int c = 0; c < n_in && column >= 0; c++)
      y0 += net->input_pa[c * n + i] * (double)trial->u[(size_t)column * (size_t)n_in + (size_t)c];
    if (noise_pa > 0) y0 += noise_pa * (double)p->normal[i];
    if (trial->injected_pa && update >= 2)
      y0 += trial->injected_pa[(size_t)(update - 1) * (size_t)n + (size_t)i];
    p->external[i] = y0;
  }
}

r2s_status r2s_spike_psc_reference(const r2s_spike_psc_net *net, const r2s_spike_trial *trial, int steps,
                                   r2s_spike_list *spikes, double *v_end, r2s_error *err) {
  r2s_status st = R2S_OK;
  const int n = net->layout.n;
  plain p = {0};
  r2s_random random;
  R2S_ALLOC(st, &p.units, (size_t)n, "units", err);
  R2S_ALLOC(st, &p.spiked, (size_t)n * (size_t)steps, "spikes", err);
  R2S_ALLOC(st, &p.arriving, 2 * (size_t)n, "arriving weights", err);
  R2S_ALLOC(st, &p.external, (size_t)n, "currents", err);
  R2S_ALLOC(st, &p.normal, (size_t)net->n_pad + 32, "noise", err);
  R2S_ALLOC(st, &p.v0, (size_t)n, "initial voltages", err);
  r2s_spike_initial_voltages(trial, &net->neuron, n, p.v0);
  r2s_random_seed_trial(&random, trial->id, R2S_STREAM_SPIKE_NOISE);
  for (int i = 0; i < n; i++) p.units[i].v = p.v0[i] - net->e_l_mv;
  for (int update = 0; update < steps; update++) {
    external_current(net, trial, update, &random, &p);
    collect_arriving(net, &p, update);
    R2S_TRY(st, r2s_spike_list_reserve(spikes, (size_t)n, err));
    for (int i = 0; i < n; i++) {
      if (net->alpha)
        step_alpha(net, &p, i, p.external[i]);
      else
        step_dexp(net, &p, i, p.external[i]);
      if (p.units[i].v < net->propagators.theta) continue;
      p.units[i].v = net->neuron.v_reset_mv - net->e_l_mv;
      p.units[i].refractory = net->ref_steps;
      p.spiked[(size_t)update * (size_t)n + (size_t)i] = true;
      spikes->events[spikes->count++] = (r2s_spike_event){.unit = i, .step = update + 1};
    }
  }
  for (int i = 0; i < n; i++) v_end[i] = p.units[i].v + net->e_l_mv;
done:
  free(p.units);
  free(p.spiked);
  free(p.arriving);
  free(p.external);
  free(p.normal);
  free(p.v0);
  return st;
}
