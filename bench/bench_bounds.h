/* SPDX-License-Identifier: MIT
 * The least that the rate kernels' work takes, in cycles for a unit of it, at the rates of bench_peak.h:
 * operations and bytes were counted in the source (bench/README.md). */
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
/* Of the table, for 16 floats: each lane loads its four words; without those of 16 lanes, as in AVX-512, two
 * vectors. They are put together by three insertions for 16 lanes, one for 8, in each of four vectors, and
 * turned by 8 shuffles. A load of 16 bytes takes as long as a whole vector's. */
enum { BOUND_TABLE_LOADS = 16, BOUND_TABLE_TURNS_WIDE = 12 + 8, BOUND_TABLE_TURNS = 4 + 8 };
/* Multiplies (fused or not) and all other operations of a forward step of a unit of recipe matched with one
 * input and one output, its readout included, but for the table; lines: its input, state and shot noise, rate
 * and amplitude for the output and for its gradient */
enum {
  BOUND_MATCHED_MULTIPLIES = 15,
  BOUND_MATCHED_OPERATIONS = 22,
  BOUND_MATCHED_LINES = 7,
  BOUND_LINE = 64 /* bytes of 16 floats */
};

/* 16 trials: cycles of an edge or unit in a step, and of 16 normals. At full shot noise there is no state
 * noise: one normal a unit and step, as without it. */
typedef struct bench_bounds {
  double product, gradient; /* of an edge */
  const char *product_by;   /* what bounds it */
  double sigmoid, matched;  /* forward, of a unit */
  double back;              /* backward, of a unit */
  double fix;               /* its two numbers in 16 bits */
  double normals;           /* one for each trial */
  double shared;            /* the same of shared ones */
} bench_bounds;

static inline double bound_of(double a, double b) {
  return a > b ? a : b;
}

/* Forward, a unit of recipe matched, but for its way to L3. */
static inline double bench_bound_matched(const bench_peak *peak) {
  const double vector = peak->wide ? 64 : 32; /* bytes */
  const double operations =
      BOUND_MATCHED_OPERATIONS + (peak->wide ? BOUND_TABLE_TURNS_WIDE : BOUND_TABLE_TURNS);
  const double bytes = BOUND_MATCHED_LINES * BOUND_LINE + BOUND_TABLE_LOADS * vector;
  return bound_of(bound_of(BOUND_MATCHED_MULTIPLIES / peak->fma, operations / peak->alu),
                  bytes / peak->load_l1);
}

static inline bench_bounds bench_bounds_of(const bench_peak *peak) {
  const double load = BOUND_LINE / peak->load_l1, store = BOUND_LINE / peak->store_l1;
  /* where it was not measured: 16 rates, their place and a weight */
  const double lists = bound_of((BOUND_LINE + 6) / peak->load_l1, 1 / peak->fma);
  /* the history is larger than the L2 cache: a line written forward and read backward, two with slopes */
  return (bench_bounds){.product = peak->product > 0 ? peak->product : lists,
                        .product_by = peak->product == 0                 ? "multiply-adds or L1 loads"
                                      : peak->product < 1.05 / peak->fma ? "multiply-adds"
                                      : peak->wide                       ? "code from L2"
                                                                         : "the loop's instructions",
                        .gradient = peak->gradient / R2S_RATE_BLOCK,
                        .sigmoid = bound_of(peak->sigmoid, 3 * store + BOUND_LINE / peak->store_l3),
                        .matched =
                            bound_of(bench_bound_matched(peak), 5 * store + 2 * BOUND_LINE / peak->store_l3),
                        .back = bound_of(store, 2 * load + BOUND_LINE / peak->load_l3),
                        .fix = 2 * bound_of(BOUND_FIX_OPERATIONS / peak->alu, BOUND_LINE / peak->load_l2),
                        .normals = BOUND_NORMAL_OPERATIONS / peak->alu,
                        .shared = bound_of(BOUND_SHARED_OPERATIONS / peak->alu, store)};
}

/* Cycles of a training step of 16 trials. Not in it: all that is done once a step (draws, optimiser). */
static inline double bench_bound_group(const bench_bounds *b, double n, double edges, double steps,
                                       bool matched) {
  const double forward = matched ? b->matched : b->sigmoid;
  return (steps - 1) *
         (edges * (2 * b->product + b->gradient) + n * (forward + b->shared + b->back + b->fix));
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
  const double tile = R2S_RATE_SLOTS / peak->look_up;
  const double forward = bound_of((UNIT_OPERATIONS + BOUND_NORMAL_OPERATIONS) / peak->alu, peak->division);
  const double back =
      bound_of(BACK_LOADS * BOUND_LINE / peak->load_l1, BACK_L2_LOADS * BOUND_LINE / peak->load_l2);
  return (of->steps - 1) * (of->tiles * tile + of->vectors * (forward + back)) + of->edges * edge +
         2 * R2S_RATE_PLANES * of->vectors * turn;
}

#endif
