/* SPDX-License-Identifier: MIT
 * The trials of a lane group for the plain twin: the same inputs and the same random numbers, drawn again
 * from the group's streams. */
#ifndef R2S_TESTS_RATE_TWIN_H
#define R2S_TESTS_RATE_TWIN_H

#include <stdlib.h>

#include "rate/rate_group.h"
#include "rate/rate_reference.h"

enum { TWIN_ARRAYS = 14 };

typedef struct rate_twin {
  r2s_rate_reference trial[R2S_LANES];
  double *array[R2S_LANES][TWIN_ARRAYS];
  r2s_rate_reference_gradient gradient; /* all lanes' */
} rate_twin;

static inline double *twin_lane(const float *from, size_t count, size_t lane) {
  double *to = malloc((count ? count : 1) * sizeof *to);
  for (size_t k = 0; to && k < count; k++) to[k] = (double)from[k * R2S_LANES + lane];
  return to;
}

/* rounds x size normals as the kernel draws them: rounds first..T-1, the others zero */
static inline float *twin_normals(const r2s_rate_trials *trials, r2s_stream stream, size_t first,
                                  size_t rounds, size_t size) {
  r2s_random random;
  float *all = calloc(rounds * size + 32, sizeof *all);
  r2s_random_seed(&random, trials->seed, stream, (uint32_t)trials->set, trials->index, 0);
  for (size_t t = first; all && t < rounds; t++)
    r2s_random_fill_normal(&random, all + t * size, size, R2S_ISA_BASELINE);
  return all;
}

/* T x size normals of the readout: those of KEPT steps from the first on are drawn at once. */
static inline float *twin_readout(const r2s_rate_trials *trials, size_t T, size_t size) {
  r2s_random random;
  float *all = calloc((T + R2S_RATE_KEPT) * size + 32, sizeof *all);
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_READOUT, (uint32_t)trials->set, trials->index, 0);
  for (size_t t = 1; all && t < T; t += R2S_RATE_KEPT)
    r2s_random_fill_normal(&random, all + t * size, R2S_RATE_KEPT * size, R2S_ISA_BASELINE);
  return all;
}

/* The same of shared normals, for n units. */
static inline float *twin_shared(const r2s_rate_trials *trials, r2s_stream stream, size_t first,
                                 size_t rounds, size_t n) {
  r2s_random random;
  float *all = calloc(rounds * n * R2S_LANES + R2S_SHARED_BLOCK, sizeof *all);
  r2s_random_seed(&random, trials->seed, stream, (uint32_t)trials->set, trials->index, 0);
  for (size_t t = first; all && t < rounds; t++)
    r2s_random_shared_blocks_baseline(random.s, all + t * n * R2S_LANES,
                                      (n + R2S_SHARED_ROWS - 1) / R2S_SHARED_ROWS);
  return all;
}

