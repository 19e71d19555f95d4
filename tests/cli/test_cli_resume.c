/* SPDX-License-Identifier: MIT
 * Protects: training that is interrupted (Ctrl-C, kill -9) and resumed gives the bits of training that never
 * stopped; that one cannot be resumed without its training.csv; and that none is resumed as another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <time.h>

#include "cli_program.h"
#include "rate2spike/config.h"
#include "rate2spike/report.h"
#include "sanitized.h"

/* A second and more: time to interrupt it. */
#if SANITIZED
#define MANY "300"
#else
#define MANY "1500"
#endif
#define TRAINING "--set", "train.max_steps=" MANY, "--set", "train.batch=16", CLI_TINY
#define FEW_TRIALS                                                                                           \
  "--scales", "30,44", "--trials", "4", "--set", "convert.held_out_trials=2", "--set",                       \
      "convert.unit_scales=1", "--set", "train.test_trials=3", "--set", "simulate.trials=3"
#define LATER "--set", "train.max_steps=1", "--set", "train.batch=16", CLI_TINY

static void sleep_ms(int ms) {
  struct timespec pause = {ms / 1000, 1000000L * (ms % 1000)};
  nanosleep(&pause, NULL);
}

/* Waits until the program reports progress in training. */
static void wait_for_training(pid_t pid) {
  for (int k = 0; k < 3000; k++) {
    char *said = access("stderr", F_OK) == 0 ? cli_read("stderr") : NULL;
    bool started = said && strstr(said, "train: ");
    free(said);
    if (started) return;
    sleep_ms(10);
    if (waitpid(pid, NULL, WNOHANG) != 0) fail_msg("it ended before it trained:\n%s", cli_read("stderr"));
  }
  fail_msg("no progress within 30 s");
}

static pid_t start_training(const char *const *argv) {
  unlink("stderr");
  pid_t pid = cli_start(argv);
  wait_for_training(pid);
  return pid;
}

/* Ctrl-C on the way. */
static void interrupt_training(const char *const *argv) {
  pid_t pid = start_training(argv);
  kill(pid, SIGINT);
  assert_int_equal(cli_wait(pid), 1);
}

/* The same; the message advises how to go on. */
static void interrupt_is_advised(const char *const *argv, const char *advice) {
  interrupt_training(argv);
  char *said = cli_read("stderr");
  assert_non_null(strstr(said, advice));
  free(said);
}

static void test_interrupted_and_killed_training_goes_on(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "whole", "--quiet", TRAINING);

  /* Ctrl-C: the checkpoint is written, and the message says how to go on */
  const char *const start[] = {"train", "-o", "parts", TRAINING, NULL};
  interrupt_is_advised(start, "--resume -o parts");
  assert_int_equal(access("parts/checkpoint.h5", F_OK), 0);
  assert_int_not_equal(access("parts/model.h5", F_OK), 0);

  /* kill -9 on the way: the checkpoint is still that one, and config.yaml has what was asked for */
  const char *const resume[] = {"train", "--resume", "-o", "parts", "--set", "simulate.trials=7", NULL};
  pid_t pid = start_training(resume);
  kill(pid, SIGKILL);
  assert_int_equal(cli_wait(pid), 1000 + SIGKILL);
  assert_int_equal(access("parts/checkpoint.h5", F_OK), 0);
  char *said = cli_read("parts/config.yaml");
  assert_non_null(strstr(said, "  trials: 7  #"));
  free(said);

  /* the end of the allowed CPU time, told each second */
  pid = start_training(resume);
  kill(pid, SIGXCPU);
  kill(pid, SIGXCPU);
  assert_int_equal(cli_wait(pid), 1);
  assert_int_equal(access("parts/checkpoint.h5", F_OK), 0);

  /* SIGTERM, as batch systems send it, then to the end */
  pid = start_training(resume);
  kill(pid, SIGTERM);
  assert_int_equal(cli_wait(pid), 1);
  CLI_RUN("train", "--resume", "-o", "parts", "--json");
  json_t *json = cli_json();
  assert_true(
      json_is_true(json_object_get(json_object_get(json_object_get(json, "stages"), "train"), "resumed")));
  json_decref(json);
  cli_same_model("whole/model.h5", "parts/model.h5");
  cli_same_file("whole/training.csv", "parts/training.csv");
}

