/* SPDX-License-Identifier: MIT
 * Which trials NEST must simulate: of trials that can't differ, one. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "nest/nest_bridge.h"

void r2s_nest_replicas_free(r2s_nest_replicas *replicas) {
  free(replicas->trials);
  free(replicas->of);
  memset(replicas, 0, sizeof *replicas);
}

/* Without noise a trial follows from its input and its initial voltages. */
static bool same_trial(const r2s_spike_psc_net *net, const r2s_spike_trial *a, const double *v_a,
                       const r2s_spike_trial *b, const double *v_b) {
  if (r2s_spike_psc_noise_pa(net, a) > 0 || r2s_spike_psc_noise_pa(net, b) > 0) return false;
  if (a->injected_pa || b->injected_pa) return false;
  if (a->n_columns != b->n_columns ||
      r2s_spike_layout_steps(&net->layout, a) != r2s_spike_layout_steps(&net->layout, b))
    return false;
  size_t inputs = (size_t)a->n_columns * (size_t)net->layout.n_in;
  return memcmp(a->u, b->u, inputs * sizeof *a->u) == 0 &&
         memcmp(v_a, v_b, (size_t)net->layout.n * sizeof *v_a) == 0;
}

r2s_status r2s_nest_replicas_make(r2s_nest_replicas *out, const r2s_spike_psc_net *net,
                                  const r2s_spike_trial *trials, int n_trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)net->layout.n;
  double *v = NULL; /* [replicas x N] initial voltages */
  *out = (r2s_nest_replicas){0};
  R2S_ALLOC(st, &out->trials, (size_t)n_trials, "replicas", err);
  R2S_ALLOC(st, &out->of, (size_t)n_trials, "replicas", err);
  R2S_ALLOC(st, &v, n * (size_t)n_trials, "initial voltages", err);
  for (int k = 0; k < n_trials; k++) {
    double *own = v + (size_t)out->count * n;
    int twin = 0;
    r2s_spike_initial_voltages(&trials[k], &net->neuron, net->layout.n, own);
    while (twin < out->count && !same_trial(net, &out->trials[twin], v + (size_t)twin * n, &trials[k], own))
      twin++;
    out->of[k] = twin;
    if (twin == out->count) out->trials[out->count++] = trials[k];
  }
done:
  free(v);
  if (st != R2S_OK) r2s_nest_replicas_free(out);
  return st;
}
