/* SPDX-License-Identifier: MIT
 * Protects: whole files. A reader sees the old file or the new one; a full disk, a read-only or missing
 * folder leaves the old file, no temporary one, and a message with path and cause. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "io/io_atomic.h"
#include "io/io_h5.h"
#include "io_model_fixture.h"

static int count_files(const char *folder) {
  int count = 0;
  DIR *dir = opendir(folder);
  if (!dir) return -1;
  for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(dir);
  return count;
}

static bool holds(const char *path, const char *expected) {
  char *text;
  size_t size;
  bool same = r2s_io_read_all(path, &text, &size, NULL) == R2S_OK && size == strlen(expected) &&
              memcmp(text, expected, size + 1) == 0;
  free(text);
  return same;
}

static void test_replaces_whole(void **state) {
  (void)state;
  char folder[128], path[160];
  r2s_error err = {0};
  struct stat info;
  snprintf(folder, sizeof folder, "%s/a", fixture_folder());
  assert_int_equal(mkdir(folder, 0777), 0);
  snprintf(path, sizeof path, "%s/file.txt", folder);
  mode_t mask = umask(027);
  assert_ok(r2s_io_write_atomic(path, "old text", 8, &err), &err);
  umask(mask);
  assert_true(holds(path, "old text"));
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0640);
  assert_ok(r2s_io_write_atomic(path, "new", 3, &err), &err);
  assert_true(holds(path, "new"));
  assert_ok(r2s_io_write_atomic(path, NULL, 0, &err), &err);
  assert_true(holds(path, ""));
  assert_int_equal(count_files(folder), 1);
}

static void test_several_are_written_together(void **state) {
  (void)state;
  char folder[128], a[160], b[160];
  r2s_error err = {0};
  snprintf(folder, sizeof folder, "%s/together", fixture_folder());
  snprintf(a, sizeof a, "%s/a", folder);
  snprintf(b, sizeof b, "%s/b", folder);
  assert_int_equal(mkdir(folder, 0777), 0);
  assert_ok(r2s_io_write_together((r2s_io_file[]){{a, "1", 1}, {b, "22", 2}}, 2, &err), &err);
  assert_true(holds(a, "1") && holds(b, "22"));
  assert_int_equal(count_files(folder), 2);
}

static void test_without_a_folder_in_the_path(void **state) {
  (void)state;
  char old[512];
  r2s_error err = {0};
  assert_non_null(getcwd(old, sizeof old));
  assert_int_equal(chdir(fixture_folder()), 0);
  assert_ok(r2s_io_write_atomic("here.txt", "x", 1, &err), &err);
  assert_true(holds("here.txt", "x"));
  assert_int_equal(chdir(old), 0);
}

static void test_the_longest_name(void **state) {
  (void)state;
  char path[400];
  r2s_error err = {0};
  int used = snprintf(path, sizeof path, "%s/", fixture_folder());
  memset(path + used, 'n', 255);
  path[used + 255] = 0;
  assert_ok(r2s_io_write_atomic(path, "x", 1, &err), &err);
  assert_true(holds(path, "x"));
}

static void test_refusals_name_path_and_cause(void **state) {
  (void)state;
  char folder[128], path[160];
  char *text;
  size_t size;
  r2s_error err = {0};
  assert_int_equal(r2s_io_write_atomic("/nowhere/at/all.h5", "x", 1, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "/nowhere/at/all.h5"));
  assert_non_null(strstr(err.msg, strerror(ENOENT)));
  snprintf(folder, sizeof folder, "%s/b", fixture_folder());
  snprintf(path, sizeof path, "%s/taken", folder);
  assert_int_equal(mkdir(folder, 0777), 0);
  assert_int_equal(mkdir(path, 0777), 0);
  assert_int_equal(r2s_io_write_atomic(path, "x", 1, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, strerror(EISDIR)));
  assert_int_equal(count_files(folder), 1);
  assert_int_equal(r2s_io_read_all(path, &text, &size, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, strerror(EISDIR)));
  assert_int_equal(r2s_io_read_all("/nowhere.txt", &text, &size, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "/nowhere.txt"));
  snprintf(path, sizeof path, "%s/huge", folder);
  assert_ok(r2s_io_write_atomic(path, "x", 1, &err), &err);
  assert_int_equal(truncate(path, (off_t)R2S_IO_MOST + 1), 0);
  assert_int_equal(r2s_io_read_all(path, &text, &size, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "limit"));
  assert_null(text);
}

/* What no reader takes is refused before it is in the place of a file that one would take. */
static void test_what_could_not_be_read_is_not_written(void **state) {
  (void)state;
  char path[160];
  r2s_error err = {0};
  r2s_h5 h5;
  const uint8_t byte = 0; /* sizes are refused before bytes are looked at */
  const r2s_h5_array huge = {.name = "state", .type = R2S_H5_UINT8, .rank = 1, .shape = {(1u << 31) + 1}};
  snprintf(path, sizeof path, "%s/most", fixture_folder());
  assert_ok(r2s_io_write_atomic(path, "x", 1, &err), &err);
  assert_int_equal(r2s_io_write_atomic(path, &byte, R2S_IO_MOST + 1, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "most: 4294967297 bytes; expected at most 4294967296"));
  assert_ok(r2s_h5_create(&h5, path, &err), &err);
  assert_int_equal(r2s_h5_write(&h5, &huge, &byte, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "dataset state: found 2147483649; expected at most 2147483648 elements"));
  r2s_h5_close(&h5);
  assert_true(holds(path, "x"));
}

