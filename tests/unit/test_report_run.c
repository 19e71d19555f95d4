/* SPDX-License-Identifier: MIT
 * Protects: figures and report of a run folder. A full folder, made small here; a folder with nothing but its
 * configuration; no gnuplot; damaged files. The numbers are made up: they test the reader, and nothing else
 * uses them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rate2spike/config.h"
#include "rate2spike/io.h"
#include "rate2spike/report.h"
#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

enum { UNITS = 10, TRIALS = 4, MOST_SAMPLES = 1000, SAMPLE_MS = 25, MANY_STEPS = 6000 };

static r2s_config config;
static char dir[] = "/tmp/r2s_report_XXXXXX";

static const char *in_dir(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  return path;
}

static bool exists(const char *name) {
  return access(in_dir(name), F_OK) == 0;
}

static void put_file(const char *name, const char *text) {
  r2s_error err;
  if (r2s_io_write_atomic(in_dir(name), text, strlen(text), &err) != R2S_OK) fail_msg("%s", err.msg);
}

static char *get_file(const char *name) {
  char *text;
  size_t size;
  r2s_error err;
  if (r2s_io_read_all(in_dir(name), &text, &size, &err) != R2S_OK) fail_msg("%s", err.msg);
  return text;
}

static void empty_folder(const char *path) {
  DIR *folder = opendir(path);
  if (!folder) return;
  for (struct dirent *e; (e = readdir(folder));) {
    char inner[600];
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
    if (unlink(inner) != 0) empty_folder(inner);
  }
  closedir(folder);
  rmdir(path);
}

static void put_config(const char *const *sets, int n) {
  char *yaml;
  r2s_error err;
  if (r2s_config_load(&config, NULL, sets, n, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_int_equal(r2s_config_yaml(&config, &yaml, NULL), R2S_OK);
  put_file("config.yaml", yaml);
  free(yaml);
}

/* A folder with its configuration only: a small network, and one more option. */
static int setup_with(const char *set) {
  strcpy(dir, "/tmp/r2s_report_XXXXXX");
  const char *const sets[] = {"net.n=10", "net.n_inh=2", set};
  if (!mkdtemp(dir)) return -1;
  put_config(sets, 3);
  return 0;
}

static int setup(void **state) {
  (void)state;
  return setup_with("task=go-nogo-short");
}

static int setup_no_dale(void **state) {
  (void)state;
  return setup_with("net.dale=false");
}

static int setup_context(void **state) {
  (void)state;
  return setup_with("task=context");
}

static int teardown(void **state) {
  (void)state;
  empty_folder(dir);
  return 0;
}

static r2s_task load_task(void) {
  r2s_task task;
  assert_int_equal(r2s_task_load(&task, config.task, NULL), R2S_OK);
  assert_true(task.n_steps <= MOST_SAMPLES);
  return task;
}

static r2s_model load_model(void) {
  r2s_model model;
  r2s_error err;
  if (r2s_model_load(&model, in_dir("model.h5"), &err) != R2S_OK) fail_msg("%s", err.msg);
  return model;
}

