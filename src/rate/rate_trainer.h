/* SPDX-License-Identifier: MIT
 * Inside of a training. */
#ifndef R2S_RATE_TRAINER_H
#define R2S_RATE_TRAINER_H

#include "base/base_crew.h"
#include "rate/rate_choice.h"
#include "rate/rate_pace.h"
#include "rate/rate_single.h"
#include "rate/rate_team.h"

struct r2s_trainer {
  r2s_model start; /* as given: what training does not change, and weights outside the edge lists */
  r2s_task task;
  r2s_train_config config;
  uint64_t seed;
  r2s_crew *crew;
  int threads, groups;    /* groups: lane groups of a batch */
  int workers;            /* groups that there is memory for: the first `groups` have some for gradients */
  r2s_rate_team *team;    /* [groups] threads that share each group of a batch; NULL: not enough for that */
  int team_size;          /* 1 without teams */
  r2s_rate_choice choice; /* a thread a group, or a team */
  bool trained[R2S_RATE_TENSORS];
  r2s_rate_net net;
  size_t max_edges; /* what the edge lists have room for */
  r2s_rate_pace pace;
  r2s_rate_single single; /* for batches of one trial */
  r2s_rate_group *worker; /* [workers] */
  float *gradient;        /* [groups x stride] */
  size_t stride;
  bool balanced;             /* Eq. R14 */
  int *conditions;           /* [batch] of a balanced one */
  r2s_rate_trials *trials;   /* [max(groups, evaluation groups)] */
  r2s_rate_outcome *outcome; /* likewise */
};

#endif
