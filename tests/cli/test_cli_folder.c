/* SPDX-License-Identifier: MIT
 * Protects: the folder of a run. A network that does not fit the task is refused by every stage, and changes
 * nothing; a new folder is not spoilt by a first attempt that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cli_program.h"

#define ONE_STEP                                                                                             \
  "--quiet", "--set", "net.n=20", "--set", "net.n_inh=4", "--set", "train.max_steps=1", "--set",             \
      "train.test_trials=1"
#define AUTHORS R2S_TEST_DATA "/authors_gonogo.mat"
#define TWO_OUTPUTS R2S_TEST_DATA "/task_two_outputs.yaml"

/* Folders gonogo and context; slow.yaml: the task of gonogo in steps of 7 ms. */
static int setup(void **state) {
  if (cli_setup(state) != 0) return 1;
  CLI_RUN("train", "-o", "gonogo", ONE_STEP);
  CLI_RUN("train", "-o", "context", "--task", "context", ONE_STEP);
  CLI_RUN("task", "show", "go-nogo-short");
  return system("sed 's/^dt_ms: 5/dt_ms: 7/' stdout >slow.yaml");
}

#define REFUSED(says, ...) refused(says, (const char *const[]){__VA_ARGS__, NULL})
/* Exit code 2, with that message. */
static void refused(const char *says, const char *const *argv) {
  int code = cli_wait(cli_start(argv));
  char *said = cli_read("stderr");
  if (code != 2 || !strstr(said, says))
    fail_msg("rate2spike %s %s: exit code %d, \"%s\"; expected 2 and \"%s\"", argv[0], argv[1], code, said,
             says);
  free(said);
}

static void test_another_task_is_refused(void **state) {
  (void)state;
  assert_int_equal(system("cp -r gonogo before"), 0);
  const char *const models[] = {"lif", "psc-dexp", "psc-alpha"};
  for (int k = 0; k < 3; k++)
    REFUSED("gonogo/model.h5: w_in has 1 input channels; task \"two-outputs\" expects 2", "simulate",
            "gonogo", "--task", TWO_OUTPUTS, "--model", models[k]);
  REFUSED("task \"two-outputs\" expects 2", "convert", "gonogo", "--task", TWO_OUTPUTS);
  REFUSED("task \"context\" expects 4", "convert", "gonogo", "--task", "context", "--model", "lif");
  REFUSED("the network's rate step is 5 ms; task \"go-nogo-short\" expects 7 ms", "simulate", "gonogo",
          "--task", "slow.yaml");
  assert_int_equal(system("diff -r before gonogo"), 0);
}

static void test_another_network_is_refused(void **state) {
  (void)state;
  assert_int_equal(system("cp -r gonogo mixed && cp context/model.h5 mixed/"), 0);
  REFUSED("mixed/model.h5: w_in has 4 input channels; task \"go-nogo-short\" expects 1", "simulate", "mixed");
  REFUSED("mixed/model.h5: w_in has 4 input channels", "convert", "mixed");
  REFUSED("mixed/model.h5: w_in has 4 input channels", "figures", "mixed");
  REFUSED("mixed/model.h5: w_in has 4 input channels", "report", "mixed");
  assert_int_equal(system("cp -r context swapped && cp gonogo/model.h5 swapped/"), 0);
  REFUSED("swapped/model.h5: w_in has 1 input channels; task \"context\" expects 4", "simulate", "swapped");
}

static void test_misfitting_import_changes_nothing(void **state) {
  (void)state;
  assert_int_equal(system("rm -rf before && cp -r gonogo before"), 0);
  REFUSED("task \"context\" expects 4", "convert", AUTHORS, "--task", "context", "-o", "gonogo");
  assert_int_equal(system("diff -r before gonogo"), 0);
}

static void test_new_folder_takes_a_second_attempt(void **state) {
  (void)state;
  REFUSED("task \"context\" expects 4", "convert", AUTHORS, "--task", "context", "-o", "new");
  assert_false(cli_is_there("new"));
  CLI_RUN("simulate", AUTHORS, "--task", "go-nogo", "--model", "psc-alpha", "--trials", "1", "-o", "new",
          "--quiet");
}