/* Frees it. */
static void keep_model(r2s_model *model) {
  r2s_error err;
  if (r2s_model_save_h5(model, in_dir("model.h5"), &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_model_free(model);
}

static void put_model(void) {
  r2s_model model;
  r2s_error err;
  r2s_task task = load_task();
  if (r2s_rate_init(&model, &config.net, &config.lif.neuron, &task, 3, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  keep_model(&model);
  r2s_task_free(&task);
}

/* Output 1, 0, 1.8, 0 at first. */
static r2s_rate_traces rate_traces(void) {
  static int conditions[TRIALS];
  static double out[TRIALS * MOST_SAMPLES * 2], mean[TRIALS * UNITS];
  r2s_task task = load_task();
  const int samples = task.n_steps - 1;
  for (int k = 0; k < TRIALS; k++) conditions[k] = k % 2;
  for (int k = 0; k < TRIALS * samples; k++) {
    const int trial = k / samples;
    out[k] = trial % 2 ? 0 : 1 + 0.4 * trial + 0.01 * (k % samples);
  }
  r2s_rate_traces traces = {.n_trials = TRIALS,
                            .n_samples = samples,
                            .n_out = 1,
                            .n = UNITS,
                            .t0_ms = task.dt_ms,
                            .dt_ms = task.dt_ms,
                            .conditions = conditions,
                            .out = out,
                            .mean_rate = mean};
  r2s_task_free(&task);
  return traces;
}

static void put_rate_traces(r2s_rate_traces traces) {
  r2s_error err;
  if (r2s_rate_traces_save(&traces, in_dir("rate.h5"), &err) != R2S_OK) fail_msg("%s", err.msg);
}

/* A spikes file: what differs from the one that fits. */
typedef struct spikes_file {
  const char *name;
  r2s_spike_model model;
  const char *engine, *trials; /* NULL: native; not known */
  int more_units, more_outputs, fewer_samples;
  int not_kept;            /* last trials whose spikes were not recorded */
  double later_ms, longer; /* of the first sample; of the duration, as a share */
  bool many;               /* spikes: in each of MANY_STEPS and all trials */
} spikes_file;

/* Trials of one model: spikes of unit k at steps k + 1, in Go only. */
static void put_records(spikes_file f) {
  static double out[MOST_SAMPLES * 2];
  static uint32_t counts[64], silent[64];
  static r2s_spike_event spikes[UNITS * MANY_STEPS];
  r2s_spike_record records[TRIALS];
  r2s_task task = load_task();
  const double duration_ms = task.n_steps * task.dt_ms * (1 + f.longer);
  const int n_units = UNITS + f.more_units, n_spikes = n_units * (f.many ? MANY_STEPS : 1);
  for (int k = 0; k < n_spikes; k++)
    spikes[k] = (r2s_spike_event){k % n_units, f.many ? 1 + k / n_units : k + 1};
  for (int k = 0; k < n_units; k++) counts[k] = (uint32_t)(n_spikes / n_units);
  for (int k = 0; k < TRIALS; k++)
    records[k] = (r2s_spike_record){.condition = k % 2,
                                    .n = n_units,
                                    .n_out = 1 + f.more_outputs,
                                    .n_samples = (int)(duration_ms / SAMPLE_MS) - f.fewer_samples,
                                    .t0_ms = SAMPLE_MS + f.later_ms,
                                    .dt_ms = SAMPLE_MS,
                                    .out = out,
                                    .counts = k % 2 && !f.many ? silent : counts,
                                    .n_spikes = k % 2 && !f.many ? 0 : (uint64_t)n_spikes,
                                    .spikes = k < TRIALS - f.not_kept ? spikes : NULL,
                                    .spike_dt_ms = 0.1,
                                    .duration_ms = duration_ms};
  r2s_spike_config settings = r2s_spike_config_default(f.model);
  settings.scale = 44;
  r2s_spike_info info = {.build_seconds = 0.5, .simulate_seconds = 1.5};
  snprintf(info.engine, sizeof info.engine, "%s", f.engine ? f.engine : "native");
  snprintf(info.trials, sizeof info.trials, "%s", f.trials ? f.trials : "");
  r2s_error err;
  if (r2s_records_save(records, TRIALS, &settings, &info, in_dir(f.name), &err) != R2S_OK)
    fail_msg("%s", err.msg);
  r2s_task_free(&task);
}

static const char run_json[] =
    "{\"program\": \"rate2spike\", \"seed\": 1, \"machine\": {\"cpu\": \"<b>CPU</b> & *co*\", \"cores\": 2},"
    " \"stages\": {\"train\": {\"accuracy\": 1.0, \"n\": 200, \"ci95\": [0.9812, 1.0], \"seconds\": 12.34, "
    "\"steps\": 968,"
    " \"stop\": \"converged\"},"
    " \"convert\": {\"accuracy\": 0.995, \"n\": 200, \"ci95\": [0.9723, 0.9991], \"predicted\": 44, "
    "\"chosen\": 35,"
    " \"scales\": [{\"scale\": 35, \"accuracy\": 1, \"n\": 100, \"ci95\": [0.963, 1]}],"
    " \"held_out_predicted\": {\"accuracy\": 0.995, \"n\": 200, \"ci95\": [0.9723, 0.9991]}},"
    " \"lif-unit\": {\"accuracy\": 1, \"n\": 2, \"ci95\": [null, null], \"scales\": ["
    "{\"scale\": 1, \"accuracy\": 1, \"n\": 2}, {\"scale\": 2, \"accuracy\": 1, \"n\": 2},"
    " {\"scale\": 3, \"accuracy\": 0.5, \"n\": 2}, {\"scale\": 4, \"accuracy\": 1, \"n\": 2}],"
    " \"lambda1\": {\"go\": 12.345}}, \"sim-native\": {\"models\": {\"lif\": {\"accuracy\": 0.9, \"n\": 200,"
    " \"ci95\": [0.85, 0.93]}}}, \"sim-nest\": {\"python\": \"/my venv/bin/python\"}},"
    " \"certificate\": {\"verdict\": \"converts\", \"scale\": 44, \"trials\": 4, \"engines\": [], "
    "\"native_vs_nest\": ["
    "{\"model\": \"psc-dexp\", \"condition\": \"go\", \"spikes\": 77, \"identical\": false, "
    "\"first_difference\":"
    " {\"native\": {\"unit\": 3, \"step\": 12}, \"nest\": null}}]}}";

static void put_everything(void) {
  put_model();
  put_rate_traces(rate_traces());
  put_records((spikes_file){"spikes_lif_native.h5", .model = R2S_SPIKE_LIF});
  put_records((spikes_file){"spikes_psc-dexp_native.h5", .model = R2S_SPIKE_PSC_DEXP});
  put_file("run.json", run_json);
  put_file("training.csv",
           "step,loss,accuracy,running_accuracy,noise,learning_rate,grad_norm,edges,eval_accuracy,"
           "eval_loss\n1,9,0,0,0,0.01,1,50,,\n2,5,1,0.5,0.2,0.01,1,50,1,4\n");
  put_file("conversion.csv",
           "model,set,scale,correct,n,accuracy,ci_low,ci_high\nlif,search,35,100,100,1,0.963,1\n"
           "lif,search,44,99,100,0.99,0.9455,0.9982\nlif-unit,search,1,2,2,1,,\n"
           "lif,held_out,35,200,200,1,0.9812,1\nlif,held_out_predicted,44,199,200,0.995,0.97,0.999\n");
  put_file("curve.csv", "input_mv,rate_hz,slope_hz_per_mv,fano,simulated_rate_hz,simulated_fano,sigmoid_hz\n"
                        "-1,16,7,0.4,16.1,0.38,12\n0,24,8,0.2,,,22\n1,31,7,0.15,30.9,0.17,32\n");
  put_file("certificate.csv",
           "trial,condition,rate_correct,lif_native_correct,lif_native_spikes,"
           "lif_native_rate_correlation,lif_native_output_rmse\n0,go,1,1,2909,0.991,0.0512\n"
           "1,nogo,1,0,12,,0.1\n");
}

static void note(void *user, r2s_note_level level, const char *text) {
  (void)level;
  snprintf(user, 256, "%s", text);
}

static void no_temporary_file(void) {
  DIR *figures = opendir(in_dir("figures"));
  assert_non_null(figures);
  for (const struct dirent *entry = readdir(figures); entry; entry = readdir(figures))
    if (strncmp(entry->d_name, ".r2s-", 5) == 0) fail_msg("%s is left", entry->d_name);
  closedir(figures);
}

static void figures_must_work(void) {
  r2s_error err;
  char noted[256] = "";
  r2s_monitor monitor = {.note = note, .user = noted};
  if (r2s_report_figures(dir, &monitor, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_string_equal(noted, ""); /* gnuplot had nothing to say */
  static const char *const signatures[] = {"\x89PNG", "<?xml", "%PDF"}, *const formats[] = {"png", "svg",
                                                                                            "pdf"};
  for (int k = 1; k <= 3; k++)
    for (int f = 0; f < 3; f++) {
      char name[64];
      snprintf(name, sizeof name, "figures/fig%d.%s", k, formats[f]);
      char *text = get_file(name);
      assert_memory_equal(text, signatures[f], 4);
      free(text);
    }
  no_temporary_file();
}

static void must_contain(const char *file, const char *part) {
  char *text = get_file(file);
  if (!strstr(text, part)) fail_msg("%s has no \"%s\"", file, part);
  free(text);
}

static void must_not_contain(const char *file, const char *part) {
  char *text = get_file(file);
  if (strstr(text, part)) fail_msg("%s has \"%s\"", file, part);
  free(text);
}

static void test_full_folder(void **state) {
  (void)state;
  r2s_error err;
  put_everything();
  figures_must_work();
  assert_int_equal(r2s_report_write("", NULL, &err), R2S_ERR_ARG); /* it would be the root */
  assert_non_null(strstr(err.msg, "expected a path"));
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("figures/fig1.gp", "predicted = 44");
  must_contain("figures/fig1_accuracy.dat", "44 99 94.55 99.82 100\n");
  must_contain("figures/fig1_rate.dat", "5 1.4 0.83431 1.9657 1 1.8"); /* mean, +- sd of 1 and 1.8 */
  must_contain("figures/fig2.gp", "spikes_of = 'psc-dexp, native, 1/λ = ");
  must_contain("figures/fig2_raster.dat", "0.1 0\n0.2 1\n");
  must_contain("figures/fig2.svg", ">E</tspan>");
  must_contain("REPORT.md",
               "| Go | mean from 900 to 1000 ms > 0.5 | mean from 900 to 1000 ms > 0.5 | maximum");
  must_contain("REPORT.md", "Exactly 8 excitatory and 2 inhibitory units");
  must_contain("figures/fig2_rates.dat", "5 100 100 2\n"); /* each unit once in the first 10 ms */
  must_contain("figures/fig2_accuracy.dat",
               "\"rate network\" 100 98.12 100 200 0 \"100.0 % [98.1, 100.0], n = 200\"\n");
  must_contain("figures/fig2_accuracy.dat",
               "\"dimensionless LIF, λ = 1\" 100 nan nan 2 1 \"100.0 %, n = 2\"\n");
  must_contain("REPORT.md", "| dimensionless LIF, λ = 1 | 100.0 %, n = 2 |");
  must_contain("figures/fig2_accuracy.dat", "\"LIF, native\" 90 85 93 200 0 \"90.0");
  must_contain("figures/fig1.gp", "has_unit_intervals = 0"); /* no interval where trials have no noise */
  must_contain("figures/fig1_target.dat", "\n1000 1\n");     /* to the trial's end */
  must_contain("figures/fig1.gp", "stim_of[1] = [1]");       /* Go alone has a stimulus */
  must_contain("REPORT.md",
               "| `train` | rate network, fresh trials | 100.0 % [98.1, 100.0], n = 200 | – | 12.34 |");
  must_contain("REPORT.md", "| Dimensionless LIF: all correct at 1/λ | 1 to 4 | 1 to 2, 4 |");
  must_contain("REPORT.md", "| Dimensionless LIF: Go output at λ = 1 | 8 to 9 | 12.35 |");
  must_contain("REPORT.md", "1000 (C_m/τ_m)/(e τ_syn 50) = **2.10**."); /* 1e4/(2.71828 x 35 x 50) */
  must_contain("REPORT.md", "native unit 3 at step 12, NEST no spike");
  must_contain("REPORT.md", "| 1 | NoGo | ✓ ✗ – – | 12 |");
  must_contain("REPORT.md", "| `psc-alpha` | −65 | 10 | 100 | 250 | −40 | −40 | yes |");
  must_contain("REPORT.md", "run config.yaml -o again --engine native,nest --python '/my venv/bin/python'\n");
  must_contain("REPORT.md", "| `sim-nest` | `psc-dexp`, NEST | not run |");
  must_contain("report.html", "&lt;b&gt;CPU&lt;/b&gt; &amp; *co*");
  must_contain("report.html", "src=\"data:image/png;base64,iVBORw0KGgo");
  char *html = get_file("report.html");
  assert_null(strstr(html, "<b>CPU"));
  assert_null(strstr(html, "<script"));
  assert_null(strstr(html, "<link"));
  assert_null(strstr(html, "src=\"http"));
  free(html);
}

static void test_bare_folder(void **state) {
  (void)state;
  r2s_error err;
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("report.html", "fig1.png is missing");
  must_contain("REPORT.md", "| `train` | rate network, fresh trials | not run | – | – |");
  must_contain("REPORT.md", "Not converted yet");
  must_contain("REPORT.md", "Missing: `rate2spike simulate DIR` makes it");
  must_contain("REPORT.md", "**Figure 3. Structure and training.**\n"); /* no panel to tell of */
  figures_must_work();
  must_contain("figures/fig1.gp", "has_rate = 0");
}

/* Spikes that would fill the panel: bars, one for each unit, and no square. */
static void test_very_many_spikes(void **state) {
  (void)state;
  r2s_error err;
  put_everything();
  put_records((spikes_file){"spikes_psc-dexp_native.h5", .model = R2S_SPIKE_PSC_DEXP, .many = true});
  figures_must_work();
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("figures/fig2_raster.dat", "# NoGo, I\n-1e9 -1e9 -1e9\n0.94697 599.432 8.48");
  must_contain("figures/fig2_raster.dat", "0.94697 599.432 0.504032\n0.94697 599.432 1.5"); /* of 600 ms */
  must_not_contain("figures/fig2.svg", "<use xlink:href='#gpPt4' transform");
  char *svg = get_file("figures/fig2.svg");
  assert_true(strlen(svg) < 500000);
  free(svg);
}

/* Without Dale's law units are neither excitatory nor inhibitory. */
static void test_no_dale(void **state) {
  (void)state;
  r2s_error err;
  put_everything();
  figures_must_work();
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("REPORT.md", "- No Dale's law");
  must_not_contain("REPORT.md", "Exactly 8 excitatory");
  must_not_contain("REPORT.md", "excitatory red");
  must_not_contain("REPORT.md", "sorted by type");
  must_contain("figures/fig2_raster.dat", "# Go, all units\n");
  must_not_contain("figures/fig2.svg", ">E</tspan>");
  must_not_contain("figures/fig3.svg", "Sans\" >E</tspan>"); /* the panel E is bold */
  assert_null(strstr(r2s_rationale("net.dale"), "NEST"));    /* which simulates such networks */
}

/* Spikes are kept of the first trials only. The silent last one is not counted with them. */
static void test_rates_are_of_the_trials_with_spikes(void **state) {
  (void)state;
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "population rates over all trials in bins");
  put_records((spikes_file){"spikes_psc-dexp_native.h5", .model = R2S_SPIKE_PSC_DEXP, .not_kept = 2});
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "population rates over the first 2 of 4 trials, whose spikes are kept, in bins");
  figures_must_work();
  must_contain("figures/fig2_rates.dat", "# NoGo\n5 0 0 1\n");
}

/* The folder's task is one of n conditions c0, c1, ... and so many steps of 5 ms. */
static void put_task(int n, int steps) {
  char set[300];
  FILE *file = fopen(in_dir("mine.yaml"), "w");
  assert_non_null(file);
  fprintf(file, "name: mine\nsteps: %d\ndt_ms: 5\nchannels: 1\noutputs: 1\nconditions:\n", steps);
  for (int c = 0; c < n; c++)
    fprintf(file,
            "  - name: c%d\n    label: %d\n    inputs: [{channel: 0, from_ms: %d, to_ms: 350, value: %d}]\n"
            "    targets: [{output: 0, from_ms: 500, to_ms: 1000, value: 1}]\n    criteria:\n"
            "      rate: [{statistic: mean, from_ms: 500, to_ms: 1000, above: 0.5}]\n"
            "      spiking: [{statistic: mean, from_ms: 500, to_ms: 1000, above: 0.5}]\n",
            c, c, c < 8 ? 100 : 300, c);
  fclose(file);
  snprintf(set, sizeof set, "task=%s", in_dir("mine.yaml"));
  const char *const sets[] = {"net.n=10", "net.n_inh=2", set};
  put_config(sets, 3);
}

/* Over with the first progress. */
static void end(void *user, const char *stage, double done, double total, const char *detail) {
  (void)stage, (void)done, (void)total, (void)detail;
  *(bool *)user = true;
}

static bool is_over(void *user) {
  return *(bool *)user;
}

/* Reading many spikes takes long, too. */
static void test_cancelled_figures_are_not_begun(void **state) {
  (void)state;
  r2s_error err;
  bool over = true;
  const r2s_monitor monitor = {.cancelled = is_over, .user = &over};
  put_everything();
  assert_int_equal(r2s_report_figures(dir, &monitor, &err), R2S_ERR_CANCELLED);
  assert_memory_equal(err.msg, "interrupted before ", 19);
  assert_non_null(strstr(err.msg, "/spikes_lif_native.h5 was read"));
  unlink(in_dir("spikes_lif_native.h5"));
  unlink(in_dir("spikes_psc-dexp_native.h5"));
  assert_int_equal(r2s_report_figures(dir, &monitor, &err), R2S_ERR_CANCELLED);
  assert_string_equal(err.msg, "interrupted before fig1 was drawn");
  for (int k = 1; k <= 3; k++) {
    char name[64];
    snprintf(name, sizeof name, "figures/fig%d.gp", k);
    assert_int_not_equal(access(in_dir(name), F_OK), 0);
  }
}

static void test_a_cancelled_report_is_not_written(void **state) {
  (void)state;
  r2s_error err;
  bool over = false;
  const r2s_monitor monitor = {.progress = end, .cancelled = is_over, .user = &over};
  put_everything();
  assert_int_equal(r2s_report_write(dir, &monitor, &err), R2S_ERR_CANCELLED);
  assert_string_equal(err.msg, "interrupted before the report was written");
  assert_int_not_equal(access(in_dir("REPORT.md"), F_OK), 0);
}

static void test_many_conditions_are_cut(void **state) {
  (void)state;
  r2s_error err;
  put_task(9, 200);
  put_everything();
  assert_int_equal(r2s_report_figures(dir, NULL, NULL), R2S_OK);
  must_contain("figures/fig1.svg", ">Rate network, first 8 of 9 conditions<");
  must_contain("figures/fig1.gp", "n_stim = 1 "); /* the ninth has another stimulus */
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("REPORT.md",
               "**B** The same for the LIF network. Shown are the first 8 of 9 conditions. **C**");
}

/* A trial need not be a whole number of bins: the last one's middle and rate are of what there is of it. */
static void test_the_last_bin_of_rates_may_be_short(void **state) {
  (void)state;
  put_task(2, 201);
  put_everything();
  figures_must_work();
  must_contain("figures/fig2_rates.dat", "\n995 0 0 2\n1002.5 0 0 2\n");
}

enum { MOST_SPIKES = 4000 };

/* Trials of psc-dexp with spikes all over: of every unit at random, and in the first and the last step of
 * each bin of 10 ms. */
static void put_dense_records(void) {
  static double out[MOST_SAMPLES * 2];
  static uint32_t counts[TRIALS][UNITS];
  static r2s_spike_event spikes[TRIALS][MOST_SPIKES];
  r2s_spike_record records[TRIALS];
  r2s_task task = load_task();
  const double duration_ms = task.n_steps * task.dt_ms;
  unsigned random = 5;
  memset(counts, 0, sizeof counts);
  for (int k = 0; k < TRIALS; k++) {
    int n = 0;
    for (int step = 1; step <= (int)(10 * duration_ms); step++)
      for (int unit = 0; unit < UNITS; unit++) {
        random = random * 1664525u + 1013904223u;
        if ((random >> 8) % 97 != 0 && !(step % 100 < 2 && (step / 100 + k) % UNITS == unit)) continue;
        assert_true(n < MOST_SPIKES);
        spikes[k][n++] = (r2s_spike_event){unit, step};
        counts[k][unit]++;
      }
    records[k] = (r2s_spike_record){.condition = k % 2,
                                    .n = UNITS,
                                    .n_out = 1,
                                    .n_samples = (int)(duration_ms / SAMPLE_MS),
                                    .t0_ms = SAMPLE_MS,
                                    .dt_ms = SAMPLE_MS,
                                    .out = out,
                                    .counts = counts[k],
                                    .n_spikes = (uint64_t)n,
                                    .spikes = spikes[k],
                                    .spike_dt_ms = 0.1,
                                    .duration_ms = duration_ms};
  }
  r2s_spike_config settings = r2s_spike_config_default(R2S_SPIKE_PSC_DEXP);
  settings.scale = 44;
  r2s_spike_info info = {.engine = "native"};
  r2s_error err;
  if (r2s_records_save(records, TRIALS, &settings, &info, in_dir("spikes_psc-dexp_native.h5"), &err) !=
      R2S_OK)
    fail_msg("%s", err.msg);
  r2s_task_free(&task);
}

/* Spikes of E (units 0 to 7) or I units in steps first..last, of all trials of a condition. */
static int count_spikes(const r2s_spike_record *records, int condition, bool inhibitory, int first,
                        int last) {
  int count = 0;
  for (int k = 0; k < TRIALS; k++)
    for (uint64_t s = 0; records[k].condition == condition && s < records[k].n_spikes; s++) {
      const r2s_spike_event event = records[k].spikes[s];
      count += event.step >= first && event.step <= last && (event.unit >= 8) == inhibitory;
    }
  return count;
}

/* Counted again from the file: steps 1 to 100 are the first 10 ms, and so on; the last bin has half of them.
 */
static void test_rates_are_those_of_the_spikes(void **state) {
  (void)state;
  r2s_error err;
  r2s_spike_record *records;
  int n;
  put_task(2, 201);
  put_everything();
  put_dense_records();
  if (r2s_report_figures(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  if (r2s_records_load(&records, &n, NULL, in_dir("spikes_psc-dexp_native.h5"), &err) != R2S_OK)
    fail_msg("%s", err.msg);
  assert_int_equal(n, TRIALS);
  FILE *rates = fopen(in_dir("figures/fig2_rates.dat"), "r");
  assert_non_null(rates);
  for (int c = 0; c < 2; c++)
    for (int bin = 0; bin <= 100; bin++) {
      double t_ms, e_hz, i_hz;
      int trials;
      char line[128];
      do assert_non_null(fgets(line, sizeof line, rates));
      while (*line == '#' || *line == '\n');
      assert_int_equal(sscanf(line, "%lf %lf %lf %d", &t_ms, &e_hz, &i_hz, &trials), 4);
      const int steps = bin < 100 ? 100 : 50;
      const double seconds = steps * 1e-4 * 2; /* of both trials */
      const double e = count_spikes(records, c, false, 100 * bin + 1, 100 * bin + steps) / (8 * seconds),
                   i = count_spikes(records, c, true, 100 * bin + 1, 100 * bin + steps) / (2 * seconds);
      assert_true(e > 0 && fabs(e_hz - e) < 1e-4 * e && fabs(i_hz - i) <= 1e-4 * i);
      assert_true(t_ms == 10 * bin + 0.05 * steps && trials == 2);
    }
  fclose(rates);
  r2s_records_free(records, n);
}

/* Figure 2C with these accuracies: of the rate network (n = 200), and the stages that follow. */
static void draw_bars(const char *stages) {
  char json[1000];
  snprintf(json, sizeof json,
           "{\"stages\": {\"train\": {\"accuracy\": 1, \"n\": 200, \"ci95\": [0.98, 1]}, %s}}", stages);
  put_file("run.json", json);
  figures_must_work();
}

/* Hatched are the bars of fewer or more trials than is usual: the n of most bars; of two the larger; and none
 * of trials that only repeat, where there are others. */
static void test_bars_of_an_unusual_n_are_hatched(void **state) {
  (void)state;
  static const char usual[] = "\"rate network\" 100 98 100 200 0 ",
                    hatched[] = "\"rate network\" 100 98 100 200 1 ";
  put_everything();
  draw_bars("\"sim-native\": {\"models\": {"
            "\"lif\": {\"accuracy\": 1, \"n\": 100, \"ci95\": [0.96, 1]},"
            "\"psc-dexp\": {\"accuracy\": 1, \"n\": 100, \"ci95\": [0.96, 1]}}}");
  must_contain("figures/fig2_accuracy.dat", hatched);
  must_contain("figures/fig2_accuracy.dat", "\"LIF, native\" 100 96 100 100 0 ");
  draw_bars("\"sim-native\": {\"models\": {\"lif\": {\"accuracy\": 1, \"n\": 100, \"ci95\": [0.96, 1]}}}");
  must_contain("figures/fig2_accuracy.dat", usual);
  must_contain("figures/fig2_accuracy.dat", "\"LIF, native\" 100 96 100 100 1 ");
  draw_bars("\"convert\": {\"held_out_predicted\": {\"accuracy\": 1, \"n\": 200, \"ci95\": [0.98, 1]}}, "
            "\"sim-native\": {\"models\": {\"lif\": {\"accuracy\": 1, \"n\": 100, \"ci95\": [0.96, 1]}}}");
  must_contain("figures/fig2_accuracy.dat", usual);
  draw_bars(
      "\"lif-unit\": {\"accuracy\": 1, \"n\": 2, \"ci95\": [null, null]}, \"sim-native\": {\"models\": {"
      "\"psc-alpha\": {\"accuracy\": 1, \"n\": 2, \"ci95\": [null, null]}}}");
  must_contain("figures/fig2_accuracy.dat", usual);
}

/* One bar at another scale than the rest makes all of them name theirs. */
static void test_bars_name_their_scales(void **state) {
  (void)state;
  static const char json[] =
      "{\"stages\": {\"sim-native\": {\"models\": {\"lif\": {\"accuracy\": 1, \"n\": 9, \"scale\": 30}, "
      "\"psc-alpha\": {\"accuracy\": 1, \"n\": 9, \"scale\": null}}}, \"sim-nest\": {\"models\": "
      "{\"psc-dexp\": "
      "{\"accuracy\": 1, \"n\": 9, \"scale\": %d}}}}, \"certificate\": {\"scale\": 30}}";
  put_everything();
  for (int scale = 30; scale <= 44; scale += 14) {
    char text[600];
    snprintf(text, sizeof text, json, scale);
    put_file("run.json", text);
    figures_must_work();
    must_contain("figures/fig2_accuracy.dat", scale == 30 ? "\"LIF, native\"" : "\"LIF, native at 30\"");
    must_contain("figures/fig2_accuracy.dat",
                 scale == 30 ? "\"psc-dexp, NEST\"" : "\"psc-dexp, NEST at 44\"");
    must_contain("figures/fig2_accuracy.dat", "\"psc-alpha, native\"");
  }
  must_contain("figures/fig2.svg", "98.8 ± 4.7 %, 100 networks");
}

/* A run.json of 3 copies whose weights were read back. */
static void put_copies(int ports) {
  double W[UNITS * UNITS];
  int edges = 0;
  char json[512];
  r2s_model model = load_model();
  r2s_model_effective_w(&model, false, W);
  r2s_model_free(&model);
  for (int k = 0; k < UNITS * UNITS; k++) edges += W[k] != 0;
  snprintf(json, sizeof json,
           "{\"stages\": {}, \"certificate\": {\"verdict\": \"converts\", \"native_vs_nest\": [{}], "
           "\"weights_checked\": %d, \"weights_max_difference_pa\": 0}}",
           3 * ports * edges);
  put_file("run.json", json);
}

/* run.json has the number of synapses; that they are those of a part of the trials is told with it. */
static void test_copies_whose_weights_were_read(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=10", "net.n_inh=2", "neuron.tau_r_ms=0", "neuron.noise_mv=0",
                                     "neuron.v0_high_mv=-65"};
  put_everything();
  put_records((spikes_file){"spikes_psc-dexp_nest.h5", .model = R2S_SPIKE_PSC_DEXP, .engine = "nest 3.10.0"});
  put_copies(2);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "those of 3 of the network's 6 copies (one a trial, and one a condition without");
  put_config(sets, 3);
  put_copies(1);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "those of 3 of the network's 6 copies (one a trial, and one a condition without");
  put_config(sets, 5);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "those of 3 of the network's 4 copies (one a trial)");
}

/* Panels tell trials of another task from none. */
static void test_why_there_are_no_trials(void **state) {
  (void)state;
  put_everything();
  unlink(in_dir("spikes_psc-dexp_native.h5"));
  put_records((spikes_file){"spikes_lif_native.h5", .model = R2S_SPIKE_LIF, .trials = "seed 1, task b"});
  put_records((spikes_file){"spikes_psc-alpha_nest.h5", .model = R2S_SPIKE_PSC_ALPHA, .engine = "nest 3.10.0",
                            .trials = "seed 1, task b"});
  figures_must_work();
  must_contain("figures/fig1.gp", "no_lif = 'no trials of this task'\n");
  must_contain("figures/fig1.gp", "no_lif_unit = 'not run'\n");
  must_contain("figures/fig1.svg", ">not run<");
  must_contain("figures/fig2.gp", "no_spikes = 'no trials of this task'\n");
  must_contain("figures/fig2.gp", "no_dexp = 'not run'\n");
  must_contain("figures/fig2.gp", "no_alpha = 'no trials of this task'\n");
}

/* NEST that ran otherwise has run. */
static void test_nest_ran_otherwise(void **state) {
  (void)state;
  static const char json[] =
      "{\"stages\": {\"sim-native\": {\"models\": {\"psc-alpha\": {\"accuracy\": 1, \"n\": 2, "
      "\"conditions\": {\"go\": {\"accuracy\": 1, \"n\": 1, \"rate_mean_hz\": 39}}}}}%s}, "
      "\"certificate\": {\"verdict\": \"converts\", \"native_vs_nest\": []}}";
  static const char *const nest[] = {
      "", ", \"sim-nest\": {\"models\": {\"psc-dexp\": {\"accuracy\": 1, \"n\": 2, \"scale\": 44}}}"};
  put_everything();
  for (int k = 0; k < 2; k++) {
    char text[800];
    snprintf(text, sizeof text, json, nest[k]);
    put_file("run.json", text);
    assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
    must_contain("REPORT.md", k ? "NEST ran at another scale, or with" : "NEST has not run, so there is");
    (k ? must_not_contain : must_contain)("REPORT.md", "NEST has not run");
    must_contain("REPORT.md", "39.0 Hz (native; not run in NEST)");
  }
}

static void test_very_many_trials_are_cut(void **state) {
  (void)state;
  static char csv[20 * 501 + 100] = "trial,condition,rate_correct\n";
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "Every trial (2), as in certificate.csv; scales");
  for (int k = 0; k < 501; k++) snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%d,go,1\n", k);
  put_file("certificate.csv", csv);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "The first 500 of 501 trials, all of which are in certificate.csv; scales");
  must_contain("REPORT.md", "\n| 499 | Go | ✓ – – – |");
  must_not_contain("REPORT.md", "\n| 500 | Go |");
}

