/* SPDX-License-Identifier: MIT
 * What a run found: its JSON object, or a table for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "cli_certificate.h"
#include "cli_found.h"

/* "95.1 -  99.7", or a dash where trials would only repeat */
static void put_interval(const json_t *accuracy, char text[32]) {
  const bool known = json_is_number(json_array_get(json_object_get(accuracy, "ci95"), 0));
  if (known)
    snprintf(text, 32, "%5.1f - %5.1f", cli_found_low(accuracy), cli_found_high(accuracy));
  else
    strcpy(text, "-");
}

/* One line: name, accuracy, interval, n, seconds, remark. */
static void row(const char *name, const json_t *accuracy, const json_t *seconds, const char *remark) {
  char time[16] = "", interval[32];
  if (json_is_number(seconds)) snprintf(time, sizeof time, "%.1f", json_number_value(seconds));
  if (!json_is_number(json_object_get(accuracy, "accuracy"))) return;
  put_interval(accuracy, interval);
  printf("%-25s %5.1f %%   %13s   %5d   %7s   %s\n", name, cli_found_percent(accuracy, "accuracy"), interval,
         (int)cli_found_number(accuracy, "n"), time, remark);
}

/* Adds to a remark [size] what the trials are of, where the certificate is about others. */
static void add_trials(char *remark, size_t size, const json_t *certificate, const json_t *result) {
  const char *trials = cli_certificate_other_trials(certificate, result);
  const size_t used = strlen(remark);
  if (*trials) snprintf(remark + used, size - used, "%s%.130s", used ? ", " : "", trials);
}

static void train_row(const json_t *stage, const json_t *certificate) {
  char remark[256], noise[64] = "";
  const json_t *share = json_object_get(stage, "shot_noise");
  const char *stop = json_string_value(json_object_get(stage, "stop"));
  if (json_is_number(share) && json_number_value(share) < 1) /* rounded down: 99.9 is not full */
    snprintf(noise, sizeof noise, ", shot noise at %.0f %% of full", floor(100 * json_number_value(share)));
  const int steps = (int)cli_found_number(stage, "steps");
  snprintf(remark, sizeof remark, "%d step%s, %s%s%s", steps, steps == 1 ? "" : "s",
           stop ? stop : "end unknown", noise,
           json_is_true(json_object_get(stage, "resumed")) ? ", time since it was resumed" : "");
  add_trials(remark, sizeof remark, certificate, stage);
  row("rate network", stage, json_object_get(stage, "seconds"), remark);
}

/* Whether no scale was better than another: the middle one is taken then. */
static bool scales_alike(const json_t *stage) {
  const json_t *scales = json_object_get(stage, "scales");
  bool alike = json_array_size(scales) > 1;
  for (size_t k = 1; k < json_array_size(scales); k++)
    alike = alike && cli_found_number(json_array_get(scales, k), "accuracy") ==
                         cli_found_number(json_array_get(scales, 0), "accuracy");
  return alike;
}

static void convert_rows(const json_t *stage, const json_t *certificate) {
  char remark[256];
  const json_t *predicted = json_object_get(stage, "predicted"), *chosen = json_object_get(stage, "held_out");
  if (json_is_number(predicted)) {
    snprintf(remark, sizeof remark, "predicted scale %.4g, fresh trials", json_number_value(predicted));
    add_trials(remark, sizeof remark, certificate, stage);
    row("lif", stage, json_object_get(stage, "seconds"), remark);
  }
  if (!json_is_number(predicted) || cli_found_number(chosen, "scale") != json_number_value(predicted)) {
    snprintf(remark, sizeof remark, "scale %.4g, %s, fresh trials", cli_found_number(stage, "chosen"),
             scales_alike(stage) ? "no other was better in the search" : "chosen by the search");
    add_trials(remark, sizeof remark, certificate, stage);
    row("lif", chosen, json_is_number(predicted) ? NULL : json_object_get(stage, "seconds"), remark);
  }
}

/* A search whose best is at its end was too narrow. */
static void print_better_beyond(const json_t *stage, const char *word) {
  const char *which = json_string_value(json_object_get(stage, "better_beyond"));
  if (which)
    printf(
        "\nThe search did best at its %s scale, %.4g: %s ones may do better (rate2spike convert %s --scales "
        "A:STEP:B).\n",
        strcmp(which, "smaller") == 0 ? "smallest" : "largest", cli_found_number(stage, "chosen"), which,
        word ? word : "MODEL");
}