static void test_devices_and_pipes_stay(void **state) {
  (void)state;
  char path[160];
  struct stat info;
  r2s_error err = {0};
  snprintf(path, sizeof path, "%s/pipe", fixture_folder());
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(r2s_io_write_atomic(path, "x", 1, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, path));
  assert_int_equal(stat(path, &info), 0);
  assert_true(S_ISFIFO(info.st_mode));
}

/* As /dev/stdout is where the program's output goes to a file. */
static void test_a_link_to_an_open_file_stays(void **state) {
  (void)state;
  char file[160], path[160], target[64];
  struct stat info;
  r2s_error err = {0};
  snprintf(file, sizeof file, "%s/output", fixture_folder());
  snprintf(path, sizeof path, "%s/stdout", fixture_folder());
  const int fd = open(file, O_WRONLY | O_CREAT, 0600);
  snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
  assert_true(fd >= 0 && symlink(target, path) == 0);
  assert_int_equal(r2s_io_write_atomic(path, "x", 1, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "stdout: found a device, pipe or socket"));
  assert_true(lstat(path, &info) == 0 && S_ISLNK(info.st_mode));
  close(fd);
}

/* Runs checks in a child; its exit code is the line of the first that failed. */
#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) return __LINE__ % 200 + 20;                                                            \
  } while (0)

static int run_child(int (*checks)(const char *folder), const char *folder) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(checks(folder));
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Every writer of the library on a file system that takes no more bytes; the old files stay. */
static int check_no_room(const char *folder, int cause) {
  char path[200], other[200];
  r2s_error err = {0};
  static char big[300000];
  static double mask[200 * 200]; /* 0 */
  double w[200 * 200], row[200], one = 0;
  for (int k = 0; k < 200 * 200; k++) w[k] = k;
  for (int k = 0; k < 200; k++) row[k] = 1;
  r2s_model model = {.n = 200,
                     .n_in = 1,
                     .n_out = 1,
                     .dt_ms = 5,
                     .dale = true,
                     .tau_min_ms = 20,
                     .tau_max_ms = 100,
                     .w = w,
                     .sign = row,
                     .som_mask = mask,
                     .w_in = row,
                     .w_out = row,
                     .b_out = &one,
                     .taus_gaus = row};
  int before = count_files(folder);
  snprintf(path, sizeof path, "%s/old", folder);
  snprintf(other, sizeof other, "%s/other", folder);
  CHECK(r2s_io_write_atomic(path, big, sizeof big, &err) == R2S_ERR_IO);
  CHECK(strstr(err.msg, path) && strstr(err.msg, strerror(cause)));
  CHECK(holds(path, "old"));
  const r2s_io_file together[] = {{path, "new", 3}, {other, big, sizeof big}}; /* one of which has room */
  CHECK(r2s_io_write_together(together, 2, &err) == R2S_ERR_IO && strstr(err.msg, other));
  CHECK(holds(path, "old"));
  CHECK(r2s_model_save_h5(&model, path, &err) == R2S_ERR_IO && strstr(err.msg, strerror(cause)));
  CHECK(r2s_model_save_mat(&model, NULL, path, &err) == R2S_ERR_IO && strstr(err.msg, strerror(cause)));
  CHECK(r2s_checkpoint_save(path, "", big, sizeof big, &err) == R2S_ERR_IO &&
        strstr(err.msg, strerror(cause)));
  CHECK(holds(path, "old"));
  CHECK(count_files(folder) == before);
  return 0;
}

