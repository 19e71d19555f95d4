/* SPDX-License-Identifier: MIT
 * Protects: running another program. Its output, exit code, directory and environment come back; a missing
 * program is named with its remedy; the monitor can stop it. */
#define _GNU_SOURCE /* wait4 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base_process.h"

static const struct timespec *before_waitpid; /* sleep that long; NULL: not */

/* libc's, but late where a test asks for it. */
pid_t waitpid(pid_t pid, int *status, int options) {
  if (before_waitpid) nanosleep(before_waitpid, NULL);
  return wait4(pid, status, options, NULL);
}

static r2s_process_config shell(const char **argv, const char *command) {
  argv[0] = "sh", argv[1] = "-c", argv[2] = command, argv[3] = NULL;
  return (r2s_process_config){.argv = argv};
}

static void test_output_and_exit_code(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "echo one; echo two >&2; pwd; echo \"$R2S_A $HOME\"; exit 3");
  config.directory = "/usr";
  config.env = (const char *const[]){"R2S_A=b c", "HOME=/nowhere", NULL};
  r2s_process_result result;
  r2s_error err;
  assert_int_equal(r2s_process_run(&config, &result, NULL, &err), R2S_OK);
  assert_int_equal(result.exit_code, 3);
  assert_int_equal(result.signal, 0);
  assert_string_equal(result.tail, "one\ntwo\n/usr\nb c /nowhere\n");
  assert_int_equal(r2s_process_check(&config, NULL, &err), R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "exit code 3"));
  assert_non_null(strstr(err.msg, "two"));
}

static void test_relative_program_is_found_from_here(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "pwd; echo $0");
  r2s_process_result result;
  char here[4096];
  assert_non_null(getcwd(here, sizeof here));
  assert_int_equal(chdir("/"), 0);
  argv[0] = "bin/sh";
  config.directory = "/usr";
  r2s_status st = r2s_process_run(&config, &result, NULL, NULL);
  assert_int_equal(chdir(here), 0);
  assert_int_equal(st, R2S_OK);
  assert_string_equal(result.tail, "/usr\n//bin/sh\n");
}

static void write_program(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fprintf(f, "#!/bin/sh\necho %s\n", text);
  assert_int_equal(fclose(f), 0);
  assert_int_equal(chmod(path, 0755), 0);
}

/* A relative entry of PATH is from our directory, whatever is at that place in the program's. */
static void test_relative_path_is_from_here(void **state) {
  (void)state;
  char folder[] = "/tmp/r2s_process_XXXXXX", here[4096], old_path[4096], path[4200];
  const char *const argv[] = {"r2s-which", NULL}, *const none[] = {"r2s-there", NULL};
  r2s_process_result result;
  r2s_error err;
  snprintf(old_path, sizeof old_path, "%s", getenv("PATH"));
  assert_non_null(getcwd(here, sizeof here));
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  assert_int_equal(mkdir("bin", 0777) | mkdir("there", 0777) | mkdir("there/bin", 0777), 0);
  write_program("bin/r2s-which", "ours");
  write_program("there/bin/r2s-which", "theirs");
  write_program("there/bin/r2s-there", "theirs");
  snprintf(path, sizeof path, "/nowhere::bin:%s", old_path);
  setenv("PATH", path, 1);
  r2s_process_config config = {.argv = argv, .directory = "there"};
  r2s_status st = r2s_process_run(&config, &result, NULL, NULL);
  config.argv = none;
  r2s_process_result missing;
  r2s_status st_missing = r2s_process_run(&config, &missing, NULL, &err);
  setenv("PATH", old_path, 1);
  assert_int_equal(system("rm -r bin there"), 0);
  assert_int_equal(chdir(here) | rmdir(folder), 0);
  assert_int_equal(st, R2S_OK);
  assert_string_equal(result.tail, "ours\n");
  assert_int_equal(st_missing, R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "r2s-there: can't be started: no such program"));
}