/* Identities of filters with two rise times, and of units whose tau_d differ. */
static void test_identities_name_what_they_are_of(void **state) {
  (void)state;
  static const char *const sets[] = {"net.n=10",          "net.n_inh=2",       "lif_unit.tau_r_ms=5",
                                     "net.tau_min_ms=20", "net.tau_max_ms=60", "psc_alpha.tau_syn_ms=auto"};
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "so that its silence without input rests on rounding"); /* of whatever task */
  must_contain("REPORT.md", "(τ_r = 2 ms, τ_d = 35 ms); its mean");
  must_contain("REPORT.md", "(τ_syn = 35 ms). In the units");
  put_config(sets, 6);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "(τ_r = 5 ms (`lif`: 2 ms), τ_d = 40 ms, the median over units); its mean");
  must_contain("REPORT.md", "(τ_syn = 40 ms, the median over units). In the units");
  put_model();
  put_config(sets, 3);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK); /* the network's, not the configuration's */
  must_contain("REPORT.md", ", the median over units); its mean");
}

/* The number behind a text of REPORT.md. */
static double number_behind(const char *part) {
  char *text = get_file("REPORT.md");
  const char *at = strstr(text, part);
  if (!at) fail_msg("REPORT.md has no \"%s\"", part);
  const double number = strtod(at + strlen(part), NULL);
  free(text);
  return number;
}