static int checks_file_limit(const char *folder) {
  char path[200];
  snprintf(path, sizeof path, "%s/old", folder);
  struct rlimit limit = {.rlim_cur = 100000, .rlim_max = 100000};
  CHECK(r2s_io_write_atomic(path, "old", 3, NULL) == R2S_OK);
  CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &limit) == 0);
  return check_no_room(folder, EFBIG);
}

static void test_limited_file_size(void **state) {
  (void)state;
  char folder[128];
  snprintf(folder, sizeof folder, "%s/limit", fixture_folder());
  assert_int_equal(mkdir(folder, 0777), 0);
  assert_int_equal(run_child(checks_file_limit, folder), 0);
}

enum { NOT_POSSIBLE = 1 };

/* A file system of our own, seen by this process only; false where there is none. */
static bool mount_small(const char *folder) {
#if defined(__linux__)
  return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount("none", folder, "tmpfs", 0, "size=128k") == 0;
#else
  (void)folder;
  return false;
#endif
}

static bool make_read_only(const char *folder) {
#if defined(__linux__)
  return mount("none", folder, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0;
#else
  (void)folder;
  return false;
#endif
}

/* Full, then read-only. */
static int checks_full_disk(const char *folder) {
  char path[200];
  r2s_error err = {0};
  if (!mount_small(folder)) return NOT_POSSIBLE;
  snprintf(path, sizeof path, "%s/old", folder);
  CHECK(r2s_io_write_atomic(path, "old", 3, NULL) == R2S_OK);
  int failed = check_no_room(folder, ENOSPC);
  if (failed) return failed;
  CHECK(make_read_only(folder));
  CHECK(r2s_io_write_atomic(path, "new", 3, &err) == R2S_ERR_IO);
  CHECK(strstr(err.msg, path) && strstr(err.msg, strerror(EROFS)));
  CHECK(holds(path, "old") && count_files(folder) == 1);
  return 0;
}

static void test_full_disk_and_read_only(void **state) {
  (void)state;
  char folder[128];
  snprintf(folder, sizeof folder, "%s/disk", fixture_folder());
  assert_int_equal(mkdir(folder, 0777), 0);
  int result = run_child(checks_full_disk, folder);
  if (result == NOT_POSSIBLE) skip(); /* needs the right to mount */
  assert_int_equal(result, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_replaces_whole),
      cmocka_unit_test(test_several_are_written_together),
      cmocka_unit_test(test_without_a_folder_in_the_path),
      cmocka_unit_test(test_the_longest_name),
      cmocka_unit_test(test_refusals_name_path_and_cause),
      cmocka_unit_test(test_what_could_not_be_read_is_not_written),
      cmocka_unit_test(test_devices_and_pipes_stay),
      cmocka_unit_test(test_a_link_to_an_open_file_stays),
      cmocka_unit_test(test_limited_file_size),
      cmocka_unit_test(test_full_disk_and_read_only),
  };
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