/* inspect asks nobody whether to stop: it ignored the first signal to its end. Here it waits for its file. */
static void test_a_command_without_safe_points_ends_at_once(void **state) {
  (void)state;
  const char *const inspect[] = {"inspect", "fifo", NULL};
  assert_int_equal(mkfifo("fifo", 0600), 0);
  pid_t pid = cli_start(inspect);
  int writer = -1;
  for (int k = 0; writer < 0 && k < 3000; k++) { /* it opens where there is a reader */
    sleep_ms(10);
    writer = open("fifo", O_WRONLY | O_NONBLOCK);
  }
  assert_true(writer >= 0);
  kill(pid, SIGTERM);
  close(writer);
  assert_int_equal(cli_wait(pid), 1000 + SIGTERM);
}

/* A wrapper that has a signal ignored keeps it from the program. */
static void test_ignored_signals_stay_ignored(void **state) {
  (void)state;
  const char *const start[] = {"train", "-o", "ignoring", TRAINING, NULL};
  signal(SIGTERM, SIG_IGN);
  pid_t pid = start_training(start);
  signal(SIGTERM, SIG_DFL);
  kill(pid, SIGTERM);
  assert_int_equal(cli_wait(pid), 0);
  cli_same_model("whole/model.h5", "ignoring/model.h5");
}

static void test_resume_of_a_finished_training_keeps_it(void **state) {
  (void)state;
  struct stat before, after;
  assert_int_equal(stat("parts/model.h5", &before), 0);
  CLI_RUN("train", "--resume", "-o", "parts");
  assert_int_equal(stat("parts/model.h5", &after), 0);
  assert_true(before.st_ino == after.st_ino);
  /* nor is it lost to another seed */
  const char *const other[] = {"train", "--resume", "-o", "parts", "--seed", "2", NULL};
  assert_int_equal(cli_wait(cli_start(other)), 2);
  assert_int_equal(stat("parts/model.h5", &after), 0);
  assert_true(before.st_ino == after.st_ino);
  char *said = cli_read("stderr");
  assert_non_null(strstr(said, "parts/run.json: made with another configuration: seed is 1 there, 2 here; "));
  free(said);
}

static void test_resume_with_other_options_is_refused(void **state) {
  (void)state;
  const char *const start[] = {"train", "-o", "other", TRAINING, NULL};
  interrupt_training(start);
  const char *const resume[] = {"train", "--resume", "-o", "other", "--seed", "2", NULL};
  assert_int_equal(cli_wait(cli_start(resume)), 2);
  char *said = cli_read("stderr");
  assert_non_null(strstr(said, "other/run.json"));
  assert_non_null(strstr(said, "another configuration"));
  free(said);
}

static void refused(const char *const *argv, int code, const char *why) {
  assert_int_equal(cli_wait(cli_start(argv)), code);
  char *said = cli_read("stderr");
  if (!strstr(said, why)) fail_msg("%s: expected %s", said, why);
  free(said);
}
#define REFUSED(code, why, ...) refused((const char *const[]){__VA_ARGS__, NULL}, code, why)

