/* SPDX-License-Identifier: MIT
 * Adam (Kingma, Ba 2015) with TensorFlow's placement of epsilon (Eq. R11). */
#ifndef R2S_RATE_ADAM_H
#define R2S_RATE_ADAM_H

#include "rate/rate_net.h"

/* Euclidean norm of the trained tensors' gradients together. */
double r2s_rate_adam_norm(const r2s_rate_net *net, const bool trained[R2S_RATE_TENSORS],
                          const float *gradient);

/* Step number `step` (from 1) along gradient * factor:
 *   m += (g - m)(1 - beta1) ; v += (g^2 - v)(1 - beta2) ; w -= lr_t m/(sqrt(v) + epsilon)
 *   lr_t = lr sqrt(1 - beta2^step)/(1 - beta1^step) */
void r2s_rate_adam_step(r2s_rate_net *net, const bool trained[R2S_RATE_TENSORS], const float *gradient,
                        double factor, const r2s_train_config *config, double learning_rate, int64_t step);

#endif
