/* SPDX-License-Identifier: MIT
 * Writes a figure's script and data, and runs gnuplot on them. */
#include "report/report_figure.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base_embedded.h"
#include "base/base_process.h"
#include "io/io_leftovers.h"

/* Formats, and what a whole file of each has in its last bytes: gnuplot tells no error on a full disk. */
static const char *const formats[R2S_FIGURE_FORMATS] = {"png", "svg", "pdf"};
static const char *const endings[R2S_FIGURE_FORMATS] = {"IEND", "</svg>", "%%EOF"};

int r2s_figure_conditions(const r2s_task *task) {
  return task->n_conditions < R2S_FIGURE_CONDITIONS ? task->n_conditions : R2S_FIGURE_CONDITIONS;
}

/* A single-quoted gnuplot string of "enhanced" text. */
static void put_quoted(r2s_text *text, const char *value) {
  r2s_text_put(text, "'");
  for (const char *c = value; *c; c++) {
    if (strchr("_^{}@&~\\", *c)) r2s_text_put(text, "\\");
    if (*c == '\'') r2s_text_put(text, "'");
    if ((unsigned char)*c >= ' ') r2s_text_put_bytes(text, c, 1);
  }
  r2s_text_put(text, "'");
}

static bool lasts_the_trial(const r2s_task *task, const r2s_task_pulse *pulse) {
  return pulse->from_ms <= 0 && pulse->to_ms >= task->n_steps * task->dt_ms;
}

/* More periods than a panel has dots to tell apart are left out. */
enum { MOST_PERIODS = 512 };

bool r2s_figure_leaves_inputs_out(const r2s_task *task) {
  bool any[2] = {false, false};
  for (int c = 0; c < r2s_figure_conditions(task); c++)
    for (int p = 0; p < task->conditions[c].n_pulses; p++)
      any[lasts_the_trial(task, &task->conditions[c].pulses[p])] = true;
  return any[false] && any[true];
}

/* The periods of pulses of the conditions shown, each one once, with the conditions that have it as bits. */
static void put_stimulus(r2s_figure *figure) {
  const r2s_task *task = &figure->folder->task;
  double from[MOST_PERIODS], to[MOST_PERIODS], of[MOST_PERIODS];
  int n = 0;
  const bool some = r2s_figure_leaves_inputs_out(task);
  for (int c = 0; c < figure->n_conditions; c++)
    for (int p = 0; p < task->conditions[c].n_pulses; p++) {
      const r2s_task_pulse *pulse = &task->conditions[c].pulses[p];
      int k = 0;
      if (some && lasts_the_trial(task, pulse)) continue;
      while (k < n && (from[k] != pulse->from_ms || to[k] != pulse->to_ms)) k++;
      if (k == MOST_PERIODS) continue;
      if (k == n) from[n] = pulse->from_ms, to[n] = pulse->to_ms, of[n++] = 0;
      of[k] = (unsigned)of[k] | 1u << c;
    }
  r2s_figure_number(figure, "n_stim", n,
                    "periods of stimulation, ms, and the conditions that have them (bits)");
  if (n == 0) return;
  r2s_figure_array(figure, "stim_from", from, n, NULL);
  r2s_figure_array(figure, "stim_to", to, n, NULL);
  r2s_figure_array(figure, "stim_of", of, n, NULL);
}

/* What the axis of each output shows at least: 0, 1 and all of its targets shown, off their ends. */
static void put_output_ranges(r2s_figure *out) {
  const r2s_task *task = &out->folder->task;
  double low[R2S_FIGURE_OUTPUTS], high[R2S_FIGURE_OUTPUTS];
  for (int o = 0; o < out->n_outputs; o++) low[o] = 1.25 * -0.2, high[o] = 1.25;
  for (int c = 0; c < out->n_conditions; c++)
    for (int k = 0; k < task->conditions[c].n_targets; k++) {
      const r2s_task_target *target = &task->conditions[c].targets[k];
      const int o = target->output;
      if (o >= out->n_outputs) continue;
      low[o] = fmin(low[o], 1.25 * target->value);
      high[o] = fmax(high[o], 1.25 * target->value);
    }
  r2s_figure_array(out, "output_low", low, out->n_outputs,
                   "the axis of each output reaches from here at least");
  r2s_figure_array(out, "output_high", high, out->n_outputs, "to here");
}

