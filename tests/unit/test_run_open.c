/* SPDX-License-Identifier: MIT
 * Protects: whose folder a run may write to, and what run.json says before any stage. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/io_mat.h"
#include "rate2spike/report.h"
#include "run/run_json.h"

static char dir[] = "/tmp/rate2spike_open_XXXXXX";
static r2s_config config;

static int setup(void **state) {
  (void)state;
  const char *const sets[] = {"task=xor", "seed=7"};
  return mkdtemp(dir) && chdir(dir) == 0 ? (int)r2s_config_load(&config, NULL, sets, 2, NULL) : 1;
}

static int teardown(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", dir);
  return chdir("/") == 0 ? system(command) : 1;
}

static void put(const char *path, const char *text) {
  if (r2s_io_write_atomic(path, text, strlen(text), NULL) != R2S_OK) fail_msg("%s", path);
}

static r2s_status open_at(const char *path, r2s_error *err) {
  r2s_run *run = NULL;
  r2s_status st = r2s_run_open(&run, path, &config, err);
  assert_true((st == R2S_OK) == (run != NULL));
  r2s_run_close(run);
  return st;
}

/* In place of the C library's: another process may be faster. */
static bool another_is_faster;

int flock(int fd, int operation) {
  int (*real)(int, int);
  void *found = dlsym(RTLD_NEXT, "flock");
  memcpy(&real, &found, sizeof real);
  if (!another_is_faster) return real(fd, operation);
  errno = EWOULDBLOCK;
  return -1;
}

/* It has locked the folder that this one made, and will write to it. */
static void test_a_folder_that_another_one_took_stays(void **state) {
  (void)state;
  r2s_error err = {0};
  another_is_faster = true;
  assert_int_equal(open_at("taken", &err), R2S_ERR_IO);
  another_is_faster = false;
  assert_non_null(strstr(err.msg, "taken: another rate2spike is at work in this folder"));
  assert_int_equal(access("taken", F_OK), 0);
}

static void test_new_and_empty_folders_are_made_and_taken(void **state) {
  (void)state;
  r2s_error err = {0};
  struct stat info;
  r2s_run *run;
  assert_int_equal(r2s_run_open(&run, "a/b//c", &config, &err), R2S_OK);
  assert_true(stat("a/b/c", &info) == 0 && S_ISDIR(info.st_mode));
  r2s_run_close(run); /* nothing came into it */
  assert_int_not_equal(access("a", F_OK), 0);
  char path[300] = "a/b/";
  memset(path + 4, 'c', sizeof path - 5);
  assert_int_equal(open_at(path, &err), R2S_ERR_IO); /* too long for a name */
  assert_int_not_equal(access("a", F_OK), 0);
  assert_int_equal(mkdir("a", 0755) | mkdir("a/b", 0755) | mkdir("a/b/c", 0755), 0);
  assert_int_equal(open_at("a/b/c", &err), R2S_OK);
  assert_int_equal(access("a/b/c", F_OK), 0); /* nor is it ours */
  put("a/b/c/.r2s-4711-000000001-0.tmp", ""); /* of a program killed at its first file */
  assert_int_equal(open_at("a/b/c", &err), R2S_OK);
}

/* A run begun in its place would lose what it has. (Root may read anything: a link that leads nowhere.) */
static void test_a_file_that_can_not_be_looked_at_is_not_missing(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_int_equal(mkdir("loop", 0755), 0);
  put("loop/config.yaml", "seed: 1\n");
  assert_int_equal(symlink("run.json", "loop/run.json"), 0);
  assert_int_equal(open_at("loop", &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "can't read loop/run.json"));
  assert_int_equal(r2s_report_write("loop", NULL, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "can't read loop/run.json"));
}

/* Root may write anywhere. */
static int look_at_a_locked_folder_as_nobody(void) {
  if (geteuid() == 0 && setuid(65534) != 0) return 77;
  r2s_error err = {0};
  r2s_run *run = NULL;
  if (r2s_run_open(&run, "locked", &config, &err) != R2S_ERR_IO ||
      strcmp(err.msg, "locked: can't write in this folder: Permission denied") != 0)
    return 1;
  const r2s_status st = r2s_run_view(&run, "locked", &config, &err);
  r2s_run_close(run);
  return st == R2S_OK ? 0 : 2;
}

