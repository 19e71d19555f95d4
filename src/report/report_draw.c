/* SPDX-License-Identifier: MIT
 * Draws figures side by side: gnuplot uses one core. Only the calling thread talks to the monitor; what the
 * others have to say waits for it. */
#include <omp.h>
#include <string.h>

#include "report/report_figure.h"

/* One figure's drawing. */
typedef struct drawing {
  const r2s_figure *figure;
  const r2s_monitor *monitor; /* the caller's */
  int *cancelled;             /* shared: what the calling thread heard last */
  r2s_text notes;             /* of another thread, a line each */
  r2s_status status;
  r2s_error error;
} drawing;

static bool asks_the_caller(void) {
  return omp_get_thread_num() == 0;
}

static void take_note(void *user, r2s_note_level level, const char *text) {
  drawing *d = user;
  if (asks_the_caller())
    r2s_monitor_note(d->monitor, level, "%s", text);
  else
    r2s_text_add(&d->notes, "%s\n", text);
}

static bool is_cancelled(void *user) {
  const drawing *d = user;
  int cancelled;
  if (asks_the_caller() && r2s_monitor_cancelled(d->monitor)) {
#pragma omp atomic write
    *d->cancelled = 1;
  }
#pragma omp atomic read
  cancelled = *d->cancelled;
  return cancelled;
}

static void draw(drawing *d) {
  const r2s_monitor monitor = {.note = take_note, .cancelled = is_cancelled, .user = d};
  d->status = r2s_figure_draw(d->figure, &monitor, &d->error);
}

/* The notes that waited; the only ones there are, of gnuplot, are warnings. */
static void pass_on(const drawing *d) {
  const char *line = r2s_text_string(&d->notes);
  for (const char *end; (end = strchr(line, '\n')); line = end + 1)
    r2s_monitor_note(d->monitor, R2S_NOTE_WARNING, "%.*s", (int)(end - line), line);
}

r2s_status r2s_report_draw(const r2s_figure *figures, int n, int threads, const r2s_monitor *monitor,
                           r2s_error *err) {
  drawing drawings[R2S_FIGURES];
  int cancelled = 0, done = 0;
  if (threads <= 0) threads = omp_get_num_procs();
  for (int k = 0; k < n; k++)
    drawings[k] = (drawing){.figure = &figures[k], .monitor = monitor, .cancelled = &cancelled};
#pragma omp parallel for num_threads(threads < n ? threads : n) schedule(dynamic, 1)
  for (int k = 0; k < n; k++) {
    int before;
#pragma omp atomic read
    before = done;
    if (asks_the_caller()) r2s_monitor_progress(monitor, "figures", before, n, figures[k].name);
    draw(&drawings[k]);
#pragma omp atomic
    done++;
  }
  r2s_status st = R2S_OK;
  for (int k = 0; k < n; k++) {
    pass_on(&drawings[k]);
    r2s_text_free(&drawings[k].notes);
    if (st == R2S_OK && drawings[k].status != R2S_OK)
      st = r2s_fail(err, drawings[k].status, "%s", drawings[k].error.msg);
  }
  if (st == R2S_OK) r2s_monitor_progress(monitor, "figures", n, n, "");
  return st;
}
