/* SPDX-License-Identifier: MIT
 * The least that the rate kernels' work takes, in cycles for a unit of it, at the rates of bench_peak.h: what
 * no loop there measures was counted in the source, operations and bytes (bench/README.md). */
#ifndef R2S_BENCH_BOUNDS_H
#define R2S_BENCH_BOUNDS_H

#include <math.h>

#include "bench_peak.h"
#include "rate/rate_single.h"

/* Vector operations for 16 normals (half of a Box-Muller pair of 16), and for 16 shared ones: of a block of
 * 14, a pair, a word for the signs, and three for each copy */
#define BOUND_NORMAL_OPERATIONS 22.5
#define BOUND_SHARED_OPERATIONS ((2 * BOUND_NORMAL_OPERATIONS + 7 + 12 * 3) / 14)
/* 16 numbers to 16 bits: two for the largest, a multiply-add, half of three to pack them */
#define BOUND_FIX_OPERATIONS 4.5
enum { BOUND_LINE = 64 /* bytes of 16 floats */ };
/* Multiplies (fused or not) of a backward step of a unit with one output whose slope is kept; the sigmoid's,
 * r (1 - r), takes one more */
enum { BOUND_BACK_MULTIPLIES = 4 };

/* 16 trials: cycles of an edge or unit in a step, and of 16 normals. At full shot noise there is no state
 * noise: one normal a unit and step, as without it. */
typedef struct bench_bounds {
  double product, gradient;          /* of an edge */
  const char *product_by;            /* what bounds it */
  double sigmoid, matched;           /* forward, of a unit */
  double back_sigmoid, back_matched; /* backward, of a unit */
  double fix;                        /* its two numbers in 16 bits */
  double normals;                    /* one for each trial */
  double shared;                     /* the same of shared ones */
} bench_bounds;

static inline double bound_of(double a, double b) {
  return a > b ? a : b;
}

/* Backward, a unit: what it needs is read, and it is stored to a plane that was last used a block of steps
 * ago, in L2: a line comes to L1 before it is written. */
static inline double bench_bound_back(const bench_peak *peak, int multiplies) {
  return bound_of(multiplies / peak->fma,
                  2 * BOUND_LINE / peak->load_l1 + BOUND_LINE / peak->load_l3 + BOUND_LINE / peak->load_l2);
}

/* A unit's number of a step, in 16 bits: a block of them is read from L2, and goes back to it. */
static inline double bench_bound_fix(const bench_peak *peak) {
  return bound_of(BOUND_FIX_OPERATIONS / peak->alu, 1.5 * BOUND_LINE / peak->load_l2);
}

static inline bench_bounds bench_bounds_of(const bench_peak *peak) {
  const double store = BOUND_LINE / peak->store_l1;
  /* where it was not measured: 16 rates, their place and a weight */
  const double lists = bound_of((BOUND_LINE + 6) / peak->load_l1, 1 / peak->fma);
  /* the history is larger than the L2 cache: a line written forward and read backward, two with slopes */
  return (bench_bounds){.product = peak->product > 0 ? peak->product : lists,
                        .product_by = peak->product == 0                 ? "multiply-adds or L1 loads"
                                      : peak->product < 1.05 / peak->fma ? "multiply-adds"
                                      : peak->wide                       ? "code from L2"
                                                                         : "the loop's instructions",
                        .gradient = peak->gradient / R2S_RATE_BLOCK,
                        .sigmoid = bound_of(peak->sigmoid, 2 * store + BOUND_LINE / peak->store_l3),
                        .matched = bound_of(peak->matched, 4 * store + 2 * BOUND_LINE / peak->store_l3),
                        .back_sigmoid = bench_bound_back(peak, BOUND_BACK_MULTIPLIES + 1),
                        .back_matched = bench_bound_back(peak, BOUND_BACK_MULTIPLIES),
                        .fix = 2 * bench_bound_fix(peak),
                        .normals = BOUND_NORMAL_OPERATIONS / peak->alu,
                        .shared = bound_of(BOUND_SHARED_OPERATIONS / peak->alu, store)};
}

/* Cycles of a training step of 16 trials, whose output has a weight, and its gradient, for each unit. Not in
 * it: all that is done once a step (draws, optimiser). */
static inline double bench_bound_group(const bench_bounds *b, double n, double edges, double steps,
                                       bool matched) {
  const double forward = matched ? b->matched : b->sigmoid,
               back = matched ? b->back_matched : b->back_sigmoid;
  return (steps - 1) *
         (edges * (2 * b->product + b->gradient) + n * (b->gradient + forward + b->shared + back + b->fix));
}

/* Of one trial: how often each part is done. */
typedef struct bench_single {
  double tiles;   /* of both products together */
  double vectors; /* of 16 units */
  double edges, steps;
} bench_single;

/* Cycles of a training step of one trial; not in it: what is done once a step. */
static inline double bench_bound_single(const bench_peak *peak, const bench_single *of) {
  enum { UNIT_OPERATIONS = 35, BACK_LOADS = 6, BACK_L2_LOADS = 3 };
  const double fold_operations = 4.5; /* of an edge; four are folded together */
  /* of 16 x 16 floats: as many permutes, of which a cycle does one; with AVX2 96 shuffles, two a cycle */
  const double turn = peak->wide ? 64 : 48;
  /* without the registers of AVX-512, four edges share what is loaded of their receiver */
  const double lines = R2S_RATE_PLANES * (peak->wide ? 1 : 1.25);
  const double edge = bound_of(R2S_RATE_PLANES / peak->fma_load, lines * BOUND_LINE / peak->load_l1) +
                      fold_operations / peak->alu;
  const double tile = R2S_RATE_TILE_SLOTS / peak->look_up;
  const double forward = bound_of((UNIT_OPERATIONS + BOUND_NORMAL_OPERATIONS) / peak->alu, peak->division);
  const double back =
      bound_of(BACK_LOADS * BOUND_LINE / peak->load_l1, BACK_L2_LOADS * BOUND_LINE / peak->load_l2);
  return (of->steps - 1) * (of->tiles * tile + of->vectors * (forward + back)) + of->edges * edge +
         2 * R2S_RATE_PLANES * of->vectors * turn;
}

#endif
