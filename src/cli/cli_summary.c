/* SPDX-License-Identifier: MIT
 * What a run found: its JSON object, or a table for people. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

static double number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/* A share in percent, without what its 12 digits add: 0.6275 is 62.75, not a little less. */
static double percent(const json_t *object, const char *key) {
  return round(1e8 * number(object, key)) / 1e6;
}

/* Bounds of an accuracy in percent, rounded outwards: 94.97 does not reach 95. */
static double low_percent(const json_t *accuracy) {
  return floor(1e3 * json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 0)) + 1e-6) / 10;
}

static double high_percent(const json_t *accuracy) {
  return ceil(1e3 * json_number_value(json_array_get(json_object_get(accuracy, "ci95"), 1)) - 1e-6) / 10;
}

/* "95.1 -  99.7", or a dash where trials would only repeat */
static void put_interval(const json_t *accuracy, char text[32]) {
  const bool known = json_is_number(json_array_get(json_object_get(accuracy, "ci95"), 0));
  if (known)
    snprintf(text, 32, "%5.1f - %5.1f", low_percent(accuracy), high_percent(accuracy));
  else
    strcpy(text, "-");
}

/* One line: name, accuracy, interval, n, seconds, remark. */
static void row(const char *name, const json_t *accuracy, const json_t *seconds, const char *remark) {
  char time[16] = "", interval[32];
  if (json_is_number(seconds)) snprintf(time, sizeof time, "%.1f", json_number_value(seconds));
  if (!json_is_number(json_object_get(accuracy, "accuracy"))) return;
  put_interval(accuracy, interval);
  printf("%-25s %5.1f %%   %13s   %5d   %7s   %s\n", name, percent(accuracy, "accuracy"), interval,
         (int)number(accuracy, "n"), time, remark);
}

/* "" or "seed 1, task ...": what a result has trials of, where the certificate is about others. */
static const char *other_trials(const json_t *certificate, const json_t *result) {
  const char *usual = json_string_value(json_object_get(certificate, "trials_of"));
  const char *own = json_string_value(json_object_get(result, "trials_of"));
  if (!usual || !own || strcmp(usual, own) == 0) return "";
  return own[0] ? own : "trials unknown";
}

/* What parts a remark from other_trials */
static const char *of_others(const json_t *certificate, const json_t *result) {
  return *other_trials(certificate, result) ? ", " : "";
}

static void train_row(const json_t *stage, const json_t *certificate) {
  char remark[256], noise[64] = "";
  const json_t *share = json_object_get(stage, "shot_noise");
  const char *stop = json_string_value(json_object_get(stage, "stop"));
  if (json_is_number(share) && json_number_value(share) < 1) /* rounded down: 99.9 is not full */
    snprintf(noise, sizeof noise, ", shot noise at %.0f %% of full", floor(100 * json_number_value(share)));
  snprintf(remark, sizeof remark, "%d steps, %s%s%s%s%s", (int)number(stage, "steps"),
           stop ? stop : "end unknown", noise,
           json_is_true(json_object_get(stage, "resumed")) ? ", time since it was resumed" : "",
           of_others(certificate, stage), other_trials(certificate, stage));
  row("rate network", stage, json_object_get(stage, "seconds"), remark);
}

/* Whether no scale was better than another: the middle one is taken then. */
static bool scales_alike(const json_t *stage) {
  const json_t *scales = json_object_get(stage, "scales");
  bool alike = json_array_size(scales) > 1;
  for (size_t k = 1; k < json_array_size(scales); k++)
    alike = alike &&
            number(json_array_get(scales, k), "accuracy") == number(json_array_get(scales, 0), "accuracy");
  return alike;
}