/* Steps at most: 30, then 50, are those of 50 in one go; what came of the 30 is gone. */
static void test_a_training_out_of_steps_goes_on(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "fifty", CLI_TINY, "--set", "train.max_steps=50");
  CLI_RUN("train", "-o", "more", CLI_TINY, "--set", "train.max_steps=30");
  CLI_RUN("convert", "more", "--quiet");
  assert_true(cli_is_there("more/conversion.csv"));
  CLI_RUN("train", "--resume", "-o", "more"); /* nothing to do */
  assert_true(cli_is_there("more/conversion.csv"));
  REFUSED(2, "train.max_steps is 20; expected at least the 30 steps", "train", "--resume", "-o", "more",
          "--set", "train.max_steps=20");
  REFUSED(2, "train.batch is 32 there, 8 here; ", "train", "--resume", "-o", "more", "--set",
          "train.max_steps=50", "--set", "train.batch=8");
  CLI_RUN("train", "--resume", "-o", "more", "--set", "train.max_steps=50");
  assert_false(cli_is_there("more/conversion.csv"));
  cli_same_model("fifty/model.h5", "more/model.h5");
  cli_same_file("fifty/training.csv", "more/training.csv");
  assert_int_equal(unlink("more/checkpoint.h5"), 0);
  REFUSED(1, "more/checkpoint.h5: no such file", "train", "--resume", "-o", "more", "--set",
          "train.max_steps=60");
  CLI_RUN("train", "--resume", "-o", "more");
}

/* Until it gives another network, what came of the fewer steps is of use. The report's list of commands
 * begins with the training's own. */
static void test_a_training_that_goes_on_costs_nothing_yet(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "yet", CLI_TINY, "--set", "train.batch=16", "--set", "train.max_steps=5");
  CLI_RUN("convert", "yet", "--quiet");
  const char *const more[] = {"train", "--resume", "-o", "yet", "--set", "train.max_steps=" MANY, NULL};
  interrupt_is_advised(more, "train --resume -o yet --set train.max_steps=" MANY);
  assert_true(cli_is_there("yet/conversion.csv") && cli_is_there("yet/checkpoint.h5"));
  assert_int_equal(system("sed 's/max_steps: 5 /max_steps: " MANY " /' yet/config.yaml >more.yaml"), 0);
  const char *const other[] = {"train", "more.yaml", "--resume", "-o", "yet", NULL};
  interrupt_is_advised(other, "train --resume -o yet more.yaml");
  const char *const same[] = {"train", "yet", "--resume", "--set", "train.max_steps=" MANY, NULL};
  interrupt_is_advised(same, "train --resume -o yet --set");
  CLI_RUN("simulate", "yet", "--model", "lif", "--json");
  json_t *json = cli_json();
  assert_int_equal(
      json_integer_value(json_object_get(json_object_get(json_object_get(json, "stages"), "train"), "steps")),
      5);
  json_decref(json);
  CLI_RUN("report", "yet", "--quiet");
  char *said = cli_read("yet/REPORT.md");
  assert_non_null(strstr(said, "A longer training was begun"));
  free(said);
  CLI_RUN("train", "--resume", "-o", "yet"); /* as config.yaml has it: nothing to do */
  assert_true(cli_is_there("yet/conversion.csv"));
  CLI_RUN("train", "--resume", "-o", "yet", "--set", "train.max_steps=" MANY, "--json");
  json = cli_json();
  const json_t *commands = json_object_get(json, "commands");
  assert_int_equal(json_array_size(commands), 2); /* the stages behind are gone with their results */
  assert_non_null(strstr(json_string_value(json_array_get(commands, 0)), "train -o yet"));
  json_decref(json);
  assert_false(cli_is_there("yet/conversion.csv"));
}

/* Until another network is there, all of the earlier one's is of use; then it goes. A given network does not
 * take the place of the training. */