static void test_folders_that_are_locked_are_refused(void **state) {
  (void)state;
  int status = 0;
  assert_int_equal(mkdir("locked", 0755), 0);
  put("locked/config.yaml", "seed: 1\n");
  assert_int_equal(chmod("locked", 0555) | chmod(dir, 0755), 0);
  const pid_t child = fork();
  if (child == 0) _exit(look_at_a_locked_folder_as_nobody());
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) skip();
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_int_equal(chmod("locked", 0755), 0);
}

static void test_folders_of_others_are_refused(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_int_equal(mkdir("thesis", 0777), 0);
  put("thesis/chapter1.tex", "\\chapter{}");
  assert_int_equal(open_at("thesis", &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "thesis: this folder has files but no config.yaml"));
  put("thesis/config.yaml", "seed: 1\n"); /* now it is a run's */
  assert_int_equal(open_at("thesis", &err), R2S_OK);
  assert_int_equal(open_at("thesis/chapter1.tex", &err), R2S_ERR_IO);
  assert_int_equal(open_at("", &err), R2S_ERR_ARG);
}

/* config.yaml could not name the task that the folder keeps. */
/* One that no system takes, of folders that it would. */
static void test_a_path_that_is_too_long(void **state) {
  (void)state;
  static char path[R2S_PATH_SIZE];
  r2s_error err = {0};
  for (size_t k = 0; k < sizeof path - 1; k++) path[k] = k % 100 < 99 ? 'd' : '/';
  assert_int_equal(open_at(path, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "the folder's path is too long; expected less than 4096 characters"));
}

static void test_a_long_path_and_an_own_task(void **state) {
  (void)state;
  char path[300] = {0};
  r2s_error err = {0};
  r2s_config *own = calloc(1, sizeof *own);
  r2s_run *run = NULL;
  assert_non_null(own);
  *own = config;
  strcpy(own->task, R2S_TEST_DATA "/task_two_outputs.yaml");
  memset(path, 'd', 246);
  assert_int_equal(r2s_run_open(&run, path, own, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "a path of 246 characters; expected at most 245"));
  path[245] = 0;
  assert_int_equal(r2s_run_open(&run, path, own, &err), R2S_OK);
  r2s_run_close(run);
  free(own);
}

/* What models share with lif.neuron is theirs in a struct that a program filled in, too, and told as set. */
static void test_a_struct_that_a_program_filled_in(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_config *own = calloc(1, sizeof *own);
  r2s_run *run = NULL;
  assert_non_null(own);
  r2s_config_default(own, R2S_RECIPE_MATCHED, R2S_COMPAT_KIM2019);
  own->net.n = 200;
  assert_int_equal(r2s_run_open(&run, NULL, own, &err), R2S_OK);
  assert_int_equal(r2s_run_import(run, R2S_TEST_DATA "/authors_gonogo.mat", R2S_RUN_ALL, NULL, &err),
                   R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "net.n is set; expected no net.*"));
  r2s_run_close(run);
  own->lif.neuron.t_ref_ms = 5;
  own->lif.neuron.noise_mv = 0.3;
  own->lif.record_ms = 2;
  own->net.n = 30, own->net.n_inh = 6;
  own->train.max_steps = 1, own->test_trials = 1, own->simulate_trials = 1;
  assert_int_equal(r2s_run_open(&run, "filled", own, &err), R2S_OK);
  assert_int_equal(r2s_run_train(run, false, NULL, &err), R2S_OK);
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_PSC_DEXP, NULL, &err), R2S_OK);
  r2s_run_close(run);
  free(own);
  r2s_spike_record *records;
  r2s_spike_info info;
  int n;
  assert_int_equal(r2s_records_load(&records, &n, &info, "filled/spikes_psc-dexp_native.h5", &err), R2S_OK);
  assert_non_null(strstr(info.settings, "t_ref_ms=5"));
  assert_non_null(strstr(info.settings, "noise_mv=0.3"));
  assert_true(records[0].dt_ms == 2);
  r2s_records_free(records, n);
  char *text;
  size_t size;
  assert_int_equal(r2s_io_read_all("filled/config.yaml", &text, &size, &err), R2S_OK);
  const char *line = strstr(text, "  t_ref_ms: 5");
  assert_non_null(line);
  assert_true(strstr(line, "(set for this run)") < strchr(line, '\n'));
  free(text);
}

