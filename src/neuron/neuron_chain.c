/* SPDX-License-Identifier: MIT
 * The density of a noisy LIF unit's interspike intervals, by carrying its voltage density from step to step
 * (Eq. S8). No sampling: it is the authors' Euler scheme itself, leak + normal noise, threshold looked at
 * once a step, noise alone while refractory.
 *
 * Voltages are counted in cells below threshold: y = (v_th - v)/cell, cell i holds the mass at y = i + 1/2. A
 * step moves a cell's mass to y_mu + q (y - y_mu) and spreads it as a normal over TAPS cells; what lands
 * above threshold (i < 0) spikes. Sums over cells stand for integrals that end at threshold, so the three
 * cells next to it are weighted (end_weight). Only the cells that hold mass are carried: the density is a
 * narrow packet that drifts from reset to threshold. Where dt is fine compared to tau_m, several steps are
 * taken as one, with the same leak and variance and the threshold lowered by R2S_NEURON_THRESHOLD_RISE times
 * the growth of the noise, which keeps the continuous threshold that the chain acts like. */
#include "neuron/neuron_chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "neuron/neuron_spread.h"

enum { HALF = R2S_SPREAD_HALF, TAPS = R2S_SPREAD_TAPS, ROWS = R2S_SPREAD_ROWS };
#define CELLS_PER_SD 1.5  /* a normal sampled this densely has aliases of 1e-19 */
#define TRIM 1e-15        /* mass that is given up at either end of the packet */
#define LARGEST_STEP 0.02 /* of tau_m */
#define SETTLED 12.0      /* tau_m after which the hazard is constant */

typedef struct packet {
  double *mass;
  long first; /* cell of mass[0] */
  int n;
} packet;

/* Midpoint sums that end at a cell's edge, corrected by -g'(edge)/24 from one-sided differences: exact for
 * parabolas. */
static const double end_weight[3] = {13.0 / 12, 7.0 / 8, 25.0 / 24};

typedef struct chain {
  double y_mu, y_reset, q;
  int refractory; /* steps */
  int capacity;
  double left; /* probability that the unit has not spiked yet */
  r2s_neuron_spread active, silent;
  packet now, next;
  double *parts; /* [PARTS x capacity] */
  r2s_isa isa;
} chain;

static void make_spread(r2s_neuron_spread *s, double sd) {
  for (int r = 0; r <= ROWS; r++) {
    double sum = 0;
    for (int k = 0; k < TAPS; k++) {
      double z = (k - (HALF - 1) - (double)r / ROWS) / sd;
      sum += s->weight[r][k] = exp(-0.5 * z * z);
    }
    for (int k = 0; k < TAPS; k++) s->weight[r][k] /= sum;
  }
  memcpy(s->weight[ROWS + 1], s->weight[ROWS], sizeof s->weight[ROWS]);
}

/* next.mass: that of n cells, spread. */
static void spread_cells(const chain *c, const r2s_neuron_spread *s, const double *mass, int n, double begin,
                         double q, const packet *next) {
  memset(c->parts, 0, R2S_SPREAD_PARTS * (size_t)next->n * sizeof *c->parts);
  R2S_KERNEL_PICK(c->isa, r2s_neuron_spread_cells)
  (s, mass, n, begin, q, next->first + (HALF - 1), c->parts, next->n);
  R2S_KERNEL_PICK(c->isa, r2s_neuron_spread_sum)(c->parts, next->n, next->mass);
}

static void trim(packet *p) {
  int low = 0, high = p->n;
  for (double lost = 0; low < high && (lost += p->mass[low]) < TRIM; low++) {
  }
  for (double lost = 0; high > low && (lost += p->mass[high - 1]) < TRIM; high--) {
  }
  memmove(p->mass, p->mass + low, (size_t)(high - low) * sizeof *p->mass);
  p->first += low;
  p->n = high - low;
}

/* Takes what lies above threshold out of the packet and gives it; what is left is scaled to its probability,
 * as the weighted sums keep mass only to their own accuracy. */
static double take_spikes(chain *c) {
  packet *p = &c->now;
  double spikes = 0, rest = 0;
  int above = p->first < 0 ? (int)fmin(-(double)p->first, p->n) : 0;
  for (int k = 0; k < above; k++) {
    long i = -1 - (p->first + k);
    spikes += i < 3 ? p->mass[k] * end_weight[i] : p->mass[k];
  }
  memset(p->mass, 0, (size_t)above * sizeof *p->mass);
  trim(p);
  for (int k = 0; k < p->n; k++) {
    long i = p->first + k;
    rest += i < 3 ? p->mass[k] * end_weight[i] : p->mass[k];
  }
  spikes = fmin(spikes, c->left);
  c->left -= spikes;
  for (int k = 0; k < p->n; k++) p->mass[k] *= c->left / rest;
  return spikes;
}

/* One step; gives the mass that spikes. */
static r2s_status step(chain *c, const r2s_neuron_spread *s, double q, double *spikes, r2s_error *err) {
  packet now = c->now, next = c->next;
  double shift = c->y_mu * (1 - q) - 0.5; /* from y to the number of the cell whose centre it is */
  double begin = q * ((double)now.first + 0.5) + shift;
  next.first = (long)floor(begin) - (HALF - 1);
  next.n = (int)(q * (now.n - 1)) + TAPS + 2;
  if (next.n > c->capacity)
    return r2s_fail(err, R2S_ERR_NUMERIC,
                    "the LIF unit's voltage density needs %d cells; expected at most %d", next.n,
                    c->capacity);
  for (int k = 0; k < now.n && now.first + k < 3; k++) now.mass[k] *= end_weight[now.first + k];
  spread_cells(c, s, now.mass, now.n, begin, q, &next);
  c->now = next;
  c->next = now;
  *spikes = take_spikes(c);
  return R2S_OK;
}

