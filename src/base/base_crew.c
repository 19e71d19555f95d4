/* SPDX-License-Identifier: MIT
 * Threads that wait for work. */
#include "base/base_crew.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "base/base_wait.h"

typedef struct member {
  struct r2s_crew *crew;
  pthread_t thread;
  int number;       /* from 1; 0 is the caller */
  atomic_uint turn; /* how often it was called */
  pthread_cond_t called;
} member;

struct r2s_crew {
  int n_members; /* threads but the caller's */
  member *members;
  bool has_lock; /* and done: false while a crew is made */
  pthread_mutex_t lock;
  pthread_cond_t done;
  /* the present work; set before members are called */
  r2s_crew_work work;
  void *user;
  int n_pieces;
  bool end;
  atomic_int next;     /* piece that nobody has yet */
  atomic_uint working; /* members that were called and are not done */
};

static void do_pieces(r2s_crew *crew, int thread) {
  for (;;) {
    const int piece = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
    if (piece >= crew->n_pieces) return;
    crew->work(crew->user, piece, thread);
  }
}

static void *live(void *user) {
  member *self = user;
  r2s_crew *crew = self->crew;
  for (unsigned turn = 0;; turn++) {
    r2s_wait_until(&self->turn, false, turn, &crew->lock, &self->called);
    if (crew->end) return NULL;
    do_pieces(crew, self->number);
    if (atomic_fetch_sub_explicit(&crew->working, 1, memory_order_acq_rel) == 1) {
      pthread_mutex_lock(&crew->lock); /* as in call_members */
      pthread_cond_signal(&crew->done);
      pthread_mutex_unlock(&crew->lock);
    }
  }
}

static void call_members(r2s_crew *crew, int n) {
  pthread_mutex_lock(&crew->lock); /* or one may miss it on its way to sleep */
  for (int k = 0; k < n; k++) {
    atomic_fetch_add_explicit(&crew->members[k].turn, 1, memory_order_release);
    pthread_cond_signal(&crew->members[k].called);
  }
  pthread_mutex_unlock(&crew->lock);
}

static r2s_status add_member(r2s_crew *crew, int n_threads, r2s_error *err) {
  member *one = &crew->members[crew->n_members];
  one->crew = crew;
  one->number = crew->n_members + 1;
  const r2s_status st = r2s_wait_create_condition(&one->called, err);
  if (st != R2S_OK) return st;
  const int failure = pthread_create(&one->thread, NULL, live, one);
  if (failure) {
    pthread_cond_destroy(&one->called);
    return r2s_fail(err, R2S_ERR_MEMORY, "can't start thread %d of %d: %s", one->number + 1, n_threads,
                    strerror(failure));
  }
  crew->n_members++;
  return R2S_OK;
}

r2s_status r2s_crew_create(r2s_crew **out, int n_threads, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_crew *crew = NULL;
  *out = NULL;
  R2S_ALLOC(st, &crew, 1, "threads", err);
  R2S_ALLOC(st, &crew->members, (size_t)n_threads, "threads", err);
  R2S_TRY(st, r2s_wait_create(&crew->lock, &crew->done, err));
  crew->has_lock = true;
  for (int k = 1; k < n_threads; k++) R2S_TRY(st, add_member(crew, n_threads, err));
  *out = crew;
done:
  if (st != R2S_OK) r2s_crew_free(crew);
  return st;
}

void r2s_crew_run(r2s_crew *crew, int n_pieces, r2s_crew_work work, void *user) {
  crew->work = work;
  crew->user = user;
  crew->n_pieces = n_pieces;
  const int others = n_pieces > 1 ? n_pieces - 1 : 0,
            wanted = others < crew->n_members ? others : crew->n_members;
  atomic_store_explicit(&crew->next, 0, memory_order_relaxed);
  atomic_store_explicit(&crew->working, (unsigned)wanted, memory_order_relaxed);
  call_members(crew, wanted);
  do_pieces(crew, 0);
  r2s_wait_until(&crew->working, true, 0, &crew->lock, &crew->done);
}

static void end_members(r2s_crew *crew) {
  crew->end = true;
  call_members(crew, crew->n_members);
  for (int k = 0; k < crew->n_members; k++) {
    pthread_join(crew->members[k].thread, NULL);
    pthread_cond_destroy(&crew->members[k].called);
  }
}

void r2s_crew_free(r2s_crew *crew) {
  if (!crew) return;
  if (crew->has_lock) {
    end_members(crew);
    pthread_cond_destroy(&crew->done);
    pthread_mutex_destroy(&crew->lock);
  }
  free(crew->members);
  free(crew);
}
