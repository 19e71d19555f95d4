/* SPDX-License-Identifier: MIT
 * Protects: what the certificate is judged on. A folder whose results were measured at several scales, with
 * several settings and on trials of several seeds: only those of the certificate's count, the others are told
 * apart, and the rate network is run on the same trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "cli_program.h"

/* Where it matters that the search is followed by fresh trials, and not how many they are. */
#define FEW_HELD_OUT "--set", "convert.held_out_trials=4"

/* The authors' network does its task at scale 20, and not at its predicted scale of 44. */
static int setup(void **state) {
  if (cli_setup(state) != 0) return 1;
  CLI_RUN("convert", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "-o", "run", "--model", "lif",
          "--scales", "20", "--trials", "10", "--quiet");
  CLI_RUN("simulate", "run", "--model", "psc-dexp", "--trials", "20", "--quiet");
  return 0;
}

static double number(const json_t *object, const char *key) {
  assert_true(json_is_number(json_object_get(object, key)));
  return json_number_value(json_object_get(object, key));
}

/* One engine of the certificate that the program has just printed. */
static const json_t *engine(const json_t *json, const char *model) {
  size_t k;
  const json_t *one;
  json_array_foreach(json_object_get(json_object_get(json, "certificate"), "engines"), k, one) {
    if (strcmp(json_string_value(json_object_get(one, "model")), model) == 0) return one;
  }
  fail_msg("the certificate has no %s", model);
  return NULL;
}

static void must_say(const char *path, const char *part) {
  char *text = cli_read(path);
  if (!strstr(text, part)) fail_msg("%s does not say \"%s\":\n%s", path, part, text);
  free(text);
}

