/* SPDX-License-Identifier: MIT
 * The LIF's rate curve and the amplitude of its shot noise as piecewise polynomials without branches.
 *
 * z = scale x + shift; piece k covers a quarter of an octave of z in [4, 1024), so that the pieces are short
 * around the threshold and long far above. Below z = 4 both are 0; above z = 1024 the rate goes on straight.
 * r = sum_c coef[c] f^c with f in [0, 1) (c = 0..5), and amplitude = sqrt(F(x) r(x)) = sum_c coef[6 + c] f^c
 * (c = 0..3).
 *
 * The kernels read the same curves from parts, a sixteenth of a piece each, as a parabola and a line through
 * the values at the part's ends and middle: four words a part. The part is bits of z. */
#ifndef R2S_RATE_TABLE_H
#define R2S_RATE_TABLE_H

#include "base/base_error.h"
#include "rate2spike/model.h"

enum {
  R2S_RATE_PIECES = 32,
  R2S_RATE_DEGREE = 5,
  R2S_RATE_AMPLITUDE = 6,
  R2S_RATE_COEFS = 10,
  R2S_RATE_PARTS = 16 * R2S_RATE_PIECES,
  R2S_RATE_WORDS = 4,
  /* A float z lies in part (bits >> SHIFT) - FIRST: its exponent and the first six bits behind the point. */
  R2S_RATE_SHIFT = 17,
  R2S_RATE_FIRST = 0x40800000 >> R2S_RATE_SHIFT
};

/* The largest r of clipped_relu and softplus, as in the authors' code. */
#define R2S_RATE_CLIP 20.0f

/* The Fano factor F of the shot noise: as in r2s_train_config. */
typedef struct r2s_rate_fano {
  double window_ms;
  double constant; /* > 0: this in place of F(x) */
} r2s_rate_fano;

typedef struct r2s_rate_table {
  double exact[R2S_RATE_COEFS][R2S_RATE_PIECES];
  double scale, shift; /* 1/mV, 1 */
  /* What the kernels read, polynomials in x: r = w0 + w1 x + w3 x^2, amplitude = w2 + v x, where v is the
   * last 16 bits of w3, read as the first of a float. Behind the last part, what is above the table. */
  float part[R2S_RATE_PARTS + 1][R2S_RATE_WORDS];
} r2s_rate_table;

/* The rate, for activation siegert alone, and the amplitude by `fano` (NULL: none). */
R2S_MUST_CHECK r2s_status r2s_rate_table_make(r2s_rate_table *out, const r2s_neuron_params *neuron,
                                              r2s_activation activation, double kappa_hz,
                                              const r2s_rate_fano *fano, const r2s_monitor *monitor,
                                              r2s_error *err);

/* The plain twin of the kernels' activation: r(x), dr/dx and the amplitude (0 without a table). */
typedef struct r2s_rate_value {
  double r, slope, amplitude;
} r2s_rate_value;
r2s_rate_value r2s_rate_table_value(const r2s_rate_table *table, r2s_activation activation, double x);

#endif