/* Of units that fire at a steady rate: the input, in mV, that lambda = 1 makes of it in the dimensionless LIF
 * (whose 1 is 100 mV), over that of scale 25 in the LIF, whose Euler filter has a percent or so too much. */
static void test_the_worth_of_lambda_1(void **state) {
  (void)state;
  const int period = 250;
  const double unit_mv = 100 * r2s_filter_mean(R2S_FILTER_UNIT_INVERSE_RISE, 0.1, 2, 35, period),
               lif_mv = 1e3 * r2s_filter_mean(R2S_FILTER_LIF, 0.05, 2, 35, 2 * period) / 25;
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  assert_true(fabs(number_behind("couples 100 · τ_d · 25 = **") / (unit_mv / lif_mv) - 1) < 0.02);
}

/* An alpha function of this peak, summed up over time, is what one weight of 1 gives at scale 44: 1/44 mV s,
 * at 10 pA/mV. */
static void test_the_matched_alpha_has_the_area_of_the_scale(void **state) {
  (void)state;
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  const double peak_pa = number_behind("area of scale 44, 1000 (C_m/τ_m)/(scale e τ_syn) = ");
  double area = 0; /* pA ms */
  for (double t_ms = 0; t_ms < 1000; t_ms += 0.1) area += 0.1 * peak_pa * t_ms / 35 * exp(1 - t_ms / 35);
  assert_true(fabs(area / (10 * 1000 / 44.0) - 1) < 0.005);
}

