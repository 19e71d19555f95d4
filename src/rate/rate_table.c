/* SPDX-License-Identifier: MIT
 * Makes the piecewise polynomials of the rate curve, and evaluates them plainly. */
#include "rate/rate_table.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
  PER_OCTAVE = 4,
  MAX_NODES = 6,
  AMPLITUDE_NODES = 4,
  SAMPLES = R2S_RATE_PIECES * (AMPLITUDE_NODES - 1)
};

/* Interpolation points on [0, 1] that hold the ends (Chebyshev-Lobatto): neighbouring pieces meet. */
static double node(int k, int n) {
  return 0.5 - 0.5 * cos(acos(-1.0) * k / (n - 1));
}

static double piece_start(int piece) {
  return ldexp(PER_OCTAVE + piece % PER_OCTAVE, piece / PER_OCTAVE);
}

static double piece_x(const r2s_rate_table *table, int piece, double f) {
  double from = piece_start(piece), to = piece_start(piece + 1);
  return (from + f * (to - from) - table->shift) / table->scale;
}

/* Monomial coefficients of the polynomial through n points (Newton's divided differences, expanded). */
static void interpolate(int n, const double *f, const double *value, double *coef) {
  double divided[MAX_NODES];
  memcpy(divided, value, (size_t)n * sizeof *divided);
  for (int level = 1; level < n; level++)
    for (int k = n - 1; k >= level; k--) divided[k] = (divided[k] - divided[k - 1]) / (f[k] - f[k - level]);
  for (int k = 0; k < n; k++) coef[k] = 0;
  for (int level = n - 1; level >= 0; level--) { /* coef = coef (x - f_level) + divided_level */
    for (int k = n - 1; k > 0; k--) coef[k] = coef[k - 1] - coef[k] * f[level];
    coef[0] = divided[level] - coef[0] * f[level];
  }
}

static double activation_rate(r2s_activation activation, const r2s_neuron_params *neuron, double kappa_hz,
                              double x) {
  if (activation == R2S_ACTIVATION_SIEGERT) return r2s_neuron_rate_hz(neuron, x) / kappa_hz;
  return r2s_rate_table_value(NULL, activation, x).r;
}

/* The polynomial of one quantity in every piece; piece 0 is zero and piece 1 starts from zero. */
static void fit(r2s_rate_table *table, int row, int n, const double *samples) {
  double f[MAX_NODES], value[MAX_NODES], coef[MAX_NODES];
  for (int k = 0; k < n; k++) f[k] = node(k, n);
  for (int piece = 1; piece < R2S_RATE_PIECES; piece++) {
    memcpy(value, samples + piece * (n - 1), (size_t)n * sizeof *value);
    if (piece == 1) value[0] = 0;
    interpolate(n, f, value, coef);
    for (int k = 0; k < n; k++) table->exact[row + k][piece] = coef[k];
  }
}

static double horner(const double coef[][R2S_RATE_PIECES], int degree, int piece, double f) {
  double sum = 0;
  for (int k = degree; k >= 0; k--) sum = sum * f + coef[k][piece];
  return sum;
}

/* Siegert's part and the amplitude. */
static r2s_rate_value table_value(const r2s_rate_table *table, double x) {
  r2s_rate_value value = {0, 0, 0};
  double z = table->scale * x + table->shift;
  double top = ldexp(PER_OCTAVE, R2S_RATE_PIECES / PER_OCTAVE), held = fmin(z, top);
  int octave, piece = R2S_RATE_PIECES - 1;
  if (!(z > PER_OCTAVE)) {
    value.r = isnan(x) ? x : 0;
    return value;
  }
  if (held < top) {
    frexp(held / PER_OCTAVE, &octave);
    octave--;
    piece = octave * PER_OCTAVE + (int)(ldexp(held, -octave) - PER_OCTAVE);
  }
  double width = piece_start(piece + 1) - piece_start(piece), f = (held - piece_start(piece)) / width;
  for (int k = R2S_RATE_DEGREE; k > 0; k--) value.slope = value.slope * f + k * table->exact[k][piece];
  value.slope *= table->scale / width;
  value.r = horner(table->exact, R2S_RATE_DEGREE, piece, f) + value.slope * (z - held) / table->scale;
  value.amplitude = horner(table->exact + R2S_RATE_AMPLITUDE, AMPLITUDE_NODES - 1, piece, f);
  return value;
}