static void test_a_stopped_replacement_costs_nothing_yet(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "old", CLI_TINY, "--set", "train.max_steps=5");
  CLI_RUN("train", "-o", "fresh", "--quiet", TRAINING, "--seed", "3");
  CLI_RUN("convert", "old/model.h5", "-o", "earlier", "--quiet", FEW_TRIALS);
  assert_int_equal(system("cp -r earlier kept_earlier"), 0);
  const char *const start[] = {"train", "-o", "earlier", TRAINING, "--seed", "3", NULL};
  interrupt_is_advised(start, "rate2spike train --resume -o earlier");
  assert_int_equal(system("diff -r -x next kept_earlier earlier"), 0);
  CLI_RUN("convert", "earlier");
  assert_int_equal(system("test $(grep -c 'a new one was stopped in earlier/next;' stderr) = 1"), 0);
  CLI_RUN("simulate", "earlier", "--model", "lif", "--trials", "1", "--quiet");
  CLI_RUN("report", "earlier", "--quiet");
  REFUSED(2, "earlier/next: has a training that was stopped", "convert", "fresh/model.h5", "-o", "earlier");
  pid_t pid = start_training((const char *const[]){"train", "--resume", "-o", "earlier", NULL});
  kill(pid, SIGKILL);
  assert_int_equal(cli_wait(pid), 1000 + SIGKILL);
  CLI_RUN("train", "--resume", "-o", "earlier");
  cli_same_model("fresh/model.h5", "earlier/model.h5");
  cli_same_file("fresh/training.csv", "earlier/training.csv");
  assert_false(cli_is_there("earlier/conversion.csv") || cli_is_there("earlier/next"));
}

/* Its files are in two folders: no results to show, until a command puts the earlier ones back. */
static void test_a_replacement_that_was_killed_is_undone(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "two", CLI_TINY, "--set", "train.max_steps=5");
  assert_int_equal(
      system("rm -rf before && cp -r two before && mkdir -p two/next/.earlier && cp fresh/* two/next && "
             "mv two/model.h5 two/run.json two/next/.earlier"),
      0);
  const pid_t child = fork();
  if (child == 0) _exit(r2s_report_write("two", NULL, NULL) == R2S_ERR_FORMAT ? 0 : 1);
  assert_int_equal(cli_wait(child), 0);
  CLI_RUN("report", "two", "--quiet");
  cli_same_file("before/model.h5", "two/model.h5");
  assert_false(cli_is_there("two/next/.earlier"));
  CLI_RUN("simulate", "two", "--model", "lif", "--trials", "1", "--quiet");
  CLI_RUN("train", "--resume", "-o", "two"); /* the new one, which is whole */
  cli_same_file("fresh/model.h5", "two/model.h5");
  assert_false(cli_is_there("two/spikes_lif_native.h5") || cli_is_there("two/next"));
}

/* Between the last two renames: config.yaml is still in next, and names a task that is not. */
#define BEFORE_THE_LAST_RENAME(old, new)                                                                     \
  "rm -rf mixed && cp -r " new " mixed && mkdir -p mixed/next && cp -r " old " mixed/next/.earlier && "      \
                               "mv mixed/config.yaml mixed/next && mv mixed/next/.earlier/config.yaml mixed"

static void test_a_replacement_that_was_killed_at_its_end_is_undone(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "preset", CLI_TINY, "--set", "train.max_steps=5");
  CLI_RUN("task", "show", "go-nogo-short");
  assert_int_equal(system("sed 's/to_ms: 150, value/to_ms: 200, value/' stdout >later.yaml"), 0);
  CLI_RUN("train", "-o", "own", "--task", "later.yaml", CLI_TINY, "--set", "train.max_steps=5");
  /* the new network has a task of its own: --resume finds it, and only has to put the network in its place */
  assert_int_equal(system(BEFORE_THE_LAST_RENAME("preset", "own")), 0);
  CLI_RUN("train", "--resume", "-o", "mixed");
  cli_same_file("own/model.h5", "mixed/model.h5");
  cli_same_file("own/task.yaml", "mixed/task.yaml");
  assert_false(cli_is_there("mixed/next"));
  /* the earlier one has: it is back before the task is read */
  assert_int_equal(system(BEFORE_THE_LAST_RENAME("own", "preset")), 0);
  CLI_RUN("convert", "mixed", "--quiet");
  cli_same_file("own/model.h5", "mixed/model.h5");
  cli_same_file("own/task.yaml", "mixed/task.yaml");
  assert_int_equal(system(BEFORE_THE_LAST_RENAME("own", "preset")), 0);
  CLI_RUN("report", "mixed", "--quiet");
}

