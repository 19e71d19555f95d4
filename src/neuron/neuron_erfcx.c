/* SPDX-License-Identifier: MIT
 * The scaled complementary error function by the trapezoidal rule. */
#include "neuron/neuron_erfcx.h"

#include <math.h>

enum { NODES = 13 };

/* Matta, Reichel (1971), Math. Comp. 25:339, with the nodes shifted by half a step, so that nothing cancels
 * at x = 0: for x >= 0 and step h = 1/2 erfcx(x) = (2 h x/pi) sum_{n >= 0} exp(-u_n^2)/(u_n^2 + x^2) + 2
 * exp(x^2)/(1 + exp(2 pi x/h)),  u_n = (n + 1/2) h, up to exp(-(pi/h)^2) = 7e-18. The second term is the
 * residue at i x, below rounding for x > pi/h. */
double r2s_neuron_erfcx(double x) {
  const double h = 0.5, pi = 3.14159265358979323846;
  static const double weight[NODES] = {/* exp(-u_n^2) */
                                       9.394130628134758e-01, 5.697828247309230e-01, 2.096113871510978e-01,
                                       4.677062238395898e-02, 6.329715427485747e-03, 5.195746821548384e-04,
                                       2.586810022265412e-05, 7.811489408304491e-07, 1.430724191856877e-08,
                                       1.589391009451640e-10, 1.070923238250808e-12, 4.376618502870850e-15,
                                       1.084855264042938e-17};
  double y = fabs(x), sum = 0;
  for (int n = 0; n < NODES; n++) {
    double u = (n + 0.5) * h;
    sum += weight[n] / (u * u + y * y);
  }
  double value = 2 * h * y / pi * sum;
  if (y < pi / h) value += 2 * exp(y * y) / (1 + exp(2 * pi * y / h));
  return x >= 0 ? value : 2 * exp(x * x) - value;
}