/* Why psc-alpha has one trial a condition, and what its weights do, is said where it is so. */
static void test_psc_alpha_beside_the_writeup(void **state) {
  (void)state;
  static const char *const noise[] = {"psc_alpha.noise_mv=0.1", "psc_alpha.weight_pa=5"};
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "the same trial, so here one of each kind is simulated. Its Go output");
  must_contain("REPORT.md", "since λ = 1 and the 50 pA weights drive the network");
  put_config(noise, 2);
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "the same trial. Its Go output");
  must_contain("REPORT.md", "since λ = 1 drives the network");
}

/* Without noise in training there is none to show, and a colour scale says where it ends. */
static void test_figure3_tells_what_it_shows(void **state) {
  (void)state;
  put_everything();
  figures_must_work();
  must_contain("figures/fig3.svg", ">shot noise</tspan>");
  must_contain("figures/fig3.svg", ">\u2265");
  /* the two differ in an untrained network already: by other rules */
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "its running accuracy, by the task's `pacing` rules, evaluations, by its `rate` "
                            "rules, and the shot noise");
  must_contain("REPORT.md", "stimulus shaded. ");
  put_file("training.csv", "step,loss,accuracy,running_accuracy,noise,learning_rate,grad_norm,edges,"
                           "eval_accuracy,eval_loss\n1,9,0,0,0,0.01,1,50,,\n2,5,1,0.5,0,0.01,1,50,1,4\n");
  figures_must_work();
  must_not_contain("figures/fig3.svg", ">shot noise</tspan>");
}

/* A range is given to what has none: one step's loss, and a loss of 0, which has no logarithm either. */
static void test_figure3_of_a_constant_loss(void **state) {
  (void)state;
  static const char *const rows[] = {"1,9,0,0,0,0.01,1,50,,\n",
                                     "1,0,1,1,0,0.01,0,50,,\n2,0,1,1,0,0.01,0,50,,\n"};
  put_everything();
  for (size_t k = 0; k < 2; k++) {
    char text[256];
    snprintf(
        text, sizeof text,
        "step,loss,accuracy,running_accuracy,noise,learning_rate,grad_norm,edges,eval_accuracy,eval_loss\n%s",
        rows[k]);
    put_file("training.csv", text);
    figures_must_work();
    must_contain("figures/fig3.svg", ">Loss</tspan>");
  }
}

