/* SPDX-License-Identifier: MIT
 * Numbers as the report writes them. */
#include "report/report_format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MINUS "\u2212"
#define NOTHING "\u2013"

/* A minus sign in place of the hyphen; "-0.0" loses its sign. */
static r2s_short signed_text(const char *digits) {
  r2s_short out;
  const bool zero = strspn(digits, "-0.") == strlen(digits);
  if (*digits == '-' && !zero)
    snprintf(out.text, sizeof out.text, MINUS "%s", digits + 1);
  else
    snprintf(out.text, sizeof out.text, "%s", digits + (*digits == '-'));
  return out;
}

r2s_short r2s_fmt(double value, int decimals) {
  char digits[512]; /* the largest double has 309 before its point */
  if (!isfinite(value)) return (r2s_short){NOTHING};
  snprintf(digits, sizeof digits, "%.*f", decimals, value);
  return signed_text(digits);
}

r2s_short r2s_fmt_short(double value, int digits) {
  char text[128];
  if (!isfinite(value)) return (r2s_short){NOTHING};
  snprintf(text, sizeof text, "%.*g", digits, value);
  return signed_text(text);
}

/* The interval is rounded outwards: 94.97 does not reach 95. */
r2s_short r2s_fmt_accuracy(r2s_json_accuracy a) {
  r2s_short out = {"not run"};
  if (a.n > 0 && !isfinite(a.low))
    snprintf(out.text, sizeof out.text, "%.1f %%, n = %d", r2s_convert_percent(a.accuracy), a.n);
  else if (a.n > 0)
    snprintf(out.text, sizeof out.text, "%.1f %% [%.1f, %.1f], n = %d", r2s_convert_percent(a.accuracy),
             r2s_convert_low_percent(a.low), r2s_convert_high_percent(a.high), a.n);
  return out;
}

r2s_short r2s_fmt_simulation(const r2s_folder *folder, const char *model, const char *engine,
                             const json_t *sim) {
  r2s_short out;
  const double scale = r2s_folder_member(sim, "scale");
  const r2s_short other = r2s_fmt_other(folder, model, sim);
  int used = snprintf(out.text, sizeof out.text, "`%.30s`, %.8s", r2s_plain(model).text, engine);
  if (isfinite(scale))
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", scale %.16s",
                     r2s_fmt_short(scale, 4).text);
  if (other.text[0]) snprintf(out.text + used, sizeof out.text - (size_t)used, ", %.900s", other.text);
  return out;
}

r2s_short r2s_fmt_engine(const char *engine) {
  return strncmp(engine, "nest", 4) == 0 ? (r2s_short){"NEST"} : r2s_plain(engine);
}

r2s_short r2s_fmt_decisive(const r2s_folder *folder) {
  r2s_short out = {""};
  const char *model = r2s_folder_string(folder, "certificate/decisive/model"),
             *of = r2s_folder_string(folder, "certificate/decisive/of"),
             *condition = r2s_folder_string(folder, "certificate/decisive/condition");
  if (!model) return out;
  int used = snprintf(out.text, sizeof out.text, " (`%.30s`", r2s_plain(model).text);
  if (of)
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", %.40s", r2s_fmt_engine(of).text);
  if (condition)
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", condition `%.80s`",
                     r2s_plain(condition).text);
  r2s_json_accuracy accuracy = r2s_folder_accuracy(r2s_folder_json(folder, "certificate/decisive"));
  const bool repeats = json_is_true(r2s_folder_json(folder, "certificate/decisive/repeats"));
  if (repeats) accuracy.low = accuracy.high = NAN;
  used +=
      snprintf(out.text + used, sizeof out.text - (size_t)used, ": %.150s%s", r2s_fmt_accuracy(accuracy).text,
               repeats ? ", no interval: nothing random tells the trials of a condition apart" : "");
  const json_t *rate = r2s_folder_json(folder, "certificate/decisive/rate");
  if (rate)
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, "; the rate network there: %.150s",
                     r2s_fmt_accuracy(r2s_folder_accuracy(rate)).text);
  snprintf(out.text + used, sizeof out.text - (size_t)used, ")");
  return out;
}

/* Trials that only repeat have an sd of rounding. */
r2s_short r2s_fmt_spread(double mean, double sd, int decimals) {
  r2s_short out = r2s_fmt(mean, decimals);
  if (isfinite(mean) && isfinite(sd) && sd > 1e-12 * fmax(fabs(mean), 1)) {
    size_t used = strlen(out.text);
    snprintf(out.text + used, sizeof out.text - used, " ± %.*f", decimals, sd);
  }
  return out;
}

/* Of one output. */
static r2s_short output_text(const json_t *of, bool rise) {
  return rise ? r2s_fmt(r2s_folder_member(of, "rise_ms"), 0)
              : r2s_fmt_spread(r2s_folder_member(of, "out_mean"), r2s_folder_member(of, "out_sd"), 2);
}

void r2s_put_outputs(r2s_text *out, const r2s_folder *folder, const json_t *condition, bool rise,
                     const char *between) {
  const json_t *list = json_object_get(condition, "by_output"), *of;
  size_t o;
  json_array_foreach(list, o, of) r2s_text_add(out, "%s%s", o ? between : "", output_text(of, rise).text);
  if (!list)
    r2s_text_add(out, "%s%s", output_text(condition, rise).text,
                 folder->task.n_outputs > 1 ? " (output 0)" : "");
}

r2s_short r2s_fmt_seed(uint64_t seed) {
  r2s_short out;
  snprintf(out.text, sizeof out.text, "%llu", (unsigned long long)seed);
  return out;
}

r2s_short r2s_fmt_training_seed(const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  const bool known = model->n && model->config_hash[0]; /* others' files know no seed */
  if (!known && r2s_folder_imported(folder)) return (r2s_short){"unknown"};
  return r2s_fmt_seed(known ? model->seed : folder->config.seed);
}

r2s_short r2s_fmt_recipe(const r2s_folder *folder) {
  r2s_short out = {"unknown"};
  const char *recipe =
      r2s_folder_imported(folder) ? folder->model.recipe : r2s_recipe_name(folder->config.recipe);
  if (*recipe) snprintf(out.text, sizeof out.text, "`%.200s`", r2s_plain(recipe).text);
  return out;
}
