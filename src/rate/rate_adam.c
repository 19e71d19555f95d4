/* SPDX-License-Identifier: MIT
 * Adam over the tensors of a network. */
#include "rate/rate_adam.h"

#include <math.h>

double r2s_rate_adam_norm(const r2s_rate_net *net, const bool trained[R2S_RATE_TENSORS],
                          const float *gradient) {
  double sum = 0;
  for (int tensor = 0; tensor < R2S_RATE_TENSORS; tensor++) {
    for (size_t k = 0; trained[tensor] && k < net->count[tensor]; k++)
      sum += (double)gradient[k] * (double)gradient[k];
    gradient += net->count[tensor];
  }
  return sqrt(sum);
}

void r2s_rate_adam_step(r2s_rate_net *net, const bool trained[R2S_RATE_TENSORS], const float *gradient,
                        double factor, const r2s_train_config *config, double learning_rate, int64_t step) {
  double beta1 = config->adam_beta1, beta2 = config->adam_beta2;
  float rate = (float)(learning_rate * sqrt(1 - pow(beta2, (double)step)) / (1 - pow(beta1, (double)step)));
  float new1 = (float)(1 - beta1), new2 = (float)(1 - beta2), epsilon = (float)config->adam_epsilon;
  for (int tensor = 0; tensor < R2S_RATE_TENSORS; tensor++) {
    float *w = net->value[tensor], *m = net->first[tensor], *v = net->second[tensor];
    for (size_t k = 0; trained[tensor] && k < net->count[tensor]; k++) {
      float g = (float)factor * gradient[k];
      m[k] += (g - m[k]) * new1;
      v[k] += (g * g - v[k]) * new2;
      w[k] -= rate * m[k] / (sqrtf(v[k]) + epsilon);
    }
    gradient += net->count[tensor];
  }
}