/* The packet one step after a spike at y_reset exactly. */
static double first_step(chain *c) {
  const r2s_neuron_spread *s = c->refractory > 0 ? &c->silent : &c->active;
  const double q = c->refractory > 0 ? 1 : c->q, all = 1;
  double place = c->y_mu + q * (c->y_reset - c->y_mu) - 0.5;
  c->left = 1;
  c->now.first = (long)floor(place) - (HALF - 1);
  c->now.n = TAPS;
  spread_cells(c, s, &all, 1, place, q, &c->now);
  return take_spikes(c);
}

/* How many steps of dt are taken as one: the step must be short for the membrane, and its drift near
 * threshold small beside its noise, for the lowered threshold to hold. A refractory time must be a whole
 * number of them. */
static double merged_steps(const r2s_neuron_params *p, double input_mv, double resolution, int *refractory) {
  double over = p->v_bias_mv + input_mv - p->v_th_mv,
         most = LARGEST_STEP * p->tau_m_ms / p->dt_ms / resolution;
  if (over > 0) most = fmin(most, pow(p->noise_mv * p->tau_m_ms / p->dt_ms / over, 2) / resolution);
  most = fmax(most, 1);
  int steps = r2s_neuron_refractory_steps(p);
  *refractory = (int)ceil(steps / most);
  return *refractory > 0 ? (double)steps / *refractory : most;
}

static r2s_status prepare(chain *c, const r2s_neuron_params *p, double input_mv, double resolution,
                          double *merged, r2s_error *err) {
  r2s_status st = R2S_OK;
  double leak = p->dt_ms / p->tau_m_ms;
  *merged = merged_steps(p, input_mv, resolution, &c->refractory);
  c->q = pow(1 - leak, *merged);
  double variance = (1 - c->q * c->q) / (leak * (2 - leak)); /* of a step, in units of noise^2 */
  double sd = p->noise_mv * sqrt(variance), cell = sd / CELLS_PER_SD;
  double v_th = p->v_th_mv + R2S_NEURON_THRESHOLD_RISE * (p->noise_mv - sd);
  c->y_mu = (v_th - p->v_bias_mv - input_mv) / cell;
  c->y_reset = (v_th - p->v_reset_mv) / cell;
  if (!(fabs(c->y_mu) < 1e9 && c->y_reset < 1e9))
    return r2s_fail(err, R2S_ERR_ARG,
                    "LIF unit: input %g mV is too far from threshold for noise of %g mV a step", input_mv,
                    p->noise_mv);
  make_spread(&c->active, CELLS_PER_SD);
  make_spread(&c->silent, p->noise_mv * sqrt(*merged) / cell);
  /* the packet is at most 2 x 8 sd wide before its ends are trimmed */
  double widest = fmax(c->refractory, 1 / (1 - c->q * c->q));
  c->capacity = (int)(20 * CELLS_PER_SD * sqrt(widest)) + 4 * TAPS;
  R2S_ALLOC(st, &c->now.mass, (size_t)c->capacity, "voltage density", err);
  R2S_ALLOC(st, &c->next.mass, (size_t)c->capacity, "voltage density", err);
  R2S_ALLOC(st, &c->parts, R2S_SPREAD_PARTS * (size_t)c->capacity, "voltage density", err);
  c->isa = r2s_isa_current();
done:
  return st;
}

/* Carries the packet until the window is filled and nothing is left, or only a constant hazard. */
static r2s_status run(chain *c, r2s_neuron_isi *isi, double settled, r2s_error *err) {
  r2s_status st = R2S_OK;
  double before = 1, spikes = first_step(c);
  isi->mean = 0;
  for (long t = 1;; t++) {
    if (t > 1) {
      bool silent = t <= c->refractory;
      R2S_TRY(st, step(c, silent ? &c->silent : &c->active, silent ? 1 : c->q, &spikes, err));
    }
    if (t <= isi->n) isi->density[t - 1] = spikes;
    isi->mean += (double)t * spikes;
    if (c->left < 1e-9 || c->now.n == 0) break;
    if (t >= isi->n && (double)t > settled) {
      double hazard = spikes / before;
      isi->mean += c->left * ((double)t + 1 / hazard); /* 1/0: infinity */
      break;
    }
    before = c->left;
  }
done:
  return st;
}

r2s_status r2s_neuron_isi_make(r2s_neuron_isi *out, const r2s_neuron_params *params, double input_mv,
                               double window_ms, double resolution, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_neuron_isi isi = {0};
  double merged;
  chain *c = NULL;
  R2S_ALLOC(st, &c, 1, "LIF chain", err);
  R2S_TRY(st, prepare(c, params, input_mv, resolution, &merged, err));
  isi.step_ms = merged * params->dt_ms;
  isi.n = (int)ceil(window_ms / isi.step_ms);
  R2S_ALLOC(st, &isi.density, (size_t)isi.n, "interspike intervals", err);
  R2S_TRY(st, run(c, &isi, c->refractory + SETTLED * params->tau_m_ms / isi.step_ms, err));
done:
  if (c) {
    free(c->now.mass);
    free(c->next.mass);
    free(c->parts);
  }
  free(c);
  if (st != R2S_OK) r2s_neuron_isi_free(&isi);
  *out = isi;
  return st;
}

void r2s_neuron_isi_free(r2s_neuron_isi *isi) {
  if (!isi) return;
  free(isi->density);
  *isi = (r2s_neuron_isi){0};
}
