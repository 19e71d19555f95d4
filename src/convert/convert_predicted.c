/* SPDX-License-Identifier: MIT
 * The scale that follows from the network and the neuron alone.
 *
 * A spiking unit's filtered rate is r_spiking = nu(I) in Hz, the rate unit's r is dimensionless: the spiking
 * network does the same where W r = (W/scale) nu(I), that is, scale = nu/r. Activation siegert is nu/kappa,
 * so the scale is kappa, exactly; for the sigmoid it is the least-squares fit of kappa sigmoid(I) to nu where
 * units mostly are. */
#include <math.h>

#include "rate2spike/convert.h"

double r2s_convert_predicted_scale(const r2s_model *model, const r2s_neuron_params *neuron) {
  switch (model->activation) {
  case R2S_ACTIVATION_SIEGERT:
    return model->kappa_hz;
  case R2S_ACTIVATION_SIGMOID:
    return r2s_neuron_sigmoid_unit_hz(neuron);
  default:
    return NAN;
  }
}
