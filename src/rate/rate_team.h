/* SPDX-License-Identifier: MIT
 * Threads that share a lane group's training step: each has some tiles of units and some of the edges. A
 * tile's numbers follow from the step before, whoever computes them: so the bits are those of one thread. */
#ifndef R2S_RATE_TEAM_H
#define R2S_RATE_TEAM_H

#include "rate/rate_group.h"

typedef struct r2s_rate_team {
  int size;
  r2s_barrier *barrier;
  float *input, *back; /* [size x N in whole fours x 16] each member's own, as in r2s_rate_work */
} r2s_rate_team;

/* What a step is of. */
typedef struct r2s_rate_team_task {
  r2s_rate_group *group;
  const r2s_rate_net *net;
  const r2s_rate_view *view;
  const r2s_rate_levels *levels;
  const r2s_task *task;
  const r2s_rate_trials *trials;
  r2s_criterion criterion;
  int batch;
} r2s_rate_team_task;

/* For networks of n units. */
R2S_MUST_CHECK r2s_status r2s_rate_team_create(r2s_rate_team *out, int size, int n, r2s_error *err);
void r2s_rate_team_free(r2s_rate_team *team);

/* What member `rank` does of a group's forward and backward pass, which need all members at the same time:
 * outcome and gradient as r2s_rate_group_forward and _backward give them. */
void r2s_rate_team_step(r2s_rate_team *team, int rank, const r2s_rate_team_task *t, r2s_rate_outcome *outcome,
                        float *gradient);

#endif
