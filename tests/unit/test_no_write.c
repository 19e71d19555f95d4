/* SPDX-License-Identifier: MIT
 * Protects: a training whose k-th call to open, write, sync, rename or make a file or folder fails, for every
 * k. It says so and leaves no temporary file, and the next attempt succeeds. Where it was to replace an
 * earlier run, that is there to the last byte, or the new one is, whole; also where the program ends at that
 * call. The same of a resumed training and of a network that is given. (Linked with --wrap, as
 * test_no_memory.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "io/io_leftovers.h"
#include "rate2spike/report.h"
#include "rate2spike/run.h"
#include "sanitized.h"
#include "unit/io_model_fixture.h"
#include "unit/smallest_training.h"

static int calls, fail_at; /* 0: none */
static bool ends;          /* the program, in place of a failure */
enum { ENDED = 9 };

static bool fails(int code) {
  if (!fail_at || ++calls != fail_at) return false;
  if (ends) _exit(ENDED);
  errno = code;
  return true;
}

/* The linker puts these in the library's calls' place, and the C library's behind the __real ones. */
int __real_open(const char *path, int flags, mode_t mode);
ssize_t __real_write(int fd, const void *bytes, size_t size);
int __real_rename(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);

int __wrap_open(const char *path, int flags, mode_t mode) {
  return fails(EMFILE) ? -1 : __real_open(path, flags, flags & O_CREAT ? mode : 0);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size) {
  return fails(ENOSPC) ? -1 : __real_write(fd, bytes, size);
}

int __wrap_fsync(int fd) {
  (void)fd;
  return fails(EIO) ? -1 : 0;
}