static void same_traces(const char *a, const char *b) {
  r2s_rate_traces x, y;
  r2s_error err = {0};
  if (r2s_rate_traces_load(&x, a, &err) != R2S_OK || r2s_rate_traces_load(&y, b, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  assert_int_equal(x.n_trials, y.n_trials);
  assert_memory_equal(x.out, y.out, (size_t)x.n_trials * (size_t)x.n_samples * sizeof *x.out);
  r2s_rate_traces_free(&x);
  r2s_rate_traces_free(&y);
}

static void test_only_its_own_scale_is_judged(void **state) {
  (void)state;
  CLI_RUN("simulate", "run", "--scale", "20", "--model", "lif", "--json");
  json_t *json = cli_json(), *certificate = json_object_get(json, "certificate");
  assert_string_equal(json_string_value(json_object_get(certificate, "verdict")), "converts");
  assert_true(number(certificate, "scale") == 20);
  assert_true(number(json_object_get(certificate, "held_out"), "scale") == 20);
  assert_true(json_is_true(json_object_get(engine(json, "lif"), "judged")));
  assert_true(json_is_false(json_object_get(engine(json, "psc-dexp"), "judged")));
  assert_true(fabs(number(engine(json, "psc-dexp"), "scale") - 44.1) < 0.1);
  assert_true(number(engine(json, "psc-dexp"), "accuracy") < 0.95);
  json_decref(json);

  CLI_RUN("report", "run", "--quiet");
  must_say("run/REPORT.md", "| `psc-dexp`, native (not judged) | 44.11 |");
  must_say("run/REPORT.md", "| `lif`, native | 20 |");
  must_say("run/REPORT.md", "| `lif`, held out | 20 |");
}

static void test_a_scale_without_held_out_trials(void **state) {
  (void)state;
  CLI_RUN("simulate", "run", "--scale", "25", "--model", "psc-dexp", "--trials", "20");
  must_say("stdout", "at scale 25");
  must_say("stdout", "Not judged, measured at another scale, on other trials or with other settings: lif, "
                     "held out (scale 44.11); lif, native (scale 20).");
  CLI_RUN("simulate", "run", "--set", "lif.scale=30", "--model", "psc-alpha");
  must_say("stdout", "Certificate: nothing was measured at scale 30.");
  CLI_RUN("simulate", "run", "--scale", "60", "--model", "lif", "--trials", "20");
  must_say(
      "stdout",
      "lif does better at the search's scale (99.0 % of fresh trials): rate2spike simulate run --scale 20\n");
}

/* More trials than the rate network has are judged all the same. */
static void test_all_trials_are_judged(void **state) {
  (void)state;
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "-o", "many", "--scale", "20",
          "--model", "lif", "--trials", "40", "--set", "train.test_trials=5", "--json");
  json_t *json = cli_json();
  assert_true(number(engine(json, "lif"), "trials") == 10);
  assert_true(number(engine(json, "lif"), "n") == 80);
  const json_t *decisive = json_object_get(json_object_get(json, "certificate"), "decisive");
  assert_true(number(decisive, "n") == 80 && json_is_false(json_object_get(decisive, "repeats")));
  json_decref(json);
}

/* A result whose trials would only repeat has one of each condition, and no interval. */
static void must_be_once(const json_t *result) {
  const json_t *interval = json_object_get(result, "ci95");
  assert_int_equal(json_array_size(interval), 2);
  assert_true(json_is_null(json_array_get(interval, 0)) && json_is_null(json_array_get(interval, 1)));
  if (json_object_get(result, "n")) assert_true(number(result, "n") == 2);
}

#define SILENT "--set", "neuron.noise_mv=0", "--set", "neuron.v0_low_mv=-50", "--set", "neuron.v0_high_mv=-50"

/* Copies of a trial are no evidence: neither within a stage, nor the held-out trial beside the simulated. The
 * task draws its first condition nine times in ten, so that the rate network's trials begin with several. */
static void test_trials_that_repeat_count_once(void **state) {
  (void)state;
  assert_int_equal(system(R2S_PROGRAM " task show go-nogo | sed '0,/probability: 0.5/s//probability: 0.9/; "
                                      "s/probability: 0.5/probability: 0.1/; s/^name: .*/name: uneven/' "
                                      ">uneven.yaml"),
                   0);
  CLI_RUN("convert", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "uneven.yaml", "-o", "once", "--model",
          "lif", "--scales", "20", "--trials", "50", "--set", "train.state_noise=0", "--set", "train.x0_sd=0",
          "--quiet", SILENT);
  CLI_RUN("simulate", "once", "--model", "lif", "--scale", "20", "--json");
  json_t *json = cli_json(), *certificate = json_object_get(json, "certificate");
  const json_t *convert = json_object_get(json_object_get(json, "stages"), "convert");
  must_be_once(convert);
  must_be_once(json_array_get(json_object_get(convert, "scales"), 0));
  must_be_once(json_object_get(certificate, "held_out"));
  must_be_once(engine(json, "lif"));
  const json_t *decisive = json_object_get(certificate, "decisive");
  assert_true(number(decisive, "n") == 2 && json_is_true(json_object_get(decisive, "repeats")));
  assert_true(json_is_null(json_array_get(json_object_get(json_object_get(certificate, "rate"), "ci95"), 0)));
  /* each beside the rate network's first trial of its condition, though that is not its second one */
  assert_true(number(engine(json, "lif"), "trials") == 2);
  json_decref(json);
  CLI_RUN("report", "once", "--quiet");
  must_say("once/REPORT.md", "| `lif`, held out | 20 | 100.0 %, n = 2 |");
  must_say("once/REPORT.md", "(`lif`: 100.0 %, n = 2, no interval: nothing random tells");

  /* as an earlier version left it */
  json_t *kept = json_load_file("once/run.json", 0, NULL);
  json_t *held_out = json_object_get(json_object_get(json_object_get(kept, "stages"), "convert"), "held_out");
  assert_int_equal(json_object_set_new(held_out, "n", json_integer(100)), 0);
  assert_int_equal(json_object_set_new(held_out, "ci95", json_pack("[f, f]", 0.963, 1.0)), 0);
  assert_int_equal(json_dump_file(kept, "once/run.json", 0), 0);
  json_decref(kept);
  CLI_RUN("simulate", "once", "--model", "lif", "--scale", "20", "--json");
  json = cli_json();
  certificate = json_object_get(json, "certificate");
  held_out = json_object_get(certificate, "held_out");
  assert_true(json_is_false(json_object_get(held_out, "judged")));
  assert_string_equal(json_string_value(json_object_get(held_out, "other_settings")), "trials=copies");
  assert_true(number(json_object_get(certificate, "decisive"), "n") == 2);
  json_decref(json);

  /* nor does a kick that all units get, or none, tell the rate network's trials apart */
  CLI_RUN("train", "-o", "calm", "--json", "--set", "train.max_steps=1", "--set", "train.state_noise=0",
          "--set", "train.x0_sd=0", CLI_TINY, SILENT);
  json = cli_json();
  const json_t *train = json_object_get(json_object_get(json, "stages"), "train");
  assert_true(json_is_null(json_array_get(json_object_get(train, "ci95"), 0)));
  json_decref(json);
}

/* A condition in one of 50 trials: its first trial keeps its spikes behind those that are kept anyway. That
 * it is never done (the task asks the impossible of it) leaves a network that converts in part. */
static void test_a_rare_condition(void **state) {
  (void)state;
  r2s_spike_record *records;
  r2s_spike_info info;
  r2s_error err = {0};
  int n, kept = 0, rare = 0;
  assert_int_equal(system(R2S_PROGRAM " task show go-nogo | sed '0,/probability: 0.5/s//probability: 0.98/; "
                                      "s/probability: 0.5/probability: 0.02/; s/^name: .*/name: rare/; "
                                      "s/below: 0.3/below: -9/' >rare.yaml"),
                   0);
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "rare.yaml", "-o", "rare", "--scale",
          "20", "--model", "lif", "--trials", "100", "--set", "simulate.keep_spikes=3", "--json");
  json_t *json = cli_json(), *certificate = json_object_get(json, "certificate"),
         *decisive = json_object_get(certificate, "decisive");
  assert_string_equal(json_string_value(json_object_get(certificate, "verdict")), "converts in part");
  assert_string_equal(json_string_value(json_object_get(decisive, "condition")), "nogo");
  assert_string_equal(json_string_value(json_object_get(decisive, "of")), "native");
  assert_true(number(decisive, "n") == 4 && number(decisive, "accuracy") == 0);
  const json_t *rate = json_object_get(decisive, "rate"); /* nor does the rate network do it */
  assert_true(number(rate, "n") > 0 && number(rate, "n") < 10 && number(rate, "accuracy") == 0);
  json_decref(json);
  assert_int_equal(r2s_records_load(&records, &n, &info, "rare/spikes_lif_native.h5", &err), R2S_OK);
  for (int k = 0; k < n; k++) {
    assert_true(records[k].n_spikes > 0); /* counted, whether kept or not */
    kept += records[k].spikes != NULL;
    rare += records[k].condition == 1 && records[k].spikes;
  }
  assert_int_equal(kept, 4);
  assert_int_equal(rare, 1);
  r2s_records_free(records, n);
}

