/* SPDX-License-Identifier: MIT
 * run.json and the CSV files of a run's folder, told apart by their first words: as stages and as the report
 * read them. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "io/io_run_json.h"
#include "rate2spike/report.h"
#include "report/report_folder.h"
#include "run/run_rows.h"

enum { TRAINING, CONVERSION, CURVE, CERTIFICATE, RUN_JSON };
static const struct {
  const char *name, *start;
} files[] = {[TRAINING] = {"training.csv", "step,"},
             [CONVERSION] = {"conversion.csv", "model,"},
             [CURVE] = {"curve.csv", "input_mv,"},
             [CERTIFICATE] = {"certificate.csv", "trial,"},
             [RUN_JSON] = {"run.json", ""}};

/* Most inputs are not, and all else takes a hundred times as long. */
static bool is_readable(const char *path, bool is_json) {
  json_t *json = NULL;
  r2s_csv csv = {0};
  r2s_error err = {0};
  const r2s_status st = is_json ? r2s_io_run_json_load(&json, path, &err) : r2s_csv_load(&csv, path, &err);
  if (st != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  json_decref(json);
  r2s_csv_free(&csv);
  return st == R2S_OK;
}

static void read_rows(char *dir) {
  r2s_run run = {.dir = dir};
  r2s_run_rows rows;
  r2s_error err = {0};
  if (r2s_run_rows_read(&rows, &run, INT64_MAX, &err) != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  r2s_run_rows_free(&rows);
}

/* Asked when the report is made and would be written, which takes far longer. */
static bool stop(void *context) {
  (void)context;
  return true;
}

static char config[600];

static void remove_config(void) {
  unlink(config);
}

/* The folder of a run that has no results. */
static char *new_folder(void) {
  static char dir[512];
  snprintf(dir, sizeof dir, "%s", fuzz_folder());
  snprintf(config, sizeof config, "%s/config.yaml", dir);
  FILE *file = fopen(config, "w");
  FUZZ_EXPECT(file && fputs("task: go-nogo-short\n", file) >= 0 && fclose(file) == 0);
  atexit(remove_config);
  return dir;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static char *dir;
  const r2s_monitor monitor = {.cancelled = stop};
  r2s_error err = {0};
  int k = 0;
  if (!dir) dir = new_folder();
  while (size < strlen(files[k].start) || memcmp(bytes, files[k].start, strlen(files[k].start)) != 0) k++;
  if (!is_readable(fuzz_write(files[k].name, bytes, size), k == RUN_JSON)) return 0;
  read_rows(dir);
  FUZZ_EXPECT(r2s_report_write(dir, &monitor, &err) != R2S_OK);
  FUZZ_EXPECT_MESSAGE(err);
  return 0;
}