static void convert_rows(const json_t *stage, const json_t *certificate) {
  const char *others = of_others(certificate, stage), *trials = other_trials(certificate, stage);
  char remark[256];
  const json_t *predicted = json_object_get(stage, "predicted"), *chosen = json_object_get(stage, "held_out");
  if (json_is_number(predicted)) {
    snprintf(remark, sizeof remark, "predicted scale %.4g, fresh trials%s%s", json_number_value(predicted),
             others, trials);
    row("lif", stage, json_object_get(stage, "seconds"), remark);
  }
  if (!json_is_number(predicted) || number(chosen, "scale") != json_number_value(predicted)) {
    snprintf(remark, sizeof remark, "scale %.4g, %s, fresh trials%s%s", number(stage, "chosen"),
             scales_alike(stage) ? "no other was better in the search" : "chosen by the search", others,
             trials);
    row("lif", chosen, json_is_number(predicted) ? NULL : json_object_get(stage, "seconds"), remark);
  }
}

static void unit_row(const json_t *stage, const json_t *certificate) {
  char remark[256];
  snprintf(remark, sizeof remark, "lambda = 1%s%s", of_others(certificate, stage),
           other_trials(certificate, stage));
  row("lif-unit", stage, json_object_get(stage, "seconds"), remark);
}

static void scale_rows(const char *model, const json_t *stage) {
  size_t k;
  const json_t *scale, *predicted = json_object_get(stage, "predicted");
  json_array_foreach(json_object_get(stage, "scales"), k, scale) {
    char remark[64];
    const bool is_predicted =
        json_is_number(predicted) && number(scale, "scale") == json_number_value(predicted);
    snprintf(remark, sizeof remark, "%sscale %.4g, search", is_predicted ? "predicted " : "",
             number(scale, "scale"));
    row(model, scale, NULL, remark);
  }
}

/* x, or 0 where two decimals would print "-0.00" */
static double without_minus_zero(double x) {
  return fabs(x) < 0.005 ? 0 : x;
}