/* Another seed in an old folder gives what it gives in a new one. */
static void test_another_seed_has_its_own_rate_trials(void **state) {
  (void)state;
  CLI_RUN("simulate", "run", "--seed", "5", "--scale", "20", "--model", "lif", "--trials", "5", "--json");
  json_t *old = cli_json();
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "-o", "fresh", "--seed", "5",
          "--scale", "20", "--model", "lif", "--trials", "5", "--json");
  json_t *fresh = cli_json();
  assert_true(json_equal(engine(old, "lif"), engine(fresh, "lif")));
  assert_true(json_is_true(json_object_get(engine(old, "lif"), "judged")));
  same_traces("run/rate.h5", "fresh/rate.h5");

  const json_t *other = engine(old, "psc-dexp");
  assert_true(json_is_false(json_object_get(other, "judged")));
  assert_true(json_is_null(json_object_get(other, "output_rmse")));
  assert_true(number(other, "n") == 40);
  assert_non_null(strstr(json_string_value(json_object_get(other, "trials_of")), "seed 1, task go-nogo ("));
  json_decref(old);
  json_decref(fresh);
  CLI_RUN("simulate", "run", "--model", "lif");
  must_say("stdout", "scale 25, seed 1, task go-nogo (");
  must_say("stdout", "   seed 1, task go-nogo ("); /* psc-alpha, without a scale */
  CLI_RUN("report", "run", "--quiet");
  must_say("run/REPORT.md", "| `psc-dexp`, native (not judged, other trials: seed 1, task go-nogo (");
}

