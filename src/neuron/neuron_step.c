/* SPDX-License-Identifier: MIT
 * The step of neuron_step.h, without branches, which the compiler vectorises; compiled once per instruction
 * set. Each unit for itself and nothing contracted: the bits are equal on every set. */
#include "neuron/neuron_step.h"

void R2S_KERNEL(r2s_neuron_step)(const r2s_neuron_units *u, double leak, double target, double noise,
                                 double reset, int32_t refractory) {
  double *restrict membrane = u->v;
  const float *restrict normal = u->normal;
  int32_t *restrict resting = u->rest, *restrict count = u->count;
  for (int i = 0, n = u->n; i < n; i++) {
    double active = resting[i] > 0 ? 0 : leak;
    double v = membrane[i] + active * (target - membrane[i]) + noise * (double)normal[i];
    int32_t spike = v >= 0, rest = resting[i] - (resting[i] > 0);
    count[i] += spike;
    resting[i] = spike ? refractory : rest;
    membrane[i] = spike ? reset : v;
  }
}
