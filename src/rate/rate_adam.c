/* SPDX-License-Identifier: MIT
 * Adam over the tensors of a network. */
#include "rate/rate_adam.h"

#include <math.h>

/* sum of v^2, in eight chains: one would wait for each addition */
static double sum_of_squares(const float *v, size_t n) {
  enum { CHAINS = 8 };
  double sum[CHAINS] = {0};
  size_t k = 0;
  for (; k + CHAINS <= n; k += CHAINS)
    for (size_t c = 0; c < CHAINS; c++) sum[c] += (double)v[k + c] * (double)v[k + c];
  for (; k < n; k++) sum[k % CHAINS] += (double)v[k] * (double)v[k];
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

double r2s_rate_adam_norm(const r2s_rate_net *net, const bool trained[R2S_RATE_TENSORS],
                          const float *gradient) {
  double sum = 0;
  for (int tensor = 0; tensor < R2S_RATE_TENSORS; tensor++) {
    if (trained[tensor]) sum += sum_of_squares(gradient, net->count[tensor]);
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