/* Of a network whose untrained weights are unknown the panel that is left has label and key. */
static void test_figure3_without_untrained_weights(void **state) {
  (void)state;
  static const char *const both[] = {">Imaginary part</tspan>", ">unit circle</tspan>"};
  r2s_error err;
  put_everything();
  r2s_model model = load_model();
  assert_non_null(model.w0);
  free(model.w0);
  model.w0 = NULL;
  keep_model(&model);
  unlink(in_dir("training.csv"));
  figures_must_work();
  for (int k = 0; k < 2; k++) must_contain("figures/fig3.svg", both[k]);
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("REPORT.md", "Eigenvalues of the weight matrix after training");
  must_not_contain("REPORT.md", "Loss of each batch");
  must_contain("REPORT.md", "**D** Rate of a LIF unit");
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* A few strong weights do not make all others pale: the colours of W end at its 95th percentile. */
static void test_figure3_colours_end_at_the_95th_percentile(void **state) {
  (void)state;
  double W[UNITS * UNITS];
  int count = 0;
  char limit[64];
  put_everything();
  r2s_model model = load_model();
  r2s_model_effective_w(&model, false, W);
  r2s_model_free(&model);
  for (int k = 0; k < UNITS * UNITS; k++)
    if (W[k] != 0) W[count++] = fabs(W[k]);
  qsort(W, (size_t)count, sizeof *W, by_size);
  figures_must_work();
  assert_true(count >= 20);
  snprintf(limit, sizeof limit, "w_limit = %.10g ", W[(count - 1) * 95 / 100]);
  must_contain("figures/fig3.gp", limit);
}

/* The SOM units of another's network may stand anywhere among the inhibitory ones, here last: rows of their
 * own show them all the same. */
static void test_figure3_finds_som_units_anywhere(void **state) {
  (void)state;
  put_everything();
  r2s_model model = load_model();
  const int som = UNITS - 1, other = UNITS - 2;
  assert_true(model.sign[som] < 0 && model.sign[other] < 0 && model.sign[other - 1] > 0);
  for (int k = 0; k < UNITS * UNITS; k++) model.w[k] = 0;
  model.w[som * UNITS] = 0.5;
  model.w[other * UNITS] = 0.25;
  model.som_mask[som * UNITS + som] = model.som_mask[som * UNITS + other] = 0;
  keep_model(&model);
  figures_must_work();
  must_contain("figures/fig3.gp", "n_som = 1 ");
  must_contain("figures/fig3_weights.dat", "\n0.5 0 0 0 0 0 0 0 0 0\n0.25 0 0 0 0 0 0 0 0 0\n");
}

/* Time constants of the units' own get a panel: 8 E and 2 I units in bins of 5 ms. */
static void test_figure3_time_constants(void **state) {
  (void)state;
  r2s_error err;
  put_everything();
  figures_must_work();
  must_contain("figures/fig3.gp", "has_tau = 0");
  assert_false(exists("figures/fig3_tau.dat"));
  r2s_model model = load_model();
  model.tau_min_ms = 20;
  model.tau_max_ms = 100;
  for (int i = 0; i < UNITS; i++) model.taus_gaus[i] = i < 6 ? -20 : i < 8 ? 20 : 0; /* 20, 100, 60 ms */
  for (int i = 0; i < UNITS && model.taus_gaus0; i++) model.taus_gaus0[i] = 0;
  const bool started = model.taus_gaus0 != NULL;
  keep_model(&model);
  figures_must_work();
  must_contain("figures/fig3_tau.dat", "20 25 75 0 ");
  must_contain("figures/fig3_tau.dat", "95 100 25 0 ");
  must_contain("figures/fig3_tau.dat", started ? "60 65 0 100 100\n" : "60 65 0 100 nan\n");
  must_contain("figures/fig3.svg", "Synaptic decay time (ms)");
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("REPORT.md", "**F** The units' synaptic decay times");
  model = load_model();
  model.tau_max_ms = 1000; /* the axis had "9001000" */
  keep_model(&model);
  figures_must_work();
  must_contain("figures/fig3.svg", "> 1000</tspan>");
  must_not_contain("figures/fig3.svg", "> 900</tspan>");
}

/* Where an SVG file has a text: its height from the top, in 1/96 inch. The first of them at `from` or lower.
 */
static double text_height(const char *svg, const char *text, double from) {
  char mark[64];
  snprintf(mark, sizeof mark, ">%s</tspan>", text);
  for (const char *at = svg; (at = strstr(at, mark)); at++) {
    const char *place = at;
    double y;
    while (strncmp(place, "translate(", 10) != 0) place--;
    assert_int_equal(sscanf(place, "translate(%*f,%lf)", &y), 1);
    if (y >= from) return y;
  }
  fail_msg("no \"%s\" below %g", text, from);
  return NAN;
}

/* Eight conditions made a third column, over the panel beside the legend. */
static void test_legend_lies_between_the_panels(void **state) {
  (void)state;
  static const char *const entries[] = {"a_pp", "a_mm", "b_pp", "b_mm", "target", "stimulus"};
  put_everything();
  assert_int_equal(r2s_report_figures(dir, NULL, NULL), R2S_OK);
  char *svg = get_file("figures/fig1.svg");
  const double axes = text_height(svg, "Time (ms)", 0), panels = text_height(svg, "LIF network", axes);
  for (size_t k = 0; k < sizeof entries / sizeof *entries; k++) {
    const double y = text_height(svg, entries[k], 0);
    if (!(y > axes + 10 && y < panels - 10))
      fail_msg("%s at %g; expected it between %g and %g", entries[k], y, axes, panels);
  }
  free(svg);
}

/* Inputs that would cover the others; a caption that said less would call them no stimulus. */
static void test_caption_tells_of_inputs_that_are_not_shaded(void **state) {
  (void)state;
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "stimulus shaded, but for inputs that last the whole trial.");
}

/* What goes with the results of an earlier network is all that was drawn. */
static void test_every_file_of_the_figures_is_listed(void **state) {
  (void)state;
  put_everything();
  put_records((spikes_file){"spikes_lif-unit_native.h5", .model = R2S_SPIKE_LIF_UNIT});
  put_records((spikes_file){"spikes_psc-alpha_native.h5", .model = R2S_SPIKE_PSC_ALPHA});
  r2s_model model = load_model();
  model.tau_max_ms = 2 * model.tau_min_ms;
  keep_model(&model);
  figures_must_work();
  for (int k = 0; r2s_figures_files[k]; k++)
    if (unlink(in_dir(r2s_figures_files[k])) != 0) fail_msg("no %s", r2s_figures_files[k]);
  assert_int_equal(rmdir(in_dir("figures")), 0);
}

static void test_no_gnuplot(void **state) {
  (void)state;
  r2s_error err;
  char *path = strdup(getenv("PATH"));
  put_everything();
  assert_int_equal(mkdir(in_dir("figures"), 0777), 0);
  put_file("figures/fig1.png", "the old one");
  setenv("PATH", "/nonexistent", 1);
  r2s_status st = r2s_report_figures(dir, NULL, &err);
  setenv("PATH", path, 1);
  free(path);
  assert_int_equal(st, R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "gnuplot-nox"));
  assert_true(exists("figures/fig1.gp") && exists("figures/fig3.gp") && exists("figures/fig3_weights.dat"));
  must_contain("figures/fig1.png", "the old one");
  assert_false(exists("figures/fig1.svg"));
}

static void test_failing_gnuplot_leaves_the_old_figure(void **state) {
  (void)state;
  r2s_error err;
  char bin[300], path[5000];
  put_everything();
  figures_must_work();
  char *before = get_file("figures/fig1.svg");
  snprintf(bin, sizeof bin, "%s", in_dir("bin"));
  assert_int_equal(mkdir(bin, 0777), 0);
  put_file("bin/gnuplot",
           "#!/bin/sh\neval \"$2\"; echo half > $name.$formats; echo what went wrong >&2; exit 3\n");
  assert_int_equal(chmod(in_dir("bin/gnuplot"), 0755), 0);
  char *old = strdup(getenv("PATH"));
  snprintf(path, sizeof path, "%s:%s", bin, old);
  setenv("PATH", path, 1);
  r2s_status st = r2s_report_figures(dir, NULL, &err);
  setenv("PATH", old, 1);
  free(old);
  assert_int_equal(st, R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "what went wrong"));
  no_temporary_file();
  must_contain("figures/fig1.svg", before);
  free(before);
}

/* A full disk: gnuplot says nothing and leaves a part of the file. */
static void test_half_a_figure_is_not_taken(void **state) {
  (void)state;
  r2s_error err;
  char path[5000];
  assert_int_equal(mkdir(in_dir("bin"), 0777), 0);
  put_file("bin/gnuplot", "#!/bin/sh\neval \"$2\"; printf '\\211PNG half' > $name.$formats\n");
  assert_int_equal(chmod(in_dir("bin/gnuplot"), 0755), 0);
  char *old = strdup(getenv("PATH"));
  snprintf(path, sizeof path, "%s:%s", in_dir("bin"), old);
  setenv("PATH", path, 1);
  r2s_status st = r2s_report_figures(dir, NULL, &err);
  setenv("PATH", old, 1);
  free(old);
  assert_int_equal(st, R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "fig1.png"));
  assert_false(exists("figures/fig1.png"));
  no_temporary_file();
}

static void must_fail(r2s_status code, const char *part) {
  r2s_error err;
  assert_int_equal(r2s_report_write(dir, NULL, &err), code);
  if (!strstr(err.msg, part)) fail_msg("\"%s\" does not name %s", err.msg, part);
}