/* Their files could not be read again. */
static void test_more_trials_than_can_be_kept(void **state) {
  (void)state;
  static const struct {
    const char *set, *says;
  } cases[] = {{"simulate.trials=1000000", "simulate.trials is 1000000; expected at most "},
               {"train.test_trials=1000000", "train.test_trials is 1000000; expected at most "},
               {"simulate.nest_trials=100000", "simulate.nest_trials is 100000; expected at most "}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const char *const sets[] = {"task=xor", "net.n=4000", cases[k].set};
    r2s_error err = {0};
    r2s_config *many = calloc(1, sizeof *many);
    r2s_run *run = NULL;
    assert_non_null(many);
    assert_int_equal(r2s_config_load(many, NULL, sets, 3, &err), R2S_OK);
    assert_int_equal(r2s_run_open(&run, NULL, many, &err), R2S_ERR_CONFIG);
    assert_non_null(strstr(err.msg, cases[k].says));
    assert_null(run);
    free(many);
  }
}

/* The configuration of the authors' network. */
static r2s_config *of_authors(void) {
  r2s_config *own = malloc(sizeof *own);
  assert_non_null(own);
  *own = config;
  strcpy(own->task, "go-nogo");
  return own;
}

static void import_authors(const char *folder, const r2s_config *own) {
  r2s_error err = {0};
  r2s_run *run;
  assert_int_equal(r2s_run_open(&run, folder, own, &err), R2S_OK);
  if (r2s_run_import(run, R2S_TEST_DATA "/authors_gonogo.mat", R2S_RUN_ALL, NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  r2s_run_close(run);
}

static void expect_file_named(const r2s_config *own, const r2s_model *model, const char *expected) {
  r2s_error err = {0};
  r2s_run *run;
  assert_int_equal(r2s_model_save_h5(model, "odd.h5", &err), R2S_OK);
  assert_int_equal(r2s_run_open(&run, "odd", own, &err), R2S_OK);
  assert_int_not_equal(r2s_run_import(run, "odd.h5", R2S_RUN_ALL, NULL, &err), R2S_OK);
  if (strncmp(err.msg, expected, strlen(expected)) != 0) fail_msg("%s", err.msg);
  r2s_run_close(run);
}

/* Numbers of a file that can be read, but make no network, were told without its name. */
static void test_numbers_that_make_no_network_name_their_file(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_model model;
  r2s_config *own = of_authors();
  assert_int_equal(r2s_model_load(&model, R2S_TEST_DATA "/authors_gonogo.mat", &err), R2S_OK);
  model.som_mask[1] = 0.5;
  expect_file_named(own, &model, "odd.h5: som_mask: found 0.5 in row 1, column 2");
  model.som_mask[1] = 1;
  for (int i = 0; i < model.n; i++) model.w_out[i] = 3e38;
  expect_file_named(own, &model, "odd.h5: rate network: an output of trial 0 is");
  model.w_in[1] = 1e300;
  expect_file_named(own, &model, "odd.h5: w_in: found 1e+300 in row 2, column 1");
  r2s_model_free(&model);
  free(own);
}

/* A given network's model.mat has the outputs of rate.h5, as that of a trained one. */
static void test_a_given_network_has_its_test_trials(void **state) {
  (void)state;
  r2s_error err = {0};
  char *bytes;
  size_t size;
  r2s_mat mat = {0};
  r2s_config *own = of_authors();
  import_authors("tested", own);
  assert_int_equal(r2s_io_read_all("tested/model.mat", &bytes, &size, &err), R2S_OK);
  assert_int_equal(r2s_mat_read(&mat, "tested/model.mat", bytes, size, &err), R2S_OK);
  const r2s_mat_var *trials = r2s_mat_find(&mat, "eval_os");
  assert_true(trials && trials->shape[0] == (size_t)(2 * own->test_trials) && trials->shape[1] == 199);
  r2s_mat_free(&mat);
  free(bytes);
  free(own);
}

/* Also where the certificate that a search owes needs other ones. */
static void test_model_mat_has_the_trials_of_the_certificate(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  char *bytes;
  size_t size;
  r2s_mat mat = {0};
  r2s_rate_traces rate;
  r2s_config *own = of_authors();
  own->simulate_trials = 1;
  import_authors("searched", own);
  assert_int_equal(r2s_run_open(&run, "searched", own, &err), R2S_OK);
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), R2S_OK);
  r2s_run_close(run);
  own->seed = 9;
  own->n_scales = 1, own->convert_trials = 2, own->held_out_trials = 1;
  assert_int_equal(r2s_run_open(&run, "searched", own, &err), R2S_OK);
  assert_int_equal(r2s_run_convert(run, R2S_RUN_LIF, NULL, &err), R2S_OK);
  r2s_run_close(run);
  assert_int_equal(r2s_io_read_all("searched/model.mat", &bytes, &size, &err), R2S_OK);
  assert_int_equal(r2s_mat_read(&mat, "searched/model.mat", bytes, size, &err), R2S_OK);
  assert_int_equal(r2s_rate_traces_load(&rate, "searched/rate.h5", &err), R2S_OK);
  assert_non_null(strstr(rate.trials, "seed 9"));
  assert_true(r2s_mat_find(&mat, "eval_os")->values[0] == rate.out[0]);
  r2s_rate_traces_free(&rate);
  r2s_mat_free(&mat);
  free(bytes);
  free(own);
}