int __wrap_rename(const char *from, const char *to) {
  return fails(ENOSPC) ? -1 : __real_rename(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode) {
  return fails(ENOSPC) ? -1 : __real_mkdir(path, mode);
}

static r2s_status train(const char *dir, const r2s_config *config, r2s_error *err) {
  r2s_run *run;
  r2s_status st = r2s_run_open(&run, dir, config, err);
  if (st == R2S_OK) st = r2s_run_train(run, false, NULL, err);
  r2s_run_close(run);
  return st;
}

static void expect_no_temporaries(const char *dir) {
  DIR *folder = opendir(dir);
  if (!folder) return; /* not made, or taken back */
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
    if (r2s_io_is_temporary(entry->d_name)) fail_msg("call %d: %s is left", fail_at, entry->d_name);
  closedir(folder);
}

/* A task of the user's own: two files tell what the run is of. */
static void make_config(r2s_config *config) {
  char path[128], set[160];
  r2s_error err = {0};
  const char *yaml = r2s_task_preset_yaml(0);
  snprintf(path, sizeof path, "%s/own.yaml", fixture_folder());
  snprintf(set, sizeof set, "task=%s", path);
  assert_ok(r2s_io_write_atomic(path, yaml, strlen(yaml), &err), &err);
  const char *const sets[] = {set, SMALLEST_NET, SMALLEST_TRAINING};
  assert_ok(r2s_config_load(config, NULL, sets, sizeof sets / sizeof *sets, &err), &err);
}

static void test_a_training(void **state) {
  (void)state;
  static r2s_config config; /* large */
  char dir[96];
  int refused = 0;
  make_config(&config);
  do {
    r2s_error err = {0};
    calls = 0;
    snprintf(dir, sizeof dir, "%s/%d", fixture_folder(), ++fail_at);
    const int k = fail_at;
    const r2s_status st = train(dir, &config, &err);
    expect_no_temporaries(dir);
    fail_at = 0;
    if (st != R2S_OK) {
      refused++;
      if (err.code != st || !strchr(err.msg, '/')) fail_msg("call %d: %s", k, err.msg);
      assert_ok(train(dir, &config, &err), &err);
    }
    fail_at = k;
  } while (calls >= fail_at);
  fail_at = 0;
  assert_true(refused > 50);
}

/* A shell's command, with names of the test's folder. */
static bool succeeds(const char *format, ...) {
  char command[512];
  va_list args;
  int n = snprintf(command, sizeof command, "cd '%s' && ", fixture_folder());
  va_start(args, format);
  n += vsnprintf(command + n, sizeof command - (size_t)n, format, args);
  va_end(args);
  assert_true(n < (int)sizeof command);
  return system(command) == 0;
}

static const char *in_folder(const char *name) {
  static char path[2][160];
  static int turn;
  turn = !turn;
  snprintf(path[turn], sizeof path[turn], "%s/%s", fixture_folder(), name);
  return path[turn];
}

/* Something that is to replace what a folder has. */
typedef struct replacement {
  const char *earlier;     /* the folder, which is copied */
  const char *goes_on;     /* options of diff: what a stopped one leaves otherwise */
  const r2s_config *kept;  /* the configuration there, */
  const r2s_config *asked; /* and the new one */
  r2s_status (*work)(r2s_run *run, r2s_error *err);
} replacement;

static r2s_status train_anew(r2s_run *run, r2s_error *err) {
  return r2s_run_train(run, succeeds("test -e at/next/config.yaml"), NULL, err);
}

/* What was trained is not trained again. */
static void see_step(void *user, const char *stage, double done, double total, const char *detail) {
  (void)total, (void)detail;
  if (strcmp(stage, "train") == 0 && done > 0 && done < 3) *(bool *)user = true;
}

static r2s_status train_on(r2s_run *run, r2s_error *err) {
  bool again = false;
  const r2s_monitor monitor = {.progress = see_step, .user = &again};
  const r2s_status st = r2s_run_train(run, true, &monitor, err);
  assert_false(again);
  return st;
}

static r2s_status give(r2s_run *run, r2s_error *err) {
  return r2s_run_import(run, in_folder("given.h5"), R2S_RUN_ALL, NULL, err);
}

static r2s_status replace(const replacement *r, r2s_error *err) {
  r2s_run *run;
  r2s_status st = r2s_run_open(&run, in_folder("at"), r->asked, err);
  if (st == R2S_OK) st = r->work(run, err);
  r2s_run_close(run);
  return st;
}

static r2s_status open_and_close(const r2s_config *config, r2s_error *err) {
  r2s_run *run;
  const r2s_status st = r2s_run_open(&run, in_folder("at"), config, err);
  r2s_run_close(run);
  return st;
}

/* All of the earlier run, which can be reported, or the whole new network. */
static void expect_one_whole_run(const replacement *r) {
  r2s_error err = {0};
  if (ends && open_and_close(r->kept, &err) != R2S_OK) { /* it puts back what a crash left half done */
    assert_non_null(strstr(err.msg, "give this command again"));
    assert_ok(open_and_close(r->kept, &err), &err);
  }
  if (!succeeds("cmp -s at/model.h5 new/model.h5")) {
    if (!succeeds("diff -r -x next -x '.r2s-*' %s %s at >&2", r->goes_on, r->earlier))
      fail_msg("call %d: the earlier run is not whole", fail_at);
  } else {
    assert_ok(open_and_close(r->asked, &err), &err); /* it ends the removal of the earlier one's results */
    assert_true(succeeds("cmp at/rate.h5 new/rate.h5 && cmp at/config.yaml new/config.yaml"));
    assert_false(succeeds("test -e at/certificate.csv -o -e at/next"));
  }
  assert_ok(r2s_report_write(in_folder("at"), NULL, &err), &err);
}

/* Returns whether it came to the call that fails; *st: R2S_OK where that was overcome. */
static bool replace_with_a_failure(const replacement *r, int at, r2s_status *st) {
  r2s_error err = {0};
  calls = 0, fail_at = at;
  *st = replace(r, &err);
  fail_at = 0;
  expect_no_temporaries(in_folder("at"));
  expect_no_temporaries(in_folder("at/next"));
  if (*st != R2S_OK && (err.code != *st || !strchr(err.msg, '/'))) fail_msg("call %d: %s", at, err.msg);
  return calls >= at;
}

static bool replace_with_an_end(const replacement *r, int at, r2s_status *st) {
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    calls = 0, fail_at = at;
    _exit(replace(r, NULL) == R2S_OK ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == ENDED));
  *st = WEXITSTATUS(status) == 0 ? R2S_OK : R2S_ERR_IO;
  return *st != R2S_OK;
}

