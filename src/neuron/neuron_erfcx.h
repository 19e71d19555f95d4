/* SPDX-License-Identifier: MIT
 * The scaled complementary error function, which the C library has not. */
#ifndef R2S_NEURON_ERFCX_H
#define R2S_NEURON_ERFCX_H

/* exp(x^2) erfc(x) to a relative error of 1e-14; infinity below -26.6. */
double r2s_neuron_erfcx(double x);

#endif