/* Cancels the call that the number in user counts down to. */
static bool after_some(void *user) {
  return (*(int *)user)-- <= 0;
}

/* Its own network, tested with another setting, may be the only copy. */
static void test_a_stopped_test_of_a_given_network_costs_nothing(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  int calls;
  const r2s_monitor monitor = {.cancelled = after_some, .user = &calls};
  r2s_config *own = of_authors();
  import_authors("only", own);
  own->train.x0_sd = 0.3;
  assert_int_equal(system("cp -r only kept"), 0);
  r2s_status st = R2S_ERR_CANCELLED;
  for (int k = 0; st != R2S_OK && k < 99; k++) { /* in the test trials, behind them, ... */
    calls = k;
    assert_int_equal(r2s_run_open(&run, "only", own, &err), R2S_OK);
    st = r2s_run_import(run, "only/model.h5", R2S_RUN_ALL, &monitor, &err);
    r2s_run_close(run);
    assert_true(st == R2S_OK ? k > 1 : st == R2S_ERR_CANCELLED && system("diff -r kept only") == 0);
  }
  assert_int_equal(st, R2S_OK);
  calls = 0;
  assert_int_equal(r2s_run_open(&run, "nothing", own, &err), R2S_OK);
  assert_int_equal(r2s_run_import(run, "only/model.h5", R2S_RUN_ALL, &monitor, &err), R2S_ERR_CANCELLED);
  r2s_run_close(run);
  assert_int_not_equal(access("nothing", F_OK), 0);
  free(own);
}

/* What is written next still tells of the network that is there. Files of at most 4 kB: no config.yaml. */
static void test_no_room_for_another_network_costs_nothing(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  struct rlimit room;
  r2s_config *own = of_authors();
  import_authors("full", own);
  own->train.x0_sd = 0.3; /* tested anew: its results go */
  assert_int_equal(r2s_run_open(&run, "full", own, &err), R2S_OK);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &room), 0);
  assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, room.rlim_max}), 0);
  assert_int_equal(r2s_run_import(run, "full/model.h5", R2S_RUN_ALL, NULL, &err), R2S_ERR_IO);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &room), 0);
  assert_non_null(strstr(err.msg, "can't write full/next/config.yaml"));
  assert_non_null(r2s_run_json_get_stage(run, "train"));
  assert_null(json_object_get(run->json, "removing"));
  r2s_run_close(run);
  free(own);
}

/* A file that can't be replaced or removed (here: a folder in its place) is told before anything is done. */
static void test_what_can_not_be_replaced_is_told_before(void **state) {
  (void)state;
  static const char *const names[] = {"curve.csv", "model.h5", "figures/fig1.png"};
  r2s_error err = {0};
  r2s_run *run;
  r2s_config *own = of_authors();
  import_authors("firm", own);
  own->train.x0_sd = 0.3;
  for (int k = 0; k < 3; k++) {
    char command[256], says[64];
    snprintf(command, sizeof command,
             "rm -rf inside before && cp -r firm inside && rm -f inside/%s && mkdir -p "
             "inside/%s && cp -r inside before",
             names[k], names[k]);
    assert_int_equal(system(command), 0);
    assert_int_equal(r2s_run_open(&run, "inside", own, &err), R2S_OK);
    assert_int_equal(r2s_run_import(run, "firm/model.h5", R2S_RUN_ALL, NULL, &err), R2S_ERR_IO);
    snprintf(says, sizeof says, "inside/%s: found a folder; expected a file", names[k]);
    if (!strstr(err.msg, says)) fail_msg("%s", err.msg);
    r2s_run_close(run);
    assert_int_equal(system("diff -r before inside"), 0);
  }
  free(own);
}

