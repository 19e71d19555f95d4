/* SPDX-License-Identifier: MIT
 * The running mean of the parameters. */
#include "rate/rate_average.h"

#include <string.h>

void r2s_rate_average_add(r2s_rate_net *net, int n, int memory) {
  const int steps = n < memory ? n : memory;
  const float weight = 1.0f / (float)steps;
  for (int tensor = 0; tensor < R2S_RATE_TENSORS; tensor++) {
    const float *value = net->value[tensor];
    float *mean = net->mean[tensor];
    if (steps == 1) { /* no trace of an earlier mean, nor of a difference to it */
      memcpy(mean, value, net->count[tensor] * sizeof *mean);
      continue;
    }
    for (size_t k = 0; k < net->count[tensor]; k++) mean[k] += (value[k] - mean[k]) * weight;
  }
}

void r2s_rate_average_swap(r2s_rate_net *net) {
  for (int tensor = 0; tensor < R2S_RATE_TENSORS; tensor++) {
    float *value = net->value[tensor];
    net->value[tensor] = net->mean[tensor];
    net->mean[tensor] = value;
  }
  r2s_rate_net_refresh(net); /* alpha; no edge dies: means of weights above 0 are above 0 */
}