/* Without noise a network may do what it does not do with it: neither result says anything about the other.
 */
static void test_other_settings_are_not_judged(void **state) {
  (void)state;
  CLI_RUN("convert", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "-o", "quiet", "--model",
          "lif", "--scales", "20", "--trials", "10", FEW_HELD_OUT, "--quiet");
  CLI_RUN("simulate", "quiet", "--scale", "20", "--model", "psc-dexp", "--trials", "5", "--quiet");
  CLI_RUN("simulate", "quiet", "--scale", "20", "--model", "lif", "--trials", "5", "--json");
  json_t *noisy = cli_json();
  assert_true(json_is_true(json_object_get(engine(noisy, "psc-dexp"), "judged")));
  assert_true(json_is_null(json_object_get(engine(noisy, "psc-dexp"), "other_settings")));
  json_decref(noisy);

  CLI_RUN("simulate", "quiet", "--scale", "20", "--model", "lif", "--set", "neuron.noise_mv=0", "--json");
  json_t *json = cli_json(), *certificate = json_object_get(json, "certificate");
  assert_true(json_is_false(json_object_get(json_object_get(certificate, "held_out"), "judged")));
  assert_true(json_is_true(json_object_get(engine(json, "lif"), "judged")));
  assert_true(json_is_false(json_object_get(engine(json, "psc-dexp"), "judged")));
  assert_string_equal(json_string_value(json_object_get(engine(json, "psc-dexp"), "other_settings")),
                      "noise_mv=0.1");
  json_decref(json);
  CLI_RUN("simulate", "quiet", "--scale", "20", "--model", "lif", "--set", "neuron.noise_mv=0");
  must_say("stdout", "lif, held out (scale 20, noise_mv=0.1)");
  must_say("stdout", "psc-dexp, native (scale 20, noise_mv=0.1).");
  CLI_RUN("report", "quiet", "--quiet");
  must_say("quiet/REPORT.md", "| `psc-dexp`, native (not judged, other settings: noise_mv=0.1) | 20 |");
  must_say("quiet/REPORT.md", "| `lif`, held out (not judged, other settings: noise_mv=0.1) | 20 |");
  must_say("quiet/REPORT.md", "- Stage `convert`, with figures 1C, 3D and 3E: noise_mv=0.1.");

  /* a new search, of these settings, is in the certificate at once */
  CLI_RUN("convert", "quiet", "--scales", "20", "--model", "lif", "--trials", "4", FEW_HELD_OUT, "--json");
  json = cli_json();
  certificate = json_object_get(json, "certificate");
  assert_true(json_is_true(json_object_get(json_object_get(certificate, "held_out"), "judged")));
  json_decref(json);

  /* nor do fresh trials of another seed */
  CLI_RUN("simulate", "quiet", "--scale", "20", "--model", "lif", "--seed", "9", "--json");
  json = cli_json();
  certificate = json_object_get(json, "certificate");
  assert_true(json_is_false(json_object_get(json_object_get(certificate, "held_out"), "judged")));
  json_decref(json);
  CLI_RUN("report", "quiet", "--quiet");
  must_say("quiet/REPORT.md", "| `lif`, held out (not judged, other trials: seed 1, task go-nogo (");
}

static void must_refuse(const char *dir, const char *part) {
  const char *const argv[] = {"simulate", dir, "--scale", "20", "--model", "lif", "--trials", "1", NULL};
  assert_int_equal(cli_wait(cli_start(argv)), 1);
  must_say("stderr", part);
}

