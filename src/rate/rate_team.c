/* SPDX-License-Identifier: MIT
 * A lane group's training step by several threads. */
#include "rate/rate_team.h"

#include <stdlib.h>

#include "base/base_memory.h"

r2s_status r2s_rate_team_create(r2s_rate_team *out, int size, int n, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_team team = {.size = size};
  R2S_ALLOC(st, &team.input, (size_t)size * r2s_rate_rows_area(n), "recurrent input", err);
  R2S_ALLOC(st, &team.back, (size_t)size * r2s_rate_rows_area(n), "backward input", err);
  R2S_TRY(st, r2s_barrier_create(&team.barrier, size, err));
done:
  *out = team;
  if (st != R2S_OK) r2s_rate_team_free(out);
  return st;
}

void r2s_rate_team_free(r2s_rate_team *team) {
  r2s_barrier_free(team->barrier);
  free(team->input);
  free(team->back);
  *team = (r2s_rate_team){0};
}

/* The group's memory as member `rank` sees it. */
static r2s_rate_work own_work(const r2s_rate_team *team, int rank, const r2s_rate_team_task *t) {
  const size_t area = r2s_rate_rows_area(t->net->n);
  r2s_rate_work work = t->group->work;
  work.team = team->size;
  work.rank = rank;
  work.barrier = team->barrier;
  work.input = team->input + (size_t)rank * area;
  work.back = team->back + (size_t)rank * area;
  return work;
}

void r2s_rate_team_step(r2s_rate_team *team, int rank, const r2s_rate_team_task *t, r2s_rate_outcome *outcome,
                        float *gradient) {
  r2s_rate_group *group = t->group;
  if (rank == 0) r2s_rate_group_begin(group, t->net, t->levels, t->task, t->trials);
  r2s_barrier_wait(team->barrier);
  r2s_rate_work work = own_work(team, rank, t);
  R2S_KERNEL_PICK(group->isa, r2s_rate_forward)(t->view, &work);
  if (rank == 0) {
    r2s_rate_group_judge(group, t->net, t->task, t->trials, t->criterion, outcome);
    r2s_rate_group_weigh(group, t->trials, outcome, t->batch);
  }
  r2s_barrier_wait(team->barrier);
  R2S_KERNEL_PICK(group->isa, r2s_rate_backward)(t->view, &work);
  r2s_barrier_wait(team->barrier);
  r2s_rate_group_fold_edges(&work, t->net, t->view, gradient);
  if (rank == 0) r2s_rate_group_fold(&work, t->net, t->view, gradient);
}