/* The call fails, or the program ends there. (Where it ends, nothing is left for a sanitizer to find.) */
enum { WAYS = SANITIZED ? 1 : 2 };

static void replace_at_each_call(const replacement *r, bool by_ends) {
  r2s_error err = {0};
  r2s_status st;
  int refused = 0;
  bool came = true;
  assert_true(succeeds("rm -rf at new && cp -r %s at", r->earlier));
  assert_ok(replace(r, &err), &err);
  assert_true(
      succeeds("mv at new && ! cmp -s new/model.h5 %s/model.h5 && ! test -e new/figures", r->earlier));
  ends = by_ends;
  for (int k = 1; came; k++) {
    assert_true(succeeds("rm -rf at && cp -r %s at", r->earlier));
    came = ends ? replace_with_an_end(r, k, &st) : replace_with_a_failure(r, k, &st);
    if (st == R2S_OK) continue;
    refused++;
    fail_at = k; /* for messages: no call of the library's is made */
    calls = k;
    expect_one_whole_run(r);
    fail_at = 0;
    assert_ok(replace(r, &err), &err);
    if (!succeeds("cmp at/model.h5 new/model.h5")) fail_msg("call %d: another network", k);
  }
  ends = false;
  assert_true(refused > 50);
}

static r2s_config first, second, longer; /* large */

static void load_smallest(r2s_config *config, const char *seed, const char *steps) {
  char task[192];
  r2s_error err = {0};
  snprintf(task, sizeof task, "task=%s", in_folder("own.yaml"));
  const char *const sets[] = {task,  SMALLEST_NET,   SMALLEST_TRAINING,  seed,
                              steps, "lif.scale=20", "simulate.trials=1"};
  assert_ok(r2s_config_load(config, NULL, sets, sizeof sets / sizeof *sets, &err), &err);
}

/* What a run leaves behind its network. (gnuplot draws for too long.) */
static void present(const char *dir, const r2s_config *config) {
  r2s_run *run;
  r2s_error err = {0};
  assert_ok(r2s_run_open(&run, in_folder(dir), config, &err), &err);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_LIF, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  assert_ok(r2s_report_write(in_folder(dir), NULL, &err), &err);
  assert_true(succeeds("mkdir %s/figures && touch %s/figures/fig1.png", dir, dir));
}

static void test_a_replacement(void **state) {
  (void)state;
  r2s_error err = {0};
  load_smallest(&first, "seed=1", "train.max_steps=2");
  load_smallest(&second, "seed=2", "train.max_steps=2");
  load_smallest(&longer, "seed=1", "train.max_steps=3");
  assert_ok(train(in_folder("earlier"), &first, &err), &err);
  present("earlier", &first);
  const replacement anew = {"earlier", "", &first, &second, train_anew},
                    on = {"earlier", "-x training.csv -x checkpoint.h5", &first, &longer, train_on};
  for (int by_ends = 0; by_ends < WAYS; by_ends++) {
    replace_at_each_call(&anew, by_ends);
    replace_at_each_call(&on, by_ends);
  }
}

static void test_a_given_network(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_run *run;
  char task[192];
  static r2s_config given; /* large */
  snprintf(task, sizeof task, "task=%s", in_folder("own.yaml"));
  const char *const sets[] = {task,           "recipe=writeup",   "threads=1", "train.test_trials=1",
                              "lif.scale=20", "simulate.trials=1"};
  assert_ok(r2s_config_load(&given, NULL, sets, sizeof sets / sizeof *sets, &err), &err);
  assert_ok(r2s_run_open(&run, in_folder("was_given"), &given, &err), &err);
  assert_ok(r2s_run_import(run, in_folder("earlier/model.h5"), R2S_RUN_ALL, NULL, &err), &err);
  r2s_run_close(run);
  present("was_given", &given);
  assert_true(succeeds("cp new/model.h5 given.h5"));
  const replacement other = {"was_given", "", &given, &given, give};
  for (int by_ends = 0; by_ends < WAYS; by_ends++) replace_at_each_call(&other, by_ends);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_training), cmocka_unit_test(test_a_replacement),
                                     cmocka_unit_test(test_a_given_network)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