static void must_say(const char *path, const char *part, bool says) {
  char *text = cli_read(path);
  if ((strstr(text, part) != NULL) != says)
    fail_msg("%s %s \"%s\":\n%s", path, says ? "does not say" : "says", part, text);
  free(text);
}

/* A setting replaces one value of the network's own unit, not all of them. */
static void keeps_its_neuron(const char *activation) {
  CLI_RUN("train", "-o", "slow", "--set", activation, "--set", "neuron.tau_m_ms=20", "--set",
          "neuron.v_bias_mv=-41", ONE_STEP);
  CLI_RUN("simulate", "slow/model.h5", "-o", "given", "--model", "lif", "--trials", "1", "--set",
          "neuron.noise_mv=0.2", "--quiet");
  must_say("given/config.yaml", "  tau_m_ms: 20  #", true);
  must_say("given/config.yaml", "  v_bias_mv: -41  #", true);
  must_say("given/config.yaml", "  noise_mv: 0.2  #", true);
  must_say("given/config.yaml", "  t_ref_ms: 2  #", true);
}

/* The sigmoid was trained with the kick and the shot noise of a unit, too. */
static void test_a_given_network_keeps_its_neuron(void **state) {
  (void)state;
  keeps_its_neuron("net.activation=siegert");
  assert_int_equal(system("rm -r given"), 0);
  keeps_its_neuron("net.activation=sigmoid");
}

/* A unit that the two together make impossible is refused before anything is written or lost. */
static void test_a_given_network_and_a_neuron_that_misfit(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "low", "--set", "neuron.v_th_mv=-60", "--set", "neuron.v_bias_mv=-60", "--set",
          "neuron.v_reset_mv=-70", ONE_STEP);
  CLI_RUN("simulate", "low/model.h5", "-o", "low2", "--model", "lif", "--trials", "1", "--quiet");
  assert_int_equal(system("rm -rf before && cp -r low2 before"), 0);
  REFUSED("the network's own LIF unit, with neuron.* as they are set: neuron: v_reset = -50", "simulate",
          "low/model.h5", "-o", "low2", "--model", "lif", "--set", "neuron.v_reset_mv=-50");
  assert_int_equal(system("diff -r before low2"), 0);
}

/* The folder's configuration tells how its network was trained, whatever the later stages are asked for. */
static void test_later_stages_leave_the_training_as_it_was(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "kept", ONE_STEP);
  assert_int_equal(system("rm -rf before && cp -r kept before"), 0);
  REFUSED("psc-dexp", "train", "-o", "kept", "--set", "psc_dexp.delay_ms=0.05");
  must_say("stderr", "replaced", false);
  REFUSED("net.gain is 9; expected 2 as in kept/config.yaml", "simulate", "kept", "--set", "net.gain=9");
  REFUSED("train.batch is 7; expected 32 as in kept/config.yaml", "convert", "kept", "--set",
          "train.batch=7");
  assert_int_equal(system("diff -r before kept"), 0);

  CLI_RUN("simulate", "kept", "--model", "lif", "--trials", "1");
  must_say("stderr", "test_trials", false);
  CLI_RUN("simulate", "kept", "--model", "lif", "--trials", "1", "--set", "train.test_trials=2");
  must_say("stderr", "train.test_trials asks for 4 trials of the rate network; rate.h5 has 2", true);
  CLI_RUN("report", "kept", "--quiet");
  must_say("kept/REPORT.md", "rate2spike run config.yaml -o again", true);
  CLI_RUN("train", "--resume", "-o", "kept"); /* other trials are no other network */
  CLI_RUN("simulate", "kept", "--model", "lif", "--trials", "1", "--seed", "5", "--quiet");
  CLI_RUN("report", "kept", "--quiet");
  must_say("kept/REPORT.md", "rate2spike run config.yaml", false);
  must_say("kept/REPORT.md", "rate2spike train config.yaml --seed 1 -o again", true);
  must_say("kept/REPORT.md", "rate2spike simulate kept --model lif --trials 1 --seed 5 --quiet", true);
  CLI_RUN("simulate", "kept", "--model", "lif", "--trials", "1", "--set", "neuron.tau_m_ms=11", "--quiet");
  CLI_RUN("report", "kept", "--quiet");
  must_say("kept/REPORT.md", "trains another network: task, neuron or seed were changed", true);
  must_say("kept/REPORT.md", "rate2spike train config.yaml", false);
  must_say("kept/REPORT.md", "rate2spike train -o kept", true); /* as it was given */
}