void r2s_figure_begin(r2s_figure *out, const char *name, const r2s_folder *folder) {
  const r2s_task *task = &folder->task;
  *out = (r2s_figure){.name = name, .folder = folder};
  r2s_folder_path(folder, "figures", out->directory, sizeof out->directory);
  out->n_conditions = r2s_figure_conditions(task);
  out->n_outputs = task->n_outputs < R2S_FIGURE_OUTPUTS ? task->n_outputs : R2S_FIGURE_OUTPUTS;
  r2s_text_add(&out->head,
               "# %s.gp: draws %s.png, .svg and .pdf from the %s_*.dat files beside it.\n"
               "#   gnuplot %s.gp                          all three\n"
               "#   gnuplot -e \"formats='pdf'\" %s.gp       only one\n"
               "if (!exists(\"formats\")) formats = 'png svg pdf'\n"
               "if (!exists(\"name\")) name = '%s'\n"
               "\n# ---- from the run ----\n",
               name, name, name, name, name, name);
  r2s_figure_number(out, "n_out", out->n_outputs, "outputs shown, from 0");
  r2s_figure_number(out, "n_all_out", task->n_outputs, "of the task");
  r2s_figure_number(out, "n_cond", out->n_conditions, "conditions shown");
  r2s_figure_number(out, "n_all_cond", task->n_conditions, "of the task");
  r2s_text_add(&out->head, "array cond[%d] = [", out->n_conditions);
  for (int c = 0; c < out->n_conditions; c++) {
    if (c) r2s_text_put(&out->head, ", ");
    put_quoted(&out->head, r2s_folder_condition(folder, c));
  }
  r2s_text_put(&out->head, "]\n");
  put_stimulus(out);
  const double t_end = task->n_steps * task->dt_ms;
  r2s_figure_number(out, "t_end", t_end, "length of a trial, ms");
  r2s_figure_number(out, "t_tick", r2s_figure_axis(t_end / 5), NULL);
  r2s_figure_number(out, "t_tick_wide", r2s_figure_axis(t_end / 3), "of narrow panels");
  put_output_ranges(out);
}

void r2s_figure_free(r2s_figure *figure) {
  r2s_text_free(&figure->head);
}

void r2s_figure_number(r2s_figure *figure, const char *name, double value, const char *comment) {
  const char *mark = comment ? "  # " : "";
  if (isfinite(value))
    r2s_text_add(&figure->head, "%s = %.10g%s%s\n", name, value, mark, comment ? comment : "");
  else
    r2s_text_add(&figure->head, "%s = NaN%s%s\n", name, mark, comment ? comment : "");
}

void r2s_figure_array(r2s_figure *figure, const char *name, const double *values, int n,
                      const char *comment) {
  r2s_text_add(&figure->head, "array %s[%d] = [", name, n);
  for (int k = 0; k < n; k++) r2s_text_add(&figure->head, "%s%.10g", k ? ", " : "", values[k]);
  r2s_text_add(&figure->head, "]%s%s\n", comment ? "  # " : "", comment ? comment : "");
}

void r2s_figure_string(r2s_figure *figure, const char *name, const char *value, const char *comment) {
  r2s_text_add(&figure->head, "%s = ", name);
  put_quoted(&figure->head, value);
  r2s_text_add(&figure->head, "%s%s\n", comment ? "  # " : "", comment ? comment : "");
}

double r2s_figure_axis(double x) {
  static const double steps[] = {1, 2, 3, 4, 5, 6, 8};
  if (!(x > 0) || !isfinite(x)) return 1;
  const double power = pow(10, floor(log10(x)));
  for (int k = 0; k < 7; k++)
    if (steps[k] * power >= x) return steps[k] * power;
  return 10 * power;
}

