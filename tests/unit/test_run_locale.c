/* SPDX-License-Identifier: MIT
 * Protects: a program that has set a locale with a decimal comma, and calls this library, gets the same files
 * as any other, and can read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <unistd.h>

#include "rate2spike/report.h"
#include "rate2spike/run.h"
#include "unit/comma_locale.h"
#include "unit/io_model_fixture.h"

/* The main job on a small network, most of it twice: what a stage wrote, the next ones read. */
static void make(const char *folder) {
  static const char *const sets[] = {"net.n=20",
                                     "net.n_inh=5",
                                     "train.max_steps=3",
                                     "train.test_trials=2",
                                     "convert.trials=2",
                                     "convert.held_out_trials=2",
                                     "simulate.trials=2",
                                     "convert.scales=20.5,30",
                                     "convert.unit_scales=1.5"};
  r2s_config config;
  r2s_run *run;
  r2s_error err = {0};
  r2s_status st;
  assert_ok(r2s_config_load(&config, NULL, sets, sizeof sets / sizeof *sets, &err), &err);
  assert_ok(r2s_run_open(&run, folder, &config, &err), &err);
  assert_ok(r2s_run_train(run, false, NULL, &err), &err);
  assert_ok(r2s_run_convert(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_simulate_native(run, R2S_RUN_ALL, NULL, &err), &err);
  assert_ok(r2s_run_certify(run, NULL, &err), &err);
  r2s_run_close(run);
  char *path = strdup(getenv("PATH")); /* without gnuplot data and scripts are written all the same */
  setenv("PATH", "/nowhere", 1);
  st = r2s_report_figures(folder, NULL, &err);
  setenv("PATH", path, 1);
  free(path);
  assert_int_equal(st, R2S_ERR_EXTERNAL);
  assert_ok(r2s_report_write(folder, NULL, &err), &err);
  char yaml[128];
  snprintf(yaml, sizeof yaml, "%s/config.yaml", folder);
  assert_ok(r2s_config_load(&config, yaml, NULL, 0, &err), &err);
}

static void test_files_have_decimal_points(void **state) {
  (void)state;
  static const char *const compare[] = {
      /* the others have times in them, or are no text */
      "diff -r -x run.json -x 'REPORT.md' -x 'report.html' -x '*.h5' -x '*.mat' -x '*.png' -x '*.svg' -x "
      "'*.pdf' point comma",
      "! grep -E '[0-9],[0-9]+ (%|ms|mV|Hz|s )' comma/REPORT.md comma/run.json"};
  char point[128], comma[128], command[512];
  snprintf(point, sizeof point, "%s/point", fixture_folder());
  snprintf(comma, sizeof comma, "%s/comma", fixture_folder());
  make(point);
  if (!comma_locale_set(fixture_folder())) {
    print_message("no locale with a decimal comma, and no sources to make one of: not tested\n");
    skip();
  }
  make(comma);
  assert_string_equal(localeconv()->decimal_point, ","); /* the caller's is put back */
  for (int k = 0; k < 2; k++) {
    snprintf(command, sizeof command, "cd %s && ls point/figures/*.dat >/dev/null && %s", fixture_folder(),
             compare[k]);
    if (system(command) != 0) fail_msg("%s", compare[k]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_files_have_decimal_points)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