/* The commands that are advised take it for a folder. */
static void test_a_folder_whose_name_begins_as_options_do(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "-dash", ONE_STEP);
  CLI_RUN("report", "./-dash", "--quiet");
  CLI_RUN("simulate", "--model", "lif", "--trials", "1", "--", "-dash");
  must_say("stdout", "rate2spike figures ./-dash; rate2spike report ./-dash\n", true);
}

/* A command is told once, also one that JSON can't hold as it is. */
static void test_a_folder_whose_name_is_no_utf8(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "n\xff", ONE_STEP);
  CLI_RUN("train", "--resume", "-o", "n\xff", "--json");
  json_t *json = cli_json();
  assert_int_equal(json_array_size(json_object_get(json, "commands")), 1);
  json_decref(json);
}

/* Said when it is done: a network, or the checkpoint of one that was stopped. */
static void test_a_new_training_says_what_it_replaces(void **state) {
  (void)state;
  const char *const lost[] = {"rm -f anew/*", "rm anew/model.h5", "rm anew/checkpoint.h5"};
  for (int k = 0; k < 3; k++) {
    CLI_RUN("train", "-o", "anew", ONE_STEP);
    assert_int_equal(system(lost[k]), 0);
    assert_int_equal(k > 0, cli_is_there("anew/model.h5") || cli_is_there("anew/checkpoint.h5"));
    CLI_RUN("train", "-o", "anew", "--set", "net.n=20", "--set", "net.n_inh=4", "--set", "train.max_steps=1");
    must_say("stderr", "anew: what an earlier run left there is replaced", k > 0);
  }
}

/* The task is in the folder: elsewhere, and where its file changes, the run is what it was. */
static void test_the_folder_keeps_its_task(void **state) {
  (void)state;
  assert_int_equal(system("mkdir -p there && " R2S_PROGRAM " task show go-nogo-short > there/t.yaml"), 0);
  CLI_RUN("train", "-o", "there/own", "--task", "there/t.yaml", ONE_STEP);
  assert_int_equal(system("sed -i 's/^title:.*/title: Changed/' there/t.yaml"), 0);
  CLI_RUN("train", "--resume", "-o", "there/own", "--task", "there/t.yaml"); /* a title trains nothing */
  assert_int_equal(system("sed -i 's/to_ms: 150, value/to_ms: 200, value/' there/t.yaml && mv there here"),
                   0);
  CLI_RUN("simulate", "here/own", "--model", "lif", "--trials", "1", "--quiet");
  CLI_RUN("report", "here/own", "--quiet");
  must_say("here/own/config.yaml", "task: \"task.yaml\"", true);
  must_say("here/own/REPORT.md", "and `task.yaml` the task.", true);
  REFUSED("made with another configuration", "train", "--resume", "-o", "here/own", "--task", "here/t.yaml");
}

/* What a cut config.yaml has lost was taken from the defaults, and the file overwritten, without a word. */
static void test_missing_options_are_told(void **state) {
  (void)state;
  assert_int_equal(system("rm -rf halved && cp -r gonogo halved"), 0);
  CLI_RUN("simulate", "halved", "--model", "lif", "--trials", "1");
  must_say("stderr", "of its options", false);
  assert_int_equal(system("sed -i '/^convert:/,$d' halved/config.yaml"), 0);
  CLI_RUN("report", "halved", "--seed", "1");
  assert_int_equal(system("test $(grep -c 'of its options' stderr) = 1"), 0);
  CLI_RUN("simulate", "halved", "--model", "lif", "--trials", "1");
  must_say("stderr", "halved/config.yaml: lacks 8 of its options (convert.scales, convert.unit_scales, ",
           true);
  CLI_RUN("simulate", "halved", "--model", "lif", "--trials", "1"); /* it has been written anew */
  must_say("stderr", "of its options", false);
  /* an earlier version knew fewer options, and the last one, too */
  assert_int_equal(system("sed -i '/keep_spikes/d' halved/config.yaml"), 0);
  CLI_RUN("simulate", "halved", "--model", "lif", "--trials", "1");
  must_say("stderr", "of its options", false);
}