/* group ran forward with traces. */
static inline void make_twin(rate_twin *twin, const r2s_rate_group *group, const r2s_rate_net *net,
                             const r2s_model *model, const r2s_rate_levels *levels,
                             const r2s_rate_trials *trials) {
  size_t T = (size_t)group->work.n_steps, n = (size_t)net->n, n_out = (size_t)net->n_out;
  float *state = twin_shared(trials, R2S_STREAM_RATE_STATE, 1, T, n);
  float *shot = twin_shared(trials, R2S_STREAM_RATE_SHOT, 0, T, n);
  float *readout = twin_readout(trials, T, n_out * R2S_LANES);
  for (size_t lane = 0; lane < R2S_LANES; lane++) {
    double **a = twin->array[lane];
    a[0] = twin_lane(group->work.u, T * (size_t)net->n_in, lane);
    a[1] = twin_lane(group->work.target, T * n_out, lane);
    a[2] = calloc(T, sizeof **a);
    for (size_t t = 0; t < T; t++) a[2][t] = (double)group->work.mask[t];
    a[3] = twin_lane(group->work.x_trace, n, lane);
    a[4] = twin_lane(state, T * n, lane);
    a[5] = twin_lane(shot, T * n, lane);
    a[6] = twin_lane(readout, T * n_out, lane);
    for (int k = 7; k < 12; k++) a[k] = calloc(T * n, sizeof **a);
    a[12] = calloc(T * n_out, sizeof **a);
    a[13] = NULL;
    twin->trial[lane] = (r2s_rate_reference){.model = model,
                                             .table = &net->table,
                                             .kappa_hz = net->kappa_hz,
                                             .state_noise = levels->state_noise,
                                             .shot_noise = levels->shot_noise,
                                             .n_steps = (int)T,
                                             .u = a[0],
                                             .target = a[1],
                                             .mask = a[2],
                                             .x0 = a[3],
                                             .state = a[4],
                                             .shot = a[5],
                                             .readout = a[6],
                                             .sent_noise = a[7],
                                             .readout_sd = a[8],
                                             .x = a[9],
                                             .r = a[10],
                                             .slope = a[11],
                                             .o = a[12]};
  }
  twin->gradient = (r2s_rate_reference_gradient){.w = calloc(n * n, sizeof(double)),
                                                 .w_out = calloc(n_out * n, sizeof(double)),
                                                 .b_out = calloc(n_out, sizeof(double)),
                                                 .taus_gaus = calloc(n, sizeof(double))};
  free(state);
  free(shot);
  free(readout);
}

/* x_0 of a single trial, drawn again (Eq. R8) */
static inline void twin_start(const r2s_model *model, const r2s_rate_net *net, const r2s_rate_levels *levels,
                              const r2s_rate_trials *trials, double *x0) {
  const size_t n = (size_t)model->n;
  const uint32_t below = r2s_rate_net_kick_below(net);
  r2s_random random;
  float *normal = calloc(n + 32, sizeof *normal);
  double *W = calloc(n * n, sizeof *W);
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_X0, (uint32_t)trials->set, trials->index, 0);
  r2s_random_fill_normal(&random, normal, n, R2S_ISA_BASELINE);
  for (size_t i = 0; i < n; i++) x0[i] = levels->x0_sd * (double)normal[i];
  r2s_model_effective_w(model, false, W);
  r2s_random_seed(&random, trials->seed, R2S_STREAM_RATE_KICK, (uint32_t)trials->set, trials->index, 0);
  for (size_t j = 0; levels->start_kick && j < n; j++)
    if (r2s_random_u32(&random) < below)
      for (size_t i = 0; i < n; i++) x0[i] += W[i * n + j] / (net->kappa_hz * net->tau_s[i]);
  free(normal);
  free(W);
}

/* Makes trial 0 the one that r2s_rate_single_step runs, which has lane 0's inputs. */
static inline void make_twin_single(rate_twin *twin, const r2s_rate_net *net, const r2s_rate_levels *levels,
                                    const r2s_rate_trials *trials) {
  const r2s_rate_reference *trial = &twin->trial[0];
  const size_t T = (size_t)trial->n_steps, n = (size_t)net->n, n_out = (size_t)net->n_out;
  float *drawn[3] = {twin_normals(trials, R2S_STREAM_RATE_STATE, 1, T, n),
                     twin_normals(trials, R2S_STREAM_RATE_SHOT, 0, T, n), twin_readout(trials, T, n_out)};
  twin_start(trial->model, net, levels, trials, twin->array[0][3]);
  for (int k = 0; k < 3; k++) {
    for (size_t at = 0; at < T * (k < 2 ? n : n_out); at++) twin->array[0][4 + k][at] = (double)drawn[k][at];
    free(drawn[k]);
  }
}

static inline void free_twin(rate_twin *twin) {
  for (size_t lane = 0; lane < R2S_LANES; lane++)
    for (int k = 0; k < TWIN_ARRAYS; k++) free(twin->array[lane][k]);
  free(twin->gradient.w);
  free(twin->gradient.w_out);
  free(twin->gradient.b_out);
  free(twin->gradient.taus_gaus);
}

#endif
