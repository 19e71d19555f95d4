/* SPDX-License-Identifier: MIT
 * Makes figures side by side, and draws their formats side by side: gnuplot uses one core. Only the calling
 * thread talks to the monitor; what the others have to say waits for it. */
#include <omp.h>
#include <string.h>

#include "base/base_locale.h"
#include "base/base_threads.h"
#include "report/report_figure.h"

/* A piece of work: a figure's data and script, or one of its formats. */
typedef struct piece {
  struct drawing *all;
  r2s_figure *figure;
  int format;     /* -1: data and script */
  r2s_text notes; /* of another thread, a line each */
  r2s_status status;
  r2s_error error;
} piece;

enum { PIECES = 1 + R2S_FIGURE_FORMATS };

/* All pieces, a figure's in a row, data and script first. */
typedef struct drawing {
  const r2s_monitor *monitor; /* the caller's */
  piece pieces[R2S_FIGURES][PIECES];
  int n, done;   /* done: of all n PIECES */
  int cancelled; /* what the calling thread heard last */
} drawing;

static bool asks_the_caller(void) {
  return omp_get_thread_num() == 0;
}

static void take_note(void *user, r2s_note_level level, const char *text) {
  piece *p = user;
  if (asks_the_caller())
    r2s_monitor_note(p->all->monitor, level, "%s", text);
  else
    r2s_text_add(&p->notes, "%s\n", text);
}

static bool is_cancelled(void *user) {
  drawing *all = ((const piece *)user)->all;
  int cancelled;
  if (asks_the_caller() && r2s_monitor_cancelled(all->monitor)) {
#pragma omp atomic write
    all->cancelled = 1;
  }
#pragma omp atomic read
  cancelled = all->cancelled;
  return cancelled;
}

static void work_on(piece *p) {
  drawing *all = p->all;
  const r2s_monitor monitor = {.note = take_note, .cancelled = is_cancelled, .user = p};
  const r2s_locale locale = r2s_locale_c();
  int before;
#pragma omp atomic read
  before = all->done;
  if (asks_the_caller())
    r2s_monitor_progress(all->monitor, "figures", before, all->n * PIECES, p->figure->name);
  if (is_cancelled(p)) {
    p->status = r2s_fail(&p->error, R2S_ERR_CANCELLED, "interrupted before %s was drawn", p->figure->name);
  } else if (p->format < 0) {
    p->status = p->figure->make(p->figure, &p->error);
    if (p->status == R2S_OK) p->status = r2s_figure_script(p->figure, &p->error);
  } else {
    p->status = r2s_figure_draw(p->figure, p->format, &monitor, &p->error);
  }
  r2s_locale_restore(locale);
#pragma omp atomic
  all->done++;
}

/* A figure, whose formats are tasks of their own once its data are there. */
static void work_on_figure(piece *pieces) {
  work_on(&pieces[0]);
  for (int k = 1; k < PIECES && pieces[0].status == R2S_OK; k++) {
#pragma omp task firstprivate(k)
    work_on(&pieces[k]);
  }
}

/* The notes that waited; the only ones there are, of gnuplot, are warnings. */
static void pass_on(const piece *p) {
  const char *line = r2s_text_string(&p->notes);
  for (const char *end; (end = strchr(line, '\n')); line = end + 1)
    r2s_monitor_note(p->all->monitor, R2S_NOTE_WARNING, "%.*s", (int)(end - line), line);
}

static r2s_status finish(piece *p, r2s_status st, r2s_error *err) {
  pass_on(p);
  r2s_text_free(&p->notes);
  if (st != R2S_OK || p->status == R2S_OK) return st;
  if (err) *err = p->error;
  return p->status;
}

r2s_status r2s_report_draw(r2s_figure *figures, int n, int threads, const r2s_monitor *monitor,
                           r2s_error *err) {
  drawing all = {.monitor = monitor, .n = n, .cancelled = r2s_monitor_cancelled(monitor)};
  threads = r2s_threads_for(threads, n * PIECES);
  for (int k = 0; k < n; k++)
    for (int p = 0; p < PIECES; p++)
      all.pieces[k][p] = (piece){.all = &all, .figure = &figures[k], .format = p - 1};
#pragma omp parallel num_threads(threads)
#pragma omp single
  for (int k = 0; k < n; k++) {
#pragma omp task firstprivate(k)
    work_on_figure(all.pieces[k]);
  }
  r2s_status st = R2S_OK;
  for (int p = 0; p < PIECES; p++)
    for (int k = 0; k < n; k++) st = finish(&all.pieces[k][p], st, err);
  if (st == R2S_OK) r2s_monitor_progress(monitor, "figures", n, n, "");
  return st;
}