static void unit_row(const json_t *stage, const json_t *certificate) {
  char remark[256] = "lambda = 1";
  add_trials(remark, sizeof remark, certificate, stage);
  row("lif-unit", stage, json_object_get(stage, "seconds"), remark);
}

static void scale_rows(const char *model, const json_t *stage) {
  size_t k;
  const json_t *scale, *predicted = json_object_get(stage, "predicted");
  json_array_foreach(json_object_get(stage, "scales"), k, scale) {
    char remark[64];
    const bool is_predicted =
        json_is_number(predicted) && cli_found_number(scale, "scale") == json_number_value(predicted);
    snprintf(remark, sizeof remark, "%sscale %.4g, search", is_predicted ? "predicted " : "",
             cli_found_number(scale, "scale"));
    row(model, scale, NULL, remark);
  }
}

/* x, or 0 where two decimals would print "-0.00" */
static double without_minus_zero(double x) {
  return fabs(x) < 0.005 ? 0 : x;
}

/* " 0.98,": where an output ends; a dash without a sample in its window. */
static void put_mean(char *text, size_t size, const json_t *of) {
  const size_t used = strlen(text);
  if (json_is_number(json_object_get(of, "out_mean")))
    snprintf(text + used, size - used, " %.2f,", without_minus_zero(cli_found_number(of, "out_mean")));
  else
    snprintf(text + used, size - used, " -,");
}

/* " out 0.98," or " outputs 0.98, -1.02,": the first R2S_FIGURE_OUTPUTS of several; a folder of an earlier
 * version tells output 0 alone. "" where a task's only output has no sample in its window. */
static void put_outputs(char *text, size_t size, const json_t *condition, bool several) {
  const json_t *list = json_object_get(condition, "by_output");
  const size_t n = json_array_size(list);
  *text = 0;
  if (n == 0 && !json_is_number(json_object_get(condition, "out_mean"))) return;
  snprintf(text, size, "%s", n ? " outputs" : several ? " output 0 =" : " out");
  if (n == 0) put_mean(text, size, condition);
  for (size_t k = 0; k < n && k < R2S_FIGURE_OUTPUTS; k++) put_mean(text, size, json_array_get(list, k));
  if (n > R2S_FIGURE_OUTPUTS) snprintf(text + strlen(text), size - strlen(text), " ...,");
}

static void simulation_rows(const char *engine, json_t *stage, const json_t *certificate, bool several) {
  const char *name;
  json_t *sim;
  bool first = true;
  json_object_foreach(json_object_get(stage, "models"), name, sim) {
    char label[64], remark[160] = "";
    const char *condition;
    json_t *one;
    snprintf(label, sizeof label, "%s, %s", name, engine);
    if (json_is_number(json_object_get(sim, "scale")))
      snprintf(remark, sizeof remark, "scale %.4g", cli_found_number(sim, "scale"));
    add_trials(remark, sizeof remark, certificate, sim);
    size_t used = strlen(remark);
    json_object_foreach(json_object_get(sim, "conditions"), condition, one) {
      char text[160], outputs[96];
      put_outputs(outputs, sizeof outputs, one, several);
      if (cli_found_number(one, "n") > 0)
        snprintf(text, sizeof text, "%s%.40s:%s %.1f Hz", used ? "; " : "", condition, outputs,
                 cli_found_number(one, "rate_mean_hz"));
      else
        snprintf(text, sizeof text, "%s%.40s: no trial", used ? "; " : "", condition);
      if (used + strlen(text) + sizeof "; ..." > sizeof remark) {
        strcpy(remark + used, "; ...");
        break;
      }
      strcpy(remark + used, text);
      used += strlen(text);
    }
    row(label, sim, first ? json_object_get(stage, "seconds") : NULL, remark);
    first = false;
  }
}