/* config.yaml and task.yaml change together or not at all. */
static void test_no_room_for_another_task(void **state) {
  (void)state;
  static const char *const tasks[] = {"go-nogo-short", "other.yaml"};
  assert_int_equal(system("cp slow.yaml mine.yaml && sed -i 's/^dt_ms: 7/dt_ms: 5/; s/^name: .*/name: mine/' "
                          "mine.yaml && sed 's/^name: .*/name: other/' mine.yaml >other.yaml"),
                   0);
  CLI_RUN("train", "-o", "mine", "--task", "mine.yaml", ONE_STEP);
  assert_int_equal(system("cp -r mine unchanged"), 0);
  for (int k = 0; k < 2; k++) {
    char command[512];
    snprintf(command, sizeof command,
             "bash -c 'trap \"\" XFSZ; ulimit -f 4; " R2S_PROGRAM
             " convert mine --task %s --model lif --scales 44 --trials 1 --quiet' 2>said",
             tasks[k]);
    assert_int_not_equal(system(command), 0);
    must_say("said", "can't write mine/config.yaml", true);
    assert_int_equal(system("diff -r unchanged mine"), 0);
  }
}

/* Killed after its first act: run.json is that of the new training, all else is still there of the old one.
 */
static void test_a_training_killed_as_it_began_is_not_resumed_as_another(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "begun", ONE_STEP);
  CLI_RUN("train", "-o", "begins", "--seed", "2", ONE_STEP);
  cli_begun_json("begins/run.json", "begun/run.json", false);
  const char *const says = "can't resume: begun/run.json: made with another configuration (";
  REFUSED(says, "train", "--resume", "-o", "begun");
  CLI_RUN("train", "--resume", "-o", "begun", "--seed", "2");
  cli_same_model("begun/model.h5", "begins/model.h5");
  must_say("begun/config.yaml", "seed: 2", true);
}

/* Killed as it removed the earlier network's results: what is left of them is no result of another one, and
 * goes with the next command. */
static void test_results_half_removed_are_not_shown(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "half", ONE_STEP);
  CLI_RUN("simulate", "half", "--model", "lif", "--trials", "1", "--quiet");
  cli_begun_json("half/run.json", "half/run.json", false);
  json_t *json = json_load_file("half/run.json", 0, NULL);
  assert_int_equal(json_object_set_new(json, "removing", json_string("all")), 0);
  assert_int_equal(json_dump_file(json, "half/run.json", 0), 0);
  json_decref(json);
  const char *const looks[] = {"report", "figures"};
  for (int k = 0; k < 2; k++) {
    assert_int_equal(cli_wait(cli_start((const char *const[]){looks[k], "half", NULL})), 1);
    must_say("stderr", "half: results of an earlier network are being removed there", true);
  }
  assert_int_equal(cli_wait(cli_start((const char *const[]){"simulate", "half", NULL})), 1);
  must_say("stderr", "half/model.h5: no such file", true);
  assert_false(cli_is_there("half/spikes_lif_native.h5") || cli_is_there("half/rate.h5"));
  CLI_RUN("train", "--resume", "-o", "half");
  must_say("half/run.json", "removing", false);
}

/* Likewise an import: what was trained before is not trained again in its place. */
static void test_an_import_killed_as_it_began_is_not_resumed(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "given", ONE_STEP);
  cli_begun_json("given/run.json", "given/run.json", true);
  REFUSED("given/run.json: the network was given, not trained here", "train", "--resume", "-o", "given");
}