/* What is missing is told; nothing is trained anew over the rest. */
static void test_a_resume_misses_what_is_gone(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "gone", CLI_TINY, "--recipe", "writeup", "--set", "train.stop_accuracy=0.1", "--set",
          "train.eval_every=10");
  assert_int_equal(system("mv gone/run.json run.json"), 0);
  REFUSED(1, "gone/run.json: no results", "train", "--resume", "-o", "gone");
  assert_int_equal(system("mv run.json gone && mv gone/model.h5 ."), 0);
  REFUSED(1, "gone/model.h5: no such file", "train", "--resume", "-o", "gone");
  assert_true(cli_is_there("gone/rate.h5"));
  /* killed as it ended: the checkpoint is still there, and not gone on from */
  assert_int_equal(system("mv model.h5 gone && cp yet/checkpoint.h5 gone"), 0);
  CLI_RUN("train", "--resume", "-o", "gone");
  assert_true(cli_is_there("gone/model.h5") && !cli_is_there("gone/checkpoint.h5"));
}

/* The hashes of earlier versions tell max_steps, too: their trainings go on as they were begun only. */
static void test_a_folder_of_an_earlier_version_keeps_its_limit(void **state) {
  (void)state;
  static r2s_config config; /* large */
  char hash[72];
  r2s_error err = {0};
  CLI_RUN("train", "-o", "early", CLI_TINY, "--set", "train.max_steps=3");
  if (r2s_config_load(&config, "early/config.yaml", NULL, 0, &err) != R2S_OK ||
      r2s_config_hash(&config, hash, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  json_t *json = json_load_file("early/run.json", 0, NULL);
  json_object_set_new(json, "training_hash", json_string(hash));
  assert_int_equal(json_dump_file(json, "early/run.json", 0), 0);
  json_decref(json);
  CLI_RUN("train", "--resume", "-o", "early");
  REFUSED(2, "train.max_steps is 3 there, 4 here; ", "train", "--resume", "-o", "early", "--set",
          "train.max_steps=4");
  REFUSED(2, "net.gain is 2 there, 1 here; ", "train", "--resume", "-o", "early", "--set",
          "train.max_steps=4", "--set", "net.gain=1");
}

/* A limit that it did not reach is none of its settings. */
static void test_a_training_that_converged_takes_another_limit(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "done", CLI_TINY, "--recipe", "writeup", "--set", "train.stop_accuracy=0.1", "--set",
          "train.eval_every=10", "--set", "train.max_steps=20");
  assert_false(cli_is_there("done/checkpoint.h5"));
  CLI_RUN("train", "--resume", "-o", "done", "--set", "train.max_steps=50");
  char *said = cli_read("stderr");
  assert_non_null(strstr(said, "done: the network is trained already"));
  assert_null(strstr(said, "test trials"));
  free(said);
  CLI_RUN("train", "--resume", "-o", "done", "--set", "train.test_trials=7");
  said = cli_read("stderr");
  assert_non_null(strstr(said, "asks for 14 test trials; the network was tested on 6"));
  free(said);
  CLI_RUN("convert", "done", "--quiet", "--set", "train.max_steps=50");
  REFUSED(2, "train.max_steps is 5; expected at least the 10 steps", "train", "--resume", "-o", "done",
          "--set", "train.max_steps=5");
  REFUSED(2, "train.max_steps is 5; expected 50", "convert", "done", "--set", "train.max_steps=5");
}

/* config.yaml has what a later stage was given; the network tells what was there before. */
static void test_a_later_stage_with_other_settings_is_named(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "staged", CLI_TINY, "--set", "train.max_steps=1");
  CLI_RUN("simulate", "staged", "--model", "lif", "--seed", "5", "-q");
  REFUSED(2, "seed is 1 there, 5 here; ", "train", "--resume", "-o", "staged");
  CLI_RUN("simulate", "staged", "--model", "lif", "--set", "neuron.tau_m_ms=11", "-q");
  REFUSED(2, "neuron.tau_m_ms is 10 there, 11 here; ", "train", "--resume", "-o", "staged", "--seed", "1");
  CLI_RUN("simulate", "staged", "--model", "lif", "--task", "go-nogo", "-q");
  REFUSED(2, "task is go-nogo-short there; here it is go-nogo; ", "train", "--resume", "-o", "staged",
          "--seed", "1", "--set", "neuron.tau_m_ms=10");
  CLI_RUN("train", "--resume", "-o", "staged", "--seed", "1", "--set", "neuron.tau_m_ms=10", "--task",
          "go-nogo-short");

  /* a network with a sigmoid, a unit whose noise is told of another step, a task in a file */
  const char *const sets[][2] = {{"recipe=writeup", "neuron.tau_m_ms=11"},
                                 {"lif.noise_per_root_dt=true", "neuron.dt_ms=0.1"},
                                 {"task=" R2S_TEST_DATA "/task_two_outputs.yaml", "neuron.tau_m_ms=10"}};
  for (int k = 0; k < 3; k++) {
    CLI_RUN("train", "-o", "told", CLI_TINY, "--set", "train.max_steps=1", "--set", sets[k][0], "--set",
            sets[k][1]);
    CLI_RUN("simulate", "told", "--model", "lif", "--scale", "44", "--seed", "5", "-q");
    REFUSED(2, "seed is 1 there, 5 here; ", "train", "--resume", "-o", "told");
    if (k > 0) continue;
    CLI_RUN("simulate", "told", "--model", "lif", "--scale", "44", "--seed", "1", "--set",
            "neuron.tau_m_ms=10", "-q");
    REFUSED(2, "neuron.tau_m_ms is 11 there, 10 here; ", "train", "--resume", "-o", "told");
  }
}