/* out: what the output that is summarised is called. */
static void simulation_rows(const char *engine, json_t *stage, const json_t *certificate, const char *out) {
  const char *name;
  json_t *sim;
  bool first = true;
  json_object_foreach(json_object_get(stage, "models"), name, sim) {
    char label[64], remark[160] = "";
    size_t used = 0;
    const char *condition;
    json_t *one;
    snprintf(label, sizeof label, "%s, %s", name, engine);
    if (json_is_number(json_object_get(sim, "scale")))
      used = (size_t)snprintf(remark, sizeof remark, "scale %.4g", number(sim, "scale"));
    const char *trials = other_trials(certificate, sim);
    if (*trials)
      used += (size_t)snprintf(remark + used, sizeof remark - used, "%s%.130s", used ? ", " : "", trials);
    json_object_foreach(json_object_get(sim, "conditions"), condition, one) {
      char text[96];
      if (json_is_number(json_object_get(one, "out_mean")))
        snprintf(text, sizeof text, "%s%.40s: %s %.2f, %.1f Hz", used ? "; " : "", condition, out,
                 without_minus_zero(number(one, "out_mean")), number(one, "rate_mean_hz"));
      else if (number(one, "n") > 0) /* no sample in the output's window */
        snprintf(text, sizeof text, "%s%.40s: %.1f Hz", used ? "; " : "", condition,
                 number(one, "rate_mean_hz"));
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
         number(sim, "accuracy") < R2S_CONVERTS_FROM;
}

/* A row of the certificate, where it says nothing about its scale, trials and settings. */
static bool row_not_judged(const json_t *certificate, const json_t *one, const char *model,
                           const char *engine, bool first) {
  const char *trials = other_trials(certificate, one),
             *settings = json_string_value(json_object_get(one, "other_settings"));
  if (!json_is_false(json_object_get(one, "judged"))) return false;
  char scale[32], certified[32];
  snprintf(scale, sizeof scale, "%.4g", number(one, "scale"));
  snprintf(certified, sizeof certified, "%.4g", number(certificate, "scale"));
  /* one that differs from the certificate's only behind these digits */
  if (strcmp(scale, certified) == 0 && number(one, "scale") != number(certificate, "scale"))
    snprintf(scale, sizeof scale, "%.12g", number(one, "scale"));
  printf("%s%s, %s (scale %s%s%s%s%s)",
         first ? "Not judged, measured at another scale, on other trials or with other settings: " : "; ",
         model, engine, scale, *trials ? ", " : "", trials, settings ? ", " : "", settings ? settings : "");
  return true;
}

static void not_judged(const json_t *certificate) {
  size_t k;
  const json_t *one;
  bool found = row_not_judged(certificate, json_object_get(certificate, "held_out"), "lif", "held out", true);
  json_array_foreach(json_object_get(certificate, "engines"), k, one) {
    found |= row_not_judged(certificate, one, json_string_value(json_object_get(one, "model")),
                            json_string_value(json_object_get(one, "engine")), !found);
  }
  if (found) puts(".");
}

/* Whether all trials of the decisive model would only repeat the one that each condition has: no interval. */
static bool one_of_each(const json_t *decisive, const json_t *stages) {
  const json_t *models = json_object_get(json_object_get(stages, "sim-native"), "models");
  const json_t *sim = json_object_get(models, json_string_value(json_object_get(decisive, "model")));
  return json_is_null(json_array_get(json_object_get(sim, "ci95"), 0));
}

/* Whose accuracy is decisive: "psc-dexp, NEST, condition catch". */
typedef struct measurement {
  char text[160];
} measurement;

static measurement measured(const json_t *decisive) {
  measurement out;
  const char *of = json_string_value(json_object_get(decisive, "of")),
             *condition = json_string_value(json_object_get(decisive, "condition"));
  int used =
      snprintf(out.text, sizeof out.text, "%.30s", json_string_value(json_object_get(decisive, "model")));
  if (of)
    used += snprintf(out.text + used, sizeof out.text - (size_t)used, ", %.30s",
                     strcmp(of, "nest") == 0 ? "NEST" : of);
  if (condition) snprintf(out.text + used, sizeof out.text - (size_t)used, ", condition %.60s", condition);
  return out;
}

/* How the rate network does in the condition that the verdict hangs on: what it doesn't do can't be
 * converted. */
static void rate_in_condition(const json_t *decisive) {
  const json_t *rate = json_object_get(decisive, "rate");
  if (!json_is_number(json_object_get(rate, "accuracy"))) return;
  printf(" The rate network is right in %.1f %% of its trials of that condition (n = %d)%s.",
         percent(rate, "accuracy"), (int)number(rate, "n"),
         number(rate, "accuracy") < R2S_IN_PART_FROM ? ": it has not learnt it" : "");
}

/* What makes that measurement longer. */
static const char *more_trials(const json_t *decisive) {
  const char *of = json_string_value(json_object_get(decisive, "of"));
  return !of                           ? "simulate --trials"
         : strcmp(of, "nest") == 0     ? "simulate --engine nest --trials"
         : strcmp(of, "held out") == 0 ? "convert --set convert.held_out_trials"
                                       : "simulate --trials";
}

/* The verdict with n and interval of what it hangs on. */
static void verdict_line(const json_t *certificate, const json_t *stages) {
  const char *verdict = json_string_value(json_object_get(certificate, "verdict"));
  if (!verdict) return; /* damaged */
  const json_t *decisive = json_object_get(certificate, "decisive"), *ci = json_object_get(decisive, "ci95");
  const bool too_few = strcmp(verdict, "too few trials to say") == 0;
  if (strcmp(verdict, "not measured") == 0) {
    printf("\nCertificate: nothing was measured at scale %.4g.", number(certificate, "scale"));
    return;
  }
  printf("\nCertificate: %s%s at scale %.4g", too_few ? verdict : "the network ",
         too_few ? " whether the network converts" : verdict, number(certificate, "scale"));
  if (json_is_object(decisive))
    printf(" (%s: %.1f %%, n = %d, 95 %% interval %.1f - %.1f; limit %.0f)", measured(decisive).text,
           percent(decisive, "accuracy"), (int)number(decisive, "n"), low_percent(decisive),
           high_percent(decisive), 100 * number(decisive, "limit"));
  putchar('.');
  rate_in_condition(decisive);
  if (too_few && json_number_value(json_array_get(ci, 1)) < R2S_CONVERTS_FROM)
    printf(" It is surely below 95 %%.");
  if (too_few && one_of_each(decisive, stages))
    printf(" One trial of each condition tells little.");
  else if (too_few)
    printf(" More trials tell (%s).", more_trials(decisive));
}

/* word: the folder as a shell takes it */
static void better_scale(const json_t *better, const char *word) {
  if (json_is_object(better))
    printf("lif does better at the search's scale (%.1f %% of fresh trials): rate2spike simulate %s --scale "
           "%.12g\n",
           percent(better, "accuracy"), word, number(better, "scale"));
}

/* What follows "task " in the name of a stage's trials; "" where there is none. */
static const char *task_of(const json_t *object) {
  const char *trials = json_string_value(json_object_get(object, "trials_of"));
  const char *task = trials ? strstr(trials, "task ") : NULL;
  return task ? task : "";
}

static void untested_line(const json_t *list) {
  const size_t n = json_array_size(list);
  if (n) printf(" No trial of condition%s ", n > 1 ? "s" : "");
  for (size_t k = 0; k < n; k++)
    printf("%s'%.40s'", k ? ", " : "", json_string_value(json_array_get(list, k)));
  if (n) printf(" was judged: nothing is known of %s.", n > 1 ? "these" : "it");
}

static void certificate_lines(const json_t *certificate, const json_t *stages) {
  if (!json_is_object(certificate)) return;
  verdict_line(certificate, stages);
  untested_line(json_object_get(certificate, "untested"));
  size_t k, identical = 0, compared = 0;
  const json_t *one;
  json_array_foreach(json_object_get(certificate, "native_vs_nest"), k, one) {
    compared++;
    identical += json_is_true(json_object_get(one, "identical"));
  }
  if (compared)
    printf(" Deterministic trials with the same spikes natively and in NEST: %zu of %zu.", identical,
           compared);
  const json_t *rate = json_object_get(json_object_get(certificate, "rate"), "accuracy");
  const json_t *train = json_object_get(stages, "train");
  const bool same_task = strcmp(task_of(train), task_of(certificate)) == 0;
  if (json_is_object(train) && !same_task)
    printf(
        " The network was trained on another task; as a rate network it is right in %.1f %% of these trials.",
        100 * json_number_value(rate));
  else if (json_is_number(rate) && json_number_value(rate) < R2S_IN_PART_FROM)
    printf(" The rate network has not learnt the task (%.1f %%): there is little to convert.",
           100 * json_number_value(rate));
  putchar('\n');
  not_judged(certificate);
}

/* False, too, where a file is not there. */
static bool is_older(const char *dir, const char *name, const char *than) {
  char path[2][4096];
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
  const char *out = number(json, "outputs") > 1 ? "output 0 =" : "out"; /* the one that is summarised */
  simulation_rows("native", json_object_get(stages, "sim-native"), certificate, out);
  simulation_rows("NEST", json_object_get(stages, "sim-nest"), certificate, out);
  if (fails_as_written(json_object_get(stages, "sim-native")) ||
      fails_as_written(json_object_get(stages, "sim-nest")))
    printf("\npsc-alpha has the write-up's weights (psc_alpha.weight_pa), not those of the network's scale, "
           "and is not judged%s.\n",
           has_matched(stages) ? "" : "; with --matched it has these");
  certificate_lines(certificate, stages);
  if (!dir) return;
  better_scale(json_object_get(certificate, "better_scale"), word);
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