static void test_damage_is_told(void **state) {
  (void)state;
  char far[5000];
  r2s_error err;
  memset(far, 'x', sizeof far - 1);
  far[sizeof far - 1] = 0;
  assert_int_equal(r2s_report_write(far, NULL, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "the folder's name has more than 4095 characters"));
  put_everything();
  put_file("spikes_psc-alpha_nest.h5", "rubbish");
  must_fail(R2S_ERR_FORMAT, "; simulate anew");
  unlink(in_dir("spikes_psc-alpha_nest.h5"));
  put_file("run.json", "{\n\"stages\": {,}\n}");
  must_fail(R2S_ERR_FORMAT, "run.json:2");
  put_file("run.json", "[1]");
  must_fail(R2S_ERR_FORMAT, "run.json: not an object; expected the JSON object");
  put_file("run.json", "{\"stages\": {\"train\": {\"accuracy\": 7.5}}}");
  must_fail(R2S_ERR_FORMAT, "run.json: stages.train.accuracy: found 7.5; expected 0 to 1");
  put_file("run.json", run_json);
  put_file("training.csv", "step,loss\n1\n");
  must_fail(R2S_ERR_FORMAT, "training.csv:2");
  unlink(in_dir("training.csv"));
  char *conversion = get_file("conversion.csv");
  put_file("conversion.csv", "garbage\n");
  must_fail(R2S_ERR_FORMAT, "conversion.csv:1: no column");
  put_file("conversion.csv", conversion);
  free(conversion);
  unlink(in_dir("config.yaml"));
  must_fail(R2S_ERR_IO, "config.yaml");
}

/* One spikes file and one rate.h5 that fit, each with one thing changed. */
static void test_results_that_do_not_fit_are_told(void **state) {
  (void)state;
  const char lif[] = "spikes_lif_native.h5", nest[] = "spikes_psc-dexp_nest.h5";
  const struct {
    spikes_file file;
    const char *says;
  } files[] = {
      {{lif, .model = R2S_SPIKE_LIF, .more_units = 1}, "11 units; expected 10 as in model.h5"},
      {{lif, .model = R2S_SPIKE_LIF, .more_outputs = 1}, "2 outputs; expected 1 as in task go-nogo-short"},
      {{lif, .model = R2S_SPIKE_LIF, .later_ms = 1e300}, "t0_ms: found 1e+300; expected 25"},
      {{lif, .model = R2S_SPIKE_LIF, .fewer_samples = 39},
       "found 1 samples; expected one each 25 ms in all 1000 ms"},
      {{lif, .model = R2S_SPIKE_LIF, .longer = 0.5}, "duration_ms: found 1500; expected the 1000 ms of task"},
      {{lif, .model = R2S_SPIKE_PSC_DEXP},
       "found \"psc-dexp\" and \"native\", as of spikes_psc-dexp_native.h5"},
      {{nest, .model = R2S_SPIKE_PSC_DEXP}, "expected those of the file's name"},
      {{nest, .model = R2S_SPIKE_PSC_DEXP, .trials = "seed 9"}, "expected those of the file's name"},
  };
  put_everything();
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    put_records(files[k].file);
    must_fail(R2S_ERR_FORMAT, files[k].says);
    must_fail(R2S_ERR_FORMAT, files[k].file.name);
    put_records((spikes_file){lif, .model = R2S_SPIKE_LIF});
  }
  unlink(in_dir(nest));
  const r2s_rate_traces right = rate_traces();
  r2s_rate_traces wrong[6] = {right, right, right, right, right, right};
  const char *const says[] = {"3 units; expected 10 as in model.h5",
                              "2 outputs; expected 1 as in task go-nogo-short",
                              "t0_ms and dt_ms: found 1e+300 and 5; expected 5 for both",
                              "t0_ms and dt_ms: found 5 and 1e-300; expected 5 for both",
                              "t0_ms and dt_ms: found 5 and 2.5; expected 5 for both",
                              "found 1 samples; expected 199"};
  wrong[0].n = 3, wrong[1].n_out = 2, wrong[2].t0_ms = 1e300, wrong[3].dt_ms = 1e-300, wrong[4].dt_ms = 2.5;
  wrong[5].n_samples = 1;
  for (int k = 0; k < 6; k++) {
    put_rate_traces(wrong[k]);
    must_fail(R2S_ERR_FORMAT, says[k]);
  }
}

/* What is of another task need not be as long. */
static void test_results_of_another_task_may_be_longer(void **state) {
  (void)state;
  r2s_error err;
  r2s_rate_traces other = rate_traces();
  put_everything();
  put_records(
      (spikes_file){"spikes_lif_native.h5", .model = R2S_SPIKE_LIF, .trials = "seed 1, task b", .longer = 1});
  strcpy(other.trials, "seed 1, task b");
  other.n_samples--;
  put_rate_traces(other);
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
}

/* Writes the report, and gives what it warned of. */
static void write_report(char noted[256]) {
  r2s_error err;
  const r2s_monitor monitor = {.note = note, .user = noted};
  *noted = 0;
  if (r2s_report_write(dir, &monitor, &err) != R2S_OK) fail_msg("%s", err.msg);
}

/* Figures of earlier results do not stand beside later ones unmarked, however soon these came, nor does a
 * link to none. */
static void test_figures_are_old_or_missing(void **state) {
  (void)state;
  static const char old[] = "**The figures were drawn from earlier results**";
  char noted[256], draws[128];
  put_everything();
  write_report(noted);
  assert_string_equal(noted, "");
  must_contain("REPORT.md", "*figures/fig1.png is missing: the figures were not drawn.*");
  must_not_contain("REPORT.md", "](figures/fig1.png)");
  figures_must_work();
  write_report(noted);
  assert_string_equal(noted, "");
  must_contain("REPORT.md", "](figures/fig1.png)");
  must_not_contain("REPORT.md", old);
  put_file("run.json", "{\"stages\": {}}");
  write_report(noted);
  snprintf(draws, sizeof draws, "rate2spike figures %s draws them anew", dir);
  assert_non_null(strstr(noted, draws));
  must_contain("REPORT.md", old);
  must_contain("report.html", "<strong>The figures were drawn from earlier results</strong>");
  put_file("run.json", run_json);
  unlink(in_dir("figures/drawn_from"));
  write_report(noted);
  must_contain("REPORT.md", old);
}

static void test_long_numbers_are_whole(void **state) {
  (void)state;
  assert_int_equal(strlen(r2s_fmt(1e300, 2).text), 304);
}

static void test_every_option_has_its_reason(void **state) {
  (void)state;
  for (int k = 0; k < r2s_config_option_count(); k++)
    if (!r2s_rationale(r2s_config_option(k).key)) fail_msg("%s has none", r2s_config_option(k).key);
  assert_null(r2s_rationale("no.such.option"));
}

/* The rate network's accuracy is one with noise of its own, and a training may end before its noise is full.
 */
static void test_noise_of_the_rate_network(void **state) {
  (void)state;
  static const char tested[] = " Tested with state noise of 0.1 a step and the spikes' kick at the start, "
                               "without the shot noise of its "
                               "training.";
  put_everything();
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", tested);
  must_not_contain("REPORT.md", "Its training ended at");
  put_file("run.json", "{\"stages\": {\"train\": {\"accuracy\": 1.0, \"n\": 200, \"ci95\": [0.9812, 1.0], "
                       "\"stop\": \"exhausted\", \"shot_noise\": 0.9996}}}");
  assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
  must_contain("REPORT.md", "Its training ended at 99 % of its full shot noise");
}

static void test_no_scale_is_better(void **state) {
  (void)state;
  static const char json[] = "{\"stages\": {\"convert\": {\"chosen\": 45, \"predicted\": null, \"scales\": ["
                             "{\"scale\": 40, \"accuracy\": 0, \"n\": 9}, {\"scale\": 45, \"accuracy\": 0, "
                             "\"n\": 9}, {\"scale\": 50, \"accuracy\": %s, \"n\": 9}],"
                             " \"held_out\": {\"accuracy\": 0, \"n\": 20, \"ci95\": [0, 0.2]}}}}";
  static const char *const accuracy[] = {"0", "0.5"},
                           *const says[] = {"no scale was better than another; taken is the middle one: 45.",
                                            "Chosen by the search: 45."},
                           *const bar[] = {"\"LIF, middle scale\"", "\"LIF, best scale\""};
  put_everything();
  for (int k = 0; k < 2; k++) {
    char text[600];
    snprintf(text, sizeof text, json, accuracy[k]);
    put_file("run.json", text);
    figures_must_work();
    must_contain("figures/fig2_accuracy.dat", bar[k]);
    assert_int_equal(r2s_report_write(dir, NULL, NULL), R2S_OK);
    must_contain("REPORT.md", says[k]);
  }
}

