/* SPDX-License-Identifier: MIT
 * A lane group: 16 trials that are drawn, run forward and backward together, from random streams of their
 * own. The unit of work for threads: what a group gives does not depend on who computes it. */
#ifndef R2S_RATE_GROUP_H
#define R2S_RATE_GROUP_H

#include "rate/rate_net.h"

/* Which trials, and how. Lane k is trial 16 index + k of its set. */
typedef struct r2s_rate_trials {
  uint64_t seed;
  r2s_trial_set set;
  uint64_t index; /* number of the group in its set */
  int active;     /* lanes 0..active-1 have a trial */
  int conditions[R2S_LANES];
  int target_shift;
} r2s_rate_trials;

/* What a group gave. */
typedef struct r2s_rate_outcome {
  double loss[R2S_LANES]; /* of each active trial */
  bool correct[R2S_LANES];
} r2s_rate_outcome;

typedef struct r2s_rate_group {
  r2s_rate_work work;
  r2s_isa isa;
  float *u, *z, *mask; /* one trial [T x n_in], [T x n_out], [T] */
  double *o;           /* [T-1 x n_out] */
} r2s_rate_group;

/* gradient: memory for the backward pass; trace: keep x and r of all steps. */
R2S_MUST_CHECK r2s_status r2s_rate_group_create(r2s_rate_group *out, const r2s_rate_net *net, int n_steps,
                                                bool gradient, bool trace, r2s_error *err);
void r2s_rate_group_free(r2s_rate_group *group);

/* Conditions drawn by their probabilities. */
void r2s_rate_group_draw(r2s_rate_trials *trials, const r2s_task *task);

/* Draws x_0 and inputs, runs forward, judges by a criterion. */
void r2s_rate_group_forward(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_view *view,
                            const r2s_rate_levels *levels, const r2s_task *task,
                            const r2s_rate_trials *trials, r2s_criterion criterion, r2s_rate_outcome *out);

/* After forward: gradient [r2s_rate_net_gradient_size] of the group's part of the batch's mean loss. */
void r2s_rate_group_backward(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_view *view,
                             const r2s_rate_trials *trials, const r2s_rate_outcome *outcome, int batch,
                             float *gradient);

/* The parts of forward and backward beside the kernels, for a team (rate_team.h). Draws x_0 and inputs: */
void r2s_rate_group_begin(r2s_rate_group *group, const r2s_rate_net *net, const r2s_rate_levels *levels,
                          const r2s_task *task, const r2s_rate_trials *trials);
/* Behind the forward kernel: losses, and which trials are correct. */
void r2s_rate_group_judge(r2s_rate_group *group, const r2s_rate_net *net, const r2s_task *task,
                          const r2s_rate_trials *trials, r2s_criterion criterion, r2s_rate_outcome *out);
/* Before the backward kernel: what each trial's error counts in the batch's mean loss. */
void r2s_rate_group_weigh(r2s_rate_group *group, const r2s_rate_trials *trials,
                          const r2s_rate_outcome *outcome, int batch);
/* Once all ranks are behind it, Eq. R6, lanes summed: the gradients of the edges between units that are
 * work's rank's part; and, once, of all else. */
void r2s_rate_group_fold_edges(const r2s_rate_work *work, const r2s_rate_net *net, const r2s_rate_view *view,
                               float *gradient);
void r2s_rate_group_fold(const r2s_rate_work *work, const r2s_rate_net *net, const r2s_rate_view *view,
                         float *gradient);

/* Output trace of a lane, [T-1 x n_out]; valid until the next call. */
const double *r2s_rate_group_output(r2s_rate_group *group, const r2s_rate_net *net, int lane);

#endif