static void test_signal_is_told(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "kill -9 $$");
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  assert_int_equal(result.signal, SIGKILL);
  assert_int_equal(result.exit_code, -1);
}

static void test_missing_program_names_its_remedy(void **state) {
  (void)state;
  const char *const argv[] = {"r2s-no-such-program", NULL};
  r2s_process_config config = {.argv = argv, .remedy = "install package xyz"};
  r2s_process_result result;
  r2s_error err;
  assert_int_equal(r2s_process_run(&config, &result, NULL, &err), R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "r2s-no-such-program"));
  assert_non_null(strstr(err.msg, "install package xyz"));
}

static void add_line(void *user, const char *text) {
  strcat(user, text);
  strcat(user, "|");
}

static void test_lines_come_one_by_one(void **state) {
  (void)state;
  const char *argv[4];
  char lines[256] = "";
  r2s_process_config config = shell(argv, "printf 'a\\nbc\\n\\nlast'");
  config.line = add_line;
  config.user = lines;
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  assert_string_equal(lines, "a|bc||last|");
}

static void test_tail_keeps_the_end(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done");
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  size_t length = strlen(result.tail);
  assert_int_equal(length, sizeof result.tail - 1);
  assert_string_equal(result.tail + length - 10, "line 1999\n");
}

static bool stop_at_once(void *user) {
  ++*(int *)user;
  return true;
}

static void test_monitor_stops_it(void **state) {
  (void)state;
  const char *argv[4];
  int asked = 0;
  r2s_process_config config = shell(argv, "sleep 60");
  r2s_monitor monitor = {.cancelled = stop_at_once, .user = &asked};
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, &monitor, NULL), R2S_ERR_CANCELLED);
  assert_int_equal(asked, 1);
  assert_int_equal(result.signal, SIGTERM);
}

static bool stop_after_a_while(void *user) {
  return ++*(int *)user > 10;
}

/* Whoever writes to a file of its own has no output of ours: it is stopped all the same. */
static void test_monitor_stops_it_behind_its_output(void **state) {
  (void)state;
  const char *argv[4];
  int asked = 0;
  r2s_process_config config = shell(argv, "exec >/dev/null 2>&1; exec sleep 20");
  r2s_monitor monitor = {.cancelled = stop_after_a_while, .user = &asked};
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, &monitor, NULL), R2S_ERR_CANCELLED);
  assert_int_equal(result.signal, SIGTERM);
}

static void test_exit_code_behind_its_output(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "echo one; exec >/dev/null 2>&1; sleep 0.1; exit 6");
  r2s_process_result result;
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  assert_int_equal(result.exit_code, 6);
  assert_string_equal(result.tail, "one\n");
}

extern char **environ;

/* clearenv() leaves NULL. */
static void test_no_environment(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "echo \"$R2S_A$HOME\"");
  config.env = (const char *const[]){"R2S_A=b", NULL};
  r2s_process_result result;
  char **kept = environ;
  environ = NULL;
  r2s_status st = r2s_process_run(&config, &result, NULL, NULL);
  environ = kept;
  assert_int_equal(st, R2S_OK);
  assert_string_equal(result.tail, "b\n");
}

/* A child that it leaves behind holds the pipe open; its own end counts. */
static void test_does_not_wait_for_what_is_left_behind(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "sleep 30 & echo answer; exit 5");
  r2s_process_result result;
  const time_t start = time(NULL);
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  assert_int_equal(result.exit_code, 5);
  assert_string_equal(result.tail, "answer\n");
  assert_true(time(NULL) - start < 25);
}

/* Nor where that goes on writing. */
static void test_does_not_wait_for_what_goes_on_writing(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "timeout 20 yes & echo answer; exit 5");
  r2s_process_result result;
  const time_t start = time(NULL);
  assert_int_equal(r2s_process_run(&config, &result, NULL, NULL), R2S_OK);
  assert_int_equal(result.exit_code, 5);
  assert_true(time(NULL) - start < 15);
}

