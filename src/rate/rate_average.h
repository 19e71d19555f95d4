/* SPDX-License-Identifier: MIT
 * The running mean of the parameters in the final phase of a noise-matched training (Eq. R13). */
#ifndef R2S_RATE_AVERAGE_H
#define R2S_RATE_AVERAGE_H

#include "rate/rate_net.h"

/* Takes the values of one more step into the mean: the arithmetic mean of the first `memory` steps, then an
 * exponential one. n: steps in the mean with this one, from 1; memory >= 1. */
void r2s_rate_average_add(r2s_rate_net *net, int n, int memory);

/* Exchanges values and mean: to evaluate the mean, and back. */
void r2s_rate_average_swap(r2s_rate_net *net);

#endif
