/* SPDX-License-Identifier: MIT
 * conversion.csv: accuracy at every scale. */
#include "run/run_conversion.h"

#include <math.h>

static void put_row(r2s_run_text *text, const r2s_task *task, const char *model, const char *set,
                    const r2s_scale_result *r) {
  fprintf(text->stream, "%s,%s,%.9g,%d,%d", model, set, r->scale, r->accuracy.correct, r->accuracy.n);
  r2s_run_text_number(text, r->accuracy.accuracy);
  r2s_run_text_number(text, r->accuracy.low);
  r2s_run_text_number(text, r->accuracy.high);
  fprintf(text->stream, ",%d", r->strict.correct);
  r2s_run_text_number(text, r->rate_hz);
  for (int c = 0; c < task->n_conditions; c++) {
    fprintf(text->stream, ",%d,%d", r->by_condition[c].correct, r->by_condition[c].n);
    r2s_run_text_number(text, r->out_mean[c]);
    r2s_run_text_number(text, r->out_sd[c]);
  }
  fputc('\n', text->stream);
}

static void put_result(r2s_run_text *text, const r2s_task *task, const char *model,
                       const r2s_search_result *result) {
  for (int k = 0; k < result->n_scales; k++) put_row(text, task, model, "search", &result->scales[k]);
  if (result->held_out.accuracy.n > 0) put_row(text, task, model, "held_out", &result->held_out);
  if (result->held_out_predicted.accuracy.n > 0)
    put_row(text, task, model, "held_out_predicted", &result->held_out_predicted);
}

r2s_status r2s_run_conversion_write(const r2s_run *run, const r2s_search_result *lif,
                                    const r2s_search_result *unit, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_run_text text;
  r2s_status st = r2s_run_text_open(&text, err);
  if (st != R2S_OK) return st;
  fputs("model,set,scale,correct,n,accuracy,ci_low,ci_high,strict_correct,rate_hz", text.stream);
  for (int c = 0; c < run->task.n_conditions; c++) {
    const char *name = run->task.conditions[c].name;
    fprintf(text.stream, ",correct_%s,n_%s,out_mean_%s,out_sd_%s", name, name, name, name);
  }
  fputc('\n', text.stream);
  put_result(&text, &run->task, "lif", lif);
  put_result(&text, &run->task, "lif-unit", unit);
  st = r2s_run_text_write(&text, run, "conversion.csv", err);
  r2s_run_text_free(&text);
  return st;
}