r2s_status r2s_figure_data(const r2s_figure *figure, const char *part, const r2s_text *data, r2s_error *err) {
  char path[4400];
  r2s_status st = r2s_text_check(data, err);
  if (st != R2S_OK) return st;
  snprintf(path, sizeof path, "%s/%s_%s.dat", figure->directory, figure->name, part);
  return r2s_io_write_atomic(path, r2s_text_string(data), data->size, err);
}

r2s_status r2s_figure_script(const r2s_figure *figure, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[4400], body_name[64];
  r2s_text script = {0};
  snprintf(body_name, sizeof body_name, "report/%s.gp", figure->name);
  const r2s_embedded_file *style = r2s_embedded("report/style.gp"), *body = r2s_embedded(body_name);
  r2s_text_put(&script, r2s_text_string(&figure->head));
  r2s_text_put_bytes(&script, style->data, style->size);
  r2s_text_put_bytes(&script, body->data, body->size);
  script.failed |= figure->head.failed;
  R2S_TRY(st, r2s_text_check(&script, err));
  snprintf(path, sizeof path, "%s/%s.gp", figure->directory, figure->name);
  st = r2s_io_write_atomic(path, r2s_text_string(&script), script.size, err);
done:
  r2s_text_free(&script);
  return st;
}

/* A condition without a trial has a curve without a point, and gnuplot widens the range of a constant one. */
static void note_line(void *user, const char *text) {
  if (*text && !strstr(text, "Skipping data file with no valid points") && !strstr(text, "empty y range"))
    r2s_monitor_note(user, R2S_NOTE_WARNING, "gnuplot: %s", text);
}

static bool ends_with(int fd, const char *ending) {
  char tail[16] = "";
  const off_t size = lseek(fd, 0, SEEK_END), from = size > 15 ? size - 15 : 0;
  const ssize_t n = pread(fd, tail, 15, from);
  for (ssize_t k = 0; k + (ssize_t)strlen(ending) <= n; k++)
    if (memcmp(tail + k, ending, strlen(ending)) == 0) return true;
  return false;
}

/* Puts a drawn file in its place, when it is whole and synced. */
static r2s_status publish(const char *from, const char *to, const char *ending, r2s_error *err) {
  int fd = open(from, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return r2s_fail(err, R2S_ERR_EXTERNAL, "gnuplot did not write %s: %s", to, strerror(errno));
  const bool whole = ends_with(fd, ending);
  const int failed = fsync(fd), code = errno;
  close(fd);
  if (!whole)
    return r2s_fail(
        err, R2S_ERR_IO,
        "%s: gnuplot wrote only a part of it; is the disk full, or memory limited? The old one is kept", to);
  if (!failed && rename(from, to) == 0) return R2S_OK;
  return r2s_fail(err, R2S_ERR_IO, "%s: %s", to, strerror(failed ? code : errno));
}

r2s_status r2s_figure_draw(const r2s_figure *figure, int format, const r2s_monitor *monitor, r2s_error *err) {
  char script[64], name[R2S_TEMPORARY_SIZE], setting[160], from[4400], to[4400];
  snprintf(script, sizeof script, "%s.gp", figure->name);
  r2s_io_temporary_name(name, format);
  snprintf(setting, sizeof setting, "name='%s-%s'; formats='%s'", name, figure->name, formats[format]);
  snprintf(from, sizeof from, "%s/%s-%s.%s", figure->directory, name, figure->name, formats[format]);
  snprintf(to, sizeof to, "%s/%s.%s", figure->directory, figure->name, formats[format]);
  const char *const argv[] = {"gnuplot", "-e", setting, script, NULL};
  r2s_process_config process = {
      .argv = argv,
      .directory = figure->directory,
      .env = (const char *const[]){"LC_ALL=C.UTF-8", "GNUTERM=dumb", NULL},
      .remedy = "it draws the figures; on Debian: apt install gnuplot-nox, on a Mac: brew install gnuplot",
      .line = note_line,
      .user = (void *)monitor};
  r2s_status st = r2s_process_check(&process, monitor, err);
  if (st == R2S_OK) st = publish(from, to, endings[format], err);
  if (st != R2S_OK) unlink(from);
  return st;
}