/* A folder that has lost its run.json: its network tells what it is of. */
static void test_a_network_without_run_json_is_not_lost(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "bare", ONE_STEP);
  assert_int_equal(system("rm bare/run.json && cp bare/model.h5 bare.h5"), 0);
  REFUSED("bare/checkpoint.h5: made with another configuration", "train", "--resume", "-o", "bare", "--seed",
          "2");
  cli_same_model("bare.h5", "bare/model.h5");
  CLI_RUN("convert", "bare", "--model", "lif", "--scales", "44", "--trials", "1", "--quiet"); /* writes one */
  CLI_RUN("train", "--resume", "-o", "bare");
  cli_same_model("bare.h5", "bare/model.h5");
}

/* The same network is the same file. */
static void test_equal_runs_make_equal_files(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "twin1", ONE_STEP);
  assert_int_equal(system("sleep 1.1"), 0); /* HDF5's times are whole seconds */
  CLI_RUN("train", "-o", "twin2", ONE_STEP);
  assert_int_equal(system("cmp twin1/model.h5 twin2/model.h5 && cmp twin1/rate.h5 twin2/rate.h5"), 0);
}

static void test_export_keeps_its_input(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "kept2", ONE_STEP);
  assert_int_equal(system("cp kept2/model.h5 m.h5 && cp m.h5 same.h5"), 0);
  REFUSED("m.h5 is the model itself, which would be lost", "export", "m.h5", "--mat", "./m.h5");
  assert_int_equal(system("cmp m.h5 same.h5"), 0);
  CLI_RUN("export", "m.h5", "--mat", "m.mat");
  must_say("stdout", "m.mat", true);
}

/* Files of at most 4 kB, as on a disk with as much left: run.json would fit, config.yaml does not. */
static void test_full_disk_leaves_nothing_in_the_way(void **state) {
  (void)state;
  assert_int_not_equal(
      system("bash -c 'trap \"\" XFSZ; ulimit -f 4; " R2S_PROGRAM " train -o full --quiet' 2>said"), 0);
  char *said = cli_read("said");
  assert_non_null(strstr(said, "can't write full/config.yaml"));
  free(said);
  CLI_RUN("train", "-o", "full", ONE_STEP);
  /* nor does it take the network that is there */
  assert_int_equal(system("rm -rf before && cp -r full before"), 0);
  assert_int_not_equal(
      system("bash -c 'trap \"\" XFSZ; ulimit -f 4; " R2S_PROGRAM " train -o full --seed 2 --quiet' 2>said"),
      0);
  must_say("said", "can't write full/next/config.yaml", true);
  assert_int_equal(system("diff -r before full"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_task_is_refused),
      cmocka_unit_test(test_another_network_is_refused),
      cmocka_unit_test(test_misfitting_import_changes_nothing),
      cmocka_unit_test(test_new_folder_takes_a_second_attempt),
      cmocka_unit_test(test_a_given_network_keeps_its_neuron),
      cmocka_unit_test(test_a_given_network_and_a_neuron_that_misfit),
      cmocka_unit_test(test_later_stages_leave_the_training_as_it_was),
      cmocka_unit_test(test_a_folder_whose_name_begins_as_options_do),
      cmocka_unit_test(test_a_folder_whose_name_is_no_utf8),
      cmocka_unit_test(test_a_new_training_says_what_it_replaces),
      cmocka_unit_test(test_the_folder_keeps_its_task),
      cmocka_unit_test(test_missing_options_are_told),
      cmocka_unit_test(test_no_room_for_another_task),
      cmocka_unit_test(test_a_training_killed_as_it_began_is_not_resumed_as_another),
      cmocka_unit_test(test_results_half_removed_are_not_shown),
      cmocka_unit_test(test_an_import_killed_as_it_began_is_not_resumed),
      cmocka_unit_test(test_a_network_without_run_json_is_not_lost),
      cmocka_unit_test(test_equal_runs_make_equal_files),
      cmocka_unit_test(test_export_keeps_its_input),
      cmocka_unit_test(test_full_disk_leaves_nothing_in_the_way),
  };
  return cmocka_run_group_tests(tests, setup, cli_teardown);
}
