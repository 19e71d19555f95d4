/* SPDX-License-Identifier: MIT
 * What reading and writing the authors' .mat share. */
#ifndef R2S_IO_MODEL_MAT_H
#define R2S_IO_MODEL_MAT_H

#include "rate2spike/neuron.h"

/* The unit of `taus` in their files: their rate step. */
#define R2S_AUTHORS_DT_MS 5.0

/* r2s_neuron: the nine parameters, in the order of r2s_neuron_params. */
enum { R2S_MAT_NEURON = 9 };
void r2s_mat_pack_neuron(const r2s_neuron_params *neuron, double *p);
void r2s_mat_unpack_neuron(const double *p, r2s_neuron_params *neuron);

#endif