/* A share that no trials can have is named, not judged; nor is a result of none. */
static void test_a_damaged_result_is_named(void **state) {
  (void)state;
  assert_int_equal(
      system(
          "cp -r run damaged && sed -i '/\"held_out\"/,/strict/s/\"accuracy\": [0-9.]*/\"accuracy\": 5.0/' "
          "damaged/run.json"),
      0);
  must_refuse("damaged", "damaged/run.json: stages.convert.held_out.accuracy: found 5.0; expected 0 to 1");
  assert_int_equal(
      system("cp run/run.json damaged/ && sed -i '/\"held_out\"/,/strict/s/\"n\": [0-9]*/\"n\": 0/' "
             "damaged/run.json"),
      0);
  must_refuse("damaged", "damaged/run.json: stages.convert: found accuracy ");
}

/* A copy of the native results is no simulation in NEST. */
static void test_a_copy_under_another_name_is_refused(void **state) {
  (void)state;
  assert_int_equal(
      system("cp -r run copied && cp copied/spikes_psc-dexp_native.h5 copied/spikes_psc-dexp_nest.h5"), 0);
  must_refuse("copied", "copied/spikes_psc-dexp_nest.h5: attributes model and engine: found \"psc-dexp\" and "
                        "\"native ");
}

/* Of wrong times the certificate made wrong accuracies. */
static void test_times_that_the_task_has_not_are_refused(void **state) {
  (void)state;
  r2s_rate_traces traces;
  r2s_error err = {0};
  assert_int_equal(system("cp -r run shifted"), 0);
  if (r2s_rate_traces_load(&traces, "shifted/rate.h5", &err) != R2S_OK) fail_msg("%s", err.msg);
  traces.t0_ms = 1e300;
  if (r2s_rate_traces_save(&traces, "shifted/rate.h5", &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_rate_traces_free(&traces);
  must_refuse("shifted", "shifted/rate.h5: attributes t0_ms and dt_ms: found 1e+300 and 5");
}

/* A search is not lost to files that can be made again. */
static void test_rate_trials_that_are_gone_are_run_again(void **state) {
  (void)state;
  assert_int_equal(system("cp -r run less && rm less/rate.h5 && sed -i 's/\"certificate\": {/"
                          "\"certificate\": null, \"of old\": {/' less/run.json"),
                   0);
  CLI_RUN("convert", "less", "--model", "lif", "--scales", "20", "--trials", "4", FEW_HELD_OUT);
  must_say("stderr", "rate.h5 is not there: the rate network is run on trials of seed 1, task go-nogo (");
  must_say("stdout", "Certificate: ");
  same_traces("run/rate.h5", "less/rate.h5");
  assert_int_equal(system("echo damaged > less/rate.h5"), 0);
  CLI_RUN("simulate", "less", "--model", "lif", "--scale", "20", "--trials", "4");
  must_say("stderr", "less/rate.h5: not a readable HDF5 file");
  same_traces("run/rate.h5", "less/rate.h5");
}

/* The stage that would write an engine's file anew comes after a certificate, which refused the damaged one.
 */
static void test_spikes_that_are_damaged_are_left_out(void **state) {
  (void)state;
  assert_int_equal(system("cp -r run torn && head -c 3000 run/spikes_psc-dexp_native.h5 "
                          ">torn/spikes_psc-dexp_native.h5"),
                   0);
  CLI_RUN("simulate", "torn", "--model", "lif", "--scale", "20", "--trials", "4", "--json");
  must_say("stderr", "torn/spikes_psc-dexp_native.h5: not a readable HDF5 file");
  must_say("stderr", ": it is left out of the certificate until it is simulated anew");
  json_t *json = cli_json();
  assert_int_equal(json_array_size(json_object_get(json_object_get(json, "certificate"), "engines")), 1);
  json_decref(json);
  CLI_RUN("simulate", "torn", "--model", "psc-dexp", "--scale", "20", "--trials", "4", "--json");
  json = cli_json();
  assert_true(json_is_true(json_object_get(engine(json, "psc-dexp"), "judged")));
  json_decref(json);
}

/* A certificate without them would not tell that they are there. (Root may read anything: a link that leads
 * nowhere.) */
static void test_spikes_that_can_not_be_read_are_an_error(void **state) {
  (void)state;
  assert_int_equal(system("cp -r run lost && rm lost/spikes_psc-dexp_native.h5"), 0);
  assert_int_equal(symlink("spikes_psc-dexp_native.h5", "lost/spikes_psc-dexp_native.h5"), 0);
  must_refuse("lost", "can't read lost/spikes_psc-dexp_native.h5: ");
}

/* Times of the program's own files fit at every interval, one that does not divide the trial, too. */
static void test_every_interval_is_certified(void **state) {
  (void)state;
  static const char *const intervals[] = {"simulate.record_ms=0.05", "simulate.record_ms=7",
                                          "simulate.record_ms=999.95"};
  assert_int_equal(system("cp -r run sampled"), 0);
  for (int k = 0; k < 3; k++) {
    CLI_RUN("simulate", "sampled", "--scale", "20", "--model", "lif", "--trials", "1", "--set", intervals[k],
            "--quiet");
    CLI_RUN("report", "sampled", "--quiet");
  }
  /* a step that is whole in the trial to a part in a million only */
  CLI_RUN("simulate", "sampled", "--scale", "20", "--model", "lif", "--trials", "1", "--set",
          "neuron.dt_ms=0.05000002", "--set", "simulate.record_ms=1.0000004", "--quiet");
}

/* Two correct trials may be a network that is right in a third of them. */
static void test_two_trials_say_nothing(void **state) {
  (void)state;
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "go-nogo", "-o", "few", "--scale", "20",
          "--model", "lif", "--trials", "1", "--set", "neuron.noise_mv=0");
  must_say("stdout",
           "Certificate: too few trials to say whether the network converts at scale 20 (lif: 100.0 %, "
           "n = 2, 95 % interval 34.2 - 100.0; limit 95).");
  CLI_RUN("report", "few", "--quiet");
  must_say("few/REPORT.md", "**too few trials to say** at scale 20 (`lif`: 100.0 % [34.2, 100.0], n = 2).");
}

/* A condition so rare that none of the trials has it. */
static void test_a_condition_without_a_trial_is_told(void **state) {
  (void)state;
  FILE *file = fopen("rare.yaml", "w");
  assert_non_null(file);
  fputs("name: rare\nsteps: 200\ndt_ms: 5\nchannels: 1\noutputs: 1\nconditions:\n"
        "  - {name: \"on\", probability: 0.00001, criteria: {rate: [{statistic: mean, above: 0.5}]}}\n"
        "  - {name: \"off\", probability: 0.99999, criteria: {rate: [{statistic: mean, below: 0.5}]}}\n",
        file);
  assert_int_equal(fclose(file), 0);
  CLI_RUN("simulate", R2S_TEST_DATA "/authors_gonogo.mat", "--task", "rare.yaml", "-o", "rare", "--scale",
          "20", "--model", "lif", "--trials", "5");
  must_say("stdout", "No trial of condition 'on' was judged");
  CLI_RUN("report", "rare", "--quiet");
  must_say("rare/REPORT.md", "**No trial of condition `on` was judged**");
  must_say("rare/REPORT.md", "| on | no trial |");
  must_say("rare/run.json", "\"untested\": [\n      \"on\"\n    ]");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_its_own_scale_is_judged),
      cmocka_unit_test(test_a_damaged_result_is_named),
      cmocka_unit_test(test_a_scale_without_held_out_trials),
      cmocka_unit_test(test_a_condition_without_a_trial_is_told),
      cmocka_unit_test(test_other_settings_are_not_judged),
      cmocka_unit_test(test_a_copy_under_another_name_is_refused),
      cmocka_unit_test(test_times_that_the_task_has_not_are_refused),
      cmocka_unit_test(test_rate_trials_that_are_gone_are_run_again),
      cmocka_unit_test(test_spikes_that_are_damaged_are_left_out),
      cmocka_unit_test(test_spikes_that_can_not_be_read_are_an_error),
      cmocka_unit_test(test_every_interval_is_certified),
      cmocka_unit_test(test_two_trials_say_nothing),
      cmocka_unit_test(test_all_trials_are_judged),
      cmocka_unit_test(test_trials_that_repeat_count_once),
      cmocka_unit_test(test_a_rare_condition),
      cmocka_unit_test(test_another_seed_has_its_own_rate_trials),
  };
  return cmocka_run_group_tests(tests, setup, cli_teardown);
}