/* Killed as it began: run.json is of the new training already, the checkpoint still of the earlier one (it is
 * "other"'s). Neither is resumed as the other. */
static void test_a_checkpoint_of_an_earlier_training_is_not_resumed(void **state) {
  (void)state;
  CLI_RUN("train", "-o", "later", "--quiet", "--seed", "2", LATER);
  assert_int_equal(system("cp other/checkpoint.h5 other/training.csv other/config.yaml later && mv "
                          "later/model.h5 later.h5"),
                   0);
  cli_begun_json("later/run.json", "later/run.json", false);
  const char *const earlier[] = {"train", "--resume", "-o", "later", NULL};
  assert_int_equal(cli_wait(cli_start(earlier)), 2);
  char *said = cli_read("stderr");
  assert_non_null(strstr(said, "later/run.json: made with another configuration"));
  free(said);
  CLI_RUN("train", "--resume", "-o", "later", "--seed", "2", LATER);
  said = cli_read("stderr");
  assert_non_null(strstr(said, "the checkpoint is of an earlier training: training starts anew"));
  free(said);
  cli_same_model("later.h5", "later/model.h5");
}

/* Earlier versions did not tell in run.json which training began. */
static void test_a_resume_tells_the_training(void **state) {
  (void)state;
  json_t *json = json_load_file("rows/run.json", 0, NULL);
  const char *hash = json_string_value(json_object_get(json, "training_hash"));
  assert_non_null(hash);
  char *kept = strdup(hash);
  json_object_del(json, "training_hash");
  assert_int_equal(json_dump_file(json, "rows/run.json", 0), 0);
  json_decref(json);
  CLI_RUN("train", "--resume", "-o", "rows");
  json = json_load_file("rows/run.json", 0, NULL);
  assert_string_equal(json_string_value(json_object_get(json, "training_hash")), kept);
  json_decref(json);
  free(kept);
}

