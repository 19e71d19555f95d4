/* SPDX-License-Identifier: MIT
 * conversion.csv: accuracy at every scale. Written from run.json, which keeps the model that the last convert
 * left alone. */
#include "run/run_conversion.h"

#include <math.h>

#include "base/base_json.h"
#include "run/run_json.h"

static double number(const json_t *object, const char *key) {
  return r2s_json_number(json_object_get(object, key));
}

static int count(const json_t *accuracy) {
  return (int)json_integer_value(json_object_get(accuracy, "n"));
}

/* How many of the trials were right: run.json has their share. */
static long correct(const json_t *accuracy) {
  const double share = number(accuracy, "accuracy");
  return isfinite(share) ? lround(share * count(accuracy)) : 0;
}

static void put_output(r2s_run_text *text, const json_t *of) {
  r2s_run_text_number(text, number(of, "out_mean"));
  r2s_run_text_number(text, number(of, "out_sd"));
}

/* Empty where the stage had another task, without this condition; the outputs behind the first where it is of
 * an earlier version, which told output 0 alone. */
static void put_condition(r2s_run_text *text, const json_t *scale, const char *name, int n_outputs) {
  const json_t *one = json_object_get(json_object_get(scale, "conditions"), name);
  if (json_is_object(one))
    r2s_text_add(&text->csv, ",%ld,%d", correct(one), count(one));
  else
    r2s_text_add(&text->csv, ",,");
  put_output(text, one);
  for (int o = 1; o < n_outputs; o++)
    put_output(text, json_array_get(json_object_get(one, "by_output"), (size_t)o));
}

/* scale: a SCALE of run.json (docs/formats.md); no row without one. */
static void put_row(r2s_run_text *text, const r2s_task *task, const char *model, const char *set,
                    const json_t *scale) {
  if (count(scale) == 0) return;
  const json_t *interval = json_object_get(scale, "ci95");
  r2s_text_add(&text->csv, "%s,%s", model, set);
  r2s_run_text_number(text, number(scale, "scale")); /* earlier versions kept none of held-out trials */
  r2s_text_add(&text->csv, ",%ld,%d", correct(scale), count(scale));
  r2s_run_text_number(text, number(scale, "accuracy"));
  for (size_t k = 0; k < 2; k++) r2s_run_text_number(text, r2s_json_number(json_array_get(interval, k)));
  r2s_text_add(&text->csv, ",%ld", correct(json_object_get(scale, "strict")));
  r2s_run_text_number(text, number(scale, "rate_hz"));
  for (int c = 0; c < task->n_conditions; c++)
    put_condition(text, scale, task->conditions[c].name, task->n_outputs);
  r2s_text_add(&text->csv, "\n");
}

static void put_stage(r2s_run_text *text, const r2s_run *run, const char *stage_name, const char *model) {
  const json_t *stage = r2s_run_json_get_stage(run, stage_name), *scale;
  size_t k;
  json_array_foreach(json_object_get(stage, "scales"), k, scale) {
    put_row(text, &run->task, model, "search", scale);
  }
  put_row(text, &run->task, model, "held_out", json_object_get(stage, "held_out"));
  put_row(text, &run->task, model, "held_out_predicted", json_object_get(stage, "held_out_predicted"));
}

r2s_status r2s_run_conversion_write(const r2s_run *run, r2s_error *err) {
  if (!run->dir) return R2S_OK;
  r2s_run_text text;
  r2s_run_text_open(&text);
  r2s_text_add(&text.csv, "model,set,scale,correct,n,accuracy,ci_low,ci_high,strict_correct,rate_hz");
  for (int c = 0; c < run->task.n_conditions; c++) {
    const char *name = run->task.conditions[c].name;
    r2s_text_add(&text.csv, ",correct_%s,n_%s,out_mean_%s,out_sd_%s", name, name, name, name);
    for (int o = 1; o < run->task.n_outputs; o++)
      r2s_text_add(&text.csv, ",out%d_mean_%s,out%d_sd_%s", o, name, o, name);
  }
  r2s_text_add(&text.csv, "\n");
  put_stage(&text, run, "convert", "lif");
  put_stage(&text, run, "lif-unit", "lif-unit");
  r2s_status st = r2s_run_text_write(&text, run, "conversion.csv", err);
  r2s_run_text_free(&text);
  return st;
}