/* The float nearest to x whose last 16 bits are `last`. */
static float with_last_bits(double x, uint32_t last) {
  float value = (float)x;
  uint32_t bits, size;
  memcpy(&bits, &value, sizeof bits);
  size = bits & 0x7fffffff;
  size = size > last ? (size - last + 0x8000) & 0xffff0000 : 0;
  bits = (bits & 0x80000000) | size | last;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The coefficient of x^2 of the parabola through three values. In single precision the parabola is a small
 * difference of numbers as large as bend x^2: where their rounding is as large as rates are (a unit with no
 * noise, whose threshold is far from its bias), it is a line. */
static double bend_of(double from, double to, double at, double half, double end) {
  const double large = 0.25; /* in units of r, whose range is about 1 */
  const double width = to - from, far = fmax(fabs(from), fabs(to));
  const double bend = 2 * (at - 2 * half + end) / (width * width);
  return fabs(bend) * far * far * 2 * (double)FLT_EPSILON < large ? bend : 0;
}

/* The line and the parabola through the curves' values at the ends of [from, to] mV and in between. As the
 * coefficients of the highest powers have few bits, the others are those that go with what is left of them.
 */
static void make_part(const r2s_rate_table *table, double from, double to, float word[R2S_RATE_WORDS]) {
  const double width = to - from, middle = (from + to) / 2;
  r2s_rate_value at = table_value(table, from), half = table_value(table, middle),
                 end = table_value(table, to);
  float line = with_last_bits((end.amplitude - at.amplitude) / width, 0);
  uint32_t bits;
  memcpy(&bits, &line, sizeof bits);
  float bend = with_last_bits(bend_of(from, to, at.r, half.r, end.r), bits >> 16);
  double slope = (end.r - at.r) / width - (double)bend * (from + to);
  word[0] = (float)(at.r - (slope + (double)bend * from) * from);
  word[1] = (float)slope;
  word[2] = (float)((at.amplitude + 2 * half.amplitude + end.amplitude) / 4 - (double)line * middle);
  word[3] = bend;
}

static void make_parts(r2s_rate_table *table) {
  const int each = R2S_RATE_PARTS / R2S_RATE_PIECES;
  for (int k = 0; k < R2S_RATE_PARTS; k++)
    make_part(table, piece_x(table, k / each, (double)(k % each) / each),
              piece_x(table, k / each, (double)(k % each + 1) / each), table->part[k]);
  const double top = piece_x(table, R2S_RATE_PIECES - 1, 1);
  r2s_rate_value at = table_value(table, top);
  const float above[R2S_RATE_WORDS] = {(float)(at.r - at.slope * top), (float)at.slope, (float)at.amplitude};
  memcpy(table->part[R2S_RATE_PARTS], above, sizeof above);
}

r2s_status r2s_rate_table_make(r2s_rate_table *out, const r2s_neuron_params *neuron,
                               r2s_activation activation, double kappa_hz, const r2s_rate_fano *fano,
                               const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_table table = {0};
  double x[SAMPLES + 1], factor[SAMPLES + 1], samples[R2S_RATE_PIECES * R2S_RATE_DEGREE + 1];
  /* spread of the voltage in Siegert's formula, and the input below which the unit is silent */
  double spread = neuron->noise_mv * sqrt(neuron->tau_m_ms / neuron->dt_ms);
  double unit = fmax(0.25 * spread, 0.1), low = neuron->v_th_mv - neuron->v_bias_mv - 4 * spread - 2 * unit;
  table.scale = 1 / unit;
  table.shift = PER_OCTAVE - low / unit;
  const int rate_steps = R2S_RATE_DEGREE, amplitude_steps = AMPLITUDE_NODES - 1;
  for (int k = 0; k <= R2S_RATE_PIECES * rate_steps; k++) {
    int piece = k == R2S_RATE_PIECES * rate_steps ? R2S_RATE_PIECES - 1 : k / rate_steps;
    double at = piece_x(&table, piece, node(k - piece * rate_steps, rate_steps + 1));
    samples[k] = activation == R2S_ACTIVATION_SIEGERT ? r2s_neuron_rate_hz(neuron, at) / kappa_hz : 0;
  }
  fit(&table, 0, rate_steps + 1, samples);
  if (fano) {
    for (int k = 0; k <= SAMPLES; k++) {
      int piece = k == SAMPLES ? R2S_RATE_PIECES - 1 : k / amplitude_steps;
      x[k] = piece_x(&table, piece, node(k - piece * amplitude_steps, amplitude_steps + 1));
      factor[k] = fano->constant;
    }
    if (!(fano->constant > 0))
      R2S_TRY(st, r2s_neuron_fano(neuron, fano->window_ms, x, SAMPLES + 1, factor, monitor, err));
    for (int k = 0; k <= SAMPLES; k++)
      samples[k] = sqrt(fmax(factor[k] * activation_rate(activation, neuron, kappa_hz, x[k]), 0));
    fit(&table, R2S_RATE_AMPLITUDE, amplitude_steps + 1, samples);
  }
  make_parts(&table);
done:
  *out = table;
  return st;
}

r2s_rate_value r2s_rate_table_value(const r2s_rate_table *table, r2s_activation activation, double x) {
  const double clip = (double)R2S_RATE_CLIP;
  r2s_rate_value value = {0, 0, 0};
  if (table) value = table_value(table, x);
  switch (activation) {
  case R2S_ACTIVATION_SIEGERT:
    break;
  case R2S_ACTIVATION_SIGMOID:
    value.r = 1 / (1 + exp(-x));
    value.slope = value.r * (1 - value.r);
    break;
  case R2S_ACTIVATION_RELU:
    value.r = x > clip ? clip : x < 0 ? 0 : x;
    value.slope = x > 0 && x < clip;
    break;
  case R2S_ACTIVATION_SOFTPLUS:
    value.r = fmax(x, 0) + log1p(exp(-fabs(x)));
    value.slope = value.r < clip ? 1 / (1 + exp(-x)) : 0;
    value.r = value.r > clip ? clip : value.r;
    break;
  }
  return value;
}