/* `to`: the checkpoint `from` with the first half of its state only, and the right checksum of that. */
static void give_another_state(const char *from, const char *to) {
  char hash[72];
  void *bytes;
  size_t size;
  r2s_error err = {0};
  if (r2s_checkpoint_load(from, hash, &bytes, &size, &err) != R2S_OK ||
      r2s_checkpoint_save(to, hash, bytes, size / 2, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  free(bytes);
}

/* The network would be told to have been trained in fewer steps than it was. */
static void test_resume_without_the_earlier_rows_is_refused(void **state) {
  (void)state;
  const char *const start[] = {"train", "-o", "rows", TRAINING, NULL};
  interrupt_training(start);
  const char *const damage[] = {"mv rows/training.csv kept", "head -n 1 kept >rows/training.csv",
                                "sed 2d kept >rows/training.csv", "sed '$d' kept >rows/training.csv"};
  const char *const resume[] = {"train", "--resume", "-o", "rows", NULL};
  for (int k = 0; k < 4; k++) {
    assert_int_equal(system(damage[k]), 0);
    assert_int_equal(cli_wait(cli_start(resume)), 1);
    char *said = cli_read("stderr");
    if (!strstr(said, "can't resume: rows/training.csv: no row of step ")) fail_msg("%s", said);
    free(said);
    assert_int_equal(access("rows/checkpoint.h5", F_OK), 0);
  }
  assert_int_equal(
      system("cp kept rows/training.csv && cp rows/checkpoint.h5 whole.h5 && head -c 4000 whole.h5 "
             ">rows/checkpoint.h5"),
      0);
  assert_int_equal(cli_wait(cli_start(resume)), 1);
  char *said = cli_read("stderr");
  if (!strstr(said, "can't resume: train anew without --resume: rows/checkpoint.h5: ")) fail_msg("%s", said);
  free(said);
  give_another_state("whole.h5", "rows/checkpoint.h5");
  assert_int_equal(cli_wait(cli_start(resume)), 1);
  said = cli_read("stderr");
  if (!strstr(said, "without --resume: rows/checkpoint.h5: training state")) fail_msg("%s", said);
  free(said);
  assert_int_equal(system("mv whole.h5 rows/checkpoint.h5"), 0);
  assert_int_equal(system("cp kept rows/training.csv"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_interrupted_and_killed_training_goes_on),
      cmocka_unit_test(test_a_command_without_safe_points_ends_at_once),
      cmocka_unit_test(test_ignored_signals_stay_ignored),
      cmocka_unit_test(test_resume_of_a_finished_training_keeps_it),
      cmocka_unit_test(test_resume_with_other_options_is_refused),
      cmocka_unit_test(test_a_training_out_of_steps_goes_on),
      cmocka_unit_test(test_a_training_that_goes_on_costs_nothing_yet),
      cmocka_unit_test(test_a_stopped_replacement_costs_nothing_yet),
      cmocka_unit_test(test_a_replacement_that_was_killed_is_undone),
      cmocka_unit_test(test_a_replacement_that_was_killed_at_its_end_is_undone),
      cmocka_unit_test(test_a_resume_misses_what_is_gone),
      cmocka_unit_test(test_a_folder_of_an_earlier_version_keeps_its_limit),
      cmocka_unit_test(test_a_training_that_converged_takes_another_limit),
      cmocka_unit_test(test_a_later_stage_with_other_settings_is_named),
      cmocka_unit_test(test_a_checkpoint_of_an_earlier_training_is_not_resumed),
      cmocka_unit_test(test_resume_without_the_earlier_rows_is_refused),
      cmocka_unit_test(test_a_resume_tells_the_training),
  };
  return cmocka_run_group_tests(tests, cli_setup, cli_teardown);
}
