/* SPDX-License-Identifier: MIT
 * Protects: a training whose k-th call to open, write, sync, rename or make a file or folder fails, for every
 * k. It says so and leaves no temporary file, and the next attempt succeeds. (Linked with --wrap, as
 * test_no_memory.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "io/io_leftovers.h"
#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"
#include "unit/smallest_training.h"

static int calls, fail_at; /* 0: none */

static bool fails(int code) {
  if (!fail_at || ++calls != fail_at) return false;
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
  assert_true(refused > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_training)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
