/* SPDX-License-Identifier: MIT
 * The LIF unit's rate curve: Siegert's formula (1951) with the threshold raised for discrete time. */
#include <math.h>

#include "neuron/neuron_chain.h"
#include "neuron/neuron_erfcx.h"
#include "rate2spike/neuron.h"

#define ROOT_PI 1.7724538509055159

/* Gauss-Legendre, 16 points on [a, b] */
static double integrate(double (*f)(double u, double y), double y, double a, double b) {
  static const double node[8] = {0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863,
                                 0.6178762444026437484, 0.7554044083550030339, 0.8656312023878317439,
                                 0.9445750230732325761, 0.9894009349916499326};
  static const double weight[8] = {0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382,
                                   0.1495959888165767321, 0.1246289712555338721, 0.0951585116824927848,
                                   0.0622535239386478929, 0.0271524594117540949};
  double middle = (a + b) / 2, half = (b - a) / 2, sum = 0;
  for (int k = 0; k < 8; k++)
    sum += weight[k] * (f(middle - half * node[k], y) + f(middle + half * node[k], y));
  return half * sum;
}

static double decaying(double u, double y) {
  (void)y;
  return r2s_neuron_erfcx(u);
}

/* e^{u^2 - y^2} (1 + erf u), u = y - w */
static double growing(double w, double y) {
  double u = y - w;
  return exp(w * (w - 2 * y)) * (1 + erf(u));
}

/* integral of e^{u^2} (1 + erf u) over [low, high] <= 0: erfcx(-u) falls like 1/|u|, so panels double */
static double below_zero(double low, double high) {
  double sum = 0, a = -high, end = -low;
  while (a < end) {
    double b = fmin(end, fmax(1, 2 * a));
    sum += integrate(decaying, 0, a, b);
    a = b;
  }
  return sum;
}

/* the same over [low, high], low >= 0: panels from the top, where it is largest, until nothing is left of it
 */
static double above_zero(double low, double high) {
  if (high * high > 709) return INFINITY; /* e^{u^2} is beyond a double */
  double sum = 0, w = 0, end = high - low, panel = 1.5 / fmax(1, high);
  while (w < end && w * (2 * high - w) < 45) {
    double next = fmin(end, w + panel);
    sum += integrate(growing, high, w, next);
    w = next;
  }
  return sum * exp(high * high);
}

/* Noise so small that the integral's limits would overflow: nothing of it is left in a rate. */
static bool is_noiseless(const r2s_neuron_params *p) {
  return p->noise_mv < 1e-100;
}

/* Limits of Siegert's integral, in units of s = noise sqrt(tau_m/dt). */
static void limits(const r2s_neuron_params *p, double input_mv, double *s, double *low, double *high) {
  double mu = p->v_bias_mv + input_mv;
  *s = p->noise_mv * sqrt(p->tau_m_ms / p->dt_ms);
  *low = (p->v_reset_mv - mu) / *s;
  *high = (p->v_th_mv + R2S_NEURON_THRESHOLD_RISE * p->noise_mv - mu) / *s;
}

static double deterministic_ms(const r2s_neuron_params *p, double over_mv) {
  return p->t_ref_ms + p->tau_m_ms * log1p((p->v_th_mv - p->v_reset_mv) / over_mv);
}

/* Eq. S7: 1/nu = t_ref + tau_m sqrt(pi) int_low^high e^{u^2} (1 + erf u) du */
double r2s_neuron_rate_hz(const r2s_neuron_params *p, double input_mv) {
  double s, low, high, over = p->v_bias_mv + input_mv - p->v_th_mv;
  if (isnan(input_mv)) return input_mv;
  if (is_noiseless(p)) return over > 0 ? 1000 / deterministic_ms(p, over) : 0;
  limits(p, input_mv, &s, &low, &high);
  double integral = 0;
  if (low < 0) integral += below_zero(low, fmin(high, 0));
  if (high > 0) integral += above_zero(fmax(low, 0), high);
  return 1000 / (p->t_ref_ms + p->tau_m_ms * ROOT_PI * integral);
}

double r2s_neuron_rate_slope(const r2s_neuron_params *p, double input_mv, double rate_hz) {
  double s, low, high, over = p->v_bias_mv + input_mv - p->v_th_mv;
  double rate = rate_hz / 1000; /* per ms */
  if (rate == 0) return 0;
  if (is_noiseless(p))
    return 1000 * rate * rate * p->tau_m_ms * (1 / over - 1 / (over + p->v_th_mv - p->v_reset_mv));
  limits(p, input_mv, &s, &low, &high);
  double difference =
      rate * r2s_neuron_erfcx(-high) - rate * r2s_neuron_erfcx(-low); /* rate first: no overflow */
  return isfinite(difference) ? 1000 * rate * p->tau_m_ms * ROOT_PI / s * difference : 0;
}

/* Eq. C3: kappa = sum nu sigma/sum sigma^2 over an even grid. *share: of sum nu^2, that of (kappa sigma)^2 */
static double fit_sigmoid(const r2s_neuron_params *params, double limit_mv, double *share) {
  enum { HALF = 200 };
  double product = 0, square = 0, whole = 0;
  for (int k = -HALF; k <= HALF; k++) {
    double input = limit_mv * k / HALF, sigmoid = 1 / (1 + exp(-input));
    double weight = k == -HALF || k == HALF ? 0.5 : 1, rate = r2s_neuron_rate_hz(params, input);
    product += weight * rate * sigmoid;
    square += weight * sigmoid * sigmoid;
    whole += weight * rate * rate;
  }
  *share = whole > 0 ? product * product / (square * whole) : 0;
  return product / square;
}

double r2s_neuron_sigmoid_kappa_hz(const r2s_neuron_params *params, double limit_mv) {
  double share;
  return fit_sigmoid(params, limit_mv, &share);
}

double r2s_neuron_sigmoid_unit_hz(const r2s_neuron_params *params) {
  double share;
  const double kappa = fit_sigmoid(params, R2S_SIGMOID_LIMIT_MV, &share);
  return share >= 0.5 ? kappa : NAN;
}