/* What run.json tells of a network's past and of its certificate. */
static void test_what_the_report_tells_of_run_json(void **state) {
  (void)state;
  static const char right[] = "\"accuracy\": 1, \"n\": 4, \"ci95\": [0.51, 1]";
  static const struct {
    const char *stages, *certificate, *says;
  } cases[] = {
      {"\"train\": {\"stop\": \"imported\"}", "",
       "The network was given, and `run.json` does not tell by which commands."},
      {"\"train\": {\"resumed\": true, %s}", "", "its time is that since it was resumed"},
      {"\"sim-native\": {\"models\": {\"psc-alpha\": {\"conditions\": {\"go\": {%s, \"rise_ms\": 600}}}}}, "
       "\"sim-nest\": {\"models\": {\"psc-alpha\": {\"conditions\": {\"go\": {%s, \"rise_ms\": null}}}}}",
       "", "| about 600 ms | – |"},
      {"\"convert\": {}", "",
       "| 98.8 ± 4.7 % (mean ± SD over 100 networks), each at its best scale; 94 of them 95 % or more |"},
      {"\"lif-unit\": {%s, \"scales\": [{\"scale\": 1, \"accuracy\": 1, \"n\": 2}]}, \"convert\": {}", "",
       "At λ = 1 the stages' table and the figures have other trials"},
      {"", "\"better_scale\": {\"scale\": 35.5}", "`rate2spike simulate DIR --scale 35.5` certifies it."},
      {"",
       "\"decisive\": {\"model\": \"lif\", \"of\": \"nest 3.9\", \"condition\": \"go\", %s, \"rate\": {%s}}",
       "at scale 44 (`lif`, NEST, condition `go`: 100.0 % [51.0, 100.0], n = 4; the rate network there: "
       "100.0 % "
       "[51.0, 100.0], n = 4)"},
      {"",
       "\"engines\": [{\"model\": \"lif\", \"engine\": \"native\", \"scale\": 44.0001, \"judged\": false, "
       "%s}]",
       "| `lif`, native (not judged) | 44.0001 |"},
      {"", "\"engines\": [{\"model\": \"lif\", \"engine\": \"native\", \"scale\": 44, \"trials\": 2, %s}]",
       "are of the trials that the rate network has, too (it has 2)"},
      {"",
       "\"engines\": [{\"model\": \"lif\", \"engine\": \"nest\", \"judged\": true, \"ambiguous\": 1, %s}]",
       "**In 1 of its 4 trials `lif` (NEST) is right by the rules of a condition with another label, too**"}};
  put_everything();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char stages[400], certificate[400], json[1000];
    snprintf(stages, sizeof stages, cases[k].stages, right, right);
    snprintf(certificate, sizeof certificate, cases[k].certificate, right, right);
    snprintf(
        json, sizeof json,
        "{\"stages\": {%s}, \"certificate\": {\"verdict\": \"converts\", \"scale\": 44, \"trials\": 2%s%s}}",
        stages, *certificate ? ", " : "", certificate);
    put_file("run.json", json);
    char noted[256];
    write_report(noted);
    must_contain("REPORT.md", cases[k].says);
  }
}

/* What the network's file tells. */
static void test_what_the_report_tells_of_the_network(void **state) {
  (void)state;
  char noted[256];
  static const char *const sets[] = {"net.n=401", "net.n_inh=2", "lif_unit.dt_ms=0.3",
                                     "net.activation=softplus"};
  put_file("training.csv", "step,loss,eval_loss\n1,9,\n2,5,4\n");
  write_report(noted);
  must_contain("REPORT.md", "The training was interrupted, after step 2: `rate2spike train --resume -o DIR`");
  put_everything();
  r2s_model model = load_model();
  strcpy(model.task, "another");
  model.train_steps = 1; /* of the two in training.csv */
  keep_model(&model);
  write_report(noted);
  must_contain("REPORT.md", "(the network was trained on `another`)");
  must_contain("REPORT.md", "A longer training was begun, has taken 2 steps, and is not finished");
  unlink(in_dir("rate.h5"));
  unlink(in_dir("spikes_lif_native.h5"));
  unlink(in_dir("spikes_psc-dexp_native.h5"));
  put_config(sets, 4);
  put_model();
  write_report(noted);
  must_contain("REPORT.md", "The rate units' activation is softplus; the paper uses a sigmoid.");
  must_contain("REPORT.md", "the 95th percentile of means over 2 x 2 units, which are shown, stronger ones");
  must_contain("REPORT.md", "A regular train of R = 49.75 Hz (`lif`: 50 Hz), put through");
}

/* A reason is that of the value beside it, whichever recipe and compat level set it. */
static void test_reasons_are_those_of_the_recipe(void **state) {
  (void)state;
  r2s_error err;
  const char *const sets[] = {"recipe=kim2019", "compat=paper", "train.batch=3"};
  char *yaml;
  assert_int_equal(r2s_config_load(&config, NULL, sets, 3, NULL), R2S_OK);
  assert_int_equal(r2s_config_yaml(&config, &yaml, NULL), R2S_OK);
  put_file("config.yaml", yaml);
  free(yaml);
  if (r2s_report_write(dir, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  must_contain("REPORT.md", "Train a readout bias b_out; the spiking readout uses it only with "
                            "lif.readout_bias. | Recipe kim2019: as in the authors' code. |");
  must_contain("REPORT.md", "N, units of the network. | Recipe kim2019: as in the authors' code. |");
  must_contain("REPORT.md",
               "instead of half a rate step early. | Compat level paper: as the paper's text has it. |");
  must_contain("REPORT.md",
               "| `train.batch` | **3** | trials | set | Batch size: number of trials in an optimiser "
               "step. | Set for this run. |");
  must_contain("REPORT.md", "Adam's learning rate. | The authors' value. |");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_full_folder, setup, teardown),
      cmocka_unit_test_setup_teardown(test_very_many_spikes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bare_folder, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rates_are_of_the_trials_with_spikes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_cancelled_figures_are_not_begun, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_cancelled_report_is_not_written, setup, teardown),
      cmocka_unit_test_setup_teardown(test_many_conditions_are_cut, setup, teardown),
      cmocka_unit_test_setup_teardown(test_copies_whose_weights_were_read, setup, teardown),
      cmocka_unit_test_setup_teardown(test_psc_alpha_beside_the_writeup, setup, teardown),
      cmocka_unit_test_setup_teardown(test_why_there_are_no_trials, setup, teardown),
      cmocka_unit_test_setup_teardown(test_nest_ran_otherwise, setup, teardown),
      cmocka_unit_test_setup_teardown(test_very_many_trials_are_cut, setup, teardown),
      cmocka_unit_test_setup_teardown(test_identities_name_what_they_are_of, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_worth_of_lambda_1, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_matched_alpha_has_the_area_of_the_scale, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_tells_what_it_shows, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_of_a_constant_loss, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_without_untrained_weights, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_colours_end_at_the_95th_percentile, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_finds_som_units_anywhere, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figure3_time_constants, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_last_bin_of_rates_may_be_short, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rates_are_those_of_the_spikes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bars_of_an_unusual_n_are_hatched, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bars_name_their_scales, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_dale, setup_no_dale, teardown),
      cmocka_unit_test_setup_teardown(test_legend_lies_between_the_panels, setup_context, teardown),
      cmocka_unit_test_setup_teardown(test_caption_tells_of_inputs_that_are_not_shaded, setup_context,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_every_file_of_the_figures_is_listed, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_gnuplot, setup, teardown),
      cmocka_unit_test_setup_teardown(test_failing_gnuplot_leaves_the_old_figure, setup, teardown),
      cmocka_unit_test_setup_teardown(test_half_a_figure_is_not_taken, setup, teardown),
      cmocka_unit_test_setup_teardown(test_damage_is_told, setup, teardown),
      cmocka_unit_test_setup_teardown(test_what_the_report_tells_of_run_json, setup, teardown),
      cmocka_unit_test_setup_teardown(test_what_the_report_tells_of_the_network, setup, teardown),
      cmocka_unit_test_setup_teardown(test_results_that_do_not_fit_are_told, setup, teardown),
      cmocka_unit_test_setup_teardown(test_results_of_another_task_may_be_longer, setup, teardown),
      cmocka_unit_test_setup_teardown(test_figures_are_old_or_missing, setup, teardown),
      cmocka_unit_test_setup_teardown(test_noise_of_the_rate_network, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_scale_is_better, setup, teardown),
      cmocka_unit_test_setup_teardown(test_reasons_are_those_of_the_recipe, setup, teardown),
      cmocka_unit_test(test_long_numbers_are_whole),
      cmocka_unit_test(test_every_option_has_its_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
