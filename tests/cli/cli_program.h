/* SPDX-License-Identifier: MIT
 * Starts the program rate2spike and reads what it says. R2S_PROGRAM: its path. */
#ifndef TEST_CLI_PROGRAM_H
#define TEST_CLI_PROGRAM_H

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rate2spike/io.h"

/* Network and trials small enough for a test; the task and every stage are the real ones. */
#define CLI_TINY                                                                                             \
  "--set", "net.n=60", "--set", "net.n_inh=12", "--set", "convert.trials=4", "--set",                        \
      "convert.held_out_trials=2", "--set", "convert.scales=30,44,60", "--set", "convert.unit_scales=1:1:3", \
      "--set", "train.test_trials=3", "--set", "simulate.trials=3", "--set", "simulate.nest_trials=2"

enum { CLI_MAX_ARGS = 64 };

/* The test's own folder; the program is run in it. */
static char cli_dir[64];

static inline int cli_setup(void **state) {
  (void)state;
  snprintf(cli_dir, sizeof cli_dir, "/tmp/rate2spike_test_XXXXXX");
  return mkdtemp(cli_dir) && chdir(cli_dir) == 0 ? 0 : 1;
}

static inline int cli_teardown(void **state) {
  (void)state;
  char command[96];
  snprintf(command, sizeof command, "rm -rf %s", cli_dir);
  return chdir("/") == 0 && system(command) == 0 ? 0 : 1;
}

/* argv ends with NULL; stdout and stderr go to these files of cli_dir. */
static inline pid_t cli_start(const char *const *argv) {
  const char *all[CLI_MAX_ARGS + 2] = {R2S_PROGRAM};
  for (int k = 0; k < CLI_MAX_ARGS && argv[k]; k++) all[k + 1] = argv[k];
  pid_t pid = fork();
  if (pid != 0) return pid;
  int out = open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600),
      err = open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0 || err < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
  signal(SIGINT, SIG_DFL); /* scripts start background jobs, as this test may be, with SIGINT ignored */
  execv(R2S_PROGRAM, (char *const *)(void *)all);
  _exit(127);
}

/* The exit code; 1000 + the signal that ended it. */
static inline int cli_wait(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static inline char *cli_read(const char *path) {
  char *text = NULL;
  size_t size = 0;
  r2s_error err = {0};
  if (r2s_io_read_all(path, &text, &size, &err) != R2S_OK) fail_msg("%s", err.msg);
  return text;
}

static inline bool cli_is_there(const char *path) {
  return access(path, F_OK) == 0;
}

#define CLI_RUN(...) cli_run_checked((const char *const[]){__VA_ARGS__, NULL})
/* Runs it to a good end. */
static inline void cli_run_checked(const char *const *argv) {
  int code = cli_wait(cli_start(argv));
  if (code != 0) fail_msg("rate2spike %s: exit code %d\n%s", argv[0], code, cli_read("stderr"));
}

/* The one JSON object on stdout. */
static inline json_t *cli_json(void) {
  char *text = cli_read("stdout");
  json_error_t err;
  json_t *json = json_loads(text, 0, &err);
  if (!json_is_object(json)) fail_msg("stdout is not one JSON object: %s\n%s", err.text, text);
  free(text);
  return json;
}

/* `to`: the run.json `from` as it was when its training began, or (given) with that of a network that is
 * given. */
static inline void cli_begun_json(const char *from, const char *to, bool given) {
  json_t *json = json_load_file(from, 0, NULL);
  assert_int_equal(json_object_clear(json_object_get(json, "stages")), 0);
  if (given) assert_int_equal(json_object_set_new(json, "training_hash", json_null()), 0);
  assert_int_equal(json_dump_file(json, to, 0), 0);
  json_decref(json);
}

static inline void cli_same_file(const char *a, const char *b) {
  char *x = cli_read(a), *y = cli_read(b);
  if (strcmp(x, y) != 0) fail_msg("%s and %s differ", a, b);
  free(x);
  free(y);
}

/* The same weights, bit for bit. */
static inline void cli_same_model(const char *a, const char *b) {
  r2s_model x, y;
  r2s_error err = {0};
  if (r2s_model_load(&x, a, &err) != R2S_OK || r2s_model_load(&y, b, &err) != R2S_OK) fail_msg("%s", err.msg);
  size_t n = (size_t)x.n;
  assert_int_equal(x.n, y.n);
  assert_int_equal(x.train_steps, y.train_steps);
  assert_memory_equal(x.w, y.w, n * n * sizeof *x.w);
  assert_memory_equal(x.w_out, y.w_out, n * (size_t)x.n_out * sizeof *x.w_out);
  assert_memory_equal(x.taus_gaus, y.taus_gaus, n * sizeof *x.taus_gaus);
  assert_string_equal(x.config_hash, y.config_hash);
  r2s_model_free(&x);
  r2s_model_free(&y);
}

#endif