/* The write-up's psc-alpha, which asks of no network whether it converts, and fails with many that do. */
static bool fails_as_written(const json_t *stage) {
  const json_t *sim = json_object_get(json_object_get(stage, "models"), "psc-alpha");
  return json_is_object(sim) && !json_is_number(json_object_get(sim, "scale")) &&
         cli_found_number(sim, "accuracy") < R2S_CONVERTS_FROM;
}

/* False, too, where a file is not there. */
static bool is_older(const char *dir, const char *name, const char *than) {
  char path[2][CLI_PATH_SIZE];
  struct stat info[2];
  const char *names[] = {name, than};
  for (int k = 0; k < 2; k++) {
    int n = snprintf(path[k], sizeof path[k], "%s/%s", dir, names[k]);
    if (n < 0 || (size_t)n >= sizeof path[k] || stat(path[k], &info[k]) != 0) return false;
  }
  const struct timespec *a = &info[0].st_mtim, *b = &info[1].st_mtim;
  return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Where to read on. A stage leaves an earlier report as it was: its figures take longer than some stages. */
static void name_report(const char *dir, const char *word) {
  if (is_older(dir, "run.json", "report.html"))
    printf("\nReport: %s/report.html\n", dir);
  else if (is_older(dir, "report.html", "run.json"))
    printf("\nResults: %s\nThe report is still that of earlier results. To bring it up to date: rate2spike "
           "figures %s; "
           "rate2spike report %s\n",
           dir, word, word);
  else
    printf("\nResults: %s\n", dir);
}

static bool has_matched(const json_t *stages) {
  static const char *const engines[] = {"sim-native", "sim-nest"};
  for (int k = 0; k < 2; k++)
    if (json_object_get(json_object_get(json_object_get(stages, engines[k]), "models"), "psc-alpha-matched"))
      return true;
  return false;
}

/* Without a folder (dir NULL, as its word) what was searched is nowhere to be read but here. */
static void print_table(const json_t *json, const char *dir, const char *word) {
  const json_t *stages = json_object_get(json, "stages");
  const bool search = !dir;
  const json_t *train = json_object_get(stages, "train"), *convert = json_object_get(stages, "convert"),
               *unit = json_object_get(stages, "lif-unit"),
               *certificate = json_object_get(json, "certificate");
  printf("%-25s %7s   %13s   %5s   %7s\n", "", "correct", "95 % interval", "n", "seconds");
  if (train) train_row(train, certificate);
  if (search && convert) scale_rows("lif", convert);
  if (convert) convert_rows(convert, certificate);
  if (search && unit) scale_rows("lif-unit", unit);
  if (unit) unit_row(unit, certificate);
  const bool several = cli_found_number(json, "outputs") > 1;
  simulation_rows("native", json_object_get(stages, "sim-native"), certificate, several);
  simulation_rows("NEST", json_object_get(stages, "sim-nest"), certificate, several);
  if (fails_as_written(json_object_get(stages, "sim-native")) ||
      fails_as_written(json_object_get(stages, "sim-nest")))
    printf("\npsc-alpha has the write-up's weights (psc_alpha.weight_pa), not those of the network's scale, "
           "and is not judged%s.\n",
           has_matched(stages) ? "" : "; with --matched it has these");
  print_better_beyond(convert, word);
  cli_certificate_print(certificate, stages);
  if (!dir) return;
  cli_certificate_better_scale(json_object_get(certificate, "better_scale"), word);
  name_report(dir, word);
}

static int print_text(const char *text, const char *dir, const char *word) {
  json_t *json = json_loads(text, 0, NULL);
  if (!json) {
    cli_error("out of memory");
    return CLI_FAILED;
  }
  print_table(json, dir, word);
  json_decref(json);
  return CLI_OK;
}

int cli_summary(const r2s_run *run, const cli_arguments *arguments, const char *dir) {
  r2s_error err = {0};
  char *text = NULL, *word = NULL;
  cli_progress_end();
  if (dir && r2s_run_command_word(dir, &word, &err) != R2S_OK) return cli_fail(&err);
  if (r2s_run_json(run, &text, &err) != R2S_OK) {
    free(word);
    return cli_fail(&err);
  }
  int code = CLI_OK;
  if (arguments->json)
    puts(text);
  else if (!arguments->quiet)
    code = print_text(text, dir, word);
  free(text);
  free(word);
  return code;
}