/* What it writes between our last look at its output and its end arrives too. */
static void test_last_output_is_kept(void **state) {
  (void)state;
  const struct timespec later = {.tv_nsec = 400000000};
  const char *argv[4];
  r2s_process_config config = shell(argv, "sleep 0.2; echo last");
  r2s_process_result result;
  before_waitpid = &later;
  r2s_status st = r2s_process_run(&config, &result, NULL, NULL);
  before_waitpid = NULL;
  assert_int_equal(st, R2S_OK);
  assert_string_equal(result.tail, "last\n");
}

/* As much as a pipe holds may be left of it. */
static void test_much_last_output_is_kept(void **state) {
  (void)state;
  const struct timespec later = {.tv_nsec = 400000000};
  const char *argv[4];
  r2s_process_config config = shell(argv, "head -c 60000 /dev/zero | tr '\\0' x; echo last");
  r2s_process_result result;
  before_waitpid = &later;
  r2s_status st = r2s_process_run(&config, &result, NULL, NULL);
  before_waitpid = NULL;
  assert_int_equal(st, R2S_OK);
  assert_string_equal(result.tail + strlen(result.tail) - 6, "xlast\n");
}

/* SIGTERM is asked for first, and not for ever. */
static void test_what_ignores_its_end_is_killed(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "trap '' TERM; while :; do sleep 0.1; done");
  int asked = 0;
  const r2s_monitor monitor = {.cancelled = stop_after_a_while, .user = &asked};
  r2s_process_result result;
  r2s_error err;
  assert_int_equal(r2s_process_run(&config, &result, &monitor, &err), R2S_ERR_CANCELLED);
  assert_int_equal(result.signal, SIGKILL);
}

/* Nobody can tell then how it ended. */
static void test_ignored_children_are_told(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "exit 3");
  r2s_process_result result;
  r2s_error err;
  signal(SIGCHLD, SIG_IGN);
  r2s_status st = r2s_process_run(&config, &result, NULL, &err);
  signal(SIGCHLD, SIG_DFL);
  assert_int_equal(st, R2S_ERR_EXTERNAL);
  assert_non_null(strstr(err.msg, "SIGCHLD must not be ignored"));
}

static void test_no_pipe_is_told(void **state) {
  (void)state;
  const char *argv[4];
  r2s_process_config config = shell(argv, "exit 3");
  r2s_process_result result;
  r2s_error err;
  struct rlimit old, few;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
  few = old;
  few.rlim_cur = 3;
  setrlimit(RLIMIT_NOFILE, &few);
  r2s_status st = r2s_process_run(&config, &result, NULL, &err);
  setrlimit(RLIMIT_NOFILE, &old);
  assert_int_equal(st, R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "no pipe for its output"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_output_and_exit_code),
      cmocka_unit_test(test_relative_program_is_found_from_here),
      cmocka_unit_test(test_relative_path_is_from_here),
      cmocka_unit_test(test_signal_is_told),
      cmocka_unit_test(test_missing_program_names_its_remedy),
      cmocka_unit_test(test_lines_come_one_by_one),
      cmocka_unit_test(test_tail_keeps_the_end),
      cmocka_unit_test(test_monitor_stops_it),
      cmocka_unit_test(test_monitor_stops_it_behind_its_output),
      cmocka_unit_test(test_exit_code_behind_its_output),
      cmocka_unit_test(test_no_environment),
      cmocka_unit_test(test_does_not_wait_for_what_is_left_behind),
      cmocka_unit_test(test_does_not_wait_for_what_goes_on_writing),
      cmocka_unit_test(test_last_output_is_kept),
      cmocka_unit_test(test_much_last_output_is_kept),
      cmocka_unit_test(test_what_ignores_its_end_is_killed),
      cmocka_unit_test(test_ignored_children_are_told),
      cmocka_unit_test(test_no_pipe_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