static int give_as_nobody(const r2s_config *own) {
  if (geteuid() == 0 && setuid(65534) != 0) return 77;
  r2s_error err = {0};
  r2s_run *run = NULL;
  if (r2s_run_open(&run, "shared", own, &err) != R2S_OK) return 1;
  const r2s_status st = r2s_run_import(run, "shared/model.h5", R2S_RUN_ALL, NULL, &err);
  r2s_run_close(run);
  return st == R2S_ERR_IO && strstr(err.msg, "shared/figures: can't remove the earlier network's figures")
             ? 0
             : 2;
}

/* Nor are figures whose folder keeps them. (Root may write anywhere.) */
static void test_figures_that_are_locked_are_told_before(void **state) {
  (void)state;
  int status = 0;
  r2s_config *own = of_authors();
  import_authors("shared", own);
  own->train.x0_sd = 0.3;
  assert_int_equal(mkdir("shared/figures", 0755), 0);
  put("shared/figures/fig1.png", "");
  assert_int_equal(chmod("shared/figures", 0555) | chmod("shared", 0777) | chmod(dir, 0755), 0);
  assert_int_equal(system("rm -rf before && cp -r shared before"), 0);
  const pid_t child = fork();
  if (child == 0) _exit(give_as_nobody(own));
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  free(own);
  if (WEXITSTATUS(status) == 77) skip();
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_int_equal(system("diff -r before shared"), 0);
  assert_int_equal(chmod("shared/figures", 0755), 0);
}

/* One that could not be removed behind the last act: the next one to open the folder ends that. */
static void test_a_removal_that_fails_is_ended_later(void **state) {
  (void)state;
  r2s_error err = {0};
  char *text;
  size_t size;
  assert_int_equal(mkdir("stuck", 0777) | mkdir("stuck/curve.csv", 0777), 0);
  put("stuck/config.yaml", "seed: 1\n");
  put("stuck/model.h5", "");
  put("stuck/rate.h5", "");
  put("stuck/certificate.csv", "");
  put("stuck/run.json", "{\"removing\": \"all but network\"}");
  assert_int_equal(open_at("stuck", &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "stuck/curve.csv: can't remove it"));
  assert_int_equal(rmdir("stuck/curve.csv"), 0);
  assert_int_equal(open_at("stuck", &err), R2S_OK);
  assert_int_equal(access("stuck/model.h5", F_OK) | access("stuck/rate.h5", F_OK), 0);
  assert_int_not_equal(access("stuck/certificate.csv", F_OK), 0);
  assert_int_equal(r2s_io_read_all("stuck/run.json", &text, &size, &err), R2S_OK);
  assert_null(strstr(text, "removing"));
  free(text);
}

/* No word of ours: which files stay is not known. */
static void test_an_unknown_removal_removes_nothing(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_int_equal(mkdir("later", 0777), 0);
  put("later/config.yaml", "seed: 1\n");
  put("later/model.h5", "");
  put("later/run.json", "{\"removing\": \"all but figures\"}");
  assert_int_equal(open_at("later", &err), R2S_ERR_FORMAT);
  assert_string_equal(err.msg,
                      "later/run.json: removing: found \"all but figures\"; expected \"all\", \"all but "
                      "training\" or \"all but network\"");
  assert_int_equal(access("later/model.h5", F_OK), 0);
}

/* Of a command that was stopped there. */
static void test_a_removal_leaves_what_it_says(void **state) {
  (void)state;
  static const struct {
    const char *removing;
    bool training, network;
  } cases[] = {{"all", false, false}, {"all but training", true, false}, {"all but network", true, true}};
  r2s_error err = {0};
  assert_int_equal(mkdir("half", 0777), 0);
  for (int k = 0; k < 3; k++) {
    char json[64];
    snprintf(json, sizeof json, "{\"removing\": \"%s\"}", cases[k].removing);
    put("half/config.yaml", "seed: 1\n");
    put("half/run.json", json);
    put("half/checkpoint.h5", "");
    put("half/model.h5", "");
    put("half/rate.h5", "");
    put("half/curve.csv", "");
    r2s_run *look;
    assert_int_equal(r2s_run_view(&look, "half", &config, &err), R2S_OK); /* removes nothing */
    r2s_run_close(look);
    assert_int_equal(access("half/rate.h5", F_OK), 0);
    assert_int_equal(open_at("half", &err), R2S_OK);
    assert_int_equal(access("half/checkpoint.h5", F_OK) == 0, cases[k].training);
    assert_int_equal(access("half/model.h5", F_OK) == 0, cases[k].network);
    assert_int_equal(access("half/rate.h5", F_OK) == 0, cases[k].network);
    assert_int_not_equal(access("half/curve.csv", F_OK), 0);
  }
}

/* It is the parent's folder. */
static void test_a_child_leaves_an_empty_folder(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  assert_int_equal(r2s_run_open(&run, "parents", &config, &err), R2S_OK);
  const pid_t child = fork();
  if (child == 0) {
    r2s_run_close(run);
    _exit(0);
  }
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_int_equal(access("parents", F_OK), 0);
  r2s_run_close(run);
  assert_int_not_equal(access("parents", F_OK), 0);
}

/* A stage on a run that is only looked at says so before it writes a file. */
static void test_a_view_writes_nothing(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  struct stat before, after;
  r2s_config *own = of_authors();
  import_authors("viewed", own);
  assert_int_equal(stat("viewed", &before), 0);
  assert_int_equal(r2s_run_view(&run, "viewed", own, &err), R2S_OK);
  assert_int_equal(r2s_run_convert(run, R2S_RUN_LIF, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_run_simulate_nest(run, R2S_RUN_ALL, NULL, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_run_certify(run, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_run_train(run, false, NULL, &err), R2S_ERR_ARG);
  assert_int_equal(r2s_run_import(run, R2S_TEST_DATA "/authors_gonogo.mat", R2S_RUN_ALL, NULL, &err),
                   R2S_ERR_ARG);
  r2s_run_close(run);
  assert_int_equal(stat("viewed", &after), 0); /* a file that is replaced is a new entry */
  assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
              before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
  free(own);
}

/* Each of two would write what it knows of all stages over what the other found. */
static void test_one_at_a_time(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run, *other;
  assert_int_equal(r2s_run_open(&run, "busy", &config, &err), R2S_OK);
  assert_int_equal(r2s_run_open(&other, "busy", &config, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "busy: another rate2spike is at work"));
  assert_int_equal(r2s_run_view(&other, "busy", &config, &err), R2S_OK);
  assert_int_equal(r2s_run_train(other, false, NULL, &err), R2S_ERR_ARG); /* it is to look at */
  r2s_run_close(other);
  /* a child that still has the folder open does not keep it */
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte;
    close(ends[1]);
    _exit(read(ends[0], &byte, 1) != 0);
  }
  r2s_run_close(run);
  assert_int_equal(open_at("busy", &err), R2S_OK);
  close(ends[1]);
  assert_int_equal(waitpid(child, NULL, 0), child);
  close(ends[0]);
  assert_int_equal(r2s_run_view(&other, "nowhere", &config, &err), R2S_ERR_IO);
  assert_int_not_equal(access("nowhere", F_OK), 0);
}

/* What killed programs left goes with time; a younger one may be of a program at work. */
static void test_leftovers_are_removed(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  const time_t now = time(NULL);
  const struct timespec old[2] = {{.tv_sec = now - 3700}, {.tv_sec = now - 3700}},
                        young[2] = {{.tv_sec = now - 3500}, {.tv_sec = now - 3500}};
  assert_int_equal(mkdir("left", 0777), 0);
  put("left/.r2s-1-000000001-0.tmp", "");
  put("left/.r2s-2-000000001-0.tmp", "");
  assert_int_equal(utimensat(AT_FDCWD, "left/.r2s-1-000000001-0.tmp", old, 0), 0);
  assert_int_equal(utimensat(AT_FDCWD, "left/.r2s-2-000000001-0.tmp", young, 0), 0);
  assert_int_equal(r2s_run_view(&run, "left", &config, &err), R2S_OK);
  r2s_run_close(run);
  assert_int_equal(access("left/.r2s-1-000000001-0.tmp", F_OK), 0); /* nothing was locked */
  assert_int_equal(open_at("left", &err), R2S_OK);
  assert_int_not_equal(access("left/.r2s-1-000000001-0.tmp", F_OK), 0);
  assert_int_equal(access("left/.r2s-2-000000001-0.tmp", F_OK), 0);
}

static void test_damaged_run_json_is_refused_by_line(void **state) {
  (void)state;
  r2s_error err = {0};
  assert_int_equal(mkdir("damaged", 0777), 0);
  put("damaged/config.yaml", "seed: 1\n");
  put("damaged/run.json", "{\"stages\": {},\n \"seed\": }");
  assert_int_equal(open_at("damaged", &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "damaged/run.json:2:"));
  put("damaged/run.json", "{\"stages\": [1, 2]}");
  assert_int_equal(open_at("damaged", &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "damaged/run.json: stages: found [1,2]; expected an object"));
  put("damaged/run.json", "[1, 2]");
  assert_int_equal(open_at("damaged", &err), R2S_ERR_FORMAT);
}

static void test_json_before_any_stage(void **state) {
  (void)state;
  r2s_run *run = NULL;
  r2s_error err = {0};
  char *text = NULL;
  assert_int_equal(r2s_run_open(&run, NULL, &config, &err), R2S_OK);
  assert_int_equal(r2s_run_json(run, &text, &err), R2S_OK);
  json_t *json = json_loads(text, 0, NULL);
  assert_string_equal(json_string_value(json_object_get(json, "task")), "xor");
  assert_string_equal(json_string_value(json_object_get(json, "recipe")), "matched");
  assert_int_equal(json_integer_value(json_object_get(json, "seed")), 7);
  assert_int_equal(strlen(json_string_value(json_object_get(json, "config_hash"))), 64);
  assert_int_equal(json_object_size(json_object_get(json, "stages")), 0);
  assert_true(json_integer_value(json_object_get(json_object_get(json, "machine"), "cores")) >= 1);
  json_decref(json);
  free(text);

  /* no network and no folder to find one in */
  assert_int_equal(r2s_run_convert(run, R2S_RUN_ALL, NULL, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "no network"));
  r2s_run_close(run);
}

static void test_seconds_are_those_of_all_stages(void **state) {
  (void)state;
  r2s_run *run = NULL;
  r2s_error err = {0};
  assert_int_equal(r2s_run_open(&run, NULL, &config, &err), R2S_OK);
  assert_int_equal(r2s_run_json_set_stage(run, "train", json_pack("{s:f}", "seconds", 1.5), &err), R2S_OK);
  assert_int_equal(r2s_run_json_set_stage(run, "convert", json_pack("{s:f}", "seconds", 2.0), &err), R2S_OK);
  assert_true(json_real_value(json_object_get(run->json, "seconds")) == 3.5);
  assert_int_equal(r2s_run_json_set_stage(run, "train", json_pack("{s:f}", "seconds", 0.5), &err), R2S_OK);
  assert_true(json_real_value(json_object_get(run->json, "seconds")) == 2.5);
  r2s_run_close(run);
}

/* noise_mv is of a step of 0.05 ms with lif.noise_per_root_dt, in a file of the network's own step. */
static void test_noise_of_an_imported_unit(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_model model;
  r2s_run *run = NULL;
  r2s_config *own = calloc(1, sizeof *own);
  assert_non_null(own);
  assert_int_equal(r2s_model_load(&model, R2S_TEST_DATA "/authors_gonogo.mat", &err), R2S_OK);
  model.activation = R2S_ACTIVATION_SIEGERT;
  model.kappa_hz = 40;
  model.neuron = r2s_neuron_params_default();
  model.neuron.dt_ms = 0.1;
  model.neuron.noise_mv = 0.3;
  assert_int_equal(r2s_model_save_h5(&model, "siegert.h5", &err), R2S_OK);
  r2s_model_free(&model);
  for (int per_root_dt = 0; per_root_dt < 2; per_root_dt++) {
    const char *const sets[] = {"task=go-nogo",
                                per_root_dt ? "lif.noise_per_root_dt=true" : "lif.noise_per_root_dt=false"};
    assert_int_equal(r2s_config_load(own, NULL, sets, 2, &err), R2S_OK);
    if (r2s_run_open(&run, NULL, own, &err) != R2S_OK) fail_msg("%s", err.msg);
    if (r2s_run_import(run, "siegert.h5", R2S_RUN_ALL, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
    assert_true(run->config.lif.neuron.dt_ms == 0.1);
    assert_true(fabs(run->config.lif.neuron.noise_mv - (per_root_dt ? 0.3 / sqrt(2) : 0.3)) < 1e-12);
    /* a network without a unit of its own, given behind it, has the configuration's */
    assert_int_equal(r2s_run_import(run, R2S_TEST_DATA "/authors_gonogo.mat", R2S_RUN_ALL, NULL, &err),
                     R2S_OK);
    assert_true(run->config.lif.neuron.dt_ms == own->lif.neuron.dt_ms);
    assert_true(run->config.psc_dexp.neuron.noise_mv == own->psc_dexp.neuron.noise_mv);
    r2s_run_close(run);
  }
  free(own);
}

static void test_every_seed_is_told(void **state) {
  (void)state;
  const uint64_t seeds[] = {0, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
  const char *const told[] = {"\"seed\": 0,", "\"seed\": 9223372036854775807,",
                              "\"seed\": \"9223372036854775808\",", "\"seed\": \"18446744073709551615\","};
  for (int k = 0; k < 4; k++) {
    r2s_run *run = NULL;
    r2s_config other = config;
    char *text;
    other.seed = seeds[k];
    assert_int_equal(r2s_run_open(&run, NULL, &other, NULL), R2S_OK);
    assert_int_equal(r2s_run_json(run, &text, NULL), R2S_OK);
    if (!strstr(text, told[k])) fail_msg("%s has no %s", text, told[k]);
    free(text);
    r2s_run_close(run);
  }
}

static void test_threads_do_not_change_the_hash(void **state) {
  (void)state;
  char *text[2];
  for (int k = 0; k < 2; k++) {
    r2s_run *run = NULL;
    r2s_config same = config;
    same.threads = 1 + k;
    assert_int_equal(r2s_run_open(&run, NULL, &same, NULL), R2S_OK);
    assert_int_equal(r2s_run_json(run, &text[k], NULL), R2S_OK);
    r2s_run_close(run);
  }
  json_t *a = json_loads(text[0], 0, NULL), *b = json_loads(text[1], 0, NULL);
  assert_true(json_equal(json_object_get(a, "config_hash"), json_object_get(b, "config_hash")));
  json_decref(a);
  json_decref(b);
  free(text[0]);
  free(text[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_new_and_empty_folders_are_made_and_taken),
      cmocka_unit_test(test_a_folder_that_another_one_took_stays),
      cmocka_unit_test(test_a_file_that_can_not_be_looked_at_is_not_missing),
      cmocka_unit_test(test_folders_that_are_locked_are_refused),
      cmocka_unit_test(test_folders_of_others_are_refused),
      cmocka_unit_test(test_more_trials_than_can_be_kept),
      cmocka_unit_test(test_a_struct_that_a_program_filled_in),
      cmocka_unit_test(test_a_path_that_is_too_long),
      cmocka_unit_test(test_a_long_path_and_an_own_task),
      cmocka_unit_test(test_numbers_that_make_no_network_name_their_file),
      cmocka_unit_test(test_a_given_network_has_its_test_trials),
      cmocka_unit_test(test_model_mat_has_the_trials_of_the_certificate),
      cmocka_unit_test(test_a_stopped_test_of_a_given_network_costs_nothing),
      cmocka_unit_test(test_no_room_for_another_network_costs_nothing),
      cmocka_unit_test(test_a_removal_leaves_what_it_says),
      cmocka_unit_test(test_what_can_not_be_replaced_is_told_before),
      cmocka_unit_test(test_figures_that_are_locked_are_told_before),
      cmocka_unit_test(test_a_removal_that_fails_is_ended_later),
      cmocka_unit_test(test_an_unknown_removal_removes_nothing),
      cmocka_unit_test(test_a_view_writes_nothing),
      cmocka_unit_test(test_one_at_a_time),
      cmocka_unit_test(test_a_child_leaves_an_empty_folder),
      cmocka_unit_test(test_leftovers_are_removed),
      cmocka_unit_test(test_damaged_run_json_is_refused_by_line),
      cmocka_unit_test(test_json_before_any_stage),
      cmocka_unit_test(test_seconds_are_those_of_all_stages),
      cmocka_unit_test(test_noise_of_an_imported_unit),
      cmocka_unit_test(test_every_seed_is_told),
      cmocka_unit_test(test_threads_do_not_change_the_hash),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
